"""The bench's own database, kept between runs: five vendors, their demo, and synthetic tickets at one of them."""

import os
from pathlib import Path
from typing import Any

from tests.bench.names import NAME, VENDOR

ROOT = Path(__file__).resolve().parents[2]


def fill(tickets: int) -> None:
    """Make the database, or top it up."""
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connections

    from tests import database

    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME])
        exists = cursor.fetchone()
    if not exists:
        database.create(NAME)
    database.point_to(NAME)
    call_command("migrate", database="owner", verbosity=0)
    files = sorted((ROOT / "helpdesk" / "vendors").glob("*.yaml"))
    call_command("load_process", *map(str, files), missing=True, verbosity=0)
    os.environ["HELPDESK_DEMO_PASSWORD"] = "not-used-here"
    call_command("seed_demo")
    call_command("seed_load", tickets=tickets, vendor=VENDOR)
    for alias in ("DATABASE_URL", "DATABASE_OWNER_URL"):
        os.environ[alias] = os.environ[alias].replace("/helpdesk?", f"/{NAME}?")
    assert settings.DATABASES["default"]["NAME"] == NAME


def customer_of_load() -> Any:
    """A contact who has hundreds of tickets, with a login."""
    from helpdesk.models import Contact, User

    contact = Contact.objects.filter(email__endswith="@load.example").order_by("id").first()
    if contact.user is None:
        contact.user, _ = User.objects.get_or_create(email=contact.email)
        contact.save(update_fields=["user"])
    return contact


def tidy() -> None:
    """Between measurements: nobody pays for what another one left behind."""
    from django.db import connections

    with connections["owner"].cursor() as cursor:
        for table in ("tickets_timer", "sla_clock", "tickets_ticket", "tickets_loghead", "tickets_entry"):
            cursor.execute(f"VACUUM (ANALYZE) {table}")
