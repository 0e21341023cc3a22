"""The process file in the admin: upload, preview, apply, versions, the way back, a new vendor."""

from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from helpdesk.models import ProcessVersion, Vendor
from helpdesk.process.files import dump, parse
from helpdesk.tenancy import acting_for
from tests.admin.pages import said

FILE = "/acme/admin/helpdesk/processversion/file/"
LIST = "/acme/admin/helpdesk/processversion/"


def text_of(vendor: Any) -> str:
    vendor.refresh_from_db()
    with acting_for(vendor):
        return dump(vendor)


def as_file(text: str) -> Any:
    return SimpleUploadedFile("acme.yaml", text.encode(), content_type="application/yaml")


def test_upload_is_checked_shown_and_then_applied(at_acme: Any, vendor: Any, boss: Any) -> None:
    before = text_of(vendor)
    wanted = before.replace("name: Waiting", "name: Your turn")

    preview = at_acme.post(FILE, {"file": as_file(wanted)})

    assert "Your turn" in said(preview)
    assert text_of(vendor) == before
    applied = at_acme.post(FILE, {"text": preview.context["form"].cleaned_data["text"], "apply": "Apply"})
    assert (applied.status_code, applied["Location"]) == (302, LIST)
    assert text_of(vendor) == wanted
    with acting_for(vendor):
        assert ProcessVersion.objects.order_by("-number").first().applied_by == boss.user.email


def test_a_broken_file_shows_the_sentences_and_stays_on_the_page(at_acme: Any, vendor: Any) -> None:
    before = text_of(vendor)
    broken = before.replace("pauses: [resolution]", "pauses: [resolutoin]").replace(
        "category: resolved", "category: gone"
    )

    page = at_acme.post(FILE, {"file": as_file(broken)})
    forced = at_acme.post(FILE, {"text": broken, "apply": "Apply"})

    for answer in (page, forced):
        assert "statuses[2].pauses[0]: unknown metric 'resolutoin'; did you mean 'resolution'?" in said(answer)
        assert "statuses[3].category: unknown category 'gone'" in said(answer)
        assert "resolutoin]" in answer.content.decode()
    assert text_of(vendor) == before


def test_a_file_of_another_vendor_is_refused(at_acme: Any, vendor: Any, other_vendor: Any) -> None:
    before = text_of(other_vendor)

    page = at_acme.post(FILE, {"text": before.replace("name: Inbox", "name: Taken"), "apply": "Apply"})

    assert "vendor.slug: 'umbrella' is another vendor; this page changes 'acme'" in said(page)
    assert text_of(other_vendor) == before


def test_the_host_name_is_the_platforms(at_acme: Any, platform: Any, vendor: Any) -> None:
    hosted = text_of(vendor).replace("slug: acme,", "slug: acme, portal_host: help.acme.example,")

    refused = at_acme.post(FILE, {"text": hosted, "apply": "Apply"})
    applied = platform.post(FILE, {"text": hosted, "apply": "Apply"})

    assert "vendor.portal_host: a platform administrator sets the host name" in said(refused)
    assert applied.status_code == 302


def test_nothing_readable_is_said_plainly(at_acme: Any) -> None:
    empty = at_acme.post(FILE, {"text": " "})
    binary = at_acme.post(FILE, {"file": SimpleUploadedFile("x.yaml", BytesIO(b"\xff\xfe\x00").read())})

    assert "Choose a file, or write one." in said(empty)
    assert "The file is not text in UTF-8." in said(binary)


def test_versions_show_what_changed_and_lead_back(at_acme: Any, vendor: Any) -> None:
    before = text_of(vendor)
    at_acme.post(FILE, {"text": before.replace("name: Waiting", "name: Your turn"), "apply": "Apply"})
    with acting_for(vendor):
        newest = ProcessVersion.objects.get(number=2)

    shown = at_acme.get(f"{LIST}{newest.pk}/change/")
    asked = at_acme.get(f"{LIST}1/back/")

    assert tuple(kind for kind, _ in shown.context["changed"] if kind in ("removed", "added")) == ("removed", "added")
    assert "Your turn" in said(asked)
    assert "Your turn" in text_of(vendor)
    at_acme.post(f"{LIST}1/back/")
    assert text_of(vendor) == before
    with acting_for(vendor):
        assert ProcessVersion.objects.order_by("-number").first().number == 3


def test_the_current_file_can_be_downloaded(at_acme: Any, vendor: Any) -> None:
    file = at_acme.get(f"{LIST}download/")

    assert file.content.decode() == text_of(vendor)
    assert file["Content-Disposition"] == 'attachment; filename="acme.yaml"'


def test_the_platform_makes_a_vendor_from_a_file(platform: Any, vendor: Any) -> None:
    text = text_of(vendor).replace("slug: acme, name: Acme", "slug: newco, name: Newco")

    preview = platform.post("/admin/helpdesk/vendor/add/", {"text": text})
    taken = platform.post("/admin/helpdesk/vendor/add/", {"text": text_of(vendor), "apply": "Apply"})

    assert not Vendor.objects.filter(slug="newco").exists()
    assert preview.context["changed"]
    assert "vendor.slug: 'acme' is here already; change it at /acme/admin/" in said(taken)
    assert platform.post("/admin/helpdesk/vendor/add/", {"text": text, "apply": "Apply"}).status_code == 302
    assert platform.get("/newco/admin/").status_code == 200


def test_the_platform_makes_a_vendor_from_its_name_alone(platform: Any, vendor: Any) -> None:
    page, asked = (
        "/admin/helpdesk/vendor/add/",
        {"name": "Fjord", "time_zone": "Europe/Oslo", "begin": "Make the vendor"},
    )

    taken = platform.post(page, {**asked, "slug": "acme"})
    reserved = platform.post(page, {**asked, "slug": "api"})
    made = platform.post(page, {**asked, "slug": "Fjord"})

    assert "'acme' is here already; change it at /acme/admin/" in said(taken)
    assert "'api' is an address of the product itself; choose another slug" in said(reserved)
    assert (made.status_code, made["Location"]) == (302, "/fjord/admin/")
    assert "Fjord is here" in said(platform.get(made["Location"]))
    fjord = Vendor.objects.get(slug="fjord")
    process = parse(text_of(fjord))
    assert (process["vendor"].name, process["vendor"].time_zone) == ("Fjord", "Europe/Oslo")
    assert [calendar.time_zone for calendar in process["calendars"]] == ["Europe/Oslo"]


def test_file_pages_have_no_place_without_a_vendor(platform: Any) -> None:
    for page in ("file/", "download/", "1/back/"):
        assert platform.get(f"/admin/helpdesk/processversion/{page}").status_code == 403
