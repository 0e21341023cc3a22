"""How long a mail server that failed is left alone."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from notifications.core.patience import FIRST, LONGEST, LONGEST_FOR_ONE, rest_of_account, rest_of_mail


@given(st.integers(1, 10_000), st.floats(0, 1))
def test_a_server_rests_longer_each_time_and_never_for_too_long(failures: int, chance: float) -> None:
    rest = rest_of_account(failures, chance)
    assert FIRST / 2 <= rest <= LONGEST
    assert rest <= rest_of_account(failures, 1.0) <= rest_of_account(failures + 1, 1.0)


def test_chance_takes_away_half_at_most() -> None:
    assert rest_of_account(3, 1.0) == timedelta(minutes=2)
    assert rest_of_account(3, 0.0) == timedelta(minutes=1)


def test_one_mail_rests_up_to_some_hours() -> None:
    assert [rest_of_mail(attempts) for attempts in (1, 2, 3)] == [FIRST, FIRST * 2, FIRST * 4]
    assert rest_of_mail(40) == LONGEST_FOR_ONE
