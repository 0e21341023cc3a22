"""Give a person a token for the REST API of one vendor."""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from helpdesk import tokens
from helpdesk.management.vendors import vendor_or_error
from helpdesk.middleware import actor_of
from helpdesk.models import User
from helpdesk.tenancy import acting_for


class Command(BaseCommand):
    """Prints the token and nothing else, so that a script can take it; only a hash of it is kept."""

    help = "Print a new token with which a program acts as this person at one vendor. It is shown once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", metavar="EMAIL")
        parser.add_argument("--vendor", required=True, metavar="SLUG")
        parser.add_argument("--days", type=int, metavar="N", help="It expires after so many days. Default: never.")
        parser.add_argument("--name", default="", help="What it is for.")

    def handle(self, *args: Any, **options: Any) -> None:
        vendor, now = vendor_or_error(options["vendor"]), timezone.now()
        email, days = options["email"].strip().lower(), options["days"]
        if days is not None and not 0 < days <= 3660:
            raise CommandError("--days takes 1 to 3660.")
        user = User.objects.filter(email=email, is_active=True).first()
        with acting_for(vendor):
            if user is None or actor_of(user.pk) is None:
                raise CommandError(f"Nobody signs in to {vendor} as {email}. Contacts need a login for that.")
            expires_at = now + timedelta(days=days) if days else None
            self.stdout.write(tokens.issue(user, now=now, name=options["name"][:80], expires_at=expires_at))
