"""From the source of an event to the admin page where its row is changed."""

from typing import Any

from django.contrib import admin
from django.urls import reverse

from helpdesk.process.files import sections
from helpdesk.process.section import RowSection
from portal.simulator.sources import Source
from sla.models import SLAPolicy
from sla.models.policies import STANDARD


def address_of(source: Source, *, same_process: bool) -> str:
    """The page of the row, or "" where the vendor has no such row now.

    A row without a code is known by its place, which says nothing about another process than the loaded one.
    """
    row = _row(source) if source.code or same_process else None
    if row is None or type(row) not in admin.site._registry:
        return ""
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


def _row(source: Source) -> Any:
    if source.section in ("sla_targets", "sla_policies"):  # targets stand on their policy's page
        return SLAPolicy.objects.filter(code=source.code or STANDARD).first()
    section = next((each for each in sections() if each.key == source.section), None)
    if not isinstance(section, RowSection):
        return None
    rows = section.rows()
    if source.code:
        return rows.filter(**{section.identity: source.code}).first()
    return rows.filter(position=source.index).first() if source.index is not None else None
