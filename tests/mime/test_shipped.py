"""Every raw mail file that the installed Python ships becomes a letter in which nothing is missing."""

import email
from collections.abc import Iterator
from email.message import Message
from pathlib import Path

import pytest

from notifications.mime.reader import reader
from notifications.mime.reading import read

# Beside the package itself, where Python was installed with its own tests.
SHIPPED = sorted((Path(email.__file__).parents[1] / "test" / "test_email" / "data").glob("*.txt"))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_the_child_reads_a_mail_of_the_standard_library_as_we_do(path):
    assert reader().read(path.read_bytes()) == read(path.read_bytes())


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_nothing_that_the_standard_library_finds_is_missing(path):
    letter = read(path.read_bytes())

    files = {_unbroken(file.content) for file in letter.files}
    words = {*letter.text.split(), *letter.html.split()} | {
        word for content in files for word in content.decode("latin-1").split()
    }
    for leaf in _leaves(email.message_from_bytes(path.read_bytes())):
        content = leaf.get_payload(decode=True)
        said = (
            content.decode(leaf.get_content_charset("utf-8"), "ignore").split()
            if leaf.get_content_maintype() == "text"
            else []
        )
        assert _unbroken(content) in files or set(said) <= words or not content.strip()


def _leaves(message: Message) -> Iterator[Message]:
    """The parts that are no multipart; attached mails are files of ours, and not looked into."""
    if message.get_content_maintype() == "message":
        return
    if not message.is_multipart():
        yield message
        return
    for part in message.get_payload():
        yield from _leaves(part)


def _unbroken(content: bytes) -> bytes:
    return b"".join(content.split())
