"""Play a scenario on a vendor's process and take it back."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from helpdesk.management.vendors import vendor_or_error
from helpdesk.process.files import ProcessInvalid, dump
from helpdesk.tenancy import acting_for
from portal.simulator.play import simulate
from portal.simulator.scenario import Scenario, read, schema
from portal.simulator.telling import as_json, as_text


class Command(BaseCommand):
    """Exits with 1 where something happened otherwise than the scenario expects; docs/simulator.md tells more."""

    help = "Play a scenario in virtual time on the real engine; nothing is kept and nothing is sent."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("scenario", nargs="?", metavar="SCENARIO.yaml")
        parser.add_argument("--json", action="store_true", help="Print the events as a JSON list.")
        parser.add_argument("--process", metavar="FILE", help="Play this process file, loaded or not.")
        parser.add_argument("--schema", action="store_true", help="Print the JSON Schema of a scenario.")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["schema"]:
            self.stdout.write(json.dumps(schema(), indent=1, ensure_ascii=False))
            return
        if not options["scenario"]:
            raise CommandError("Name the scenario's file.")
        try:
            scenario = read(_text_of(options["scenario"]))
            outcome = simulate(scenario, _process_of(scenario, options["process"]))
        except ProcessInvalid as invalid:
            raise CommandError(str(invalid)) from invalid
        self.stdout.write(as_json(outcome) if options["json"] else as_text(outcome))
        if outcome.differences:
            raise CommandError("\n".join(outcome.differences))


def _text_of(file: str) -> str:
    try:
        return Path(file).read_text(encoding="utf-8")
    except OSError as error:
        raise CommandError(f"{file}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise CommandError(f"{file}: this is not text in UTF-8") from error


def _process_of(scenario: Scenario, file: str | None) -> str:
    """The text of the process: the file, or what the named vendor's rows say now."""
    if file:
        return _text_of(file)
    if not scenario.vendor:
        raise CommandError("vendor: say whose process is played, or give --process FILE")
    vendor = vendor_or_error(scenario.vendor)
    with acting_for(vendor):
        return dump(vendor)
