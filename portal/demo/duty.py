"""The demo's rota: two people take weeks, so that somebody is on call for every schedule of the vendor."""

from datetime import datetime, time, timedelta

from helpdesk.models import Vendor
from portal.demo.people import Cast
from sla.models import OnCallSchedule, Rotation, Turn

SOME_WEEKS = timedelta(weeks=8)  # longer than any story goes back


def put_on_call(cast: Cast, vendor: Vendor, now: datetime) -> None:
    """Weeks that begin on Mondays at nine; the lead is behind whoever has the week."""
    long_ago = (now - SOME_WEEKS).astimezone(vendor.zone).date()
    monday = long_ago - timedelta(days=long_ago.weekday())
    for schedule in OnCallSchedule.objects.filter(retired=False):
        for level, people in ((1, ("agent", "lead")), (2, ("lead",))):
            rotation = Rotation.objects.create(
                schedule=schedule, level=level, starts_on=monday, hands_over=time(9), time_zone=vendor.time_zone
            )
            Turn.objects.bulk_create(
                Turn(rotation=rotation, agent=cast.agents[who], position=position)
                for position, who in enumerate(people)
            )
