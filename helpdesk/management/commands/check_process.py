"""Say what is wrong with a process file, without touching the database."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from helpdesk.process.files import ProcessInvalid, parse, warnings


class Command(BaseCommand):
    """Exits with 1 and one line per problem where there is one; a warning changes nothing."""

    help = "Check a process file; each problem names its place in the file."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            process = parse(Path(options["file"]).read_text(encoding="utf-8"))
        except ProcessInvalid as invalid:
            raise CommandError(str(invalid)) from invalid
        for problem in warnings(process, now=timezone.now()):
            self.stdout.write(f"warning: {problem}")
        self.stdout.write(f"{options['file']}: in order")
