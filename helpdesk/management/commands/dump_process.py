"""Write a vendor's process as its file."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from helpdesk.management.vendors import vendor_or_error
from helpdesk.process.files import dump
from helpdesk.tenancy import acting_for


class Command(BaseCommand):
    """Prints the file to standard output."""

    help = "Print a vendor's process as a process file; loading it again changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("vendor", metavar="VENDOR")

    def handle(self, *args: Any, **options: Any) -> None:
        with acting_for(vendor_or_error(options["vendor"])) as vendor:
            self.stdout.write(dump(vendor), ending="")
