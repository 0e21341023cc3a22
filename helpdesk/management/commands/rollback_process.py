"""Go back to an earlier version of a vendor's process."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from helpdesk.management.vendors import vendor_or_error
from helpdesk.models import ProcessVersion
from helpdesk.process.files import load
from helpdesk.tenancy import acting_for


class Command(BaseCommand):
    """The version before the newest one, or the one with the number given; it becomes a new version."""

    help = "Apply an earlier version of a vendor's process again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("vendor", metavar="VENDOR")
        parser.add_argument("--to", type=int, metavar="NUMBER", help="Default: the version before the newest.")
        parser.add_argument("--list", action="store_true", help="List the versions and stop.")

    def handle(self, *args: Any, **options: Any) -> None:
        vendor = vendor_or_error(options["vendor"])
        with acting_for(vendor):
            versions = list(ProcessVersion.objects.order_by("-number"))
        if options["list"]:
            for version in versions:
                self.stdout.write(f"{version.number}  {version.applied_at:%Y-%m-%d %H:%M} UTC  {version.applied_by}")
            return
        wanted = options["to"] or (versions[1].number if len(versions) > 1 else None)
        chosen = next((version for version in versions if version.number == wanted), None)
        if chosen is None:
            raise CommandError(f"{vendor} has no such version; see them with --list.")
        loaded = load(chosen.text, now=timezone.now(), by=f"rollback to version {chosen.number}")
        self.stdout.write(loaded.diff or "nothing to change\n", ending="")
