"""Bytes to text, whatever the mail says about its charset, and text that a database can keep."""

import codecs
import re

# What mails say, and the larger set that Python reads it with: browsers and mail programs do the same.
_WIDER = {
    "": "", "8bit": "", "ansi": "cp1252", "default": "", "unknown": "", "unknown-8bit": "", "x-unknown": "",
    "x-user-defined": "", "binary": "", "none": "", "_autodetect": "", "utf": "utf-8", "utf8mb4": "utf-8",
    "ascii": "", "us-ascii": "", "ansi_x3.4-1968": "", "iso-8859-1": "cp1252", "iso8859-1": "cp1252",
    "iso_8859-1": "cp1252", "latin1": "cp1252", "latin-1": "cp1252", "iso-8859-9": "cp1254",
    "iso-8859-8-i": "iso8859_8",
    "iso-8859-11": "cp874", "tis-620": "cp874", "windows-874": "cp874", "x-mac-roman": "mac_roman",
    "macintosh": "mac_roman", "gb2312": "gb18030", "gb_2312-80": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030",
    "cp936": "gb18030", "big5": "big5hkscs", "x-big5": "big5hkscs", "ks_c_5601-1987": "cp949", "ks_c_5601": "cp949",
    "euc-kr": "cp949", "iso-2022-kr": "iso2022_kr", "shift_jis": "cp932", "shift-jis": "cp932", "x-sjis": "cp932",
    "windows-31j": "cp932", "iso-2022-jp": "iso2022_jp_ext", "cp50220": "iso2022_jp_ext", "cp50221": "iso2022_jp_ext",
    "unicode-1-1-utf-7": "utf-7", "unicode": "utf-16", "ucs-2": "utf-16", "hz-gb-2312": "hz",
}  # fmt: skip

# Codecs of Python that are no charset of a mail; some of them need quadratic time.
_NO_CHARSETS = {"idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined", "mbcs", "oem"}

# In these, bytes that are right UTF-8 by chance mean something: they are asked before UTF-8.
_MULTIBYTE = re.compile(r"gb|big5|cp9(32|49|50)|euc|shift|iso-?2022|hz|johab|utf-?7|utf-?16|utf-?32")

_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")
_SURROGATES = re.compile("[\ud800-\udfff]")
_BREAKS = re.compile("\r\n|[\r\x0b\x0c\x85]")
_DIRECTIONS = re.compile("[\u202a-\u202e\u2066-\u2069\u200e\u200f\ufeff]")  # they turn the rest of a line around


def _as_cp1252(error: UnicodeError) -> tuple[str | bytes, int]:
    """What is not UTF-8 among UTF-8 is most often Windows text that was pasted in."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


codecs.register_error("mail.cp1252", _as_cp1252)


def decoded(data: bytes, declared: str = "") -> str:
    """The text of `data`, which says to be in `declared`; never fails and drops nothing that can be shown."""
    label = _codec(declared)
    if marked := _by_mark(data):
        return _clean(data.decode(marked, "replace"))
    if data.isascii() and not _MULTIBYTE.match(label) and b"\0" not in data and b"\x1b" not in data:
        return _clean(data.decode("ascii"))
    for codec in _candidates(data, label):
        try:
            return _clean(data.decode(codec))
        except (UnicodeError, LookupError):
            continue
    if _MULTIBYTE.match(label):
        return _clean(data.decode(label, "replace"))
    return _clean(data.decode("utf-8", "mail.cp1252"))


def one_line(text: str) -> str:
    """Text for a header or a name: no line ends, nothing that turns the writing direction around."""
    return " ".join(_DIRECTIONS.sub("", clean(text)).split())


def clean(text: str) -> str:
    """Text without NUL, control characters and lone surrogates, with line ends as LF."""
    if _SURROGATES.search(text):
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return _clean(text)


def _clean(text: str) -> str:
    if _SURROGATES.search(text):
        return clean(text)
    return _CONTROLS.sub("", _BREAKS.sub("\n", text)).removeprefix("\ufeff")


def _codec(declared: str) -> str:
    """The name of a codec that Python knows for what a mail declares; empty where it knows none."""
    label = declared.strip().strip("\"'").lower().removeprefix("charset=").partition(";")[0].strip()[:60]
    name = _WIDER.get(label, label).removeprefix("x-")
    if not name or not name.isascii() or "\0" in name:
        return ""
    try:
        found = codecs.lookup(name)
    except (LookupError, ValueError):
        return ""
    known = found._is_text_encoding and found.name.replace("_", "-") not in _NO_CHARSETS
    return found.name if known else ""


def _by_mark(data: bytes) -> str:
    if data.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) and len(data) % 2 == 0:
        return "utf-16"
    return ""


def _candidates(data: bytes, label: str) -> list[str]:
    """Codecs to try strictly, the likeliest first."""
    if not label and b"\x1b$" in data:
        return ["iso2022_jp_ext", "utf-8"]
    if not label or label == "utf-16":
        return [*looks_wide(data), "utf-8", *(["utf-16-be"] if label else [])]
    if label == "iso2022_jp_ext":
        return [label, "utf-8", "cp932", "euc_jp"]
    return [label, "utf-8"] if _MULTIBYTE.match(label) else ["utf-8", label]


def looks_wide(data: bytes) -> list[str]:
    """The codec of UTF-16 by its zeros: Latin text in it has one in every second byte."""
    head = data[:400]
    if len(head) < 4 or head.count(0) * 3 < len(head):
        return []
    return ["utf-16-le" if head[1::2].count(0) > head[::2].count(0) else "utf-16-be"]
