"""Read-only: targets that apply, marks from the log, clocks as people read them."""

from sla.queries.promises import Promise, promise, promised, promises
from sla.queries.views import ClockView, Explained, clock_views, explain

__all__ = ["ClockView", "Explained", "Promise", "clock_views", "explain", "promise", "promised", "promises"]
