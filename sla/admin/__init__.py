"""Service levels in the admin."""

from sla.admin import escalations, policies

__all__ = ["escalations", "policies"]
