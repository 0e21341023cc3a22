"""Read-only: targets that apply, marks from the log, clocks as people read them."""

from sla.queries.views import ClockView, Explained, Promise, clock_views, coarse, explain, promise

__all__ = ["ClockView", "Explained", "Promise", "clock_views", "coarse", "explain", "promise"]
