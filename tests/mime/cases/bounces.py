"""Bounces of many servers: which recipients failed, for good or for now, and which mail of ours it was."""

from tests.mime.cases.case import Case, mail, of_parts, part

OURS = "<ticket-7@vendor.example>"
RETURNED = (
    f"From: desk@vendor.example\r\nTo: gone@client.example\r\nMessage-ID: {OURS}\r\nSubject: [7] x\r\n\r\nour words\r\n"
)
DAEMON = {"from": "MAILER-DAEMON@mx.example", "subject": "Undelivered Mail Returned to Sender"}


def status(*lines: str) -> bytes:
    return part(
        "Reporting-MTA: dns; mx.example\r\n\r\n" + "\r\n".join(lines) + "\r\n", "Content-Type: message/delivery-status"
    )


def report(*groups: str, returned: bytes | None = None) -> bytes:
    whole = part(RETURNED, "Content-Type: message/rfc822") if returned is None else returned
    human = part("I'm sorry to have to inform you", "Content-Type: text/plain")
    return of_parts("report", human, status(*groups), whole, parameters="; report-type=delivery-status", **DAEMON)


def _group(action: str, code: str, diagnostic: str, address: str = "gone@client.example") -> str:
    return f"Final-Recipient: rfc822; {address}\r\nAction: {action}\r\nStatus: {code}\r\nDiagnostic-Code: smtp; {diagnostic}\r\n"


EXCHANGE_DE = """Fehler bei der Nachrichtenzustellung an folgende Empfänger oder Verteilergruppen:

gone@client.example<mailto:gone@client.example>
Die eingegebene E-Mail-Adresse konnte nicht gefunden werden.

Diagnoseinformationen für Administratoren:
Generierender Server: mx.client.example
gone@client.example
#550 5.1.1 RESOLVER.ADR.RecipNotFound; not found ##rfc822;gone@client.example
Ursprüngliche Nachrichtenkopfzeilen:
Message-ID: <ticket-7@vendor.example>
From: desk@vendor.example
"""
QMAIL = """Hi. This is the qmail-send program at mx.example.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<gone@client.example>:
192.0.2.1 does not like recipient.
Remote host said: 550 5.1.1 no such user

--- Below this line is a copy of the message.

Return-Path: <desk@vendor.example>
Message-ID: <ticket-7@vendor.example>
Subject: [7] x

our words
"""
EXIM = """This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  gone@client.example
    host mx.client.example [192.0.2.1]
    SMTP error from remote mail server after RCPT TO:<gone@client.example>:
    550 5.1.1 user unknown

------ This is a copy of the message, including all the headers. ------

Message-ID: <ticket-7@vendor.example>
"""
EXIM_DELAY = """This message was created automatically by mail delivery software.
A message that you sent has not yet been delivered to one or more of its
recipients after more than 24 hours on the queue on mx.example.

The address to which the message has not yet been delivered is:

  slow@client.example
    Delay reason: Connection timed out

No action is required on your part. Delivery attempts will continue for some time.
"""
POSTFIX = """This is the mail system at host mx.example.

I'm sorry to have to inform you that your message could not
be delivered to one or more recipients. It's attached below.

<gone@client.example>: host mx.client.example[192.0.2.1] said: 550 5.1.1
    <gone@client.example>: Recipient address rejected: User unknown (in reply to RCPT TO command)
"""
FRENCH = "Échec de la remise pour ces destinataires ou groupes :\r\n\r\ngone@client.example\r\nBoîte aux lettres pleine. #550 5.2.2\r\n"
SWEDISH = "Ditt meddelande till gone@client.example kunde inte levereras.\r\n#550 5.1.10 Recipient not found\r\n"

GONE = ("gone@client.example", True, "5.1.1")
IDS = ("ticket-7@vendor.example",)

CASES = [
    Case("report of a failure", report(_group("failed", "5.1.1", "550 5.1.1 user unknown")), {
        "machine": "bounce", "failures": [GONE], "diagnostics": ["550 5.1.1 user unknown"], "failed_ids": IDS,
        "names": ["delivery-status.txt", "[7] x.eml"], "text": "I'm sorry to have to inform you"}),
    Case("report of a delay", report(_group("delayed", "4.4.1", "connect timed out")), {"failures": [("gone@client.example", False, "4.4.1")]}),
    Case("failure for now", report(_group("failed", "4.7.0", "try later")), {"failures": [("gone@client.example", False, "4.7.0")]}),
    Case("full mailbox by its code", report(_group("failed", "5.2.2", "552 no room")), {"failures": [("gone@client.example", False, "5.2.2")]}),
    Case("full mailbox by its words", report(_group("failed", "5.0.0", "550 Quota exceeded")), {"failures": [("gone@client.example", False, "5.0.0")]}),
    Case("one arrived, one did not", report(_group("delivered", "2.0.0", "ok", "here@client.example"), _group("failed", "5.1.1", "550 no")),
         {"failures": [GONE]}),
    Case("two failures", report(_group("failed", "5.1.1", "550 no"), _group("failed", "5.7.1", "550 spam", "other@client.example")),
         {"failures": [GONE, ("other@client.example", True, "5.7.1")]}),
    Case("a report that all went well", report(_group("relayed", "2.0.0", "ok")), {"machine": "bounce", "failures": []}),
    Case("only original recipient", report("Original-Recipient: rfc822;gone@client.example\r\nAction: failed\r\nStatus: 5.1.1\r\n"), {"failures": [GONE]}),
    Case("status only in the diagnostic", report("Final-Recipient: rfc822; gone@client.example\r\nAction: failed\r\nDiagnostic-Code: smtp; 550 5.1.1 no\r\n"),
         {"failures": [GONE]}),
    Case("only the headers come back", report(_group("failed", "5.1.1", "no"), returned=part(RETURNED, "Content-Type: text/rfc822-headers")),
         {"failed_ids": IDS}),
    Case("nothing comes back", report(_group("failed", "5.1.1", "no"), returned=part("x", "Content-Type: text/plain")), {"failed_ids": ()}),
    Case("broken report", report("Final-Recipient: nobody\r\nAction\r\n\r\nnonsense"), {"machine": "bounce", "failures": []}),
    Case("Exchange in German, no report", mail(EXCHANGE_DE, "Return-Path: <>", "Content-Type: text/plain; charset=utf-8", subject="Unzustellbar: [7] x",
                                               **{"from": "Microsoft Outlook <postmaster@client.example>"}),
         {"machine": "bounce", "failures": [GONE], "failed_ids": IDS}),
    Case("Exchange's own sender", mail(EXCHANGE_DE, "Content-Type: text/plain; charset=utf-8",
                                       **{"from": "<MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@client.example>"}),
         {"machine": "bounce", "failures": [GONE]}),
    Case("qmail", mail(QMAIL, subject="failure notice", **{"from": "MAILER-DAEMON@mx.example"}), {"machine": "bounce", "failures": [GONE], "failed_ids": IDS}),
    Case("exim", mail(EXIM, "X-Failed-Recipients: gone@client.example", subject="Mail delivery failed: returning message to sender",
                      **{"from": "Mail Delivery System <Mailer-Daemon@mx.example>"}), {"machine": "bounce", "failures": [GONE], "failed_ids": IDS}),
    Case("exim, delayed", mail(EXIM_DELAY, subject="Warning: message delayed 24 hours", **{"from": "Mailer-Daemon@mx.example"}),
         {"machine": "bounce", "failures": [("slow@client.example", False, "")]}),
    Case("postfix as text", mail(POSTFIX, **DAEMON), {"machine": "bounce", "failures": [GONE]}),
    Case("French, full", mail(FRENCH, "Return-Path: <>", "Content-Type: text/plain; charset=utf-8", subject="Non remis : x"),
         {"machine": "bounce", "failures": [("gone@client.example", False, "5.2.2")]}),
    Case("Swedish", mail(SWEDISH, "Return-Path: <>", subject="Olevererbart: x"), {"machine": "bounce", "failures": [("gone@client.example", True, "5.1.10")]}),
    Case("in reply to ours", mail(POSTFIX, f"In-Reply-To: {OURS}", **DAEMON), {"failed_ids": IDS}),
    Case("a person quotes a bounce", mail("> " + QMAIL.replace("\n", "\n> ")), {"machine": None, "failures": [], "failed_ids": ()}),
]  # fmt: skip
