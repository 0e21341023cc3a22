"""What machines write: bounces and automatic answers are noted in the ticket they concern, and never answered.

Only what proves itself counts: a bounce says something about an address if it returns a mail of ours, by its
Message-ID or by the signed address that it was sent to.
"""

from notifications.commands.receiving.case import Case, Decision, suspended
from notifications.commands.receiving.threads import ticket_of_ours
from notifications.mime.letter import Machine

NOTICES = ("Auto-Submitted: auto-generated", "Auto-Submitted: auto-notified")  # which answer nothing


def word_of_a_machine(case: Case) -> Decision | None:
    """None where a person wrote the mail."""
    machine = case.letter.machine
    if machine is None or machine.kind == "own":
        return None
    case.looked("machine", machine.evidence, machine.kind)
    if machine.kind == "list":
        return suspended("list_mail")  # a person may stand behind it
    return _noted(case, machine)


def _noted(case: Case, machine: Machine) -> Decision:
    if machine.kind == "report":
        return Decision("ignored", "report")
    event = "bounce" if machine.kind == "bounce" else "auto_reply"
    ticket = ticket_of_ours(case)
    if ticket is None and machine.evidence.startswith(NOTICES) and not case.letter.in_reply_to:
        return suspended("auto_generated")  # an alarm of a customer's system, perhaps
    if ticket is None:
        return Decision("ignored", "bounce_unknown" if event == "bounce" else "auto_reply")
    return Decision("appended", event, ticket=ticket, as_event=event)
