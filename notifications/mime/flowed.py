"""Text with soft line ends (format=flowed, RFC 3676) as paragraphs."""


def unfolded(text: str, *, joined: bool) -> str:
    """Lines that end in a space go on in the next one of the same quotation; `joined` (DelSp) drops that space."""
    paragraphs: list[tuple[str, list[str]]] = []
    flowing = False
    for line in text.split("\n"):
        quoted = line[: len(line) - len(line.lstrip(">"))]
        words = line[len(quoted) :].removeprefix(" ")
        if flowing and words != "-- " and paragraphs[-1][0] == quoted:
            paragraphs[-1][1].append(words)
        else:
            paragraphs.append((quoted, [words]))
        flowing = words.endswith(" ") and words != "-- "
        if flowing and joined:
            paragraphs[-1][1][-1] = words[:-1]
    return "\n".join((quoted + " " if quoted else "") + "".join(words) for quoted, words in paragraphs)
