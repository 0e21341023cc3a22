"""What a vendor's process file says, read by the tests on their own."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
FILES = {path.stem: path for path in sorted((ROOT / "helpdesk" / "vendors").glob("*.yaml"))}


@dataclass(frozen=True)
class Process:
    """One vendor's process. Its rows are those of the file."""

    slug: str

    @cached_property
    def file(self) -> dict[str, Any]:
        return dict(yaml.safe_load(FILES[self.slug].read_text(encoding="utf-8")))

    def rows(self, section: str) -> list[dict[str, Any]]:
        return list(self.file.get(section, []))

    def row(self, section: str, code: str) -> dict[str, Any]:
        return next(row for row in self.rows(section) if row["code"] == code)

    def status_name(self, code: str) -> str:
        return str(self.row("statuses", code)["name"])

    # --- The form ----------------------------------------------------------------------------------------

    def asked_fields(self) -> list[tuple[str, bool]]:
        """Label and whether it is marked as required, of the fields that a customer meets, in order."""
        return [(row["label"], self._marked(row)) for row in self.rows("form_fields") if self._asked(row)]

    def _asked(self, row: dict[str, Any]) -> bool:
        customers = {"customer", "customer_online"} & set(self.file["severity_selectable_by"])
        return row.get("kind") != "severity" or bool(customers)

    def _marked(self, row: dict[str, Any]) -> bool:
        """Required always, or at the severity that the form begins with. What fills itself in wears no mark."""
        if row.get("filled_by") == "system":
            return False
        return row.get("required", False) or self.first_severity in row.get("required_when", {}).get("severity", ())

    def label(self, kind: str) -> str:
        """The label of the field of this kind; empty if the vendor asks nothing of the kind."""
        return next((str(row["label"]) for row in self.rows("form_fields") if row.get("kind") == kind), "")

    @property
    def first_severity(self) -> str:
        """The severity of a ticket whose customer leaves the form as it is, or takes the first where one must be."""
        field = next((row for row in self.rows("form_fields") if row.get("kind") == "severity"), None)
        if field is not None and field.get("required"):
            return str(self.rows("severities")[0]["code"])
        return str(next(row["code"] for row in self.rows("severities") if row.get("is_default")))

    # --- What comes of it --------------------------------------------------------------------------------

    @property
    def promises(self) -> bool:
        """Whether that severity has a target that is no placeholder."""
        return any(
            row["severity"] == self.first_severity and not row.get("assumed", False) for row in self.rows("sla_targets")
        )

    @property
    def has_clock(self) -> bool:
        """Whether any target, placeholder or not, runs at that severity."""
        return any(row["severity"] == self.first_severity for row in self.rows("sla_targets"))

    @property
    def scheduled_rules(self) -> list[dict[str, Any]]:
        return [row for row in self.rows("routing_rules") if row["trigger"] == "scheduled"]

    @property
    def queue(self) -> str:
        """Where a ticket of a customer without a region of its own ends up."""
        fallbacks = [
            row["then"]["queue"]
            for row in self.rows("routing_rules")
            if row.get("is_fallback") and "queue" in row["then"]
        ]
        return str(fallbacks[-1] if fallbacks else self.rows("queues")[0]["code"])

    def status_set_on(self, occasion: str) -> dict[str, Any] | None:
        """The status that this occasion brings, if the process names one."""
        return next((row for row in self.rows("statuses") if occasion in row.get("set_on", ())), None)

    def first_status(self, category: str) -> dict[str, Any] | None:
        """The first status of this category that an agent may set."""
        fitting = (row for row in self.rows("statuses") if row["category"] == category)
        return next((row for row in fitting if "agent" in row.get("set_by", ["agent"])), None)

    @property
    def closing_rules(self) -> list[dict[str, Any]]:
        return self.rows("auto_close_rules")

    @property
    def pages(self) -> dict[str, str]:
        """Pages of the portal's menu: their labels."""
        return {row["page"]: row["label"] for row in self.rows("portal_menu")}
