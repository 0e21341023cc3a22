"""How long a server or a mail that failed is left alone: a pure function of how often it failed, and of chance."""

from datetime import timedelta

FIRST = timedelta(seconds=30)
LONGEST = timedelta(minutes=30)
LONGEST_FOR_ONE = timedelta(hours=4)


def rest_of_account(failures: int, chance: float) -> timedelta:
    """How long a server is left alone after so many failures in a row; at most half of it is left to chance.

    Chance, from 0 to 1, keeps the accounts of one server from coming back all at once.
    """
    return _doubled(failures, LONGEST) * (0.5 + chance / 2)


def rest_of_mail(attempts: int) -> timedelta:
    """How long one mail that could not be fetched is left alone, so that it holds up no other."""
    return _doubled(attempts, LONGEST_FOR_ONE)


def _doubled(times: int, longest: timedelta) -> timedelta:
    return min(FIRST * (1 << min(times - 1, 20)), longest)
