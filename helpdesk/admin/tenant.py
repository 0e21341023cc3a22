"""Model admins of a vendor's rows: they exist behind that vendor's door only."""

from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin.options import BaseModelAdmin
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import models
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.text import capfirst

from helpdesk.admin.fields import Assumed, ModelWord
from helpdesk.admin.forms import InlineRows, RowForm

FieldOf = dict[str, Any]
MOST_COUNTED = 2000


class AtVendor(BaseModelAdmin):  # type: ignore[type-arg]
    """What may be done here. Who may enter at all is the site's business; here everybody may do the same.

    `asked_as` gives columns that are lists, mappings or words of a list the form field that suits them.
    """

    may_add = may_change = may_delete = True
    asked_as: ClassVar[FieldOf] = {}

    def is_here(self, request: HttpRequest) -> bool:
        """Whether this address holds such rows."""
        return request.vendor is not None

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.is_here(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.is_here(request)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.is_here(request) and self.may_add

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.is_here(request) and self.may_change

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.is_here(request) and self.may_delete

    def get_queryset(self, request: HttpRequest) -> Any:
        # Django looks a row up before it asks for permission.
        if not self.is_here(request):
            raise PermissionDenied
        return super().get_queryset(request)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        ask = self.asked_as.get(db_field.name)
        if ask is None and db_field.name == "assumed" and isinstance(db_field, models.JSONField):
            ask = Assumed
        if ask is None:
            return self._plain(super().formfield_for_dbfield(db_field, request, **kwargs))
        return ask(required=not db_field.blank, label=capfirst(db_field.verbose_name), help_text=db_field.help_text)

    def _plain(self, field: Any) -> Any:
        """Nothing is deleted from beside a form that merely names it."""
        if isinstance(getattr(field, "widget", None), RelatedFieldWidgetWrapper):
            field.widget.can_delete_related = False
        return field

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        return super().formfield_for_choice_field(db_field, request, choices_form_class=ModelWord, **kwargs)


class CappedPaginator(Paginator):
    """Counts no further than a person pages."""

    @cached_property
    def count(self) -> int:
        return len(self.object_list.values_list("pk")[:MOST_COUNTED])  # type: ignore[union-attr]


class TenantAdmin(AtVendor, admin.ModelAdmin):
    """Rows of the vendor. `group` is the heading of the index page that they stand under."""

    group = "People"
    form = RowForm
    paginator = CappedPaginator
    show_full_result_count = False
    exclude: Any = ("position",)

    def entries(self, entry: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
        """What the index page shows of these rows, and under which headings."""
        return [(self.group, entry)]


class ViewOnlyAdmin(TenantAdmin):
    """Rows that commands and workers write: to read here, never to change."""

    may_add = may_change = may_delete = False
    exclude = ()


class RowsInline(AtVendor, admin.TabularInline):
    """Rows that belong to the row on the page."""

    form = RowForm
    formset = InlineRows
    extra = 0
    exclude: Any = ("position",)

    def _plain(self, field: Any) -> Any:
        """A table has no room for links beside its fields."""
        wrapped = getattr(field, "widget", None)
        if isinstance(wrapped, RelatedFieldWidgetWrapper):
            field.widget = wrapped.widget
        return field
