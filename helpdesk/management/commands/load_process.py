"""Apply process files to the database."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from helpdesk.models import Vendor
from helpdesk.process.files import ProcessInvalid, load, parse


class Command(BaseCommand):
    """Checks every file before it applies the first; shows what changes."""

    help = "Check process files, show what they change, and apply each in one transaction."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", metavar="FILE")
        parser.add_argument("--missing", action="store_true", help="Only vendors that are not in the database yet.")

    def handle(self, *args: Any, **options: Any) -> None:
        texts = {name: Path(name).read_text(encoding="utf-8") for name in options["files"]}
        wrong = []
        for name, text in texts.items():
            try:
                parse(text)
            except ProcessInvalid as invalid:
                wrong.append(f"{name}:\n{invalid}")
        if wrong:
            raise CommandError("Nothing was loaded.\n" + "\n".join(wrong))
        for text in texts.values():
            self._load(text, only_missing=options["missing"])

    def _load(self, text: str, *, only_missing: bool) -> None:
        slug = parse(text)["vendor"].slug
        if only_missing and Vendor.objects.filter(slug=slug).exists():
            return
        loaded = load(text, now=timezone.now(), by="load_process")
        if loaded.created:
            self.stdout.write(f"{slug}: created")
        elif loaded.diff:
            self.stdout.write(f"{slug}: changed\n{loaded.diff}")
        else:
            self.stdout.write(f"{slug}: nothing to change")
