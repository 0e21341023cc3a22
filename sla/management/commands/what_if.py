"""Try a changed process on the tickets of the past."""

import json
from argparse import ArgumentParser
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from helpdesk.models import Vendor
from helpdesk.process.files import ProcessInvalid, load, parse
from helpdesk.tenancy import acting_for
from sla.queries.what_if import OUTCOMES, Report, compared, recomputed, recorded

SHOWN = 50


class Command(BaseCommand):
    """Loads the file, replays the logs against it, and takes everything back: no ticket is touched."""

    help = "Recompute past tickets under a process file: what would have been met, breached, and when it would warn."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--process", required=True, metavar="FILE", help="the changed process of a vendor")
        parser.add_argument("--since", required=True, metavar="DATE", help="tickets opened on or after this day")
        parser.add_argument("--json", action="store_true", help="the whole report as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        try:
            text = Path(options["process"]).read_text(encoding="utf-8")
            vendor = Vendor.objects.filter(slug=parse(text)["vendor"].slug).first()
        except OSError as error:
            raise CommandError(f"{options['process']}: {error.strerror}") from error
        except ProcessInvalid as invalid:
            raise CommandError(str(invalid)) from invalid
        if vendor is None:
            raise CommandError("This vendor has no tickets here: its process was never loaded.")
        since = _start_of(options["since"], vendor)
        report = what_if(vendor, text, since=since, now=now)
        self.stdout.write(json.dumps(report.written(), indent=1) if options["json"] else _table(report, vendor))


def what_if(vendor: Vendor, text: str, *, since: datetime, now: datetime) -> Report:
    """The vendor's tickets since then, as they came out and as they would have under the process in `text`."""
    report = Report(since=since)
    with transaction.atomic():
        with acting_for(vendor):
            was = {pk: outcomes for batch in recorded(since, now) for pk, outcomes in batch.items()}
        changed = load(text, now=now, by="what_if").vendor
        with acting_for(changed):
            for tickets, then in recomputed(since, now):
                compared(report, tickets, was, then)
        transaction.set_rollback(True)
    return report


def _start_of(day: str, vendor: Vendor) -> datetime:
    try:
        return datetime.combine(date.fromisoformat(day), time(), tzinfo=vendor.zone)
    except ValueError as error:
        raise CommandError(f"'{day}' is no date; write it as 2026-01-31") from error


def _table(report: Report, vendor: Vendor) -> str:
    told = [f"{vendor.name}: {report.tickets} tickets opened since {report.since:%Y-%m-%d}", ""]
    told.append(f"{'':<18}{'':<10}" + "".join(f"{outcome:>12}" for outcome in OUTCOMES) + f"{'warnings':>12}")
    for metric in sorted(report.would_be):
        was, would_be = report.was[metric], report.would_be[metric]
        told.append(f"{metric:<18}{'was':<10}" + "".join(f"{was[outcome]:>12}" for outcome in OUTCOMES))
        row = "".join(f"{would_be[outcome]:>12}" for outcome in OUTCOMES)
        told.append(f"{'':<18}{'would be':<10}{row}{report.warnings[metric]:>12}")
    told += ["", f"{len(report.differences)} clocks would have come out otherwise"]
    for found in report.differences[:SHOWN]:
        when = [f"breached {at:%Y-%m-%d %H:%M}Z" for at in found.breached_at]
        when += [f"warned {at:%Y-%m-%d %H:%M}Z" for at in found.warned_at]
        change = f"{found.was} -> {found.would_be}"
        told.append(f"  {found.ticket:<14}{found.severity:<14}{found.metric:<18}{change:<26}{', '.join(when)}")
    if len(report.differences) > SHOWN:
        told.append(f"  and {len(report.differences) - SHOWN} more; --json has all of them")
    return "\n".join(told)
