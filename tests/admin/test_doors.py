"""Who enters the admin, where, and what is there."""

from typing import Any

import pytest
from django.contrib import admin
from django.urls import reverse

from helpdesk.models import Contact, User, Vendor
from helpdesk.tenancy import acting_for
from notifications.models import StrayMail
from tests.people import make_company, make_contact, make_ticket

PLATFORM = (User, StrayMail)  # rows that belong to no vendor
TENANT_PAGES = [
    "tickets/queue/",
    "tickets/queue/add/",
    "tickets/ticket/",
    "helpdesk/contact/",
    "helpdesk/processversion/",
]


def addresses(vendor_slug: str, model: Any, page: str) -> str:
    return f"{vendor_slug}{reverse(f'admin:{model._meta.app_label}_{model._meta.model_name}_{page}')}"


def test_vendor_admin_enters_at_the_own_vendor_only(at_acme: Any, other_vendor: Any) -> None:
    assert at_acme.get("/acme/admin/").status_code == 200
    assert at_acme.get("/umbrella/admin/").status_code == 404
    assert at_acme.get("/umbrella/admin/tickets/queue/").status_code == 404
    assert at_acme.get("/admin/").status_code == 404


def test_agents_and_customers_do_not_enter(agent: Any, lead: Any, customer: Any, client_for: Any) -> None:
    for person in (agent, lead, customer):
        assert client_for(person).get("/acme/admin/").status_code == 403
        assert client_for(person).get("/acme/admin/tickets/status/add/").status_code == 403
        assert client_for(person).get("/admin/").status_code == 404


@pytest.mark.django_db
def test_signed_out_people_are_asked_to_sign_in(vendor: Any, client: Any) -> None:
    answer = client.get("/acme/admin/tickets/queue/")

    assert (answer.status_code, answer["Location"]) == (302, "/acme/accounts/login/?next=/acme/admin/tickets/queue/")


def test_every_page_answers_at_the_vendors_address(at_acme: Any, vendor: Any, customer: Any) -> None:
    with acting_for(vendor):
        make_ticket(customer)
    pages = {}

    for model, model_admin in admin.site._registry.items():
        if model in PLATFORM:
            continue
        pages[addresses("/acme", model, "changelist")] = 200
        adds = model_admin.may_add and model is not Vendor
        pages[addresses("/acme", model, "add")] = 200 if adds else 403

    assert {page: at_acme.get(page).status_code for page in pages} == pages


def test_every_row_can_be_opened(at_acme: Any, vendor: Any, customer: Any) -> None:
    with acting_for(vendor):
        make_ticket(customer)
        rows = {model: model.objects.first() for model in admin.site._registry if model not in (*PLATFORM, Vendor)}
        rows = {model: row for model, row in rows.items() if row is not None}
    pages = [f"{addresses('/acme', model, 'changelist')}{row.pk}/change/" for model, row in rows.items()]

    answers = {page: at_acme.get(page).status_code for page in pages}

    assert set(answers.values()) == {200}
    assert len(answers) > 15


def test_users_are_the_platforms(at_acme: Any, platform: Any) -> None:
    assert at_acme.get("/acme/admin/helpdesk/user/").status_code == 403
    assert platform.get("/acme/admin/helpdesk/user/").status_code == 403
    assert platform.get("/admin/helpdesk/user/").status_code == 200
    assert platform.get("/admin/helpdesk/user/add/").status_code == 200


def test_platform_page_holds_vendors_and_users_and_nothing_of_a_vendor(platform: Any, vendor: Any) -> None:
    assert platform.get("/admin/").status_code == 200
    assert platform.get("/admin/helpdesk/vendor/").status_code == 200
    assert platform.get("/admin/helpdesk/vendor/add/").status_code == 200
    assert platform.get(f"/admin/helpdesk/vendor/{vendor.pk}/change/").status_code == 200
    for page in TENANT_PAGES:
        assert platform.get(f"/admin/{page}").status_code == 403, page
    shown = [entry["name"] for group in platform.get("/admin/").context["app_list"] for entry in group["models"]]
    assert sorted(shown) == ["Simulator", "Stray mail", "Users", "Vendors"]


def test_rows_cannot_be_opened_at_the_platforms_address(platform: Any, vendor: Any) -> None:
    with acting_for(vendor):
        contact = make_contact(make_company("Beta"))

    for action in ("change", "delete", "history"):
        assert platform.get(f"/admin/helpdesk/contact/{contact.pk}/{action}/").status_code == 403


def test_a_vendor_sees_its_own_row_and_nobody_elses_people(at_acme: Any, vendor: Any, other_vendor: Any) -> None:
    with acting_for(other_vendor):
        stranger = make_contact(make_company("Stranger's company"), name="Stranger")

    vendors = at_acme.get("/acme/admin/helpdesk/vendor/")
    people = at_acme.get("/acme/admin/helpdesk/contact/")

    assert [row.slug for row in vendors.context["cl"].result_list] == ["acme"]
    assert b"Stranger" not in people.content
    for action in ("change", "history"):
        assert at_acme.get(f"/acme/admin/helpdesk/contact/{stranger.pk}/{action}/").status_code == 302
    assert at_acme.get(f"/acme/admin/helpdesk/vendor/{other_vendor.pk}/change/").status_code == 302


def test_platform_admin_enters_a_vendors_admin(platform: Any) -> None:
    assert platform.get("/acme/admin/tickets/queue/").status_code == 200


def test_the_index_is_grouped_by_what_an_administrator_does(at_acme: Any) -> None:
    groups = [group["name"] for group in at_acme.get("/acme/admin/").context["app_list"]]

    assert groups == [
        "People",
        "Queues and routing",
        "Severities and deadlines",
        "Escalation",
        "On call",
        "Statuses and closing",
        "Forms and portal",
        "Maintenance",
        "Mail",
        "Process file",
        "Tickets and their record",
    ]


def test_the_index_shows_the_vendors_versions_and_no_log_of_all_vendors(at_acme: Any) -> None:
    page = at_acme.get("/acme/admin/")

    assert [version.number for version in page.context["recent_versions"]] == [1]
    assert b"My actions" not in page.content


def test_tickets_and_their_record_are_read_only(at_acme: Any, vendor: Any, customer: Any) -> None:
    with acting_for(vendor):
        ticket = make_ticket(customer)
    row = f"/acme/admin/tickets/ticket/{ticket.pk}/"

    assert at_acme.get("/acme/admin/tickets/ticket/", {"q": ticket.number}).context["cl"].result_count == 1
    assert at_acme.post(f"{row}change/", {"subject": "Changed"}).status_code == 403
    assert at_acme.post(f"{row}delete/", {"post": "yes"}).status_code == 403


def test_unknown_contacts_of_other_vendors_are_not_offered(at_acme: Any, other_vendor: Any) -> None:
    with acting_for(other_vendor):
        make_company("Stranger's company")

    found = at_acme.get(
        "/acme/admin/autocomplete/",
        {"app_label": "helpdesk", "model_name": "contact", "field_name": "company", "term": "Stranger"},
    )

    assert found.json()["results"] == []
    assert Contact._meta.get_field("company").related_model.__name__ == "Company"
