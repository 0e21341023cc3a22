"""Print the JSON Schema of process files, for editors."""

import json
from typing import Any

from django.core.management.base import BaseCommand

from helpdesk.process.files import schema


class Command(BaseCommand):
    """`docs/process.schema.json` is what this prints."""

    help = "Print the JSON Schema of process files."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(json.dumps(schema(), indent=1, ensure_ascii=False))
