"""The ladder is climbed rung by rung; the solution stands behind tries and all rungs."""

import pytest

from qiming.kernel.access import Denied
from qiming.kernel.errors import UserError
from qiming.kernel.ids import new_id
from qiming.learning import services
from qiming.learning.models import HintUse
from qiming.learning.tests.conftest import HINTS, SOLUTION, Class
from qiming.learning.types import Hint
from qiming.records import queries as records

ITEM = "g7l1-q02"


def hint(cls: Class, rung: int, seat: int = 1) -> Hint:
    return services.take_hint(actor=cls.pupil(seat), offering_id=cls.offering.id, item_key=ITEM, rung=rung)


def solution(cls: Class, seat: int = 1) -> str:
    return services.show_solution(actor=cls.pupil(seat), offering_id=cls.offering.id, item_key=ITEM)


def test_rungs_come_one_by_one(cls: Class) -> None:
    with pytest.raises(UserError, match="一步一步"):
        hint(cls, 2)
    assert (hint(cls, 1).html, hint(cls, 2).html) == (HINTS[0], HINTS[1])
    with pytest.raises(UserError, match="就这些"):
        hint(cls, 3)
    assert HintUse.objects.unscoped("test").count() == 2


@pytest.mark.parametrize("rung", [0, -1, 99])
def test_a_rung_that_is_none_gives_nothing(cls: Class, rung: int) -> None:
    with pytest.raises(UserError):
        hint(cls, rung)
    assert not HintUse.objects.unscoped("test").exists()


def test_the_same_rung_again_is_given_again_and_noted_once(cls: Class) -> None:
    assert hint(cls, 1) == hint(cls, 1)
    assert HintUse.objects.unscoped("test").count() == 1
    assert [one.verb for one in records.of_person(cls.world.pupils[0].id)] == ["hinted"]


def test_the_solution_needs_two_different_tries_and_all_rungs(cls: Class) -> None:
    with pytest.raises(UserError, match="还没打开"):
        solution(cls)
    hint(cls, 1)
    assert hint(cls, 2).solution_open is False
    cls.sends(1, cls.answer(response={"choice": "A"}), cls.answer(response={"choice": "A"}))
    with pytest.raises(UserError, match="还没打开"):
        solution(cls)
    (outcome,) = cls.sends(1, cls.answer(response={"choice": "B"}))
    assert outcome.solution_open and solution(cls) == SOLUTION == solution(cls)
    assert [str(one.verb) for one in records.of_person(cls.world.pupils[0].id)].count("shown-solution") == 1


def test_tries_without_the_ladder_do_not_open_the_solution(cls: Class) -> None:
    outcomes = cls.sends(1, cls.answer(response={"choice": "A"}), cls.answer(response={"choice": "B"}))
    assert not outcomes[-1].solution_open
    with pytest.raises(UserError):
        solution(cls)


def test_hints_of_one_pupil_are_not_anothers(cls: Class) -> None:
    hint(cls, 1, seat=1)
    with pytest.raises(UserError):
        hint(cls, 2, seat=2)


def test_teachers_and_strangers_get_no_hints_here(cls: Class) -> None:
    for who in ("teacher", "stranger"):
        with pytest.raises(Denied):
            services.take_hint(actor=cls.world.actor(who), offering_id=cls.offering.id, item_key=ITEM, rung=1)
    with pytest.raises(Denied):
        services.take_hint(actor=cls.pupil(1), offering_id=new_id(), item_key=ITEM, rung=1)
    with pytest.raises(UserError, match="没有这道题"):
        services.take_hint(actor=cls.pupil(1), offering_id=cls.offering.id, item_key="x", rung=1)
