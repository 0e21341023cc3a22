"""Images that the HTML shows below the place where the person's own words end: logos, and pictures of older mails."""

import re
from collections.abc import Iterable
from dataclasses import replace
from html import unescape
from urllib.parse import unquote

from notifications.mime.letter import File

_CID = re.compile(r"cid:([^\s\"'<>)]{1,250})", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+")
_BETWEEN = r"(?:[\W_]|<[^<>]{0,500}>){1,30}?"
_SIGNATURE = re.compile(
    r"class=[\"']?(?:gmail_signature|moz-signature)|id=[\"']?(?:ms-outlook-mobile-)?signature|name=[\"']?_MailAutoSig",
    re.IGNORECASE,
)


def shown_ids(html: str) -> dict[str, int]:
    """The Content-IDs that the HTML shows, in lower case, and where each stands first."""
    found: dict[str, int] = {}
    for match in _CID.finditer(html):
        found.setdefault(unquote(match.group(1)).lower(), match.start())
    return found


def mark_signature_images(files: Iterable[File], html: str, written: str, rest: str) -> list[File]:
    """The files, with `in_signature` for each image that stands after the own words and after the begin of the rest."""
    html = unescape(html)
    begins = [place for place in (_place(html, _first(rest)), _signature(html)) if place >= 0]
    if not begins:
        return list(files)
    end = max(min(begins), _place(html, _first(written, last=True)))
    shown = shown_ids(html)
    return [replace(file, in_signature=file.inline and shown.get(file.content_id.lower(), 0) > end) for file in files]


def _signature(html: str) -> int:
    found = _SIGNATURE.search(html)
    return found.start() if found else -1


def _first(text: str, *, last: bool = False) -> list[str]:
    """The first words of the first line that has any, or of the last such line."""
    lines = text.split("\n")
    for line in reversed(lines) if last else lines:
        if words := _WORD.findall(line[:300].partition("<")[0])[:6]:
            return words
    return []


def _place(html: str, words: list[str]) -> int:
    if not words:
        return -1
    found = re.search(_BETWEEN.join(map(re.escape, words)), html)
    return found.start() if found else -1
