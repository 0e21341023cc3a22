"""A short run of the fuzzing; the long one is `python -m tests.fuzz.mails`."""

from tests.fuzz.mails import mutants, run


def test_mutated_mails_are_read_or_refused():
    found = run(seed=7, count=400)

    assert found.failures == []
    assert found.count == 400
    assert 0 < found.memory < 300_000


def test_a_run_can_be_repeated():
    assert list(mutants(3, 20)) == list(mutants(3, 20))
    assert list(mutants(3, 20)) != list(mutants(4, 20))
