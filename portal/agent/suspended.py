"""Suspended mail as agents see it: rows of the list, one mail made readable, and what can be done with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from helpdesk.models import Contact
from notifications.mime.letter import Letter, Unreadable
from notifications.mime.reader import reader
from notifications.models import IncomingMail
from notifications.queries.policy import mail_policy, reading_hints
from notifications.queries.reasons import Reason, reason_of
from notifications.queries.suspended import Sender, original_of, senders_of, waiting_reasons
from portal.agent.phone import find_contacts

LONGEST_PREVIEW = 30_000  # characters
DECIDED = {
    "created": gettext_lazy("Released as a new ticket"),
    "appended": gettext_lazy("Released into a ticket"),
    "rejected": gettext_lazy("Discarded"),
    "ignored": gettext_lazy("Ignored"),
}


# --- The list --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    """One mail of the list."""

    mail: IncomingMail
    sender: Sender
    reason: Reason


def rows_of(mails: Sequence[IncomingMail]) -> list[Row]:
    """The rows of these mails; two queries for all their senders."""
    senders = senders_of(mails)
    return [Row(mail, senders.get(mail.sender, Sender(mail.sender)), reason_of(mail.reason)) for mail in mails]


class ReasonForm(forms.Form):
    """Narrows the list to one reason; offers those that occur."""

    reason = forms.ChoiceField(label=gettext_lazy("Reason"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asked = str(self.data.get("reason", ""))
        codes = sorted({*waiting_reasons(), *([asked] if reason_is_readable(asked) else [])})
        labels = sorted((reason_of(code).label, code) for code in codes)
        self.fields["reason"].choices = [("", _("Any reason")), *((code, label) for label, code in labels)]
        if asked:
            self.fields["reason"].widget.attrs["class"] = "chosen"

    @property
    def chosen(self) -> str:
        return str(self.cleaned_data.get("reason", "")) if self.is_valid() else ""


def reason_is_readable(code: str) -> bool:
    """Whether a word of an address can be a reason at all."""
    return code.isascii() and code.replace("_", "").isalnum() and len(code) <= 40


# --- One mail --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Preview:
    """A mail made readable, or the sentence that says why it is not. `is_kept` is False once its bytes are gone."""

    letter: Letter | None = None
    problem: str = ""
    is_kept: bool = True

    @property
    def text(self) -> str:
        return self.letter.text[:LONGEST_PREVIEW] if self.letter else ""

    @property
    def is_cut(self) -> bool:
        return self.letter is not None and len(self.letter.text) > LONGEST_PREVIEW

    @property
    def files(self) -> list[tuple[str, int]]:
        """Names and sizes; a file is handed out only once the mail belongs to a ticket."""
        return [(file.name, len(file.content)) for file in self.letter.files] if self.letter else []

    @property
    def recipients(self) -> list[tuple[str, str]]:
        """Whom it was sent to, by header."""
        if self.letter is None:
            return []
        rows = ((_("To"), self.letter.to), (_("Copy"), self.letter.cc), (_("Answers to"), self.letter.reply_to))
        return [(label, ", ".join(person.address for person in people[:20])) for label, people in rows if people]


def preview_of(mail: IncomingMail) -> Preview:
    """Read the mail again from its bytes, in the process that has the limits."""
    raw = original_of(mail)
    if raw is None:
        return Preview(problem=_("Its text is no longer kept: it is older than mail is kept here."), is_kept=False)
    try:
        return Preview(reader().read(raw, reading_hints(mail_policy())))
    except Unreadable as problem:
        return Preview(problem=problem.sentence)


def decided(mail: IncomingMail) -> str:
    """What became of a mail that waits no more, as a title; empty while it waits."""
    if mail.state == "suspended":
        return ""
    what = str(DECIDED.get(mail.outcome, _("It waits no more")))
    return _("%(what)s by %(who)s") % {"what": what, "who": mail.decided_by.name} if mail.decided_by else what


# --- What can be done ------------------------------------------------------------------------------------


class ReleaseForm(forms.Form):
    """For whom a mail becomes a ticket: whoever sent it, or a contact that was looked for."""

    contact = forms.ChoiceField(
        label=gettext_lazy("The ticket is for"),
        widget=forms.RadioSelect,
        required=False,
        error_messages={"required": gettext_lazy("Choose the contact whom the ticket is for.")},
    )

    def __init__(self, *args: Any, sender: Sender, found: Sequence[Contact] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.found = {str(contact.pk): contact for contact in found}
        if sender.contact is not None:
            self.found.pop(str(sender.contact.pk), None)
        named = [(pk, f"{person.name}, {person.company.name} ({person.email})") for pk, person in self.found.items()]
        self.fields["contact"].choices = [("", _whoever_sent(sender)), *named] if sender.can_ask else named
        self.fields["contact"].required = not sender.can_ask
        self.initial.setdefault("contact", "")

    @property
    def has_choices(self) -> bool:
        """False where the sender cannot ask and nobody else was looked for yet."""
        return bool(self.fields["contact"].choices)

    @property
    def chosen(self) -> Contact | None:
        """None for whoever sent it."""
        return self.found.get(self.cleaned_data["contact"])


def _whoever_sent(sender: Sender) -> str:
    if sender.contact is not None:
        return f"{sender.contact.name}, {sender.contact.company.name}"
    return _("%s, as an unknown contact") % sender.address


def found_for(words: str, chosen: str) -> Sequence[Contact]:
    """The contacts that were looked for; the chosen one alone once the form is sent."""
    if chosen.isdecimal() and len(chosen) < 19:
        rows = Contact.objects.filter(pk=chosen, is_active=True, company__is_active=True)
        return list(rows.select_related("company"))
    return find_contacts(words)


class AddForm(forms.Form):
    """The ticket that a mail belongs to."""

    number = forms.CharField(
        label=gettext_lazy("Number of the ticket"),
        max_length=40,
        error_messages={"required": gettext_lazy("Write the number of the ticket.")},
    )
