"""Demo people and tickets for every vendor that has none yet."""

import os
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db.models import F
from django.utils import timezone

from helpdesk.models import Vendor
from helpdesk.tenancy import acting_for
from notifications.models import Delivery
from portal.demo.people import is_seeded, make_people, make_user
from portal.demo.stories import play

STORIES = Path(settings.BASE_DIR) / "helpdesk" / "vendors" / "demo"
PLATFORM_ADMIN = "admin@helpdesk.example"


class Command(BaseCommand):
    """Prints one line per vendor that it fills; a second run prints nothing and changes nothing."""

    help = "Fill the database with demo people and tickets; the password comes from HELPDESK_DEMO_PASSWORD."

    def handle(self, *args: Any, **options: Any) -> None:
        password = os.environ.get("HELPDESK_DEMO_PASSWORD", "")
        if not password:
            raise CommandError("Set HELPDESK_DEMO_PASSWORD: it becomes the password of every demo person.")
        make_user(PLATFORM_ADMIN, "Pat Platform", password, is_platform_admin=True)
        for vendor in Vendor.objects.filter(is_active=True).order_by("slug"):
            with acting_for(vendor):
                if not is_seeded(vendor):
                    tickets = self._fill(vendor, password)
                    self.stdout.write(f"{vendor.slug}: demo people and {tickets} tickets")

    def _fill(self, vendor: Vendor, password: str) -> int:
        file = STORIES / f"{vendor.slug}.yaml"
        stories = yaml.safe_load(file.read_text(encoding="utf-8")) if file.exists() else {}
        cast = make_people(vendor, stories.get("companies", []), password)
        now = timezone.now()
        made = [play(script, cast, vendor, now) for script in stories.get("tickets", [])]
        # What the stories would have mailed was read days ago.
        Delivery.objects.filter(state="queued").update(state="sent", sent_at=F("created_at"))
        return sum(ticket is not None for ticket in made)
