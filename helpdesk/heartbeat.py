"""When each kind of sweep ran last, as the workers noted it in the database."""

from datetime import datetime

from helpdesk.models.beat import Beat


def beat(name: str, now: datetime) -> None:
    """Note that the sweep `name` ran at `now`."""
    Beat.objects.update_or_create(name=name, defaults={"at": now})


def last_beat(name: str) -> datetime | None:
    """When the sweep `name` ran last."""
    return Beat.objects.filter(name=name).values_list("at", flat=True).first()
