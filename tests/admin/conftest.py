"""Administrators, and the forms that a browser would send back."""

from collections.abc import Callable
from typing import Any

import pytest


@pytest.fixture
def boss(vendor: Any) -> Any:
    """The vendor's administrator."""
    from helpdesk.tenancy import acting_for
    from tests.people import make_agent

    with acting_for(vendor):
        return make_agent("vendor_admin", teams=(), name="Administrator of Acme")


@pytest.fixture
def at_acme(boss: Any, client_for: Callable[[Any], Any]) -> Any:
    """The vendor administrator's browser."""
    return client_for(boss)


@pytest.fixture
def platform(db: None, client_for: Callable[[Any], Any]) -> Any:
    """A platform administrator's browser."""
    from tests.people import make_user

    return client_for(make_user("platform@helpdesk.example", is_platform_admin=True))
