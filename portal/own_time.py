"""The page on which people say their own time zone; the browser's guess is offered, never taken."""

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

AREAS = ("Africa/", "America/", "Antarctica/", "Arctic/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/")
ZONES = sorted(zone for zone in available_timezones() if zone.startswith((*AREAS, "Pacific/")) or zone == "UTC")


class OwnTime(forms.Form):
    """A time zone, or none."""

    time_zone = forms.ChoiceField(
        label=gettext_lazy("Time zone"),
        choices=[("", "—"), *((zone, zone.replace("_", " ")) for zone in ZONES)],
        required=False,
        help_text=gettext_lazy("Where yours differs from ours, we write both times. Leave it empty to see only ours."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def own_time(request: Any) -> HttpResponse:
    """The form; what is saved holds at every vendor, and in mails."""
    form = OwnTime(request.POST or None, initial={"time_zone": request.user.time_zone})
    if request.method == "POST" and form.is_valid():
        request.user.time_zone = form.cleaned_data["time_zone"]
        request.user.save(update_fields=["time_zone"])
        messages.success(request, _("Saved."))
        return redirect(_back(request))
    context = {"form": form, "next": _back(request)}
    return render(request, "account/time_zone.html", context, status=422 if form.is_bound else 200)


def _back(request: Any) -> str:
    """Where the person came from, if that is ours."""
    asked = request.POST.get("next") or request.GET.get("next") or ""
    ours = url_has_allowed_host_and_scheme(asked, {request.get_host()}, require_https=request.is_secure())
    return asked if ours else "account_time_zone"
