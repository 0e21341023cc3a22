"""What mail servers wrote about a mail's sender in Authentication-Results (RFC 8601, and Microsoft's form of it)."""

import re
from collections.abc import Iterable

from notifications.mime.letter import Verdict

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"?|[()]|[^"()]+')
_RESULT = re.compile(r"^\s*(spf|dkim|dmarc)\s*=\s*([a-z]+)", re.IGNORECASE)
_MEANING = {
    "pass": "pass",
    "fail": "fail",
    "softfail": "fail",
    "hardfail": "fail",
    "permerror": "fail",
    "policy": "fail",
}
_MOST = 20
_LONGEST = 4000


def verdicts(values: Iterable[str]) -> tuple[Verdict, ...]:
    """One verdict per header, in order. Believe only those of the own mail server."""
    return tuple(_verdict(value) for value, _ in zip(values, range(_MOST), strict=False))


def _verdict(value: str) -> Verdict:
    value = value[:_LONGEST]
    server, results = _by_authres(value) or _by_hand(value)
    best: dict[str, str] = {}
    for method, result in results:
        meaning = _MEANING.get(result, "none")
        if meaning == "pass" or method not in best:  # one good signature of several is enough
            best[method] = meaning
    return Verdict(server.lower()[:255], best.get("dmarc", ""), best.get("dkim", ""), best.get("spf", ""))


def _by_authres(value: str) -> tuple[str, list[tuple[str, str]]] | None:
    from authres import AuthenticationResultsHeader  # noqa: PLC0415 - not every mail has one

    try:
        header = AuthenticationResultsHeader.parse_value(value)
    except Exception:  # noqa: BLE001 - it fails on what it does not know in many ways, and the form below reads most
        return None
    return header.authserv_id, [(str(result.method).lower(), str(result.result).lower()) for result in header.results]


def _by_hand(value: str) -> tuple[str, list[tuple[str, str]]]:
    """Microsoft names no server, and puts words where the standard has none."""
    pieces = _bare(value).split(";")
    first = pieces[0].strip().partition(" ")[0]
    results = [(found.group(1).lower(), found.group(2).lower()) for piece in pieces if (found := _RESULT.match(piece))]
    return ("" if "=" in first else first), results


def _bare(value: str) -> str:
    """Without comments and quoted words: a sender may have put results of its own into them."""
    kept, depth = [], 0
    for piece in _TOKEN.findall(value):
        if piece in {"(", ")"}:
            depth = max(0, depth + (1 if piece == "(" else -1))
        elif not depth:
            kept.append('""' if piece.startswith('"') else piece)
    return "".join(kept)
