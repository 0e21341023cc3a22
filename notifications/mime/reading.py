"""One mail from its bytes to a `Letter`. What is broken in it costs that one fact, and is named in `problems`."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TypeVar

from notifications.mime import bounces, machine
from notifications.mime.addresses import addresses
from notifications.mime.body import Body, read_body
from notifications.mime.calendars import invitations
from notifications.mime.headers import Headers
from notifications.mime.identifiers import identifiers
from notifications.mime.letter import Address, File, Hints, Invitation, Letter, Machine
from notifications.mime.limits import Budget, check_size
from notifications.mime.parts import Part, parse
from notifications.mime.shown import mark_signature_images
from notifications.mime.subjects import is_forward, is_reply
from notifications.mime.verdicts import verdicts
from notifications.mime.written import Cut, cut

_RECEIVERS = ("delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "x-delivered-to", "x-rcpt-to")
_MOST_FIELDS = 50
T = TypeVar("T")


def read(raw: bytes, hints: Hints | None = None) -> Letter:
    """What the mail says. `Unreadable` if it is over a limit; whatever else is wrong with it, there is a letter."""
    check_size(raw)
    root = parse(raw, Budget())
    return _Reading(root, hints or Hints()).letter()


class _Reading:
    """The steps of reading one mail, each of which may fail alone."""

    def __init__(self, root: Part, hints: Hints) -> None:
        self.root, self.headers, self.hints = root, root.headers, hints
        self.problems: list[str] = []

    def letter(self) -> Letter:
        letter = self._from_header()
        body = read_body(self.root)
        self.problems += body.problems
        parted = self._try("the quotation", lambda: self._parted(letter, body), Cut(body.text))
        letter = replace(
            letter,
            text=body.text,
            html=body.html,
            written=parted.written,
            rest=parted.rest,
            under_marker=parted.under_marker,
            forwarded_from=parted.forwarded_from
            or self._try("the attached mail", lambda: _attached(letter, body), None),
            files=self._try("the signature", lambda: _marked(body, parted), tuple(body.files)),
            invitations=self._try("the calendar file", lambda: self._invitations(body), ()),
            security=body.security,
        )
        letter = self._with_machine(letter)
        return replace(letter, problems=tuple(dict.fromkeys(self.problems))[:20])

    def _from_header(self) -> Letter:
        headers = self.headers
        if not len(headers):
            self.problems.append("The mail has no header.")
        for name in ("from", "subject", "message-id"):
            if sum(1 for _ in headers.each(name)) > 1:
                self.problems.append(f"The mail has several {name.title()} fields; the first counts.")
        people = {name: self._people(name) for name in ("from", "sender", "reply-to", "to", "cc")}
        return Letter(
            sender=next(iter(people["from"] or people["sender"]), None),
            reply_to=people["reply-to"],
            to=people["to"],
            cc=people["cc"],
            delivered_to=tuple(dict.fromkeys(person.address for name in _RECEIVERS for person in self._people(name))),
            subject=headers.text("subject"),
            date=self._try("the date", lambda: _date(headers), None),
            message_id=next(iter(identifiers(headers.each("message-id"))), ""),
            in_reply_to=identifiers(headers.each("in-reply-to")),
            references=identifiers(headers.each("references")),
            verdicts=self._try("Authentication-Results", lambda: verdicts(headers.each("authentication-results")), ()),
        )

    def _people(self, name: str) -> tuple[Address, ...]:
        return self._try(f"the field {name.title()}", lambda: addresses(self.headers.each(name)), ())

    def _parted(self, letter: Letter, body: Body) -> Cut:
        return cut(
            body.text,
            body.html,
            self.hints,
            is_reply=bool(letter.in_reply_to or letter.references) or is_reply(letter.subject),
            is_forward=is_forward(letter.subject),
        )

    def _invitations(self, body: Body) -> tuple[Invitation, ...]:
        return tuple(dict.fromkeys(found for data in body.calendars[:5] for found in invitations(data)))

    def _with_machine(self, letter: Letter) -> Letter:
        sender = letter.sender.address if letter.sender else ""
        wrote = machine.written_by(self.root, sender, letter.subject)
        weak = wrote is None or wrote.evidence == "Return-Path: <>"
        unasked = machine.has_no_return_path(self.headers) or sender.startswith("postmaster@")
        if weak and unasked and bounces.says_failed(f"{letter.subject}\n{letter.text[:2000]}"):
            wrote = Machine("bounce", "Return-Path: <>" if wrote else "From: postmaster")
        letter = replace(letter, machine=wrote)
        if wrote is None or wrote.kind != "bounce":
            return letter
        return replace(
            letter,
            failures=self._try("the failed recipients", lambda: bounces.failures(self.root, letter.text), ()),
            failed_ids=self._try("the returned mail", lambda: bounces.failed_ids(self.root), ()),
        )

    def _try(self, what: str, step: Callable[[], T], instead: T) -> T:
        try:
            return step()
        except MemoryError:
            raise
        except Exception:  # noqa: BLE001 - one fact of a broken mail is lost, never the mail
            self.problems.append(f"In this mail {what} cannot be read.")
            return instead


def _attached(letter: Letter, body: Body) -> Address | None:
    """Who wrote the mail that is forwarded as a file."""
    attached = next((file.content for file in body.files if file.kind == "message"), None)
    if attached is None or not is_forward(letter.subject):
        return None
    return next(iter(addresses(parse(attached, Budget()).headers.each("from"))), None)


def _marked(body: Body, parted: Cut) -> tuple[File, ...]:
    """The files of the body, those that only a signature shows marked."""
    return tuple(mark_signature_images(body.files, body.html, parted.written, parted.rest))


def _date(headers: Headers) -> datetime | None:
    value = headers.raw("date")
    if not value:
        return None
    moment = parsedate_to_datetime(value)
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
