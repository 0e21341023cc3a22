"""What is told from a mail's bytes alone: whether it is the same mail, and whom it is for."""

from hypothesis import given
from hypothesis import strategies as st

from notifications.core.envelope import MOST, fingerprint, headers, recipients, without_tag

MAIL = (
    b"From: Ann <ann@x.example>\r\nTo: help@acme.example\r\nDate: Tue, 19 May 2026 10:00:00 +0200\r\n"
    b"Message-ID: <a@x.example>\r\nSubject: It\r\n burns\r\n\r\nNow.\r\n"
)


def test_what_servers_add_and_change_on_the_way_counts_for_nothing():
    same = {
        fingerprint(MAIL),
        fingerprint(b"Received: from a\r\n\tby b\r\nDelivered-To: x@y.example\r\n" + MAIL),
        fingerprint(MAIL.replace(b"\r\n", b"\n")),
        fingerprint(MAIL.replace(b"\r\n", b"\r")),
        fingerprint(MAIL.replace(b"It\r\n burns", b"It burns")),
        fingerprint(MAIL + b"\r\n\r\n"),
    }
    assert len(same) == 1


def test_another_word_subject_or_sender_is_another_mail():
    others = [MAIL.replace(b"Now.", b"Then."), MAIL.replace(b"burns", b"smokes"), MAIL.replace(b"ann@", b"bob@")]
    assert len({fingerprint(raw) for raw in (MAIL, *others)}) == 4


def test_without_id_and_date_a_mail_is_only_the_same_as_itself():
    bare = b"From: a@x.example\r\n\r\nIt burns."
    assert fingerprint(bare) == fingerprint(bare)
    assert fingerprint(bare) != fingerprint(b"Received: from a\r\n" + bare)


def test_recipients_are_where_it_was_delivered_before_what_its_header_claims():
    raw = b"To: One <one@x.example>, two@x.example\nCc: THREE@x.example\nX-Original-To: box+tag@x.example\n\nTo: no@x.example"
    assert recipients(raw) == ["box+tag@x.example", "one@x.example", "two@x.example", "three@x.example"]
    assert recipients(b"To: " + b", ".join(b"a%d@x.example" % at for at in range(500))) == [
        f"a{at}@x.example" for at in range(MOST)
    ]


def test_headers_are_unfolded_whatever_they_begin_with():
    assert list(headers(b"A: 1\n  2\nNo colon\n\tgoes on")) == [(b"a", b"1 2"), (b"no colon goes on", b"")]
    assert list(headers(b" begins folded")) == [(b"begins folded", b"")]


def test_a_tag_belongs_to_the_mailbox_before_it():
    assert without_tag("help+12-c5@acme.example") == "help@acme.example"
    assert without_tag("help@acme.example") == "help@acme.example"


@given(st.binary(max_size=2000))
def test_no_bytes_are_too_strange(raw: bytes):
    assert len(fingerprint(raw)) == 64
    assert all("@" in address and address == address.lower() for address in recipients(raw))
