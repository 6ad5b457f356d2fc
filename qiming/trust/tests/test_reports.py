"""Complaints, reports, incidents: the right list, an answer, a clock, and nothing of an anonymous writer."""

from datetime import date, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest
from django.apps import apps
from django.db import connection

from qiming.kernel import time
from qiming.kernel.access import Actor, Denied
from qiming.kernel.errors import UserError
from qiming.kernel.ids import new_id
from qiming.kernel.models import AuditRow, OutboxEvent
from qiming.registry import testing
from qiming.registry.models import RoleGrant
from qiming.registry.queries import school_days_after
from qiming.registry.testing import Cast
from qiming.registry.types import OrgKind, Role
from qiming.trust import services
from qiming.trust.clocks import clock
from qiming.trust.models import Incident, Report
from qiming.trust.queries import reports as queries
from qiming.trust.rules.reports import CATEGORIES, MAX_TEXT, first_holders, next_holder
from qiming.trust.services.incidents import add_step
from qiming.trust.types.reports import ReportState, StepKind

pytestmark = pytest.mark.django_db
WORDS = "食堂门口有人推我，李老师看到了"


@pytest.fixture
def cast(db: None) -> Cast:
    with time.frozen(time.at_local(date(2026, 11, 16), 8)):
        return testing.cast(pupils=3)


def wish(cast: Cast, category: str = "privacy", **more: Any) -> services.ReportWish:
    said: dict[str, Any] = {"token": new_id(), "text": WORDS, "place_id": cast.school.id} | more
    return services.ReportWish(category=category, **said)


def told(cast: Cast, by: Actor, category: str = "privacy", **more: Any) -> Report:
    taken = services.make_report(actor=by, wish=wish(cast, category, **more))
    return Report.objects.unscoped("test").get(id=taken.id)


def listed(cast: Cast) -> dict[str, int]:
    names = ("admin", "head", "teacher", "district_officer", "city_officer", "other_admin", "guardian")
    return {who: len(queries.to_handle(cast.actor(who))) for who in names}


@pytest.mark.parametrize(
    ("category", "who"),
    [
        ("privacy", {"admin"}),
        ("content", {"admin"}),
        ("other", {"admin"}),
        ("conduct", {"head"}),
        ("school", {"district_officer"}),
        ("safety", {"head", "district_officer"}),
    ],
)
def test_each_kind_lands_on_its_list_and_on_no_other(cast: Cast, category: str, who: set[str]) -> None:
    told(cast, cast.pupil_actor(), category)
    assert {name for name, count in listed(cast).items() if count} == who


@pytest.mark.parametrize("kind", [OrgKind.SCHOOL, OrgKind.DISTRICT, OrgKind.CITY])
@pytest.mark.parametrize("category", CATEGORIES.values(), ids=lambda one: one.key)
@pytest.mark.parametrize("own", [(), (Role.SCHOOL_ADMIN,), (Role.SCHOOL_HEAD,), (Role.DISTRICT_OFFICER,)])
def test_nobody_decides_on_what_they_wrote(category: Any, kind: OrgKind, own: tuple[Role, ...]) -> None:
    holders = first_holders(category, kind, [role.value for role in own])
    assert holders and not set(own) & set(holders)


def test_the_way_up_ends_with_the_city() -> None:
    way = [Role.SCHOOL_ADMIN, Role.SCHOOL_HEAD, Role.DISTRICT_OFFICER, Role.CITY_OFFICER]
    assert all(next_holder([below]) is above for below, above in pairwise(way))
    assert next_holder(way) is None and next_holder([Role.SCHOOL_HEAD, Role.DISTRICT_OFFICER]) is way[3]


def test_a_list_without_a_person_passes_to_the_next_one_at_once(cast: Cast) -> None:
    RoleGrant.objects.unscoped("test").filter(role=Role.SCHOOL_ADMIN).delete()
    told(cast, cast.pupil_actor())
    assert listed(cast)["head"] == 1


def test_the_reporter_sees_the_answer_and_may_go_up(cast: Cast) -> None:
    pupil = cast.pupil_actor()
    report = told(cast, pupil)
    services.answer_report(actor=cast.admin, report_id=report.id, text="已经调整座位，明天找你谈")
    seen = queries.own(pupil, report.id)
    assert seen.state is ReportState.ANSWERED and seen.steps[-1].text == "已经调整座位，明天找你谈"
    assert seen.steps[0].by == "我" and seen.steps[1].by == "学校管理员 admin老师"
    services.appeal_report(actor=pupil, report_id=report.id, text="没有人来找我")
    assert listed(cast)["head"] == 1 and queries.own(pupil, report.id).state is ReportState.OPEN
    services.answer_report(actor=cast.actor("head"), report_id=report.id, text="我来处理")
    services.close_report(actor=cast.actor("head"), report_id=report.id)
    services.close_report(actor=cast.actor("head"), report_id=report.id)
    with pytest.raises(UserError):
        services.add_to_report(actor=pupil, report_id=report.id, text="还有")
    kinds = [one.kind for one in queries.own(pupil, report.id).steps]
    assert kinds == [StepKind(one) for one in ("asked", "answered", "appealed", "answered", "closed")]


@pytest.mark.parametrize("who", ["teacher", "other_admin", "guardian", "city_officer"])
def test_another_neither_reads_nor_answers(cast: Cast, who: str) -> None:
    report = told(cast, cast.pupil_actor())
    for verb in (queries.handled, queries.own):
        with pytest.raises(Denied):
            verb(cast.actor(who), report.id)
    with pytest.raises(Denied):
        services.answer_report(actor=cast.actor(who), report_id=report.id, text="x")
    with pytest.raises(Denied):
        services.add_to_report(actor=cast.actor(who), report_id=report.id, text="x")
    with pytest.raises(Denied):
        services.make_report(actor=cast.actor(who), wish=wish(cast, place_id=new_id()))


def test_what_is_refused_says_so_and_keeps_nothing(cast: Cast) -> None:
    for bad in ({"text": "  "}, {"text": "长" * (MAX_TEXT + 1)}, {"category": "nonsense"}):
        category = bad.pop("category", "other")
        with pytest.raises(UserError):
            told(cast, cast.pupil_actor(), category, **bad)
    assert not Report.objects.unscoped("test").exists()


def test_sent_twice_it_is_one_report(cast: Cast) -> None:
    one = wish(cast, is_anonymous=True)
    first = services.make_report(actor=cast.pupil_actor(), wish=one)
    again = services.make_report(actor=cast.pupil_actor(), wish=one)
    assert first == again and first.code and Report.objects.unscoped("test").count() == 1


def test_too_many_in_a_day_are_refused(cast: Cast) -> None:
    pupil = cast.pupil_actor()
    for _ in range(20):
        told(cast, pupil)
    with pytest.raises(UserError) as refusal:
        told(cast, pupil)
    assert refusal.value.status == 429
    told(cast, cast.pupil_actor(1))


def test_of_an_anonymous_writer_nothing_is_stored(cast: Cast) -> None:
    pupil = cast.pupil_actor()
    taken = services.make_report(actor=pupil, wish=wish(cast, "conduct", is_anonymous=True))
    services.add_to_report(actor=pupil, report_id=taken.id, text="还有一次", code=taken.code)
    traces = {str(pupil.person_id), str(pupil.account_id), taken.code}
    for model in (
        "kernel.AuditRow",
        "kernel.OutboxEvent",
        "trust.Report",
        "trust.ReportStep",
        "trust.AccessLog",
    ):
        table = apps.get_model(model)._meta.db_table
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT row_to_json(t)::text FROM {table} t")
            found = "\n".join(text for (text,) in cursor.fetchall())
        made_before = f'"{taken.id}"' if model.startswith("trust") else str(taken.id)
        assert made_before in found or model == "trust.AccessLog"
        for line in found.splitlines():
            assert str(taken.id) not in line or not any(trace in line for trace in traces), (model, line)
    assert not AuditRow.objects.filter(thing="report").exclude(account_id=None).exists()
    assert queries.mine(pupil) == []


def test_an_anonymous_report_is_answered_by_its_code(cast: Cast) -> None:
    taken = services.make_report(actor=cast.pupil_actor(), wish=wish(cast, is_anonymous=True))
    services.answer_report(actor=cast.admin, report_id=taken.id, text="已处理")
    spoken = f" {taken.code[:5].lower()}-{taken.code[5:].lower()} "
    seen = queries.by_code_hash(services.report_code_hash(spoken))
    assert seen.steps[-1].text == "已处理" and seen.is_anonymous
    shown = queries.handled(cast.admin, taken.id)
    assert shown.by == "学生（没有署名）" and shown.steps[0].by == "学生（没有署名）"
    services.appeal_report(actor=None, report_id=taken.id, text="不满意", code=taken.code)
    with pytest.raises(Denied):
        services.add_to_report(actor=cast.pupil_actor(), report_id=taken.id, text="x", code="WRONGCODE2")
    with pytest.raises(Denied):
        services.add_to_report(actor=None, report_id=taken.id, text="x")


def test_due_days_are_school_days(cast: Cast) -> None:
    friday, new_year = date(2026, 11, 20), date(2026, 12, 31)
    assert school_days_after(cast.school.id, friday, 1) == date(2026, 11, 23)
    assert school_days_after(cast.school.id, friday, 5) == date(2026, 11, 27)
    assert school_days_after(cast.school.id, new_year, 1) > date(2027, 1, 1)
    assert school_days_after(cast.school.id, date(2027, 7, 20), 5) > date(2027, 8, 25)


def test_what_nobody_answers_in_time_goes_up_and_urgent_knows_no_weekend(cast: Cast) -> None:
    with time.frozen(time.at_local(date(2026, 11, 20), 10)):  # a Friday
        report = told(cast, cast.pupil_actor())
        urgent = told(cast, cast.pupil_actor(), "safety")
        assert (report.due_on, urgent.due_on) == (date(2026, 11, 27), date(2026, 11, 21))
        assert services.pass_up_overdue() == 0
    with time.frozen(time.at_local(date(2026, 11, 22), 10)):
        assert services.pass_up_overdue() == 1  # the urgent one
        assert listed(cast)["city_officer"] == 1
    with time.frozen(time.at_local(date(2026, 11, 28), 10)):
        services.pass_up_overdue()
        assert services.pass_up_overdue() == 0  # the next list has its own days
    report.refresh_from_db()
    assert report.holders == ["school_admin", "school_head"] and report.passed_up == 1
    assert [one.kind for one in report.steps.order_by("id")] == ["asked", "passed_up"]


def test_everybody_signed_in_finds_the_door(cast: Cast) -> None:
    for client, words in ((cast.client("teacher"), "投诉与举报"), (cast.pupil_client(), "告诉一位大人")):
        page = client.get("/report/").content.decode()
        assert f"<h1>{words}</h1>" in page and 'class="door-l"' in page
    for who in ("guardian", "colleague", "district_officer", "city_officer", "head", "admin"):
        assert cast.client(who).get("/report/").status_code == 200


def test_the_pages_from_writing_to_answer(cast: Cast) -> None:
    pupil, admin = cast.pupil_client(), cast.client("admin")
    page = pupil.get("/report/?from=/reads/")
    token, about = page.context["form"]["token"].value(), page.context["form"]["page"].value()
    assert about and "看谁看过" in about
    given = {
        "token": token,
        "page": about,
        "place": str(cast.school.id),
        "category": "privacy",
        "text": WORDS,
    }
    sent = pupil.post("/report/", given)
    assert sent.status_code == 302
    row = Report.objects.unscoped("test").get()
    assert f"{row.id}" in sent["Location"] and WORDS in pupil.get(sent["Location"]).content.decode()
    shown = admin.get(f"/reports/{row.id}/").content.decode()
    assert WORDS in shown and about in shown
    assert admin.post(f"/reports/{row.id}/answer/", {"text": ""}).status_code == 422
    assert admin.post(f"/reports/{row.id}/answer/", {"text": "看到了，这样改"}).status_code == 302
    assert "看到了，这样改" in pupil.get(sent["Location"]).content.decode()
    assert pupil.post(f"{sent['Location']}more/", {"text": "不行", "appeal": "1"}).status_code == 302
    assert "不行" in cast.client("head").get(f"/reports/{row.id}/").content.decode()
    assert pupil.get(f"/reports/{row.id}/").status_code == 403
    assert cast.client("other_admin").get(f"/reports/{row.id}/").status_code == 404


def test_hostile_words_stay_words(cast: Cast) -> None:
    report = told(cast, cast.pupil_actor(), text="<script>alert(1)</script>{{ 1 }}")
    page = cast.client("admin").get(f"/reports/{report.id}/").content.decode()
    assert "<script>alert" not in page and "&lt;script&gt;" in page
    bad = {"token": "x", "place": "y", "category": "z", "text": "a\x00b"}
    assert cast.pupil_client().post("/report/", bad).status_code == 422


def test_an_anonymous_page_shows_the_code_once_and_opens_with_it(cast: Cast) -> None:
    pupil = cast.pupil_client()
    given = {
        "token": str(new_id()),
        "place": str(cast.school.id),
        "category": "other",
        "text": WORDS,
        "anonymous": "on",
    }
    page = pupil.post("/report/", given)
    code = page.context["taken"].code
    assert code in page.content.decode()
    from django.test import Client

    stranger = Client()
    assert stranger.post("/report/code/", {"code": "WRONG"}).status_code == 422
    assert WORDS in stranger.post("/report/code/", {"code": code}).content.decode()
    more = stranger.post("/report/code/", {"code": code, "text": "再补一句"})
    assert "再补一句" in more.content.decode()


# ---- incidents

FOUND: dict[str, Any] = {
    "title": "名单发错群",
    "what": "把名单发到了家长群，十分钟后撤回",
    "happened_on": date(2026, 11, 19),
    "categories": ["学籍归属"],
    "people_touched": 43,
    "is_grave": False,
}


def opened(cast: Cast, who: str = "teacher", **more: Any) -> Incident:
    return services.open_incident(actor=cast.actor(who), found=services.IncidentFound(**(FOUND | more)))


def test_an_incident_is_told_about_in_time_and_closed_with_lessons(cast: Cast) -> None:
    with time.frozen(time.at_local(date(2026, 11, 20), 10)):
        incident = opened(cast)
        assert incident.tell_by - incident.found_at <= timedelta(hours=clock("incident_tell_hours").value)
        grave = opened(cast, "head", is_grave=True)
        assert grave.tell_by < incident.tell_by
        admin = cast.admin
        with pytest.raises(UserError, match="措施"):
            services.close_incident(actor=admin, incident_id=incident.id, lessons="发前核对")
        add_step(actor=admin, incident_id=incident.id, kind="measure", text="撤回并请家长删除")
        with pytest.raises(UserError, match="通知了谁"):
            add_step(actor=admin, incident_id=incident.id, kind="told", text="电话")
        add_step(actor=admin, incident_id=incident.id, kind="told", text="电话", whom="43位家长")
        with pytest.raises(UserError, match="教训"):
            services.close_incident(actor=admin, incident_id=incident.id, lessons=" ")
        services.close_incident(actor=admin, incident_id=incident.id, lessons="发前核对收件人")
        with pytest.raises(UserError, match="已经结案"):
            add_step(actor=admin, incident_id=incident.id, kind="measure", text="再")
    assert incident.scope_path == cast.school.path
    assert OutboxEvent.objects.filter(name="trust.incident_opened").count() == 2


@pytest.mark.parametrize(
    "bad", [{"happened_on": date(2099, 1, 1)}, {"categories": []}, {"categories": ["没有这一类"]}]
)
def test_an_incident_that_makes_no_sense_is_refused(cast: Cast, bad: dict[str, Any]) -> None:
    with pytest.raises(UserError):
        opened(cast, **bad)


def test_who_may_open_and_who_may_see_incidents(cast: Cast) -> None:
    incident = opened(cast)
    for who in ("admin", "head", "district_officer", "city_officer"):
        assert cast.client(who).get(f"/incidents/{incident.id}/").status_code == 200
    for who in ("other_admin", "teacher", "guardian"):
        assert cast.client(who).get(f"/incidents/{incident.id}/").status_code in {403, 404}
    with pytest.raises(Denied):
        services.open_incident(actor=cast.pupil_actor(), found=services.IncidentFound(**FOUND))


def test_the_incident_pages(cast: Cast) -> None:
    admin = cast.client("admin")
    assert admin.post("/incidents/new/", {}).status_code == 422
    given = {key: value for key, value in FOUND.items() if key != "is_grave"}
    sent = admin.post("/incidents/new/", given)
    assert sent.status_code == 302
    page = sent["Location"]
    assert admin.post(f"{page}step/", {"kind": "told", "text": "电话"}).status_code == 422
    assert admin.post(f"{page}close/", {"lessons": "核对"}).status_code == 422
    for kind, whom in (("measure", ""), ("told", "家长")):
        assert admin.post(f"{page}step/", {"kind": kind, "text": "做了", "whom": whom}).status_code == 302
    assert admin.post(f"{page}close/", {"lessons": "核对"}).status_code == 302
    assert "核对" in admin.get(page).content.decode()
    assert "名单发错群" in admin.get("/incidents/").content.decode()
    taken = cast.client("teacher").post("/incidents/new/", given)
    assert "登记好了" in taken.content.decode()


def test_the_desk_of_protection_and_the_register_of_classes(cast: Cast) -> None:
    told(cast, cast.pupil_actor())
    assert "1件投诉、举报等你答复" in cast.client("admin").get("/protect/").content.decode()
    page = cast.client("head").get("/protect/classes/").content.decode()
    assert "未读到全文" in page and "学习过程" in page and "不存" in page
    assert cast.client("teacher").get("/protect/").status_code == 403


def test_a_report_of_somebody_who_is_at_no_place_goes_to_the_city(cast: Cast) -> None:
    actor = cast.actor("colleague")
    city = queries.places_of(actor)[0]
    taken = services.make_report(actor=actor, wish=wish(cast, place_id=city.id))
    assert taken.people == ["市级人员 city_officer老师"]
    assert isinstance(taken.id, UUID)
