"""Which tests prove which clause of the vendors' documents, and which clauses have none.

python -m tests.clauses [--area sla,calendar] [--vendor nexus] [--mark CORE,CONFIG] [--missing] [--json]
"""

import argparse
import json
from collections import defaultdict
from collections.abc import Callable

from tests.clauses.mentions import proofs_of, sources
from tests.clauses.register import AREAS, MARKS, Clause, clauses

Rows = list[tuple[Clause, list[str]]]


def main() -> None:
    """Print what the command line asks for."""
    register = clauses()
    asked = arguments(sorted({clause.vendor for clause in register.values()}))
    proofs = proofs_of(list(register), sources())
    rows = [
        (clause, proofs.get(clause.id, []))
        for clause in register.values()
        if clause.area in asked.area and clause.vendor in asked.vendor and clause.mark in asked.mark
    ]
    shown = [row for row in rows if not (asked.missing and row[1])]
    print(as_json(shown) if asked.json else as_text(rows, shown))


def arguments(vendors: list[str]) -> argparse.Namespace:
    """The command line; a word that is not in its closed list is an error."""
    parser = argparse.ArgumentParser(prog="python -m tests.clauses", description=__doc__.splitlines()[0])
    for option, words in (("--area", AREAS), ("--vendor", vendors), ("--mark", MARKS)):
        parser.add_argument(option, type=some_of(words), default=words, metavar="A,B", help=", ".join(words))
    parser.add_argument("--missing", action="store_true", help="only the clauses that no test names")
    parser.add_argument("--json", action="store_true", help="for programs")
    return parser.parse_args()


def some_of(words: tuple[str, ...] | list[str]) -> Callable[[str], list[str]]:
    """A reader of comma-separated words of a closed list."""

    def read(text: str) -> list[str]:
        given = text.split(",")
        if strange := sorted(set(given) - set(words)):
            raise argparse.ArgumentTypeError(f"{', '.join(strange)} is not one of {', '.join(words)}")
        return given

    return read


def as_json(rows: Rows) -> str:
    """A list of clauses, each with its tests."""
    return json.dumps([{**vars(clause), "tests": tests} for clause, tests in rows], indent=2, ensure_ascii=False)


def as_text(rows: Rows, shown: Rows) -> str:
    """Each clause with its tests, then the counts."""
    listed = [
        f"{clause.id:13} {clause.mark:8} {clause.area:15} {clause.title}"
        + ("".join(f"\n{'':13} {test}" for test in tests) or f"\n{'':13} none")
        for clause, tests in shown
    ]
    return "\n".join([*listed, "", *counts(rows, "vendor"), "", *counts(rows, "area")])


def counts(rows: Rows, by: str) -> list[str]:
    """How many clauses of each vendor or area a test names, with those that software delivers apart."""
    groups: dict[str, Rows] = defaultdict(list)
    for row in rows:
        groups[getattr(row[0], by)].append(row)
    lines = [f"{by:15} {'tested':>8} {'of':>5}   {' '.join(f'{mark:>10}' for mark in MARKS)}"]
    for word, group in [*groups.items(), ("all", rows)]:
        marked = [[bool(tests) for clause, tests in group if clause.mark == mark] for mark in MARKS]
        cells = " ".join(f"{sum(some):>4} of {len(some):>3}" for some in marked)
        lines.append(f"{word:15} {sum(map(sum, marked)):>8} {len(group):>5}   {cells}")
    return lines


if __name__ == "__main__":
    main()
