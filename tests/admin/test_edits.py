"""Edits of the process in the admin: kept as a version, or refused with the sentence of the file's check."""

from typing import Any

import pytest

from helpdesk.models import BusinessCalendar, ProcessVersion, Team
from helpdesk.process.files import ProcessInvalid, dump, parse
from helpdesk.tenancy import acting_for
from sla.models import SLAPolicy
from tests.admin.pages import said, sent_by
from tests.people import make_ticket
from tickets.models import Queue, Rule, Severity, Status
from tickets.queries.catalogue import catalogue


def text_of(vendor: Any) -> str:
    vendor.refresh_from_db()
    with acting_for(vendor):
        return dump(vendor)


def sentences(text: str) -> list[str]:
    """What check_process prints about this text."""
    with pytest.raises(ProcessInvalid) as caught:
        parse(text)
    return str(caught.value).splitlines()


def row(vendor: Any, model: Any, **known: Any) -> Any:
    with acting_for(vendor):
        return model.objects.get(**known)


def send(browser: Any, address: str, **changes: Any) -> Any:
    """Open the form at this address, change some of it, send it."""
    return browser.post(address, {**sent_by(browser.get(address)), **changes})


def status_page(vendor: Any, code: str) -> str:
    return f"/acme/admin/tickets/status/{row(vendor, Status, code=code).pk}/change/"


def test_a_form_sent_untouched_changes_nothing(at_acme: Any, vendor: Any) -> None:
    before = text_of(vendor)
    with acting_for(vendor):
        rows = [
            f"{model._meta.app_label}/{model._meta.model_name}/{found.pk}"
            for model in (Queue, Status, Severity, Rule, BusinessCalendar, Team, SLAPolicy)
            for found in model.objects.all()
        ]

    for page in [*rows, f"helpdesk/vendor/{vendor.pk}"]:
        assert send(at_acme, f"/acme/admin/{page}/change/").status_code == 302, page

    assert text_of(vendor) == before
    with acting_for(vendor):
        assert ProcessVersion.objects.count() == 1


def test_a_good_edit_makes_a_version_and_holds_at_once(at_acme: Any, vendor: Any, boss: Any) -> None:
    answer = send(at_acme, status_page(vendor, "waiting"), name="Waiting for you", pauses=["resolution"])

    assert answer.status_code == 302
    vendor.refresh_from_db()
    with acting_for(vendor):
        assert catalogue().statuses["waiting"].name == "Waiting for you"
        newest = ProcessVersion.objects.order_by("-number").first()
        assert (newest.number, newest.applied_by) == (2, boss.user.email)
        assert "Waiting for you" in newest.text


def test_a_new_row_goes_to_the_end(at_acme: Any, vendor: Any) -> None:
    answer = send(at_acme, "/acme/admin/tickets/status/add/", code="parked", name="Parked", category="open")

    assert answer.status_code == 302
    with acting_for(vendor):
        assert [status.code for status in Status.objects.order_by("position", "id")][-1] == "parked"


def test_unknown_words_are_refused_with_the_files_sentence(at_acme: Any, vendor: Any) -> None:
    before = text_of(vendor)
    wrong = before.replace("pauses: [resolution]", "pauses: [resolutoin]").replace("category: new", "category: nwe")
    expected = [line.split(": ", 1)[1] for line in sentences(wrong)]

    page = send(at_acme, status_page(vendor, "waiting"), pauses=["resolutoin"])
    other = send(at_acme, status_page(vendor, "new"), category="nwe")

    assert expected == [
        "unknown category 'nwe'; did you mean 'new'?",
        "unknown metric 'resolutoin'; did you mean 'resolution'?",
    ]
    assert expected[1] in said(page)
    assert expected[0] in said(other)
    assert text_of(vendor) == before


def test_a_wrong_fact_is_refused_by_its_place(at_acme: Any, vendor: Any) -> None:
    before = text_of(vendor)
    typed = "- {key: question, label: A question, kind: massage}"
    expected = sentences(before.replace("kind: message", "kind: massage"))

    page = send(at_acme, status_page(vendor, "waiting"), requires=typed)

    assert expected[:1] == ["statuses[2].requires[0].kind: unknown kind of fact 'massage'; did you mean 'message'?"]
    assert expected[0] in said(page)
    assert typed in page.content.decode().replace("&#x27;", "'")
    assert text_of(vendor) == before


def test_unreadable_yaml_is_refused_by_its_line(at_acme: Any, vendor: Any) -> None:
    page = send(at_acme, status_page(vendor, "waiting"), requires="- {key: question\n- [")
    twice = send(at_acme, status_page(vendor, "waiting"), requires="- {key: a, key: b, label: c}")

    assert "line 2: not readable as YAML" in said(page)
    assert "'key' stands twice" in said(twice)


def test_overlapping_hours_are_refused_and_kept_in_the_form(at_acme: Any, vendor: Any) -> None:
    before = text_of(vendor)
    calendar = row(vendor, BusinessCalendar, code="main")
    overlap = "weekly_hours:\n      - {days: mon, opens: '12:00', closes: '18:00'}"
    expected = sentences(before.replace("weekly_hours:", overlap, 1))
    address = f"/acme/admin/helpdesk/businesscalendar/{calendar.pk}/change/"

    page = send(
        at_acme,
        address,
        **{"hours-TOTAL_FORMS": "6", "hours-5-weekday": "0", "hours-5-opens": "12:00", "hours-5-closes": "18:00"},
    )

    assert len(expected) == 1
    assert expected[0] in said(page)
    assert "successfully" not in said(page)
    assert page.context["inline_admin_formsets"][0].formset.forms[5]["opens"].value() == "12:00"
    assert text_of(vendor) == before


def test_two_default_severities_are_refused(at_acme: Any, vendor: Any) -> None:
    before = text_of(vendor)
    severity = row(vendor, Severity, code="high")

    page = send(at_acme, f"/acme/admin/tickets/severity/{severity.pk}/change/", is_default="on")

    assert "severities: exactly one severity has is_default: true; here high and low" in said(page)
    assert text_of(vendor) == before


def listed(page: Any) -> dict[str, Any]:
    """What the list's form would send."""
    formset = page.context["cl"].formset
    return {bound.html_name: bound.value() for form in [formset.management_form, *formset.forms] for bound in form}


def test_the_order_is_edited_in_the_list_under_the_same_check(at_acme: Any, vendor: Any) -> None:
    before = text_of(vendor)
    page = at_acme.get("/acme/admin/tickets/status/")
    place = {form.instance.code: form["position"].html_name for form in page.context["cl"].formset.forms}
    data = {**listed(page), "_save": "Save"}

    refused = at_acme.post("/acme/admin/tickets/status/", {**data, place["new"]: "9", place["open"]: "8"})

    assert "statuses[0].category: the first status is what new tickets have: new or open" in said(refused)
    assert "was changed" not in said(refused)
    assert text_of(vendor) == before
    assert at_acme.post("/acme/admin/tickets/status/", {**data, place["new"]: "9"}).status_code == 302
    with acting_for(vendor):
        assert [status.code for status in Status.objects.order_by("position", "id")][-1] == "new"


def test_deleting_a_queue_that_a_rule_names_is_refused(at_acme: Any, vendor: Any) -> None:
    before = text_of(vendor)
    queue = row(vendor, Queue, code="desk")
    expected = "routing_rules[0].then.queue: unknown queue 'desk'; known: in"

    answer = at_acme.post(f"/acme/admin/tickets/queue/{queue.pk}/delete/", {"post": "yes"}, follow=True)
    chosen = {"action": "delete_selected", "_selected_action": [queue.pk], "post": "yes"}
    several = at_acme.post("/acme/admin/tickets/queue/", chosen, follow=True)

    for page in (answer, several):
        assert expected in said(page)
        assert "deleted" not in said(page).replace("delete_selected", "")
    assert text_of(vendor) == before


def test_a_row_in_use_is_retired(at_acme: Any, vendor: Any, customer: Any) -> None:
    with acting_for(vendor):
        Queue.objects.create(code="old", name="Old queue", position=7)
        vendor.touch_process()
        queue = Queue.objects.get(code="old")
        make_ticket(customer, queue=queue)
    address = f"/acme/admin/tickets/queue/{queue.pk}/delete/"

    asked = at_acme.get(address)
    answer = at_acme.post(address, {"post": "yes"}, follow=True)

    assert "Old queue: in use, so it is retired and no longer offered" in said(asked)
    assert "In use, so retired and no longer offered: Old queue." in said(answer)
    assert row(vendor, Queue, code="old").retired
    assert "old" not in text_of(vendor)


def test_an_unused_row_is_deleted(at_acme: Any, vendor: Any) -> None:
    with acting_for(vendor):
        queue = Queue.objects.create(code="idle", name="Idle queue", position=7)

    at_acme.post(f"/acme/admin/tickets/queue/{queue.pk}/delete/", {"post": "yes"})

    with acting_for(vendor):
        assert not Queue.objects.filter(code="idle").exists()


def test_a_taken_code_is_refused_in_plain_words(at_acme: Any, vendor: Any) -> None:
    page = send(at_acme, "/acme/admin/tickets/queue/add/", code="in", name="Again")

    assert page.status_code == 200
    assert page.context["adminform"].form.errors["code"] == ["This queue code is taken."]


def test_a_rule_is_written_as_in_the_file(at_acme: Any, vendor: Any) -> None:
    spec = "trigger: on_create\nwhen: {severity: high}\nthen: {queue: desk}\n"

    answer = send(at_acme, "/acme/admin/tickets/rule/add/?kind=routing", code="grave", spec=spec)

    assert answer.status_code == 302
    rule = row(vendor, Rule, code="grave")
    assert (rule.kind, rule.trigger, rule.spec["then"]) == ("routing", "on_create", {"queue": "desk"})


def test_a_rule_of_the_wrong_shape_is_refused_with_the_files_sentence(at_acme: Any, vendor: Any) -> None:
    before = text_of(vendor)
    spec = "trigger: on_create\nwhen: {severity: hihg}\nthen: {queue: desk}\n"

    unknown = send(at_acme, "/acme/admin/tickets/rule/add/?kind=routing", code="grave", spec=spec)
    shapeless = send(at_acme, "/acme/admin/tickets/rule/add/?kind=routing", code="grave", spec="trigger: scheduled")

    assert "routing_rules[1].when.severity: unknown severity 'hihg'; did you mean 'high'?" in said(unknown)
    assert "routing_rules[1].then: this is missing" in said(shapeless)
    assert text_of(vendor) == before


def test_a_notification_needs_no_code(at_acme: Any, vendor: Any) -> None:
    spec = "event: ticket_reopened\naudience: [assignee]\n"

    answer = send(at_acme, "/acme/admin/tickets/rule/add/?kind=notification", spec=spec)

    assert answer.status_code == 302
    assert "event: ticket_reopened" in text_of(vendor)


def test_a_target_on_a_phone_is_refused_where_it_makes_no_sense(at_acme: Any, vendor: Any) -> None:
    before = text_of(vendor)
    policy = row(vendor, SLAPolicy)

    page = send(at_acme, f"/acme/admin/sla/slapolicy/{policy.pk}/change/", **{"targets-2-response_via": "phone"})

    assert "response_via is for first_response only" in said(page)
    assert text_of(vendor) == before


def test_assumed_values_wear_a_badge(at_acme: Any, vendor: Any) -> None:
    send(at_acme, status_page(vendor, "waiting"), assumed="name, pauses")

    page = at_acme.get("/acme/admin/tickets/status/")

    assert 'title="name, pauses"><span>placeholder</span>' in page.content.decode()
    assert "assumed: [name, pauses]" in text_of(vendor)


def test_the_vendors_own_row_is_checked_too(at_acme: Any, vendor: Any) -> None:
    before = text_of(vendor)
    address = f"/acme/admin/helpdesk/vendor/{vendor.pk}/change/"

    zone = send(at_acme, address, time_zone="Europe/Berlim")
    numbers = send(at_acme, address, number_format="same")
    send(at_acme, address, slug="stolen", domain="umbrella.example", is_active="")

    assert "unknown time zone 'Europe/Berlim'; did you mean 'Europe/Berlin'?" in said(zone)
    assert "vendor.number_format: 'same' gives every ticket the same number; it needs {n}" in said(numbers)
    assert text_of(vendor) == before
    vendor.refresh_from_db()
    assert vendor.is_active


def test_the_platform_sets_the_host_name_and_a_version_is_kept(platform: Any, vendor: Any) -> None:
    address = f"/admin/helpdesk/vendor/{vendor.pk}/change/"

    answer = send(platform, address, domain="support.acme.example")

    assert answer.status_code == 302
    assert "portal_host: support.acme.example" in text_of(vendor)
    with acting_for(vendor):
        assert ProcessVersion.objects.count() == 2
