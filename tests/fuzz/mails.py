"""Mutated mails: `python -m tests.fuzz.mails --count 20000` reads them in the child and reports the worst of them.

A mail is a failure if it is refused for taking too long, for want of memory or for a crash, or if what it says could
not be stored. The seed makes a run repeatable; failures are written to `--keep`.
"""

import argparse
import random
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from notifications.mime.letter import Unreadable
from notifications.mime.reader import Reader
from tests.mime.cases import CASES
from tests.mime.look import texts_of
from tests.mime.test_properties import UNFIT

FAULTS = {"took_too_long", "out_of_memory", "crashed"}
SPICES = [b"\0", b"\r", b"\n", b"\r\n\r\n", b"=?utf-8?B?", b"?=", b"--=_b\r\n", b"--=_b--", b'"', b";", b"<", b">", b"=", b"\xff", b"\x1b$B",
          b"begin 644 a\n", b"Content-Type: multipart/mixed; boundary=x\r\n", b"Content-Transfer-Encoding: base64\r\n"]  # fmt: skip


@dataclass
class Findings:
    """What a run has seen."""

    count: int = 0
    refused: Counter = field(default_factory=Counter)
    failures: list[tuple[str, bytes]] = field(default_factory=list)
    slowest: float = 0.0
    memory: int = 0  # kilobytes, the most that any child held


def mutants(seed: int, count: int) -> Iterator[bytes]:
    """Own mails with one to six things done to each."""
    chance = random.Random(seed)
    mails = [case.raw for case in CASES if len(case.raw) < 100_000]
    for _ in range(count):
        raw = chance.choice(mails)
        for _ in range(chance.randint(1, 6)):
            raw = chance.choice(MUTATIONS)(raw, chance, mails)
        yield raw[:1_000_000]


def _flip(raw: bytes, chance: random.Random, mails: list[bytes]) -> bytes:
    changed = bytearray(raw)
    for _ in range(chance.randint(1, 10) if raw else 0):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def _cut(raw: bytes, chance: random.Random, mails: list[bytes]) -> bytes:
    start, stop = _span(raw, chance)
    return raw[:start] + raw[stop:]


def _end(raw: bytes, chance: random.Random, mails: list[bytes]) -> bytes:
    return raw[: _span(raw, chance)[0]]


def _splice(raw: bytes, chance: random.Random, mails: list[bytes]) -> bytes:
    other = chance.choice(mails)
    start, stop = _span(other, chance)
    place = chance.randint(0, len(raw))
    return raw[:place] + other[start:stop] + raw[place:]


def _double(raw: bytes, chance: random.Random, mails: list[bytes]) -> bytes:
    start, stop = _span(raw, chance)
    return (
        raw[:stop] + raw[start:stop] * min(chance.choice([1, 2, 50, 2000]), 200_000 // (stop - start + 1)) + raw[stop:]
    )


def _insert(raw: bytes, chance: random.Random, mails: list[bytes]) -> bytes:
    place = chance.randint(0, len(raw))
    return raw[:place] + chance.choice([*SPICES, chance.randbytes(chance.randint(1, 30))]) + raw[place:]


def _span(raw: bytes, chance: random.Random) -> tuple[int, int]:
    start = chance.randint(0, len(raw))
    return start, min(len(raw), start + int(chance.expovariate(1 / 60)))


MUTATIONS = [_flip, _cut, _end, _splice, _double, _insert]


def run(seed: int, count: int) -> Findings:
    """Read that many mutants."""
    found, reader = Findings(), Reader()
    for raw in mutants(seed, count):
        found.count += 1
        began = time.perf_counter()
        if fault := _fault(reader, raw, found):
            found.failures.append((fault, raw))
        found.slowest = max(found.slowest, time.perf_counter() - began)
        if found.count % 100 == 0 or found.count == count:
            found.memory = max(found.memory, _peak(reader))
    reader.close()
    return found


def _fault(reader: Reader, raw: bytes, found: Findings) -> str:
    """What is wrong with the answer, or nothing."""
    try:
        letter = reader.read(raw)
    except Unreadable as refusal:
        found.refused[refusal.reason] += 1
        return f"{refusal.reason}: {refusal.sentence}" if refusal.reason in FAULTS else ""
    if any(UNFIT.search(text) for text in texts_of(letter)):
        return "a text that cannot be stored"
    if sum(len(file.content) for file in letter.files) > 2 * len(raw) + 2_000_000:
        return "files that are larger than the mail"
    return ""


def _peak(reader: Reader) -> int:
    status = Path(f"/proc/{reader.pid}/status")
    lines = status.read_text().splitlines() if reader.pid and status.exists() else []
    return next((int(line.split()[1]) for line in lines if line.startswith("VmHWM")), 0)


def main() -> int:
    """Run, report, and say by the exit code whether all went well."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--count", type=int, default=20_000)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--keep", type=Path, help="a folder for the mails that failed")
    chosen = options.parse_args()
    found = run(chosen.seed, chosen.count)
    print(
        f"{found.count} mails, seed {chosen.seed}: slowest {found.slowest:.2f} s, memory {found.memory / 1000:.0f} MB"
    )
    print(f"refused: {dict(found.refused) or 'none'}; failures: {len(found.failures)}")
    for number, (fault, raw) in enumerate(found.failures):
        print(f"  {fault}")
        if chosen.keep:
            chosen.keep.mkdir(parents=True, exist_ok=True)
            (chosen.keep / f"{number}.eml").write_bytes(raw)
    return 1 if found.failures else 0


if __name__ == "__main__":
    raise SystemExit(main())
