"""The chain of a page: which level is paged next, and when nobody is left."""

from collections.abc import Sequence

EVERYBODY = 0  # the whole team, where no rotation covers the instant


def next_step(levels: Sequence[int], *, level: int, attempt: int, attempts: int) -> tuple[int, int] | None:
    """The next (level, attempt) after this one; None at the end of the chain.

    `levels` are those that somebody is on call at now. A level that has lost its people is passed over.
    """
    if level in levels and attempt < attempts:
        return level, attempt + 1
    if level == EVERYBODY:
        return None
    later = [each for each in levels if each > level or each == EVERYBODY]
    return (later[0], 1) if later else None
