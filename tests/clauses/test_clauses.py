"""The list of clauses is whole, and the tests name only what is in it."""

from collections import Counter

import pytest

from tests.clauses.mentions import named, proofs_of, sources, texts
from tests.clauses.register import AREAS, MARKS, TO_BE_TESTED, clauses
from tests.conftest import VENDOR_FILES

PROVEN_WHOLE = (
    "sla",
    "calendar",
    "escalation",
    "on_call",
    "closing",
    "maintenance",
    "mail",
)  # areas in which no clause may be without a test
ORDER = ["ZZ-1-01", "ZZ-1-02", "ZZ-1.2-01", "ZZ-1.2-02", "ZZ-2-01"]


@pytest.fixture(scope="module")
def proofs():
    return proofs_of(list(clauses()), sources())


def test_every_clause_has_a_mark_an_area_and_a_title():
    rows = clauses().values()
    assert {clause.mark for clause in rows} == set(MARKS)
    assert {clause.area for clause in rows} == set(AREAS)
    assert all(clause.title.strip() for clause in rows)


def test_each_vendor_s_clauses_are_all_there():
    assert Counter(clause.vendor for clause in clauses().values()) == {
        "nexus": 130, "xmpro": 68, "xecuritas": 68, "hypergene": 93, "luxcloud": 139,
    }  # fmt: skip
    assert {clause.vendor for clause in clauses().values()} == {path.stem for path in VENDOR_FILES}


def test_a_prefix_belongs_to_one_vendor():
    assert len({(clause.id[:2], clause.vendor) for clause in clauses().values()}) == 5


def test_no_test_names_a_clause_that_does_not_exist(proofs):
    assert {key: tests for key, tests in proofs.items() if key not in clauses()} == {}


@pytest.mark.parametrize("area", PROVEN_WHOLE)
def test_every_clause_of_these_areas_that_software_delivers_has_a_test(area, proofs):
    asked = [clause for clause in clauses().values() if clause.area == area and clause.mark in TO_BE_TESTED]
    assert len(asked) > 5
    assert [clause.id for clause in asked if clause.id not in proofs] == []


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("ZZ-1-02: a word.", ["ZZ-1-02"]),
        ("ZZ-1-01, ZZ-2-01.", ["ZZ-1-01", "ZZ-2-01"]),
        ("ZZ-1-02 to ZZ-1.2-02", ["ZZ-1-02", "ZZ-1.2-01", "ZZ-1.2-02"]),
        ("ZZ-1-01 to\n    # ZZ-1-02", ["ZZ-1-01", "ZZ-1-02"]),
        ("ZZ-1-07, ZZ-9-01 to ZZ-9-03", ["ZZ-1-07", "ZZ-9-01", "ZZ-9-03"]),
        ("ZZ-T5, XX-1-01, aZZ-1-01, ZZ-1-011", ["ZZ-1-011"]),
    ],
)
def test_ids_are_found_in_words(text, ids):
    assert list(named(text, order=ORDER)) == ids


def test_a_module_s_ids_count_for_the_module_and_a_function_s_for_the_function(tmp_path, monkeypatch):
    monkeypatch.setattr("tests.clauses.mentions.TESTS", tmp_path)
    module = tmp_path / "test_it.py"
    module.write_text(
        '"""ZZ-1-01."""\n\n# ZZ-1-02\nROWS = 1\n\n\n@mark("ZZ-1.2-01")\ndef test_one():\n    """ZZ-1.2-02."""\n    # ZZ-2-01\n    assert ROWS\n'
    )
    file = f"{tmp_path.name}/test_it.py"
    found = proofs_of(ORDER, texts(module))
    assert found == {
        "ZZ-1-01": [file], "ZZ-1-02": [file],
        "ZZ-1.2-01": [f"{file}::test_one"], "ZZ-1.2-02": [f"{file}::test_one"], "ZZ-2-01": [f"{file}::test_one"],
    }  # fmt: skip
    module.write_text('"""ZZ-1-01: no test here."""\n')
    assert proofs_of(ORDER, texts(module)) == {}
