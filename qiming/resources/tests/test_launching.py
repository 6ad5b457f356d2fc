"""A school decides what its classes launch, and every launch is asked anew."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import transaction
from django.test import override_settings
from pytest_django import DjangoAssertNumQueries, DjangoDbBlocker

from qiming.assurance import queries as assurance
from qiming.assurance.models import ProductVersion, Signal
from qiming.casework import queries as casework
from qiming.casework import services as cases
from qiming.casework.models import Case
from qiming.kernel import time
from qiming.kernel.access import Denied
from qiming.kernel.errors import UserError
from qiming.kernel.ids import new_id
from qiming.resources.launching import seen, services, supervision
from qiming.resources.launching.deciding import decide
from qiming.resources.launching.models import LaunchCount, ToolAdoption, ToolClass, ToolLaunch, ToolPlace
from qiming.resources.launching.pseudonyms import pseudonym
from qiming.resources.launching.types import Limits, Need, State
from qiming.resources.tests import launching_scene
from qiming.resources.tests.launching_scene import LESSON, MINUTES, OPEN, PLAIN, Scene
from qiming.trust import testing as trust
from qiming.trust.types import Said


class _Undo(Exception):
    """Ends the outer transaction without keeping anything."""


@pytest.fixture(scope="module")
def standing(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Scene]:
    """Made once for the module and undone after it."""
    with django_db_blocker.unblock():
        try:
            with transaction.atomic():
                yield launching_scene.build(OPEN, **PLAIN)
                raise _Undo
        except _Undo:
            pass


@pytest.fixture
def scene(standing: Scene, db: None) -> Scene:
    return standing


def pupil_asks(scene: Scene, lesson_key: str = LESSON) -> str:
    answer = decide(scene.cast.pupil_actor(), scene.product.id, scene.cast.klass.path, lesson_key)
    return answer.reason


# -- the way to a class ---------------------------------------------------------------------------------------------


def test_from_the_need_to_the_lesson_and_nothing_opens_before(scene: Scene) -> None:
    assert "没有选用" in pupil_asks(scene)
    one = scene.ask()
    assert (one.state, one.scope_path) == (State.REQUESTED, scene.cast.school.path)
    assert "还没有决定" in pupil_asks(scene)
    one = scene.decide(one)
    assert (one.state, one.decided_by) == (State.SCHOOL_DECIDED, scene.cast.people["head"])
    assert "没有答复就是还不能用" in pupil_asks(scene)
    one = scene.file(one)
    assert "没有把它开到班" in pupil_asks(scene)
    one = scene.enable(one)
    assert pupil_asks(scene) == "老师没有把它放进这节课。"
    scene.place()
    assert pupil_asks(scene) == ""
    assert pupil_asks(scene, "t7l2") == "老师没有把它放进这节课。"
    answer = decide(scene.cast.pupil_actor(), scene.product.id, scene.cast.klass.path, LESSON)
    assert answer.pseudonym == pseudonym(scene.product.id, scene.cast.pupils[0].id)
    assert str(scene.cast.pupils[0].id) not in answer.pseudonym
    assert assurance.users_of(scene.product.id) == ["示例一中"]
    assert assurance.users_of(one.id) == []


def test_silence_of_the_district_is_no_yes(scene: Scene) -> None:
    one = scene.decide(scene.ask())
    case = Case.objects.unscoped("test").get(subject_id=one.id)
    assert case.due_at
    with time.frozen(case.due_at + timedelta(days=30)):
        cases.tick()
        assert scene.adoption(one.id).state == State.SCHOOL_DECIDED
        assert "没有答复就是还不能用" in pupil_asks(scene)
    workflow = casework.workflow_of(case.workflow_id)
    assert all("system" not in step.who for step in workflow.out_of("school_decided"))


def test_who_asked_cannot_decide_and_each_step_is_of_its_own_people(scene: Scene) -> None:
    one = scene.ask()
    for who in ("teacher", "admin", "district_officer", "other_admin"):
        with pytest.raises(Denied):
            services.decide_for_school(
                actor=scene.cast.actor(who), adoption_id=one.id, minutes=MINUTES, limits=Limits()
            )
    one = scene.decide(one)
    with pytest.raises(Denied):
        services.file(actor=scene.cast.actor("head"), adoption_id=one.id, limits=Limits())
    one = scene.file(one)
    with pytest.raises(Denied):
        services.enable(
            actor=scene.cast.teacher,
            adoption_id=one.id,
            class_ids=[scene.cast.klass.id],
            until=time.today(),
        )


def test_a_school_has_a_product_under_way_once(scene: Scene) -> None:
    scene.ask()
    with pytest.raises(UserError, match="已经在办或在用"):
        scene.ask()


def test_only_what_is_admitted_can_be_asked_for_decided_or_filed(scene: Scene) -> None:
    one = scene.ask()
    scene.stop_product()
    with pytest.raises(UserError, match="还不能") as met:
        scene.decide(one)
    assert "暂停使用" in met.value.next
    assert scene.adoption(one.id).state == State.REQUESTED
    need = Need(scene.cast.second_class.id, "", "练习", "不用")
    with pytest.raises(Denied):  # not a class of this teacher's
        services.ask(actor=scene.cast.teacher, product_id=scene.product.id, need=need)


def test_a_district_only_adds(scene: Scene) -> None:
    one = scene.decide(scene.ask(), Limits(daily_launches=5, supervised_only=True))
    one = scene.file(one, Limits(daily_launches=9))
    assert Limits.of(one.limits).daily_launches == 5
    one = scene.enable(one)
    scene.place()
    assert "老师上课的时候" in pupil_asks(scene)  # the school's condition still holds


def test_two_officers_at_once_file_it_once(scene: Scene) -> None:
    one = scene.decide(scene.ask())
    case = Case.objects.unscoped("test").get(subject_id=one.id)
    scene.file(one)
    with pytest.raises(UserError, match="刚才有人办过"):
        services.file(
            actor=scene.cast.actor("district_officer"),
            adoption_id=one.id,
            limits=Limits(daily_launches=1),
            seen=case.seq,
        )
    assert Limits.of(scene.adoption(one.id).district_limits).daily_launches is None


def test_a_refused_school_reads_why_and_may_ask_again(scene: Scene) -> None:
    one = scene.decide(scene.ask())
    services.refuse(
        actor=scene.cast.actor("district_officer"), adoption_id=one.id, reason="先说明怎样保管回执"
    )
    assert scene.adoption(one.id).state == State.REFUSED
    assert "区里没有同意" in pupil_asks(scene)
    again = scene.ask()
    services.decline(actor=scene.cast.actor("head"), adoption_id=again.id, reason="这学期不用")
    assert scene.adoption(again.id).state == State.DECLINED


# -- stopping, ending -----------------------------------------------------------------------------------------------


def test_what_a_school_stops_it_takes_up_what_an_officer_stops_it_does_not(scene: Scene) -> None:
    one = scene.in_use()
    services.stop(actor=scene.cast.actor("head"), adoption_id=one.id, reason="家长反映太慢")
    assert "原因：家长反映太慢。" in pupil_asks(scene)
    assert [line.stopped for line in seen.tools_at(scene.cast.klass.path, LESSON)] != [""]
    services.resume(actor=scene.cast.actor("head"), adoption_id=one.id, reason="换了网络")
    assert pupil_asks(scene) == ""
    services.stop(actor=scene.cast.actor("district_officer"), adoption_id=one.id, reason="检查数据")
    assert "主管单位停用" in pupil_asks(scene)
    with pytest.raises(Denied):
        services.resume(actor=scene.cast.actor("head"), adoption_id=one.id, reason="我们想用")
    services.resume(actor=scene.cast.actor("district_officer"), adoption_id=one.id, reason="查过了")
    assert scene.adoption(one.id).state == State.PAUSED


def test_an_end_is_at_once_and_waits_for_the_data_under_a_clock(scene: Scene) -> None:
    one = scene.in_use()
    services.end(actor=scene.cast.actor("head"), adoption_id=one.id, reason="学期结束")
    assert "已经不用它了" in pupil_asks(scene)
    case = Case.objects.unscoped("test").get(subject_id=one.id)
    assert case.due_at
    assert (time.local(case.due_at).date() - time.today()).days == 30
    with time.frozen(case.due_at + timedelta(minutes=1)):
        cases.tick()
    case.refresh_from_db()
    assert case.told == 100  # it was shown to the district
    with pytest.raises(UserError, match="删除证明"):
        services.close(actor=scene.cast.admin, adoption_id=one.id, data_return="都交回了", deletion="")
    services.close(
        actor=scene.cast.admin,
        adoption_id=one.id,
        data_return="12月1日收到全部作答",
        deletion="证明2026-17号",
    )
    ended = scene.adoption(one.id)
    assert (ended.state, ended.ended_on) == (State.ENDED, time.today())
    assert not ToolClass.objects.unscoped("test").filter(adoption=one, ended_at=None).exists()


def test_a_suspension_reaches_the_lesson_at_once_and_a_revoked_product_is_ended(scene: Scene) -> None:
    one = scene.in_use()
    assert [line.stopped for line in seen.tools_at(scene.cast.klass.path, LESSON)] == [""]
    scene.stop_product(why="答案里有不当内容")
    line = seen.tools_at(scene.cast.klass.path, LESSON)[0]
    assert "不当内容" in line.stopped and line.instead == "同桌互相提问"
    assert "不当内容" in pupil_asks(scene)
    assert services.end_unfit() == 0  # it may come back
    scene.stop_product("revoked")
    assert services.end_unfit() == 1
    assert scene.adoption(one.id).state == State.ENDING


# -- one launch -----------------------------------------------------------------------------------------------------


def test_a_launch_is_noted_with_the_least(scene: Scene) -> None:
    one = scene.in_use(Limits(daily_launches=2))
    pupil, path = scene.cast.pupil_actor(), scene.cast.klass.path
    for wanted in ("", "", "今天的2次已经用完，明天再用。"):
        answer = services.begin(actor=pupil, product_id=scene.product.id, class_path=path, lesson_key=LESSON)
        assert answer.reason == wanted
    rows = list(ToolLaunch.objects.unscoped("test").all())
    assert [(row.pseudonym, row.scope_path) for row in rows] == [
        (pseudonym(scene.product.id, pupil.person_id), path)
    ] * 2
    assert all((row.created_at.minute, row.created_at.second, row.id.version) == (0, 0, 4) for row in rows)
    assert Signal.objects.unscoped("test").get(product=scene.product, kind="use").count == 2
    assert LaunchCount.objects.get().taken == 2
    assert seen.use_by_class(one) == {path: 2}


def test_a_name_for_a_product_outlives_a_change_of_the_signing_key() -> None:
    product, person = new_id(), new_id()
    with override_settings(SECRET_KEY="old", DERIVATION_KEY="old"):
        before = pseudonym(product, person)
    with override_settings(SECRET_KEY="new", DERIVATION_KEY="old"):
        assert pseudonym(product, person) == before != pseudonym(new_id(), person)
    with override_settings(SECRET_KEY="new", DERIVATION_KEY="another"):
        assert pseudonym(product, person) != before, "another installation knows nobody"


def test_others_open_nothing(scene: Scene) -> None:
    scene.in_use()
    for who in ("head", "other_teacher", "guardian"):
        answer = decide(scene.cast.actor(who), scene.product.id, scene.cast.klass.path, LESSON)
        assert answer.reason == "这里没有这个工具。"
    gone = decide(scene.cast.teacher, scene.product.id, "nowhere/", LESSON)
    assert gone.reason == "这里没有这个工具。"
    assert decide(None, scene.product.id, scene.cast.klass.path, LESSON)
    assert not decide(None, scene.product.id, scene.cast.klass.path, "other")


def test_only_while_the_class_is_taught(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    scene.in_use(Limits(supervised_only=True))
    assert "老师上课的时候" in pupil_asks(scene)
    monkeypatch.setattr(supervision, "_asked", [lambda path, lesson: lesson == LESSON])
    assert pupil_asks(scene) == ""
    monkeypatch.setattr(supervision, "_asked", [])
    assert decide(scene.cast.teacher, scene.product.id, scene.cast.klass.path, LESSON)


def test_a_class_ends_with_its_day(scene: Scene) -> None:
    scene.in_use()
    with time.frozen(time.at_local(time.today() + timedelta(days=21), 9)):
        assert "已经到期" in pupil_asks(scene)
    last = services.enable(
        actor=scene.cast.admin,
        adoption_id=ToolAdoption.objects.unscoped("test").get().id,
        class_ids=[scene.cast.klass.id],
        until=time.today() + timedelta(days=900),
    )
    assert (last - time.today()).days < 200  # no longer than the term


def test_a_product_for_one_subject_opens_in_its_lessons_alone(scene: Scene) -> None:
    scene.in_use()
    rows = ToolPlace.objects.unscoped("test")
    ProductVersion.objects.unscoped("test").filter(product=scene.product).update(
        conditions=replace(OPEN, subjects=frozenset({"ai"})).as_json()
    )
    for subject, opens in (("ai", True), ("人工智能", True), ("math", False), ("别的学科", False)):
        rows.update(subject=subject)
        assert (pupil_asks(scene) == "") is opens, subject
        (line,) = seen.tools_at(scene.cast.klass.path, LESSON)
        assert (line.stopped == "") is opens, subject


def test_a_changed_address_stops_every_class(scene: Scene) -> None:
    scene.in_use()
    product = scene.product
    product.launch = {"kind": "link", "url": "https://elsewhere.example/"}
    product.save(update_fields=["launch"])
    assert "复测" in pupil_asks(scene)


# -- families -------------------------------------------------------------------------------------------------------


def test_what_takes_pupils_data_asks_each_family_by_name_of_the_product(scene: Scene) -> None:
    scene.takes("answers")
    scene.in_use()
    first, second = scene.cast.pupils
    assert "家里还没有同意" in pupil_asks(scene)
    parent = trust.guardian_of(first)
    digest = seen.asked_of_pupil(first)[scene.product.id]
    with pytest.raises(UserError, match="刚刚变过"):
        services.say(
            actor=parent, person_id=first.id, product_id=scene.product.id, said=Said.GIVEN, digest="old"
        )
    for wrote in (True, False):
        said = services.say(
            actor=parent, person_id=first.id, product_id=scene.product.id, said=Said.GIVEN, digest=digest
        )
        assert said is wrote
    assert pupil_asks(scene) == ""
    with pytest.raises(Denied):
        services.say(
            actor=parent, person_id=second.id, product_id=scene.product.id, said=Said.GIVEN, digest=digest
        )
    services.say(
        actor=parent, person_id=first.id, product_id=scene.product.id, said=Said.WITHDRAWN, digest=""
    )
    assert "家里还没有同意" in pupil_asks(scene)


def test_paper_counts_and_new_data_ask_again(scene: Scene) -> None:
    scene.takes("answers")
    one = scene.in_use()
    first, second = scene.cast.pupils
    answers = {first.id: True, second.id: False}
    services.enter_words(
        actor=scene.cast.teacher,
        class_id=scene.cast.klass.id,
        product_id=scene.product.id,
        answers=answers,
    )
    assert pupil_asks(scene) == ""
    use = seen.class_uses(one)[0]
    assert (use.given, use.refused, use.silent) == (1, 1, 0)
    scene.takes("answers", "voice")
    assert "家里还没有同意" in pupil_asks(scene)


def test_a_school_that_keeps_data_back_needs_no_consent(scene: Scene) -> None:
    scene.takes("answers")
    scene.in_use(Limits(data_off=frozenset({"answers"})))
    assert pupil_asks(scene) == ""
    assert seen.asked_of_class(scene.cast.klass.path) == {}


# -- counting -------------------------------------------------------------------------------------------------------


def test_a_lesson_without_tools_costs_one_question_more_and_with_tools_a_few(
    scene: Scene, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(1):
        assert seen.tools_at(scene.cast.klass.path, LESSON) == []
    scene.in_use()
    with django_assert_max_num_queries(4):
        assert len(seen.tools_at(scene.cast.klass.path, LESSON)) == 1
