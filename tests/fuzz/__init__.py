"""Inputs made at random from ones that are known, many more than a test run has time for."""
