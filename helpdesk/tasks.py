"""Housekeeping of the floor: what nobody needs any more."""

from typing import Any

from celery import shared_task
from django.core.management import call_command


@shared_task(name="helpdesk.housekeeping")
def housekeeping(**_ignored: Any) -> None:
    """Forget sessions that have expired."""
    call_command("clearsessions")
