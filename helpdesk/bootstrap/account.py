"""Who the embedded servers run as: ourselves, or, when we are root, an account without rights.

PostgreSQL refuses to run as root. As root we start both servers under the account that owns the data,
by default one made for it, and open exactly the way that it needs to the programs and the data.
"""

import os
import pwd
import shutil
import stat
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from helpdesk.bootstrap.errors import CannotStart

NAME = "helpdesk-db"
USERADD = "--system --user-group --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin"


@dataclass(frozen=True, slots=True)
class Account:
    """A user and its groups; no user means the one we run as."""

    uid: int | None = None
    gid: int | None = None
    groups: tuple[int, ...] = ()

    def launch(self) -> dict[str, Any]:
        """The arguments that make subprocess start a program as this account."""
        if self.uid is None:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": list(self.groups)}

    def give(self, path: Path) -> None:
        """Make `path` and all below it this account's own."""
        if self.uid is not None and self.gid is not None:
            for each in (path, *path.rglob("*")):
                os.chown(each, self.uid, self.gid, follow_symlinks=False)


def account_for(data: Path, *, sockets: Path, programs: Sequence[Path]) -> Account:
    """The account for the servers of the folder `data`, able to reach it, the sockets and the programs."""
    owner = data.stat() if data.exists() else None
    if os.geteuid() != 0:
        if owner is not None and owner.st_uid != os.geteuid():
            raise CannotStart(f"{data} belongs to another account. Run as that account or as root.")
        return Account()
    uid, gid = (owner.st_uid, owner.st_gid) if owner is not None and owner.st_uid != 0 else _own_account()
    groups = {group for path in (data, sockets, *programs) for group in _open_way(path.resolve().parents)}
    groups |= {group for path in programs for group in _open_programs(path)}
    return Account(uid, gid, tuple(sorted(groups)))


def _own_account() -> tuple[int, int]:
    """The account made for embedded servers; it has no home, no shell and no password."""
    try:
        entry = pwd.getpwnam(NAME)
    except KeyError:
        useradd = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
        if useradd is None:
            raise CannotStart(
                "PostgreSQL refuses to run as root, and there is no useradd to make an account for it. "
                "Run as a plain user, or set DATABASE_URL, DATABASE_OWNER_URL and REDIS_URL."
            ) from None
        subprocess.run([useradd, *USERADD.split(), NAME], check=True, capture_output=True)
        entry = pwd.getpwnam(NAME)
    return entry.pw_uid, entry.pw_gid


def _open_way(folders: Iterable[Path]) -> set[int]:
    """Let members of each closed folder's group pass through it; returns the groups to be a member of.

    A home folder such as /root stays closed to everybody else, and nobody new may list it.
    """
    return {_admit(folder, stat.S_IXGRP) for folder in folders if not folder.stat().st_mode & stat.S_IXOTH}


def _open_programs(folder: Path) -> set[int]:
    """The same for the files of installed programs, which a strict umask closes."""
    if folder.stat().st_mode & stat.S_IXOTH:
        return set()
    groups = set()
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            runs = path.is_dir() or path.stat().st_mode & stat.S_IXUSR
            groups.add(_admit(path, stat.S_IRGRP | (stat.S_IXGRP if runs else 0)))
    return groups


def _admit(path: Path, bits: int) -> int:
    """Add `bits` to the mode of `path`; returns its group."""
    status = path.stat()
    if status.st_mode & bits != bits:
        path.chmod(stat.S_IMODE(status.st_mode) | bits)
    return status.st_gid
