"""One edit of a vendor's process: kept if the process still runs, undone with its problems if not."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import yaml
from django.db import transaction
from pydantic import ValidationError

from helpdesk.models import Vendor
from helpdesk.process.files import ProcessInvalid, check_rows, parse, record_edit, sections
from helpdesk.process.section import RowSection
from helpdesk.process.spec import Problem
from helpdesk.tenancy import acting_for


@contextmanager
def editing(vendor: Vendor, *, now: Callable[[], datetime], by: str) -> Iterator[list[Any]]:
    """Append what was edited to the list; nothing appended, nothing checked.

    The vendor's row is locked, so that two edits cannot be right each by itself and wrong together.
    """
    with acting_for(vendor), transaction.atomic():
        locked = Vendor.objects.select_for_update(no_key=True).get(pk=vendor.pk)
        edited: list[Any] = []
        yield edited
        if not edited:
            return
        locked.refresh_from_db()
        found = problems(locked)
        if found:
            raise ProcessInvalid(found)
        record_edit(locked, now=now(), by=by)


def problems(vendor: Vendor) -> list[Problem]:
    """As `check_rows`; a value that no file could hold is named by its place too. Call inside `acting_for`."""
    found = check_rows(vendor)
    return (_by_place(vendor) if found else []) or found


def _by_place(vendor: Vendor) -> list[Problem]:
    """Reads the rows without asking for their shape, and lets the file's own check say what is wrong."""
    written: dict[str, Any] = {}
    for section in sections():
        try:
            value = section.dump(vendor)
        except ValidationError as error:
            if not isinstance(section, RowSection):
                return [_problem(section.key, part) for part in error.errors()]
            value = [section.from_row(row) for row in _offered(section)]
        if value is not None:
            written[section.key] = value
    try:
        parse(yaml.safe_dump(written, sort_keys=False))
    except ProcessInvalid as invalid:
        return invalid.problems
    return []


def _offered(section: RowSection) -> Any:
    rows = section.rows().order_by("position", "id")
    return rows.filter(retired=False) if hasattr(section.model, "retired") else rows


def _problem(key: str, part: Any) -> Problem:
    path = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in part["loc"])
    return Problem(key + path, part["msg"].removeprefix("Value error, "))
