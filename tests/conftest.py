"""Databases and people that every test can ask for."""

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from xdist.scheduler import LoadFileScheduling

ROOT = Path(__file__).resolve().parent.parent
VENDOR_FILES = sorted((ROOT / "helpdesk" / "vendors").glob("*.yaml"))


class BrowserTestsTogether(LoadFileScheduling):
    """A file runs in one process; all that need the whole stack run in the same one, so that there is one stack."""

    def _split_scope(self, nodeid: str) -> str:
        return "tests/e2e" if nodeid.startswith("tests/e2e/") else super()._split_scope(nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadFileScheduling:
    return BrowserTestsTogether(config, log)


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: Any, worker_id: str) -> Iterator[str]:
    """A database of this worker: migrated by the owner, holding the test vendors and the five real ones."""
    from django.core.management import call_command

    from helpdesk.process.files import load
    from tests import database

    name = f"test_helpdesk_{worker_id}_{os.getpid()}"  # two runs beside each other do not meet
    with django_db_blocker.unblock():
        database.create(name)
        database.point_to(name)
        call_command("migrate", database="owner", verbosity=0)
        now = datetime(2026, 1, 1, tzinfo=UTC)
        acme = (ROOT / "tests" / "process" / "acme.yaml").read_text(encoding="utf-8")
        load(acme, now=now, by="tests")
        load(acme.replace("slug: acme, name: Acme", "slug: umbrella, name: Umbrella"), now=now, by="tests")
        for file in VENDOR_FILES:
            load(file.read_text(encoding="utf-8"), now=now, by="tests")
        yield name
        database.point_to(database.MAINTENANCE)
        database.drop(name)


@pytest.fixture
def committed(django_db_setup: str, django_db_blocker: Any) -> Iterator[None]:
    """For tests that commit, use threads or start processes: a copy of the database, thrown away afterwards."""
    from tests import database

    with django_db_blocker.unblock(), database.clone(django_db_setup, f"{django_db_setup}_copy"):
        yield


@pytest.fixture(autouse=True)
def _files_of_the_test(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.EMAIL_FILE_PATH = tmp_path / "mail"


@pytest.fixture
def vendor(db: None) -> Any:
    """The invented vendor of tests/process/acme.yaml."""
    from helpdesk.models import Vendor

    return Vendor.objects.get(slug="acme")


@pytest.fixture
def other_vendor(db: None) -> Any:
    """A second vendor with the same process."""
    from helpdesk.models import Vendor

    return Vendor.objects.get(slug="umbrella")


@pytest.fixture
def door(vendor: Any) -> Iterator[Any]:
    """The vendor's door, open for the whole test. Tests that send requests open it only where they need it."""
    from helpdesk.tenancy import acting_for

    with acting_for(vendor):
        yield vendor


def _made(vendor: Any, make: Callable[[], Any]) -> Any:
    from helpdesk.tenancy import acting_for

    with acting_for(vendor):
        return make()


@pytest.fixture
def customer(vendor: Any) -> Any:
    """A contact of the vendor's customer Beta, with a login."""
    from tests.people import make_company, make_contact

    return _made(vendor, lambda: make_contact(make_company("Beta"), name="Customer of Beta"))


@pytest.fixture
def colleague(vendor: Any, customer: Any) -> Any:
    """Another contact of the same company."""
    from tests.people import make_contact

    return _made(vendor, lambda: make_contact(customer.company, name="Colleague at Beta"))


@pytest.fixture
def agent(vendor: Any) -> Any:
    """An agent in all teams."""
    from tests.people import make_agent

    return _made(vendor, lambda: make_agent(name="Agent of Acme"))


@pytest.fixture
def lead(vendor: Any) -> Any:
    """A team lead."""
    from tests.people import make_agent

    return _made(vendor, lambda: make_agent("team_lead", name="Lead of Acme"))


@pytest.fixture
def client_for() -> Callable[[Any], Any]:
    """A browser-like client in which this contact's or agent's user is signed in."""
    from django.test import Client

    def signed_in(person: Any) -> Client:
        client = Client()
        client.force_login(
            getattr(person, "user", person), backend="allauth.account.auth_backends.AuthenticationBackend"
        )
        return client

    return signed_in
