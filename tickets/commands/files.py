"""Files that come with a message: checked, hashed, stored under a name that nobody can guess."""

import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import BinaryIO

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage

from helpdesk.access import Refused
from helpdesk.tenancy import current_vendor
from tickets.commands.change import Change, write
from tickets.models import Attachment

MOST_FILES = 20


@dataclass(frozen=True)
class NewFile:
    """A file as it was sent: its name, its declared type, its size in bytes, and an open stream."""

    name: str
    content_type: str
    size: int
    stream: BinaryIO


def check_files(files: Sequence[NewFile]) -> None:
    """Refuse what is too large or too much, before anything is written."""
    limit = settings.ATTACHMENT_MAX_BYTES
    for file in files:
        if file.size > limit:
            raise Refused(
                f"{clean_name(file.name)} is {file.size / 1048576:.0f} MB; a file may be {limit // 1048576} MB at most."
                " Pack it smaller, or tell us where we can fetch it."
            )
    if len(files) > MOST_FILES:
        raise Refused(f"{len(files)} files are too many for one message; send {MOST_FILES} at most.")


def attach(change: Change, files: Sequence[NewFile]) -> None:
    """Store the files with the change's newest line."""
    if not files:
        return
    write([change])  # the line needs its number
    seq = change.lines[-1].seq
    Attachment.objects.bulk_create(_stored(change, seq or 0, file) for file in files)


def clean_name(name: str) -> str:
    """The name without folders and control characters, never empty."""
    plain = PurePath(name.replace("\\", "/")).name
    shown = "".join(character for character in plain if character.isprintable()).strip(". ")
    return shown[-200:] or "file"


def _stored(change: Change, seq: int, file: NewFile) -> Attachment:
    digest = hashlib.sha256()
    file.stream.seek(0)
    while chunk := file.stream.read(1 << 16):
        digest.update(chunk)
    file.stream.seek(0)
    place = f"{current_vendor().pk}/{change.now:%Y/%m}/{uuid.uuid4().hex}"
    return Attachment(
        ticket=change.ticket,
        seq=seq,
        name=clean_name(file.name),
        size=file.size,
        content_type=file.content_type[:120] or "application/octet-stream",
        sha256=digest.hexdigest(),
        file=default_storage.save(place, File(file.stream)),
    )
