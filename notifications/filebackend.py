"""Mail into files, one readable .eml each: what `make run` uses until SMTP is configured."""

import re
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.message import EmailMessage


class EmailBackend(BaseEmailBackend):
    """Writes each message to `settings.EMAIL_FILE_PATH`, named by its Message-ID: sent twice is one file."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        folder = Path(settings.EMAIL_FILE_PATH)
        folder.mkdir(parents=True, exist_ok=True)
        for message in email_messages:
            mime = message.message()
            name = re.sub(r"[^A-Za-z0-9.@_-]", "", mime["Message-ID"]) or "message"
            (folder / f"{name}.eml").write_bytes(mime.as_bytes(linesep="\r\n"))  # type: ignore[call-arg]
        return len(email_messages)
