"""Whatever the bytes are, there is a letter or a refusal; its texts can be stored, its files are no larger than it was."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from notifications.mime.addresses import addresses
from notifications.mime.charsets import clean, decoded, one_line
from notifications.mime.encodings import from_base64, uuencoded
from notifications.mime.headers import words
from notifications.mime.letter import Hints, Letter, Unreadable
from notifications.mime.names import Names, safe_name
from notifications.mime.parameters import parameters
from notifications.mime.reading import read
from tests.mime.cases import CASES
from tests.mime.look import texts_of

UNFIT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
LABELS = [
    "",
    "utf-8",
    "latin1",
    "iso-2022-jp",
    "utf-7",
    "utf-16",
    "gb18030",
    "hz",
    "cp437",
    "idna",
    "punycode",
    "x",
    "\0",
]
mails = st.sampled_from([case.raw for case in CASES if len(case.raw) < 20_000])
pieces = st.lists(st.sampled_from([
    b"\r\n", b"\n", b"\r", b"--b", b"--b--", b"Content-Type: ", b"multipart/mixed; boundary=b", b"text/html", b"message/rfc822",
    b"application/ms-tnef", b"\x78\x9f\x3e\x22", b"Content-Transfer-Encoding: base64", b"=?utf-8?B?", b"?=", b"From: ", b"<a@b.example>",
    b"begin 644 a\n", b"end\n", b";", b'"', b"\0", b"\xff", b"=", b"From x\n", b"Subject: ", b"name*0*=", b"cid:a", b"<img src=",
    b"Content-ID: <a>", b"BEGIN:VCALENDAR", b"format=flowed", b"charset=",
]) | st.binary(max_size=20), max_size=60).map(b"".join)  # fmt: skip


def assert_sound(raw: bytes) -> None:
    """What must hold of any mail at all."""
    letter = _outcome(raw)
    if isinstance(letter, Unreadable):
        assert letter.reason in {"too_many_parts", "too_deep", "header_too_long", "header_too_large"}
        return
    for text in texts_of(letter):
        assert not UNFIT.search(text), text
    assert sum(len(file.content) for file in letter.files) <= 2 * len(raw) + 2_000_000
    names = [file.name for file in letter.files]
    assert all(names)
    assert len({name.casefold() for name in names}) == len(names)
    assert not any(set(name) & set('/\\:*?"<>|\n') for name in names)
    assert letter.date is None or letter.date.tzinfo


def _outcome(raw: bytes) -> Letter | Unreadable:
    try:
        return read(raw, Hints(markers=("above this line",)))
    except Unreadable as refusal:
        return refusal


@given(st.binary(max_size=300))
def test_any_bytes(raw):
    assert_sound(raw)


@given(pieces)
def test_pieces_of_mails(raw):
    assert_sound(raw)


@settings(max_examples=200)
@given(mails, mails, st.floats(0, 1), st.floats(0, 1), pieces)
def test_mails_grown_together(one, two, cut, join, between):
    assert_sound(one[: int(cut * len(one))] + between + two[int(join * len(two)) :])


@given(st.binary(max_size=200), st.sampled_from(LABELS) | st.text(max_size=10))
def test_any_bytes_in_any_charset_are_clean_text(data, label):
    assert not UNFIT.search(decoded(data, label))


@given(st.text(max_size=200))
def test_cleaning_twice_is_cleaning_once(text):
    assert clean(clean(text)) == clean(text)
    assert one_line(one_line(text)) == one_line(text)


@given(st.text(max_size=200))
def test_text_that_is_clean_stays(text):
    kept = clean(text)

    assert decoded(kept.encode("utf-8"), "utf-8") == kept.removeprefix("\ufeff")


@given(st.binary(max_size=300))
def test_base64_gives_back_what_was_encoded(data):
    import base64

    assert from_base64(base64.encodebytes(data)) == data
    assert from_base64(base64.b64encode(data).rstrip(b"=")) == data


@given(st.binary(min_size=1, max_size=300))
def test_uuencode_gives_back_what_was_encoded(data):
    from tests.mime.cases.files import uu

    assert uuencoded(uu("a b", data)) == ([(b"a b", data)], b"")


@given(st.text(max_size=120))
def test_an_encoded_word_says_what_was_encoded(text):
    from email.header import Header

    assert words(Header(clean(text), "utf-8", maxlinelen=10_000).encode()).split() == one_line(text).split()


@given(st.text(max_size=200))
def test_addresses_hold_one_at_and_no_blank(text):
    for person in addresses([text]):
        assert person.address.count("@") == 1
        assert person.address == person.address.lower()
        assert not re.search(r"[\s<>,;]", person.address)


@given(st.text(max_size=200))
def test_parameters_are_read_of_anything(text):
    kind, found = parameters(text)
    assert all(isinstance(value, str) for value in [kind, *found.values()])


@given(st.lists(st.text(max_size=20), max_size=20))
def test_no_two_files_have_one_name(texts):
    names = Names()
    fresh = [names.fresh(safe_name(text, "application/pdf")) for text in texts]
    assert len({name.casefold() for name in fresh}) == len(texts)
