"""Business calendars as rows: opening hours per weekday, and dates that are closed or open otherwise."""

from typing import ClassVar

from django.db import models

from helpdesk.tenancy import TenantModel

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class BusinessCalendar(TenantModel):
    """Opening hours in a time zone. The arithmetic is `helpdesk.worktime.WorkingCalendar`."""

    code = models.SlugField(max_length=40)
    time_zone = models.CharField(max_length=60)
    use_optional = models.BooleanField(default=False, help_text="Also close on the optional dates.")
    position = models.PositiveIntegerField(default=0)
    assumed = models.JSONField(default=list, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["vendor", "code"], name="calendar_code_is_taken"),
        ]

    def __str__(self) -> str:
        return self.code


class OpeningHours(TenantModel):
    """One open interval of a weekday; a closing time of 00:00 is midnight at the end of the day."""

    calendar = models.ForeignKey(BusinessCalendar, models.CASCADE, related_name="hours")
    weekday = models.PositiveSmallIntegerField(choices=list(enumerate(WEEKDAYS)))
    opens = models.TimeField()
    closes = models.TimeField()

    class Meta:
        verbose_name_plural = "opening hours"

    def __str__(self) -> str:
        return f"{WEEKDAYS[self.weekday]} {self.opens:%H:%M}-{self.closes:%H:%M}"


class Holiday(TenantModel):
    """A date on which a calendar is closed. An optional one counts only if the calendar says so."""

    calendar = models.ForeignKey(BusinessCalendar, models.CASCADE, related_name="holidays")
    date = models.DateField()
    name = models.CharField(max_length=120, blank=True)
    assumed = models.BooleanField(default=False, help_text="Not from the vendor's document.")
    optional = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["vendor", "calendar", "date"], name="holiday_is_listed_already"),
        ]

    def __str__(self) -> str:
        return f"{self.date:%Y-%m-%d} {self.name}".strip()


class SpecialHours(TenantModel):
    """One open interval of a date that has hours of its own: they replace the weekday's, holiday or not."""

    calendar = models.ForeignKey(BusinessCalendar, models.CASCADE, related_name="special_hours")
    date = models.DateField()
    opens = models.TimeField()
    closes = models.TimeField()
    name = models.CharField(max_length=120, blank=True)
    assumed = models.BooleanField(default=False, help_text="Not from the vendor's document.")

    class Meta:
        verbose_name_plural = "special hours"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["vendor", "calendar", "date", "opens"], name="opening_time_is_listed_already"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.date:%Y-%m-%d} {self.opens:%H:%M}-{self.closes:%H:%M} {self.name}".strip()
