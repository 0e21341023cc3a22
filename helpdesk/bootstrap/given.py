"""Servers that the operator names: they must answer, and the two roles must be what isolation rests on."""

from collections.abc import Mapping
from contextlib import closing
from typing import Any

import psycopg2
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from helpdesk.bootstrap.errors import CannotStart
from helpdesk.bootstrap.urls import BadAddress, parse_database_url

ROLE = "SELECT current_user, rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"


def check_servers(environ: Mapping[str, str]) -> None:
    """Refuse servers that do not answer, and roles to which row level security would not apply."""
    app, unbound = _role("DATABASE_URL", environ["DATABASE_URL"])
    owner, _ = _role("DATABASE_OWNER_URL", environ["DATABASE_OWNER_URL"])
    if unbound:
        raise CannotStart(
            f"The role {app} of DATABASE_URL is a superuser or has BYPASSRLS: it would see every "
            "vendor's rows. Use a role without these rights; docs/operations.md tells how to make both roles."
        )
    if app == owner:
        raise CannotStart(
            f"DATABASE_URL and DATABASE_OWNER_URL both use the role {app}. The role that serves people "
            "must own nothing; docs/operations.md tells how to make both roles."
        )
    try:
        once = Retry(NoBackoff(), retries=0)
        with redis.Redis.from_url(environ["REDIS_URL"], socket_timeout=5, retry=once) as client:
            client.ping()
    except (redis.RedisError, ValueError) as error:
        raise CannotStart(f"REDIS_URL does not work: {error}") from None


def _role(name: str, url: str) -> tuple[str, bool]:
    """Who we are at an address, and whether that role is beyond row level security."""
    try:
        session = psycopg2.connect(**_arguments(url), connect_timeout=10)
        with closing(session), session.cursor() as cursor:
            cursor.execute(ROLE)
            role, unbound = cursor.fetchone()
    except BadAddress as error:
        raise CannotStart(f"{name}: {error}") from None
    except psycopg2.Error as error:
        raise CannotStart(f"{name} does not work: {str(error).strip()}") from None
    return str(role), bool(unbound)


def _arguments(url: str) -> dict[str, Any]:
    """The same reading of the address as Django's, in the words of the driver."""
    settings = parse_database_url(url)
    names = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    given = {driver: settings[django] for django, driver in names.items() if settings[django]}
    return given | dict(settings["OPTIONS"])
