"""Resources against PostgreSQL: from the teacher who offers one to the school that uses it, and off the shelf again."""

from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, transaction

from qiming.casework import services as cases
from qiming.casework.models import ReviewSheet
from qiming.casework.testing import give_duty
from qiming.casework.types import Proof
from qiming.curriculum import queries as curriculum
from qiming.curriculum.authoring import queries as authoring
from qiming.curriculum.lending import queries as lending
from qiming.curriculum.lending.models import CourseLoan
from qiming.curriculum.models import CourseVersion, ItemVersion, LessonVersion
from qiming.kernel.access import Denied
from qiming.kernel.errors import UserError
from qiming.kernel.models import AuditRow, OutboxEvent
from qiming.resources import queries, services
from qiming.resources.models import Adoption, ResourceVersion
from qiming.resources.tests.conftest import CARD, GIVEN, POINTS, Shelf

FINDING = [Proof.of_words("finding", "核查结论", "看过，可以恢复")]


def visible(shelf: Shelf, who: str, version: ResourceVersion) -> bool:
    assert version.course_version_id
    try:
        authoring.require_visible(shelf.cast.actor(who), curriculum.course(version.course_version_id))
    except Denied:
        return False
    return True


def openable(shelf: Shelf) -> list[UUID]:
    return [one.id for one in lending.lent_to(shelf.cast.other_class.path)]


def change_a_lesson(version: ResourceVersion) -> None:
    LessonVersion.objects.filter(id__in=version.lessons).update(guide_html="<p>换了</p>")


def test_from_a_school_to_another_schools_teacher(shelf: Shelf) -> None:
    version = shelf.offer()
    assert (version.state, version.number) == ("self_review", 1)
    assert not visible(shelf, "other_teacher", version)
    version = shelf.screened(version)
    assert version.state == "in_review"
    assert all(one["level"] == "look" for one in version.report["findings"])
    assert visible(shelf, "other_admin", version)  # asked to review it
    assert not visible(shelf, "other_teacher", version)
    version = shelf.move(shelf.reviewed(version), "district_officer", "approve")
    assert version.approved_hash == version.content_hash
    assert not version.is_served
    version = shelf.publish(version)
    assert version.is_served
    assert queries.shelf(shelf.cast.actor("other_admin")).total == 1
    assert openable(shelf) == []
    shelf.adopt(version)
    assert openable(shelf) == [version.course_version_id]
    assert visible(shelf, "other_teacher", version)
    assert queries.users_of(version.resource_id) == ["示例七中"]
    said = set(OutboxEvent.objects.filter(name__startswith="resources.").values_list("name", flat=True))
    assert said == {"resources.published", "resources.adopted"}
    assert AuditRow.objects.filter(verb__in=("resources.offer", "resources.adopt")).count() == 2


@pytest.mark.parametrize("who", ["other_teacher", "other_admin", "head", "district_officer", "guardian"])
def test_only_the_schools_teachers_and_admin_offer_its_versions(shelf: Shelf, who: str) -> None:
    with pytest.raises(Denied):
        services.offer_pack(actor=shelf.cast.actor(who), course_version_id=shelf.course_version_id, card=CARD)
    assert not ResourceVersion.objects.unscoped("test").exists()


def test_the_citys_own_course_and_what_is_not_there_cannot_be_offered(shelf: Shelf) -> None:
    city = curriculum.current_course("g7-tiny")
    assert city
    for course_version_id in (city.id, uuid4()):
        with pytest.raises(Denied):
            shelf.offer(course_version_id=course_version_id)


def test_offered_twice_it_is_one(shelf: Shelf) -> None:
    version = shelf.offer()
    with pytest.raises(UserError, match="已经送审"):
        shelf.offer()
    with pytest.raises(UserError) as caught:
        shelf.offer(resource_id=version.resource_id)
    assert (caught.value.status, caught.value.kept) == (409, "没有再送一次。")
    assert ResourceVersion.objects.unscoped("test").count() == 1


def test_taken_back_it_can_be_offered_again(shelf: Shelf) -> None:
    version = shelf.move(shelf.offer(), "teacher", "withdraw")
    assert version.state == "withdrawn"
    again = shelf.offer(resource_id=version.resource_id)
    assert (again.number, again.state) == (2, "self_review")


def test_lessons_that_another_school_lent_are_not_given_on(shelf: Shelf) -> None:
    """A version of the other school in which this school's lesson stands."""
    theirs = CourseVersion.objects.get(id=shelf.course_version_id)
    theirs.pk, theirs.content_hash = uuid4(), "e" * 64
    theirs.scope_path = shelf.cast.other_school.path
    theirs._state.adding = True
    theirs.save(force_insert=True)
    assert lending.editions_of(shelf.cast.other_school.path) == []
    with pytest.raises(UserError, match="别的学校的课"):
        services.offer_pack(actor=shelf.cast.actor("other_teacher"), course_version_id=theirs.id, card=CARD)


def test_the_author_does_not_review_for_the_school(shelf: Shelf) -> None:
    give_duty(shelf.cast.people["teacher"], "provider_reviewer", shelf.cast.school.path)
    with pytest.raises(UserError, match="还不能"):
        shelf.move(shelf.offer(), "teacher", "submit", evidence=GIVEN)


def test_what_the_screening_stops_comes_back_with_reasons_and_goes_again(shelf: Shelf) -> None:
    version = shelf.screened(shelf.offer(replace(CARD, says="有问题请打13800138000问王老师。")))
    assert version.state == "returned"
    assert version.report["findings"][0]["rule"] == "personal"
    services.revise(actor=shelf.cast.teacher, version_id=version.id, card=CARD)
    mended = shelf.version(version.id)
    assert mended.state == "self_review"
    assert mended.content_hash != version.content_hash
    assert shelf.screened(mended).state == "in_review"
    assert not services.screen(version.id)  # a second worker finds nothing to do


def test_only_who_offered_it_mends_it_and_only_when_it_came_back(shelf: Shelf) -> None:
    version = shelf.offer()
    with pytest.raises(UserError, match="不能改"):
        services.revise(actor=shelf.cast.teacher, version_id=version.id, card=CARD)
    version = shelf.move(version, "head", "send_back", reason="介绍再写细些")
    with pytest.raises(UserError, match="不能改"):
        services.revise(actor=shelf.cast.admin, version_id=version.id, card=CARD)
    with pytest.raises(Denied):
        services.revise(actor=shelf.cast.actor("other_teacher"), version_id=version.id, card=CARD)
    newer = shelf.next_course("退回以后改的题？")
    services.revise(actor=shelf.cast.teacher, version_id=version.id, card=CARD, course_version_id=newer)
    assert shelf.version(version.id).course_version_id == newer


def test_the_same_lessons_offered_as_another_resource_are_found(shelf: Shelf) -> None:
    shelf.published()
    twin = CourseVersion.objects.get(id=shelf.course_version_id)
    twin.pk, twin.content_hash = uuid4(), "d" * 64
    twin._state.adding = True
    twin.save(force_insert=True)
    version = shelf.screened(shelf.offer(course_version_id=twin.id))
    assert version.state == "returned"
    assert "内容相同" in version.report["findings"][-1]["says"]


def test_bytes_that_change_on_the_way_stop_it(shelf: Shelf) -> None:
    version = shelf.reviewed(shelf.screened(shelf.offer()))
    change_a_lesson(version)
    with pytest.raises(UserError, match="不是同一份"):
        shelf.move(version, "district_officer", "approve")
    assert shelf.case(version).state == "in_review"


def test_bytes_that_change_after_approval_are_not_published(shelf: Shelf) -> None:
    version = shelf.approved(shelf.offer())
    ItemVersion.objects.filter(lesson_version_id__in=version.lessons).update(difficulty=3)
    with pytest.raises(UserError, match="还不能") as caught:
        shelf.publish(version)
    assert "不是同一份" in caught.value.next


def test_bytes_that_change_on_the_shelf_are_not_served_and_stopped_by_night(shelf: Shelf) -> None:
    version = shelf.published()
    shelf.adopt(version)
    change_a_lesson(version)
    assert openable(shelf) == []
    assert not visible(shelf, "other_teacher", version)
    with pytest.raises(Denied):
        queries.served_of(version.resource_id)
    with pytest.raises(UserError, match="不能选用"):
        services.adopt(
            actor=shelf.cast.actor("other_admin"),
            resource_id=version.resource_id,
            place_id=shelf.cast.other_class.id,
            minutes="再给七年级1班选用。",
        )
    assert services.check_served() == 1
    assert services.check_served() == 0
    version = shelf.version(version.id)
    assert (version.state, version.is_served) == ("suspended", False)
    with pytest.raises(UserError, match="还不能"):
        shelf.move(version, "district_officer", "restore", reason="看过", evidence=FINDING)


def test_the_database_serves_nothing_that_was_not_approved(shelf: Shelf) -> None:
    version = shelf.screened(shelf.offer())
    rows = ResourceVersion.objects.unscoped("test").filter(id=version.id)
    wrongs: list[dict[str, Any]] = [
        {"is_served": True},
        {"is_served": True, "state": "published", "approved_hash": "x"},
    ]
    for wrong in wrongs:
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**wrong)


def test_a_stop_reaches_shelf_and_classes_at_once_and_is_undone_by_another(shelf: Shelf) -> None:
    version = shelf.published()
    shelf.adopt(version)
    version = shelf.move(version, "city_officer", "suspend", reason="有家长反映图里有学生")
    [used] = queries.used_at(shelf.cast.actor("other_admin"))
    assert (used.state, used.is_shown) == ("停用中：有家长反映图里有学生", False)
    assert queries.shelf(shelf.cast.actor("other_admin")).total == 0
    assert openable(shelf) == []
    with pytest.raises(UserError, match="还不能"):
        shelf.move(version, "city_officer", "publish")
    version = shelf.move(version, "district_officer", "restore", reason="没有", evidence=FINDING)
    assert version.is_served
    assert openable(shelf) == [version.course_version_id]


def test_a_new_version_goes_through_review_while_the_old_one_is_served(shelf: Shelf) -> None:
    first = shelf.published()
    shelf.adopt(first)
    newer = shelf.next_course("新一版的题？")
    second = shelf.offer(
        replace(CARD, title="垃圾分类的数据课 新版"), course_version_id=newer, resource_id=first.resource_id
    )
    assert second.number == 2
    second = shelf.approved(second)
    assert shelf.version(first.id).is_served
    assert openable(shelf) == [first.course_version_id]
    second = shelf.publish(second)
    first = shelf.version(first.id)
    assert (first.state, first.is_served, second.is_served) == ("replaced", False, True)
    assert openable(shelf) == [newer]
    assert shelf.resource(second).title.endswith("新版")
    kept = CourseLoan.objects.unscoped("test").get(course_version_id=first.course_version_id)
    assert (kept.state, kept.stopped_at) == ("kept", None)
    assert visible(shelf, "other_teacher", first)  # classes that began with it go on
    assert [one.number for one in queries.history_of(first.resource_id)] == [2, 1]


def test_retired_it_can_be_opened_no_more(shelf: Shelf) -> None:
    version = shelf.published()
    adoption_id = shelf.adopt(version)
    shelf.move(version, "teacher", "retire", reason="教材换了")
    assert queries.shelf(shelf.cast.actor("other_admin")).total == 0
    assert openable(shelf) == []
    ended = Adoption.objects.unscoped("test").get(id=adoption_id)
    assert ended.ended_why == "资源已下架：教材换了"
    assert visible(shelf, "other_teacher", version)


@pytest.mark.parametrize("who", ["other_teacher", "teacher", "district_officer", "city_officer"])
def test_only_the_head_or_the_administrator_decides_for_a_school(shelf: Shelf, who: str) -> None:
    version = shelf.published()
    with pytest.raises(Denied):
        services.adopt(
            actor=shelf.cast.actor(who),
            resource_id=version.resource_id,
            place_id=shelf.cast.other_school.id,
            minutes="商量过了。",
        )


def test_adopted_once_for_the_school_or_for_one_class(shelf: Shelf) -> None:
    version = shelf.published()
    admin, place = shelf.cast.actor("other_admin"), shelf.cast.other_class
    wish: dict[str, Any] = {"actor": admin, "resource_id": version.resource_id}
    with pytest.raises(UserError, match="集体决定"):
        services.adopt(**wish, place_id=place.id, minutes=" ")
    services.adopt(**wish, place_id=place.id, minutes="先在一个班试用。")
    assert openable(shelf) == [version.course_version_id]
    shelf.adopt(version)
    for again in (place.id, shelf.cast.other_school.id):
        with pytest.raises(UserError, match="已经选用"):
            services.adopt(**wish, place_id=again, minutes="再选一次。")
    with pytest.raises(UserError, match="本校自己"):
        services.adopt(
            actor=shelf.cast.admin,
            resource_id=version.resource_id,
            place_id=shelf.cast.school.id,
            minutes="自己学校用。",
        )
    assert queries.users_of(version.resource_id) == ["示例七中"]


def test_an_end_needs_a_reason_and_where_there_are_data_their_return(shelf: Shelf) -> None:
    version = shelf.publish(shelf.approved(shelf.offer(replace(CARD, data_needs="学生的分组名单"))))
    adoption_id = shelf.adopt(version)
    admin = shelf.cast.actor("other_admin")
    with pytest.raises(Denied):
        services.end_adoption(actor=shelf.cast.admin, adoption_id=adoption_id, why="不用了")
    with pytest.raises(UserError, match="为什么"):
        services.end_adoption(actor=admin, adoption_id=adoption_id, why="")
    with pytest.raises(UserError, match="数据"):
        services.end_adoption(actor=admin, adoption_id=adoption_id, why="不用了")
    services.end_adoption(
        actor=admin, adoption_id=adoption_id, why="不用了", data_return="名单已删，证明在办公室"
    )
    assert openable(shelf) == []
    with pytest.raises(UserError, match="已经结束"):
        services.end_adoption(actor=admin, adoption_id=adoption_id, why="不用了", data_return="删")
    shelf.adopt(version)
    assert openable(shelf) == [version.course_version_id]


def test_where_others_ended_a_use_the_school_still_says_what_became_of_the_data(shelf: Shelf) -> None:
    version = shelf.publish(shelf.approved(shelf.offer(replace(CARD, data_needs="学生的分组名单"))))
    adoption_id, admin = shelf.adopt(version), shelf.cast.actor("other_admin")
    given: dict[str, Any] = {"actor": admin, "adoption_id": adoption_id}
    with pytest.raises(UserError, match="不用再写"):
        services.return_data(**given, data_return="删了")  # it is still in use
    shelf.move(version, "teacher", "retire", reason="例子过时了")
    line = queries.used_at(admin)[0]
    assert line.owes_data and line.may_return and not line.may_end
    client, url = shelf.cast.client("other_admin"), f"/resources/adoptions/{adoption_id}/end/"
    assert "写数据交回" in client.get("/resources/ours/").content.decode()
    assert "数据还没有交回" in client.get(url).content.decode()
    assert client.post(url, {"data_return": ""}).status_code == 422
    with pytest.raises(Denied):
        services.return_data(
            actor=shelf.cast.actor("other_teacher"), adoption_id=adoption_id, data_return="删了"
        )
    assert client.post(url, {"data_return": "名单11月20日删除，记录在办公室"}).status_code == 302
    assert not queries.used_at(admin)[0].owes_data
    assert "名单11月20日删除" in client.get(url).content.decode()
    with pytest.raises(UserError, match="不用再写"):
        services.return_data(**given, data_return="换个说法")
    assert client.post(url, {"why": "再结束一次"}).status_code == 422


def test_a_tool_is_offered_by_its_address_and_never_lent(shelf: Shelf) -> None:
    where: dict[str, Any] = {"actor": shelf.cast.teacher, "school_id": shelf.cast.school.id, "card": CARD}
    for wrong in ("", "ftp://a.example.org", "example.org", "https://" + "a" * 500):
        with pytest.raises(UserError) as caught:
            services.offer_tool(**where, address=wrong)
        assert caught.value.field == "address"
    version_id = services.offer_tool(**where, address="https://tool.example.org/")
    version = shelf.publish(shelf.approved(shelf.version(version_id)))
    shelf.adopt(version)
    assert openable(shelf) == []
    moved = ResourceVersion.objects.unscoped("test").filter(id=version.id)
    moved.update(address="https://other.example.org/")
    assert services.check_served() == 1


def test_the_shelf_finds_chinese_words_and_counts_what_is_left(shelf: Shelf) -> None:
    version = shelf.published()
    admin = shelf.cast.actor("other_admin")
    for typed, found in (
        ("垃圾分类", 1),
        ("食堂", 1),
        ("示例一中", 1),
        ("围棋", 0),
        ("'); DROP", 0),
        ("", 1),
    ):
        assert queries.shelf(admin, typed=typed).total == found
    for chosen, found in (({"stage": ["junior"]}, 1), ({"stage": ["senior"]}, 0), ({"kind": ["tool"]}, 0)):
        assert queries.shelf(admin, chosen=chosen).total == found
    facets = queries.shelf(admin, chosen={"stage": ["senior"]}).facets
    assert [(one.words, one.count) for one in facets["stage"]] == [("初中", 1)]
    assert facets["area"] == []
    assert version.resource_id == queries.shelf(admin).lines[0].id


def test_reviewers_who_differ_leave_the_dispatcher_no_way(shelf: Shelf) -> None:
    version = shelf.screened(shelf.offer())
    assert version.case_id
    sheet = ReviewSheet.objects.unscoped("test").filter(case_id=version.case_id).first()
    assert sheet
    who = next(name for name, person in shelf.cast.people.items() if person == sheet.person_id)
    cases.hand_in(
        actor=shelf.cast.actor(who),
        sheet_id=sheet.id,
        points=dict.fromkeys(POINTS, 1),
        notes=dict.fromkeys(POINTS, "不合适"),
        verdict="reject",
    )
    with pytest.raises(UserError, match="还不能"):
        shelf.move(version, "district_officer", "approve")
