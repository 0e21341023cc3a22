"""Who is on call: exact through clock changes, proven by asking minute by minute."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sla.core.rota import Override, Rota, Rotation, Shift, gaps, on_call, shifts

HOUR, MINUTE, DAY = timedelta(hours=1), timedelta(minutes=1), timedelta(days=1)
# Changes at 02:00, by half an hour, at midnight (skipped and repeated), one minute after midnight, and a lost day.
ZONES = [
    "Europe/Stockholm",
    "America/New_York",
    "Australia/Lord_Howe",
    "America/Havana",
    "America/St_Johns",
    "Pacific/Apia",
    "Asia/Kathmandu",
    "UTC",
]
STOCKHOLM = ZoneInfo("Europe/Stockholm")


def weekly(*agents: int | None, level: int = 1, starts_on: date = date(2026, 10, 12), **more: object) -> Rotation:
    facts = {"hands_over": time(9), "days": 7, "tz": STOCKHOLM, **more}
    return Rotation(level=level, agents=agents, starts_on=starts_on, **facts)


# --- Worked examples -----------------------------------------------------------------------------------------


def test_a_week_each_and_the_hand_over_stays_at_nine_on_the_wall() -> None:
    """Summer time ends on 25 October 2026: the week before it has an hour more."""
    rotation = weekly(1, 2)
    assert rotation.hand_over(1) == datetime(2026, 10, 19, 7, tzinfo=UTC)
    assert rotation.hand_over(2) == datetime(2026, 10, 26, 8, tzinfo=UTC)
    rota = Rota((rotation,))
    assert on_call(rota, datetime(2026, 10, 26, 7, 59, tzinfo=UTC)) == {1: (2,)}
    assert on_call(rota, datetime(2026, 10, 26, 8, 0, tzinfo=UTC)) == {1: (1,)}
    [first, second] = shifts(rota, rotation.hand_over(0), rotation.hand_over(2))
    assert second.ends_at - second.starts_at == 7 * DAY + HOUR
    assert first == Shift(1, 1, rotation.hand_over(0), rotation.hand_over(1))


def test_a_hand_over_that_the_clocks_skip_moves_forward_and_one_that_occurs_twice_is_the_first() -> None:
    daily = weekly(1, 2, starts_on=date(2026, 3, 28), days=1, hands_over=time(2, 30))
    assert daily.hand_over(1) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)  # 03:30 in summer time
    daily = weekly(1, 2, starts_on=date(2026, 10, 24), days=1, hands_over=time(2, 30))
    assert daily.hand_over(1) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)  # still summer time


def test_levels_stand_in_order_and_one_that_is_empty_is_left_out() -> None:
    rota = Rota((weekly(7, level=2), weekly(1), weekly(None, level=3), weekly(level=4)))
    assert list(on_call(rota, datetime(2026, 10, 13, tzinfo=UTC)).items()) == [(1, (1,)), (2, (7,))]


def test_two_rotations_at_one_level_are_both_on_call_and_the_same_person_is_so_once() -> None:
    rota = Rota((weekly(1), weekly(2), weekly(1)))
    assert on_call(rota, datetime(2026, 10, 13, tzinfo=UTC)) == {1: (1, 2)}


def test_an_override_takes_the_level_and_the_later_one_wins() -> None:
    noon = datetime(2026, 10, 13, 12, tzinfo=UTC)
    long, short = Override(1, 8, noon, noon + 9 * HOUR), Override(1, 9, noon + HOUR, noon + 2 * HOUR)
    rota = Rota((weekly(1),), (short, long))
    asked = [on_call(rota, noon + n * HOUR)[1] for n in (-1, 0, 1, 2, 9)]
    assert asked == [(1,), (8,), (9,), (8,), (1,)]
    found = [(shift.agent, shift.starts_at, shift.ends_at) for shift in shifts(rota, noon - HOUR, noon + 10 * HOUR)]
    assert found == [
        (1, noon - HOUR, noon),
        (8, noon, noon + HOUR),
        (9, noon + HOUR, noon + 2 * HOUR),
        (8, noon + 2 * HOUR, noon + 9 * HOUR),
        (1, noon + 9 * HOUR, noon + 10 * HOUR),
    ]


def test_before_the_first_and_after_the_last_turn_nobody_is_on_call() -> None:
    rotation = weekly(1, ends_on=date(2026, 10, 20))
    start, end = rotation.hand_over(0), rotation.ends_at
    assert end is not None
    rota = Rota((rotation,))
    assert on_call(rota, start - MINUTE) == on_call(rota, end) == {}
    assert gaps(rota, start - DAY, end + DAY) == [(start - DAY, start), (end, end + DAY)]


def test_gaps_that_touch_are_one_and_a_turn_that_nobody_takes_is_a_gap() -> None:
    rotation = weekly(1, None, None)
    rota = Rota((rotation,))
    assert gaps(rota, rotation.hand_over(0), rotation.hand_over(4)) == [(rotation.hand_over(1), rotation.hand_over(3))]
    assert gaps(Rota(), rotation.hand_over(0), rotation.hand_over(1)) == [
        (rotation.hand_over(0), rotation.hand_over(1))
    ]


def test_clocks_that_go_back_over_midnight_do_not_take_a_turn_back() -> None:
    """In St. John's of 2010, 00:01 became 23:01 of the day before: midnight had been, and had handed over."""
    tz = ZoneInfo("America/St_Johns")
    rotation = weekly(1, 2, starts_on=date(2010, 11, 6), days=1, hands_over=time(0, 0), tz=tz)
    second = rotation.hand_over(1)
    again = second + 30 * MINUTE
    assert again.astimezone(tz).date() == date(2010, 11, 6)
    assert on_call(Rota((rotation,)), again) == {1: (2,)}


# --- Properties ----------------------------------------------------------------------------------------------

AROUND = [
    datetime(2026, 3, 29),
    datetime(2026, 10, 25),
    datetime(2026, 11, 1),
    datetime(2010, 11, 7),
    datetime(2011, 12, 30),
]
instants = st.builds(
    lambda base, minutes: base.replace(tzinfo=UTC) + minutes * MINUTE,
    st.sampled_from(AROUND),
    st.integers(-6 * 1440, 6 * 1440),
)
agents = st.one_of(st.none(), st.integers(1, 4))


@st.composite
def rotations(draw: st.DrawFn) -> Rotation:
    starts_on = draw(instants).date() - draw(st.integers(0, 40)) * DAY
    return Rotation(
        level=draw(st.integers(1, 3)),
        agents=tuple(draw(st.lists(agents, max_size=3))),
        starts_on=starts_on,
        hands_over=time(draw(st.sampled_from([0, 0, 1, 2, 9, 23])), draw(st.sampled_from([0, 0, 30, 59]))),
        days=draw(st.sampled_from([1, 2, 7])),
        tz=ZoneInfo(draw(st.sampled_from(ZONES))),
        ends_on=draw(st.one_of(st.none(), st.integers(0, 60).map(lambda n: starts_on + n * DAY))),
    )


@st.composite
def overrides(draw: st.DrawFn) -> Override:
    start = draw(instants)
    return Override(draw(st.integers(1, 3)), draw(agents), start, start + draw(st.integers(1, 3000)) * MINUTE)


rotas = st.builds(
    Rota,
    st.lists(rotations(), max_size=3).map(tuple),
    st.lists(overrides(), max_size=3, unique_by=lambda each: each.starts_at).map(tuple),
)


def holder_by_hand(rotation: Rotation, at: datetime) -> int | None:
    """Hands over from turn to turn, from the first one, until the next lies ahead."""
    if not rotation.agents or at < rotation.starts_at or (rotation.ends_at is not None and at >= rotation.ends_at):
        return None
    turn = 0
    while rotation.hand_over(turn + 1) <= at:
        turn += 1
    return rotation.agents[turn % len(rotation.agents)]


@given(rotations(), instants)
def test_whose_turn_it_is_agrees_with_counting_the_turns(rotation: Rotation, at: datetime) -> None:
    assert rotation.holder(at) == holder_by_hand(rotation, at)


@given(rotations(), st.integers(-3, 12))
def test_the_hand_over_is_at_its_time_on_the_wall_unless_the_clocks_skip_it(rotation: Rotation, turn: int) -> None:
    at = rotation.hand_over(turn)
    wall = datetime.combine(rotation.starts_on + turn * rotation.days * DAY, rotation.hands_over)
    shown = at.astimezone(rotation.tz).replace(tzinfo=None)
    assert shown >= wall
    if shown > wall:  # skipped: there the clocks change
        assert (at - DAY).astimezone(rotation.tz).utcoffset() != at.astimezone(rotation.tz).utcoffset()


@settings(max_examples=60, deadline=None)
@given(rotas, instants, st.integers(1, 600))
def test_shifts_and_gaps_say_of_every_minute_what_on_call_says(rota: Rota, start: datetime, minutes: int) -> None:
    end = start + minutes * MINUTE * 7
    found, open_times = shifts(rota, start, end), gaps(rota, start, end)
    assert all(start <= shift.starts_at < shift.ends_at <= end for shift in found)
    for n in range(minutes):
        at = start + n * 7 * MINUTE
        told = {(shift.level, shift.agent) for shift in found if shift.starts_at <= at < shift.ends_at}
        asked = {(level, agent) for level, people in on_call(rota, at).items() for agent in people}
        assert told == asked
        assert any(since <= at < until for since, until in open_times) == (asked == set())


@settings(deadline=None)
@given(rotas, instants, st.integers(1, 5000))
def test_shifts_are_whole_and_gaps_are_apart(rota: Rota, start: datetime, minutes: int) -> None:
    end = start + minutes * MINUTE
    found, open_times = shifts(rota, start, end), gaps(rota, start, end)
    ends = {(shift.level, shift.agent, shift.ends_at) for shift in found}
    assert not [shift for shift in found if (shift.level, shift.agent, shift.starts_at) in ends], (
        "no shift is cut in two"
    )
    assert all(one[1] < other[0] for one, other in pairwise(open_times))


@pytest.mark.parametrize("zone", ZONES)
def test_the_time_between_two_instants_is_covered_once_by_one_rotation(zone: str) -> None:
    rotation = weekly(1, 2, 3, starts_on=date(2011, 12, 1), days=1, tz=ZoneInfo(zone), hands_over=time(0, 30))
    start, end = datetime(2011, 12, 20, tzinfo=UTC), datetime(2012, 1, 5, tzinfo=UTC)
    found = shifts(Rota((rotation,)), start, end)
    assert sum((shift.ends_at - shift.starts_at for shift in found), timedelta()) == end - start
