"""The one door to a vendor's rows: `acting_for`, and the models and managers that refuse to work without it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from django.db import connection, models, transaction

if TYPE_CHECKING:
    from helpdesk.models import Vendor

_current: ContextVar["Vendor | None"] = ContextVar("vendor", default=None)


class NoVendor(RuntimeError):
    """Tenant rows were asked for outside `acting_for`."""


class WrongVendor(RuntimeError):
    """A block that acts for one vendor tried to act for another."""


@contextmanager
def acting_for(vendor: "Vendor") -> Iterator["Vendor"]:
    """Open a transaction in which only `vendor`'s rows exist, in Python and in the database.

    The database setting is local to the transaction, never to the session, so a pooled connection
    carries nothing over. A nested block for the same vendor is a savepoint; for another one it raises.
    """
    outer = _current.get()
    if outer is not None and outer.pk != vendor.pk:
        raise WrongVendor(f"Already acting for {outer.slug}; leave that block before acting for {vendor.slug}.")
    with transaction.atomic():
        if outer is not None:
            yield vendor
            return
        token = _current.set(vendor)
        _set_in_database(str(vendor.pk))
        try:
            yield vendor
        finally:
            _current.reset(token)
        # An exception rolls the setting back; a released savepoint would keep it for the outer block.
        _set_in_database("")


def _set_in_database(value: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.vendor_id', %s, true)", [value])


def current_vendor() -> "Vendor":
    """The vendor of the surrounding `acting_for`; raises NoVendor outside."""
    vendor = _current.get()
    if vendor is None:
        raise NoVendor("No vendor is set: wrap this in `with acting_for(vendor):`.")
    return vendor


def current_vendor_or_none() -> "Vendor | None":
    """The same for places that also serve the platform itself, such as page headers."""
    return _current.get()


def current_vendor_id() -> int:
    """Default of every `vendor` column, so that a row cannot be made outside a vendor's door."""
    return current_vendor().pk


class TenantQuerySet(models.QuerySet[Any]):
    """Rows of the current vendor."""


class TenantManager(models.Manager.from_queryset(TenantQuerySet)):  # type: ignore[misc]
    """Filters by the current vendor, which is also what the planner wants; row security stands behind it."""

    def get_queryset(self) -> TenantQuerySet:
        return super().get_queryset().filter(vendor_id=current_vendor_id())


class TenantModel(models.Model):
    """A row that belongs to one vendor. Its table needs `Isolate` in a migration (a test sees to it)."""

    vendor = models.ForeignKey(
        "helpdesk.Vendor",
        models.CASCADE,
        default=current_vendor_id,
        editable=False,
        db_index=False,
        related_name="+",
    )

    objects = TenantManager()

    class Meta:
        abstract = True
