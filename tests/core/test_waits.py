"""How long a mail that failed waits: doubling, up to a limit, and not for ever."""

from itertools import pairwise

from notifications.core.backoff import FIRST_WAIT, LONGEST_WAIT, MOST_ATTEMPTS, wait_after


def test_waits_double_up_to_the_longest_and_then_end() -> None:
    waits = [wait_after(attempts) for attempts in range(1, MOST_ATTEMPTS)]
    assert waits[0] == FIRST_WAIT
    assert all(later == min(earlier * 2, LONGEST_WAIT) for earlier, later in pairwise(waits))  # type: ignore[operator]
    assert waits[-1] == LONGEST_WAIT
    assert wait_after(MOST_ATTEMPTS) is None
