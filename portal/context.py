"""What every page knows: the vendor, who looks at it, and the vendor's own menu."""

from typing import Any

from django.http import HttpRequest

from portal.customer.menu import menu


def page(request: HttpRequest) -> dict[str, Any]:
    """`vendor`, `actor` and `person_name`, each empty where there is none; `menu` is for customers."""
    actor = getattr(request, "actor", None)
    return {
        "vendor": getattr(request, "vendor", None),
        "actor": actor,
        "person_name": actor.name if actor else "",
        "menu": menu(request),
    }
