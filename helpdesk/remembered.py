"""What a vendor's process is made of, read once per version of the process and kept in memory."""

from collections import OrderedDict
from collections.abc import Callable
from functools import wraps
from threading import Lock
from typing import Any, TypeVar

from helpdesk.tenancy import current_vendor

T = TypeVar("T")
MOST = 2000

_kept: OrderedDict[tuple[Any, ...], Any] = OrderedDict()
_lock = Lock()


def remembered(read: Callable[[], T]) -> Callable[[], T]:
    """Keep what `read` returns for the current vendor until its process changes. Treat it as read-only."""

    @wraps(read)
    def recall() -> T:
        vendor = current_vendor()
        key = (read.__module__, read.__qualname__, vendor.pk, vendor.process_stamp)
        with _lock:
            if key in _kept:
                _kept.move_to_end(key)
                return _kept[key]  # type: ignore[no-any-return]
        value = read()
        with _lock:
            _kept[key] = value
            while len(_kept) > MOST:
                _kept.popitem(last=False)
        return value

    return recall


def forget(vendor_id: int) -> None:
    """Drop what was kept of a vendor that is no more."""
    with _lock:
        for key in [key for key in _kept if key[2] == vendor_id]:
            del _kept[key]
