"""The chain of a page: so many attempts at each level, then the next one, then nobody is left."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sla.core.chain import EVERYBODY, next_step


def walk(levels: list[int], attempts: int) -> Iterator[tuple[int, int]]:
    step: tuple[int, int] | None = (levels[0], 1)
    while step is not None:
        yield step
        step = next_step(levels, level=step[0], attempt=step[1], attempts=attempts)


@pytest.mark.parametrize(
    ("levels", "attempts", "steps"),
    [
        ([1], 1, [(1, 1)]),
        ([1, 2], 2, [(1, 1), (1, 2), (2, 1), (2, 2)]),
        ([2, 5], 1, [(2, 1), (5, 1)]),
        ([EVERYBODY], 3, [(0, 1), (0, 2), (0, 3)]),
    ],
)
def test_each_level_is_tried_so_often(levels: list[int], attempts: int, steps: list[tuple[int, int]]) -> None:
    assert list(walk(levels, attempts)) == steps


def test_a_level_that_lost_its_people_is_passed_over() -> None:
    assert next_step([2], level=1, attempt=1, attempts=3) == (2, 1)
    assert next_step([EVERYBODY], level=1, attempt=1, attempts=3) == (EVERYBODY, 1)
    assert next_step([1], level=2, attempt=1, attempts=3) is None
    assert next_step([], level=1, attempt=1, attempts=3) is None
    assert next_step([1, 2], level=EVERYBODY, attempt=1, attempts=3) is None, "all of them were asked already"


@given(
    st.lists(st.lists(st.integers(0, 4), max_size=4, unique=True).map(lambda found: sorted(found) or [0]), min_size=40),
    st.integers(1, 4),
)
def test_whatever_becomes_of_the_rota_the_chain_ends(rotas: list[list[int]], attempts: int) -> None:
    """Each level is entered once at most, however often people are taken off and put on again."""
    step: tuple[int, int] | None = (rotas[0][0], 1)
    entered = []
    for levels in rotas:
        assert step is not None
        if step[1] == 1:
            entered.append(step[0])
        step = next_step(levels, level=step[0], attempt=step[1], attempts=attempts)
        if step is None:
            break
    assert step is None
    assert len(entered) == len(set(entered))
