"""How an instant is written for a reader: in the vendor's time, and in the reader's own where that differs."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from helpdesk.tenancy import current_vendor_or_none

_own: ContextVar[ZoneInfo | None] = ContextVar("own_zone", default=None)


@contextmanager
def read_in(zone: ZoneInfo | None) -> Iterator[None]:
    """For a reader whose clocks show this zone; None for one who has not said."""
    token = _own.set(zone)
    try:
        yield
    finally:
        _own.reset(token)


def moment(at: datetime, style: str = "D j F, H:i") -> str:
    """The instant on the vendor's clocks, and on the reader's: "Tue 26 May, 14:00, your time 15:00"."""
    written, own = date_format(_here(at), style), own_time(at)
    return _("%(at)s, your time %(own)s") % {"at": written, "own": own} if own else written


def own_time(at: datetime) -> str:
    """What the reader's clocks show, with the day where it is another one; empty where they show the same."""
    zone, here = _own.get(), _here(at)
    if zone is None or here.utcoffset() == at.astimezone(zone).utcoffset():
        return ""
    own = at.astimezone(zone)
    return date_format(own, "H:i" if own.date() == here.date() else "D j M, H:i")


def _here(at: datetime) -> datetime:
    vendor = current_vendor_or_none()
    return at.astimezone(vendor.zone) if vendor is not None else at
