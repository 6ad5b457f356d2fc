"""Every page through HTTP: who may open it, what it says."""

from __future__ import annotations

import re
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from qiming.kernel.ids import new_id
from qiming.kernel.tests import samples
from qiming.registry.models import RoleGrant
from qiming.teaching import queries, services
from qiming.teaching.models import Offering, Presence, TaughtPeriod
from qiming.teaching.tests.conftest import NOW, World
from qiming.teaching.types import AttendanceStatus, PeriodState

FRAGMENT = {"X-Fragment": "1"}


def url(name: str, *args: object) -> str:
    return reverse(f"teaching.{name}", args=args)


def text(response: object) -> str:
    return re.sub(r"\s+", " ", response.content.decode())  # type: ignore[attr-defined]


# --- joining -------------------------------------------------------------------------------------------------


def test_joining_by_page(world: World) -> None:
    period = world.live()
    code = world.code(period.id)
    client = world.pupil_client(1)
    assert code in text(client.get(f"/join/?code={code}"))
    assert client.post("/join/", {"code": code}).status_code == 302
    assert Presence.objects.unscoped("test").count() == 1
    wrong = client.post("/join/", {"code": "0000" if code != "0000" else "1111"})
    assert wrong.status_code == 404 and "没有找到你们班的这个入课码" in text(wrong)
    assert world.client("teacher").get("/join/").status_code == 403


def test_whoever_is_not_signed_in_goes_by_seat_and_pictures_and_comes_back(world: World) -> None:
    period = world.live()
    code = world.code(period.id)
    answer = Client().get(f"/join/?code={code}")
    assert answer.headers["Location"] == f"/sign-in/code/{code}/"
    seats = text(Client().get(answer.headers["Location"]))
    assert "学生1" not in seats  # numbers only, before anybody is known
    for strange in ("", "../../x", "abc"):
        assert Client().get("/join/", {"code": strange}).headers["Location"] == "/sign-in/code/"


def test_the_registry_reads_our_codes(world: World) -> None:
    from qiming.registry import joining

    period = world.live()
    target = joining.resolve(world.code(period.id))
    assert target and target.class_id == world.class_1.id
    assert target.next_url == f"/join/?code={world.code(period.id)}"
    assert joining.resolve("99") is None


# --- opening, planning ---------------------------------------------------------------------------------------


def wishes(world: World, **changes: object) -> dict[str, object]:
    given: dict[str, object] = {
        "class_id": world.class_1.id,
        "course": world.course.id,
        "mode": "standalone",
        "weekday": 2,
        "slot_no": 3,
        "every_weeks": 1,
        "starts_on": "2026-11-24",
    }
    return given | changes


def test_opening_on_one_page(world: World) -> None:
    client = world.client("teacher")
    page = text(client.get(url("open")))
    assert "从11月24日" in page and "第1课 第1个问题" in page
    piece = client.post(url("open_check"), wishes(world, weekday=4))
    assert "从11月26日" in text(piece) and "<html" not in text(piece)
    answer = client.post(url("open"), wishes(world))
    offering = Offering.objects.unscoped("test").get()
    assert answer.headers["Location"].startswith(url("offering", offering.id))
    assert "开好课了" in text(client.get(answer.headers["Location"]))


def test_what_was_chosen_is_kept_when_opening_is_refused(world: World) -> None:
    client = world.client("teacher")
    answer = client.post(url("open"), wishes(world, mode="integrated", share_minutes="20"))
    assert answer.status_code == 422
    assert "和哪门学科融合" in text(answer) and 'value="20"' in text(answer)
    assert not Offering.objects.unscoped("test").exists()
    strange = client.post(url("open"), wishes(world, class_id=world.class_2.id))
    assert strange.status_code == 422
    assert client.post(url("open_check"), wishes(world, course="x")).status_code == 200


def test_moving_cancelling_and_adding(world: World) -> None:
    client = world.client("teacher")
    offering = world.open()
    second = queries.periods_of(offering.id)[1]
    bad = client.post(url("replan", second.id), {"planned_date": "2026-12-05", "slot_no": 3})
    assert bad.status_code == 422 and "没有这一节" in text(bad)
    moved = client.post(url("replan", second.id), {"planned_date": "2026-12-03", "slot_no": 4})
    assert "时间改好了" in text(client.get(moved.headers["Location"]))
    gone = client.post(url("replan", second.id), {"act": "cancel", "reason": "期中考试"})
    assert "取消了" in text(client.get(gone.headers["Location"]))
    added = client.post(
        url("add_period", offering.id), {"lesson_key": "g7l2", "planned_date": "2026-12-04", "slot_no": 4}
    )
    assert added.status_code == 302
    page = text(client.get(url("offering", offering.id)))
    assert "多排" in text(client.get(added.headers["Location"])) and "12月4日" in page


# --- confirming, amending, recording -------------------------------------------------------------------------


def test_the_confirming_page_is_filled_in_from_who_came(world: World) -> None:
    period = world.taught(1, 2, 3)
    client = world.client("teacher")
    page = text(client.get(url("confirm", period.id)))
    assert "3人到，2人没到" in page
    fields = {f"s_{person.id}": "present" for person in world.pupils}
    fields[f"s_{world.pupils[4].id}"] = "excused"
    answer = client.post(url("confirm", period.id), fields)
    assert "said=confirmed" in answer.headers["Location"]
    record = text(client.get(answer.headers["Location"]))
    assert "4人记了课时" in record and "请假，这节不计" in record and "平台记录" in record
    again = client.post(url("confirm", period.id), fields)
    assert "said=already" in again.headers["Location"]


def test_a_refused_confirmation_keeps_what_was_ticked(world: World) -> None:
    period = world.live(1)
    fields = {f"s_{world.pupils[1].id}": "excused", "note": "投影坏了"}
    answer = world.client("teacher").post(url("confirm", period.id), fields)
    assert answer.status_code == 422
    assert "还在上" in text(answer) and "投影坏了" in text(answer)
    assert '<option value="excused" selected>' in text(answer)


def test_amending_by_page(world: World) -> None:
    period = world.taught(1)
    services.confirm_period(actor=world.actor("teacher"), period_id=period.id, exceptions={})
    client = world.client("admin")
    fields = {f"s_{person.id}": "present" for person in world.pupils} | {
        f"s_{world.pupils[0].id}": "absent",
        "credited_minutes": "45",
    }
    refused = client.post(url("amend", period.id), fields)
    assert refused.status_code == 422 and "这一项要填" in text(refused)
    answer = client.post(url("amend", period.id), fields | {"reason": "点错了人"})
    page = text(client.get(answer.headers["Location"]))
    assert "点错了人" in page and "0人 → 1人" in page
    back = client.post(url("amend", period.id), fields | {"reason": "整节重记", "act": "reopen"})
    assert "said=reopened" in back.headers["Location"]
    assert queries.period(period.id).state is PeriodState.TAUGHT


def test_recording_a_period_with_a_photo(world: World, settings: object, tmp_path: object) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    settings.QIMING_HOME = tmp_path  # type: ignore[attr-defined]
    client = world.client("teacher")
    photo = SimpleUploadedFile("板书.png", samples.png(), content_type="image/png")
    fields = {
        "class_id": world.class_1.id,
        "on": "2026-11-20",
        "slot_no": "5",
        "title": "机器怎样认图片",
        "credited_minutes": "45",
        f"s_{world.pupils[0].id}": "absent",
        "photos": photo,
        "faces": "none",
    }
    assert "谁没到" in text(client.get(url("record")))
    answer = client.post(url("record"), fields)
    page = client.get(answer.headers["Location"])
    assert "4人记了课时" in text(page) and "有课堂照片为证" in text(page)
    period = TaughtPeriod.objects.unscoped("test").get()
    where = url("photo", period.photos.unscoped("test").get().id)
    assert client.get(where).headers["Content-Type"] == "image/png"
    assert world.pupil_client(1).get(where).status_code == 403
    bad = client.post(url("record"), fields | {"title": "", "photos": "", "on": "2026-11-19"})
    assert bad.status_code == 422 and "机器" not in bad.content.decode().split("<form")[1][:50]


def test_a_planned_period_held_otherwise_by_page(world: World) -> None:
    period = world.first_period()
    client = world.client("teacher")
    assert "用别的办法上了" in text(client.get(url("period", period.id)))
    answer = client.post(url("otherwise", period.id), {"credited_minutes": "45", "materials": "任务单"})
    assert answer.status_code == 302
    assert queries.period(period.id).state is PeriodState.CONFIRMED


def test_past_terms_by_page(world: World) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    client = world.client("teacher")
    assert client.get(url("past_template")).headers["Content-Type"].endswith("sheet")
    text_ = "班级,日期,节次,上了什么\n七年级（1）班,2025-10-15,3,机器怎样认图片\n八年级,2025-10-15,3,x\n"
    upload = SimpleUploadedFile("以往.csv", text_.encode("gb18030"))
    answer = client.post(url("past"), {"file": upload})
    preview = answer.headers["Location"].split("?")[0]
    page = text(client.get(preview))
    assert "1节可以写入，1行要改" in page and "没有找到" in page
    client.post(preview)
    assert "写入了1节" in text(client.get(preview))
    assert world.client("colleague").get(preview).status_code == 404
    nothing = client.post(url("past"), {"file": SimpleUploadedFile("x.csv", b"")})
    assert nothing.status_code == 422


# --- ledgers, homework, lists --------------------------------------------------------------------------------


def confirmed(world: World) -> UUID:
    period = world.taught(1, 2)
    services.confirm_period(
        actor=world.actor("teacher"),
        period_id=period.id,
        exceptions={world.pupils[4].id: AttendanceStatus.ABSENT},
    )
    return period.id


def test_officers_see_a_period_without_names(world: World) -> None:
    period_id = confirmed(world)
    for who in ("district", "city"):
        page = text(world.client(who).get(url("period", period_id)))
        assert "4人记了课时" in page
        assert "学生1" not in page and "teacher老师" not in page
    assert world.client("other_head").get(url("period", period_id)).status_code == 404
    assert world.pupil_client(1).get(url("period", period_id)).status_code == 403


def test_ledgers_of_class_and_pupil(world: World) -> None:
    confirmed(world)
    page = text(world.client("head").get(url("class_ledger", world.class_1.id)))
    assert "1人这学年还没有课时" in page and "学生5" in page
    assert world.client("stranger").get(url("class_ledger", world.class_1.id)).status_code == 404
    assert world.client("district").get(url("class_ledger", world.class_1.id)).status_code == 403
    own = text(world.pupil_client(1).get("/my-hours/"))
    assert "我有1课时" in own and "平台记录" in own
    one, two = world.ids(1, 2)
    assert world.pupil_client(1).get(url("pupil_ledger", two)).status_code == 404
    assert world.client("teacher").get(url("pupil_ledger", one)).status_code == 200
    assert world.client("stranger").get(url("pupil_ledger", one)).status_code == 404
    assert world.client("teacher").get("/my-hours/").status_code == 403
    absent = text(world.client("teacher").get(url("pupil_ledger", world.pupils[4].id)))
    assert "缺勤，这节不计" in absent


def test_reading_names_is_logged(world: World) -> None:
    from qiming.trust.models import AccessLog

    confirmed(world)
    world.client("head").get(url("class_ledger", world.class_1.id))
    assert AccessLog.objects.unscoped("test").filter(what="班级课时台账").count() == 5


def test_attendance_and_the_running_class_are_named_records_too(world: World) -> None:
    from qiming.trust.models import AccessLog

    period = world.live(1)
    client, log = world.client("teacher"), AccessLog.objects.unscoped("test")
    client.get(url("cockpit", period.id))
    assert log.filter(what="上课时看全班").count() == 5
    services.end_period(actor=world.actor("teacher"), period_id=period.id)
    client.get(url("confirm", period.id))
    client.post(url("confirm", period.id), {})
    client.get(url("amend", period.id))
    verbs = log.filter(what="一节课的出勤").values_list("verb", flat=True)
    assert sorted(verbs) == ["teaching.amend_period"] * 5 + ["teaching.confirm_period"] * 5


def test_homework_by_page(world: World) -> None:
    client = world.client("teacher")
    offering = world.open()
    page = text(client.get(url("homework_new", offering.id)))
    assert "从第1课挑作业" in page
    fields = {
        "lesson_key": "g7l1",
        "title": "说收获",
        "parts": ["a:say", "i:g7l1-q01"],
        "due_at": "2026-12-01T20:00",
        "whom": "class",
    }
    refused = client.post(url("homework_new", offering.id), fields | {"due_at": "2026-11-01T20:00"})
    assert refused.status_code == 422 and "现在以后" in text(refused) and "说收获" in text(refused)
    answer = client.post(url("homework_new", offering.id), fields)
    where = answer.headers["Location"].split("?")[0]
    assert "给5人" in text(client.get(where))
    assert "说收获" in text(world.client("head").get(url("homework_list", offering.id)))
    assert world.client("stranger").get(where).status_code == 404
    client.post(f"{where}move/", {"due_at": "2026-12-02T20:00"})
    assert "12月2日" in text(client.get(where))
    assert client.post(f"{where}move/", {"due_at": "never"}).status_code == 422
    client.post(f"{where}withdraw/")
    assert "收回了" in text(client.get(where))


def test_home_of_teacher_head_and_a_teacher_without_class(world: World) -> None:
    period = world.taught(1)
    page = text(world.client("teacher").get(url("home")))
    assert "1节课上过了，等确认" in page and url("confirm", period.id) in page
    assert "七年级（2）班" in text(world.client("head").get(url("home")))
    assert world.client("district").get(url("home")).status_code == 403
    RoleGrant.objects.unscoped("test").filter(person=world.people["colleague"]).update(ends_on=NOW.date())
    assert world.client("colleague").get(url("home")).status_code == 403


@pytest.mark.parametrize(
    "page",
    ["period", "confirm", "amend", "replan", "otherwise", "cockpit", "wall", "offering", "homework", "photo"],
)
def test_what_does_not_exist_answers_like_what_is_not_yours(world: World, page: str) -> None:
    world.open()
    answer = world.client("teacher").get(url(page, new_id()))
    assert answer.status_code == 404 and "没有这一页，或者它不归你看" in text(answer)
