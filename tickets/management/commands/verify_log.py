"""Check that no line of any ticket's record was changed, removed or put in."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from helpdesk.management.vendors import vendor_or_error
from helpdesk.models import Vendor
from helpdesk.tenancy import acting_for


class Command(BaseCommand):
    """Exits with 1 and names each broken line."""

    help = "Verify the hash chains of all tickets, or of one vendor's."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--vendor", metavar="SLUG")

    def handle(self, *args: Any, **options: Any) -> None:
        vendors = [vendor_or_error(options["vendor"])] if options["vendor"] else list(Vendor.objects.order_by("slug"))
        broken = 0
        for vendor in vendors:
            with acting_for(vendor), connection.cursor() as cursor:
                cursor.execute("SELECT ticket_id, seq, reason FROM broken_chains() ORDER BY ticket_id, seq")
                for ticket_id, seq, reason in cursor.fetchall():
                    broken += 1
                    self.stderr.write(f"{vendor.slug}: ticket {ticket_id}, line {seq}: {reason}")
                cursor.execute("SELECT count(*) FROM tickets_entry WHERE vendor_id = %s", [vendor.pk])
                self.stdout.write(f"{vendor.slug}: {cursor.fetchone()[0]} lines checked")
        if broken:
            raise CommandError(f"{broken} lines do not verify.")
