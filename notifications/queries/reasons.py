"""Why a mail is where it is, in words: a label for lists and a sentence for whoever decides about it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reason:
    """A label of a few words, and a whole sentence."""

    label: str
    sentence: str


REASONS = {
    # Who sent it.
    "unknown_sender": Reason(
        "Unknown sender", "Nobody with this address is known here, and no customer has its domain."
    ),
    "not_a_contact": Reason(
        "Not a contact", "The address has the domain of a customer, but is none of that customer's registered contacts."
    ),
    "end_customer": Reason(
        "End customer", "The sender is a partner's customer, whose requests come through the partner."
    ),
    "no_agreement": Reason("No agreement", "The sender's company has no agreement that covers support by mail."),
    "no_sender": Reason("No sender", "The mail does not say who sent it, so there is nobody to answer."),
    "unproven": Reason(
        "Forged sender", "Our own mail server found that the mail does not come from the address it names."
    ),
    "blocked": Reason("Blocked sender", "An agent blocked this address; its mail is kept and not read."),
    "staff_without_token": Reason(
        "Staff without a token",
        "The address is that of a colleague, but the mail does not answer a mail that this colleague got from us.",
    ),
    "too_many": Reason("Too many mails", "The address sent more mails within a day than are taken from one address."),
    # To whom, and where it belongs.
    "cc_only": Reason("Only in Cc", "None of our addresses is in To, and a copy alone opens no ticket here."),
    "token_of_other": Reason(
        "Somebody else's token", "The mail carries a token of a ticket that was given to another person."
    ),
    "token_conflict": Reason(
        "Two tickets", "The mail names two different tickets, so it is unclear which one is meant."
    ),
    "no_part_in_ticket": Reason("Not part of the ticket", "The mail names a ticket that its sender has no part in."),
    "no_token": Reason("No token", "The subject does not carry the token that answers have to carry here."),
    "possible_reply": Reason(
        "Possible reply", "The mail says that it belongs to another ticket; the sender has no part in that one."
    ),
    "nothing_above_marker": Reason(
        "Nothing above the line", "The answer has no words above the line that says “reply above this line”."
    ),
    "empty": Reason("Empty", "The mail has neither words nor files."),
    # Machines.
    "duplicate": Reason("Came before", "The same mail came before, and was handled then."),
    "bounce": Reason("Bounce", "A mail server says that a mail of ours could not be delivered."),
    "bounce_unknown": Reason(
        "Bounce of a strange mail", "A mail server returns a mail that we do not know to be one of ours."
    ),
    "auto_reply": Reason(
        "Automatic reply", "A program wrote it, such as a vacation notice; nobody waits for an answer."
    ),
    "list_mail": Reason("Mailing list", "The mail was sent to a list of people, not to us alone."),
    "report": Reason(
        "Machine report", "A program reports about mail, such as that one was displayed or complained about."
    ),
    "own_mail": Reason("Our own mail", "We sent this mail ourselves, and it came back."),
    # What could not be read.
    "too_large": Reason("Too large", "The mail is larger than what is read here."),
    "too_many_parts": Reason("Too many parts", "The mail consists of more parts than are read here."),
    "too_deep": Reason("Nested too deeply", "Messages are packed into messages more often than is read here."),
    "header_too_large": Reason("Header too large", "A header of the mail is larger than what is read here."),
    "header_too_long": Reason("Header too long", "A header of the mail has more lines than are read here."),
    "html_too_long": Reason(
        "HTML too long", "The HTML of the mail is longer than what is shown here; its text is shown."
    ),
    "html_too_deep": Reason(
        "HTML too deep", "The HTML of the mail is nested too deeply to be shown; its text is shown."
    ),
    "html_too_slow": Reason("HTML too slow", "The HTML of the mail takes too long to clean; its text is shown."),
    "took_too_long": Reason("Took too long", "Reading the mail took longer than it may take."),
    "out_of_memory": Reason("Too much memory", "Reading the mail needed more memory than it may take."),
    "crashed": Reason("Reader stopped", "The program that reads mails stopped while it read this one."),
    "auto_generated": Reason(
        "A machine's notice", "A program sent it by itself, such as an alarm; nobody's mail is answered by it."
    ),
    # What the desk itself said.
    "refused": Reason(
        "Refused", "The mail was understood, but the process does not allow what it asks; the sentence is below."
    ),
    "error": Reason("Our error", "Something went wrong on our side, each time that the mail was tried."),
    "released": Reason("Released", "An agent looked at it and let it in."),
    "no_mailbox": Reason("No mailbox", "It was sent to an address that is no vendor's mailbox here."),
}


def reason_of(code: str) -> Reason:
    """The words for a code; one that has none yet still reads as words."""
    known = REASONS.get(code)
    if known is not None:
        return known
    label = code.replace("_", " ").strip().capitalize()
    return Reason(label, f"It was set aside: {label.lower()}." if label else "No reason was noted.")
