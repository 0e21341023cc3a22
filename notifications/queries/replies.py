"""What the ids and addresses in a mail say of the mails of ours that it answers."""

from collections.abc import Iterable, Iterator

from notifications.core.tokens import Token, entry_of, tokens_in
from notifications.mime.letter import Letter
from notifications.queries.keys import token_read
from tickets.models import Entry


def proven(texts: Iterable[str]) -> Iterator[Token]:
    """The tokens in addresses and Message-IDs that were made for the current vendor, each once, in their order."""
    return (token for one in tokens_in(texts) if (token := token_read(one)) is not None)


def answers_a_note(letter: Letter) -> bool:
    """Whether the mail answers one of ours about an internal line: then the answer stays internal too."""
    for message_id in letter.in_reply_to:
        named = entry_of(message_id)
        token = token_read(named[0]) if named else None
        if named and token:
            line = Entry.objects.filter(ticket_id=token.ticket_id, seq=named[1]).first()
            return line is not None and line.visibility == "internal" and line.kind == "note"
    return False
