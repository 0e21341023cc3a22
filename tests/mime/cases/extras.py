"""Invitations, and what mail servers found out about the sender."""

import base64

from tests.mime.cases.case import PLAIN, Case, mail, of_parts, part

EVENT = """BEGIN:VCALENDAR
METHOD:REQUEST
BEGIN:VEVENT
UID:1
SUMMARY:Site visit
DTSTART:20260310T090000Z
DTEND:20260310T100000Z
ORGANIZER;CN=Ada:mailto:Ada@client.example
LOCATION:Room 1
END:VEVENT
END:VCALENDAR
""".replace("\n", "\r\n")
VISIT = ("Site visit", "2026-03-10T09:00:00+00:00", "2026-03-10T10:00:00+00:00", "request")
CALENDAR = "Content-Type: text/calendar; method=REQUEST; charset=utf-8"


def _verdict(value: str) -> bytes:
    return mail("x", f"Authentication-Results: {value}")


MICROSOFT = (
    "spf=pass (sender IP is 192.0.2.1) smtp.mailfrom=client.example; dkim=pass (signature was verified)"
    " header.d=client.example;dmarc=pass action=none header.from=client.example;compauth=pass reason=100"
)

CASES = [
    Case("invitation", of_parts("alternative", PLAIN, part(EVENT, CALENDAR)),
         {"text": "Hello", "invitations": [VISIT], "kinds": [("invite.ics", "calendar")]}),
    Case("invitation as a file", of_parts("mixed", PLAIN, part(
        base64.encodebytes(EVENT.encode()), "Content-Type: application/octet-stream; name=visit.ics", "Content-Transfer-Encoding: base64")),
        {"invitations": [VISIT], "kinds": [("visit.ics", "calendar")]}),
    Case("same invitation twice", of_parts("mixed", PLAIN, part(EVENT, CALENDAR), part(EVENT, "Content-Type: application/ics; name=invite.ics")),
         {"invitations": [VISIT], "names": ["invite.ics", "invite (2).ics"]}),
    Case("whole day", of_parts("mixed", PLAIN, part(EVENT.replace("DTSTART:20260310T090000Z", "DTSTART;VALUE=DATE:20260310").replace(
        "DTEND:20260310T100000Z\r\n", ""), CALENDAR)), {"invitations": [("Site visit", "2026-03-10T00:00:00+00:00", None, "request")]}),
    Case("with a duration and a zone", of_parts("mixed", PLAIN, part(EVENT.replace(
        "DTSTART:20260310T090000Z", "DTSTART;TZID=Europe/Berlin:20260310T100000").replace("DTEND:20260310T100000Z", "DURATION:PT1H"), CALENDAR)),
        {"invitations": [VISIT]}),
    Case("cancelled", of_parts("mixed", PLAIN, part(EVENT.replace("REQUEST", "CANCEL"), CALENDAR)), {"invitations": [(*VISIT[:3], "cancel")]}),
    Case("calendar of nonsense", of_parts("mixed", PLAIN, part("BEGIN:NOTHING", CALENDAR)),
         {"text": "Hello", "invitations": [], "names": ["invite.ics"]}),
    Case("verdict", _verdict("mx.vendor.example; dmarc=pass header.from=client.example; dkim=pass header.d=client.example; spf=fail smtp.mailfrom=x"),
         {"verdicts": [("mx.vendor.example", "pass", "pass", "fail")]}),
    Case("verdict with comments", _verdict('mx.google.example; dkim=pass header.i=@client.example header.s=s header.b="ab/c"; '
                                           "spf=pass (google.example: domain of ada@client.example) smtp.mailfrom=ada@client.example; dmarc=pass (p=NONE) header.from=x"),
         {"verdicts": [("mx.google.example", "pass", "pass", "pass")]}),
    Case("verdict of Microsoft", _verdict(MICROSOFT), {"verdicts": [("", "pass", "pass", "pass")]}),
    Case("verdict of none", _verdict("mx.vendor.example; none"), {"verdicts": [("mx.vendor.example", "", "", "")]}),
    Case("verdict with version", _verdict("mx.vendor.example 1; spf=softfail"), {"verdicts": [("mx.vendor.example", "", "", "fail")]}),
    Case("two signatures, one good", _verdict("mx.vendor.example; dkim=fail header.d=a; dkim=pass header.d=b"), {"verdicts": [("mx.vendor.example", "", "pass", "")]}),
    Case("neither good nor bad", _verdict("mx.vendor.example; spf=neutral; dkim=none; dmarc=temperror"), {"verdicts": [("mx.vendor.example", "none", "none", "none")]}),
    Case("verdict broken", _verdict("mx.vendor.example; dkim=pass (never closed; spf=pass ;;; dmarc"), {"verdicts": [("mx.vendor.example", "", "pass", "")]}),
    Case("verdict hidden in a comment", _verdict("mx.vendor.example; spf=fail (x; dmarc=pass )"), {"verdicts": [("mx.vendor.example", "", "", "fail")]}),
    Case("two verdicts", mail("x", "Authentication-Results: mx.a.example; spf=pass", "Authentication-Results: mx.b.example; spf=fail"),
         {"verdicts": [("mx.a.example", "", "", "pass"), ("mx.b.example", "", "", "fail")]}),
]  # fmt: skip
