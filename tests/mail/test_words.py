"""What was decided about mail, in words: reasons and traces."""

import ast
from collections.abc import Iterator
from pathlib import Path

from notifications.commands.receiving.deciding import QUESTIONS
from notifications.queries.reasons import REASONS, reason_of
from notifications.queries.tracing import ASKED, steps_of


def test_every_reason_has_a_short_label_and_a_whole_sentence() -> None:
    for code, reason in REASONS.items():
        assert code == code.lower()
        assert 3 < len(reason.label) <= 26
        assert reason.sentence[0].isupper()
        assert reason.sentence.endswith(".")
    assert len({reason.label for reason in REASONS.values()}) == len(REASONS)


def test_a_reason_without_words_still_reads_well() -> None:
    assert reason_of("moon_is_full").label == "Moon is full"
    assert reason_of("moon_is_full").sentence == "It was set aside: moon is full."
    assert reason_of("").sentence == "No reason was noted."


def test_a_trace_reads_as_questions_and_what_followed() -> None:
    trace = [
        {"asked": "sender", "found": "a@b.example", "so": "contact 7, agent 12"},
        {"asked": "subject", "found": "A-12", "so": "A-12"},
        {"asked": "moon_phase", "found": "", "so": "full_moon"},
        {"asked": "machine", "found": "Auto-Submitted", "so": "auto_reply"},
    ]

    steps = [(step.asked, step.found, step.so) for step in steps_of(trace)]

    assert steps == [
        ("Who sent it", "a@b.example", "a contact, one of the staff"),
        ("Which number stands in the subject", "A-12", ""),
        ("Moon phase", "", "full moon"),
        ("Was it written by a machine", "Auto-Submitted", "automatic reply"),
    ]


# --- Every code that the code itself writes --------------------------------------------------------------

ROOT = Path(__file__).resolve().parents[2] / "notifications"
SHOWN_ONLY = {"display.py", "cleaner.py"}  # what they refuse is the layout of a mail that is read already
READING = [source for source in (ROOT / "mime").glob("*.py") if source.name not in SHOWN_ONLY]
SOURCES = [*(ROOT / "commands" / "receiving").glob("*.py"), *READING]
REASON_IS = {"suspended": 0, "Unreadable": 0, "Decision": 1, "by_action": 1, "refusal": 0}  # which argument it is


def calls() -> Iterator[tuple[str, ast.Call]]:
    for source in SOURCES:
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                yield getattr(node.func, "attr", getattr(node.func, "id", "")), node


def words_in(node: ast.AST) -> set[str]:
    """The texts that an expression can be, those of both branches of a choice."""
    if isinstance(node, ast.IfExp):
        return words_in(node.body) | words_in(node.orelse)
    return {node.value} if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value else set()


def test_every_reason_that_the_code_gives_has_words() -> None:
    given = {
        word
        for name, call in calls()
        if name in REASON_IS and len(call.args) > REASON_IS[name]
        for word in words_in(call.args[REASON_IS[name]])
    }
    for source in SOURCES:
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Assign) and any("reason" in ast.unparse(target) for target in node.targets):
                given |= {word for part in ast.walk(node.value) for word in words_in(part)}

    assert len(given) > 20
    assert given - {"suspended", "suspend"} - set(REASONS) == set()


def test_every_step_of_a_trace_has_words() -> None:
    questions = {question.__name__.strip("_") for question in QUESTIONS}
    asked = {word for name, call in calls() if name == "looked" for word in words_in(call.args[0])}

    assert len(asked) > 8
    assert (questions | asked) - set(ASKED) == set()
