"""Which servers to use: those that the environment names, or the embedded ones under `var/`."""

import os
from collections.abc import MutableMapping
from pathlib import Path

from helpdesk.bootstrap.errors import CannotStart
from helpdesk.bootstrap.vault import read_vault

ROOT = Path(__file__).resolve().parents[2]
ADDRESSES = ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL")


def var_folder(environ: MutableMapping[str, str] = os.environ) -> Path:
    """Where everything lives that is made at run time."""
    return Path(environ.get("HELPDESK_VAR") or ROOT / "var").absolute()


def read_address_files(environ: MutableMapping[str, str]) -> None:
    """Put an address that stands in a file (`DATABASE_URL_FILE`) where all others are read from."""
    for name in ADDRESSES:
        if path := environ.pop(f"{name}_FILE", None):
            try:
                environ[name] = Path(path).read_text(encoding="utf-8").strip()
            except OSError as error:
                raise CannotStart(f"{name}_FILE: cannot read {path}: {error.strerror}.") from None


def names_servers(environ: MutableMapping[str, str] = os.environ) -> bool:
    """Whether the environment names all servers; naming some is a mistake worth a sentence."""
    missing = [name for name in ADDRESSES if not environ.get(name)]
    if missing and len(missing) < len(ADDRESSES):
        raise CannotStart(
            f"Set {', '.join(ADDRESSES[:-1])} and {ADDRESSES[-1]} together, or none of them: "
            f"{' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} missing."
        )
    return not missing


def fill(environ: MutableMapping[str, str] = os.environ) -> bool:
    """For commands run by hand: use the embedded servers if the environment names none and they run.

    False if no server is known. The command goes on all the same: many need no database.
    """
    if environ.get("DATABASE_URL") or environ.get("DATABASE_URL_FILE"):
        return True
    var = var_folder(environ)
    secrets = read_vault(var)
    if not secrets:
        return False
    environ.setdefault("HELPDESK_SECRET_KEY", secrets["secret_key"])
    environ.setdefault("HELPDESK_DEMO_PASSWORD", secrets["demo_password"])
    from helpdesk.bootstrap import embedded  # noqa: PLC0415 - production has no embedded servers

    environ.update(embedded.running(var) or {})
    return "DATABASE_URL" in environ
