"""What the API answers and asks for: the words of the schema."""

from datetime import datetime
from typing import Any

from django.utils.dateparse import parse_datetime
from rest_framework import serializers

from helpdesk.durations import UNITS
from helpdesk.process.spec import unknown
from tickets.models.process import CATEGORIES, METRICS
from tickets.models.ticket import TURNS
from tickets.queries.catalogue import catalogue

PAGE, MOST = 50, 100
# A due time is explained interval by interval; an answer has an end.
MOST_OF = {
    "business_hours": 5000,
    "business_days": 1000,
    "business_weeks": 250,
    "elapsed_hours": 40_000,
    "calendar_days": 1800,
}
STATES = ("running", "warning", "late", "paused", "met", "met_late", "suspended", "ended")


class Shape(serializers.Serializer):  # type: ignore[misc]
    """A part of an answer, made from a mapping. What a reader may not see is not in the mapping."""

    def to_representation(self, instance: Any) -> dict[str, Any]:
        return {name: value for name, value in super().to_representation(instance).items() if name in instance}


class Problem(Shape):
    """What went wrong, in a sentence for a person; `parameters` names those that are wrong."""

    code = serializers.CharField()
    error = serializers.CharField()
    parameters = serializers.DictField(child=serializers.CharField(), required=False)


class Named(Shape):
    """A row of the vendor's process."""

    code = serializers.CharField()
    name = serializers.CharField()


class StatusShape(Named):
    """A status; `category` is one of a closed list."""

    category = serializers.ChoiceField(list(CATEGORIES))


class PersonShape(Shape):
    """A person by name."""

    name = serializers.CharField()
    email = serializers.EmailField(required=False)


class NextClock(Shape):
    """A clock of a ticket in brief."""

    metric = serializers.ChoiceField(list(METRICS))
    label = serializers.CharField(help_text="In the vendor's words.")
    state = serializers.ChoiceField(STATES)
    due_at = serializers.DateTimeField(allow_null=True, help_text="Empty unless it runs.")
    assumed = serializers.BooleanField(
        help_text="The figures or hours are placeholders, so nothing is promised. Contacts never see such a clock."
    )


class TicketShape(Shape):
    """A ticket. `queue`, `assignee`, `team` and `flags` are for agents only."""

    number = serializers.CharField()
    url = serializers.URLField(help_text="Its page in the portal.")
    subject = serializers.CharField()
    status = StatusShape()
    severity = Named()
    type = Named()
    product = Named(allow_null=True)
    product_version = serializers.CharField()
    priority = Named(allow_null=True)
    impact = Named(allow_null=True)
    company = serializers.CharField()
    requester = PersonShape()
    channel = serializers.CharField()
    language = serializers.CharField()
    external_reference = serializers.CharField(help_text="The customer's own number.")
    turn = serializers.ChoiceField(list(TURNS), help_text="Who owes the next word.")
    turn_since = serializers.DateTimeField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)
    clocks = NextClock(many=True)
    queue = Named(required=False)
    assignee = PersonShape(required=False, allow_null=True)
    team = Named(required=False, allow_null=True)
    flags = serializers.ListField(child=serializers.CharField(), required=False)


class TicketDetail(TicketShape):
    """A ticket with the vendor's own fields. Sealed fields are never shown."""

    fields_given = serializers.DictField(help_text="Values of the vendor's own form fields, by key.")


class TicketPage(Shape):
    """Some tickets, the last changed first, and the address of the next page."""

    next = serializers.URLField(allow_null=True)
    tickets = TicketShape(many=True)


class Target(Shape):
    """How much time was promised, in figures."""

    text = serializers.CharField()
    amount = serializers.IntegerField()
    unit = serializers.ChoiceField(list(UNITS))
    clock = serializers.CharField(help_text="As the process words it: a calendar, responsible_team or 24x7.")
    warn_amount = serializers.IntegerField(allow_null=True)
    warn_unit = serializers.CharField(allow_blank=True)
    warn_at_percent = serializers.IntegerField(allow_null=True)
    response_via = serializers.ChoiceField(["any", "phone"])
    seconds = serializers.IntegerField(help_text="What it comes to on the calendar.")


class IntervalShape(Shape):
    """A stretch of the line. They follow each other without a gap; `counted_seconds` of all but `over` add up."""

    to = serializers.DateTimeField()
    kind = serializers.ChoiceField(["counted", "paused", "closed"])
    why = serializers.CharField(allow_blank=True)
    counted_seconds = serializers.IntegerField()
    total_seconds = serializers.IntegerField(help_text="Counted in its round when it ends.")
    phase = serializers.ChoiceField(
        ["past", "over", "ahead"], help_text="Before now, after the due time, still to come."
    )
    round = serializers.IntegerField(help_text="Each update, or a fresh start, begins a round.")

    def get_fields(self) -> dict[str, Any]:
        """`from` is no name in Python."""
        return {"from": serializers.DateTimeField(), **super().get_fields()}


class MomentShape(Shape):
    """An instant worth a word."""

    at = serializers.DateTimeField()
    kind = serializers.ChoiceField(["start", "update", "warning", "due", "missed", "met"])
    round = serializers.IntegerField()


class Sum(Shape):
    """The present round in seconds. A running clock has `at_due` = `target`."""

    target = serializers.IntegerField()
    so_far = serializers.IntegerField(help_text="Overtime included.")
    at_due = serializers.IntegerField(help_text="All counted intervals up to the due time, or to the end.")


class ClockShape(NextClock):
    """A clock with its whole explanation."""

    sentence = serializers.CharField(help_text="Why it stands where it stands.")
    policy = serializers.CharField(help_text="Code of the policy whose target it is.")
    calendar = serializers.CharField(help_text="Code of the calendar that counts, or 24x7.")
    target = Target()
    started_at = serializers.DateTimeField()
    warn_at = serializers.DateTimeField(allow_null=True)
    met_at = serializers.DateTimeField(allow_null=True)
    paused_at = serializers.DateTimeField(allow_null=True)
    paused_why = serializers.CharField(allow_blank=True, help_text="Also why it is suspended.")
    missed = serializers.ListField(child=serializers.DateTimeField(), help_text="Due times that passed unmet.")
    intervals = IntervalShape(many=True)
    moments = MomentShape(many=True)
    sum = Sum()


class Clocks(Shape):
    """All clocks of a ticket, the one that is due next first."""

    now = serializers.DateTimeField()
    clocks = ClockShape(many=True)


class Opening(Shape):
    """One opening interval of a weekday, in the calendar's time zone. Midnight at the end of a day is 00:00."""

    weekday = serializers.IntegerField(min_value=0, max_value=6, help_text="Monday is 0.")
    opens = serializers.TimeField()
    closes = serializers.TimeField()


class DatedOpening(Shape):
    """Hours of a single date in place of its weekday's."""

    date = serializers.DateField()
    opens = serializers.TimeField()
    closes = serializers.TimeField()


class Closed(Shape):
    """A closed date."""

    date = serializers.DateField()
    name = serializers.CharField(allow_blank=True)


class CalendarShape(Shape):
    """A business calendar."""

    code = serializers.CharField()
    time_zone = serializers.CharField()
    assumed = serializers.BooleanField(help_text="No document gives its hours or zone.")
    hours = Opening(many=True)
    special_hours = DatedOpening(many=True)
    closed = Closed(many=True)


class Calendars(Shape):
    """The vendor's calendars in the order of its process."""

    calendars = CalendarShape(many=True)


class DueShape(Shape):
    """When so much time from an instant ends, and why then."""

    calendar = serializers.CharField(help_text="What counts: elapsed_hours and calendar_days count around the clock.")
    assumed = serializers.BooleanField()
    start = serializers.DateTimeField()
    amount = serializers.IntegerField()
    unit = serializers.ChoiceField(list(UNITS))
    due_at = serializers.DateTimeField()
    seconds = serializers.IntegerField(help_text="What the amount comes to on the calendar.")
    intervals = IntervalShape(many=True)


# --- What is asked ---------------------------------------------------------------------------------------


class Word(serializers.CharField):  # type: ignore[misc]
    """The code of a row of the vendor's process; the refusal names the closest one."""

    def __init__(self, rows: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.rows = rows

    def to_internal_value(self, data: Any) -> Any:
        code, known = super().to_internal_value(data), getattr(catalogue(), self.rows)
        if code not in known:
            raise serializers.ValidationError(unknown(self.field_name, code, known))
        return known[code]


class TicketQuery(Shape):
    """How to narrow the list, and where to go on reading."""

    status = Word("statuses", required=False, help_text="Code of a status.")
    severity = Word("severities", required=False, help_text="Code of a severity.")
    queue = Word("queues", required=False, help_text="Code of a queue; for agents.")
    turn = serializers.ChoiceField(list(TURNS), required=False, help_text="Who owes the next word.")
    cursor = serializers.CharField(required=False, help_text="From `next` of the page before.")
    limit = serializers.IntegerField(required=False, default=PAGE, min_value=1, max_value=MOST)


class Instant(serializers.DateTimeField):  # type: ignore[misc]
    """An instant with its offset: a time without one could be anywhere. A plus that became a space is put back."""

    def to_internal_value(self, value: Any) -> datetime:
        written = str(value).strip().replace(" ", "+")
        try:
            at = parse_datetime(written)
        except ValueError:
            at = None
        if at is None or at.utcoffset() is None:
            raise serializers.ValidationError("write an instant with its offset, such as 2026-05-22T14:00:00+02:00")
        return at


class DueQuery(Shape):
    """From when on, and how much."""

    start = Instant(help_text="With its offset, such as 2026-05-22T14:00:00+02:00 or 2026-05-22T12:00:00Z.")
    amount = serializers.IntegerField(min_value=1, help_text="At most about five years.")
    unit = serializers.ChoiceField(list(UNITS))

    def validate(self, asked: dict[str, Any]) -> dict[str, Any]:
        if asked["amount"] > MOST_OF[asked["unit"]]:
            raise serializers.ValidationError({"amount": f"at most {MOST_OF[asked['unit']]} {UNITS[asked['unit']]}"})
        return asked
