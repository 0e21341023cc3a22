"""iCalendar files: what becomes closed or open, what is left out and why, and files that are broken on purpose."""

from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpdesk.access import Refused
from helpdesk.days import Day, joined
from helpdesk.ical import MOST_DAYS, MOST_EVENTS, MOST_RECURRING, Found, read, write

STOCKHOLM, NEW_YORK = ZoneInfo("Europe/Stockholm"), ZoneInfo("America/New_York")
NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
HALF_DAY = Day(date(2026, 12, 24), "Julafton, halv; dag", ((time(8), time(12)), (time(20), time())))
CHRISTMAS = Day(date(2026, 12, 25), "Juldagen")


def file(*events: str) -> str:
    """A file of these events, their lines parted by spaces around a bar."""
    body = "".join(
        "\r\n".join(["BEGIN:VEVENT", f"UID:{number}", *event.split(" | "), "END:VEVENT", ""])
        for number, event in enumerate(events)
    )
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Tests//EN\r\n{body}END:VCALENDAR\r\n"


def found(*events: str, years: range = range(2026, 2028), zone: ZoneInfo = STOCKHOLM) -> Found:
    return read(file(*events), years=years, zone=zone)


def closed(*events: str, **asked: range) -> list[str]:
    """The closed dates, where nothing is left out."""
    answer = found(*events, **asked)  # type: ignore[arg-type]
    assert answer.left_out == []
    assert not any(day.hours for day in answer.days)
    return [f"{day.date:%m-%d}" for day in answer.days]


# --- Whole days --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("event", "dates"),
    [
        ("DTSTART;VALUE=DATE:20261225", ["12-25"]),
        ("DTSTART;VALUE=DATE:20261225 | DTEND;VALUE=DATE:20261226", ["12-25"]),
        ("DTSTART;VALUE=DATE:20261225 | DTEND;VALUE=DATE:20261225", ["12-25"]),
        ("DTSTART;VALUE=DATE:20261224 | DTEND;VALUE=DATE:20261227", ["12-24", "12-25", "12-26"]),
        ("DTSTART;VALUE=DATE:20261230 | DURATION:P2D", ["12-30", "12-31"]),
        ("DTSTART:20261225T000000 | DTEND:20261226T000000", ["12-25"]),
        ("DTSTART:20261224T230000Z | DTEND:20261226T230000Z", ["12-25", "12-26"]),
        ("DTSTART;TZID=Europe/Stockholm:20260329T000000 | DTEND;TZID=Europe/Stockholm:20260330T000000", ["03-29"]),
        ("DTSTART;VALUE=DATE:20261225 | STATUS:CANCELLED", []),
        ("DTSTART;VALUE=DATE:20251225", []),
        ("DTSTART;VALUE=DATE:20281225", []),
    ],
)
def test_an_event_of_whole_days_is_closed_until_the_day_before_its_end(event: str, dates: list[str]) -> None:
    assert closed(event) == dates


def test_an_event_over_new_year_is_cut_to_the_chosen_years() -> None:
    event = "DTSTART;VALUE=DATE:20251230 | DTEND;VALUE=DATE:20260103"

    assert closed(event, years=range(2026, 2027)) == ["01-01", "01-02"]
    assert closed(event, years=range(2025, 2026)) == ["12-30", "12-31"]


@pytest.mark.parametrize(
    ("rule", "dates"),
    [
        ("RRULE:FREQ=YEARLY", ["06-06", "06-06"]),
        ("RRULE:FREQ=YEARLY;UNTIL=20260701", ["06-06"]),
        ("RRULE:FREQ=YEARLY | EXDATE;VALUE=DATE:20270606", ["06-06"]),
        ("RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=4TH", ["11-26", "11-25"]),
        ("RRULE:FREQ=DAILY;COUNT=3", []),
        ("RRULE:FREQ=YEARLY;BYMONTH=5;BYDAY=-1MO", ["05-25", "05-31"]),
        ("RRULE:FREQ=MONTHLY;INTERVAL=6;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", ["06-30", "12-31", "06-30", "12-31"]),
        ("RRULE:FREQ=YEARLY;BYMONTH=11;BYMONTHDAY=2,3,4,5,6,7,8;BYDAY=TU", ["11-03", "11-02"]),
        ("RRULE:FREQ=DAILY;INTERVAL=400;COUNT=3", ["08-15"]),
    ],
)
def test_a_repeated_event_is_expanded_within_the_years(rule: str, dates: list[str]) -> None:
    """Thanksgiving is the fourth Thursday of November."""
    assert closed(f"DTSTART;VALUE=DATE:20240606 | {rule}") == dates


def test_one_moved_occurrence_of_a_repeated_event() -> None:
    series = "UID:x | DTSTART;VALUE=DATE:20240606 | RRULE:FREQ=YEARLY"
    moved = "UID:x | RECURRENCE-ID;VALUE=DATE:20270606 | DTSTART;VALUE=DATE:20270607"
    text = file(series, moved).replace("UID:0\r\n", "").replace("UID:1\r\n", "")

    days = read(text, years=range(2026, 2028), zone=STOCKHOLM).days

    assert [day.date for day in days] == [date(2026, 6, 6), date(2027, 6, 7)]


def test_events_of_one_date_are_one_day_with_both_names() -> None:
    events = [
        f"DTSTART;VALUE=DATE:20260501 | SUMMARY:{name}" for name in ("First of May", "Labour  Day", "First of May")
    ]

    assert found(*events).days == [Day(date(2026, 5, 1), "First of May, Labour Day")]


def test_several_calendars_in_one_file_are_all_read() -> None:
    text = file("DTSTART;VALUE=DATE:20260501") + file("DTSTART;VALUE=DATE:20260606")

    assert [day.date.month for day in read(text, years=range(2026, 2027), zone=STOCKHOLM).days] == [5, 6]


# --- Times of day ------------------------------------------------------------------------------------------------

SPECIAL = "CATEGORIES:Work,special HOURS"


@pytest.mark.parametrize(
    ("event", "hours"),
    [
        ("DTSTART:20260501T060000Z | DTEND:20260501T100000Z", (time(8), time(12))),
        ("DTSTART;TZID=America/New_York:20260501T040000 | DURATION:PT2H", (time(10), time(12))),
        ("DTSTART:20260501T080000 | DTEND:20260502T000000", (time(8), time())),
        ("DTSTART:20260501T080030 | DTEND:20260501T120030", (time(8), time(12))),
    ],
)
def test_an_event_of_the_category_special_hours_is_open_in_the_calendars_zone(
    event: str, hours: tuple[time, time]
) -> None:
    assert found(f"{event} | {SPECIAL} | SUMMARY:Open") == Found([Day(date(2026, 5, 1), "Open", (hours,))], [])


@pytest.mark.parametrize(
    ("event", "sentence"),
    [
        ("DTSTART:20260501T060000Z | DTEND:20260501T100000Z | SUMMARY:Lunch",
         "Lunch: it has a time of day, and its category is not “Special hours”"),
        (f"DTSTART:20260501T200000 | DTEND:20260502T060000 | {SPECIAL}",
         "An event without a name: its hours do not end on the day on which they begin"),
        (f"DTSTART:20260501T200000 | DTEND:20260501T200000 | {SPECIAL} | SUMMARY:No time",
         "No time: its hours do not end on the day on which they begin"),
        ("SUMMARY:Nothing", "Nothing: it has no beginning"),
        ("DTSTART:tomorrow | SUMMARY:Garbled", "Garbled: DTSTART cannot be read"),
        ("DTSTART;VALUE=DATE:20261325 | SUMMARY:Month 13", "Month 13: DTSTART cannot be read"),
        ("DTSTART;VALUE=DATE:20260501 | DTEND;VALUE=DATE:20260401 | SUMMARY:Back",
         "Back: it ends before it begins"),
        ("DTSTART;VALUE=DATE:20260501 | DTEND:20260501T120000Z | SUMMARY:Mixed",
         "Mixed: its beginning and end do not fit together"),
        ("DTSTART:20260501T120000 | DTEND:20260501T130000Z | SUMMARY:Floating",
         "Floating: its beginning and end do not fit together"),
        ("DTSTART;VALUE=DATE:20260101 | RRULE:FREQ=DAILY;INTERVAL=0;BYDAY=99XX | SUMMARY:Never", "Never: RRULE cannot be read"),
        ("DTSTART;VALUE=DATE:20260101 | RRULE:FREQ=SECONDLY | SUMMARY:Ticks", "Ticks: it is repeated more than once a day"),
        *((f"DTSTART;VALUE=DATE:20240101 | RRULE:FREQ={rule} | SUMMARY:Odd", "Odd: it is repeated in a way that is not read here")
          for rule in ("YEARLY;INTERVAL=0", "DAILY;BYMONTH=2;BYMONTHDAY=30", "YEARLY;BYMONTH=2,4;BYMONTHDAY=31,-31",
                       "DAILY;INTERVAL=7;BYDAY=TU", "YEARLY;BYMONTH=5;BYDAY=6MO", "MONTHLY;BYDAY=1MO;BYMONTHDAY=31",
                       "YEARLY;BYSETPOS=300", "YEARLY;BYWEEKNO=53;BYMONTH=6")),
        ("DTSTART;VALUE=DATE:00010101 | RRULE:FREQ=DAILY | SUMMARY:Old", "Old: it is repeated since before 1970"),
        ("DTSTART;VALUE=DATE:20260101 | DTEND;VALUE=DATE:90000101 | SUMMARY:Ages", f"Ages: it lasts more than {MOST_DAYS} days"),
    ],
)  # fmt: skip
def test_an_event_that_cannot_be_used_is_named_and_the_others_are_kept(event: str, sentence: str) -> None:
    answer = found(event, "DTSTART;VALUE=DATE:20261225 | SUMMARY:Juldagen")

    assert answer == Found([CHRISTMAS], [sentence])


# --- Files that are too much, or none ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "This is no iCalendar file, or it ends in the middle"),
        ("hello", "This is no iCalendar file: it begins with"),
        ("BEGIN:VEVENT\r\nDTSTART:20260101\r\nEND:VEVENT\r\n", "This is no iCalendar file, or it ends in the middle"),
        (file("DTSTART;VALUE=DATE:20260101")[:-20], "This is no iCalendar file, or it ends in the middle"),
        ("BEGIN:VCALENDAR\r\nCALSCALE:HEBREW\r\nEND:VCALENDAR\r\n", "Only files of the Gregorian calendar"),
        (file(*["DTSTART;VALUE=DATE:20260101"] * (MOST_EVENTS + 1)), "at most 2000 events"),
        (file(*["DTSTART;VALUE=DATE:20260101 | RRULE:FREQ=YEARLY"] * (MOST_RECURRING + 1)), "100 of them repeated"),
        (file("DTSTART;VALUE=DATE:20250101 | RRULE:FREQ=DAILY"), f"more than {MOST_DAYS} days"),
        (file(*(f"DTSTART;VALUE=DATE:20250101 | RRULE:FREQ=DAILY | SUMMARY:{n}" for n in range(80))), "more than 2000 events"),
        ("BEGIN:VCALENDAR\r\n" + "X" * 1024 * 1024, "at most 1 MB"),
    ],
)  # fmt: skip
def test_a_file_that_is_none_or_too_much_is_refused_with_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(Refused) as refusal:
        read(text, years=range(2026, 2028), zone=STOCKHOLM)

    assert sentence in refusal.value.sentence


def test_an_event_inside_another_is_read_by_itself() -> None:
    inner = "BEGIN:VEVENT | DTSTART;VALUE=DATE:20261225 | SUMMARY:Juldagen | END:VEVENT"

    assert found(f"SUMMARY:Outer | {inner}") == Found([CHRISTMAS], ["Outer: it has no beginning"])


def test_a_zone_that_is_a_folder_is_refused() -> None:
    with pytest.raises(Refused):
        found("DTSTART;TZID=Europe/:20261225T080000")


WHOLE = file(
    "DTSTART;VALUE=DATE:20261224 | DTEND;VALUE=DATE:20261227 | SUMMARY:Jul",
    f"DTSTART;TZID=Europe/Stockholm:20260501T080000 | DURATION:PT4H | {SPECIAL} | RRULE:FREQ=YEARLY;COUNT=4",
    "DTSTART;VALUE=DATE:20240606 | RRULE:FREQ=YEARLY;BYDAY=1MO | EXDATE;VALUE=DATE:20270607 | RDATE;VALUE=DATE:20270608",
)
SCRAPS = ["", "RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=31\r\n", "DURATION:P99999W\r\n", "RDATE:x\r\n", "TZID=Europe/:", "\r\n", ":", ";", "=", "0", "-1", "99999999", "T", "Z", "\x00", "é", "BEGIN:VEVENT", "END:VEVENT",
          "RRULE:FREQ=YEARLY;INTERVAL=0", "DTSTART:", "DTEND;VALUE=DATE:00010101", "BEGIN:VCALENDAR\r\n"]  # fmt: skip


@settings(deadline=None, derandomize=True, database=None, max_examples=250)
@given(
    st.lists(st.tuples(st.integers(0, len(WHOLE)), st.integers(0, 12), st.sampled_from(SCRAPS)), min_size=1, max_size=4)
)
def test_a_broken_file_is_read_as_far_as_it_goes_or_refused(wounds: list[tuple[int, int, str]]) -> None:
    text = WHOLE
    for place, length, scrap in wounds:
        text = text[:place] + scrap + text[place + length :]
    with suppress(Refused):
        answer = read(text, years=range(2026, 2028), zone=STOCKHOLM)
        assert all(day.date.year in (2026, 2027) and day.name.isprintable() for day in answer.days)


# --- Out and in again --------------------------------------------------------------------------------------------


def test_a_written_file_says_what_other_programs_understand() -> None:
    text = write("desk", [HALF_DAY, CHRISTMAS], zone=STOCKHOLM, now=NOW, host="acme.example").decode()

    assert "DTSTART;VALUE=DATE:20261225\r\nDTEND;VALUE=DATE:20261226" in text
    assert "DTSTART:20261224T190000Z\r\nDTEND:20261224T230000Z" in text
    assert "UID:2026-12-25-0@desk.acme.example" in text
    assert text.count("CATEGORIES:Special hours") == 2
    assert "X-WR-CALNAME:desk" in text


OUT_OF_ORDER = st.builds(
    Day,
    st.dates(date(2026, 1, 1), date(2027, 12, 31)),
    st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), max_size=20),
    st.sampled_from([(), ((time(8), time(12)),), ((time(4), time(9, 30)), (time(13), time()))]),
)


@settings(deadline=None, derandomize=True, database=None, max_examples=100)
@given(st.lists(OUT_OF_ORDER, max_size=8, unique_by=lambda day: day.key), st.sampled_from([STOCKHOLM, NEW_YORK]))
def test_what_is_written_is_read_again(days: list[Day], zone: ZoneInfo) -> None:
    text = write("desk", days, zone=zone, now=NOW, host="acme.example").decode()

    assert read(text, years=range(2026, 2028), zone=zone) == Found(joined(days), [])
    assert write("desk", days, zone=zone, now=NOW + timedelta(0), host="acme.example").decode() == text
