"""Service levels in the admin."""

from sla.admin import budgets, escalations, policies

__all__ = ["budgets", "escalations", "policies"]
