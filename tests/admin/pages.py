"""Reading admin pages: what their forms would send, and what they say."""

import html
import re
from typing import Any


def sent_by(page: Any) -> dict[str, Any]:
    """What a browser would send if the form on this page were submitted untouched."""
    forms = [page.context["adminform"].form]
    for shown in page.context["inline_admin_formsets"]:
        forms += [shown.formset.management_form, *shown.formset.forms]
    return {bound.html_name: _value(bound) for form in forms for bound in form if _value(bound) is not None}


def _value(bound: Any) -> Any:
    """A field's value as text, or None where a browser leaves it out."""
    value = bound.value()
    if value is None or value is False:
        return None
    if isinstance(value, (list, tuple)):
        return [str(part) for part in value]
    return "on" if value is True else str(value)


def said(page: Any) -> str:
    """The page's words without its markup."""
    text = re.sub(r"<[^>]+>", " ", page.content.decode())
    return re.sub(r"\s+", " ", html.unescape(text))
