"""Help, contact and maintenance: the vendor's process as customers read it."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.customer.desk import contact_points, opening_hours
from portal.customer.escalating import published
from portal.customer.gate import customer_view
from portal.customer.levels import levels
from portal.customer.maintenance import announced, arrangements
from portal.customer.menu import label_of
from portal.customer.terms import term
from portal.intake.asking import language_name
from portal.maintenance.queries import rules
from tickets.queries.catalogue import catalogue


@require_safe
@customer_view
def help_page(request: Any) -> HttpResponse:
    """What the statuses and severities mean, when the desk is open, which languages it speaks."""
    graded = levels()
    spoken = request.vendor.ticket_languages
    context = {
        "title": label_of("help", _("Help")),
        "about": request.vendor.about_text,
        "statuses": catalogue().statuses.offered,
        "types": [row for row in catalogue().types.offered if row.help],
        "levels": graded,
        "any_assumed": any(figure.assumed for level in graded for figure in level.figures),
        "severity_word": term("severity"),
        "hours": opening_hours(timezone.now()),
        "standard_language": language_name(spoken["standard"]) if spoken.get("standard") else "",
        "other_languages": [language_name(code) for code in spoken.get("accepted_without_guarantee", ())],
        "reply_language": language_name(spoken["reply"]) if spoken.get("reply") else "",
        "refuses_others": spoken.get("other") == "reject",
        "references": request.vendor.references,
        "contact_label": label_of("contact", ""),
        "maintenance_label": label_of("maintenance", _("Planned maintenance")) if rules() else "",
    }
    return render(request, "customer/help.html", context)


@require_safe
@customer_view
def contact(request: Any) -> HttpResponse:
    """Every way to reach the vendor, and whether somebody is there now."""
    now = timezone.now()
    context = {
        "title": label_of("contact", _("Contact")),
        "points": contact_points(now),
        "above": published(request.actor, now),
        "hours": opening_hours(now),
        "new_label": label_of("new_ticket", ""),
    }
    return render(request, "customer/contact.html", context)


@require_safe
@customer_view
def maintenance(request: Any) -> HttpResponse:
    """Single windows that are announced, and the times that the process keeps for maintenance."""
    now = timezone.now()
    context = {
        "title": label_of("maintenance", _("Planned maintenance")),
        "announced": announced(now),
        "arrangements": arrangements(now),
        "zone": request.vendor.time_zone.replace("_", " "),
        "contact_label": label_of("contact", ""),
    }
    return render(request, "customer/maintenance.html", context)
