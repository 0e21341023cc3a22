"""How the current vendor handles mail."""

from helpdesk.models import Agent
from helpdesk.remembered import remembered
from helpdesk.tenancy import current_vendor
from notifications.mime.letter import Hints
from notifications.models import Mailbox, MailPolicy


@remembered
def mail_policy() -> MailPolicy:
    """The vendor's policy; the vocabulary's defaults where its process says nothing."""
    return MailPolicy.objects.first() or MailPolicy()


def reading_hints(policy: MailPolicy) -> Hints:
    """What the reader must know to find where our own words begin in an answer."""
    vendor = current_vendor()
    known = (*Mailbox.objects.values_list("address", flat=True), vendor.agent_label, vendor.name)
    staff = Agent.objects.filter(is_active=True).values_list("name", "user__email")
    return Hints(
        markers=(policy.reply_marker,) if policy.reply_marker else (),
        known=tuple(word for word in (*known, *(word for pair in staff for word in pair)) if word),
        strip_signature=policy.strip_signature,
    )
