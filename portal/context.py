"""What every page knows: the vendor, and who looks at it."""

from typing import Any

from django.http import HttpRequest


def page(request: HttpRequest) -> dict[str, Any]:
    """`vendor` and `actor`, each None where there is none."""
    return {"vendor": getattr(request, "vendor", None), "actor": getattr(request, "actor", None)}
