"""What each level reads and does on the pages, and what it never reads."""

from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.test import RequestFactory
from django.urls import reverse

from qiming.educators import slots
from qiming.educators.models import Allotment, TrainingSession
from qiming.kernel import time
from qiming.kernel.time import at_local, frozen, today
from qiming.registry import testing
from qiming.registry.testing import Cast


@pytest.fixture
def cast(db: None) -> Iterator[Cast]:
    with frozen(at_local(today(), 10)):
        yield testing.cast()


def text(answer: object, status: int = 200) -> str:
    assert answer.status_code == status, answer.content.decode()  # type: ignore[attr-defined]
    return str(answer.content.decode())  # type: ignore[attr-defined]


def test_from_the_city_to_a_teachers_credit(cast: Cast) -> None:
    city, district = cast.client("city_officer"), cast.client("district_officer")
    admin, teacher = cast.client("admin"), cast.client("teacher")
    form = {
        "title": "暑期通识",
        "tier": "general",
        "audience": "ai_teachers",
        "begins_on": today().isoformat(),
        "due_on": today().isoformat(),
        "places": "2",
    }
    assert "请写培训的名称" in text(city.post("/educators/trainings/new/", {**form, "title": ""}), 422)
    page = city.post("/educators/trainings/new/", form)
    top = Allotment.objects.unscoped("test").get()
    assert page["Location"] == reverse("educators.allotment", args=[top.id])
    down = reverse("educators.hand_down", args=[top.id])
    assert "分多了" in text(city.post(down, {f"place-{cast.district.id}": "9"}), 422)
    assert "名额写得不对" in text(city.post(down, {f"place-{cast.district.id}": "二"}), 422)
    assert city.post(down, {f"place-{cast.district.id}": "2"}).status_code == 302
    part = Allotment.objects.unscoped("test").get(place_id=cast.district.id)
    assert district.post(down, {}).status_code == 404
    district.post(reverse("educators.hand_down", args=[part.id]), {f"place-{cast.school.id}": "1"})
    ours = Allotment.objects.unscoped("test").get(place_id=cast.school.id)
    admin.post(reverse("educators.enrol", args=[ours.id]), {"person_id": str(cast.people["teacher"])})
    assert "选一位老师" in text(admin.post(reverse("educators.enrol", args=[ours.id]), {}), 422)
    event = {
        "title": "第一讲",
        "mode": "onsite",
        "where": "礼堂",
        "day": today().isoformat(),
        "at": "10:00",
        "minutes": "90",
    }
    city.post(reverse("educators.add_session", args=[top.training_id]), event)
    held = TrainingSession.objects.unscoped("test").get()
    assert held.code in text(city.get(reverse("educators.session", args=[held.id])))
    assert held.code not in text(admin.get(reverse("educators.allotment", args=[ours.id])))
    assert held.code not in text(teacher.get("/educators/mine/"))
    code = reverse("educators.attend")
    assert "到场码不对" in text(teacher.post(code, {"code": "错"}), 422)
    assert teacher.post(code, {"code": held.code}).status_code == 302
    assert "还有活动没结束" in text(city.post(reverse("educators.close", args=[top.training_id])), 409)
    with frozen(time.now() + timedelta(hours=4)):
        assert city.post(reverse("educators.close", args=[top.training_id])).status_code == 302
        assert "通过1人" in text(
            cast.client("district_officer").get(reverse("educators.allotment", args=[part.id]))
        )
        assert "0.20学分" in text(cast.client("teacher").get("/educators/mine/"))


def test_the_school_notes_and_offices_read_numbers_without_names(cast: Cast) -> None:
    name = cast.actor("teacher").name
    admin = cast.client("admin")
    page = reverse("educators.person", args=[cast.school.id, cast.people["teacher"]])
    assert "请写原任学科" in text(admin.post(page, {"post": "teacher"}), 422)
    wanted = {"post": "teacher", "licence": "junior", "subject": "信息科技", "weekly_periods": "10"}
    assert admin.post(page, wanted).status_code == 302
    assert "通识培训没有通过" in text(admin.get("/educators/"))
    for who in ("district_officer", "city_officer"):
        seen = text(cast.client(who).get("/educators/"))
        assert "还缺16节" in seen
        assert name not in text(cast.client(who).get(reverse("educators.place", args=[cast.school.id])))
    assert "信息科技" in text(cast.client("teacher").get("/educators/mine/"))
    assert cast.client("other_admin").get(page).status_code == 404
    assert cast.client("teacher").get(page).status_code == 403


def test_empty_pages_say_what_comes(cast: Cast) -> None:
    assert "还没有报名" in text(cast.client("teacher").get("/educators/mine/"))
    assert "还没有培训分到这里" in text(cast.client("head").get("/educators/trainings/"))
    assert "还没有数过师资" in text(cast.client("city_officer").get("/educators/"))


@pytest.mark.parametrize(
    ("who", "says"), [("teacher", "您教初中"), ("admin", "没有登记"), ("head", "没有登记")]
)
def test_opening_a_course_warns(cast: Cast, who: str, says: str) -> None:
    request = RequestFactory().get("/")
    request.actor = cast.actor(who)  # type: ignore[attr-defined]
    plan = SimpleNamespace(course=SimpleNamespace(subject="ai"), class_group=cast.klass)
    said = str(slots.opening_advice(request, plan=plan))  # type: ignore[arg-type]
    assert says in said
    assert "课照样能开" in said


def test_the_desks_cost_does_not_grow_with_schools(cast: Cast, django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    client = cast.client("city_officer")
    client.get("/educators/")
    with django_assert_max_num_queries(16):
        client.get("/educators/")
