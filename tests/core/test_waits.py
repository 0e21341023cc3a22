"""How long a failed delivery waits, how long a failing server rests, and what a refusal is about."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.core.backoff import FIRST_WAIT, LONGEST_WAIT, MOST_ATTEMPTS, SPREAD, spread, wait_after
from notifications.core.breaker import LONGEST_REST, TOLERATED, Breaker
from notifications.core.refusals import address_is_dead, enhanced, is_for_good

NOW = datetime(2026, 5, 19, 8, 0, tzinfo=UTC)
rows = st.integers(1, 10**9)


@given(rows)
def test_waits_grow_up_to_a_limit_and_then_it_is_given_up(row: int) -> None:
    waits = [wait_after(attempts, row) for attempts in range(1, MOST_ATTEMPTS)]

    for attempt, wait in enumerate(waits):
        plain = min(FIRST_WAIT * 2**attempt, LONGEST_WAIT)
        assert wait is not None
        assert plain <= wait <= plain * (1 + SPREAD)
    assert wait_after(MOST_ATTEMPTS, row) is None


def test_what_failed_together_does_not_come_back_together_but_each_at_its_own_time() -> None:
    waits = {wait_after(3, row) for row in range(100)}

    assert len(waits) > 50
    assert wait_after(3, 7) == wait_after(3, 7)


@given(rows, st.timedeltas(timedelta(0), timedelta(hours=1)))
def test_a_place_in_a_stretch_of_time_lies_in_it(row: int, over: timedelta) -> None:
    assert timedelta(0) <= spread(row, over) <= over


def test_a_server_rests_after_so_many_failures_longer_each_time() -> None:
    breaker, rests = Breaker(), []
    for _ in range(30):
        breaker = breaker.after_failure(NOW)
        rests.append(breaker.open_until - NOW if breaker.open_until else None)

    assert rests[: TOLERATED - 1] == [None] * (TOLERATED - 1)
    resting = [rest for rest in rests if rest is not None]
    assert resting == sorted(resting)
    assert (resting[0], resting[-1]) == (timedelta(seconds=30), LONGEST_REST)


def test_while_it_rests_nothing_is_tried_and_then_one() -> None:
    resting = Breaker(TOLERATED, NOW)

    assert resting.waits(NOW - timedelta(seconds=1))
    assert not resting.waits(NOW)
    assert resting.is_half_open(NOW)
    assert not resting.is_half_open(NOW - timedelta(seconds=1))
    assert not Breaker().waits(NOW)
    assert not Breaker().is_half_open(NOW)


@pytest.mark.parametrize(
    ("code", "words", "dead"),
    [
        (550, "5.1.1 no such user", True),
        (550, "no such user here", True),
        (550, "5.7.1 you are on a list", False),
        (552, "5.2.2 mailbox full", False),
        (552, "mailbox full", False),
        (554, "10.5.1.1 is blocked", False),
        (553, "5.1.3 bad address", True),
    ],
)
def test_only_an_address_that_does_not_exist_is_dead(code: int, words: str, dead: bool) -> None:
    assert address_is_dead(code, words) is dead


def test_codes_are_found_in_words() -> None:
    assert enhanced("smtp; 550 5.1.1 <a@b>") == "5.1.1"
    assert enhanced("from 10.5.1.1") == ""
    assert (is_for_good(550), is_for_good(450), is_for_good(421)) == (True, False, False)
