"""Opening an account: the one place that knows which class speaks which protocol."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from notifications.models import MailAccount
from notifications.ways.box import Box
from notifications.ways.imap import ImapBox
from notifications.ways.line import BROKEN, CannotFetch, Line, sentence_of
from notifications.ways.pop3 import Pop3Box

BOXES: dict[str, Callable[[MailAccount, Line, str], Box]] = {"imap": ImapBox, "pop3": Pop3Box}


@contextmanager
def opened(account: MailAccount, token: str = "") -> Iterator[Box]:
    """The account's folder for the length of the block; whatever breaks in it is a CannotFetch with a sentence."""
    try:
        line = Line(account.host, account.at_port, account.security)
        try:
            box = BOXES[account.protocol](account, line, token)
            try:
                yield box
            finally:
                box.close()
        finally:
            line.close()
    except BROKEN as error:
        raise CannotFetch(sentence_of(error, account.host)) from error
