#!/usr/bin/env python
"""Runs management commands; `up` starts everything, all others find the servers that `up` started."""

import os
import sys

from helpdesk.bootstrap import environment
from helpdesk.bootstrap.errors import CannotStart

NO_DATABASE = "No database: start `make run`, or set DATABASE_URL."


def main() -> None:
    """Run the command that the arguments name."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings")
    if sys.argv[1:2] == ["up"]:
        from helpdesk.bootstrap import up  # noqa: PLC0415 - no other command needs it

        sys.exit(up.main(sys.argv[2:]))
    try:
        known = environment.fill()
    except CannotStart as refusal:
        sys.exit(str(refusal))

    # Django reads its settings when it is imported: the addresses had to be there first.
    from django.core.management import execute_from_command_line  # noqa: PLC0415
    from django.db import OperationalError  # noqa: PLC0415

    try:
        execute_from_command_line(sys.argv)
    except OperationalError:
        if known:
            raise
        sys.exit(NO_DATABASE)


if __name__ == "__main__":
    main()
