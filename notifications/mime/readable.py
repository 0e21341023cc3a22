"""Readable text of HTML."""

LONGEST = 512_000  # characters of HTML; the layout of more than that takes too long for a mail


def text_of(html: str) -> str:
    """The words of `html` as plain text, with its paragraphs, lists and tables kept apart."""
    from inscriptis import get_text  # noqa: PLC0415 - costly to load, and many mails have no HTML

    return get_text(html[:LONGEST]).strip() if html.strip() else ""
