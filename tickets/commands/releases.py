"""Releases: publishing one opens the requests again that it implements; telling the version closes them."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from helpdesk.access import Actor, Refused, worker
from helpdesk.wake import wake_after_commit
from tickets.commands.change import changing
from tickets.commands.talking import act_with_message, say
from tickets.commands.timers import Pairs
from tickets.commands.verbs import enter_status, pass_turn
from tickets.events import Released
from tickets.models import Product, Release, ReleaseTicket, Status, Ticket, Timer
from tickets.permissions import check_work
from tickets.queries.catalogue import catalogue
from tickets.queries.releases import prepared_words, release_of

REOPENS = "reopen_on_release"


@transaction.atomic
def publish_release(
    *, product: Product, version: str, actor: Actor, now: datetime, tickets: Iterable[Ticket] = ()
) -> Release:
    """Publish a version with `tickets` and those that are on its list already. Twice is once.

    A worker opens the requests again. A ticket that is added later follows when this is called again.
    """
    check_work(actor)
    if not version.strip():
        raise Refused("Give the version a number or a name.")
    release, _ = Release.objects.get_or_create(product=product, version=version.strip())
    release = Release.objects.select_for_update(of=("self",)).select_related("product").get(pk=release.pk)
    if release.published_at is None:
        release.published_at = now
        release.save(update_fields=["published_at"])
    listed = [ReleaseTicket(release=release, ticket=ticket) for ticket in tickets]
    ReleaseTicket.objects.bulk_create(listed, ignore_conflicts=True)
    ticket_ids = list(release.items.order_by("ticket_id").values_list("ticket_id", flat=True))
    # The unique key of timers keeps a ticket from being opened twice by one release.
    due = {"kind": "release", "ref": str(release.pk), "due_at": release.published_at}
    Timer.objects.bulk_create((Timer(ticket_id=pk, **due) for pk in ticket_ids), ignore_conflicts=True)
    wake_after_commit("tickets.sweep_timers")
    return release


def fire_release(pairs: Pairs) -> None:
    """Open the requests again that a published release implements, unless the answer to them was no."""
    items = ReleaseTicket.objects.filter(ticket__in=[change.ticket for change, _ in pairs])
    releases = {
        (item.ticket_id, str(item.release_id)): item.release for item in items.select_related("release__product")
    }
    for change, timer in pairs:
        ticket, release = change.ticket, releases.get((timer.ticket_id, timer.ref))
        if release is None or not ticket.type.reopen_on_release or ticket.answer != ticket.type.yes:
            continue
        actor = worker(REOPENS)
        change.record("released", Released(release.pk), actor=actor, public=True, data={"release": str(release)})
        if ticket.is_finished:
            enter_status(change, catalogue().open_status, actor=actor)


def send_version(*, ticket_id: int, actor: Actor, now: datetime, body: str = "", seen: int | None = None) -> Ticket:
    """Tell the customer which version has what was asked for, and end the ticket as its type says.

    Without `body`, the prepared words are sent. What the status asks to be written down is the release.
    """
    check_work(actor)
    with changing(ticket_id, actor=actor, now=now, seen=seen) as change:
        ticket, release = change.ticket, release_of(change.ticket)
        if release is None:
            raise Refused("No published release has this yet.")
        words = body.strip() or prepared_words(ticket, release)
        if release.version not in words:
            raise Refused(f"The message does not name the version. Write {release.version} in it.")
        say(change, words, (), "portal")
        status = None if ticket.is_finished else catalogue().statuses.get(ticket.type.released_status)
        act_with_message(change, status, "", _written_down(status, release), None)
        pass_turn(change, customer_spoke=False)
        return ticket


def _written_down(status: Status | None, release: Release) -> dict[str, str]:
    asked = status.requires if status is not None else []
    return {fact["key"]: str(release) for fact in asked if fact.get("kind", "text") == "text"}
