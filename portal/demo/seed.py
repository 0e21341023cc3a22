"""One vendor's demo: its people, and the tickets of its file in `helpdesk/vendors/demo/`."""

from datetime import datetime
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.db.models import F

from helpdesk.models import Vendor
from helpdesk.tenancy import acting_for
from notifications.models import Delivery
from portal.demo.duty import put_on_call
from portal.demo.people import is_seeded, make_people
from portal.demo.stories import play_all

STORIES = Path(settings.BASE_DIR) / "helpdesk" / "vendors" / "demo"


def seed(vendor: Vendor, *, password: str, now: datetime) -> int | None:
    """Make the demo as it looks at `now`; returns how many tickets it has, or None if it was there already."""
    with acting_for(vendor):
        if is_seeded(vendor):
            return None
        stories = read(vendor.slug)
        cast = make_people(vendor, stories.get("companies", []), password)
        put_on_call(cast, vendor, now)
        made = play_all(stories.get("tickets", []), cast, vendor, now)
        # What the stories would have mailed was read days ago.
        Delivery.objects.filter(state="queued").update(state="sent", sent_at=F("created_at"))
        return len(made)


def read(slug: str) -> dict[str, Any]:
    """The vendor's demo file; nothing where there is none."""
    file = STORIES / f"{slug}.yaml"
    return yaml.safe_load(file.read_text(encoding="utf-8")) if file.exists() else {}
