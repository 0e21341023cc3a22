"""Lists: what is in them, in which order, page by page, and at what cost."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from helpdesk.models import Agent, Contact, Vendor
from helpdesk.tenancy import acting_for
from tests.people import acts, make_company, make_contact
from tickets.commands import change_status, take
from tickets.models import Ticket
from tickets.models.ticket import NEVER
from tickets.queries.catalogue import catalogue
from tickets.queries.lists import ORDERS, counts, page_of


@pytest.fixture
def wall(smith: Agent, client_for: Callable[..., Any]) -> Callable[..., Any]:
    """Sam's browser on a list: `wall("all", severity="red")`."""
    client = client_for(smith)
    return lambda view, **query: client.get(f"/workshop/agent/{view}/", query)


def subjects(page: Any) -> list[str]:
    return [row.ticket.subject for row in page.context["rows"]]


@pytest.fixture
def done(workshop: Vendor, smith: Agent) -> Callable[[Ticket], None]:
    """Mends a ticket."""

    def finish(ticket: Ticket) -> None:
        with acting_for(workshop):
            mended = catalogue().statuses["mended"]
            change_status(ticket_id=ticket.pk, status=mended, reason="scrap", actor=acts(smith), now=timezone.now())

    return finish


def test_views_hold_what_they_say(
    workshop: Vendor, smith: Agent, miller: Contact, ticket_of: Any, wall: Any, done: Any
) -> None:
    ticket_of(miller, subject="Nobody has it", type="wish")
    mine = ticket_of(miller, subject="Mine", ago=timedelta(days=30))
    with acting_for(workshop):
        take(ticket_id=mine.pk, actor=acts(smith), now=timezone.now())
    done(ticket_of(miller, subject="Mended"))

    found = {view: subjects(wall(view)) for view in ("mine", "unassigned", "due-today", "all", "queue/in")}

    assert found == {
        "mine": ["Mine"],
        "unassigned": ["Nobody has it"],
        "due-today": ["Mine"],
        "all": ["Mine", "Nobody has it"],
        "queue/in": ["Mine", "Nobody has it"],
    }


def test_a_queue_that_is_not_there_is_not_found(wall: Any) -> None:
    assert wall("queue/nowhere").status_code == 404


def test_what_is_due_next_comes_first_and_what_is_never_due_last(miller: Contact, ticket_of: Any, wall: Any) -> None:
    ticket_of(miller, subject="A wish", type="wish", ago=timedelta(days=9))
    ticket_of(miller, subject="Amber")
    ticket_of(miller, subject="Red", severity="red")

    assert subjects(wall("all")) == ["Red", "Amber", "A wish"]


def test_the_last_changed_comes_first_if_asked_for(miller: Contact, ticket_of: Any, wall: Any) -> None:
    ticket_of(miller, subject="Old", severity="red", ago=timedelta(hours=5))
    ticket_of(miller, subject="New", ago=timedelta(hours=1))

    assert subjects(wall("all", sort="recent")) == ["New", "Old"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"severity": "red"}, ["Red SMOKE"]),
        ({"mark": "severity:major"}, ["Red SMOKE"]),
        ({"mark": "smoke"}, ["Red SMOKE"]),
        ({"type": "wish"}, ["Wish"]),
        ({"company": "other"}, ["Wish"]),
        ({"status": "new"}, ["Red SMOKE", "Amber", "Wish"]),
        ({"status": "resolved"}, ["Mended"]),
        ({"status": "any"}, ["Mended", "Wish", "Amber", "Red SMOKE"]),
        ({"turn": "customer"}, []),
        ({"assignee": "none"}, ["Red SMOKE", "Amber", "Wish"]),
        ({"assignee": "me"}, []),
        ({"severity": "red", "type": "wish"}, []),
        ({"severity": "mauve"}, ["Red SMOKE", "Amber", "Wish"]),
        ({"number__startswith": "W"}, ["Red SMOKE", "Amber", "Wish"]),
        ({"after": "nonsense"}, ["Red SMOKE", "Amber", "Wish"]),
    ],
)
def test_filters_are_a_closed_list(
    query: dict[str, str], found: list[str], workshop: Vendor, miller: Contact, ticket_of: Any, wall: Any, done: Any
) -> None:
    with acting_for(workshop):
        other = make_contact(make_company("Some Other Mill"))
    ticket_of(miller, subject="Red SMOKE", severity="red", ago=timedelta(minutes=4))
    ticket_of(miller, subject="Amber", ago=timedelta(minutes=3))
    ticket_of(other, subject="Wish", type="wish", ago=timedelta(minutes=2))
    done(ticket_of(miller, subject="Mended"))

    assert subjects(wall("all", **query)) == found


@pytest.mark.parametrize("sort", ["due", "recent", "turn"])
def test_paging_loses_and_doubles_no_row(
    sort: str, workshop: Vendor, miller: Contact, ticket_of: Any, smith: Agent
) -> None:
    same = datetime(2030, 1, 1, tzinfo=UTC)
    for number in range(11):
        ticket_of(miller, subject=str(number))
    with acting_for(workshop):
        ids = list(Ticket.objects.order_by("id").values_list("pk", flat=True))
        Ticket.objects.filter(pk__in=ids[:7]).update(
            next_due_at=same, updated_at=same, turn_since=same
        )  # ties across pages
        Ticket.objects.filter(pk__in=ids[7:]).update(next_due_at=NEVER)
        order = ORDERS[sort]
        everything = list(Ticket.objects.order_by(*order.columns()).values_list("pk", flat=True))

        forth, back, page = [], [], page_of(Ticket.objects.all(), order, size=3)
        pages = [page]
        while page.after:
            page = page_of(Ticket.objects.all(), order, after=page.after, size=3)
            pages.append(page)
        forth = [ticket.pk for shown in pages for ticket in shown.tickets]
        while page.before:
            back = [ticket.pk for ticket in page.tickets] + back
            page = page_of(Ticket.objects.all(), order, before=page.before, size=3)
        back = [ticket.pk for ticket in page.tickets] + back

    assert (forth, back, len(pages)) == (everything, everything, 4)


def test_pages_of_the_list_by_turn_lead_to_each_other(
    miller: Contact, ticket_of: Any, wall: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        ticket_of(miller, subject=str(number), ago=timedelta(minutes=9 - number))
    monkeypatch.setattr(page_of, "__kwdefaults__", {**page_of.__kwdefaults__, "size": 2})

    first = wall("all", sort="turn")
    second = first.client.get(f"/workshop/agent/all/{first.context['later']}")
    nonsense = wall("all", sort="turn", after=f"x_{timezone.now().isoformat()}_1")

    assert [subjects(first), subjects(second), subjects(nonsense)] == [["0", "1"], ["2"], ["0", "1"]]
    assert "sort=turn" in second.context["earlier"]
    assert "our turn" in first.content.decode()


def test_pages_lead_to_each_other(miller: Contact, ticket_of: Any, wall: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3):
        ticket_of(miller, subject=str(number), ago=timedelta(minutes=9 - number))
    monkeypatch.setattr(page_of, "__kwdefaults__", {**page_of.__kwdefaults__, "size": 2})

    first = wall("all", severity="amber")
    second = first.client.get(f"/workshop/agent/all/{first.context['later']}")
    again = first.client.get(f"/workshop/agent/all/{second.context['earlier']}")

    assert [subjects(first), subjects(second), subjects(again)] == [["0", "1"], ["2"], ["0", "1"]]
    assert "severity=amber" in first.context["later"]


@pytest.mark.parametrize("view", ["all", "queue/in", "unassigned", "search"])
def test_a_list_costs_the_same_however_many_tickets(view: str, workshop: Vendor, ticket_of: Any, wall: Any) -> None:
    costs = []
    for more in (1, 2):
        for _ in range(more):
            with acting_for(workshop):
                contact = make_contact()
            ticket_of(contact)
        wall(view, q="printer")  # what is remembered per process is read here
        with CaptureQueriesContext(connection) as asked:
            page = wall(view, q="printer")
        costs.append((len(page.context["rows"]), len(asked)))

    assert costs == [(1, costs[0][1]), (3, costs[0][1])]


def test_rows_tell_the_working_time_that_is_left(miller: Contact, ticket_of: Any, wall: Any) -> None:
    ticket_of(miller, subject="Late", ago=timedelta(days=30))

    [row] = wall("all").context["rows"]

    assert (row.chip.state, row.chip.day_minutes, row.is_late) == ("late", 540, True)


def test_counts_are_capped_and_cost_one_query(
    workshop: Vendor, smith: Agent, miller: Contact, ticket_of: Any, monkeypatch: Any, django_assert_num_queries: Any
) -> None:
    monkeypatch.setattr("tickets.queries.lists.MOST_COUNTED", 2)
    for _ in range(3):
        ticket_of(miller)
    with acting_for(workshop):
        queues, actor = catalogue().queues.offered, acts(smith)
        with django_assert_num_queries(1):
            found = counts(actor, queues, timezone.now())

        texts = {key: (count.number, count.text) for key, count in found.items()}

    assert texts["unassigned"] == (2, "1+")
    assert (texts["queue/in"], texts["queue/bench"], texts["mine"]) == ((2, "1+"), (0, "0"), (0, "0"))


def test_counts_read_the_partial_indexes(workshop: Vendor, smith: Agent) -> None:
    with acting_for(workshop), connection.cursor() as cursor:
        queues, actor = catalogue().queues.offered, acts(smith)
        with CaptureQueriesContext(connection) as asked:
            counts(actor, queues, timezone.now())
        for other_way in ("seqscan", "bitmapscan", "sort"):
            cursor.execute(f"SET LOCAL enable_{other_way} = off")
        cursor.execute(f"EXPLAIN {asked.captured_queries[0]['sql']}")
        plan = "\n".join(line for (line,) in cursor.fetchall())

    assert ("ticket_due" in plan, "Seq Scan" in plan, "Sort" in plan) == (True, False, False)


def test_a_page_is_found_by_one_row_comparison_in_the_index(workshop: Vendor) -> None:
    with acting_for(workshop), connection.cursor() as cursor:
        queue = catalogue().queues["in"]
        for other_way in ("seqscan", "bitmapscan", "sort"):
            cursor.execute(f"SET LOCAL enable_{other_way} = off")
        due = ORDERS["due"]
        behind = Ticket.objects.unfinished().filter(due.beyond((timezone.now(), 7)), queue=queue)
        plan = behind.order_by(*due.columns()).values_list("pk").explain()

    assert "ROW(next_due_at, id) > ROW(" in plan
    assert "Sort" not in plan


def test_own_queues_come_first(wall: Any) -> None:
    groups = wall("all").context["sidebar"]

    assert [(group["label"], [item["label"] for item in group["items"]]) for group in groups[1:]] == [
        ("My queues", ["Inbox", "Bench work"]),
        ("Other queues", ["Foundry work"]),
        ("Mail", ["Suspended mail"]),
        ("On call", ["Rota and pages"]),
    ]


def test_home_leads_to_my_work_or_to_what_nobody_has(
    workshop: Vendor, smith: Agent, ticket: Ticket, client_for: Any
) -> None:
    client = client_for(smith)

    before = client.get("/workshop/agent/").url
    with acting_for(workshop):
        take(ticket_id=ticket.pk, actor=acts(smith), now=timezone.now())

    assert (before, client.get("/workshop/agent/").url) == ("/workshop/agent/unassigned/", "/workshop/agent/mine/")


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("lathe", ["The lathe squeals"]),
        ("squeals the", ["The lathe squeals"]),
        ("Mills", ["The furnace is cold", "The lathe squeals"]),
        ("mo miller", ["The furnace is cold", "The lathe squeals"]),
        ("THEIRS-9", ["The furnace is cold"]),
        ("elsewhere", []),
        ("", []),
    ],
)
def test_search_finds_by_names_and_words(
    words: str, found: list[str], miller: Contact, ticket_of: Any, smith: Agent, client_for: Any
) -> None:
    ticket_of(miller, subject="The lathe squeals", ago=timedelta(minutes=9))
    ticket_of(miller, subject="The furnace is cold", external_reference="theirs-9")

    assert subjects(client_for(smith).get("/workshop/agent/search/", {"q": words})) == found


def test_search_opens_the_ticket_of_an_exact_number(ticket: Ticket, smith: Agent, client_for: Any) -> None:
    answer = client_for(smith).get("/workshop/agent/search/", {"q": f"#{ticket.number.lower()}"})

    assert answer.status_code == 200
    assert client_for(smith).get("/workshop/agent/search/", {"q": f"#{ticket.number}"}).url == (
        f"/workshop/agent/tickets/{ticket.number}/"
    )
