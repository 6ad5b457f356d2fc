"""States follow from answers: worked out again they are the same, and what was mended is told."""

from datetime import timedelta
from random import Random

import pytest

from qiming.kernel.time import frozen
from qiming.learning import services
from qiming.learning.models import Attempt, BandChange, LearnerState, MasteryState
from qiming.learning.services.kept_states import needs_of
from qiming.learning.services.replay import rebuild
from qiming.learning.tests.conftest import ITEMS, NOW, RIGHT, Class
from qiming.learning.tests.test_endings import an, answers, closes, gives, with_endings
from qiming.learning.types import Form
from qiming.mastery import Learner, Skill

WRONG = {"g7l1-q02": {"choice": "A"}, "g7l1-q07": {"value": "3"}, "g7l1-q08": {"text": "我想一想"}}


def states(cls: Class) -> dict[str, tuple[bytes, float, str]]:
    rows = MasteryState.objects.unscoped("test").order_by("concept")
    return {row.concept: (bytes(row.state), row.p, row.band) for row in rows}


def a_week(cls: Class, seed: int) -> None:
    """Answers right and wrong, hints, tries, several in one batch, a pretest closed in between, texts a teacher reads."""
    draw = Random(seed)
    task = gives(with_endings(cls), Form.PRETEST)
    answers(cls, 1, task, an("g7pre-q01"), an("g7pre-q02", {"choice": "B"}))
    for day in range(4):
        with frozen(NOW + timedelta(days=day)):
            if day == 1:
                closes(cls, task)
            if draw.random() < 0.5:
                services.take_hint(
                    actor=cls.pupil(1), offering_id=cls.offering.id, item_key="g7l1-q02", rung=1
                )
            for _ in range(2):
                keys = [draw.choice(list(ITEMS)) for _ in range(draw.randint(1, 3))]
                given = [RIGHT[key] if draw.random() < 0.6 else WRONG.get(key, RIGHT[key]) for key in keys]
                cls.sends(1, *[cls.answer(key, one) for key, one in zip(keys, given, strict=True)])
            waiting = Attempt.objects.unscoped("test").filter(needs_person=True, marked_at=None)
            for row in waiting[:1]:
                services.mark_answer(
                    actor=cls.teacher, attempt_id=row.id, points={"a": draw.randint(0, 1), "b": 2}
                )


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_replay_comes_to_what_is_kept(cls: Class, seed: int) -> None:
    a_week(cls, seed)
    before = states(cls)
    assert sum(Skill.unpack(kept).n for kept, _, _ in before.values()) > 5
    assert rebuild(cls.world.pupils[0].id, mend=False) == []
    rebuild(cls.world.pupils[0].id)
    assert states(cls) == before


def test_a_damaged_state_is_told_and_mended_with_a_trace(cls: Class) -> None:
    for key in ("g7l1-q02", "g7l1-q03", "g7l1-q04"):
        cls.sends(1, cls.answer(key, RIGHT[key]))
    before = states(cls)
    MasteryState.objects.unscoped("test").update(state=Skill(level=-2, n=3).pack(), p=0.2, band="practise")
    [told] = rebuild(cls.world.pupils[0].id)
    assert (told.concept, told.before, told.after) == ("c052", "practise", "known") and told.by > 0.5
    assert states(cls) == before
    change = BandChange.objects.unscoped("test").get()
    assert (change.before, change.after, change.why) == ("practise", "known", "replayed")


def test_beliefs_from_before_the_tracer_are_counted_anew_at_the_next_answer(cls: Class) -> None:
    cls.sends(1, cls.answer())
    cls.sends(1, cls.answer("g7l1-q03", RIGHT["g7l1-q03"]))
    after = states(cls)
    MasteryState.objects.unscoped("test").update(state=b"", p=0.9, band="nearly")
    LearnerState.objects.unscoped("test").all().delete()
    cls.sends(1, cls.answer("g7l1-q05", RIGHT["g7l1-q05"]))
    assert states(cls)["c052"] == after["c052"]
    assert Learner.unpack(bytes(LearnerState.objects.unscoped("test").get().state)).answered == 3
    assert rebuild(cls.world.pupils[0].id, mend=False) == []


def test_a_mark_given_anew_moves_what_the_first_one_moved(cls: Class) -> None:
    cls.sends(1, cls.answer("g7l1-q08", {"text": "分开看"}))
    row = Attempt.objects.unscoped("test").get()
    services.mark_answer(actor=cls.teacher, attempt_id=row.id, points={"a": 1, "b": 2})
    up = states(cls)["c051"][1]
    services.mark_answer(actor=cls.teacher, attempt_id=row.id, points={"a": 0, "b": 0})
    assert states(cls)["c051"][1] < 0.6 < up
    assert MasteryState.objects.unscoped("test").get().n == 1 and rebuild(row.pupil_id, mend=False) == []


def test_a_concept_starts_lower_where_what_it_builds_on_is_missing(cls: Class) -> None:
    for key in ("g7l1-q05", "g7l1-q06"):
        wrong = {"pairs": {"l1": "r2", "l2": "r1"}} if key == "g7l1-q05" else {"bins": {"a": "y", "b": "x"}}
        cls.sends(1, cls.answer(key, wrong))
    cls.sends(1, cls.answer(response=RIGHT["g7l1-q02"]))
    cls.sends(2, cls.answer(response=RIGHT["g7l1-q02"]))
    rows = MasteryState.objects.unscoped("test").filter(concept="c052")
    known = {row.pupil_id: Skill.unpack(bytes(row.state)).known for row in rows}
    assert known[cls.world.pupils[0].id] < known[cls.world.pupils[1].id]
    assert needs_of(["c052"]) == {"c052": ("c051",)}
