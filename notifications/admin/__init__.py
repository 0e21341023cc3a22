"""Mail and pages in the admin."""

from notifications.admin import accounts, arriving, out, sending, strays, wording

__all__ = ["accounts", "arriving", "out", "sending", "strays", "wording"]
