"""Service levels, budgets, escalations and on call in the admin."""

from sla.admin import budgets, escalations, on_call, policies

__all__ = ["budgets", "escalations", "on_call", "policies"]
