"""A teacher's judgement: with a reason, obeyed, fading, taken back; who may, twice, and two at once."""

import pytest

from qiming.kernel.access import Denied
from qiming.kernel.errors import UserError
from qiming.kernel.ids import new_id
from qiming.kernel.models import AuditRow
from qiming.learning import queries, services
from qiming.learning.models import BandChange, MasteryCorrection, MasteryState
from qiming.learning.services.replay import rebuild
from qiming.learning.tests.conftest import RIGHT, Class
from qiming.registry.queries import pupil as pupil_of
from qiming.registry.types import PupilRef

WHY = "课上请他讲过一遍，讲得清楚"


def first(cls: Class) -> PupilRef:
    return pupil_of(cls.world.pupils[0].id)


def judge(
    cls: Class, band: str = "known", reason: str = WHY, who: str = "teacher", **more: object
) -> MasteryCorrection:
    actor = cls.world.actor(who)
    return services.correct_mastery(
        actor=actor,
        pupil=first(cls),
        concept="c052",
        band=band,
        reason=reason,
        **more,  # type: ignore[arg-type]
    )


def band(cls: Class) -> str:
    return str(queries.mastery_of_pupil(first(cls).id)["c052"].band)


def test_it_holds_at_once_and_fades_with_answers(cls: Class) -> None:
    for key, wrong in (("g7l1-q02", {"choice": "A"}), ("g7l1-q03", {"choices": ["B"]})):
        cls.sends(1, cls.answer(key, wrong))
    assert band(cls) == "practise"
    judge(cls)
    assert band(cls) == "known"
    told = queries.told_of(first(cls).id, "c052")
    assert told.corrected and told.corrected.weighs and told.corrected.reason == WHY
    assert any(one.startswith("老师的判断：现在全按") for one in told.reasons)
    seen = []
    for n in range(8):
        cls.sends(1, cls.answer("g7l1-q02", {"choice": "AB"[n % 2]}))
        seen.append(MasteryState.objects.unscoped("test").get().p)
    assert seen == sorted(seen, reverse=True) and band(cls) == "practise"
    told = queries.told_of(first(cls).id, "c052")
    assert told.corrected and not told.corrected.weighs
    assert rebuild(first(cls).id, mend=False) == []


def test_taken_back_the_answers_say_what_they_said(cls: Class) -> None:
    cls.sends(1, cls.answer(response={"choice": "A"}))
    before = MasteryState.objects.unscoped("test").get()
    row = judge(cls)
    cls.sends(2, cls.answer())
    services.take_back(actor=cls.teacher, correction_id=row.id)
    services.take_back(actor=cls.teacher, correction_id=row.id)
    after = MasteryState.objects.unscoped("test").get(pupil_id=first(cls).id)
    assert (bytes(after.state), after.p, after.band) == (bytes(before.state), before.p, before.band)
    changes = BandChange.objects.unscoped("test").order_by("at", "id").values_list("before", "after", "why")
    assert list(changes) == [("unsure", "known", "corrected"), ("known", "unsure", "taken_back")]
    verbs = AuditRow.objects.filter(thing_id=row.id).values_list("verb", flat=True)
    assert sorted(verbs) == ["learning.corrected_mastery", "learning.taken_back_mastery"]
    assert rebuild(first(cls).id, mend=False) == []


def test_what_nobody_asked_may_be_judged(cls: Class) -> None:
    judge(cls, "nearly")
    assert band(cls) == "nearly" and rebuild(first(cls).id, mend=False) == []
    cls.sends(1, cls.answer(response=RIGHT["g7l1-q02"]))
    assert band(cls) == "nearly" and rebuild(first(cls).id, mend=False) == []


def test_sent_twice_it_is_one_and_a_later_one_replaces_it(cls: Class) -> None:
    row = judge(cls)
    assert judge(cls).id == row.id
    with pytest.raises(UserError, match="刚刚被改过"):
        judge(cls, "practise", "没有看到别人的判断")
    judge(cls, "practise", "重新看了作业", seen=row.id)
    held, replaced = (
        MasteryCorrection.objects.unscoped("test").filter(ended_at__isnull=one).get() for one in (True, False)
    )
    assert (held.band, replaced.is_replaced, band(cls)) == ("practise", True, "practise")


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"band": "unsure"}, "请选一个"),
        ({"band": "x"}, "请选一个"),
        ({"reason": "  好 "}, "凭什么"),
        ({"reason": "好" * 301}, "字以内"),
    ],
)
def test_bad_input_moves_nothing(cls: Class, more: dict[str, str], words: str) -> None:
    with pytest.raises(UserError, match=words):
        judge(cls, **more)
    assert not MasteryState.objects.unscoped("test").exists()


@pytest.mark.parametrize("who", ["stranger", "head", "admin", "district", "city"])
def test_only_the_classs_teachers_judge(cls: Class, who: str) -> None:
    row = judge(cls)
    with pytest.raises(Denied):
        judge(cls, who=who)
    with pytest.raises(Denied):
        services.take_back(actor=cls.world.actor(who), correction_id=row.id)
    with pytest.raises(Denied):
        services.take_back(actor=cls.pupil(1), correction_id=row.id)
    with pytest.raises(Denied):
        services.take_back(actor=cls.teacher, correction_id=new_id())


def test_a_concept_that_is_not_there_is_missing(cls: Class) -> None:
    with pytest.raises(Denied):
        services.correct_mastery(
            actor=cls.teacher, pupil=first(cls), concept="c999", band="known", reason=WHY
        )
