"""Providers that take mail in for us: who proves their requests, and where in them the mail itself stands.

Where a provider sends the whole mail, its bytes are kept as they are. Where it sends the mail in pieces, anymail puts
one together.
"""

import base64
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage
from typing import Any

from anymail.webhooks.base import AnymailBaseWebhookView
from django.conf import settings
from django.utils.crypto import salted_hmac
from django.utils.module_loading import import_string

from portal.hooks.posted import Posted


@dataclass(frozen=True)
class Arrived:
    """One mail as a provider hands it over."""

    raw: bytes
    to: tuple[str, ...]
    sender: str


@dataclass(frozen=True)
class Provider:
    """`whole` finds the mails in a request that holds their bytes; without them it finds none."""

    view: str
    whole: Callable[[Posted], Sequence[Arrived]]
    needs: tuple[str, ...] = ()

    def anymail(self) -> AnymailBaseWebhookView:
        """What proves a request, and takes apart what comes in pieces."""
        return import_string(self.view)()

    @property
    def is_set_up(self) -> bool:
        """Whether its secrets are known."""
        return all(settings.ANYMAIL.get(name) for name in ("WEBHOOK_SECRET", *self.needs))


def mails_in(provider: Provider, view: AnymailBaseWebhookView, posted: Posted) -> list[Arrived]:
    """The mails in a request that was proven."""
    return list(provider.whole(posted)) or [_put_together(event.message) for event in view.parse_events(posted)]


def _put_together(message: Any) -> Arrived:
    """A mail from its pieces; the same pieces again make the same bytes."""
    for number, part in enumerate(message.walk()):
        if part.get_content_maintype() == "multipart" and not part.get_boundary():
            mark = salted_hmac("boundary", f"{message['Message-ID']}/{number}").hexdigest()[:32]
            part.set_boundary(f"={mark}=")
    to = (message.envelope_recipient,) if message.envelope_recipient else ()
    return Arrived(_bytes_of(message), to, message.envelope_sender or "")


def _bytes_of(message: EmailMessage) -> bytes:
    try:
        return message.as_bytes(policy=policy.SMTP)
    except Exception:  # noqa: BLE001 - the strict writer fails in many ways at headers that are none
        return message.as_bytes(policy=policy.compat32.clone(linesep="\r\n"))


# --- Where the whole mail stands ---------------------------------------------------------------------------


def _postmark(posted: Posted) -> list[Arrived]:
    event = json.loads(posted.body)
    if not event.get("RawEmail"):
        return []
    first = (event.get("Headers") or [{}])[0]
    sender = first.get("Value", "") if first.get("Name", "").lower() == "return-path" else ""
    return [Arrived(_encoded(event["RawEmail"]), _addresses(event.get("OriginalRecipient")), sender)]


def _mailgun(posted: Posted) -> list[Arrived]:
    if "body-mime" not in posted.fields:
        return []
    return [
        Arrived(posted.fields["body-mime"], _addresses(posted.POST.get("recipient")), posted.POST.get("sender") or "")
    ]


def _sendgrid(posted: Posted) -> list[Arrived]:
    if "email" not in posted.fields:
        return []
    envelope = json.loads(posted.POST.get("envelope") or "{}")
    return [Arrived(posted.fields["email"], tuple(envelope.get("to") or ()), envelope.get("from") or "")]


def _sparkpost(posted: Posted) -> list[Arrived]:
    found = []
    for event in json.loads(posted.body):
        relayed = event.get("msys", {}).get("relay_message")
        if relayed:
            content = relayed["content"]["email_rfc822"]
            is_coded = relayed["content"].get("email_rfc822_is_base64")
            raw = base64.b64decode(content) if is_coded else _encoded(content)
            found.append(Arrived(raw, _addresses(relayed.get("rcpt_to")), relayed.get("msg_from") or ""))
    return found


def _never(posted: Posted) -> list[Arrived]:
    """It sends pieces only."""
    return []


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _addresses(text: str | None) -> tuple[str, ...]:
    return tuple(address.strip() for address in (text or "").split(",") if address.strip())


PROVIDERS = {
    "mailgun": Provider(
        "anymail.webhooks.mailgun.MailgunInboundWebhookView", _mailgun, needs=("MAILGUN_WEBHOOK_SIGNING_KEY",)
    ),
    "mailjet": Provider("anymail.webhooks.mailjet.MailjetInboundWebhookView", _never),
    "postmark": Provider("anymail.webhooks.postmark.PostmarkInboundWebhookView", _postmark),
    "sendgrid": Provider("anymail.webhooks.sendgrid.SendGridInboundWebhookView", _sendgrid),
    "sparkpost": Provider("anymail.webhooks.sparkpost.SparkPostInboundWebhookView", _sparkpost),
}
