"""What the child answers, checked: it has looked at hostile bytes, so every field must be of its type."""

import json

from pydantic import TypeAdapter

from notifications.mime.letter import Letter, Unreadable

_LETTER = TypeAdapter(Letter)


def letter_from(told: bytes, contents: memoryview) -> Letter:
    """The letter of an answer; `Unreadable` if it is a refusal, ValueError if it makes no sense."""
    values = json.loads(told)
    if "refused" in values:
        reason, sentence = values["refused"]
        raise Unreadable(str(reason), str(sentence))
    position = 0
    for file in values["letter"]["files"]:
        size = int(file["content"])
        if size < 0 or position + size > len(contents):
            raise ValueError("the files are longer than what was sent of them")
        file["content"] = bytes(contents[position : position + size])
        position += size
    return _LETTER.validate_python(values["letter"])
