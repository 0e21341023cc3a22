"""Who acts, and how a person is told no."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


class Refused(Exception):
    """A command says no; the message is a sentence for the person who asked."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever causes a change: a contact, an agent, or a worker that carries out a rule.

    `kind` is "contact", "agent" or "worker"; `id` is the row's id, None for a worker.
    """

    kind: str
    id: int | None
    name: str
    role: str = ""
    user_id: int | None = None
    company_id: int | None = None
    sees_company: bool = False
    rule: str = ""
    teams: frozenset[str] = field(default_factory=frozenset)

    @property
    def is_agent(self) -> bool:
        return self.kind == "agent"

    @property
    def is_customer(self) -> bool:
        return self.kind == "contact"

    @property
    def is_worker(self) -> bool:
        return self.kind == "worker"

    @property
    def may_write(self) -> bool:
        """Read-only agents look but do not touch."""
        return self.role != "read_only"


def worker(rule: str = "") -> Actor:
    """The actor of automatic acts; `rule` is the code of what caused it."""
    return Actor(kind="worker", id=None, name="worker", rule=rule)


def allowed(check: Callable[..., None], *args: Any, **kwargs: Any) -> bool:
    """The boolean form of a `check_…` function, for templates."""
    try:
        check(*args, **kwargs)
    except Refused:
        return False
    return True
