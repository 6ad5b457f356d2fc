"""Plans of a class: made from what it knows, taken part by part into the school's version, published, looked back on."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.urls import reverse

from qiming.assist.models import LessonPlan, LessonVisit, PlanPart
from qiming.assist.planner import after, around, making, queries, taking
from qiming.assist.planner.types import Form, Wish
from qiming.assist.tests.planner_scene import NOW, WHY, Scene, open_course
from qiming.curriculum import queries as curriculum
from qiming.curriculum.authoring import services as authoring
from qiming.curriculum.authoring.checking import blocking, findings
from qiming.curriculum.authoring.queries import city_parts
from qiming.curriculum.authoring.words import described
from qiming.kernel import time
from qiming.kernel.access import Denied
from qiming.kernel.errors import UserError
from qiming.kernel.ids import new_id
from qiming.learning import services as learning
from qiming.learning.types import Answer
from qiming.teaching import queries as teaching
from qiming.teaching import services as lessons
from tests.fixtures import standing_world, world
from tests.world import World

__all__ = ["standing_world", "world"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def scene(world: World) -> Iterator[Scene]:
    with time.frozen(NOW):
        yield open_course(world)


def weak(scene: Scene) -> LessonPlan:
    """A plan for a class that has not mastered what the fourth lesson stands on."""
    scene.believes("c051", "practise", "practise", "nearly")
    return scene.plans()


def test_a_plan_says_why_in_figures_of_the_class(scene: Scene) -> None:
    plan = weak(scene)
    blocks = plan.body["blocks"]
    assert sum(one["minutes"] for one in blocks) == 45
    assert blocks[0]["reason"].startswith("因为2人还没掌握“监督学习流程”")
    assert scene.world.here.pupils[0].name not in str(plan.body)
    assert all(one.sources and one.reason for one in plan.parts.unscoped(WHY))


def test_without_answers_the_plan_is_the_lesson_and_says_so(scene: Scene) -> None:
    plan = scene.plans()
    assert [one["act"] for one in plan.body["blocks"]] == ["keep"] * len(plan.body["blocks"])
    assert "还没有足够的作答" in plan.body["notes"][0]


def test_what_is_taken_goes_into_the_schools_draft_one_step_each(scene: Scene) -> None:
    plan = weak(scene)
    step = taking.take(actor=scene.teacher, plan_id=plan.id, key="step-try")
    fork = scene.fork()
    assert fork.parts["activity/try"]["minutes"] == step.after["minutes"] < 17
    assert (step.state, step.fork_id, step.revision) == ("taken", fork.id, fork.revision)
    taking.take(actor=scene.teacher, plan_id=plan.id, key="section-groups")
    fork = scene.fork()
    assert [one["title"] for one in fork.parts["text/guide"]["sections"]][-1] == "本校备课：三组怎么教"
    assert sum("按规则组合，不是模型写的" in one["where"] for one in fork.parts["lesson"]["sources"]) == 1
    assert not blocking(findings(fork))
    assert not queries.has_moved(scene.teacher, plan, scene.offering)
    told = described(city_parts(fork), fork.parts)
    assert ("出处", True) in [(one.what, "按规则组合，不是模型写的" in one.after) for one in told]


def test_a_new_step_brings_its_items_and_stands_first(scene: Scene) -> None:
    plan = weak(scene)
    taking.take(actor=scene.teacher, plan_id=plan.id, key="new-before")
    fork = scene.fork()
    first = fork.parts[f"activity/{fork.parts['activities'][0]}"]
    assert first["title"] == "先补一补"
    assert [fork.parts[f"item/{key}"]["concept"] for key in first["items"]] == ["c051"] * len(first["items"])
    assert not blocking(findings(fork))


@pytest.mark.parametrize("more", [{}, {"has_computers": False}, {"minutes": 15}, {"minutes": 90}])
def test_everything_taken_adds_up_and_can_be_published(scene: Scene, more: dict[str, Any]) -> None:
    scene.believes("c051", "practise", "practise", "nearly")
    plan = scene.plans(**more)
    taken, missed = taking.take_all(actor=scene.teacher, plan_id=plan.id)
    assert (taken, missed) == (plan.parts.unscoped(WHY).count(), 0)
    done = taking.publish(actor=scene.teacher, plan_id=plan.id)
    lesson = curriculum.lesson(done.version.lesson_version_id)
    assert lesson.minutes == plan.minutes
    now_there = curriculum.lesson_of_course(teaching.offering(scene.offering.id).course_version_id, "g7l4")
    assert now_there is not None and now_there.id == lesson.id


def test_taken_twice_is_taken_once(scene: Scene) -> None:
    plan = weak(scene)
    for _ in range(2):
        taking.take(actor=scene.teacher, plan_id=plan.id, key="new-before")
    fork = scene.fork()
    revision = fork.revision
    assert len(fork.parts["activities"]) == len(set(fork.parts["activities"]))
    assert sum(one.startswith("s") for one in fork.parts["activities"] if "-" in one) == 1
    taking.take_all(actor=scene.teacher, plan_id=plan.id)
    after_all = scene.fork().revision
    assert taking.take_all(actor=scene.teacher, plan_id=plan.id) == (0, 0)
    assert revision < after_all == scene.fork().revision
    again = [one["title"] for one in scene.plans().body["blocks"]]
    assert again.count("先补一补") == 1


def test_worded_otherwise_both_the_proposal_and_what_went_in_are_kept(scene: Scene) -> None:
    plan = weak(scene)
    edit = taking.Edit(minutes=12, text="请两人一组，先猜再教。")
    part = taking.take(actor=scene.teacher, plan_id=plan.id, key="step-try", edit=edit)
    assert part.state == PlanPart.State.CHANGED
    assert part.taken is not None
    assert (part.taken["minutes"], part.after["minutes"] != 12) == (12, True)
    assert scene.fork().parts["activity/try"]["teacher"] == "请两人一组，先猜再教。"


@pytest.mark.parametrize(
    "edit",
    [taking.Edit(minutes=0), taking.Edit(minutes=46), taking.Edit(text=" "), taking.Edit(text="长" * 201)],
)
def test_what_the_lesson_format_does_not_hold_is_refused_and_nothing_written(
    scene: Scene, edit: taking.Edit
) -> None:
    plan = weak(scene)
    with pytest.raises(UserError):
        taking.take(actor=scene.teacher, plan_id=plan.id, key="step-try", edit=edit)
    assert scene.part(plan, "step-try").state == PlanPart.State.OPEN


def test_a_lesson_changed_meanwhile_is_not_written_over(scene: Scene) -> None:
    plan = weak(scene)
    base = curriculum.lesson_of_course(scene.offering.course_version_id, "g7l4")
    assert base is not None
    fork = authoring.start_fork(actor=scene.teacher, lesson_version_id=base.id)
    before = fork.parts["activity/try"]
    authoring.save_block(
        actor=scene.teacher, fork_id=fork.id, place="activity/try", base=before, mine={**before, "minutes": 9}
    )
    assert queries.has_moved(scene.teacher, plan, scene.offering)
    with pytest.raises(UserError) as refused:
        taking.take(actor=scene.teacher, plan_id=plan.id, key="step-try")
    assert refused.value.status == 409
    assert scene.fork().parts["activity/try"]["minutes"] == 9
    taken, missed = taking.take_all(actor=scene.teacher, plan_id=plan.id)
    assert missed == 1 and taken == plan.parts.unscoped(WHY).count() - 1
    assert scene.part(plan, "step-try").state == PlanPart.State.OPEN


def test_two_plans_for_one_lesson_do_not_write_over_each_other(scene: Scene) -> None:
    first, second = weak(scene), scene.plans(minutes=40)
    taking.take(actor=scene.teacher, plan_id=first.id, key="section-groups")
    with pytest.raises(UserError) as refused:
        taking.take(actor=scene.teacher, plan_id=second.id, key="section-groups")
    assert refused.value.status == 409
    third = scene.plans(minutes=40)
    before = scene.part(third, "section-groups").before or {}
    assert before["title"] == "本校备课：三组怎么教"
    taking.take(actor=scene.teacher, plan_id=third.id, key="section-groups")
    titles = [one["title"] for one in scene.fork().parts["text/guide"]["sections"]]
    assert titles.count("本校备课：三组怎么教") == 1


def test_left_is_left_and_can_still_be_taken(scene: Scene) -> None:
    plan = weak(scene)
    assert taking.leave(actor=scene.teacher, plan_id=plan.id, key="step-try").state == "left"
    assert taking.take(actor=scene.teacher, plan_id=plan.id, key="step-try").state == "taken"
    with pytest.raises(UserError):
        taking.leave(actor=scene.teacher, plan_id=plan.id, key="step-try")
    with pytest.raises(UserError):
        taking.publish(actor=scene.teacher, plan_id=scene.plans(minutes=30).id)


@pytest.mark.parametrize("place", ["near", "far"])
def test_another_school_meets_nothing(scene: Scene, place: str) -> None:
    plan = weak(scene)
    stranger = scene.world.actor("teacher", place)
    wish = Wish(Form.SINGLE, 45)
    for attempt in (
        lambda: queries.load_plan(stranger, plan.id),
        lambda: taking.take(actor=stranger, plan_id=plan.id, key="step-try"),
        lambda: taking.take_all(actor=stranger, plan_id=plan.id),
        lambda: making.make_plan(actor=stranger, offering_id=scene.offering.id, wish=wish, lesson_key="g7l4"),
        lambda: queries.load_period(stranger, scene.period("g7l4").id, "assist.visit_lesson"),
        lambda: after.reflect(actor=stranger, period_id=scene.period("g7l4").id, text="看", next_time=""),
    ):
        with pytest.raises(Denied):
            attempt()


def test_the_head_reads_a_plan_and_takes_nothing(scene: Scene) -> None:
    plan = weak(scene)
    head = scene.world.actor("school_head")
    assert queries.load_plan(head, plan.id).id == plan.id
    with pytest.raises(Denied):
        taking.take(actor=head, plan_id=plan.id, key="step-try")


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        (Wish(Form.SINGLE, 9), "minutes"),
        (Wish(Form.SINGLE, 101), "minutes"),
        (Wish(Form.CROSS, 45, host="数学", host_minutes=40), "minutes"),
        (Wish(Form.CROSS, 45), "host"),
        (Wish(Form.UNIT, 45, periods=0), "periods"),
        (Wish(Form.UNIT, 45, periods=99), "periods"),
    ],
)
def test_a_wish_that_cannot_be_is_said_at_its_field(scene: Scene, wish: Wish, field: str) -> None:
    with pytest.raises(UserError) as refused:
        making.make_plan(actor=scene.teacher, offering_id=scene.offering.id, wish=wish, lesson_key="g7l4")
    assert refused.value.field == field
    assert not LessonPlan.objects.unscoped(WHY).exists()


def test_no_such_lesson_and_a_period_of_another_class_are_denied(scene: Scene) -> None:
    wish = Wish(Form.SINGLE, 45)
    unknown: list[dict[str, Any]] = [{"lesson_key": "g9l9"}, {"lesson_key": "g7l4", "period_id": new_id()}]
    for more in unknown:
        with pytest.raises(Denied):
            making.make_plan(actor=scene.teacher, offering_id=scene.offering.id, wish=wish, **more)


@pytest.mark.parametrize("form", [Form.UNIT, Form.PROJECT])
def test_a_unit_writes_its_place_into_each_lessons_guide(scene: Scene, form: Form) -> None:
    plan = scene.plans("", form=form, periods=8)
    assert len(plan.body["periods"]) == 8
    part = plan.parts.unscoped(WHY).order_by("number").first()
    assert part is not None
    taking.take(actor=scene.teacher, plan_id=plan.id, key=part.key)
    sections = scene.fork(part.lesson_key).parts["text/guide"]["sections"]
    assert sections[-1]["title"] == "本校备课：在大单元里"
    with pytest.raises(UserError):
        taking.publish(actor=scene.teacher, plan_id=plan.id)


def test_homework_goes_to_each_group_within_its_minutes(scene: Scene) -> None:
    scene.believes("c052", "practise", "nearly", "known")
    sets = around.sets_of(scene.offering, "g7l4", 12)
    assert [[pupil.seat_no for pupil in one.pupils] for one in sets] == [[1], [2], [3]]
    given = {
        one.task.key: (
            one.task.title,
            tuple(item["id"] for item in one.task.items),
            tuple(pupil.id for pupil in one.pupils),
        )
        for one in sets
    }
    due = time.now() + timedelta(days=3)
    made = after.set_sets(
        actor=scene.teacher, offering_id=scene.offering.id, lesson_key="g7l4", sets=given, due_at=due
    )
    assert [len(one.pupil_ids or ()) for one in made] == [1, 1, 1]
    with pytest.raises(UserError):
        after.set_sets(
            actor=scene.teacher, offering_id=scene.offering.id, lesson_key="g7l4", sets={}, due_at=due
        )


def test_a_colleague_visits_and_the_teacher_reads_it_when_handed_over(scene: Scene) -> None:
    weak(scene)
    period = scene.period("g7l4")
    head = scene.world.actor("school_head")
    marks = {"b1": "seen", "evidence": "not", "nothing": "seen", "b2": "splendid"}
    sheet = after.fill_visit(actor=head, period_id=period.id, marks=marks, note="动手的多", done=False)
    assert sheet.marks == {"b1": "seen", "evidence": "not"}
    assert sheet.indicators[0]["at"] == "先补一补"
    assert queries.visits_of(period.id) == []
    after.fill_visit(actor=head, period_id=period.id, marks=marks, note="动手的多", done=True)
    assert [row.note for row, _ in queries.visits_of(period.id)] == ["动手的多"]
    assert LessonVisit.objects.unscoped(WHY).count() == 1
    with pytest.raises(UserError):
        after.fill_visit(actor=head, period_id=period.id, marks={}, note="长" * 2001, done=True)


def test_looking_back_shows_what_happened_and_who_was_stuck(scene: Scene) -> None:
    period = scene.period("g7l1")
    lessons.start_period(actor=scene.teacher, period_id=period.id)
    lesson = curriculum.lesson_of_course(scene.offering.course_version_id, "g7l1")
    assert lesson is not None
    first, second = lesson.main_activities[:2]
    lessons.release(actor=scene.teacher, period_id=period.id, activity_key=first.key)
    pupil = scene.world.here.pupils[0]
    item = next(one for one in curriculum.items_of(lesson.id, "class") if one.kind == "single")
    wrong = next(one["key"] for one in item.data["options"] if not one.get("correct"))
    answer = Answer(new_id(), "g7l1", item.key, {"choice": wrong}, client_at=time.now(), period_id=period.id)
    learning.record_attempts(
        actor=scene.world.actor("pupil"), offering_id=scene.offering.id, answers=[answer]
    )
    with time.frozen(NOW + timedelta(minutes=12)):
        lessons.release(actor=scene.teacher, period_id=period.id, activity_key=second.key)
    with time.frozen(NOW + timedelta(minutes=30)):
        lessons.end_period(actor=scene.teacher, period_id=period.id)
    found = around.look_back(teaching.period(period.id))
    by_key = {one.key: one.taught for one in found.lines}
    assert (by_key[first.key], by_key[second.key]) == (12, 18)
    assert [(one.n, one.pupils[0].id) for one in found.stuck] == [(1, pupil.id)]
    assert any("没有发" in said for said in found.findings)
    kept = after.reflect(actor=scene.teacher, period_id=period.id, text="开头太长", next_time="先问")
    again = after.reflect(actor=scene.teacher, period_id=period.id, text="开头太长了", next_time="")
    assert (kept.id, again.text) == (again.id, "开头太长了")


def test_pages_say_what_is_there_and_the_whole_way_works(scene: Scene) -> None:
    scene.believes("c051", "practise", "practise", "nearly")
    client, period = scene.client(), scene.period("g7l4")
    begin = client.get(reverse("assist.plan_start"), {"period": str(period.id)})
    assert "背答案还是真会" in begin.content.decode()
    said = {
        "period": str(period.id),
        "offering": str(scene.offering.id),
        "lesson": "g7l4",
        "form": "single",
        "minutes": "45",
        "computers": "yes",
    }
    made = client.post(reverse("assist.plan_start"), said)
    assert made.status_code == 302
    plan = LessonPlan.objects.unscoped(WHY).get()
    assert plan.period_id == period.id
    parts = reverse("assist.plan_parts", args=[plan.id])
    client.post(parts, {"part": "step-try", "act": "take"})
    client.post(parts, {"part": "step-look", "act": "edit", "minutes": "3", "text": "快一点"})
    page = client.get(made["Location"]).content.decode()
    assert "采用了2处" in page and "按规则组合，不是模型写的" in page
    assert "<strong>还要练的</strong>" in page and "&lt;p&gt;" not in page
    assert client.post(parts, {"part": "step-quiz", "act": "edit", "minutes": "x"}).status_code == 422
    assert client.post(parts, {"part": "nothing", "act": "take"}).status_code == 404
    done = client.post(parts, {"act": "publish"})
    assert "/lessons/" in done["Location"]
    assert "学校改过的第1版" in client.get(done["Location"]).content.decode()
    assert client.get(reverse("assist.plan_print", args=[plan.id])).status_code == 200
    refused = client.post(reverse("assist.plan_start"), said | {"minutes": "5"})
    assert refused.status_code == 422


def test_the_plans_page_asks_the_same_number_of_questions_however_long_it_is(
    scene: Scene,
) -> None:
    scene.believes("c051", "practise", "practise", "nearly")
    short, long = scene.plans(minutes=45), scene.plans("", form=Form.UNIT, periods=8)
    client = scene.client()
    counts = []
    for plan in (short, long):
        client.get(reverse("assist.plan", args=[plan.id]))
        with Counted() as counted:
            client.get(reverse("assist.plan", args=[plan.id]))
        counts.append(counted.n)
    assert max(counts) <= 40


class Counted:
    """How many questions were asked inside the block."""

    n = 0

    def __enter__(self) -> "Counted":
        connection.force_debug_cursor = True
        self._before = len(connection.queries_log)
        return self

    def __exit__(self, *_: object) -> None:
        self.n = len(connection.queries_log) - self._before
        connection.force_debug_cursor = False
