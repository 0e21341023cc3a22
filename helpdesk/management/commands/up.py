"""`up` for Django's list of commands; manage.py runs it before Django, which needs addresses to start."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from helpdesk.bootstrap import up


class Command(BaseCommand):
    """Hands over to `helpdesk.bootstrap.up`."""

    help = "Start everything: servers, migrations, process files, demo data, web, worker and beat."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        up.add_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        sys.exit(up.run(port=options["port"], demo=not options["no_demo"]))
