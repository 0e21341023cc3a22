"""Which marks the vendor's routing would put on a ticket before it exists, so that a form can ask accordingly."""

from typing import Any

from helpdesk.models import Company
from tickets.core.conditions import Facts, combined_actions
from tickets.models import Queue, Severity, TicketType
from tickets.queries.catalogue import catalogue

WORD_IN_SUBJECT = "subject_contains_exact_case"


def routed(
    *, company: Company, subject: str, type: TicketType | None, queue: Queue | None, severity: Severity | None
) -> dict[str, str]:
    """What the rules on creation would do to this ticket: codes by action."""
    known = catalogue()
    facts = Facts(
        channel="portal",
        mailbox="",
        queue=(queue or known.default_queue).code,
        type=(type or known.types.offered[0]).code,
        severity=(severity or known.default_severity).code,
        company_regions=frozenset({company.sales_region})
        if company.sales_region
        else known.regions_of(company.country),
        agreement_kind=company.agreement_kind,
        subject=subject,
        is_major=(severity or known.default_severity).is_major,
    )
    return {action: code for action, (code, _rule) in combined_actions(_rules(), facts).items()}


def words_that_raise(flag: str) -> list[str]:
    """Words that raise this flag when they stand in the subject."""
    return [
        when[WORD_IN_SUBJECT]
        for _code, when, then in _rules()
        if then.get("flag") == flag and when.get(WORD_IN_SUBJECT)
    ]


def _rules() -> list[tuple[str, dict[str, Any], dict[str, Any]]]:
    rules = catalogue().rules_of("routing", "on_create")
    return [(rule.code, rule.spec.get("when", {}), rule.spec.get("then", {})) for rule in rules]
