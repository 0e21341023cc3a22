"""Running clocks after an edit of the process: a changed holiday or target counts for open tickets too."""

from datetime import datetime
from typing import Any

import structlog
from celery import shared_task
from django.db.models import F, Q
from django.utils import timezone

from helpdesk.models import Vendor
from helpdesk.tenancy import acting_for
from sla.commands import remeasure

log = structlog.get_logger("clocks")
BEHIND = Q(measured_stamp__isnull=True) | ~Q(measured_stamp=F("process_stamp"))


@shared_task(name="sla.sweep_changed_processes")
def sweep_changed_processes(**_ignored: Any) -> None:
    """Measure the open tickets of every vendor whose process has changed; done twice, it changes nothing."""
    now = timezone.now()
    for vendor in Vendor.objects.filter(BEHIND, is_active=True):
        remeasure_vendor(vendor, now)


def remeasure_vendor(vendor: Vendor, now: datetime) -> None:
    """All open tickets of one vendor, in batches of a transaction each."""
    stamp, last = vendor.process_stamp, 0
    while True:
        with acting_for(vendor):
            found = remeasure(after=last, now=now)
        if found is None:
            break
        last = found
    # A process that changed again meanwhile is behind again.
    Vendor.objects.filter(pk=vendor.pk, process_stamp=stamp).update(measured_stamp=stamp)
    log.info("open tickets measured by the new process", vendor=vendor.slug)
