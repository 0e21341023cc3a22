"""What each of our own raw mails says, here and through the child."""

import pytest

from notifications.mime.letter import Unreadable
from notifications.mime.reader import reader
from notifications.mime.reading import read
from tests.mime.cases import CASES
from tests.mime.look import look


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_mail_says_what_it_says(case):
    assert look(case.raw, case.says) == case.says


def test_every_case_has_a_name_of_its_own():
    assert len({case.name for case in CASES}) == len(CASES)


def test_the_child_reads_the_same_as_we_do():
    assert [_outcome(reader().read, case.raw) for case in CASES] == [_outcome(read, case.raw) for case in CASES]


def _outcome(read_mail, raw):
    try:
        return read_mail(raw)
    except Unreadable as refusal:
        return refusal.reason, refusal.sentence
