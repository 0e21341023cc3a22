"""The vendor's own words for the product's, in the language of the page where the vendor has none."""

from django.utils.translation import gettext, gettext_noop

from helpdesk.tenancy import current_vendor

WORDS = {
    "ticket": gettext_noop("ticket"),
    "number": gettext_noop("number"),
    "severity": gettext_noop("severity"),
}


def term(word: str) -> str:
    """One word, as it stands inside a sentence."""
    return str(current_vendor().terms.get(word) or gettext(WORDS[word]))
