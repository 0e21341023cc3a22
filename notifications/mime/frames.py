"""What goes between the reader and its child: two lengths, JSON, and the bytes of a mail or of a letter's files."""

import json
import struct
from dataclasses import asdict, replace
from datetime import datetime

from notifications.mime.letter import Hints, Letter

LENGTH = struct.Struct(">II")  # of the JSON, and of the bytes after it


def request(raw: bytes, hints: Hints) -> list[bytes]:
    """A mail to read, as pieces to send."""
    told = json.dumps(asdict(hints)).encode()
    return [LENGTH.pack(len(told), len(raw)), told, raw]


def hints_from(told: bytes) -> Hints:
    """The hints of a request."""
    values = json.loads(told)
    return Hints(tuple(values["markers"]), tuple(values["known"]), values["strip_signature"])


def answer(letter: Letter) -> list[bytes]:
    """A letter, as pieces to send."""
    contents = [file.content for file in letter.files]
    bare = replace(letter, files=tuple(replace(file, content=b"") for file in letter.files))
    values = asdict(bare)
    for values_of_file, content in zip(values["files"], contents, strict=True):
        values_of_file["content"] = len(content)
    told = json.dumps({"letter": values}, default=datetime.isoformat).encode()
    return [LENGTH.pack(len(told), sum(map(len, contents))), told, *contents]


def refusal(reason: str, sentence: str) -> list[bytes]:
    """That a mail cannot be read, as pieces to send."""
    told = json.dumps({"refused": [reason, sentence]}).encode()
    return [LENGTH.pack(len(told), 0), told]
