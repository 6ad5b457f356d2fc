"""Tests before and after a course and its project: taken once, silent until closed, judged by people."""

import json
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from qiming.curriculum.models import CourseVersion, TestItem
from qiming.kernel.access import Denied
from qiming.kernel.errors import UserError
from qiming.kernel.ids import new_id
from qiming.kernel.models import AuditRow
from qiming.kernel.time import frozen, now
from qiming.learning import queries, rules, services
from qiming.learning.models import (
    Attempt,
    CourseTask,
    GainSum,
    Judgement,
    MasteryState,
    ProjectMember,
    TestAnswer,
    Work,
)
from qiming.learning.services import course_tests
from qiming.learning.services.practice import choose
from qiming.learning.tests.conftest import NOW, SINGLE, SOLUTION, Class
from qiming.learning.types import Answer, Form, Outcome
from qiming.records.models import Statement
from qiming.registry.queries import pupils_of
from qiming.teaching import queries as teaching
from qiming.teaching import services as lessons

WHY = "the test looks at the table"
OPTIONS: list[Any] = list(SINGLE["options"])
PROJECT = {
    "title": "分一分身边的东西",
    "question": "你的机器分得清吗？",
    "brief": "选一样东西，教一教机器。",
    "teacher": "第8课布置。",
    "steps": [
        {"title": "选", "lesson": "g7l1", "text": "选一样"},
        {"title": "教", "lesson": "g7l2", "text": "教一教"},
    ],
    "hand_in": ["一段话"],
    "rubric": [
        {"key": "data", "title": "数据", "concepts": ["c052"], "levels": ["没有说", "说了", "说清了"]},
        {"key": "test", "title": "检验", "levels": ["没有考", "考了", "用新的考"]},
    ],
}
RIGHT = {"choice": "C"}
WRONG = {"choice": "B"}


@pytest.fixture
def ended(cls: Class) -> Class:
    return with_endings(cls)


def with_endings(cls: Class) -> Class:
    """The class's course with two tests of two items and a project."""
    course = CourseVersion.objects.get(id=cls.offering.course_version_id)
    course.data = {**course.data, "project": PROJECT}
    course.save()
    for form, prefix in (("pretest", "g7pre"), ("posttest", "g7post")):
        for at, concept in enumerate(("c051", "c052"), 1):
            TestItem.objects.create(
                course_version=course,
                form=form,
                key=f"{prefix}-q0{at}",
                position=at + (10 if form == "posttest" else 0),
                content_hash="t" * 64,
                kind="single",
                concept=concept,
                difficulty=1,
                data={"kind": "single", **SINGLE},
                html={
                    "stem": f"<p>{prefix}{at}</p>",
                    "hints": ["<p>提示</p>", "<p>提示</p>"],
                    "solution": SOLUTION,
                    "parts": {"options": {one["key"]: f"<span>{one['text']}</span>" for one in OPTIONS}},
                },
            )
    return cls


def gives(cls: Class, form: Form) -> CourseTask:
    return services.open_task(actor=cls.teacher, offering_id=cls.offering.id, form=form)


def closes(cls: Class, task: CourseTask) -> None:
    services.close_task(actor=cls.teacher, task_id=task.id)


def answers(cls: Class, seat: int, task: CourseTask, *given: Answer) -> list[Outcome]:
    return services.record_test_answers(
        actor=cls.pupil(seat), offering_id=cls.offering.id, task_id=task.id, answers=given
    )


def an(item: str, response: dict[str, str] | None = None, **more: object) -> Answer:
    return Answer(new_id(), "", item, response or RIGHT, client_at=now(), **more)  # type: ignore[arg-type]


def kept(task: CourseTask) -> list[TestAnswer]:
    return list(TestAnswer.objects.unscoped(WHY).filter(task=task).order_by("pupil_id", "item_key"))


def test_an_item_is_answered_once_and_nothing_is_said(ended: Class) -> None:
    task = gives(ended, Form.PRETEST)
    first = an("g7pre-q01", WRONG)
    [told] = answers(ended, 1, task, first)
    assert (told.status, told.correct, told.needs_person) == ("recorded", None, True)
    assert "对" not in told.reply.replace("看对错", "")
    [again] = answers(ended, 1, task, first)
    [second] = answers(ended, 1, task, an("g7pre-q01"))
    assert (again.status, second.status) == ("again", "refused") and "每题只答一次" in second.message
    [row] = kept(task)
    assert row.response == WRONG and row.correct is False
    [said] = Statement.objects.unscoped(WHY).filter(verb="answered")
    assert "success" not in said.raw["result"] and "g7pre-q01" in said.object_id
    assert AuditRow.objects.filter(verb="learning.answered_test").count() == 1


def test_bad_answers_are_refused_by_themselves(ended: Class) -> None:
    task = gives(ended, Form.PRETEST)
    told = answers(
        ended, 1, task, an("g7pre-q02"), an("g7post-q01"), an("g7l1-q02"), an("g7pre-q01", {"choice": "Z"})
    )
    assert [one.status for one in told] == ["recorded", "refused", "refused", "refused"]
    huge = an("g7pre-q01", {"choice": "C" * 9000})
    assert answers(ended, 1, task, huge)[0].status == "refused"
    with pytest.raises(UserError):
        answers(ended, 1, task, *(an("g7pre-q01") for _ in range(51)))


def test_others_and_wrong_roles_are_refused_like_a_missing_test(ended: Class) -> None:
    task = gives(ended, Form.PRETEST)
    with pytest.raises(Denied):
        services.open_task(
            actor=ended.world.actor("stranger"), offering_id=ended.offering.id, form=Form.POSTTEST
        )
    for actor in (ended.world.actor("stranger"), ended.pupil(1), ended.world.actor("head")):
        with pytest.raises(Denied):
            services.close_task(actor=actor, task_id=task.id)
    with pytest.raises(Denied):
        services.record_test_answers(
            actor=ended.teacher, offering_id=ended.offering.id, task_id=task.id, answers=[an("g7pre-q01")]
        )
    with pytest.raises(Denied):
        services.record_test_answers(
            actor=ended.pupil(1), offering_id=ended.offering.id, task_id=new_id(), answers=[an("g7pre-q01")]
        )


def test_opening_twice_is_once_and_has_its_time(ended: Class) -> None:
    assert gives(ended, Form.PRETEST).id == gives(ended, Form.PRETEST).id
    with pytest.raises(UserError, match="一节课都还没有上"):
        gives(ended, Form.POSTTEST)
    ended.runs(1)
    with pytest.raises(UserError, match="课前测还没有收"):
        gives(ended, Form.POSTTEST)


def test_a_pretest_measures_no_start_after_lessons(ended: Class) -> None:
    lessons.end_period(actor=ended.teacher, period_id=ended.runs(1).id)
    with pytest.raises(UserError, match="量不出起点"):
        gives(ended, Form.PRETEST)


def test_a_course_without_tests_says_so(cls: Class) -> None:
    with pytest.raises(UserError, match="没有课前测"):
        gives(cls, Form.PRETEST)


def test_beliefs_move_when_it_is_closed_and_not_before(ended: Class) -> None:
    task = gives(ended, Form.PRETEST)
    answers(ended, 1, task, an("g7pre-q01"), an("g7pre-q02", WRONG))
    assert not MasteryState.objects.unscoped(WHY).exists()
    closes(ended, task)
    closes(ended, task)
    states = {row.concept: row for row in MasteryState.objects.unscoped(WHY)}
    assert states["c051"].p > states["c052"].p and {row.n for row in states.values()} == {1}
    scored = Statement.objects.unscoped(WHY).filter(verb="scored")
    assert sorted(one.raw["result"]["success"] for one in scored) == [False, True]


def test_what_was_answered_offline_before_the_close_still_counts(ended: Class) -> None:
    task = gives(ended, Form.PRETEST)
    early = an("g7pre-q01")
    with frozen(NOW + timedelta(minutes=30)):
        closes(ended, task)
    with frozen(NOW + timedelta(minutes=40)):
        late = an("g7pre-q02")
        told = answers(ended, 1, task, early, late)
        assert [one.status for one in told] == ["recorded", "refused"] and "收卷" in told[1].message
    [row] = kept(task)
    assert row.is_late and MasteryState.objects.unscoped(WHY).get(concept="c051").n == 1
    with frozen(NOW + timedelta(days=4)):
        assert (
            answers(ended, 2, task, Answer(new_id(), "", "g7pre-q01", RIGHT, client_at=NOW))[0].status
            == "refused"
        )


def test_an_answer_on_its_way_while_the_test_is_closed_is_counted(
    ended: Class, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = gives(ended, Form.PRETEST)
    read = course_tests._row

    def closed_meanwhile(*args: Any) -> TestAnswer:
        row = read(*args)
        closes(ended, task)
        return row

    monkeypatch.setattr(course_tests, "_row", closed_meanwhile)
    [told] = answers(ended, 1, task, an("g7pre-q01"))
    [row] = kept(task)
    assert (told.status, row.is_late) == ("recorded", True)
    assert MasteryState.objects.unscoped(WHY).get(concept="c051").n == 1


def test_nothing_leaks_into_practice_hints_or_answers(ended: Class) -> None:
    task = gives(ended, Form.PRETEST)
    answers(ended, 1, task, an("g7pre-q01", WRONG))
    offering = teaching.offering(ended.offering.id)
    pupil = pupils_of(offering.class_group_id)[0]
    chosen = {one.item for one in choose(offering, pupil, teaching.periods_of(offering.id))}
    assert not {key for key in chosen if key.startswith(("g7pre", "g7post"))}
    with pytest.raises(UserError):
        services.take_hint(actor=ended.pupil(1), offering_id=offering.id, item_key="g7pre-q01", rung=1)
    with pytest.raises(UserError):
        services.show_solution(actor=ended.pupil(1), offering_id=offering.id, item_key="g7pre-q01")
    [told] = ended.sends(1, ended.answer("g7pre-q01", RIGHT))
    assert told.status == "refused" and not Attempt.objects.unscoped(WHY).exists()
    for address in ("/learn/answers/", "/me/", "/learn/"):
        assert "g7pre1" not in ended.client(1).get(address).content.decode()


def test_the_page_holds_no_hint_no_answer_and_what_was_given(ended: Class) -> None:
    task = gives(ended, Form.PRETEST)
    answers(ended, 1, task, an("g7pre-q01", WRONG))
    page = ended.client(1).get(f"/learn/tests/{task.id}/").content.decode()
    data = json.loads(page.split('id="page-data" type="application/json">')[1].split("</script>")[0])
    assert data["mode"] == "test" and data["test"] == str(task.id)
    assert [one["hints"] for one in data["items"].values()] == [0, 0]
    [given] = data["past"]["g7pre-q01"]["tries"]
    assert (given["response"], given["correct"], given["reply"]) == (WRONG, None, "")
    assert 'correct": true' not in page and "没见过的成绩才说明问题" not in page and "m-train" not in page


def test_the_door_of_the_player_takes_them(ended: Class) -> None:
    task = gives(ended, Form.PRETEST)
    body = {
        "offering": str(ended.offering.id),
        "test": str(task.id),
        "attempts": [{"id": str(new_id()), "item": "g7pre-q01", "response": RIGHT}],
    }
    answer = ended.client(1).post("/api/learning/attempts", json.dumps(body), content_type="application/json")
    [result] = answer.json()["results"]
    assert (result["status"], result["correct"], result["waits"], result["solution_open"]) == (
        "recorded", None, True, False,
    )  # fmt: skip
    assert len(kept(task)) == 1


def test_solutions_wait_for_the_parallel_test(ended: Class) -> None:
    task = gives(ended, Form.PRETEST)
    answers(ended, 1, task, an("g7pre-q01"))
    closes(ended, task)
    address = f"/learn/tests/{task.id}/"
    page = ended.client(1).get(address).content.decode()
    assert "做对了" in page and "没有答" in page and "没见过的成绩才说明问题" not in page
    ended.runs(1)
    closes(ended, gives(ended, Form.POSTTEST))
    assert "没见过的成绩才说明问题" in ended.client(1).get(address).content.decode()


def test_a_test_in_class_is_evidence_of_the_period(ended: Class) -> None:
    task = gives(ended, Form.PRETEST)
    period = ended.runs(1)
    answers(ended, 1, task, an("g7pre-q01", period_id=period.id))
    answers(ended, 2, task, an("g7pre-q01", period_id=new_id()))
    [fact] = teaching.evidence_of(period.id)[ended.world.pupils[0].id][-1:]
    assert fact.kind == "test" and fact.count == 1
    assert {row.period_id for row in kept(task)} == {period.id, None}


def test_sums_leave_out_who_took_one_only(ended: Class) -> None:
    task = gives(ended, Form.PRETEST)
    for seat in (1, 2, 3):
        answers(ended, seat, task, an("g7pre-q01", WRONG), an("g7pre-q02", WRONG))
    closes(ended, task)
    ended.runs(1)
    after = gives(ended, Form.POSTTEST)
    answers(ended, 1, after, an("g7post-q01"), an("g7post-q02"))
    answers(ended, 2, after, an("g7post-q01"))
    answers(ended, 4, after, an("g7post-q01"))
    assert not GainSum.objects.unscoped(WHY).exists()
    closes(ended, after)
    rows = {row.concept: row for row in GainSum.objects.unscoped(WHY)}
    assert [(one.pupils, one.before, one.after, one.left_out) for one in (rows["c051"], rows["c052"])] == [
        (2, 0, 2, 2),
        (2, 0, 1, 2),
    ]
    [first, _] = queries.gains_under(ended.world.city.scope_path, ended.offering.school_year)
    assert (first.concept, first.classes, first.answers, first.after) == ("c051", 1, 2, 2)


# --- the project ------------------------------------------------------------------------------------------------


def hands(cls: Class, seat: int, task: CourseTask, text: str = "我们教了一台机器", **more: object) -> Work:
    given = services.HandIn(text, **more)  # type: ignore[arg-type]
    return services.hand_in_project(actor=cls.pupil(seat), task_id=task.id, given=given)


def judges(cls: Class, work: Work, who: str = "teacher") -> list[Judgement]:
    return services.judge_project(
        actor=cls.world.actor(who),
        work_id=work.id,
        levels={"data": "2", "test": "0"},
        reasons={"data": "来源写清了", "test": "没有用新的考"},
        comment="下次用新的考一考",
    )


def test_together_and_again(ended: Class) -> None:
    task = gives(ended, Form.PROJECT)
    work = hands(ended, 1, task, mates=[2, 3])
    assert ProjectMember.objects.unscoped(WHY).filter(work=work).count() == 3
    again = hands(ended, 2, task, "改了一版")  # a mate works on the same one
    assert (
        again.id == work.id
        and again.state["text"] == "改了一版"
        and again.versions.unscoped(WHY).count() == 2
    )
    with pytest.raises(UserError, match="2号已经在另一件作品里"):
        hands(ended, 4, task, mates=[2])
    with pytest.raises(UserError, match="没有44号"):
        hands(ended, 4, task, mates=[44])
    hands(ended, 1, task, mates=[2])
    assert ProjectMember.objects.unscoped(WHY).filter(work=work).count() == 2


def test_empty_and_late_are_refused(ended: Class) -> None:
    task = gives(ended, Form.PROJECT)
    with pytest.raises(UserError, match="请写几句"):
        hands(ended, 1, task, "   ")
    closes(ended, task)
    with pytest.raises(UserError, match="已经收了"):
        hands(ended, 1, task)
    assert not Work.objects.unscoped(WHY).exists()


def test_people_judge_and_everybody_of_the_group_reads_it(ended: Class) -> None:
    task = gives(ended, Form.PROJECT)
    work = hands(ended, 1, task, mates=[2])
    page = ended.client(2).get(f"/learn/projects/{task.id}/").content.decode()
    assert "老师会看这几条" in page and "说清了" in page
    services.self_assess(
        actor=ended.pupil(2),
        task_id=task.id,
        levels={"data": "1", "test": "1"},
        reasons={"data": "写了从哪来"},
    )
    assert len(judges(ended, work)) == 2
    page = ended.client(2).get(f"/learn/projects/{task.id}/").content.decode()
    for words in ("来源写清了", "下次用新的考一考", "写了从哪来", "说清了"):
        assert words in page
    assert "分" not in page.split("作品里看到的")[1].split("做什么")[0].replace("不打分", "").replace(
        "分一分", ""
    )
    with pytest.raises(UserError, match="已经评过"):
        hands(ended, 1, task, "再改")
    with pytest.raises(UserError, match="自评不再改"):
        services.self_assess(
            actor=ended.pupil(2), task_id=task.id, levels={"data": "2", "test": "2"}, reasons={}
        )
    said = Statement.objects.unscoped(WHY).filter(verb="scored", object_kind="work")
    assert said.count() == 2 + 4 and all("score" not in one.raw["result"] for one in said)
    assert not MasteryState.objects.unscoped(WHY).exists()  # a level is no right or wrong answer


@pytest.mark.parametrize(
    ("levels", "reasons"),
    [
        ({}, {}),
        ({"data": "1"}, {"data": "有", "test": "有"}),
        ({"data": "3", "test": "0"}, {"data": "有理由", "test": "有理由"}),
        ({"data": "1", "test": "1"}, {"data": "有理由", "test": " "}),
        ({"data": "-1", "test": "①"}, {"data": "有理由", "test": "有理由"}),
    ],
)
def test_every_criterion_needs_a_level_and_a_reason(
    ended: Class, levels: dict[str, object], reasons: dict[str, str]
) -> None:
    work = hands(ended, 1, gives(ended, Form.PROJECT))
    with pytest.raises(UserError, match="还没有评完"):
        services.judge_project(actor=ended.teacher, work_id=work.id, levels=levels, reasons=reasons)
    assert not Judgement.objects.unscoped(WHY).exists()


def test_only_the_teacher_of_the_class_judges(ended: Class) -> None:
    work = hands(ended, 1, gives(ended, Form.PROJECT))
    for who in ("stranger", "head", "district"):
        with pytest.raises(Denied):
            judges(ended, work, who)
    first, second = judges(ended, work), judges(ended, work)
    assert first[0].pupil_id == second[0].pupil_id and Judgement.objects.unscoped(WHY).count() == 1


def test_the_teachers_pages(ended: Class) -> None:
    teacher = ended.teacher_client()
    address = f"/marking/tasks/{ended.offering.id}/"
    assert "开课前测" in teacher.get(address).content.decode()
    assert teacher.post(f"{address}open/", {"form": "pretest"}).status_code == 302
    assert teacher.post(f"{address}open/", {"form": "nonsense"}).status_code == 422
    task = CourseTask.objects.unscoped(WHY).get()
    answers(ended, 1, task, an("g7pre-q01"))
    page = teacher.get(address).content.decode()
    assert "1人" in page and "学生2" in page
    work = hands(ended, 1, gives(ended, Form.PROJECT), "<script>x</script>", mates=[2])
    page = teacher.get(f"/marking/projects/{work.id}/").content.decode()
    assert "学生1、学生2" in page and "<script>x" not in page
    bad = teacher.post(f"/marking/projects/{work.id}/", {"level-data": "1", "reason-data": "写了来源"})
    assert bad.status_code == 422 and "写了来源" in bad.content.decode()
    assert teacher.post(f"/marking/tasks/{task.id}/close/").status_code == 302
    assert ended.teacher_client("stranger").get(address).status_code == 404


def test_pupils_pages(ended: Class) -> None:
    task = gives(ended, Form.PROJECT)
    pupil = ended.client(1)
    assert "结课作品" in pupil.get("/learn/").content.decode()
    address = f"/learn/projects/{task.id}/"
    bad = pupil.post(address, {"act": "hand_in", "text": "", "mates": "3"})
    assert bad.status_code >= 400 and "请写几句" in bad.content.decode()
    assert pupil.post(address, {"act": "hand_in", "text": "做好了", "mates": "2、3"}).status_code == 302
    page = pupil.get(address).content.decode()
    assert "和2、3号一起做" in page and "自己看一看" in page
    assert pupil.post(address, {"act": "assess", "level-data": "1", "level-test": "2"}).status_code == 302
    assert pupil.get(f"/learn/works/{Work.objects.unscoped(WHY).get().id}/").status_code == 200


def test_seats_are_read_as_children_write_them() -> None:
    assert rules.seats_in("3、17 , 3号和 21") == [3, 17, 21]
    assert rules.seats_in("没有") == []


def test_a_task_id_of_another_kind_is_missing(ended: Class) -> None:
    project = gives(ended, Form.PROJECT)
    test = gives(ended, Form.PRETEST)
    pupil = ended.client(1)
    assert pupil.get(f"/learn/tests/{project.id}/").status_code == 404
    assert pupil.get(f"/learn/projects/{test.id}/").status_code == 404
    assert pupil.get(f"/learn/tests/{UUID(int=1)}/").status_code == 404
