"""Make the first administrator of an empty system."""

import os
from argparse import ArgumentParser
from getpass import getpass
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from helpdesk.models import User


class Command(BaseCommand):
    """A platform administrator, with a password that is asked for or taken from HELPDESK_ADMIN_PASSWORD."""

    help = "Create a platform administrator, or give an existing one a new password."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", metavar="EMAIL")

    def handle(self, *args: Any, **options: Any) -> None:
        password = os.environ.get("HELPDESK_ADMIN_PASSWORD") or getpass("Password: ")
        email = options["email"].strip().lower()
        user = User.objects.filter(email=email).first() or User(email=email)
        try:
            validate_password(password, user)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        user.is_platform_admin = True
        user.set_password(password)
        user.save()
        self.stdout.write(f"{email} administers this installation. Sign in at /admin/.")
