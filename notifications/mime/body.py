"""What is to be read in a mail and what are files: the rules of multipart, and what mail programs make of them."""

import re
from dataclasses import dataclass, field, replace
from html import escape, unescape
from typing import Literal

from notifications.mime import tnef
from notifications.mime.charsets import clean, decoded, looks_wide
from notifications.mime.encodings import uuencoded
from notifications.mime.enveloped import signed_content
from notifications.mime.flowed import unfolded
from notifications.mime.headers import read_headers
from notifications.mime.letter import File, FileKind
from notifications.mime.limits import LIMITS, UNCOUNTED, Budget
from notifications.mime.names import Names, described_name, safe_name
from notifications.mime.parts import Part, parse
from notifications.mime.shown import shown_ids

_TEXTS = {"text/plain", "text/html", "text/enriched", "text/markdown", "text/x-markdown"}
_MARKUP = re.compile(r"<[^<>]{0,200}>")
_META = re.compile(rb"<meta[^>]{0,200}?charset=[\"']?([\w-]{1,40})", re.IGNORECASE)
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\v\f\r\x0e\x0f\x1b")) + b"\x7f"
_KINDS: dict[str, FileKind] = {
    "text/calendar": "calendar", "application/ics": "calendar", "application/pgp-signature": "signature",
    "application/pkcs7-signature": "signature", "application/x-pkcs7-signature": "signature",
    "text/rfc822-headers": "message",
}  # fmt: skip
_SMIME = {"application/pkcs7-mime", "application/x-pkcs7-mime"}
_TNEF = {"application/ms-tnef", "application/vnd.ms-tnef"}


@dataclass(frozen=True)
class Block:
    """A piece of the body, as text, as HTML, or as both."""

    plain: str = ""
    html: str = ""

    def as_text(self) -> str:
        return self.plain if self.plain.strip() else _words_of(self.html)

    def as_html(self) -> str:
        return self.html or f"<pre>{escape(self.plain, quote=False)}</pre>"


@dataclass
class Body:
    """All that is in a mail below its header."""

    text: str = ""
    html: str = ""
    files: list[File] = field(default_factory=list)
    calendars: list[bytes] = field(default_factory=list)
    security: Literal["", "signed", "encrypted"] = ""
    problems: list[str] = field(default_factory=list)


def read_body(root: Part) -> Body:
    """The text, the HTML and the files of a mail."""
    reading = _Reading(root)
    blocks = reading.blocks(root)
    if not any(block.plain.strip() or block.html.strip() for block in blocks):
        blocks = [reading.spare] if reading.spare else []
    body = reading.body
    body.text = "\n\n".join(text for block in blocks if (text := block.as_text().strip("\n")).strip())
    if any(block.html.strip() for block in blocks):
        body.html = "\n".join(block.as_html() for block in blocks)
    shown = shown_ids(body.html)
    body.files = [
        replace(file, inline=True) if file.kind == "image" and file.content_id.lower() in shown else file
        for file in body.files
    ]
    body.problems = [problem for part in root.walk() for problem in part.problems] + body.problems
    _look_for_pgp(body)
    return body


def _look_for_pgp(body: Body) -> None:
    if "-----BEGIN PGP MESSAGE-----" in body.text:
        body.security = "encrypted"
    elif "-----BEGIN PGP SIGNED MESSAGE-----" in body.text:
        body.security = body.security or "signed"


class _Reading:
    """One walk over the parts, which puts the files aside."""

    def __init__(self, root: Part) -> None:
        self.root = root
        self.body = Body()
        self.names = Names()
        self.opened = False
        self.spare: Block | None = None  # what to show of a mail without any text of its own

    def blocks(self, part: Part) -> list[Block]:
        """What is to be read in this part and below."""
        match part.content_type:
            case "multipart/alternative":
                return self._alternative(part)
            case "multipart/encrypted":
                return self._encrypted(part)
            case "multipart/signed":
                self.body.security = self.body.security or "signed"
        if part.children:
            return [block for child in part.children for block in self.blocks(child)]
        if part.content_type in _TEXTS and part.disposition != "attachment" and (part is self.root or not part.name):
            return self._text(part)
        if part.content_type in _SMIME:
            return self._smime(part)
        self._file(part)
        return []

    def _alternative(self, part: Part) -> list[Block]:
        """The same said in several ways. Texts that differ are all kept: some programs put unlike things together."""
        versions = [self.blocks(child) for child in part.children]
        plain = [text for blocks in versions if not _has_html(blocks) and (text := _joined_text(blocks))]
        html = [page for blocks in versions if _has_html(blocks) and (page := _joined_html(blocks))]
        return [Block("\n\n".join(dict.fromkeys(plain)), "\n".join(dict.fromkeys(html)))]

    def _encrypted(self, part: Part) -> list[Block]:
        """Whole, in the form that mail programs and gpg can open."""
        self.body.security = "encrypted"
        kind = part.headers.raw("content-type").encode("utf-8", "replace")
        content = b"Content-Type: " + kind + b"\r\n\r\n" + part.raw[part.start : part.end]
        self._add("encrypted.eml", "message/rfc822", content, kind="message")
        return []

    def _smime(self, part: Part) -> list[Block]:
        """A signature around the mail is opened, once; what is encrypted stays as it is."""
        inside = signed_content(part.content())
        self.body.security = "encrypted" if inside is None else "signed"
        blocks: list[Block] = []
        if inside and not self.opened:
            self.opened = True
            blocks = self.blocks(parse(inside, Budget()))
        self._file(part)
        return blocks

    def _text(self, part: Part) -> list[Block]:
        content = part.content()
        if _is_binary(content):
            self.body.problems.append("What the mail calls its text is none. It is kept as a file.")
            self._add(part.name, "application/octet-stream", content)
            return []
        if b"begin " in content:
            blocks, content = uuencoded(content)
            for name, inside in blocks:
                self._add(decoded(name), "application/octet-stream", inside)
        if len(content) > LIMITS.text_bytes:
            self.body.problems.append("The text is very long. It is kept whole as a file.")
            self._add(part.name, part.content_type, content)
            content = content[: LIMITS.text_bytes]
        if part.content_type == "text/html":
            meta = _META.search(content[:2000])
            charset = part.charset or (meta.group(1).decode() if meta else "")
            return [Block(html=decoded(content, charset).strip("\n"))]
        text = decoded(content, part.charset).strip("\n")
        if part.content_type == "text/enriched":
            text = _MARKUP.sub("", text)
        if part.parameters.get("format", "").lower() == "flowed":
            text = unfolded(text, joined=part.parameters.get("delsp", "").lower() == "yes")
        return [Block(plain=text)]

    def _file(self, part: Part) -> None:
        content = part.content()
        name = part.name or described_name(part.headers.text("content-description"), part.content_type)
        if part.main_type == "message" and part.content_type in {"message/rfc822", "message/global", "message/partial"}:
            self._message(part, content)
            return
        if part.content_type in _TNEF or name.lower() in {"winmail.dat", "win.dat"}:
            if self._tnef(content):
                return
            self.body.problems.append("The mail has an Outlook container (winmail.dat) that cannot be read.")
        kind: FileKind = _KINDS.get(part.content_type, "image" if part.main_type == "image" else "file")
        if kind == "calendar" or name.lower().endswith(".ics"):
            kind = "calendar"
            self.body.calendars.append(content)
        if part.content_type in _TEXTS and not self.spare and part.disposition != "attachment":
            self.spare = next(iter(self._spare(part)), None)
        self._add(name, part.content_type, content, kind=kind, content_id=part.content_id)

    def _spare(self, part: Part) -> list[Block]:
        text = decoded(part.content()[: LIMITS.text_bytes], part.charset)
        return [Block(html=text) if part.content_type == "text/html" else Block(plain=text)]

    def _message(self, part: Part, content: bytes) -> None:
        """An attached mail is a file. Its own words are not those of the sender."""
        headers, _ = read_headers(content, 0, min(len(content), LIMITS.header_bytes), Budget(UNCOUNTED))
        name = part.name or headers.text("subject") or "message"
        if part.content_type == "message/partial":
            self.body.problems.append("The mail is one part of several that were sent apart.")
        if not name.lower().endswith(".eml"):
            name = name.replace("/", "_").replace("\\", "_")[:140] + ".eml"
        self._add(name, "message/rfc822", content, kind="message")

    def _tnef(self, content: bytes) -> bool:
        found = tnef.read(content)
        if found is None:
            return False
        for file in found.files:
            kind: FileKind = "image" if file.content_type.startswith("image/") else "file"
            self._add(file.name, file.content_type, file.content, kind=kind, content_id=file.content_id)
        if found.rtf:
            self._add("message.rtf", "application/rtf", found.rtf)
        if (found.text or found.html) and not self.spare:
            self.spare = Block(found.text, found.html)
        return True

    def _add(self, name: str, content_type: str, content: bytes, kind: FileKind = "file", content_id: str = "") -> None:
        shown = self.names.fresh(safe_name(name, content_type))
        self.body.files.append(File(shown, content_type, content, kind, content_id))


def _is_binary(content: bytes) -> bool:
    """Whether one byte in twenty is of a kind that text has in no charset; the zeros of UTF-16 are something else."""
    head = content[:2000]
    controls = len(head) - len(head.translate(None, _CONTROLS))
    return len(head) > 30 and controls * 20 > len(head) and not looks_wide(head)


def _words_of(html: str) -> str:
    """Readable text; of HTML that no layout can be made of, all that is not a tag."""
    if not html.strip():
        return ""
    from notifications.mime.readable import text_of  # noqa: PLC0415 - loads a parser, which most mails do not need

    try:
        return clean(text_of(html))
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - there is HTML that trips the parser, and no words may be lost
        return unescape(_MARKUP.sub(" ", html))


def _has_html(blocks: list[Block]) -> bool:
    return any(block.html.strip() for block in blocks)


def _joined_text(blocks: list[Block]) -> str:
    return "\n\n".join(text for block in blocks if (text := block.plain.strip("\n")).strip())


def _joined_html(blocks: list[Block]) -> str:
    return "\n".join(block.as_html() for block in blocks)
