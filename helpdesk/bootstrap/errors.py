"""What ends a start: one sentence for the person at the terminal, no trace."""


class CannotStart(Exception):
    """Something that only a person can put right; the text says what."""
