"""What users say and what comes of it; whose shelf a resource lies on."""

from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from qiming.curriculum import queries as curriculum
from qiming.curriculum.syllabi import queries as syllabi
from qiming.curriculum.types import OutcomeRef
from qiming.kernel import time
from qiming.kernel.access import Actor, Denied, Grant
from qiming.kernel.errors import UserError
from qiming.kernel.models import OutboxEvent
from qiming.registry import queries as registry
from qiming.registry.models import Alliance, AllianceMember
from qiming.registry.types import OrgRef
from qiming.resources import queries, services, usage
from qiming.resources.models import Adoption, Exclusion, Improvement, Rating, ResourceVersion
from qiming.resources.services.opinions import open_improvement
from qiming.resources.tests.conftest import CARD, Shelf

WHY = "例子贴近学生，第二步慢一些更好。"


@pytest.fixture
def taught(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everybody who may rate has taught it, in two classes; the class had another lesson only."""
    teller = usage.Teller(
        lambda actor, found: True, lambda found: 2, lambda path: frozenset({"another-lesson"})
    )
    monkeypatch.setattr(usage, "_tellers", [teller])


def others_say(version: ResourceVersion, *stars: int) -> None:
    for given in stars:
        Rating.objects.create(
            scope_path=version.scope_path,
            resource=version.resource,
            version=version,
            person_id=uuid4(),
            stars=given,
            why=f"{given}分的理由",
        )


def rate(
    shelf: Shelf, version: ResourceVersion, stars: int = 4, why: str = WHY, who: str = "other_teacher"
) -> None:
    services.rate(actor=shelf.cast.actor(who), resource_id=version.resource_id, stars=stars, why=why)


def test_a_user_rates_once_and_it_shows_from_three_on(shelf: Shelf, taught: None) -> None:
    version = shelf.published()
    with pytest.raises(UserError, match="用过才能评"):
        rate(shelf, version)
    shelf.adopt(version)
    others_say(version, 5)
    rate(shelf, version, 2)
    rate(shelf, version, 4)
    assert Rating.objects.unscoped("test").filter(version=version).count() == 2
    said = queries.opinions_of(version.id)
    assert (said.rated, said.average, said.reasons) == (2, None, ())
    line = queries.shelf(shelf.cast.actor("other_admin")).lines[0]
    assert (line.stars, line.rated) == (None, 2)
    others_say(version, 3)
    rate(shelf, version, 4)
    said = queries.opinions_of(version.id)
    assert (said.rated, said.average) == (3, 4.0)
    assert [one.stars for one in said.reasons] == [5, 4, 3]
    assert queries.shelf(shelf.cast.actor("other_admin")).lines[0].stars == 4.0
    page = shelf.cast.client("other_admin").get(f"/resources/{version.resource_id}/").content.decode()
    assert WHY in page and "3位用过的老师平均给了4.0分" in page and "2个班开过课" in page
    assert shelf.cast.actor("other_teacher").name not in page


@pytest.mark.parametrize(
    ("stars", "why", "says"),
    [(0, WHY, "请选"), (6, WHY, "请选"), (4, "好", "请写理由"), (4, "有问题打13800138000问", "手机号")],
)
def test_a_rating_has_stars_reasons_and_nobodys_number(
    shelf: Shelf, taught: None, stars: int, why: str, says: str
) -> None:
    version = shelf.published()
    shelf.adopt(version)
    with pytest.raises(UserError, match=says):
        rate(shelf, version, stars, why)
    assert not Rating.objects.unscoped("test").exists()


def test_who_did_not_teach_it_does_not_rate_it(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    nobody = usage.Teller(lambda actor, found: False, lambda found: 0, lambda path: frozenset())
    monkeypatch.setattr(usage, "_tellers", [nobody])
    version = shelf.published()
    shelf.adopt(version)
    with pytest.raises(UserError, match="用过才能评"):
        rate(shelf, version)
    client = shelf.cast.client("other_teacher")
    assert client.get(f"/resources/{version.resource_id}/rate/").status_code == 404
    with pytest.raises(UserError, match="用过才能评"):
        rate(shelf, version, who="head")


def test_poor_ratings_open_one_task_which_the_school_answers(shelf: Shelf, taught: None) -> None:
    version = shelf.published()
    shelf.adopt(version)
    others_say(version, 1, 2)
    rate(shelf, version, 2)
    rate(shelf, version, 1)
    task = Improvement.objects.unscoped("test").get()
    assert task.resource_id == version.resource_id
    assert "3位用过的老师" in task.says
    assert OutboxEvent.objects.filter(name="resources.to_mend").count() == 1
    teacher, url = shelf.cast.client("teacher"), f"/resources/improvements/{task.id}/"
    listed = teacher.get("/resources/ours/credit/").content.decode()
    assert url in listed and "1所学校在用" in listed
    assert shelf.cast.client("other_teacher").get(url).status_code == 404
    assert teacher.post(url, {"state": "done", "answer": ""}).status_code == 422
    assert teacher.post(url, {"state": "done", "answer": "第二步放慢，送了新版。"}).status_code == 302
    task.refresh_from_db()
    assert (task.state, task.closed_on) == ("done", time.today())
    assert teacher.post(url, {"state": "left", "answer": "再答一次"}).status_code == 422
    open_improvement(version, Improvement.Source.RATINGS, "", "又一次")
    assert Improvement.objects.unscoped("test").count() == 1


def test_a_new_version_begins_without_ratings(shelf: Shelf, taught: None) -> None:
    version = shelf.published()
    shelf.adopt(version)
    others_say(version, 5, 5)
    rate(shelf, version, 5)
    new = shelf.offer(course_version_id=shelf.next_course("换了一种问法？"), resource_id=version.resource_id)
    new = shelf.publish(shelf.approved(new))
    assert queries.opinions_of(new.id).rated == 0
    assert (shelf.resource(new).rated, shelf.resource(new).stars) == (0, 0)
    assert queries.opinions_of(version.id).rated == 3


def officer_over(shelf: Shelf) -> tuple[Actor, OrgRef]:
    """An officer of the district in which the other school lies."""
    district = registry.ancestors(shelf.cast.other_school.path)[-2]
    grant = Grant("district_officer", district.path, district.id)
    return replace(shelf.cast.actor("district_officer"), grants=(grant,)), district


def test_a_district_is_stricter_for_its_own_schools(shelf: Shelf) -> None:
    version = shelf.published()
    adoption = shelf.adopt(version)
    officer, district = officer_over(shelf)
    given: dict[str, Any] = {
        "resource_id": version.resource_id,
        "district_id": district.id,
        "why": "和本区的教学进度不合。",
    }
    for who in ("city_officer", "other_admin", "district_officer"):
        with pytest.raises(Denied):
            services.exclude(actor=shelf.cast.actor(who), **given)
    excluded = services.exclude(actor=officer, **given)
    with pytest.raises(UserError, match="本区已经收起"):
        services.exclude(actor=officer, **given)
    assert queries.shelf(shelf.cast.actor("other_teacher")).total == 0
    assert queries.shelf(shelf.cast.actor("city_officer")).total == 1
    assert queries.shelf(shelf.cast.teacher).total == 1
    ended = Adoption.objects.unscoped("test").get(id=adoption)
    assert "教学进度" in ended.ended_why
    with pytest.raises(UserError, match="本区从货架上收起了它"):
        shelf.adopt(version)
    said = shelf.cast.client("other_teacher").get(f"/resources/{version.resource_id}/").content.decode()
    assert "本区从货架上收起了它" in said and "教学进度" in said and CARD.says not in said
    with pytest.raises(Denied):
        services.readmit(actor=shelf.cast.actor("district_officer"), exclusion_id=excluded)
    services.readmit(actor=officer, exclusion_id=excluded)
    with pytest.raises(UserError, match="已经放回"):
        services.readmit(actor=officer, exclusion_id=excluded)
    assert queries.shelf(shelf.cast.actor("other_teacher")).total == 1
    assert shelf.adopt(version)
    assert Exclusion.objects.unscoped("test").get().ended_by == officer.person_id


def test_the_districts_page_asks_for_a_reason(shelf: Shelf) -> None:
    version = shelf.published()
    client, given = shelf.cast.client("district_officer"), {"resource": str(version.resource_id)}
    url = f"/resources/exclusions/?resource={version.resource_id}"
    assert "从本区的货架上收起" in client.get(url).content.decode()
    assert client.post(url, given | {"district": str(shelf.cast.district.id), "why": ""}).status_code == 422
    done = client.post(url, given | {"district": str(shelf.cast.district.id), "why": "进度不合，先不用。"})
    assert done.status_code == 302
    assert client.get("/resources/exclusions/?resource=nonsense").status_code == 404
    assert "本区收起了1个资源" in client.get("/resources/exclusions/").content.decode()
    row = Exclusion.objects.unscoped("test").get()
    assert client.post(f"/resources/exclusions/{row.id}/end/").status_code == 302
    assert client.post(f"/resources/exclusions/{row.id}/end/").status_code == 409


def alliance(shelf: Shelf, *, member: bool) -> Alliance:
    """Led by the first school; the other one is in it, or was only asked."""
    made = Alliance.objects.create(
        scope_path=shelf.cast.school.path,
        kind="league",
        name="数据课联盟",
        lead_id=shelf.cast.school.id,
        proposed_by=shelf.cast.people["head"],
    )
    AllianceMember.objects.create(
        scope_path=shelf.cast.other_school.path,
        alliance=made,
        school_id=shelf.cast.other_school.id,
        state="accepted" if member else "asked",
        answered_by=shelf.cast.people["other_admin"] if member else None,
        starts_on=time.today() if member else None,
    )
    return made


@pytest.mark.parametrize("member", [True, False])
def test_an_alliance_shares_within_itself(shelf: Shelf, member: bool) -> None:
    made = alliance(shelf, member=member)
    version = shelf.publish(shelf.approved(shelf.offer(alliance_id=made.id)))
    there = shelf.cast.actor("other_teacher")
    assert queries.shelf(there).total == (1 if member else 0)
    assert queries.sees(there, version) is member
    assert queries.shelf(shelf.cast.actor("district_officer")).total == 1
    answer = shelf.cast.client("other_teacher").get(f"/resources/{version.resource_id}/")
    assert answer.status_code == (200 if member else 404)
    if member:
        assert "数据课联盟" in answer.content.decode()
        assert shelf.adopt(version)
        Alliance.objects.unscoped("test").update(ends_on=time.today())
        assert queries.shelf(there).total == 0
    else:
        with pytest.raises(UserError, match="现在不能选用"):
            shelf.adopt(version)


def test_nobody_shares_in_an_alliance_that_is_not_theirs(shelf: Shelf) -> None:
    with pytest.raises(UserError, match="不在这个联盟里"):
        shelf.offer(alliance_id=uuid4())


def test_two_lie_side_by_side_and_what_is_not_there_is_left_out(shelf: Shelf) -> None:
    version = shelf.published()
    client = shelf.cast.client("other_teacher")
    one = f"/resources/compare/?r={version.resource_id}"
    for url in ("/resources/compare/", one, f"{one}&r={uuid4()}&r=nonsense&r={version.resource_id}"):
        assert "选两三个资源并排看" in client.get(url).content.decode()
    tool = services.offer_tool(
        actor=shelf.cast.teacher,
        school_id=shelf.cast.school.id,
        address="https://tool.example.org/",
        card=replace(CARD, title="画决策树的工具"),
    )
    tool_version = shelf.publish(shelf.approved(shelf.version(tool)))
    said = client.get(f"{one}&r={tool_version.resource_id}").content.decode()
    assert "2个资源并排看" in said
    assert "画决策树的工具" in said and CARD.title in said and "没有" in said


def test_a_teacher_is_told_what_suits_and_why(
    shelf: Shelf, taught: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = shelf.published()
    lesson = curriculum.course(shelf.course_version_id).lessons[0].key
    outcome = OutcomeRef(
        "o-2", "s", "纲要", "p", "t", "主题", "junior", 7, "会分训练集", "来源", False, lesson=lesson
    )
    monkeypatch.setattr(syllabi, "outcomes", lambda stage, path: [outcome])
    for nobody in ("city_officer", "teacher"):  # without classes; of the school that offers it
        assert queries.advice_for(shelf.cast.actor(nobody)) == []
    (found,) = queries.advice_for(shelf.cast.actor("other_teacher"))
    assert found.line.id == version.resource_id
    assert "还有1条要点没上到，它教：会分训练集" in found.reasons[0]
    assert found.reasons[-1] == "适合初中"
    assert "可能合你的班用" in shelf.cast.client("other_teacher").get("/resources/").content.decode()
    shelf.adopt(version)
    assert queries.advice_for(shelf.cast.actor("other_teacher")) == []


def test_what_was_stopped_or_retired_says_why(shelf: Shelf) -> None:
    version = shelf.published()
    shelf.move(version, "district_officer", "suspend", reason="有一张图的授权要核对。")
    client, url = shelf.cast.client("other_teacher"), f"/resources/{version.resource_id}/"
    said = client.get(url).content.decode()
    assert "已停用，正在核查" in said and "授权要核对" in said and CARD.says not in said
    assert client.get(f"/resources/{uuid4()}/").status_code == 404
