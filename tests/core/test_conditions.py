"""Conditions of rules, and how the actions of several rules add up."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tickets.core.conditions import CONDITIONS, Facts, combined_actions, holds

FACTS = Facts(
    channel="email",
    mailbox="help@vendor.example",
    queue="inbox",
    type="incident",
    severity="high",
    company_regions=frozenset({"DACH", "EU"}),
    agreement_kind="partner",
    subject="EMERGENCY: nothing works",
    flags=frozenset({"emergency"}),
    is_major=True,
)


@pytest.mark.parametrize(
    ("condition", "holding", "failing"),
    [
        ("channel", "email", "portal"),
        ("mailbox", "Help@Vendor.example", "sales@vendor.example"),
        ("queue", "inbox", "desk"),
        ("type", "incident", "question"),
        ("severity", "high", "low"),
        ("is_major", True, False),
        ("company_region", "EU", "US"),
        ("agreement_kind", "partner", "direct"),
        ("flag", "emergency", "vip"),
        ("subject_contains_exact_case", "EMERGENCY", "Emergency"),
    ],
)
def test_each_condition_asks_one_thing(condition: str, holding: Any, failing: Any) -> None:
    assert holds({condition: holding}, FACTS)
    assert not holds({condition: failing}, FACTS)


def test_a_channel_may_be_one_of_several() -> None:
    assert holds({"channel": ["portal", "email"]}, FACTS)
    assert not holds({"channel": ["portal", "mail", "e"]}, FACTS)


def test_every_condition_is_in_the_table_above() -> None:
    marks = test_each_condition_asks_one_thing.pytestmark  # type: ignore[attr-defined]
    assert {row[0] for row in marks[0].args[1]} == set(CONDITIONS)


def test_no_condition_holds_always_and_several_hold_together() -> None:
    assert holds({}, FACTS)
    assert holds({"channel": "email", "queue": "inbox"}, FACTS)
    assert not holds({"channel": "email", "queue": "desk"}, FACTS)


@pytest.mark.parametrize(
    ("subject", "found"),
    [
        ("EMERGENCY", True),
        ("Help! EMERGENCY.", True),
        ("[EMERGENCY] mail is down", True),
        ("EMERGENCY-ROOM", True),
        ("Re: EMERGENCY:mail", True),
        ("Emergency", False),
        ("emergency", False),
        ("EMERGENCYS", False),
        ("NONEMERGENCY", False),
        ("EMERGENCY_2", False),
        ("E M E R G E N C Y", False),
        ("", False),
    ],
)
def test_a_word_of_the_subject_is_a_whole_word_in_its_exact_case(subject: str, found: bool) -> None:
    assert holds({"subject_contains_exact_case": "EMERGENCY"}, replace(FACTS, subject=subject)) is found


@settings(deadline=None, derandomize=True, database=None)
@given(st.text(min_size=1), st.text())
def test_a_word_may_hold_any_characters(word: str, subject: str) -> None:
    assert holds({"subject_contains_exact_case": word}, replace(FACTS, subject=f"{subject} {word} {subject}"))


def test_actions_add_up_and_the_first_rule_to_set_a_field_wins() -> None:
    rules: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
        ("elsewhere", {"channel": "portal"}, {"queue": "portal", "flag": "portal"}),
        ("first", {"channel": "email"}, {"queue": "mail"}),
        ("second", {}, {"queue": "desk", "severity": "low"}),
    ]
    assert combined_actions(rules, FACTS) == {"queue": ("mail", "first"), "severity": ("low", "second")}
    assert combined_actions([], FACTS) == {}
