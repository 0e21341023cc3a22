"""The mails that an installation has sent, as its people would read them."""

from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path


@dataclass(frozen=True)
class Mail:
    """One mail: to whom, and everything that it says."""

    to: str
    subject: str
    text: str
    message_id: str = ""
    reply_to: str = ""

    @property
    def words(self) -> str:
        return f"{self.subject}\n{self.text}"


def read(path: Path) -> Mail:
    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    assert isinstance(message, EmailMessage)
    body = message.get_body(preferencelist=("plain",))
    heads = (str(message[name] or "") for name in ("To", "Subject"))
    marks = (str(message[name] or "") for name in ("Message-ID", "Reply-To"))
    return Mail(*heads, body.get_content() if body else "", *marks)
