"""From a row of the outbox to a mail: what it says to its reader, and nothing that this reader may not read."""

from typing import Any

from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation

from helpdesk.moments import read_in
from notifications.core.filling import fill, paragraphs, placeholders
from notifications.models import Delivery, MailTemplate
from notifications.outbound.answers import compose_answer
from notifications.outbound.heads import Content, mail_of
from notifications.outbound.words import Reading, reading_of
from notifications.pages import compose_page
from tickets.queries.conversation import Item


def compose(delivery: Delivery) -> EmailMultiAlternatives:
    """The mail of one delivery. Composing it again gives the same Message-ID and the same words."""
    if delivery.page_id is not None:
        return compose_page(delivery)
    if delivery.ticket_id is None:
        return compose_answer(delivery)
    reading = reading_of(delivery)
    with translation.override(reading.language), read_in(reading.zone):
        return mail_of(delivery, _content(reading))


def _content(reading: Reading) -> Content:
    context = reading.context()
    own = reading.own_words(context)
    if own is not None:
        context |= filled(own, reading.values(context))
    return Content(
        subject=render_to_string("email/subject.txt", context),
        text=render_to_string("email/body.txt", context),
        html=render_to_string("email/body.html", context),
        topic=f"{context['token']} {context['subject']}",
        own_words=reading.to_customer and any(_is_own(item) for item in context["messages"]),
        answers=reading.is_receipt,
        hides_name=reading.is_neutral,
        files=context["files"],
    )


def filled(template: MailTemplate, values: dict[str, str]) -> dict[str, Any]:
    """What the vendor's own words put in the place of the built-in ones. What they do not place stands below them."""
    placed = placeholders(template.text)
    return {
        "paragraphs": paragraphs(template.text, values),
        "own_subject": fill(template.subject, values),
        **{f"{name}_placed": name in placed for name in ("message", "solution", "url")},
    }


def _is_own(item: Item) -> bool:
    """Whether a person of ours wrote it."""
    return item.side == "agent" and not item.is_automatic
