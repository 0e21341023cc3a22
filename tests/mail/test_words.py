"""What was decided about mail, in words: reasons and traces."""

from notifications.queries.reasons import REASONS, reason_of
from notifications.queries.tracing import steps_of


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
        ("Which number stands in the subject", "A-12", "A-12"),
        ("Moon phase", "", "full moon"),
        ("Was it written by a machine", "Auto-Submitted", "automatic reply"),
    ]
