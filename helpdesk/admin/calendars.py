"""Calendars in the admin: their hours and dated days, and what prepares a whole year of them at once."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import mark_safe

from helpdesk import ical
from helpdesk.access import Refused
from helpdesk.admin.days import FileForm, HolidaysForm, KeepForm, add_days, dated_days, propose
from helpdesk.admin.fields import Zone
from helpdesk.admin.forms import InlineRows, RowForm
from helpdesk.admin.process import OrderedAdmin, refused
from helpdesk.admin.tenant import RowsInline
from helpdesk.calendars import working_calendars
from helpdesk.days import Day, years_to_prepare, years_without_dates
from helpdesk.models import BusinessCalendar, Holiday, OpeningHours, SpecialHours
from helpdesk.models.calendars import WEEKDAYS
from helpdesk.process.files import ProcessInvalid
from helpdesk.tenancy import current_vendor

on_date = partial(forms.DateField, widget=forms.DateInput(format="%Y-%m-%d", attrs={"placeholder": "2026-12-31"}))
of_day = partial(forms.TimeField, widget=forms.TimeInput(format="%H:%M", attrs={"placeholder": "08:00"}))

# Days and runs of days, so that a week of split shifts is two rows to type.
WHOLE = [("0-4", "Monday to Friday"), ("0-6", "Every day")]
on_days = partial(
    forms.TypedChoiceField,
    coerce=str,
    choices=[("", "---------"), *WHOLE, *((str(day), name) for day, name in enumerate(WEEKDAYS))],
)


def unprepared(now: datetime) -> list[tuple[BusinessCalendar, list[int]]]:
    """Calendars without a closed date in a year that is here or near, and these years."""
    known = working_calendars()
    rows = BusinessCalendar.objects.order_by("position", "id")
    found = [(row, years_without_dates(known[row.code], now)) for row in rows]
    return [(row, years) for row, years in found if years]


class HoursForm(RowForm):
    """Hours of a day or, in one go, of several."""

    def clean_weekday(self) -> int:
        first, _, last = self.cleaned_data["weekday"].partition("-")
        self.further = range(int(first) + 1, int(last or first) + 1)
        return int(first)


class HoursRows(InlineRows):
    """Opening hours: a row for several days becomes one for each."""

    def save_new(self, form: Any, commit: bool = True) -> OpeningHours:
        return self._with_further(form, super().save_new(form, commit))

    def save_existing(self, form: Any, obj: Any, commit: bool = True) -> OpeningHours:
        return self._with_further(form, super().save_existing(form, obj, commit))

    def _with_further(self, form: Any, row: OpeningHours) -> OpeningHours:
        for weekday in form.further:
            OpeningHours.objects.create(calendar=row.calendar, weekday=weekday, opens=row.opens, closes=row.closes)
        return row


class HoursInline(RowsInline):
    """Opening hours; several rows of a day make split shifts."""

    model = OpeningHours
    form = HoursForm
    formset = HoursRows
    verbose_name = "row of opening hours"
    verbose_name_plural = "opening hours; a break makes two rows for a day"
    ordering = ("weekday", "opens", "id")
    asked_as: ClassVar = {"weekday": on_days, "opens": of_day, "closes": of_day}


class HolidaysInline(RowsInline):
    """Closed dates."""

    model = Holiday
    verbose_name = "closed date"
    verbose_name_plural = "closed dates"
    ordering = ("date", "id")
    asked_as: ClassVar = {"date": on_date}


class SpecialHoursInline(RowsInline):
    """Dates with hours of their own; several rows of a date make split shifts."""

    model = SpecialHours
    verbose_name = "date with hours of its own"
    verbose_name_plural = "dates with hours of their own, such as half holidays"
    ordering = ("date", "opens", "id")
    fields = ("date", "opens", "closes", "name", "assumed")
    asked_as: ClassVar = {"date": on_date, "opens": of_day, "closes": of_day}


class CalendarAdmin(OrderedAdmin):
    """Calendars with their hours, closed dates and special days."""

    group = "Severities and deadlines"
    list_display = ("code", "marks", "time_zone", "position")
    asked_as: ClassVar = {"time_zone": Zone}
    inlines = (HoursInline, HolidaysInline, SpecialHoursInline)
    change_form_template = "admin/calendars/calendar.html"
    change_list_template = "admin/calendars/calendars.html"

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"time_zone": current_vendor().time_zone}

    @admin.display(description="", empty_value="")
    def marks(self, row: Any) -> str:
        """Also the years that have no closed date."""
        missing = years_without_dates(working_calendars()[row.code], timezone.now())
        badges = (
            format_html('<span class="badge tone-warn"><span>no closed date in {}</span></span>', year)
            for year in missing
        )
        return mark_safe(" ".join((super().marks(row), *badges)))  # noqa: S308 - both are safe texts

    def changelist_view(self, request: Any, extra_context: Any = None) -> Any:
        context = {"unprepared": unprepared(timezone.now())} if self.is_here(request) else {}
        return super().changelist_view(request, context | (extra_context or {}))

    def get_urls(self) -> Any:
        def page(name: str, view: Callable[..., HttpResponse]) -> Any:
            return path(f"<int:pk>/{name}/", self.admin_site.admin_view(view), name=f"calendar_{name}")

        return [
            page("holidays", self.holidays_view),
            page("import", self.import_view),
            page("export", self.export_view),
            *super().get_urls(),
        ]

    # --- Many days at once -------------------------------------------------------------------------------------

    def holidays_view(self, request: Any, pk: int) -> HttpResponse:
        """The public holidays of a country: asked for in the address, so that the form works without a script."""
        calendar = self._calendar(request, pk)
        asked = HolidaysForm(request.GET or None, years=years_to_prepare(_now(calendar)))
        days = asked.days() if asked.is_valid() else None
        return self._offer(request, calendar, "holidays", days, asked=asked)

    def import_view(self, request: Any, pk: int) -> HttpResponse:
        """The days of an iCalendar file: read, shown, and read again from the page when they are taken."""
        calendar = self._calendar(request, pk)
        years = years_to_prepare(_now(calendar))
        asked = FileForm(request.POST or None, request.FILES or None, years=years)
        found = None
        if asked.is_valid():
            try:
                found = ical.read(asked.cleaned_data["text"], years=asked.years(), zone=_zone(calendar))
            except Refused as refusal:
                asked.add_error("file", refusal.sentence)
        days = None if found is None else found.days
        return self._offer(request, calendar, "import", days, asked=asked, left_out=found.left_out if found else ())

    def export_view(self, request: Any, pk: int) -> HttpResponse:
        """The calendar's closed dates and special days as an iCalendar file."""
        calendar = self._calendar(request, pk)
        host = f"{current_vendor().slug}.helpdesk"
        text = ical.write(calendar.code, dated_days(calendar), zone=_zone(calendar), now=timezone.now(), host=host)
        file = HttpResponse(text, content_type="text/calendar; charset=utf-8")
        file["Content-Disposition"] = f'attachment; filename="{calendar.code}.ics"'
        return file

    def _calendar(self, request: HttpRequest, pk: int) -> BusinessCalendar:
        found = self.get_object(request, str(pk))
        if found is None:
            raise Http404
        return found

    def _offer(
        self, request: Any, calendar: BusinessCalendar, page: str, days: list[Day] | None, **context: Any
    ) -> HttpResponse:
        """The days with a box to tick for each; ticked ones are added as one edit of the process."""
        applied = request.method == "POST" and "apply" in request.POST
        keep = KeepForm(request.POST if applied else None)
        offered = propose(calendar, days or [], _now(calendar).date(), request.POST.getlist("day") if applied else None)
        if applied and keep.is_valid() and days is not None:
            chosen = [proposed.day for proposed in offered if proposed.is_ticked]
            if chosen:
                return self._add(request, calendar, chosen, keep.cleaned_data)
            messages.warning(request, "No day is ticked, so nothing was added.")
        request.current_app = self.admin_site.name
        titles = {"holidays": "Prepare public holidays", "import": "Import an iCalendar file"}
        return TemplateResponse(
            request,
            f"admin/calendars/{page}.html",
            {
                **self.admin_site.each_context(request),
                "title": titles[page],
                "opts": self.opts,
                "calendar": calendar,
                "keep": keep,
                "offered": offered,
                "is_answered": days is not None,
                **context,
            },
        )

    def _add(self, request: Any, calendar: BusinessCalendar, days: list[Day], kept_as: dict[str, Any]) -> HttpResponse:
        page = reverse("admin:helpdesk_businesscalendar_change", args=[calendar.pk])
        try:
            with self.edit(request) as edited:
                added = add_days(calendar, days, optional=kept_as["kind"] == "optional", assumed=kept_as["assumed"])
                said = f"{added} {'day' if added == 1 else 'days'} added to {calendar}."
                if added:
                    edited.append(calendar)
                    self.log_change(request, calendar, said)
        except ProcessInvalid as invalid:
            return refused(request, invalid, request.get_full_path())
        messages.success(request, said)
        return HttpResponseRedirect(page)


def _zone(calendar: BusinessCalendar) -> Any:
    return working_calendars()[calendar.code].tz


def _now(calendar: BusinessCalendar) -> datetime:
    return timezone.now().astimezone(_zone(calendar))
