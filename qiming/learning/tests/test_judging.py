"""Programs judged on the server: in order, within quotas, once, and what the verdict leaves behind."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings
from procrastinate.contrib.django.models import ProcrastinateJob

from qiming.curriculum import datasets
from qiming.curriculum.models import Dataset, LessonVersion, MediaFile
from qiming.judge.judging import Checked, Verdict
from qiming.judge.limits import Ending
from qiming.judge.standing import Standing, try_out
from qiming.kernel.access import Denied
from qiming.kernel.errors import UserError
from qiming.kernel.ids import new_id
from qiming.kernel.time import frozen, now
from qiming.learning import services
from qiming.learning.judging import pages, queue, rules, station, worker
from qiming.learning.models import JudgeRun, JudgeStation, Work
from qiming.learning.queries.judged import judged_steps
from qiming.learning.tests.conftest import LESSON, Class, forget_cached_versions
from qiming.learning.types import WorkKind
from qiming.records import queries as records
from qiming.registry import queries as registry

PROGRAMS = Path(settings.ROOT) / "qiming" / "curriculum" / "tests" / "programs" / "steps"
START = (PROGRAMS / "mean_start.py").read_text(encoding="utf-8")
SOLVED = (PROGRAMS / "mean_solution.py").read_text(encoding="utf-8")
GOALS = [{"goal": "check", "check": "mean", "text": "平均数"}, {"goal": "runs", "text": "跑到尾"}]
FULL = Standing(True, "好", packages=(("numpy", "2"), ("pandas", "2"), ("scikit-learn", "1")))
WHY = "the test looks at what is stored"


@pytest.fixture
def programs(cls: Class) -> Iterator[Class]:
    """The class's lesson has a programming lab, and a worker says that it can run programs."""
    lesson = LessonVersion.objects.get(key=LESSON)
    for step in lesson.data["activities"]:
        if step["key"] == "try":
            lab = {
                "id": "python",
                "dataset": "steps",
                "settings": {"task": "mean"},
                "goals": GOALS,
                "hints": [],
            }
            step["lab"] = lab
    LessonVersion.objects.filter(pk=lesson.pk).update(data=lesson.data)
    write_dataset({path.name: path.read_bytes() for path in PROGRAMS.iterdir() if path.is_file()})
    forget_cached_versions()
    open_station()
    yield cls


def write_dataset(files: dict[str, bytes]) -> None:
    datasets._texts.cache_clear()
    kept = {}
    for at, (name, body) in enumerate(sorted(files.items())):
        kept[name] = f"{at:064d}"
        MediaFile.objects.update_or_create(
            sha256=kept[name], defaults={"media_type": "text/plain", "body": body}
        )
    values = {
        "title": "步数",
        "kind": "program",
        "data": {},
        "files": kept,
        "content_hash": "s".ljust(64, "0"),
    }
    Dataset.objects.update_or_create(key="steps", is_current=True, defaults=values)


def open_station(standing: Standing = FULL) -> None:
    defaults = {
        "works": standing.works,
        "notebook": bool(standing.packages),
        "says": standing.says,
        "packages": [list(one) for one in standing.packages],
        "seen_at": now(),
    }
    JudgeStation.objects.update_or_create(name=station._name(), defaults=defaults)


def hand_in(cls: Class, code: str, seat: int = 1) -> Work:
    services.keep_work(
        actor=cls.pupil(seat), save_id=new_id(), offering_id=cls.offering.id, lesson_key=LESSON, activity_key="try",
        kind=WorkKind.LAB, state={"code": code, "answers": ""}, hand_in=True,
    )  # fmt: skip
    return Work.objects.unscoped(WHY).get(pupil_id=cls.world.pupils[seat - 1].id, activity_key="try")


def runs(**which: Any) -> list[JudgeRun]:
    return list(JudgeRun.objects.unscoped(WHY).filter(**which).order_by("asked_at", "id"))


@pytest.fixture
def senior(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(station, "is_senior", lambda version: True)


def try_own(
    cls: Class, code: str = "print(1)", seat: int = 1, run_id: UUID | None = None, **more: Any
) -> JudgeRun:
    where: dict[str, Any] = {
        "offering_id": cls.offering.id,
        "lesson_key": LESSON,
        "activity_key": "try",
    } | more
    return queue.ask_own(actor=cls.pupil(seat), run_id=run_id or new_id(), code=code, answers="", **where)


needs_walls = pytest.mark.skipif(
    not try_out(station.LAB).works, reason="no sandbox can be built on this machine"
)


@needs_walls
def test_a_handed_in_program_is_judged_and_the_verdict_stands_with_the_work(programs: Class) -> None:
    work = hand_in(programs, SOLVED)
    assert pages.verdict_of(work) == rules.WAITING
    assert worker.one() and not worker.one()
    [row] = runs()
    assert (row.state, row.passed, row.of, row.outcome["ending"]) == ("done", 1, 1, "done")
    verdict = pages.verdict_of(work)
    assert verdict and verdict.is_good and verdict.words == "服务器上1项检查，做到了1项。"
    told = [one for one in records.of_person(programs.world.pupils[0].id) if one.id == row.statement_id]
    result = told[0].raw["result"]
    assert result["success"] is True and result["score"]["scaled"] == 1
    assert "server" in str(result["extensions"])


@needs_walls
def test_a_wrong_program_gets_the_hint_and_a_mistaken_one_its_line(programs: Class) -> None:
    work = hand_in(programs, START)
    worker.one()
    verdict = pages.verdict_of(work)
    assert verdict and not verdict.is_good and "先加起来" in verdict.hints[0]
    work = hand_in(programs, "print(1)\n1 / 0\n")
    worker.one()
    verdict = pages.verdict_of(work)
    assert verdict and "第2行" in verdict.words and "除以了 0" in verdict.words
    assert [one.state for one in runs()] == ["done", "done"]


@needs_walls
def test_checks_that_stay_on_the_server_count_too(programs: Class) -> None:
    files = {path.name: path.read_bytes() for path in PROGRAMS.iterdir() if path.is_file()}
    kept = "def check_empty(p):\n    assert p.call('mean', [0, 0]) == 0, '全是 0 时呢？'\n"
    write_dataset(files | {"mean_marks.py": kept.encode()})
    hand_in(programs, SOLVED)
    worker.one()
    [row] = runs()
    assert row.of == 2
    assert programs.client(1).get("/content/datasets/steps/mean_check.py").status_code == 200
    assert programs.client(1).get("/content/datasets/steps/mean_marks.py").status_code == 404


def test_handing_in_again_replaces_what_still_waits(programs: Class) -> None:
    hand_in(programs, START)
    hand_in(programs, SOLVED)
    assert [one.state for one in runs()] == ["replaced", "waiting"]


def test_other_works_and_empty_programs_are_not_judged(
    programs: Class, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand_in(programs, "   ")
    monkeypatch.setenv("QIMING_JUDGE", "off")
    hand_in(programs, SOLVED, seat=2)
    assert not runs()


def test_who_had_least_comes_next_and_hand_ins_come_first(programs: Class, senior: None) -> None:
    """One pupil with two programs does not keep the class waiting."""
    greedy = [try_own(programs, seat=1), try_own(programs, seat=1)]
    modest, marked = try_own(programs, seat=2), hand_in(programs, SOLVED, seat=3)
    order = []
    while (row := queue.take()) is not None:
        order.append(row.pupil_id)
    pupils = [one.id for one in programs.world.pupils]
    assert order == [marked.pupil_id, pupils[0], pupils[1], pupils[0]]
    assert {greedy[0].pupil_id, modest.pupil_id} == set(pupils[:2])


def test_a_run_of_a_killed_worker_is_done_again_and_counts_once(programs: Class) -> None:
    work = hand_in(programs, SOLVED)
    first = queue.take()
    assert first and queue.take() is None  # somebody has it
    with frozen(now() + rules.lease("marks") + timedelta(seconds=1)):
        second = queue.take()
        assert second and second.id == first.id and second.tries == 2
        good = Verdict(Ending.DONE, checks=[Checked("mean", True)])
        assert not queue.finish(first, Verdict(Ending.WALL))  # the one believed dead speaks up
        assert queue.finish(second, good) and not queue.finish(second, good)
    [row] = runs()
    told = [one for one in records.of_person(work.pupil_id) if one.id == row.statement_id]
    assert row.passed == 1 and len(told) == 1


def test_a_program_that_takes_its_worker_along_is_given_up(programs: Class) -> None:
    hand_in(programs, SOLVED)
    JudgeRun.objects.unscoped(WHY).update(tries=rules.MOST_TRIES)
    assert worker.one()
    assert runs()[0].outcome["ending"] == Ending.CRASHED


def test_where_no_walls_stand_nothing_runs_and_nothing_is_lost(
    programs: Class, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = hand_in(programs, SOLVED)
    open_station(Standing(False, "没有墙"))
    assert not worker.one()
    assert pages.verdict_of(work) == rules.AWAY
    open_station()
    monkeypatch.setattr(worker, "judge", lambda *_, **__: Verdict(Ending.NO_SANDBOX, complaint="bwrap: no"))
    monkeypatch.setattr(station, "report", lambda: open_station(Standing(False, "没有墙")))
    assert not worker.one()
    [row] = runs()
    assert (row.state, row.tries, row.statement_id) == ("waiting", 0, None)


def test_quotas_and_the_same_press_twice(programs: Class, senior: None) -> None:
    one = try_own(programs)
    assert try_own(programs, run_id=one.id).id == one.id
    try_own(programs)
    with pytest.raises(UserError, match="排队或运行"):
        try_own(programs)
    JudgeRun.objects.unscoped(WHY).update(state="done")
    JudgeRun.objects.unscoped(WHY).bulk_create(
        JudgeRun(
            kind="own", scope_path=one.scope_path, pupil_id=one.pupil_id, offering_id=one.offering_id,
            activity_key="try", source="1", state="done",
        )
        for _ in range(rules.MOST_AN_HOUR)
    )  # fmt: skip
    with pytest.raises(UserError, match="一小时"):
        try_own(programs)
    try_own(programs, seat=2)


@pytest.mark.parametrize("code", ["", "  \n", "x" * 20_001])
def test_nothing_and_too_much_are_refused_in_words(programs: Class, senior: None, code: str) -> None:
    with pytest.raises(UserError, match="没有可以跑的程序"):
        try_own(programs, code)


def test_only_where_it_is_offered(programs: Class, senior: None, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Denied):
        try_own(programs, activity_key="guess")
    with pytest.raises(Denied):
        try_own(programs, activity_key="none")
    open_station(Standing(True, "好"))  # no packages
    with pytest.raises(UserError, match="不能在学校服务器上跑"):
        try_own(programs)
    JudgeStation.objects.update(seen_at=now() - timedelta(minutes=9))
    assert not station.is_open().judges
    monkeypatch.undo()
    open_station()
    with pytest.raises(UserError, match="不能在学校服务器上跑"):  # a course for juniors
        try_own(programs)


def test_a_run_is_its_pupils_own(programs: Class, senior: None) -> None:
    row = try_own(programs)
    with pytest.raises(Denied):
        queue.mine(programs.pupil(2), row.id)
    with pytest.raises(Denied):
        queue.stop(actor=programs.pupil(2), run_id=row.id)
    with pytest.raises(Denied):
        try_own(programs, seat=2, run_id=row.id)
    assert programs.client(2).get(f"/api/learning/runs/{row.id}").status_code == 404
    seen = programs.client(1).get(f"/api/learning/runs/{row.id}").json()
    assert (seen["state"], seen["ahead"]) == ("waiting", 0)


def test_a_run_taken_back_is_not_run_and_a_running_one_ends(programs: Class, senior: None) -> None:
    row = try_own(programs)
    assert queue.stop(actor=programs.pupil(1), run_id=row.id).state == "stopped"
    assert queue.take() is None
    other = try_own(programs)
    taken = queue.take()
    assert taken and queue.is_wanted(taken)
    queue.stop(actor=programs.pupil(1), run_id=other.id)
    assert not queue.is_wanted(taken) and not queue.finish(taken, Verdict(Ending.DONE))


@needs_walls
def test_an_own_run_has_its_output_data_and_drawings_and_leaves_no_statement(
    programs: Class, senior: None
) -> None:
    before = len(records.of_person(programs.world.pupils[0].id))
    code = "import qm\nrows = qm.read_csv('steps.csv')\nprint(len(rows))\nqm.bars({'甲': 1}, title='图')"
    row = try_own(programs, code)
    assert worker.one()
    seen = pages.seen(queue.mine(programs.pupil(1), row.id))
    assert seen["state"] == "done" and seen["output"] == "7\n"
    assert seen["outcome"]["drawings"][0]["kind"] == "bars" and not seen["outcome"]["error"]
    assert len(records.of_person(programs.world.pupils[0].id)) == before


def test_own_tries_go_after_a_day_and_hand_ins_stay(programs: Class, senior: None) -> None:
    try_own(programs)
    hand_in(programs, SOLVED, seat=2)
    with frozen(now() + rules.KEPT_OWN + timedelta(minutes=1)):
        assert worker.forget_own() == 1
    assert [one.kind for one in runs()] == ["marks"]


@pytest.mark.django_db(transaction=True)
def test_each_asking_wakes_the_judge_and_nobody_else(programs: Class, senior: None) -> None:
    try_own(programs)
    jobs = ProcrastinateJob.objects.filter(task_name=queue.WAKE)
    assert {one.queue_name for one in jobs} == {"judge"}


def test_the_school_turns_its_server_on_and_off(programs: Class, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(station, "is_senior", lambda version: True)
    school = registry.school_of(programs.world.pupil(1).grants[0].scope_path)
    url = f"/school/server/{school.id}/"
    for who in ("teacher", "head"):
        if who in programs.world.people:
            assert programs.teacher_client(who).get(url).status_code in {403, 404}
    admin = programs.world.actor("admin")
    assert station.offers_notebook(programs.offering.course_version_id, school.scope_path)
    station.choose(actor=admin, school_id=school.id, is_on=False)
    with pytest.raises(UserError, match="不能在学校服务器上跑"):
        try_own(programs)
    client = programs.teacher_client("admin")
    assert "不能在学校服务器上跑" in client.get(url).content.decode()
    assert client.post(url, {"on": "1"}).status_code == 302
    assert "可以在学校服务器上跑" in client.get(url).content.decode()
    try_own(programs)
    with pytest.raises(Denied):
        station.choose(actor=programs.teacher, school_id=school.id, is_on=False)


@needs_walls
def test_pupil_and_teacher_read_the_verdict_apart_from_what_the_device_said(programs: Class) -> None:
    work = hand_in(programs, START)
    for client in (programs.client(1), programs.teacher_client()):
        assert "在排队，等学校服务器运行" in client.get(f"/learn/works/{work.id}/").content.decode()
    worker.one()
    for client in (programs.client(1), programs.teacher_client()):
        page = client.get(f"/learn/works/{work.id}/").content.decode()
        assert "学校服务器检查的结果" in page and "做到了0项" in page and "算数" in page
    lesson = f"/marking/pupils/{programs.offering.id}/{work.pupil_id}/?lesson={LESSON}"
    assert "做到了0项" in programs.teacher_client().get(lesson).content.decode()


@needs_walls
def test_the_class_report_counts_each_pupils_last_program(programs: Class) -> None:
    hand_in(programs, START, seat=1)
    worker.one()
    hand_in(programs, SOLVED, seat=1)
    hand_in(programs, START, seat=2)
    while worker.one():
        pass
    hand_in(programs, SOLVED, seat=3)
    [one] = judged_steps(programs.offering.id)
    assert (one.lesson_key, one.handed_in, one.whole, one.part, one.waiting) == (LESSON, 3, 1, 1, 1)
