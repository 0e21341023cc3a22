"""Headers that group mails: ids that may stand there, and Microsoft's index."""

import base64
import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.core.threads import MOST_IDS, legal_id, one_line, references, thread_index

START = datetime(2026, 5, 18, 8, 0, tzinfo=UTC)
ROOT = "<12.thread@vendor.example>"
BREAKS = "\r\n\v\f\x00\x1b\x1c\x85\u2028\u2029"


@given(st.text(alphabet=st.one_of(st.characters(exclude_categories=("Cs",)), st.sampled_from(BREAKS))))
def test_one_line_is_one_line(text: str) -> None:
    line = one_line(text)

    assert line.splitlines() in ([], [line])
    assert all(sign.isprintable() for sign in line)
    assert one_line(line) == line


@given(st.text(max_size=300))
def test_an_id_is_legal_or_nothing(text: str) -> None:
    assert re.fullmatch(r"|<[\x21-\x7e]+@[\x21-\x7e]+>", legal_id(text))


@pytest.mark.parametrize(
    "bad",
    ["", "a", "<a b@c>", "<a@b>\r\nBcc: x@y.example", "<a\u2028@b>", "<a@b><c@d>", "<ä@b>", f"<{'a' * 300}@b>"],
)
def test_what_is_no_id_is_left_out_of_references(bad: str) -> None:
    assert references([ROOT, bad]) == ROOT


def test_brackets_are_put_where_they_were_left_out() -> None:
    assert references(["a@b.example", "<c@d.example>", "a@b.example"]) == "<a@b.example> <c@d.example>"


def test_of_very_many_ids_the_first_and_the_latest_stay() -> None:
    ids = [f"<{n}@b.example>" for n in range(100)]

    kept = references(ids).split()

    assert kept == [ids[0], *ids[-MOST_IDS + 1 :]]
    assert len(kept) == MOST_IDS


@given(st.timedeltas(timedelta(0), timedelta(days=5000)))
def test_all_of_a_thread_share_the_first_22_bytes_of_27(later: timedelta) -> None:
    first, other = (base64.b64decode(thread_index(ROOT, START, at)) for at in (START, START + later))

    assert (len(first), len(other)) == (27, 27)
    assert first[:22] == other[:22]
    assert first[0] == 1


def test_the_index_of_another_thread_is_another() -> None:
    other = thread_index("<13.thread@vendor.example>", START, START)

    assert base64.b64decode(other)[:22] != base64.b64decode(thread_index(ROOT, START, START))[:22]


@given(st.timedeltas(timedelta(days=-5), timedelta(days=2000)))
def test_the_time_can_be_read_from_the_index(later: timedelta) -> None:
    """As the specification says: high bits of a count of 100 nanoseconds since 1601, then the distance."""
    index = base64.b64decode(thread_index(ROOT, START, START + later))
    epoch = datetime(1601, 1, 1, tzinfo=UTC)

    began = epoch + timedelta(microseconds=int.from_bytes(index[:6], "big") << 16) / 10
    distance = int.from_bytes(index[22:26], "big")
    shift = 23 if distance >> 31 else 18
    child = began + timedelta(microseconds=(distance & 0x7FFFFFFF) << shift) / 10

    assert abs(began - START) < timedelta(seconds=1)
    assert abs(child - max(START, START + later)) < timedelta(seconds=2)
