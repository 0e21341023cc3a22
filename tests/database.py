"""Databases for tests: made by the owner, used through the app role, cloned where a test has to commit."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg2
import psycopg2.errors
from django.conf import settings
from django.db import connections
from psycopg2.extensions import ISOLATION_LEVEL_AUTOCOMMIT


def _as_owner(statement: str) -> None:
    owner = settings.DATABASES["owner"]
    host = owner.get("HOST") or None
    admin = psycopg2.connect(
        dbname=MAINTENANCE,
        user=owner["USER"],
        password=owner.get("PASSWORD"),
        host=host,
        port=owner.get("PORT") or None,
    )
    try:
        admin.set_isolation_level(ISOLATION_LEVEL_AUTOCOMMIT)
        with admin.cursor() as cursor:
            cursor.execute(statement)
    finally:
        admin.close()


MAINTENANCE = settings.DATABASES["owner"]["NAME"]


def create(name: str, *, template: str = "template1") -> None:
    """A new database of this name, a copy of the template."""
    drop(name)
    _as_owner(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')


def drop(name: str) -> None:
    """Drop the database, whoever is connected."""
    end = time.monotonic() + 10
    while True:
        try:
            _as_owner(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        except psycopg2.errors.InsufficientPrivilege:
            # A session of the app role, which the owner may not end: it was closed and is about to be gone.
            if time.monotonic() > end:
                raise
            time.sleep(0.05)
        else:
            return


def point_to(name: str) -> None:
    """Make both of Django's connections use this database from now on."""
    for alias in ("default", "owner"):
        connections[alias].close()
        settings.DATABASES[alias]["NAME"] = connections[alias].settings_dict["NAME"] = name


@contextmanager
def clone(name: str, copy: str) -> Iterator[str]:
    """A copy of a database for one test, in which it may commit."""
    point_to(name)
    create(copy, template=name)
    point_to(copy)
    try:
        yield copy
    finally:
        point_to(name)
        drop(copy)
