"""Names of files: safe to show and to save, never empty, no two alike in one mail."""

import re
import unicodedata

from notifications.mime.charsets import one_line

_LONGEST = 150
_RESERVED = re.compile(r'[<>:"|?*]')
_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)
_BY_TYPE = {
    "application/pdf": "document.pdf", "application/pgp-signature": "signature.asc", "application/zip": "archive.zip",
    "application/pkcs7-signature": "smime.p7s", "application/x-pkcs7-signature": "smime.p7s",
    "application/pkcs7-mime": "smime.p7m", "application/x-pkcs7-mime": "smime.p7m", "application/ics": "invite.ics",
    "application/pgp-keys": "key.asc", "application/ms-tnef": "winmail.dat", "image/jpeg": "image.jpg",
    "image/svg+xml": "image.svg", "message/delivery-status": "delivery-status.txt", "message/rfc822": "message.eml",
    "message/disposition-notification": "receipt.txt", "message/feedback-report": "feedback.txt",
    "text/calendar": "invite.ics", "text/html": "page.html", "text/plain": "text.txt", "text/vcard": "contact.vcf",
    "text/x-vcard": "contact.vcf", "text/rfc822-headers": "headers.txt", "text/rtf": "text.rtf",
    "application/rtf": "text.rtf", "text/csv": "table.csv",
}  # fmt: skip


def safe_name(name: str, content_type: str) -> str:
    """The end of what may be a path, without what systems or eyes stumble over; made from the type if empty."""
    text = one_line(unicodedata.normalize("NFC", name)).replace("\\", "/").rstrip("/ ").rpartition("/")[2]
    text = _RESERVED.sub("_", text).strip(" .")
    if _DEVICES.match(text):
        text = "_" + text
    stem, dot, ending = text.rpartition(".")
    if dot and len(text) > _LONGEST and len(ending) <= 20:
        text = stem[: _LONGEST - len(ending) - 1] + dot + ending
    return text[:_LONGEST] or _made_up(content_type)


def described_name(description: str, content_type: str) -> str:
    """A name made of a description, with the ending that fits the type."""
    ending = _made_up(content_type).rpartition(".")[2]
    return f"{description}.{ending}" if description and "." not in description else description


def _made_up(content_type: str) -> str:
    if content_type in _BY_TYPE:
        return _BY_TYPE[content_type]
    kind, _, ending = content_type.partition("/")
    if kind in {"image", "audio", "video"} and re.fullmatch(r"[a-z0-9]{2,5}", ending):
        return f"{kind}.{ending}"
    return "attachment.txt" if kind == "text" else "attachment.bin"


class Names:
    """The names given so far in one mail."""

    def __init__(self) -> None:
        self._counts: dict[str, int] = {}

    def fresh(self, name: str) -> str:
        """`name`, or `name (2)` where it is taken."""
        key = name.casefold()
        count = self._counts.get(key, 0) + 1
        self._counts[key] = count
        if count == 1:
            return name
        stem, dot, ending = name.rpartition(".")
        return self.fresh(f"{stem} ({count}).{ending}" if dot and stem else f"{name} ({count})")
