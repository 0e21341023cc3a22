"""A letter as short plain values, to compare with what a case expects."""

from notifications.mime.letter import Letter, Unreadable
from notifications.mime.reading import read


def look(raw: bytes, keys) -> dict:
    """What a reader sees under these keys; `unreadable` is the reason of a refusal."""
    try:
        letter = read(raw)
    except Unreadable as refusal:
        return {"unreadable": refusal.reason}
    return {key: VIEWS[key](letter) if key in VIEWS else getattr(letter, key) for key in keys}


def _people(people) -> list:
    return [f"{person.name} <{person.address}>".strip() for person in people]


VIEWS = {
    "unreadable": lambda _: None,
    "sender": lambda letter: _people([letter.sender])[0] if letter.sender else None,
    "to": lambda letter: _people(letter.to),
    "cc": lambda letter: _people(letter.cc),
    "reply_to": lambda letter: _people(letter.reply_to),
    "date": lambda letter: letter.date and letter.date.isoformat(),
    "names": lambda letter: [file.name for file in letter.files],
    "files": lambda letter: [(file.name, file.content) for file in letter.files],
    "sizes": lambda letter: [(file.name, len(file.content)) for file in letter.files],
    "kinds": lambda letter: [(file.name, file.kind) for file in letter.files],
    "types": lambda letter: [(file.name, file.content_type) for file in letter.files],
    "inline": lambda letter: [file.name for file in letter.files if file.inline],
    "in_signature": lambda letter: [file.name for file in letter.files if file.in_signature],
    "machine": lambda letter: letter.machine and letter.machine.kind,
    "evidence": lambda letter: letter.machine and letter.machine.evidence,
    "failures": lambda letter: [(f.address, f.permanent, f.status) for f in letter.failures],
    "diagnostics": lambda letter: [f.diagnostic for f in letter.failures],
    "verdicts": lambda letter: [(v.server, v.dmarc, v.dkim, v.spf) for v in letter.verdicts],
    "invitations": lambda letter: [
        (i.summary, i.starts.isoformat(), i.ends and i.ends.isoformat(), i.method) for i in letter.invitations
    ],
    "problem": lambda letter: bool(letter.problems),
    "words": lambda letter: letter.text.split(),
    "has_html": lambda letter: bool(letter.html),
}


def texts_of(letter: Letter) -> list[str]:
    """Every text in a letter, for what must hold of all of them."""
    people = [*letter.to, *letter.cc, *letter.reply_to, *filter(None, (letter.sender, letter.forwarded_from))]
    return [
        letter.subject, letter.text, letter.html, letter.written, letter.rest, letter.message_id,
        *letter.in_reply_to, *letter.references, *letter.delivered_to, *letter.failed_ids, *letter.problems,
        *(text for person in people for text in (person.address, person.name)),
        *(text for file in letter.files for text in (file.name, file.content_type, file.content_id)),
        *(text for f in letter.failures for text in (f.address, f.status, f.diagnostic)),
        *(text for v in letter.verdicts for text in (v.server, v.dmarc, v.dkim, v.spf)),
        *(text for i in letter.invitations for text in (i.summary, i.organizer, i.location, i.method)),
        *([letter.machine.evidence] if letter.machine else []),
    ]  # fmt: skip
