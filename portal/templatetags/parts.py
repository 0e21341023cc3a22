"""What the component tags share: the closed lists of words, drawings and rendering."""

from collections.abc import Iterable
from functools import cache
from typing import Any

from django.template import TemplateSyntaxError
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from lucide.templatetags.lucide import lucide

TONES = frozenset({"neutral", "quiet", "accent", "info", "good", "warn", "bad"})


def checked(word: str, allowed: Iterable[str] = TONES) -> str:
    """Refuse a word that has no meaning here, so that a slip of the pen is seen at once."""
    if word not in allowed:
        raise TemplateSyntaxError(f"{word!r} is not one of {', '.join(sorted(allowed))}")
    return word


@cache
def drawing(name: str, size: int) -> str:
    """An icon as inline SVG without a name of its own; drawn once per process."""
    return lucide(name, size=size, **{"class": "icon", "aria_hidden": "true"})


def block(name: str, **context: Any) -> SafeString:
    """Render the template of a component that encloses content."""
    return render_to_string(f"components/{name}.html", context)
