"""One address of a database, as text and as Django wants it."""

from typing import Any
from urllib.parse import parse_qs, quote, unquote, urlencode, urlsplit

SCHEMES = ("postgresql", "postgres")
# The parts of an address that are not for libpq: Django passes all else on as OPTIONS.
PLACE = ("host", "port")


class BadAddress(ValueError):
    """An address that cannot be used, with a sentence that says why."""


def parse_database_url(url: str) -> dict[str, Any]:
    """Django's settings for `postgresql://user:password@host:port/name?option=value`.

    A Unix socket goes into the query: `postgresql://user:password@/name?host=/folder`.
    Every part may be percent-encoded. No sentence repeats the password.
    """
    parts = urlsplit(url.strip())
    if parts.scheme not in SCHEMES:
        raise BadAddress(
            f"A database address starts with postgresql://, not with {parts.scheme or 'nothing'}://. "
            "Only PostgreSQL is supported."
        )
    try:
        port = parts.port
    except ValueError:
        raise BadAddress(
            "The database address has a port that is no number from 0 to 65535. "
            "Write / ? # @ and : inside a password as %2F %3F %23 %40 and %3A."
        ) from None
    options = _options(parts.query)
    name = unquote(parts.path.removeprefix("/"))
    if not name or "/" in name:
        raise BadAddress("The database address names no database: postgresql://user:password@host/NAME.")
    if not parts.username:
        raise BadAddress("The database address names no role: postgresql://ROLE:password@host/name.")
    host, query_port = (options.pop(part, "") for part in PLACE)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host or unquote(parts.hostname or ""),
        "PORT": query_port or str(port or ""),
        "OPTIONS": options,
    }


def socket_url(*, user: str, password: str, folder: str, port: int, name: str) -> str:
    """The address of a database behind a Unix socket in `folder`."""
    query = urlencode({"host": folder, "port": port}, safe="/", quote_via=quote)
    return f"postgresql://{quote(user, safe='')}:{quote(password, safe='')}@/{quote(name, safe='')}?{query}"


def _options(query: str) -> dict[str, str]:
    """The query's values; a key that comes twice is refused, because only one could win."""
    try:
        values = parse_qs(query, keep_blank_values=True, strict_parsing=True) if query else {}
    except ValueError:
        raise BadAddress(
            "What follows the ? in the database address is not of the form name=value&name=value."
        ) from None
    for key, found in values.items():
        if len(found) > 1:
            raise BadAddress(f"The database address gives {key} {len(found)} times.")
    return {key: found[0] for key, found in values.items()}
