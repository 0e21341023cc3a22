"""Refusals in the language of the page. Commands speak English; a sentence without a translation stays English."""

from django.utils.translation import gettext, gettext_noop

from helpdesk.access import Refused

# What a customer can be told, so that it is offered for translation.
SENTENCES = (
    gettext_noop("Tickets are filed under your own name."),
    gettext_noop("A ticket needs a subject and a description."),
    gettext_noop("This form was sent already."),
    gettext_noop("Write something first."),
    gettext_noop("This is finished already; nothing is left to do."),
    gettext_noop("Say whether the situation is the same as before or different, and describe it again."),
    gettext_noop("Nothing waits for your agreement here."),
    gettext_noop("There is no such ticket."),
    gettext_noop("The administrators of your company decide on estimates."),
    gettext_noop("This estimate waits for no decision any more. See how it stands now."),
    gettext_noop("This estimate is no longer valid. Ask us for a new one."),
    gettext_noop("There is nobody to escalate this to."),
    gettext_noop("Say why: whoever is asked reads it first."),
    gettext_noop("This went to the highest level already. You get a mail with the answer."),
    gettext_noop("This is finished. Write an answer first: that opens it again, and then you can escalate it."),
    gettext_noop("The severity is set by the support staff. Describe how the matter affects your work instead."),
)


def said(refusal: Refused) -> str:
    """The sentence for the person."""
    return gettext(refusal.sentence)
