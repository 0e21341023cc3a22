"""Show what loading a process file would change."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from helpdesk.process.files import ProcessInvalid, load


class Command(BaseCommand):
    """Loads the file, prints the difference, and takes everything back."""

    help = "Show what a process file would change, without changing it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with transaction.atomic():
                loaded = load(Path(options["file"]).read_text(encoding="utf-8"), now=timezone.now(), by="diff_process")
                transaction.set_rollback(True)
        except ProcessInvalid as invalid:
            raise CommandError(str(invalid)) from invalid
        self.stdout.write(loaded.diff or "nothing would change\n", ending="")
