"""Model admins of the process: after every save the whole of it is checked, as a file would be."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.messages.storage import default_storage
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.text import capfirst

from helpdesk.admin.checking import editing
from helpdesk.admin.forms import ListedRows
from helpdesk.admin.tenant import TenantAdmin
from helpdesk.models import Vendor
from helpdesk.process.files import ProcessInvalid
from helpdesk.tenancy import current_vendor

PLACES = {"code": -1, "retired": 1, "assumed": 2}


class ProcessAdmin(TenantAdmin):
    """An edit is kept as a new version of the process, or refused with the sentences of `check_process`.

    A refused form is handled twice: once for real, which is taken back, and once with the sentences as its
    errors, so that it is shown again with everything typed. A row in use is retired, not deleted.
    """

    ordering: Any = ("position", "id")
    list_per_page = 200
    delete_confirmation_template = "admin/process/delete.html"

    def edit(self, request: HttpRequest) -> Any:
        """Everything done inside is one edit of the process."""
        return editing(self.vendor_of(request), now=timezone.now, by=request.user.email)  # type: ignore[union-attr]

    def vendor_of(self, request: HttpRequest) -> Vendor:
        """Whose process is edited."""
        return current_vendor()

    # --- One row -------------------------------------------------------------------------------------------

    def changeform_view(
        self, request: Any, object_id: Any = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        shown = super().changeform_view
        if request.method != "POST":
            return shown(request, object_id, form_url, extra_context)
        try:
            with self.edit(request) as request.edited:
                return shown(request, object_id, form_url, extra_context)
        except ProcessInvalid as invalid:
            _forget_messages(request)
            request.problems = invalid.problems
            return shown(request, object_id, form_url, extra_context)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        form.problems = getattr(request, "problems", ())  # type: ignore[attr-defined]
        return form

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Others name a row by its code, in the record of tickets too; so a code stays what it is."""
        fixed = ("code",) if obj is not None and hasattr(obj, "code") else ()
        return (*super().get_readonly_fields(request, obj), *fixed)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """The code first; whether the row is retired or assumed last."""
        fields = list(super().get_fields(request, obj))
        return sorted(fields, key=lambda name: PLACES.get(name, 0))

    def save_related(self, request: Any, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        request.edited.append(form.instance)

    @admin.display(description="", empty_value="")
    def marks(self, row: Any) -> str:
        """Badges: values that the vendor's document does not give, rows that are no longer offered."""
        what = "The whole row" if row.assumed is True else ", ".join(row.assumed)
        badges = [
            ("warn", what, "placeholder") if row.assumed else None,
            ("quiet", "No longer offered", "retired") if getattr(row, "retired", False) else None,
        ]
        return format_html_join(
            " ", '<span class="badge tone-{}" title="{}"><span>{}</span></span>', [badge for badge in badges if badge]
        )

    # --- The list ------------------------------------------------------------------------------------------

    def changelist_view(self, request: Any, extra_context: Any = None) -> Any:
        shown = super().changelist_view
        if request.method != "POST":
            return shown(request, extra_context)
        try:
            with self.edit(request) as request.edited:
                return shown(request, extra_context)
        except ProcessInvalid as invalid:
            if "_save" not in request.POST:
                return refused(request, invalid, request.get_full_path())
            _forget_messages(request)
            request.problems = invalid.problems
            return shown(request, extra_context)

    def get_changelist_formset(self, request: HttpRequest, **kwargs: Any) -> Any:
        rows = super().get_changelist_formset(request, formset=ListedRows, **kwargs)
        rows.problems = getattr(request, "problems", ())
        return rows

    # --- Deleting ------------------------------------------------------------------------------------------

    def delete_view(self, request: Any, object_id: str, extra_context: Any = None) -> HttpResponse:
        if request.method != "POST":
            return super().delete_view(request, object_id, extra_context)
        try:
            with self.edit(request) as request.edited:
                return super().delete_view(request, object_id, extra_context)
        except ProcessInvalid as invalid:
            row = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[object_id])
            return refused(request, invalid, row)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        kept = [row for row in objs if retires(row)]
        rows, counts, lacking, protected = super().get_deleted_objects(
            [row for row in objs if row not in kept], request
        )
        said = [f"{row}: in use, so it is retired and no longer offered" for row in kept]
        return [*said, *rows], counts, lacking, protected

    def log_deletions(self, request: HttpRequest, queryset: Any) -> list[Any]:
        """Each row is logged where it turns out whether it is deleted or retired."""
        return []

    def delete_model(self, request: Any, obj: Any) -> None:
        if retires(obj):
            obj.retired = True
            obj.save(update_fields=["retired"])
            self.log_change(request, obj, "Retired.")
            request.retired = [*getattr(request, "retired", ()), str(obj)]
        else:
            super().log_deletions(request, [obj])
            obj.delete()
        request.edited.append(obj)

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        for row in queryset:
            self.delete_model(request, row)

    def message_user(self, request: Any, message: Any, *args: Any, **kwargs: Any) -> None:
        """Where Django would say that rows were deleted, say which were retired."""
        retired = getattr(request, "retired", ())
        said = f"In use, so retired and no longer offered: {', '.join(retired)}." if retired else message
        super().message_user(request, said, *args, **kwargs)


class OneRowAdmin(ProcessAdmin):
    """A row of which each vendor has one."""

    may_add = may_delete = False

    def entries(self, entry: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
        return [(self.group, {**entry, "name": capfirst(self.opts.verbose_name)})]


class OrderedAdmin(ProcessAdmin):
    """Rows whose order means something; it is set in the list."""

    list_editable: Any = ("position",)


def retires(row: Any) -> bool:
    """Whether deleting this row means retiring it: tickets or people use it."""
    return hasattr(row, "retired") and any(
        relation.related_model._base_manager.filter(**{relation.field.name: row.pk}).exists()
        for relation in row._meta.get_fields(include_hidden=True)
        if relation.one_to_many and relation.auto_created and relation.on_delete is models.PROTECT
    )


def refused(request: HttpRequest, invalid: ProcessInvalid, address: str) -> HttpResponseRedirect:
    """Back to `address`, with the sentences and without a word of what was taken back."""
    _forget_messages(request)
    for problem in invalid.problems:
        messages.error(request, str(problem))
    return HttpResponseRedirect(address)


def _forget_messages(request: Any) -> None:
    """Those of this request only: what earlier ones left is still to be read."""
    request._messages = default_storage(request)
