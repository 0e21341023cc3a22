"""What suspends targets: every condition holds and fails, and all that are given must hold."""

from typing import Any

import pytest

from sla.core.exceptions import CONDITIONS, Circumstances, applies

TICKET = Circumstances(
    type="incident",
    product_lifecycle="discontinued",
    cause="third_party",
    language="de",
    solution_scope="customer_solution",
    covers_customer_solution=True,
)
CASES = [
    ("type", "incident", "request"),
    ("product_lifecycle", "discontinued", "beta"),
    ("cause", "third_party", "misuse"),
    ("language_not", "en", "de"),
    ("solution_scope", "customer_solution", "standard"),
    ("agreement_covers_customer_solution", True, False),
]


@pytest.mark.parametrize(("condition", "holding", "failing"), CASES)
def test_each_condition_holds_and_fails(condition: str, holding: Any, failing: Any) -> None:
    assert applies({condition: holding}, TICKET)
    assert not applies({condition: failing}, TICKET)


def test_every_condition_is_tried() -> None:
    assert {condition for condition, _, _ in CASES} == set(CONDITIONS)


def test_all_that_are_given_must_hold_and_none_is_no_obstacle() -> None:
    assert applies({condition: holding for condition, holding, _ in CASES}, TICKET)
    assert not applies({"cause": "third_party", "type": "request"}, TICKET)
    assert applies({}, TICKET)


def test_a_language_that_nobody_has_said_is_no_other_language() -> None:
    assert not applies({"language_not": "en"}, Circumstances())
