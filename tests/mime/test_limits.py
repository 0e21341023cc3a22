"""Mails made to be slow: each is read, or refused, within the processor time and the memory that one mail may use."""

import pytest

from notifications.mime.letter import Unreadable
from notifications.mime.reader import Reader
from tests.mime.cases.case import PLAIN, group, mail

HTML = "Content-Type: text/html"
READ = None


def _multipart(body: bytes, boundary: str = "b") -> bytes:
    return mail(body, f'Content-Type: multipart/mixed; boundary="{boundary}"')


def _deep(body: bytes) -> bytes:
    for level in range(28):
        body = group("mixed", body, boundary=f"b{level}")
    head, _, body = body.partition(b"\r\n\r\n")
    return mail(body, head)


def _calendar(body: bytes) -> bytes:
    return mail(b"BEGIN:VCALENDAR\r\n" + body + b"END:VCALENDAR\r\n", "Content-Type: text/calendar")


def _bounce(body: bytes) -> bytes:
    return mail(body, **{"from": "mailer-daemon@x.example", "subject": "failure notice"})


HEAVY = {
    "quotation marks": (mail(b">" * 1_000_000), READ),
    "lines of quotation": (mail(b">\r\n" * 350_000), READ),
    "quoted lines": (mail(b"> hello there\r\n" * 80_000, subject="Re: x"), READ),
    "100,000 headers": (b"X: y\r\n" * 100_000 + b"\r\nHello", "header_too_long"),
    "a header of 20 MB": (b"Subject: " + b"x" * 20_000_000, "header_too_large"),
    "a line of 20 MB": (mail(b"x" * 20_000_000), READ),
    "10,000 parts": (_multipart(b"--b\r\n\r\nx\r\n" * 10_000), "too_many_parts"),
    "5 million lines like a boundary": (_multipart(b"--bX\r\n" * 5_000_000), "too_many_parts"),
    "4 million last boundaries": (_multipart(b"--b--\r\n" * 4_000_000), "too_many_parts"),
    "dashes": (_multipart(b"-" * 20_000_000, "-" * 60), READ),
    "30 MB, 28 deep": (_deep(PLAIN + b"x\r\n" * 10_000_000), READ),
    "nested bold": (mail(b"<b>x" * 250_000, HTML), READ),
    "nested div": (mail(b"<div>" * 200_000, HTML), READ),
    "nested tables": (mail(b"<table><tr><td>" * 60_000, HTML), READ),
    "a wide table": (mail(b"<table><tr>" + b"<td>x</td>" * 90_000, HTML), READ),
    "less-than signs": (mail(b"<" * 1_000_000, HTML), READ),
    "attributes": (mail(b"<a " + b"x=1 " * 250_000 + b">", HTML), READ),
    "files that never end": (mail(b"begin 644 a\n" * 80_000), READ),
    "a file of short lines": (mail(b"begin 644 a\n" + b"#86)C\n" * 5_000_000), READ),
    "two-line files": (mail(b"begin 644 a\n#86)C\n" * 1_500_000), READ),
    "padding": (mail(b"A=" * 15_000_000, "Content-Transfer-Encoding: base64"), READ),
    "soft line ends": (mail(b"=\r\n" * 10_000_000, "Content-Transfer-Encoding: quoted-printable"), READ),
    "bytes of no charset": (mail(b"\x80" * 2_000_000, "Content-Type: text/plain; charset=utf-8"), READ),
    "shifts of UTF-7": (mail(b"+AAA" * 500_000, "Content-Type: text/plain; charset=utf-7"), READ),
    "surrogates": (mail(b"\xd8\0" * 500_000, "Content-Type: text/plain; charset=utf-16"), READ),
    "5,000 events": (_calendar(b"BEGIN:VEVENT\r\nDTSTART:20260101T000000Z\r\nEND:VEVENT\r\n" * 5000), READ),
    "a folded calendar": (_calendar(b"X:" + b"\r\n x" * 70_000 + b"\r\n"), READ),
    "12,000 failed addresses": (_bounce(b"<a@b.example>:\r\n" * 12_000), READ),
    "numbers like a status": (_bounce(b"5.1." * 250_000), READ),
    "60,000 verdicts": (mail("x", "Authentication-Results: x" + "; spf=pass" * 20_000), READ),
    "comments": (mail("x", "Authentication-Results: x; spf=pass " + "(" * 100_000), READ),
    "100,000 addresses": (mail(to="a@b," * 50_000), READ),
    "quotation marks in To": (mail(to='"\\' * 100_000), READ),
    "parameters": (mail("x", "Content-Type: text/plain" + ';a="' * 60_000), READ),
    "encoded words": (mail(subject="=?utf-8?B?w6Q=?= " * 12_000), READ),
    "encoded words without end": (mail(subject="=?a?q?" * 40_000), READ),
    "references": (mail("x", "References: " + "<a@b> " * 40_000), READ),
    "digits as a date": (mail(date="1" * 200_000), READ),
}


@pytest.fixture(scope="module")
def limited():
    reader = Reader(cpu_seconds=3)
    yield reader
    reader.close()


@pytest.mark.parametrize("name", HEAVY)
def test_no_mail_is_slow(limited, name):
    raw, refusal = HEAVY[name]

    if refusal is READ:
        assert limited.read(raw).sender
    else:
        with pytest.raises(Unreadable) as found:
            limited.read(raw)
        assert found.value.reason == refusal
