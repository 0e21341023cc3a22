"""Every address of every face, opened by people who are nobody at that vendor; and both kinds of address alike."""

import re
from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import Any, NamedTuple

import pytest
from django.apps import apps
from django.test import Client
from django.urls import get_resolver, get_script_prefix, reverse

from helpdesk.models import Contact, Vendor
from helpdesk.tenancy import acting_for
from tests.people import NOW, acts, make_agent, make_company, make_contact, make_ticket, make_user
from tickets.commands import NewFile, note, reply
from tickets.models import Attachment, Entry, Ticket

pytestmark = pytest.mark.django_db

# What everybody may open: it says nothing of a vendor but its name and colour.
PUBLIC = re.compile(
    r"(customer:)?home|health_(live|ready)|accent_css|metrics|account_\w+|admin:(login|logout|jsi18n)|api:schema"
)
# The faces: everything in them needs somebody who is somebody at this vendor. A route in none of these, or with
# an argument that is not in the table below, fails the test: whoever adds one decides here who may open it.
FACES = ("customer:", "agent:", "admin:", "api:", "download", "paged", "mail_hook")
SECRETS = ("Of Acme", "Said at Acme", "Noted at Acme", "Contact at Acme", "plan of Acme")


class Route(NamedTuple):
    name: str
    arguments: tuple[str, ...]


def routes(patterns: Iterable[Any], space: str = "") -> Iterator[Route]:
    for pattern in patterns:
        if hasattr(pattern, "url_patterns"):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from routes(pattern.url_patterns, inner)
        elif pattern.name:
            yield Route(space + pattern.name, tuple(sorted(pattern.pattern.regex.groupindex)))


ROUTES = sorted(set(routes(get_resolver().url_patterns)))


def address(route: Route, vendor: Vendor) -> str:
    """The route's path, with the arguments of rows that are really there at this vendor."""
    ticket = Ticket.objects.first()
    known = {
        "number": lambda: ticket.number,
        "pk": lambda: Attachment.objects.get().pk,
        "code": lambda: "desk",
        "key": lambda: "description",
        "seq": lambda: 1,
        "view": lambda: "open",
        "object_id": lambda: _some_row(route.name),
        "app_label": lambda: "tickets",
        "content_type_id": lambda: 1,
        "url": lambda: "x",
        "token": lambda: "1.1.not-signed-by-us",
        "format": lambda: "json",
        "provider": lambda: "postmark",
    }
    path = reverse(route.name, kwargs={name: known[name]() for name in route.arguments})
    return f"/{vendor.slug}{path}"


def _some_row(route: str) -> Any:
    app_label, model = [*route.removeprefix("admin:").split("_"), ""][:2]
    known = model in apps.all_models.get(app_label, {})
    row = apps.get_model(app_label, model)._base_manager.first() if known else None
    return row.pk if row is not None else 1


@pytest.fixture
def both(vendor: Vendor, other_vendor: Vendor) -> dict[str, Any]:
    """Both vendors with a ticket of the same number, an internal note, a file, and people of every kind."""
    people: dict[str, Any] = {}
    for each in (vendor, other_vendor):
        with acting_for(each):
            contact = make_contact(make_company("Beta"), name=f"Contact at {each.name}")
            staff = make_agent("vendor_admin", name=f"Staff of {each.name}")
            ticket = make_ticket(contact, subject=f"Of {each.name}", body=f"Said at {each.name}")
            plan = NewFile(f"plan of {each.name}.txt", "text/plain", 4, BytesIO(b"plan"))
            reply(ticket_id=ticket.pk, body="See there", actor=contact.actor, now=NOW, files=[plan])
            note(ticket_id=ticket.pk, body=f"Noted at {each.name}", actor=acts(staff), now=NOW)
            people |= {f"contact of {each.slug}": contact.user, f"staff of {each.slug}": staff.user}
            people[each.slug] = ticket
    assert people["acme"].number == people["umbrella"].number == "1001"
    return people


def test_every_route_has_its_place_in_this_table(vendor, both):
    unknown = [route.name for route in ROUTES if not PUBLIC.fullmatch(route.name) and not route.name.startswith(FACES)]
    assert unknown == []
    with acting_for(vendor):
        assert all(address(route, vendor) for route in ROUTES if not PUBLIC.fullmatch(route.name))


def words_of(response: Any) -> str:
    body = b"".join(response) if response.streaming else response.content
    return body.decode(errors="replace") + str(dict(response.headers))


def ways_into(route: Route, client: Client) -> list[Any]:
    """Reading and writing; the many pages of the admin share one lock, which is tried by reading."""
    return [client.get] if route.name.startswith("admin:") else [client.get, client.post]


@pytest.mark.parametrize("who", ["staff of umbrella", "contact of umbrella", "nobody's user"])
def test_who_is_nobody_here_finds_nothing(vendor, both, client_for, who):
    client = client_for(both.get(who) or make_user())
    for route in ROUTES:
        if PUBLIC.fullmatch(route.name):
            continue
        with acting_for(vendor):
            path = address(route, vendor)
        for send in ways_into(route, client):
            response = send(path)
            # The API knows tokens only: who comes with a session is asked for one, whoever it is.
            refused = (401, 404) if route.name.startswith("api:") else (404, 405)
            assert response.status_code in refused, (route.name, send.__name__, response.status_code)
            assert not [word for word in SECRETS if word in words_of(response)], route.name
    with acting_for(vendor):
        assert Entry.objects.latest("seq").seq == 3, "nothing was written"


def test_who_is_not_signed_in_is_asked_to_sign_in(vendor, both):
    client = Client()
    for route in ROUTES:
        if PUBLIC.fullmatch(route.name):
            continue
        with acting_for(vendor):
            path = address(route, vendor)
        for send in ways_into(route, client):
            response = send(path)
            assert response.status_code in (302, 401, 403, 404, 405), (route.name, response.status_code)
            assert response.status_code != 302 or response["Location"].startswith("/acme/a"), route.name
            assert not [word for word in SECRETS if word in words_of(response)], route.name
    with acting_for(vendor):
        assert Entry.objects.latest("seq").seq == 3, "nothing was written"


def test_there_are_no_portals_at_the_platform_s_own_address(vendor, both, client_for):
    """Signed in as somebody's staff, but at no vendor: never a page of rows, never an error of ours."""
    client = client_for(both["staff of acme"])
    for route in ROUTES:
        if PUBLIC.fullmatch(route.name):
            continue
        with acting_for(vendor):
            path = address(route, vendor).removeprefix("/acme")
        assert client.get(path).status_code in (302, 403, 404, 405), route.name


def test_the_same_number_leads_everybody_to_their_own_ticket(both, client_for):
    """What could leak is there: each sees its own words at its own address, and only those."""
    for slug, name, other in (("acme", "Acme", "Umbrella"), ("umbrella", "Umbrella", "Acme")):
        client = client_for(both[f"contact of {slug}"])
        page = words_of(client.get(f"/{slug}/tickets/1001/"))
        assert f"Of {name}" in page
        assert f"Said at {name}" in page
        assert f"Of {other}" not in page
        assert "Noted at" not in page, "a customer never sees a note"
        file = re.search(r"/files/\d+/", page)
        assert file, "the page links to the file"
        assert words_of(client.get(f"/{slug}{file[0]}")).startswith("plan")
        stranger = client_for(both["contact of umbrella" if slug == "acme" else "contact of acme"])
        assert stranger.get(f"/{slug}{file[0]}").status_code == 404
        assert stranger.get(f"/{other.lower()}{file[0]}").status_code == 404


def test_one_login_is_another_person_at_each_vendor(both, vendor, other_vendor, client_for):
    with acting_for(other_vendor):
        Contact.objects.create(
            company=make_company(), user=both["contact of acme"], name="The same", email="same@same.example"
        )
    client = client_for(both["contact of acme"])
    assert "Of Acme" in words_of(client.get("/acme/tickets/"))
    page = words_of(client.get("/umbrella/tickets/"))
    assert "Of Umbrella" not in page, "of another company there"
    assert "Of Acme" not in page
    assert client.get("/umbrella/tickets/1001/").status_code == 404


# --- By path and by name ---------------------------------------------------------------------------------


@pytest.fixture
def own_name(vendor: Vendor) -> str:
    Vendor.objects.filter(pk=vendor.pk).update(domain="support.acme.example")
    return "support.acme.example"


def plain(response: Any, prefix: str) -> str:
    """The page without what differs from one request to the next."""
    page = response.content.decode().replace(f'"{prefix}/', '"/')
    page = re.sub(r'(name="csrfmiddlewaretoken" value|nonce|name="key" value|data-\w+)="[^"]*"', "", page)
    page = re.sub(r'"X-CSRFToken": "\w+"', "", page)
    page = re.sub(r"\b[0-9a-f]{8}-[0-9a-f-]{27}\b", "UUID", page)
    return re.sub(r"(next|to)=[^\"&]*", "", page)


@pytest.mark.parametrize("page", ["accounts/login/", "tickets/", "tickets/1001/", "new/", "help/", "contact/", "no/"])
def test_a_vendor_s_own_name_shows_the_same_pages_as_its_path(both, own_name, client_for, page):
    client = Client() if page.startswith("accounts") else client_for(both["contact of acme"])
    by_path, by_name = client.get(f"/acme/{page}"), client.get(f"/{page}", HTTP_HOST=own_name)
    assert by_path.status_code == by_name.status_code == (404 if page == "no/" else 200)
    assert '"/acme/' in by_path.content.decode()
    assert "/acme/" not in by_name.content.decode()
    assert plain(by_path, "/acme") == plain(by_name, "")


def test_a_redirect_stays_at_the_kind_of_address_it_came_from(own_name):
    client = Client()
    assert client.get("/acme/tickets/")["Location"].startswith("/acme/accounts/login/?next=%2Facme%2Ftickets%2F")
    by_name = client.get("/tickets/", HTTP_HOST=own_name)
    assert by_name["Location"].startswith("/accounts/login/?next=%2Ftickets%2F")


@pytest.mark.parametrize("host", ["support.acme.example:8443", "SUPPORT.Acme.example"])
def test_a_name_is_known_with_a_port_and_in_any_case(own_name, host):
    assert Client().get("/tickets/", HTTP_HOST=host)["Location"].startswith("/accounts/login/")


def test_another_vendor_s_path_is_nothing_at_a_vendor_s_own_name(both, own_name, client_for):
    client = client_for(both["contact of umbrella"])
    assert client.get("/umbrella/tickets/").status_code == 200
    assert client.get("/umbrella/tickets/", HTTP_HOST=own_name).status_code == 404
    assert client.get("/tickets/", HTTP_HOST=own_name).status_code == 404


@pytest.mark.parametrize("path", ["/acme/tickets/", "/acme/no/such/page", "/acme/tickets/1001/", "/no-vendor/"])
def test_the_next_request_starts_at_the_root_again(both, client_for, path):
    client_for(both["contact of acme"]).get(path)
    assert get_script_prefix() == "/"
    assert reverse("customer:tickets") == "/tickets/"


def test_a_vendor_that_is_switched_off_has_no_address(both, vendor, own_name, client_for):
    Vendor.objects.filter(pk=vendor.pk).update(is_active=False)
    client = client_for(both["contact of acme"])
    assert client.get("/acme/tickets/").status_code == 404
    assert client.get("/tickets/", HTTP_HOST=own_name).status_code == 404


@pytest.mark.parametrize("path", ["/acme", "/acme/", "//acme/tickets/", "/Acme/tickets/", "/acme%2Ftickets/"])
def test_odd_paths_are_answered(both, path):
    assert Client().get(path).status_code in (200, 302, 404)


@pytest.mark.parametrize("path", ["/%00/", "/acme/tickets/%00/", "/acme/search/?q=%00", "/acme/agent/search/?q=a%00b"])
def test_a_nul_is_refused_before_it_reaches_the_database(both, client_for, path):
    assert client_for(both["contact of acme"]).get(path).status_code == 400


def test_a_request_to_no_path_at_all_is_answered():
    assert Client().generic("OPTIONS", "/", PATH_INFO="*").status_code == 404


def test_a_stranger_who_is_signed_in_is_not_sent_round_in_circles(vendor, client_for):
    assert client_for(make_user()).get("/acme/").status_code == 404
