"""Demo people and tickets for every vendor that has none yet."""

import os
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from helpdesk.models import Vendor
from portal.demo.people import make_user
from portal.demo.seed import seed

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
            tickets = seed(vendor, password=password, now=timezone.now())
            if tickets is not None:
                self.stdout.write(f"{vendor.slug}: demo people and {tickets} tickets")
