"""Listen for mail from a local mail server."""

import asyncio
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from notifications.ways.listener import Listener, serve


class Command(BaseCommand):
    """LMTP on a port of this machine until it is told to stop; docs/mail.md has the other server's side."""

    help = "Take mail from a local mail server by LMTP (or SMTP). It says yes only to what is committed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="where to listen (127.0.0.1)")
        parser.add_argument("--port", type=int, default=8024, help="8024")
        parser.add_argument("--smtp", action="store_true", help="speak SMTP instead of LMTP")

    def handle(self, *args: Any, **options: Any) -> None:
        listener = Listener(options["host"], options["port"], smtp=options["smtp"])
        try:
            asyncio.run(serve(listener, self._say))
        except OSError as error:
            raise CommandError(f"Cannot listen on {options['host']}, port {options['port']}: {error}") from error

    def _say(self, listener: Listener) -> None:
        self.stdout.write(f"Listening for {listener.protocol} on {listener.host}, port {listener.port}.")
        self.stdout.flush()
