"""A vendor that nobody has met: its service levels made by hand in the admin, tried in the simulator, dumped, loaded."""

import re
from pathlib import Path
from typing import Any

import pytest

from helpdesk.models import Vendor
from helpdesk.process.files import dump, load
from helpdesk.tenancy import acting_for
from tests.admin.pages import said, sent_by
from tests.people import NOW
from tickets.models import Severity

DOCS = Path(__file__).resolve().parents[2] / "docs" / "process-files.md"


def smallest_file() -> str:
    """The file that the documents show to begin with."""
    return re.findall(r"```yaml\n(vendor:.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)[0].replace(
        "slug: acme, name: Acme", "slug: sixth, name: Sixth"
    )


class Desk:
    """The new vendor's admin, as its administrator meets it."""

    def __init__(self, browser: Any) -> None:
        self.browser = browser

    def add(self, model: str, **fields: str) -> Any:
        """Fill in the form for a new row and save it."""
        return self._save(f"/sixth/admin/{model}/add/", fields)

    def change(self, model: str, name: str, **fields: str) -> Any:
        """Find a row in its list by its name and change it."""
        listed = self.browser.get(f"/sixth/admin/{model}/").content.decode()
        found = re.search(rf'href="(/sixth/admin/{model}/\d+/change/)[^"]*">{re.escape(name)}<', listed)
        assert found, f"{name} is not listed in {said(self.browser.get(f'/sixth/admin/{model}/'))}"
        return self._save(found[1], fields)

    def _save(self, address: str, fields: dict[str, str]) -> Any:
        page = self.browser.get(address)
        answer = self.browser.post(address, {**sent_by(page), **fields})
        assert answer.status_code == 302, said(answer)
        return answer

    def play(self, text: str) -> list[str]:
        """What the simulator's page says of due times, for a scenario pasted as text."""
        page = self.browser.post("/sixth/admin/simulator/", {"as_text": "yes", "text": text, "do": "Play"})
        assert "This cannot be played" not in said(page), said(page)
        return [str(row.what) for row in page.context["rows"] if row.event.kind == "clock_due"]


def rows(prefix: str, *filled: dict[str, str], initial: int = 0) -> dict[str, str]:
    """Rows of a table in a form, behind those that are there."""
    fields = {f"{prefix}-TOTAL_FORMS": str(initial + len(filled))}
    for number, row in enumerate(filled, initial):
        fields |= {f"{prefix}-{number}-{name}": value for name, value in row.items()}
    return fields


def hours(days: range, *shifts: tuple[str, str]) -> list[dict[str, str]]:
    return [{"weekday": str(day), "opens": opens, "closes": closes} for day in days for opens, closes in shifts]


@pytest.fixture
def desk(platform: Any) -> Desk:
    """The vendor exists, with the smallest process there is."""
    made = platform.post("/admin/helpdesk/vendor/add/", {"text": smallest_file(), "apply": "Apply"})
    assert made.status_code == 302, said(made)
    return Desk(platform)


def build(desk: Desk) -> None:
    """Two calendars, one with a lunch break, a holiday and a half day; three severities; a pause; targets."""
    desk.add(
        "helpdesk/businesscalendar",
        code="lunch",
        time_zone="Europe/Oslo",
        **rows("hours", *hours(range(5), ("08:00", "12:00"), ("13:00", "17:00"))),
        **rows("holidays", {"date": "2026-05-14", "name": "Ascension Day"}),
        **rows("special_hours", {"date": "2026-05-13", "opens": "08:00", "closes": "10:00", "name": "Half day"}),
    )
    desk.add("tickets/severity", code="critical", name="Critical")
    desk.add("tickets/severity", code="minor", name="Minor")
    desk.add("tickets/status", code="asked", name="Asked", category="pending_customer", pauses="resolution")
    with acting_for(Vendor.objects.get(slug="sixth")):
        ids = {row.code: str(row.pk) for row in Severity.objects.all()}
    targets = [
        {
            "severity": ids["critical"],
            "metric": "first_response",
            "amount": "30",
            "unit": "elapsed_hours",
            "clock": "24x7",
        },
        {
            "severity": ids["normal"],
            "metric": "first_response",
            "amount": "4",
            "unit": "business_hours",
            "clock": "lunch",
        },
        {"severity": ids["normal"], "metric": "resolution", "amount": "2", "unit": "business_days", "clock": "lunch"},
        {
            "severity": ids["minor"],
            "metric": "first_response",
            "amount": "1",
            "unit": "business_days",
            "clock": "office",
        },
    ]
    plain = {"response_via": "any", "assumed": ""}
    desk.change("sla/slapolicy", "Standard", **rows("targets", *({**plain, **target} for target in targets)))


# Tuesday morning, five minutes before lunch; Wednesday is a half day, Thursday is closed.
SCENARIO = """
vendor: sixth
steps:
- {at: "2026-05-12 11:55", open: {subject: Before lunch}}
- {at: "2026-05-12 13:05", agent_reply: {status: asked}}
- {at: "2026-05-15 09:00", customer_reply: {}}
until: "2026-05-20 12:00"
"""


def test_service_levels_made_by_hand_are_right_in_the_simulator(desk: Desk) -> None:
    build(desk)
    due = desk.play(SCENARIO)
    # Four hours from 11:55: five minutes, then from 13:00 to 16:55.
    assert any("first_response due Tue 2026-05-12 16:55 CEST" in what for what in due), due
    # Sixteen hours: 4 h 05 on Tuesday, 2 on Wednesday's half day, none on Thursday, 8 on Friday, the rest on Monday.
    assert any("resolution due Mon 2026-05-18 09:55 CEST" in what for what in due)
    # Asked at 13:05 after 10 minutes of work: the rest is counted from Friday 09:00.
    assert any("resolution due Tue 2026-05-19 08:50 CEST" in what for what in due)


def test_what_was_made_by_hand_is_one_file_that_makes_the_same_vendor_again(desk: Desk) -> None:
    build(desk)
    made = Vendor.objects.get(slug="sixth")
    with acting_for(made):
        text = dump(made)
    assert "Half day" in text
    load(text.replace("slug: sixth", "slug: seventh"), now=NOW, by="tests")
    again = Vendor.objects.get(slug="seventh")
    with acting_for(again):
        assert dump(again) == text.replace("slug: sixth", "slug: seventh")
    download = desk.browser.get("/sixth/admin/helpdesk/processversion/download/")
    assert download.content.decode() == text
