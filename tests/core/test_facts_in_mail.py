"""Facts on lines of their own."""

from hypothesis import given
from hypothesis import strategies as st

from notifications.core.facts import LABELS, LONGEST, MOST_LINES, facts_in

WANTED = tuple(LABELS)


def test_a_label_and_a_colon_name_a_fact():
    text = "Hello\n Severity level:  B \n* Product: Card  Manager\nSoftware release: 6.1\nNote: none"
    assert facts_in(text, WANTED) == {"severity": "B", "product": "Card Manager", "software_release": "6.1"}


def test_the_first_line_counts_and_only_what_is_wanted():
    assert facts_in("Severity: A\nSeverity: D\nProduct: x", ("severity",)) == {"severity": "A"}


def test_what_is_no_fact_is_left_alone():
    assert facts_in("Severity B\nSeverity:\nThe severity: high", WANTED) == {}
    assert facts_in(f"Product: {'x' * (LONGEST + 1)}", WANTED) == {}
    assert facts_in("\n" * MOST_LINES + "Severity: A", WANTED) == {}


@given(st.text(max_size=500))
def test_values_are_short_and_on_one_line(text: str):
    for name, value in facts_in(text, WANTED).items():
        assert name in WANTED
        assert 0 < len(value) <= LONGEST
        assert "\n" not in value
