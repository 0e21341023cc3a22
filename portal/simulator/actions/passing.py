"""Letting time pass."""

from portal.simulator.actions.action import Action
from portal.simulator.stage import Turn


class AdvanceTo(Action):
    """Nothing is done; time passes, and workers with it."""

    needs_ticket = False

    def play(self, turn: Turn) -> None:
        pass
