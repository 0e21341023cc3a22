"""What a process file may not say about escalation."""

from typing import Any

import pytest
import yaml

from helpdesk.process.files import ProcessInvalid, parse
from tests.conftest import VENDOR_FILES

PROCESS = yaml.safe_load(next(file for file in VENDOR_FILES if file.stem == "xecuritas").read_text(encoding="utf-8"))


def problems(section: str, rows: list[dict[str, Any]]) -> list[str]:
    text = yaml.safe_dump({**PROCESS, section: rows})
    try:
        parse(text)
    except ProcessInvalid as invalid:
        return [str(problem) for problem in invalid.problems]
    return []


def step(kind: str = "customer", level: int = 1, **facts: Any) -> dict[str, Any]:
    return {"kind": kind, "level": level, "role": "boss", "email": "boss@vendor.example", **facts}


@pytest.mark.parametrize(
    ("rows", "problem"),
    [
        ([step(email="")],
         ("escalation_path[0]: nobody can be reached by the role 'boss'; give an email, contact_from: company,"
         " a fallback_role, or a team with this head_role")),
        ([step(role="", email="")], "escalation_path[0]: nobody can be reached by this step; give an email"),
        ([step(email="", contact_from="project")], "escalation_path[0]: nobody can be reached by the role 'boss'"),
        ([step(), step(level=2, role="", email="", fallback_role="bos")],
         "escalation_path[1].fallback_role: unknown role 'bos'; did you mean 'boss'?"),
        ([step(level=2)], "escalation_path[0].level: there is no level 1 to come from"),
        ([step(), step()], "escalation_path[1].level: level 1 of 'customer' is there already"),
        ([step(), step(level=2), step(kind="management"), step(kind="customer")],
         "escalation_path[3].level: level 1 of 'customer' stands behind level 2"),
        ([step(kind="angry")], "escalation_path[0].kind: unknown kind of escalation 'angry'"),
        ([step(level=0)], "escalation_path[0].level: input should be greater than or equal to 1"),
        ([step(available="always")], "escalation_path[0].available: unknown calendar 'always'"),
        ([step(email="boss")], "escalation_path[0].email:"),
        ([step(queue_kind="cellar")], "escalation_path[0].queue_kind: unknown kind of queue 'cellar'"),
        ([step(channel="pigeon")], "escalation_path[0].channel: unknown channel 'pigeon'"),
    ],
)  # fmt: skip
def test_a_path_that_leads_nowhere_is_named(rows: list[dict[str, Any]], problem: str) -> None:
    found = problems("escalation_path", rows)
    assert any(said.startswith(problem) for said in found), found


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [step()],
        [step(), step(queue_kind="project"), step(level=2, email="", contact_from="company")],
        [step(), step(kind="management", level=2)],
        [step(role="technical_support_director", email="")],  # the head of a team
        [step(), step(queue_kind="partner", role="", email="", fallback_role="boss")],
    ],
)
def test_a_path_that_leads_somewhere_is_in_order(rows: list[dict[str, Any]]) -> None:
    assert problems("escalation_path", rows) == []


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"severities": ["9"]}, "escalation_rules[0].severities[0]: unknown severity '9'; known: 1, 2, 3"),
        ({"metric": "resolutoin"}, "escalation_rules[0].metric: unknown metric 'resolutoin'; did you mean 'resolution'?"),
        ({"trigger": "target_missed"}, "escalation_rules[0].trigger: unknown trigger 'target_missed'"),
        ({"audience": []}, "escalation_rules[0].audience: list should have at least 1 item"),
        ({"audience": ["role:emperor"]}, "escalation_rules[0].audience[0]: unknown audience 'role:emperor'"),
        ({"audience": ["requester"]}, "escalation_rules[0].audience: an escalation goes to staff"),
    ],
)  # fmt: skip
def test_a_rule_that_asks_nobody_is_named(change: dict[str, Any], problem: str) -> None:
    rule = {"code": "late", "trigger": "target_breached", "audience": ["role:account_manager"]}
    assert problems("escalation_rules", [rule]) == []
    found = problems("escalation_rules", [{**rule, **change}])
    assert any(said.startswith(problem) for said in found), found
