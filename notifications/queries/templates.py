"""The vendor's own mail templates, and which of them counts."""

from helpdesk.remembered import remembered
from notifications.models import MailTemplate


def template_for(event: str, audience: str, language: str, status: str) -> MailTemplate | None:
    """The template for this status, or else for any; None where the built-in words are used."""
    known = _templates()
    return known.get((event, audience, language, status)) or known.get((event, audience, language, ""))


@remembered
def _templates() -> dict[tuple[str, str, str, str], MailTemplate]:
    return {(row.event, row.audience, row.language, row.status): row for row in MailTemplate.objects.all()}
