"""The admin site: at a vendor's address it holds that vendor's rows, at the platform's the vendors themselves."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import update_wrapper
from typing import Any

from django.contrib import admin
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils import timezone

from helpdesk import models
from helpdesk.admin import calendars, floor, people, versions
from helpdesk.admin.tenant import AtVendor
from helpdesk.tenancy import current_vendor_or_none

# The headings of the index page: what an administrator does, not where the code keeps it.
GROUPS = (
    "Platform",
    "People",
    "Queues and routing",
    "Severities and deadlines",
    "Escalation",
    "On call",
    "Statuses and closing",
    "Forms and portal",
    "Maintenance",
    "Mail",
    "Process file",
    "Tickets and their record",
)
FLOOR = {
    models.Company: people.CompanyAdmin,
    models.Contact: people.ContactAdmin,
    models.Agent: people.AgentAdmin,
    models.APIToken: people.TokenAdmin,
    models.Team: floor.TeamAdmin,
    models.Region: floor.RegionAdmin,
    models.BusinessCalendar: calendars.CalendarAdmin,
    models.Vendor: floor.VendorAdmin,
    models.ProcessVersion: versions.VersionAdmin,
    models.User: people.UserAdmin,
}


@dataclass(frozen=True)
class Page:
    """A page that is no model's: its name on the index page, its heading there, its address and its view."""

    group: str
    name: str
    address: str
    view: Callable[..., HttpResponse]

    @property
    def url_name(self) -> str:
        return self.address.strip("/").replace("/", "_")


class HelpdeskAdminSite(admin.AdminSite):
    """Entered by platform administrators, and by a vendor's administrators at that vendor's address."""

    site_header = "Administration"
    site_title = "Administration"
    index_title = "What do you want to change?"
    index_template = "admin/start.html"

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)
        self.pages: list[Page] = []
        # Django looks for registrations in helpdesk.admin, which it has read to find this very class.
        for model, admin_class in FLOOR.items():
            self.register(model, admin_class)

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Rows of installed packages have no vendor and are nobody's business here."""
        if admin_class is not None and issubclass(admin_class, AtVendor):
            super().register(model_or_iterable, admin_class, **options)

    def add_page(self, page: Page) -> None:
        """A room above puts a page of its own beside the models."""
        self.pages.append(page)

    def get_urls(self) -> list[Any]:
        """The pages stand before the addresses of models."""
        own = [path(page.address, self.admin_view(page.view), name=page.url_name) for page in self.pages]
        return [*own, *super().get_urls()]

    # --- Who enters ------------------------------------------------------------------------------------------

    def has_permission(self, request: HttpRequest) -> bool:
        return may_administer(request)

    def admin_view(self, view: Callable[..., HttpResponse], cacheable: bool = False) -> Any:
        """As everywhere: signed-out people sign in, strangers find nothing, colleagues may not."""
        inner = super().admin_view(view, cacheable)

        def guarded(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path(), reverse("account_login"))
            if not may_administer(request):
                if request.actor is None:
                    raise Http404
                raise PermissionDenied
            return inner(request, *args, **kwargs)

        return update_wrapper(guarded, inner)

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return redirect_to_login(request.GET.get("next") or reverse("admin:index"), reverse("account_login"))

    def logout(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        if request.method == "POST":
            logout(request)
        return redirect("account_login" if request.method == "POST" else "admin:index")

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return redirect("account_change_password")

    # --- The index ---------------------------------------------------------------------------------------------

    def index(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        here = current_vendor_or_none() is not None
        context = {
            "recent_versions": versions.recent() if here else [],
            "unprepared": calendars.unprepared(timezone.now()) if here else [],
        }
        return super().index(request, context | (extra_context or {}))

    def app_index(self, request: HttpRequest, app_label: str, extra_context: Any = None) -> HttpResponse:
        return redirect("admin:index")

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """The models under the headings that their admins name."""
        found: dict[str, list[Any]] = {group: [] for group in GROUPS}
        for app in self._build_app_dict(request).values():
            for entry in app["models"]:
                model_admin: Any = self.get_model_admin(entry["model"])
                for group, shown in model_admin.entries(entry):
                    found[group].append(shown)
        for page in self.pages:
            found[page.group].append(_shown(page))
        return [
            {
                "name": group,
                "app_label": group.lower().replace(" ", "-"),
                "app_url": f"{reverse('admin:index')}#{group.lower().replace(' ', '-')}",
                "has_module_perms": True,
                "models": entries,
            }
            for group, entries in found.items()
            if entries
        ]


def _shown(page: Page) -> dict[str, Any]:
    """A page as the index shows a model."""
    return {
        "name": page.name,
        "object_name": page.url_name,
        "admin_url": reverse(f"admin:{page.url_name}"),
        "add_url": None,
        "view_only": False,
    }


def may_administer(request: Any) -> bool:
    """Whether this person configures the vendor whose address was opened (or the platform)."""
    user = request.user
    if not user.is_authenticated or not user.is_active:
        return False
    if user.is_platform_admin:
        return True
    actor = getattr(request, "actor", None)
    return current_vendor_or_none() is not None and actor is not None and actor.role == "vendor_admin"
