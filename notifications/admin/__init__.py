"""Mail and pages in the admin."""

from notifications.admin import arriving, out

__all__ = ["arriving", "out"]
