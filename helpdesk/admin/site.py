"""The admin site: at a vendor's address it holds that vendor's rows, at the platform's the vendors themselves."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from helpdesk.tenancy import current_vendor_or_none


class HelpdeskAdminSite(admin.AdminSite):
    """Entered by platform administrators, and by a vendor's administrators at that vendor's address."""

    site_header = "Helpdesk administration"
    site_title = "Helpdesk administration"

    def has_permission(self, request: HttpRequest) -> bool:
        return bool(may_administer(request))


def may_administer(request: HttpRequest) -> bool:
    """Whether this person configures the vendor whose address was opened (or the platform)."""
    user: Any = request.user
    if not user.is_authenticated or not user.is_active:
        return False
    if user.is_platform_admin:
        return True
    actor = getattr(request, "actor", None)
    return current_vendor_or_none() is not None and actor is not None and actor.role == "vendor_admin"
