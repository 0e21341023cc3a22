"""What the vendors' documents ask for, clause by clause, and which tests prove it: `python -m tests.clauses`."""
