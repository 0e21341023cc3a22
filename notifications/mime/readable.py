"""Readable text of HTML: paragraphs, lists, tables and quotations as a person would type them.

Every step is linear in the length of the HTML, and so is the text that comes out. (A layout engine that draws tables in
columns is not: 125 kB of HTML can ask it for 500 MB of spaces.)
"""

import re
from collections.abc import Iterator
from html import unescape

from lxml import etree
from lxml import html as markup

LONGEST = 512_000  # characters of HTML that are read as a document; of more, the words are kept without their layout
DEEPEST = 1_900  # the parser drops what is nested deeper than 2048
WIDEST = 120  # characters of a cell in a table that is shown in columns

_DATA = re.compile(r"data:[\w/+.;=-]{0,100}base64,[A-Za-z0-9+/=\s]*+", re.IGNORECASE)
_LONG_TAG = re.compile(r"<([a-zA-Z][\w:-]{0,30}+)(?:[^\"'>]++|\"[^\"]*+(?:\"|\Z)|'[^']*+(?:'|\Z))*+(?:>|\Z)")
_UNSEEN = re.compile(r"<(style|script|title)\b.*?(?:</\1\s*>|\Z)|<!--.*?(?:-->|\Z)", re.IGNORECASE | re.DOTALL)
_LINE_TAG = re.compile(r"<(?:br|/?p|/?div|/?t[rdh]|/?li|/?table|/?h\d|/?blockquote)\b[^<>]{0,2000}>", re.IGNORECASE)
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,10000}>|<![^<>]{0,10000}>")
_SPACES = re.compile(r"[ \t\r\n\f]+")
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|max-height\s*:\s*0(?![.\d])", re.IGNORECASE)
_NO_MARGIN = re.compile(r"margin(?:-top)?\s*:\s*0", re.IGNORECASE)
_SAME = re.compile(r"^(?:https?://|mailto:|tel:)?(?:www\.)?|/$", re.IGNORECASE)

UNREAD = frozenset({"head", "title", "style", "script", "template", "svg", "iframe", "object", "select"})
APART = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "table", "blockquote", "pre", "hr"})
BLOCKS = APART | frozenset({
    "address", "article", "aside", "body", "caption", "center", "dd", "details", "dir", "div", "dt", "fieldset",
    "figcaption", "figure", "footer", "form", "header", "html", "legend", "li", "main", "menu", "nav", "section",
    "summary", "tbody", "td", "tfoot", "th", "thead", "tr"
})  # fmt: skip


def text_of(html: str) -> str:
    """The words of `html` as plain text; links show where they lead, quotations are marked by `>`."""
    html = _LONG_TAG.sub(_shortened, _DATA.sub("", html))
    if not html.strip():
        return ""
    read, more = html[:LONGEST], html[LONGEST:]
    try:
        parser = markup.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)
        root = markup.document_fromstring(read.encode("utf-8", "replace"), parser=parser)
    except etree.LxmlError:
        return _words(html)
    if _depth(root) > DEEPEST:
        return _words(html)
    return "\n".join(filter(None, (_Text().of(root), _words(more)))).strip("\n")


def _shortened(tag: re.Match[str]) -> str:
    """A tag without its attributes where it is monstrous: the parser compares each attribute with each."""
    return tag[0] if len(tag[0]) < 10_000 else f"<{tag[1]}>"


def _words(html: str) -> str:
    """What is left without tags: for HTML that is no document."""
    words = unescape(_TAG.sub("", _LINE_TAG.sub("\n", _UNSEEN.sub(" ", html))))
    return "\n".join(line for line in (_SPACES.sub(" ", one).strip() for one in words.split("\n")) if line)


def _depth(root: etree._Element) -> int:
    deepest = depth = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        deepest = max(deepest, depth)
    return deepest


class _Text:
    """Lines that grow while a document is walked through."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.parts: list[str] = []  # of the line being written
        self.gap = False  # a blank line comes before the next one
        self.quotes = self.pre = 0
        self.lists: list[int] = []  # the next number of each open list; 0 for bullets
        self.bullet = ""
        self.links: list[tuple[int, int]] = []  # where the text of each open link begins

    def of(self, root: etree._Element) -> str:
        walk = etree.iterwalk(root, events=("start", "end"))
        crossed = _tables_around_tables(root)
        for event, element in walk:
            if event == "end":
                if element.tag not in UNREAD and not _is_hidden(element):
                    self._leave(element)
                self._write(element.tail or "")
            elif element.tag in UNREAD or _is_hidden(element):
                walk.skip_subtree()
            elif element.tag == "table" and element not in crossed and (rows := _rows(element)):
                self._table(rows)
                walk.skip_subtree()
            else:
                self._enter(element)
                self._write(element.text or "")
        self._end_line()
        return "\n".join(self.lines)

    def _enter(self, element: etree._Element) -> None:
        tag = element.tag
        if tag == "br":
            self._end_line(even_blank=True)
        elif tag in BLOCKS:
            self._apart(element)
        if tag == "blockquote":
            self.quotes += 1
        elif tag == "pre":
            self.pre += 1
        elif tag in {"ul", "ol"}:
            self.lists.append(1 if tag == "ol" else 0)
        elif tag == "li":
            self._item()
        elif tag == "a":
            self.links.append((len(self.lines), len(self.parts)))
        elif tag == "hr":
            self._line("-" * 20)
        elif tag == "img" and (words := " ".join((element.get("alt") or "").split())):
            self.parts.append(f"[{words[:200]}]")

    def _leave(self, element: etree._Element) -> None:
        tag = element.tag
        if tag == "a" and self.links:
            self._address(element.get("href") or "", *self.links.pop())
        if tag in BLOCKS:
            self._apart(element)
        if tag == "blockquote":
            self.quotes -= 1
            self.gap = True
        elif tag == "pre":
            self.pre -= 1
        elif tag in {"ul", "ol"} and self.lists:
            self.lists.pop()
        elif tag == "li":
            self.bullet = ""

    def _apart(self, element: etree._Element) -> None:
        """A block begins or ends: on a line of its own, after a blank one if it is a paragraph outside a list."""
        self._end_line()
        if element.tag in APART and not self.lists and not _is_close(element):
            self.gap = True

    def _item(self) -> None:
        if self.lists and self.lists[-1]:
            self.bullet = f"{self.lists[-1]}. "
            self.lists[-1] += 1
        else:
            self.bullet = "- "

    def _write(self, text: str) -> None:
        if not text:
            return
        if self.pre:
            first, *more = text.replace("\r\n", "\n").split("\n")
            self.parts.append(first)
            for line in more:
                self._end_line(even_blank=True)
                self.parts.append(line)
            return
        text = _SPACES.sub(" ", text)
        if not self.parts or self.parts[-1].endswith(" "):
            text = text.removeprefix(" ")
        if text:
            self.parts.append(text)

    def _end_line(self, *, even_blank: bool = False) -> None:
        words = "".join(self.parts).replace("\xa0", " ")
        nbsp_only = bool(self.parts) and not words.strip()
        self.parts = []
        if words.strip():
            self._line("-- " if words == "-- " else words.rstrip())
        elif even_blank or nbsp_only:
            self.gap = True

    def _line(self, words: str) -> None:
        quote = "> " * min(self.quotes, 20)
        if self.gap and self.lines and (self.lines[-1].strip("> ") or self.pre):
            before = len(self.lines[-1]) - len(self.lines[-1].lstrip("> "))
            self.lines.append(quote[:before].rstrip())
        self.gap = False
        indent = "  " * min(len(self.lists) - 1, 20)
        if self.bullet:
            words, self.bullet = f"{indent}{self.bullet}{words}", ""
        elif self.lists:
            words = f"{indent}  {words}"
        self.lines.append(f"{quote}{words}")

    def _address(self, href: str, line: int, part: int) -> None:
        """After a link that does not show its address: the address."""
        if not re.match(r"https?://|mailto:|tel:|ftp://", href, re.IGNORECASE):
            return
        words = "".join(self.parts[part:]) if line == len(self.lines) else " "
        if words and _SAME.sub("", words.strip()) != _SAME.sub("", href.strip()):
            self.parts.append(f" ({re.sub(r'^mailto:', '', href.strip(), flags=re.IGNORECASE)})")

    def _table(self, rows: list[list[str]]) -> None:
        """Columns, as wide as their widest cell where that does not waste space."""
        self._end_line()
        self.gap = not self.lists
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        if sum(widths) * len(rows) > 10_000 + 4 * sum(len(cell) for row in rows for cell in row):
            widths = [0] * len(widths)
        for row in rows:
            self._line("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
        self.gap = not self.lists


def _is_hidden(element: etree._Element) -> bool:
    return element.get("hidden") is not None or bool(_HIDDEN.search((element.get("style") or "")[:2000]))


def _is_close(element: etree._Element) -> bool:
    """Whether a paragraph follows the one above without space, as Outlook's do."""
    if element.tag != "p":
        return False
    return (element.get("class") or "").startswith("Mso") or bool(
        _NO_MARGIN.search((element.get("style") or "")[:2000])
    )


def _tables_around_tables(root: etree._Element) -> set[etree._Element]:
    """Tables that hold other tables: they lay out a page and are no tables."""
    found: set[etree._Element] = set()
    within: list[etree._Element] = []
    for event, element in etree.iterwalk(root, events=("start", "end"), tag="table"):
        if event == "end":
            within.pop()
            continue
        found.update(within[-1:])
        within.append(element)
    return found


def _rows(table: etree._Element) -> list[list[str]]:
    """The cells of a table with short words in several columns; nothing where it lays out paragraphs."""
    rows = [[cell for cell in row if cell.tag in {"td", "th"}] for row in table.iter("tr")]
    if len(rows) < 2 or not 2 <= max(map(len, rows)) <= 20:
        return []
    words = []
    for row in rows:
        for cell in row:
            if any(_breaks(cell)):
                return []
        words.append([" ".join("".join(_shown(cell)).split()) for cell in row])
        if any(len(cell) > WIDEST for cell in words[-1]):
            return []
    columns = max(map(len, words))
    return [row + [""] * (columns - len(row)) for row in words if any(row)]


def _breaks(cell: etree._Element) -> Iterator[bool]:
    """Whether each thing in a cell needs lines of its own, or an address beside it."""
    yield sum(1 for _ in cell.iter("p", "div")) > 1
    for inner in cell.iter("br", "ul", "ol", "blockquote", "pre", "a", "img", "h1", "h2", "h3"):
        yield inner.tag != "br" or bool((inner.tail or "").strip())


def _shown(cell: etree._Element) -> Iterator[str]:
    walk = etree.iterwalk(cell, events=("start", "end"))
    for event, element in walk:
        if event == "end":
            yield element.tail or "" if element is not cell else ""
        elif element.tag in UNREAD or _is_hidden(element):
            walk.skip_subtree()
        else:
            yield element.text or ""
