"""Bounces: which recipients a mail did not reach, for good or for now, and which mail of ours it was."""

import logging
import re
from collections.abc import Iterator
from email import message_from_bytes

from notifications.mime.addresses import addresses
from notifications.mime.charsets import decoded, one_line
from notifications.mime.headers import Headers, read_headers
from notifications.mime.identifiers import identifiers
from notifications.mime.letter import Failure
from notifications.mime.limits import UNCOUNTED, Budget
from notifications.mime.parts import Part

_STATUS = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
_FULL = re.compile(
    r"quota|mailbox (?:is )?full|over ?limit|insufficient (?:system )?storage|postfach (?:ist )?voll|boîte.{0,20}pleine"
    r"|brevlåda.{0,12}full|postbus.{0,12}vol|(?<![\d.])[45]\.2\.2(?![\d.])",
    re.IGNORECASE,
)
_DELAY = re.compile(
    r"delayed|delay(?:ed)? \(|still trying|will (?:continue to|keep|be) (?:try|retried)|not yet been delivered"
    r"|no action is required|verzögert|wird weiter(?:hin)? versucht|retardé|försenad|fördröjd|vertraagd",
    re.IGNORECASE,
)
_FAILED = re.compile(
    r"undeliver|delivery (?:status notification|has failed|failed|failure)|returned mail|failure notice"
    r"|mail delivery (?:failed|failure|problem|system)|could ?n[o']t be delivered|message not delivered"
    r"|unzustellbar|nicht zugestellt|fehler bei der nachrichten|konnte nicht übermittelt"
    r"|échec de (?:la )?remise|non remis|n'a pas pu être remis"
    r"|kunde inte levereras|gick inte att leverera|olevererbart|onbestelbaar|niet worden bezorgd"
    r"|konnt net zougestallt",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[a-z0-9.-]{1,200}\.[a-z]{2,24}", re.IGNORECASE)
_ORIGINAL_ID = re.compile(rb"(?im)^[> \t]*message-id:\s*(<[^<>\s]{1,250}>)")
_ORIGINAL_BEGINS = re.compile(
    r"below this line is a copy|original message|copy of the message|returned message|ursprüngliche nachricht"
    r"|message d'origine|ursprungligt meddelande|oorspronkelijk bericht|diagnostic information for admin"
    r"|diagnoseinformationen für administratoren",
    re.IGNORECASE,
)
_HEAD = 200_000  # bytes of a bounce that its text is looked for in
_MOST = 200


def says_failed(text: str) -> bool:
    """Whether a text or subject reads as the one of a mail that came back."""
    return bool(_FAILED.search(text))


def failures(root: Part, text: str) -> tuple[Failure, ...]:
    """The recipients that a bounce is about."""
    found = list(_by_status(root)) or list(_by_library(root, text)) or list(_by_text(root, text))
    unique: dict[str, Failure] = {}
    for failure in found[:_MOST]:
        unique.setdefault(failure.address, failure)
    return tuple(unique.values())


def _by_status(root: Part) -> Iterator[Failure]:
    """RFC 3464: one group of fields per recipient."""
    for part in root.walk():
        if part.content_type in {"message/delivery-status", "message/global-delivery-status"}:
            content = part.content()[:_HEAD].replace(b"\r\n", b"\n")
            for group in re.split(rb"\n[ \t]*\n", content.strip())[:_MOST]:
                headers, _ = read_headers(group, 0, len(group), Budget(UNCOUNTED))
                if failure := _of_group(headers):
                    yield failure


def _of_group(headers: Headers) -> Failure | None:
    """One recipient's failure; None for the group about the whole mail and for what did arrive."""
    action = headers.raw("action").lower().partition(" ")[0]
    named = headers.raw("final-recipient") or headers.raw("original-recipient")
    people = addresses([named.rpartition(";")[2]])
    if not people or action in {"delivered", "relayed", "expanded"}:
        return None
    diagnostic = headers.raw("diagnostic-code").partition(";")[2].strip() or headers.raw("diagnostic-code")
    status = _STATUS.search(headers.raw("status")) or _STATUS.search(diagnostic)
    code = status.group() if status else ""
    temporary = action == "delayed" or code.startswith("4") or _FULL.search(f"{code} {diagnostic}")
    return Failure(people[0].address, not temporary, code, diagnostic[:300])


def _by_library(root: Part, text: str) -> Iterator[Failure]:
    """flufl.bounce knows what many servers write instead."""
    from flufl.bounce import all_failures  # noqa: PLC0415 - costly to load, and few mails are bounces

    logging.getLogger("flufl.bounce").setLevel(logging.CRITICAL)
    try:
        for_now, for_good = all_failures(message_from_bytes(root.whole[:_HEAD]))
    except Exception:  # noqa: BLE001 - it reads half-broken mails line by line and trips over some; the text is read next
        return
    for known in sorted({*for_now, *for_good}):
        for person in addresses([decoded(known)]):
            yield _from_text(person.address, text, delayed=known not in for_good)


def _by_text(root: Part, text: str) -> Iterator[Failure]:
    """Exim's header, else the first addresses that the text names before the returned mail begins."""
    named = addresses(root.headers.each("x-failed-recipients"))
    begins = _ORIGINAL_BEGINS.search(text)
    head = text[: begins.start() if begins else 4000][:4000]
    own = {person.address for person in addresses(root.headers.each("from"))}
    found = [person.address for person in named]
    if not found and (says_failed(head) or says_failed(root.headers.text("subject"))):
        named_in = _ADDRESS.findall(head) or _ADDRESS.findall(text[:4000])
        found = [address.lower().strip(".") for address in named_in[:10]]
    for address in found:
        if address not in own and not address.startswith(("postmaster@", "mailer-daemon@")):
            yield _from_text(address, text[:_HEAD])


def _from_text(address: str, text: str, *, delayed: bool = False) -> Failure:
    place = max(0, text.lower().find(address))
    near = text[place : place + 1000]
    status = _STATUS.search(near) or _STATUS.search(text)
    code = status.group() if status else ""
    temporary = delayed or code.startswith("4") or _FULL.search(near) or _DELAY.search(text[:3000])
    lines = [one_line(line) for line in near.split("\n")[:8]]
    said = next((line for line in lines if _STATUS.search(line) or re.search(r"\b[45]\d\d\b", line)), "")
    return Failure(address, not temporary, code, said[:300])


def failed_ids(root: Part) -> tuple[str, ...]:
    """Message-IDs of the mail that came back: of the returned copy, else of what this mail answers."""
    for part in root.walk():
        if part.content_type in {"message/rfc822", "text/rfc822-headers", "message/global", "message/rfc822-headers"}:
            content = part.content()[:_HEAD]
            headers, _ = read_headers(content, 0, len(content), Budget(UNCOUNTED))
            if found := identifiers(headers.each("message-id")):
                return found
    copied = _ORIGINAL_ID.findall(root.raw[root.start : root.end][:_HEAD])
    if copied:
        return identifiers(decoded(value) for value in copied[:5])
    return identifiers(root.headers.each("in-reply-to")) or identifiers(root.headers.each("references"))[-1:]
