"""Synthetic load data, the same for the same number."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import connections
from django.utils import timezone

from helpdesk.management.vendors import vendor_or_error
from helpdesk.models import Vendor
from helpdesk.tenancy import acting_for
from portal.demo.load import make_load

AT_ONCE = 20_000


class Command(BaseCommand):
    """Fills up to the number, spread evenly over the vendors or all at one; a second run adds what is missing."""

    help = "Fill the database with synthetic tickets."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--tickets", type=int, required=True, metavar="N")
        parser.add_argument("--vendor", metavar="SLUG", help="Default: spread over all vendors.")

    def handle(self, *args: Any, **options: Any) -> None:
        chosen = options["vendor"]
        vendors = [vendor_or_error(chosen)] if chosen else list(Vendor.objects.order_by("slug"))
        now = timezone.now()
        for place, vendor in enumerate(vendors):
            share = options["tickets"] // len(vendors) + (place < options["tickets"] % len(vendors))
            for step in range(AT_ONCE, share + AT_ONCE, AT_ONCE):
                with acting_for(vendor):
                    made = make_load(min(step, share), now=now)
                self.stdout.write(f"{vendor.slug}: {made} tickets added")
        with connections["owner"].cursor() as cursor:
            cursor.execute("ANALYZE")  # the planner should know what has come in
