"""The secrets of one installation: made once, kept in `var/secrets.json`, readable by its owner only."""

import json
import os
import secrets
from pathlib import Path

from helpdesk.bootstrap.errors import CannotStart
from helpdesk.bootstrap.locks import alone

# Letters and digits that nobody mistakes for each other: the demo password is read and typed by people.
READABLE = "abcdefghjkmnpqrstuvwxyz23456789"


def open_vault(var: Path) -> dict[str, str]:
    """The secrets kept under `var`; what is missing is made and kept."""
    make_private_folder(var)
    with alone(var / "secrets.lock"):
        kept = read_vault(var)
        full = _fresh() | kept
        if full != kept:
            _write(var / "secrets.json", full)
    return full


def read_vault(var: Path) -> dict[str, str]:
    """The secrets kept under `var`, as they are; none if nothing was ever started there."""
    path = var / "secrets.json"
    try:
        return dict(json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return {}
    except PermissionError:
        raise CannotStart(f"{path} belongs to another account. Run as that account.") from None
    except ValueError:
        raise CannotStart(f"{path} is damaged. Put it back from a copy, or remove {var}.") from None


def keep(var: Path, values: dict[str, str]) -> None:
    """Add `values` to the secrets under `var`."""
    with alone(var / "secrets.lock"):
        _write(var / "secrets.json", read_vault(var) | values)


def make_private_folder(folder: Path) -> None:
    """Make `folder` for this account's eyes only; one that is there stays as it is."""
    try:
        folder.mkdir(parents=True, mode=0o700, exist_ok=True)
    except OSError as error:
        raise CannotStart(f"Cannot make the folder {folder}: {error.strerror}.") from None
    if not os.access(folder, os.W_OK | os.X_OK):
        raise CannotStart(f"{folder} belongs to another account. Run as that account, or remove the folder.")


def _fresh() -> dict[str, str]:
    demo = "-".join("".join(secrets.choice(READABLE) for _ in range(4)) for _ in range(3))
    return {
        "instance": secrets.token_hex(4),
        "superuser_password": secrets.token_urlsafe(24),
        "owner_password": secrets.token_urlsafe(24),
        "app_password": secrets.token_urlsafe(24),
        "broker_password": secrets.token_urlsafe(24),
        "secret_key": secrets.token_urlsafe(48),
        "demo_password": demo,
    }


def _write(path: Path, values: dict[str, str]) -> None:
    """Replace the file in one step, so that nobody ever reads half of it."""
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    draft.touch(mode=0o600, exist_ok=False)
    with draft.open("w", encoding="utf-8") as handle:
        json.dump(values, handle, indent=2)
        handle.flush()
        os.fsync(handle.fileno())
    draft.replace(path)
