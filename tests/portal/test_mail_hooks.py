"""Mail from providers: shaped as theirs, proven by their secrets, stored once."""

import base64
import hashlib
import hmac
import json
import logging
from email import message_from_bytes
from typing import Any

import pytest
from django.test import Client

from helpdesk.tenancy import acting_for
from notifications.models import IncomingMail, Mailbox, RawMail, StrayMail

pytestmark = pytest.mark.django_db
SECRET = "helpdesk:a-secret-of-the-webhook"
KEY = "key-of-the-signature"
EIGHT_BIT = (
    b"From: customer@customer.example\r\nTo: help@acme.example\r\nSubject: Frage\r\nMessage-ID: <1@customer.example>\r\n"
    b"Content-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: 8bit\r\n\r\nGr\xfc\xdfe\r\n"
)
PLAIN = EIGHT_BIT.replace(b"\xfc\xdf", b"ues")


@pytest.fixture(autouse=True)
def set_up(settings: Any, vendor: Any, other_vendor: Any) -> None:
    settings.MAIL_PROVIDERS = ["mailgun", "mailjet", "postmark", "sendgrid", "sparkpost"]
    settings.ANYMAIL = {"WEBHOOK_SECRET": SECRET, "MAILGUN_WEBHOOK_SIGNING_KEY": KEY}
    for one in (vendor, other_vendor):
        with acting_for(one):
            Mailbox.objects.all().delete()
            Mailbox.objects.create(address=f"help@{one.slug}.example")


def basic(secret: str = SECRET) -> dict[str, str]:
    return {"HTTP_AUTHORIZATION": f"Basic {base64.b64encode(secret.encode()).decode()}"}


def send(provider: str, data: Any, kind: str = "application/json", **headers: str) -> Any:
    """As a provider does: no cookie, no token of a form."""
    client = Client(enforce_csrf_checks=True)
    return client.post(f"/hooks/mail/{provider}", data, content_type=kind, **basic() | headers)


def form(fields: dict[str, bytes | str], files: dict[str, tuple[str, bytes]] | None = None) -> tuple[bytes, str]:
    """A form as providers send it, with the bytes of its fields as they are."""
    parts = [
        f'--XX\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'.encode()
        + (value.encode() if isinstance(value, str) else value)
        for name, value in fields.items()
    ]
    parts += [
        f'--XX\r\nContent-Disposition: form-data; name="{name}"; filename="{file}"\r\n'
        f"Content-Type: application/pdf\r\n\r\n".encode()
        + content
        for name, (file, content) in (files or {}).items()
    ]
    return b"\r\n".join(parts) + b"\r\n--XX--\r\n", "multipart/form-data; boundary=XX"


def signed(**fields: Any) -> dict[str, Any]:
    """The fields of Mailgun with its signature."""
    proof = {"timestamp": "1779177600", "token": "a-token"}
    mark = hmac.new(KEY.encode(), (proof["timestamp"] + proof["token"]).encode(), hashlib.sha256).hexdigest()
    return {
        "recipient": "help@acme.example",
        "sender": "customer@customer.example",
        **proof,
        "signature": mark,
    } | fields


def kept(vendor: Any) -> list[bytes]:
    with acting_for(vendor):
        return [bytes(raw) for raw in RawMail.objects.order_by("id").values_list("content", flat=True)]


def postmark(**facts: Any) -> dict[str, Any]:
    """Postmark's JSON."""
    return {
        "From": "customer@customer.example",
        "FromFull": {"Email": "customer@customer.example", "Name": "Customer", "MailboxHash": ""},
        "ToFull": [{"Email": "help@acme.example", "Name": "", "MailboxHash": ""}],
        "OriginalRecipient": "help@acme.example",
        "Subject": "It burns",
        "MessageID": "22c74902-a0c1-4511-804f-341342852c90",
        "Date": "Tue, 19 May 2026 10:00:00 +0200",
        "TextBody": "The printer is on fire.\n",
        "HtmlBody": "<p>The printer is on fire.</p>",
        "Headers": [
            {"Name": "Return-Path", "Value": "<bounces@customer.example>"},
            {"Name": "Message-ID", "Value": "<2@customer.example>"},
        ],
        "Attachments": [
            {"Name": "fire.pdf", "ContentType": "application/pdf", "Content": base64.b64encode(b"%PDF fire").decode()}
        ],
    } | facts


# --- Whole mails -------------------------------------------------------------------------------------------


def test_postmark_with_the_whole_mail(vendor: Any) -> None:
    assert send("postmark/", json.dumps(postmark(RawEmail=PLAIN.decode()))).status_code == 200
    assert kept(vendor) == [PLAIN]
    with acting_for(vendor):
        mail = IncomingMail.objects.select_related("mailbox").get()
        assert (mail.way, mail.mailbox.address, mail.envelope_from) == (
            "webhook",
            "help@acme.example",
            "bounces@customer.example",
        )


def test_mailgun_with_the_whole_mail_byte_by_byte(vendor: Any) -> None:
    assert send("mailgun/mime", *form(signed(**{"body-mime": EIGHT_BIT}))).status_code == 200
    assert kept(vendor) == [EIGHT_BIT]


def test_sendgrid_with_recipients_of_two_vendors(vendor: Any, other_vendor: Any) -> None:
    envelope = {"to": ["help+12@acme.example", "help@umbrella.example"], "from": "customer@customer.example"}
    answer = send("sendgrid/", *form({"email": EIGHT_BIT, "envelope": json.dumps(envelope), "spam_score": "0.1"}))
    assert answer.status_code == 200
    assert kept(vendor) == kept(other_vendor) == [EIGHT_BIT]


def test_sparkpost_in_base64(vendor: Any) -> None:
    content = {"email_rfc822": base64.b64encode(EIGHT_BIT).decode(), "email_rfc822_is_base64": True}
    relayed = {"content": content, "msg_from": "a@customer.example", "rcpt_to": "help@acme.example", "protocol": "smtp"}
    assert send("sparkpost/", json.dumps([{"msys": {"relay_message": relayed}}])).status_code == 200
    assert kept(vendor) == [EIGHT_BIT]


# --- Mails in pieces ---------------------------------------------------------------------------------------


def parts_of(raw: bytes) -> list[str]:
    return [part.get_content_type() for part in message_from_bytes(raw).walk() if not part.is_multipart()]


def test_postmark_in_pieces_and_once_however_often_it_is_sent(vendor: Any) -> None:
    for _ in range(3):
        assert send("postmark/", json.dumps(postmark())).status_code == 200
    [raw] = kept(vendor)
    assert message_from_bytes(raw)["Message-ID"] == "<2@customer.example>"
    assert parts_of(raw) == ["text/plain", "text/html", "application/pdf"]


def test_mailgun_in_pieces(vendor: Any) -> None:
    headers = [["Message-Id", "<3@customer.example>"], ["Subject", "It burns"], ["From", "customer@customer.example"]]
    fields = signed(
        **{"message-headers": json.dumps(headers), "body-plain": "It burns.", "attachment-count": "1"},
    )
    for _ in range(2):
        assert send("mailgun/", *form(fields, {"attachment-1": ("fire.pdf", b"%PDF\r\n\r\n--fire")})).status_code == 200
    [raw] = kept(vendor)
    assert parts_of(raw) == ["text/plain", "application/pdf"]
    attached = [part for part in message_from_bytes(raw).walk() if part.get_filename() == "fire.pdf"]
    assert attached[0].get_payload(decode=True) == b"%PDF\r\n\r\n--fire"


def test_mailjet_in_pieces(vendor: Any) -> None:
    event = {
        "Sender": "customer@customer.example",
        "Recipient": "help@acme.example",
        "Headers": {"From": "customer@customer.example", "Message-ID": "<4@customer.example>", "Subject": "Brænder €"},
        "Parts": [],
        "Text-part": "Det brænder.",
    }
    assert send("mailjet/", json.dumps(event)).status_code == 200
    [raw] = kept(vendor)
    [text] = [part for part in message_from_bytes(raw).walk() if part.get_content_type() == "text/plain"]
    assert text.get_payload(decode=True).decode() == "Det brænder."


# --- Whose it is -------------------------------------------------------------------------------------------


def test_a_mailbox_that_is_forwarded_to_the_provider_is_known_by_the_headers(vendor: Any) -> None:
    event = postmark(RawEmail=PLAIN.decode(), OriginalRecipient="0af3c2@inbound.provider.example")
    assert send("postmark/", json.dumps(event)).status_code == 200
    assert kept(vendor) == [PLAIN]


def test_what_is_for_nobody_is_kept(vendor: Any) -> None:
    raw = PLAIN.replace(b"help@acme", b"help@nobody")
    event = postmark(RawEmail=raw.decode(), OriginalRecipient="help@nobody.example")
    assert send("postmark/", json.dumps(event)).status_code == 200
    assert kept(vendor) == []
    assert bytes(StrayMail.objects.get().content) == raw


# --- Who may ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "headers", [{"HTTP_AUTHORIZATION": ""}, basic("helpdesk:guessed"), basic(""), {"HTTP_AUTHORIZATION": "Basic !"}]
)
@pytest.mark.parametrize("provider", ["postmark/", "mailgun/mime"])
def test_a_wrong_secret_is_refused_and_not_logged(
    vendor: Any, caplog: pytest.LogCaptureFixture, provider: str, headers: dict[str, str]
) -> None:
    caplog.set_level(logging.INFO)
    body = form(signed(**{"body-mime": PLAIN})) if "mime" in provider else (json.dumps(postmark()), "application/json")
    answer = send(provider, *body, **headers)
    assert answer.status_code == 401
    assert "password" in answer.content.decode()
    assert kept(vendor) == []
    assert "provider's request refused" in caplog.text
    assert "a-secret" not in caplog.text + answer.content.decode()
    assert "guessed" not in caplog.text + answer.content.decode()


def test_a_wrong_signature_is_refused(vendor: Any) -> None:
    assert send("mailgun/mime", *form(signed(**{"body-mime": PLAIN, "signature": "0" * 64}))).status_code == 401
    assert kept(vendor) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"MAIL_PROVIDERS": []},
        {"MAIL_PROVIDERS": ["postmark"]},
        {"ANYMAIL": {"WEBHOOK_SECRET": "", "MAILGUN_WEBHOOK_SIGNING_KEY": KEY}},
        {"ANYMAIL": {"WEBHOOK_SECRET": SECRET, "MAILGUN_WEBHOOK_SIGNING_KEY": ""}},
    ],
)
def test_what_is_not_set_up_is_not_there(settings: Any, changes: dict[str, Any]) -> None:
    for name, value in changes.items():
        setattr(settings, name, value)
    assert send("mailgun/mime", *form(signed(**{"body-mime": PLAIN}))).status_code == 404


def test_only_at_the_platform_and_only_by_post(vendor: Any) -> None:
    client = Client(enforce_csrf_checks=True)
    for address in ("/acme/hooks/mail/postmark/", "/hooks/mail/unknown/"):
        assert client.post(address, "{}", content_type="application/json", **basic()).status_code == 404
    assert client.get("/hooks/mail/postmark/", **basic()).status_code == 405
    assert client.head("/hooks/mail/postmark/").status_code == 200


# --- How much ----------------------------------------------------------------------------------------------


def test_a_mail_may_be_larger_than_a_form(vendor: Any, settings: Any) -> None:
    long = PLAIN + b"x" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1) + b"\r\n"
    assert send("mailgun/mime", *form(signed(**{"body-mime": long}))).status_code == 200
    assert kept(vendor) == [long]


def test_what_is_too_large_is_refused(vendor: Any, settings: Any) -> None:
    settings.MAIL_MAX_BYTES = 1000
    answer = send("mailgun/mime", *form(signed(**{"body-mime": PLAIN + b"x" * 2000})))
    assert answer.status_code == 413
    assert kept(vendor) == []
