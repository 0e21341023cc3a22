"""What the sender of a mail that was suspended is told: why, and what to do; nothing of what the mail said."""

from collections.abc import Callable

from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from helpdesk.models import Company, Contact, Vendor
from helpdesk.tenancy import current_vendor
from notifications.models import Delivery, MailPolicy
from notifications.outbound.heads import Content, mail_of
from notifications.queries.policy import mail_policy

Sentences = tuple[str, ...]


def explanation(reason: str, vendor: Vendor, policy: MailPolicy, *, partner: str = "") -> Sentences:
    """Why a mail did not become a ticket, in the language that is active. `partner` is an end customer's."""
    return REASONS.get(reason, _unknown_sender)(vendor, policy, partner)


def compose_answer(delivery: Delivery) -> EmailMultiAlternatives:
    """The answer to a suspended mail."""
    vendor, mail = current_vendor(), delivery.mail
    assert mail is not None, "what is about no ticket answers a mail"
    contact = Contact.objects.filter(email=delivery.to_address).select_related("company__partner").first()
    language = (contact.language if contact else "") or vendor.default_language
    with translation.override(language):
        told = explanation(mail.reason, vendor, mail_policy(), partner=_partner(contact, delivery.to_address))
        context = {"vendor": vendor, "sentences": told}
        content = Content(
            subject=_("Your mail to %(vendor)s") % {"vendor": vendor.name},
            text=render_to_string("email/answer.txt", context),
            html=render_to_string("email/answer.html", context),
            answers=True,
            hides_name=True,
        )
    return mail_of(delivery, content)


def _partner(contact: Contact | None, sender: str) -> str:
    """The partner that an end customer asks, where it is known."""
    company = contact.company if contact else None
    if company is None:
        domain = sender.rpartition("@")[2]
        company = Company.objects.filter(mail_domains__contains=[domain]).select_related("partner").first()
    return company.partner.name if company is not None and company.partner is not None else ""


# --- The reasons -----------------------------------------------------------------------------------------


def _cc_only(vendor: Vendor, policy: MailPolicy, partner: str) -> Sentences:
    return (
        _("Our address stood only in Cc, so no ticket was opened."),
        _("Please send your mail again with our address in To."),
    )


def _nothing_above_marker(vendor: Vendor, policy: MailPolicy, partner: str) -> Sentences:
    return (
        _("We found no words of yours above the line “%(marker)s”, so your answer was not added.")
        % {"marker": policy.reply_marker},
        _("Please answer once more and write above that line."),
    )


def _not_a_contact(vendor: Vendor, policy: MailPolicy, partner: str) -> Sentences:
    return (
        _("Your address is not registered with us, so no ticket was opened."),
        _("Please ask your company's administrators to register you, and send your mail again then."),
    )


def _end_customer(vendor: Vendor, policy: MailPolicy, partner: str) -> Sentences:
    asked = _("Please send your request to %(partner)s.") % {"partner": partner} if partner else ""
    return (
        _("%(vendor)s supports its customers through its sales partners.") % {"vendor": vendor.name},
        asked or _("Please send your request to the partner that you bought from."),
    )


def _no_agreement(vendor: Vendor, policy: MailPolicy, partner: str) -> Sentences:
    return (
        _("We found no support agreement in force for your company, so no ticket was opened."),
        _("Please ask your company's administrators, or whoever you bought from."),
    )


def _no_part_in_ticket(vendor: Vendor, policy: MailPolicy, partner: str) -> Sentences:
    return (
        _("Your mail names a ticket that this address has no part in, so it was not added there."),
        _("If it is about something new, send it again under a subject of its own."),
    )


def _no_token(vendor: Vendor, policy: MailPolicy, partner: str) -> Sentences:
    token = policy.subject_token.format(number="…")
    return (
        _("The subject of your answer has lost its mark, so we could not tell which ticket it belongs to."),
        _("Please reply to our mail and leave its subject as it is: it holds “%(token)s”.") % {"token": token},
    )


def _too_many(vendor: Vendor, policy: MailPolicy, partner: str) -> Sentences:
    return (
        _("Very many mails have come from this address within a day, so no further ticket was opened."),
        _("Somebody will look at your mail."),
    )


def _unknown_sender(vendor: Vendor, policy: MailPolicy, partner: str) -> Sentences:
    return (
        _("We do not know this address, so no ticket was opened."),
        _("If you are a customer, please send your mail from the address that is registered with us."),
        _("If you have none, ask your company's administrators to register you."),
    )


REASONS: dict[str, Callable[[Vendor, MailPolicy, str], Sentences]] = {
    "cc_only": _cc_only,
    "nothing_above_marker": _nothing_above_marker,
    "not_a_contact": _not_a_contact,
    "end_customer": _end_customer,
    "no_agreement": _no_agreement,
    "no_part_in_ticket": _no_part_in_ticket,
    "no_token": _no_token,
    "too_many": _too_many,
    "unknown_sender": _unknown_sender,
}
