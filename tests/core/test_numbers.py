"""Ticket numbers in subjects."""

import pytest

from notifications.core.numbers import numbers_in


def found(subject: str, token: str = "[{number}]", number_format: str = "{n}", **more: bool) -> list[str]:
    return list(numbers_in(subject, token=token, number_format=number_format, **more))


@pytest.mark.parametrize(("subject", "numbers"), [
    ("Re: [1042] It burns", ["1042"]),
    ("AW: SV: [ 1042 ] It burns", ["1042"]),
    ("It burns, see #1042", ["1042"]),
    ("Error 1042 on start", []),
    ("[1042] and [1043]", ["1042", "1043"]),
    ("#1042-b", []),
    ("", []),
])  # fmt: skip
def test_a_short_number_counts_in_its_token_or_after_a_mark(subject: str, numbers: list[str]):
    assert found(subject) == numbers


def test_a_number_that_cannot_be_mistaken_counts_as_a_word():
    assert found("Call 2026000123 again", number_format="{year}{n:06}") == ["2026000123"]
    assert found("Call 20260001 again", number_format="{year}{n:06}") == []
    assert found("About HG-1007, please", number_format="HG-{n}") == ["HG-1007"]


def test_strictly_the_token_alone_counts():
    token = "Ticket [{number}]"
    assert found("RE: Ticket [1042] Login fails", token, strictly=True) == ["1042"]
    assert found("RE: ticket  [1042]", token, strictly=True) == ["1042"]
    assert found("RE: #1042 [1042] Login fails", token, strictly=True) == []
