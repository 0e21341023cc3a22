"""`python -m tests.bench`: speed as ratios, each against the least that does the same work."""
