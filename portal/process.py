"""The portal's sections of a process file: menu, intake form, contact points and maintenance."""

from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import Field

from helpdesk.process.section import Parsed, RowSection
from helpdesk.process.sections import ROUND_THE_CLOCK
from helpdesk.process.spec import Problem, Ref, Row, Spec, one_of
from portal.maintenance.process import WindowSection
from portal.models import ContactPoint, FormField, PortalMenuItem
from tickets.models.ticket import CHANNELS

# Pages that a menu entry can open; each is a URL name of the customer portal.
PAGES = ("new_ticket", "my_tickets", "company_tickets", "search", "help", "contact", "maintenance")
# Fields that are facts of every ticket; a form field of another key is the vendor's own.
TICKET_FIELDS = (
    "subject",
    "description",
    "type",
    "queue",
    "severity",
    "priority",
    "impact",
    "product",
    "product_version",
    "external_reference",
    "language",
    "company",
    "contact",
    "files",
)
OWN_KINDS = ("text", "long_text", "choice", "date_time", "check")


class MenuSpec(Row):
    """One menu entry."""

    page: one_of("page", PAGES)  # type: ignore[valid-type]
    label: str = Field(max_length=60)


class MenuSection(RowSection):
    """The customer portal's menu, in order."""

    key, noun, model, spec, identity = "portal_menu", "menu entry", PortalMenuItem, MenuSpec, "page"


class RequiredWhen(Spec):
    """Required at these severities, unless the ticket carries the flag."""

    severity: Annotated[list[str], Ref("severities")]
    unless_flag: str = ""


class FieldSpec(Row):
    """One field of the form. `kind` says which fact of a ticket it is, or how one of the vendor's own is asked."""

    key: str = Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)
    label: str = Field(max_length=120)
    kind: one_of("kind of field", (*TICKET_FIELDS, *OWN_KINDS)) = "text"  # type: ignore[valid-type]
    required: bool = False
    required_when: RequiredWhen | None = None
    default: str = ""
    choices: list[str] = []
    empty_label: str = ""
    help: str = ""
    group: str = ""
    secret: bool = False
    paste_images: bool = False
    drag_and_drop: bool = False
    filled_by: one_of("filler", ("", "system")) = ""  # type: ignore[valid-type]


class FormSection(RowSection):
    """The intake form, in order."""

    key, noun, model, spec, identity, required = (
        "form_fields",
        "form field",
        FormField,
        FieldSpec,
        "key",
        True,
    )

    def check(self, process: Parsed) -> Iterator[Problem]:
        yield from super().check(process)
        fields = process[self.key]
        for kind in ("subject", "description"):
            found = [item for item in fields if item.kind == kind and item.required]
            if len(found) != 1:
                yield Problem(self.key, f"exactly one required field is of kind {kind}; here {len(found)}")
        if any(item.kind == "severity" for item in fields) and not _customer_grades(process):
            index = next(at for at, item in enumerate(fields) if item.kind == "severity")
            yield Problem(f"{self.key}[{index}].kind", "customers may not set the severity: see severity_selectable_by")

    def to_row(self, item: Any) -> dict[str, Any]:
        return super().to_row(item) | {"required_when": item.required_when.written() if item.required_when else {}}

    def from_row(self, row: Any) -> dict[str, Any]:
        shown = super().from_row(row)
        return shown | {"required_when": shown["required_when"] or None}


def _customer_grades(process: Parsed) -> bool:
    return bool({"customer", "customer_online"} & set(process.get("severity_selectable_by") or ()))


class ContactPointSpec(Row):
    """A way to reach the vendor."""

    channel: one_of("channel", CHANNELS)  # type: ignore[valid-type]
    label: str = Field(max_length=80)
    address: str = ""
    number: str = ""
    number_by_country: dict[str, str] = {}
    option: str = ""
    hours: Annotated[str, Ref("calendars", also=(ROUND_THE_CLOCK,))] = ""
    severities: Annotated[list[str], Ref("severities")] = []
    primary: bool = False
    after_hours: bool = False
    place: str = ""
    note: str = ""


class ContactPointSection(RowSection):
    """Contact points, known by their label."""

    key, noun, model, spec, identity = (
        "contact_points",
        "contact point",
        ContactPoint,
        ContactPointSpec,
        "label",
    )


SECTIONS = (MenuSection(), FormSection(), ContactPointSection(), WindowSection())
