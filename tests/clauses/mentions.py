"""Which tests name which clauses: in docstrings, comments and tables of test modules, and in scenario files."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

TESTS = Path(__file__).resolve().parent.parent
ID = r"\b[A-Z]{2}-\d+(?:\.\d+)*-\d+\b"
BETWEEN = re.compile(rf"({ID})(?:[\s#]+to[\s#]+({ID}))?")


def named(text: str, *, order: Sequence[str]) -> Iterator[str]:
    """The IDs that a text names; `A to B` is everything from A to B in the order of the document."""
    places = {key: place for place, key in enumerate(order)}
    prefixes = {key[:2] for key in order}
    for first, last in BETWEEN.findall(text):
        if first in places and last in places:
            yield from order[places[first] : places[last] + 1]
        else:
            yield from (key for key in (first, last) if key[:2] in prefixes)


def texts(path: Path) -> Iterator[tuple[str, str]]:
    """(test, its text): each test function with its decorators, and the module for what stands outside of them."""
    source = path.read_text(encoding="utf-8")
    lines = source.splitlines()
    name = path.relative_to(TESTS.parent).as_posix()
    functions = [
        node
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    ]
    for function in functions:
        start = min(node.lineno for node in (function, *function.decorator_list)) - 1
        yield f"{name}::{function.name}", "\n".join(lines[start : function.end_lineno])
        lines[start : function.end_lineno] = [""] * ((function.end_lineno or start) - start)
    if functions:
        yield name, "\n".join(lines)


def sources() -> Iterator[tuple[str, str]]:
    """The texts of all test modules, then the scenario files as they stand."""
    for path in sorted(TESTS.rglob("test_*.py")):
        yield from texts(path)
    for path in sorted((TESTS / "scenarios").glob("*.yaml")):
        yield path.relative_to(TESTS.parent).as_posix(), path.read_text(encoding="utf-8")


def proofs_of(order: Sequence[str], of: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Each ID that is named, known or not, with the tests that name it."""
    found: dict[str, list[str]] = defaultdict(list)
    for test, text in of:
        for key in dict.fromkeys(named(text, order=order)):
            found[key].append(test)
    return dict(found)
