"""Mail of machines, and of people whose mail looks a little like it."""

from tests.mime.cases.case import Case, mail, of_parts, part

REPORT = "multipart/report"
HUMAN = part("A report", "Content-Type: text/plain")


def _machine(name: str, says: str | None, *lines: str, **fields) -> Case:
    return Case(name, mail("Hello", *lines, **fields), {"machine": says})


def _report(kind: str, status: bytes = b"Reporting-MTA: dns; x.example\r\n") -> bytes:
    return of_parts(
        "report",
        HUMAN,
        part(status, f"Content-Type: message/{kind}"),
        boundary="=_r",
        parameters=f"; report-type={kind}",
    )


CASES = [
    _machine("a person", None),
    _machine("Auto-Submitted: auto-replied", "auto_reply", "Auto-Submitted: auto-replied"),
    _machine("Auto-Submitted: auto-generated", "auto_reply", "Auto-Submitted: auto-generated"),
    _machine("Auto-Submitted with parameters", "auto_reply", 'Auto-Submitted: auto-notified; owner-email="x@y.example"'),
    _machine("Auto-Submitted: no", None, "Auto-Submitted: no"),
    _machine("Auto-Submitted: No (a comment)", None, "Auto-Submitted: No (a person)"),
    _machine("Auto-Submitted of the future", "auto_reply", "Auto-Submitted: auto-x-new"),
    _machine("Precedence: bulk", "list", "Precedence: bulk"),
    _machine("an absence with Precedence: bulk", "auto_reply", "Precedence: bulk", subject="Out of office"),
    _machine("Precedence: junk", "list", "Precedence: Junk"),
    _machine("Precedence: auto_reply", "auto_reply", "Precedence: auto_reply"),
    _machine("Precedence: list", "list", "Precedence: list"),
    _machine("Precedence: first-class", None, "Precedence: first-class"),
    _machine("X-Autoreply", "auto_reply", "X-Autoreply: yes"),
    _machine("X-Autoreply: no", None, "X-Autoreply: no"),
    _machine("X-Autorespond", "auto_reply", "X-Autorespond: The printer"),
    _machine("X-Auto-Response-Suppress of a person", None, "X-Auto-Response-Suppress: OOF, AutoReply"),
    _machine("X-Auto-Response-Suppress: All of a person", None, "X-Auto-Response-Suppress: All"),
    _machine("Outlook's absence", "auto_reply", "X-Auto-Response-Suppress: All", subject="Automatic reply: The printer"),
    _machine("Outlook's absence with its own sign", "auto_reply", "X-Auto-Response-Suppress: All", "Auto-Submitted: auto-generated",
             subject="Automatische Antwort: The printer"),
    _machine("absence in German", "auto_reply", "X-Auto-Response-Suppress: All", subject="Abwesenheitsnotiz: The printer"),
    _machine("absence in French", "auto_reply", "X-Auto-Response-Suppress: All", subject="=?utf-8?Q?R=C3=A9ponse_automatique=C2=A0?= : x"),
    _machine("absence in Swedish", "auto_reply", "X-Auto-Response-Suppress: All", subject="Autosvar: x"),
    _machine("absence in Dutch", "auto_reply", "X-Auto-Response-Suppress: All", subject="Automatisch antwoord: x"),
    _machine("absence in Luxembourgish", "auto_reply", "X-Loop: x", subject="Automatesch Äntwert: x"),
    _machine("a person speaks of holidays", None, subject="I am on vacation and the printer is broken"),
    _machine("a person writes about an automatic reply", None, subject="Automatic reply: where do I switch it on?"),
    _machine("list mail", "list", "List-Id: <users.client.example>"),
    _machine("a person through a list", "list", "List-Id: Users <users.client.example>", "List-Unsubscribe: <mailto:x@y.example>", "Precedence: bulk"),
    _machine("newsletter", "list", "List-Unsubscribe: <https://x.example/u>"),
    _machine("answers of a list's robot", "auto_reply", "List-Id: <users.client.example>", "Auto-Submitted: auto-generated"),
    _machine("our own mail", "own", "X-Helpdesk-Loop: nexus"),
    _machine("a helpdesk's automatic mail", "auto_reply", "X-Helpdesk-Loop: x", "Auto-Submitted: auto-replied", "Precedence: bulk"),
    _machine("nothing may come back", "auto_reply", "Return-Path: <>"),
    _machine("nothing may come back, with a blank", "auto_reply", "Return-Path: < >"),
    _machine("an ordinary return path", None, "Return-Path: <ada@client.example>"),
    _machine("mailer-daemon", "bounce", **{"from": "Mail Delivery System <MAILER-DAEMON@mx.client.example>"}),
    _machine("mailer-daemon without address", "bounce", **{"from": "MAILER-DAEMON (Mail Delivery System)"}),
    _machine("a postmaster is a person", None, **{"from": "postmaster@client.example"}),
    _machine("a postmaster returns a mail", "bounce", **{"from": "postmaster@client.example", "subject": "Undeliverable: The printer"}),
    _machine("a person forwards a failure", None, subject="Fwd: Undeliverable: The printer"),
    _machine("X-Failed-Recipients", "bounce", "X-Failed-Recipients: x@y.example"),
    Case("delivery report", _report("delivery-status"), {"machine": "bounce", "text": "A report", "names": ["delivery-status.txt"]}),
    Case("read receipt", _report("disposition-notification"), {"machine": "report", "evidence": "message/disposition-notification"}),
    Case("complaint", _report("feedback-report"), {"machine": "report", "names": ["feedback.txt"]}),
    Case("report without its part", of_parts("report", HUMAN, parameters="; report-type=delivery-status"), {"machine": "bounce"}),
    Case("a report inside an attached mail is not ours", of_parts("mixed", HUMAN, part(_report("delivery-status"), "Content-Type: message/rfc822")),
         {"machine": None}),
]  # fmt: skip
