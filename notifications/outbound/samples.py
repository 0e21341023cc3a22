"""A mail template as its readers would see it, with a ticket that does not exist."""

from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation

from helpdesk.tenancy import current_vendor
from notifications.addresses import ticket_url
from notifications.core.threads import one_line
from notifications.models import MailTemplate
from notifications.outbound.mails import filled
from notifications.queries.policy import mail_policy
from tickets.queries.catalogue import catalogue

NUMBER = "12345"


def sample_of(template: MailTemplate) -> EmailMultiAlternatives:
    """The mail, without a recipient."""
    vendor, to_customer = current_vendor(), template.audience == "customer"
    statuses = catalogue().statuses
    status = statuses.get(template.status) or next(iter(statuses.values()))
    values = {
        "number": NUMBER,
        "subject": "The printer is on fire",
        "status": status.public_name if to_customer else status.name,
        "severity": catalogue().default_severity.name,
        "requester": "Customer's contact",
        "company": "Customer",
        "vendor": vendor.name,
        "desk": vendor.agent_label,
        "promises": "We answer by Tue 19 May, 16:00.",
        "due_at": "Tue 19 May 2026, 16:00",
        "message": f"{vendor.agent_label}:\nPlease restart it.\n\nDoes it still burn?",
        "solution": "A new fuse.",
        "url": ticket_url(vendor, NUMBER, for_agents=not to_customer),
    }
    context = {
        "vendor": vendor,
        "token": mail_policy().subject_token.format(number=NUMBER),
        "subject": values["subject"],
        "marker": one_line(mail_policy().reply_marker) if to_customer else "",
        "url": values["url"],
        **filled(template, values),
    }
    with translation.override(template.language):
        mail = EmailMultiAlternatives(
            subject=one_line(render_to_string("email/subject.txt", context)),
            body=render_to_string("email/body.txt", context),
        )
        mail.attach_alternative(render_to_string("email/body.html", context), "text/html")
    return mail
