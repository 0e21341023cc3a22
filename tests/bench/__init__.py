"""`python -m tests.bench`: speed as ratios against bare views."""
