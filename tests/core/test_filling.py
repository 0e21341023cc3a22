"""Placeholders of mail templates: a closed list, filled in one pass."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.core.filling import PLACEHOLDERS, BadTemplate, fill, paragraphs, placeholders


@pytest.mark.parametrize(
    "bad", ["{nmber}", "{", "}", "{number", "{number!r}", "{number:>9}", "{}", "{0}", "{number.x}"]
)
def test_what_cannot_be_filled_is_refused(bad: str) -> None:
    with pytest.raises(BadTemplate):
        placeholders(f"Your ticket {bad}")


def test_the_unknown_placeholder_is_named() -> None:
    with pytest.raises(BadTemplate) as refusal:
        placeholders("{nmber}")
    assert refusal.value.name == "nmber"


@given(st.sampled_from(sorted(PLACEHOLDERS)), st.text())
def test_what_a_value_holds_is_not_looked_at_again(name: str, value: str) -> None:
    assert fill(f"a {{{name}}} {{{{b}}}}", {name: value}) == f"a {value} {{b}}"


def test_a_value_that_is_not_there_is_empty_and_so_is_its_paragraph_left_out() -> None:
    template = "Hello {requester},\n\n{solution}\n\nIt is\n{number}.\n\n\n"

    assert placeholders(template) == {"requester", "solution", "number"}
    assert paragraphs(template, {"requester": "Åsa", "number": "7"}) == ["Hello Åsa,", "It is\n7."]
    assert paragraphs(template.replace("\n", "\r\n"), {"number": "7"}) == ["Hello ,", "It is\n7."]
