"""Diagnosis: small groups hidden, sums only above the class; actions planned, done once, measured again."""

from datetime import timedelta
from typing import Any

import pytest

from qiming.insight.diagnosis import counting, queries, rules, services
from qiming.insight.diagnosis.services import Plan
from qiming.insight.models import Action, ConceptStand
from qiming.insight.tests.conftest import Answering
from qiming.insight.tests.test_exams import bring, sheet
from qiming.kernel import time
from qiming.kernel.access import Denied
from qiming.kernel.errors import UserError
from qiming.registry import queries as registry

WHY = "the test looks at everything"


def stand(cls: Answering, **sums: int) -> None:
    """What the night counted for the school."""
    counted = {"classes": 2, "pupils": 20, "practise": 10} | sums
    ConceptStand.objects.create(
        scope_path=registry.school_of(cls.offering.scope_path).path,
        subject="ai",
        concept="c052",
        grade=7,
        **counted,
    )


@pytest.mark.parametrize(
    ("one", "share"),
    [
        (rules.Sum("c", classes=2, pupils=10, practise=5), 0.5),
        (rules.Sum("c", classes=2, pupils=9, practise=5), None),
        (rules.Sum("c", classes=1, pupils=40, practise=5), None),
        (rules.Sum("c"), None),
    ],
)
def test_few_pupils_or_one_class_are_not_told(one: rules.Sum, share: float | None) -> None:
    assert one.practise_share() == share


def test_one_class_is_its_teachers_and_counts_are_rounded_down() -> None:
    assert rules.Sum("c", classes=1, pupils=5, practise=1).practise_share(is_class=True) == 0.2
    assert rules.tens(9) == "不到10人" and rules.tens(57) == "50多人"


def test_the_night_counts_pupils_with_evidence_and_marks_of_linked_items(big: Answering) -> None:
    big.holds(*range(1, 9))
    big.knows(9, 10)
    at = registry.school_of(big.offering.scope_path)
    assert counting.count_school(at) >= 1 and counting.count_school(at) >= 1
    row = ConceptStand.objects.unscoped(WHY).get(concept="c052")
    assert (row.classes, row.pupils, row.practise, row.grade) == (1, 10, 8, 7)
    # One class alone: the school's page tells nothing of it, the class's teacher sees it.
    assert queries.diagnosis(at, "ai", big.actor("head")).lines == ()
    own = queries.diagnosis(registry.org(big.offering.class_group_id), "ai", big.actor("teacher"))
    assert own.lines[0].practise == 0.8 and own.lines[0].is_weak


def test_examination_marks_are_counted_for_confirmed_items_only(big: Answering) -> None:
    from qiming.insight.exams import services as exams
    from qiming.insight.models import ExamItem

    bring(big, sheet(big))
    item = ExamItem.objects.unscoped(WHY).get(label="2")
    counting.count_school(registry.school_of(big.offering.scope_path))
    assert not ConceptStand.objects.unscoped(WHY).exists()
    exams.confirm_concepts(actor=big.actor("teacher"), paper_id=item.paper_id, chosen={item.id: "c052"})
    counting.count_school(registry.school_of(big.offering.scope_path))
    row = ConceptStand.objects.unscoped(WHY).get()
    assert (row.exam_classes, row.exam_pupils) == (1, 12) and float(row.exam_full) == 72
    assert float(row.exam_earned) == sum(seat % 7 for seat in range(1, 13))


def plan(cls: Answering, who: str = "head", **changes: Any) -> Action:
    place = registry.school_of(cls.offering.scope_path)
    values: dict[str, Any] = {
        "concept": "c052",
        "text": "集体备一次",
        "owner_id": cls.actor("teacher").person_id,
        "due_on": time.today() + timedelta(days=14),
    } | changes
    return services.plan_action(actor=cls.actor(who), place_id=place.id, plan=Plan(**values))


def test_an_action_keeps_what_was_true_and_is_measured_after(big: Answering) -> None:
    stand(big)
    action = plan(big)
    assert float(action.before_share or 0) == 0.5 and action.before_pupils == 20
    done = services.close_action(
        actor=big.actor("teacher"), action_id=action.id, state="done", evidence="11月20日备过，记录在学校盘"
    )
    assert done.state == "done"
    # Said again by the other tab: told as it was said first.
    again = services.close_action(actor=big.actor("head"), action_id=action.id, state="dropped", evidence="x")
    assert again.state == "done"
    ConceptStand.objects.unscoped(WHY).update(practise=4)
    assert counting.measure_actions() == 1
    action.refresh_from_db()
    assert float(action.after_share or 0) == 0.2
    page = big.browser("head").get(f"/diagnosis/actions/{action.id}/").content.decode()
    assert "少了30个百分点" in page


@pytest.mark.parametrize(
    "changes",
    [
        {"text": " "},
        {"concept": "c999"},
        {"due_on": time.today() - timedelta(days=900)},
        {"owner_id": "00000000-0000-0000-0000-000000000000"},
    ],
)
def test_a_plan_that_cannot_be_is_refused(big: Answering, changes: dict[str, Any]) -> None:
    with pytest.raises(UserError):
        plan(big, **changes)
    assert not Action.objects.unscoped(WHY).exists()


def test_who_may_plan_see_and_close(big: Answering) -> None:
    stand(big)
    for who in ("admin", "teacher", "other_head", "stranger"):
        with pytest.raises(Denied):
            plan(big, who)
    action = plan(big)
    for who, status in (("stranger", 200), ("admin", 200), ("district", 200), ("other_head", 404)):
        assert big.browser(who).get(f"/diagnosis/actions/{action.id}/").status_code in {
            status,
            403 if status == 404 else status,
        }
    with pytest.raises(Denied):
        services.close_action(
            actor=big.actor("stranger"), action_id=action.id, state="done", evidence="不是我"
        )
    with pytest.raises(UserError, match="还没有写"):
        services.close_action(actor=big.actor("teacher"), action_id=action.id, state="done", evidence=" ")


def test_the_pages_of_every_level_without_names(big: Answering) -> None:
    stand(big)
    place = registry.school_of(big.offering.scope_path)
    for who, url in (
        ("head", f"/diagnosis/{place.id}/"),
        ("district", "/diagnosis/"),
        ("city", "/diagnosis/"),
        ("head", f"/diagnosis/{place.id}/actions/new/?concept=c052"),
    ):
        answer = big.browser(who).get(url)
        said = answer.content.decode()
        assert answer.status_code == 200 and "50%" in said
        assert not any(one.name + "<" in said for one in big.world.pupils)
    new = f"/diagnosis/{place.id}/actions/new/"
    head = big.browser("head")
    assert head.post(new, {"concept": "c052", "text": "", "owner": "", "due_on": ""}).status_code == 422
    given = {
        "concept": "c052",
        "text": "集体备课",
        "owner": str(big.actor("head").person_id),
        "due_on": (time.today() + timedelta(days=3)).isoformat(),
    }
    answer = head.post(new, given)
    assert answer.status_code == 302
    assert head.post(answer["Location"], {"act": "done", "evidence": ""}).status_code == 422
    assert head.post(answer["Location"], {"act": "done", "evidence": "备过了"}).status_code == 302
    assert "备过了" in head.get(answer["Location"]).content.decode()


def test_an_empty_school_says_what_is_needed(big: Answering) -> None:
    said = big.browser("head").get("/diagnosis/").content.decode()
    assert "有了作答或考试" in said


def test_one_class_is_told_to_its_school_only(big: Answering) -> None:
    big.holds(*range(1, 11))
    url = f"/diagnosis/{big.offering.class_group_id}/"
    assert "100%" in big.browser("teacher").get(url).content.decode()
    # Nobody's family agreed to anything: the head reads nothing made of them.
    assert "100%" not in big.browser("head").get(url).content.decode()
    above = big.browser("district").get(url).content.decode()
    assert "一个班的由学校看" in above and "100%" not in above
