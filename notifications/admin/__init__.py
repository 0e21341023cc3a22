"""Mail and pages in the admin."""

from notifications.admin import arriving, out, strays

__all__ = ["arriving", "out", "strays"]
