"""When targets are suspended: what exceptions ask of a ticket, as a table of pure functions."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What an exception may ask about a ticket. All are codes; empty where nobody has said.

    `covers_customer_solution` is whether the company's agreement covers what was made for it alone.
    """

    type: str = ""
    product_lifecycle: str = ""
    cause: str = ""
    language: str = ""
    solution_scope: str = ""
    covers_customer_solution: bool = False


CONDITIONS: Mapping[str, Callable[[Circumstances, Any], bool]] = {
    "type": lambda ticket, word: ticket.type == word,
    "product_lifecycle": lambda ticket, word: ticket.product_lifecycle == word,
    "cause": lambda ticket, word: ticket.cause == word,
    "language_not": lambda ticket, word: ticket.language not in ("", word),
    "solution_scope": lambda ticket, word: ticket.solution_scope == word,
    "agreement_covers_customer_solution": lambda ticket, covered: ticket.covers_customer_solution is covered,
}


def applies(when: Mapping[str, Any], ticket: Circumstances) -> bool:
    """Whether every condition of the exception holds."""
    return all(CONDITIONS[name](ticket, wanted) for name, wanted in when.items())
