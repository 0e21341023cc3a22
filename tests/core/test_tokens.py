"""Reply tokens: who was made one proves it, nobody else does."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.core.tokens import (
    LONGEST,
    LONGEST_ID,
    Token,
    address_reader,
    entry_of,
    make,
    message_id,
    read,
    tokens_in,
)

KEY, OTHER_KEY = b"k" * 32, b"o" * 32
tickets = st.integers(1, 10**9)
vendors = st.integers(1, 10**6)
readers = st.one_of(
    st.builds("c{}".format, st.integers(1, 10**9)),
    st.builds("a{}".format, st.integers(1, 10**9)),
    st.builds(address_reader, st.text(max_size=40)),
)
DOT_ATOM = re.compile(r"<[a-z0-9_-]+(\.[a-z0-9_-]+)*@[a-z0-9-]+(\.[a-z0-9-]+)*>")


@given(vendors, tickets, readers)
def test_a_token_proves_its_ticket_and_its_reader(vendor: int, ticket: int, reader: str) -> None:
    token = make(KEY, vendor, ticket, reader)

    assert read(KEY, vendor, token) == Token(ticket, reader)
    assert read(KEY, vendor, token.upper()) == Token(ticket, reader), "servers on the way change the case"
    assert re.fullmatch("[a-z0-9-]+", token)
    assert len(token) <= LONGEST


@given(vendors, tickets, readers)
def test_another_vendors_token_or_one_of_another_key_is_nothing(vendor: int, ticket: int, reader: str) -> None:
    token = make(KEY, vendor, ticket, reader)

    assert read(KEY, vendor + 1, token) is None
    assert read(OTHER_KEY, vendor, token) is None


@given(vendors, tickets, readers, st.data())
def test_a_token_with_one_sign_changed_is_nothing(vendor: int, ticket: int, reader: str, data: st.DataObject) -> None:
    token = make(KEY, vendor, ticket, reader)
    at = data.draw(st.integers(0, len(token) - 1))
    sign = data.draw(st.sampled_from("abcxyz-234567019"))
    changed = token[:at] + sign + token[at + 1 :]

    assert read(KEY, vendor, changed) in ({None} if changed != token else {Token(ticket, reader)})


@given(st.text())
def test_any_text_can_be_asked_and_proves_nothing(text: str) -> None:
    assert read(KEY, 1, text) is None
    assert entry_of(text) is None
    assert list(tokens_in([text])) == []


@pytest.mark.parametrize("reader", ["", "c", "c0", "c12\n", "b5", "c12-3", "x", "C5", "a" + "9" * 13])
def test_no_token_is_made_for_nobody(reader: str) -> None:
    with pytest.raises(ValueError, match="no token"):
        make(KEY, 1, 12, reader)


def test_no_token_is_longer_than_an_address_can_bear() -> None:
    with pytest.raises(ValueError, match="no token"):
        make(KEY, 1, 10**12, "c1")


def test_tokens_are_found_in_addresses_and_in_ids_each_once() -> None:
    one, two = make(KEY, 1, 12, "c5"), make(KEY, 1, 12, "a7")
    texts = [
        f"Support <support+{one}@vendor.example>",
        f"SUPPORT+{one.upper()}@VENDOR.EXAMPLE",
        f"<x@y.example> <{two}.3.ticket_created@vendor.example>",
        f"bounce-{one}x@vendor.example",
    ]

    assert list(tokens_in(texts)) == [one, two]


@given(
    tickets, readers, st.integers(0, 10**8), st.sampled_from(["ticket_created", "status_entered", "Odd\r\nX: y", ""])
)
def test_an_id_of_ours_tells_its_token_and_its_entry(ticket: int, reader: str, seq: int, event: str) -> None:
    token = make(KEY, 1, ticket, reader)

    made = message_id(token, seq, event, "support.vendor.example")

    assert DOT_ATOM.fullmatch(made)
    assert entry_of(made) == (token, seq)
    assert list(tokens_in([made])) == [token]


@given(st.text(max_size=300))
def test_an_id_is_legal_and_short_whatever_the_domain(domain: str) -> None:
    made = message_id(make(KEY, 1, 12, "c5"), 3, "status_entered", domain)

    assert DOT_ATOM.fullmatch(made)
    assert len(made) <= LONGEST_ID


def test_a_domain_that_is_too_long_is_shortened_to_one_that_stays_its_own() -> None:
    token = make(KEY, 1, 12, "c5")
    long, other = ("a" * 60 + ".") * 4 + "example", ("b" * 60 + ".") * 4 + "example"

    assert message_id(token, 3, "mail", long) != message_id(token, 3, "mail", other)
    assert len(message_id(token, 3, "mail", long)) <= LONGEST_ID


def test_an_address_has_one_reader_however_it_is_written() -> None:
    assert address_reader(" Team@Vendor.example") == address_reader("team@vendor.example")
    assert address_reader("team@vendor.example") != address_reader("team2@vendor.example")
