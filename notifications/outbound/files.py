"""Files that go along with a mail, as far as there is room for them."""

import re
from collections.abc import Iterable, Sequence

from django.conf import settings
from django.core.files.storage import default_storage
from django.core.mail import EmailMultiAlternatives

from tickets.models import Attachment

ANYTHING = "application/octet-stream"
PLAIN_TYPE = re.compile(r"(?:application|audio|image|video|font)/[A-Za-z0-9.+-]{1,80}")


def fitting(files: Iterable[Attachment]) -> tuple[Attachment, ...]:
    """Those that go along: in their order, as long as all of them together are not too large."""
    room, chosen = settings.MAIL_ATTACHMENT_BYTES, []
    for file in files:
        if file.size <= room:
            room -= file.size
            chosen.append(file)
    return tuple(chosen)


def put_in(mail: EmailMultiAlternatives, files: Sequence[Attachment]) -> None:
    """Put the files into the mail, byte for byte: their declared type decides nothing but the icon."""
    for file in files:
        kind = file.content_type if PLAIN_TYPE.fullmatch(file.content_type) else ANYTHING
        with default_storage.open(file.file) as stream:
            mail.attach(file.name, stream.read(), kind)
