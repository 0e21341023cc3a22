"""Service levels in the admin."""

from sla.admin import policies

__all__ = ["policies"]
