"""The task ledger on real cases: a plan of 26 tasks from a sheet, steps, lateness, who sees what."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from qiming.casework.models import CaseEvent
from qiming.governance import tasks as package
from qiming.governance.tasks import queries, services
from qiming.governance.tasks.models import DatedTask, TaskPlan
from qiming.governance.tasks.rules import Standing
from qiming.kernel import time
from qiming.kernel.access import Denied
from qiming.kernel.errors import UserError
from tests.sessions import sign_in
from tests.world import World

WHY = "the test looks at the table"
EXAMPLE = Path(package.__file__).with_name("example.csv")
HEAD = "序号,任务,牵头单位,配合单位,完成时限,状态,完成日期,进展"


def plan_of(world: World, *lines: str, title: str = "本学年任务", role: str = "district_officer") -> TaskPlan:
    data = "\n".join([HEAD, *lines]).encode()
    place = world.city if role == "city_officer" else world.here.district
    kept = services.preview_plan(
        actor=world.actor(role), place=place, title=title, source="", name="任务.csv", data=data
    )
    return services.apply_plan(actor=world.actor(role), plan_id=kept.id)


def task_of(plan: TaskPlan) -> DatedTask:
    return DatedTask.objects.unscoped(WHY).get(plan=plan)


def due(days: int) -> str:
    return (time.today() + timedelta(days=days)).isoformat()


def test_a_districts_26_tasks_with_what_was_before(world: World) -> None:
    data = EXAMPLE.read_bytes()
    actor = world.actor("district_officer")
    with time.frozen(time.at_local(date(2026, 11, 20), 9)):
        kept = services.preview_plan(
            actor=actor, place=world.here.district, title="26项", source="", name="例.csv", data=data
        )
        assert (len(kept.rows), kept.problems) == (26, [])
        assert not DatedTask.objects.unscoped(WHY).exists()
        services.apply_plan(actor=actor, plan_id=kept.id)
        services.apply_plan(actor=actor, plan_id=kept.id)  # twice is once
        lines = queries.lines(actor, plan_id=kept.id)
    assert len(lines) == 26
    by = {one.number: one for one in lines}
    assert (by["5"].standing, by["1"].standing) == (Standing.DONE_LATE, Standing.DONE)
    assert by["3"].standing is Standing.LATE
    first = DatedTask.objects.unscoped(WHY).get(plan=kept, number="5")
    told = list(
        CaseEvent.objects.filter(case_id=first.case_id).order_by("seq").values_list("transition", "data")
    )
    assert [one for one, _ in told] == ["opened", "note", "bring_in"]
    assert told[1][1]["line"] == 6
    assert told[2][1]["sha256"] == kept.sha256


def test_a_school_reports_and_somebody_else_checks(world: World) -> None:
    plan = plan_of(world, f"1,交课表,本校,邻校,{due(30)},,,")
    task, head, officer = task_of(plan), world.actor("school_head"), world.actor("district_officer")
    services.step(actor=head, task_id=task.id, transition="note", words="排了一半")
    with pytest.raises(UserError, match="报完成"):
        services.step(actor=head, task_id=task.id, transition="report", words="好了")
    services.step(actor=head, task_id=task.id, transition="report", words="好了", proof="校发〔2026〕3号")
    with pytest.raises(Denied):
        services.step(actor=head, task_id=task.id, transition="accept")
    services.step(actor=officer, task_id=task.id, transition="send_back", words="少两个班")
    assert task_of(plan).said_on is None
    services.step(actor=head, task_id=task.id, transition="report", words="补齐了", proof="课表页")
    services.step(actor=officer, task_id=task.id, transition="accept")
    task = task_of(plan)
    assert (task.state, task.done_on, task.progress) == ("done", time.today(), "补齐了")
    assert [one.title for one in queries.history(task)][1:] == [
        "写进展", "报完成", "退回再办", "报完成", "核对通过",
    ]  # fmt: skip


def test_who_reports_does_not_check(world: World) -> None:
    plan = plan_of(world, f"1,开会,区教委办公室,,{due(30)},,,")
    officer, colleague = world.actor("district_officer"), world.actor("district_officer", "near")
    services.step(actor=officer, task_id=task_of(plan).id, transition="report", words="开了", proof="纪要")
    with pytest.raises(UserError, match="核对通过"):
        services.step(actor=officer, task_id=task_of(plan).id, transition="accept")
    services.step(actor=colleague, task_id=task_of(plan).id, transition="accept")
    assert task_of(plan).state == "done"


def test_who_supports_sees_and_others_do_not(world: World) -> None:
    plan = plan_of(world, f"1,交课表,本校,邻校,{due(30)},,,")
    task = task_of(plan)
    near = world.actor("school_head", "near")
    assert queries.load_task(near, task.id).id == task.id
    with pytest.raises(Denied):
        services.step(actor=near, task_id=task.id, transition="note", words="我们来写")
    for role, place in (("school_head", "far"), ("district_officer", "far")):
        assert queries.lines(world.actor(role, place)) == []
        with pytest.raises(Denied):
            queries.load_task(world.actor(role, place), task.id)
    assert len(queries.lines(world.actor("city_officer"))) == 1


def test_lateness_is_told_once_a_level_and_again_after_a_new_day(world: World) -> None:
    plan = plan_of(world, f"1,交课表,本校,,{due(1)},,,")
    task, today = task_of(plan), time.today()
    assert services.tell_late(today=today + timedelta(days=1)) == 0
    assert [services.tell_late(today=today + timedelta(days=2)) for _ in range(2)] == [1, 0]
    assert [services.tell_late(today=today + timedelta(days=40)) for _ in range(2)] == [1, 0]
    officer = world.actor("district_officer")
    services.step(
        actor=officer,
        task_id=task.id,
        transition="move_day",
        words="换了厂家",
        due_on=today + timedelta(days=50),
    )
    task = task_of(plan)
    assert (task.told, (task.due_on - task.first_due_on).days) == (0, 49)
    assert services.tell_late(today=today + timedelta(days=51)) == 1


def test_who_is_told_on_the_first_page(world: World) -> None:
    plan = plan_of(world, f"1,交课表,本校,邻校,{due(1)},,,")
    DatedTask.objects.unscoped(WHY).update(due_on=time.today() - timedelta(days=3))
    services.tell_late()
    people = [
        ("school_head", "here"),
        ("school_head", "near"),
        ("district_officer", "here"),
        ("city_officer", "here"),
    ]
    assert [queries.late_for(world.actor(*one)) for one in people] == [1, 0, 1, 0]
    services.tell_late(today=time.today() + timedelta(days=20))
    assert queries.late_for(world.actor("city_officer")) == 1
    told = [one.reason for one in queries.history(task_of(plan)) if one.title.startswith("过期")]
    assert [one.partition("，")[2][:4] for one in told] == ["已告知牵", "已超过1"]
    client = Client()
    sign_in(client, world.account("city_officer"))
    assert "1项有时限的任务过了日子" in client.get(reverse("governance.desk")).content.decode()


def test_days_that_cannot_be_and_stale_pages(world: World) -> None:
    plan = plan_of(world, f"1,交课表,本校,,{due(9)},,,")
    task, officer = task_of(plan), world.actor("district_officer")
    for day in (None, task.due_on, time.today() - timedelta(days=1)):
        with pytest.raises(UserError) as met:
            services.step(actor=officer, task_id=task.id, transition="move_day", words="改", due_on=day)
        assert met.value.field == "due_on"
    services.step(actor=officer, task_id=task.id, transition="note", words="一", seen=1)
    with pytest.raises(UserError, match="刚才有人办过"):
        services.step(actor=officer, task_id=task.id, transition="note", words="二", seen=1)
    for transition in ("bring_in", "tell_late", "opened"):
        with pytest.raises(UserError, match="没有这一步"):
            services.step(actor=officer, task_id=task.id, transition=transition)


def test_plans_are_refused_in_words(world: World) -> None:
    officer, here = world.actor("district_officer"), world.here
    given = {"title": "甲", "source": "", "name": "a.csv"}
    with pytest.raises(UserError, match="缺少这些列"):
        services.preview_plan(actor=officer, place=here.district, data="任务\n一".encode(), **given)
    with pytest.raises(Denied):
        services.preview_plan(actor=officer, place=world.places["far"].district, data=b"x", **given)
    with pytest.raises(Denied):
        services.preview_plan(actor=world.actor("school_head"), place=here.school, data=b"x", **given)
    plan_of(world, f"1,一,本校,,{due(9)},,,", title="同名")
    with pytest.raises(UserError, match="同名"):
        plan_of(world, f"1,二,本校,,{due(9)},,,", title="同名")


def test_pages(world: World) -> None:
    client = Client()
    sign_in(client, world.account("district_officer"))
    sheet = SimpleUploadedFile(
        "任务.csv", f"{HEAD}\n1,交课表,本校,,{due(9)},,,\n2,长期的事,本校,,长期,,,".encode("gb18030")
    )
    answer = client.post(reverse("governance.task_plan_new"), {"title": "一年的事", "file": sheet})
    plan = TaskPlan.objects.unscoped(WHY).get()
    page = reverse("governance.task_plan", args=[plan.id])
    assert answer["Location"] == page
    assert "1项任务可以写入，1行要改" in client.get(page).content.decode()
    assert client.post(page).status_code == 302
    assert "交课表" in client.get(page).content.decode()
    assert client.get(reverse("governance.task_export", args=[plan.id])).status_code == 200
    assert client.post(reverse("governance.task_plan_new"), {"title": ""}).status_code == 422
    head = Client()
    sign_in(head, world.account("school_head"))
    task = reverse("governance.task", args=[task_of(plan).id])
    assert "两周内到期" in head.get(reverse("governance.tasks")).content.decode()
    assert head.get(page).status_code in {403, 404}
    bad = head.post(task, {"step": "report", "report-words": "好了", "report-proof": ""})
    assert bad.status_code == 422
    assert "好了" in bad.content.decode()
    assert head.post(task, {"step": "nothing"}).status_code == 422
    good = head.post(task, {"step": "report", "report-words": "好了", "report-proof": "课表页"})
    assert good.status_code == 302
    assert "等核对" in head.get(task).content.decode()


def test_a_long_list_costs_what_a_short_one_does(world: World) -> None:
    officer = world.actor("district_officer")
    plan_of(world, f"1,一,本校,,{due(9)},,,", title="短")
    with CaptureQueriesContext(connection) as short:
        queries.lines(officer)
    plan_of(world, *(f"{n},事{n},本校,邻校,{due(n)},,," for n in range(1, 9)), title="长")
    with CaptureQueriesContext(connection) as long:
        queries.lines(officer)
    assert len(short) == len(long) == 2
