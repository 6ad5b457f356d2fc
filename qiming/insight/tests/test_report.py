"""The class report on real answers: what it finds, what stands behind it, who may see it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from qiming.insight import queries, slots
from qiming.insight.queries.classes import gather, place_of
from qiming.insight.queries.details import concept_detail, item_detail, misconception_detail
from qiming.insight.queries.evidence import concept_evidence
from qiming.insight.tests.conftest import PLANTED, PROBES, Answering
from qiming.insight.types import ClassReport, GroupKind, StepKind
from qiming.kernel.time import frozen, now
from qiming.learning import queries as learning
from qiming.learning import services as pupils
from qiming.learning.models import JudgeRun
from qiming.registry.queries import pupils_of
from qiming.teaching import queries as teaching
from qiming.trust import testing
from qiming.trust.models import AccessLog
from qiming.trust.types import Purpose


def report(cls: Answering) -> ClassReport:
    place = place_of(cls.offering.class_group_id, cls.offering.id)
    assert place is not None
    return queries.class_report(place)


def test_without_answers_it_says_so(cls: Answering) -> None:
    found = report(cls)
    assert (found.step.kind, found.groups, found.misconceptions) == (StepKind.NOTHING, (), ())
    page = cls.browser("teacher").get(cls.url).content.decode()
    assert "还没有作答，上过课就有了" in page and "学生答过题，这里就有学情" in page


def test_a_few_answers_prove_nothing(cls: Answering) -> None:
    cls.says(1, PROBES[0])
    found = report(cls)
    assert found.step.kind is StepKind.WAIT
    assert [(one.kind, one.n) for one in found.groups] == [(GroupKind.UNKNOWN, 5)]
    assert (found.misconceptions, len(found.clues)) == ((), 1)
    assert cls.browser("teacher").get(cls.url).status_code == 200


def test_the_planted_misconception_is_found_with_its_step(big: Answering) -> None:
    big.holds(2, 3, 5)
    big.says(7, PROBES[0])
    big.knows(1, 4, 6, 8, 9, 10)
    found = report(big)
    assert found.latest is not None and abs(found.latest - now()) < timedelta(minutes=1)
    assert found.heading == "下节课先用10分钟做「比一比」：3人以为「学过的全对，就是学会了」"
    (line,) = found.misconceptions
    assert (line.held.n, len(line.held.clue), line.held.answered) == (3, 1, 10)
    assert line.shown is not None and line.shown.n == 10
    assert [(one.key, one.n, one.kind) for one in line.shown.bars] == [
        ("A", 0, ""),
        ("B", 4, "hot"),
        ("C", 6, "yes"),
    ]
    groups = {one.kind: [pupil.seat_no for pupil in one.pupils] for one in found.groups}
    assert groups == {
        GroupKind.MISCONCEPTION: [2, 3, 5],
        GroupKind.AHEAD: [1, 4, 6, 8, 9, 10],
        GroupKind.UNKNOWN: [7, 11, 12],
    }


def test_the_page_opens_every_figure(big: Answering) -> None:
    big.holds(2, 3, 5)
    big.knows(1, 4, 6)
    browser = big.browser("teacher")
    page = browser.get(big.url).content.decode()
    item = gather(big.offering).course.items[PROBES[0]].item
    for address in (
        f"{big.url}misconceptions/{PLANTED}/",
        f"{big.url}concepts/c052/",
        f"{big.url}items/{item.id}/",
        f"{big.url}groups/",
        f"{big.url}groups/print/",
        f"/insight/pupils/{big.id(2)}/",
        f"/insight/pupils/{big.id(2)}/c052/",
    ):
        assert address in page
        assert browser.get(address).status_code == 200, address
    assert "%" not in page.split("<main", 1)[1].split("</main", 1)[0]


def test_who_shows_it_in_which_answers(big: Answering) -> None:
    big.holds(3, 2)
    big.says(7, PROBES[2])
    big.says(8, PROBES[0], PROBES[1])
    big.says(8, PROBES[2], PROBES[3], right=True)
    found = misconception_detail(gather(big.offering), PLANTED)
    assert found is not None
    assert [one.pupil.seat_no for one in found.counted] == [2, 3]
    assert [one.pupil.seat_no for one in found.clue] == [7]
    assert [one.pupil.seat_no for one in found.cleared] == [8]
    assert [str(one.slip) for one in found.counted[0].answers] == ["选B　<span>学会了</span>"] * 2
    assert misconception_detail(gather(big.offering), "m-nowhere") is None


def test_concepts_and_items_in_detail(cls: Answering) -> None:
    cls.holds(1)
    cls.knows(2)
    known = gather(cls.offering)
    concept = concept_detail(known, "c052")
    assert concept is not None
    by_band = {band: [one.seat_no for one in members] for band, members in concept.by_band}
    assert by_band == {"practise": [1], "nearly": [], "known": [2], "unsure": [3, 4, 5]}
    assert [one.place.item.key for one in concept.items] == list(PROBES)
    item = item_detail(known, known.course.items[PROBES[0]].item.id)
    assert item is not None and (item.right, [len(one.pupils) for one in item.said]) == (1, [1, 1])
    assert item_detail(known, uuid4()) is None and concept_detail(known, "c999") is None


def test_what_happened_after_the_last_lesson(big: Answering) -> None:
    big.holds(2, 3, 5)
    period = big.period("g7l2")
    assert period.starts_at
    with frozen(period.starts_at + timedelta(minutes=1)):
        from qiming.teaching import services as teach

        teach.start_period(actor=big.teacher, period_id=period.id)
        big.says(2, PROBES[2], right=True)
        big.says(3, PROBES[2])
        big.says(7, *PROBES[:2])
        found = report(big).after
        assert found is not None
        after = found.after
        seats = {str(one.id): one.seat_no for one in pupils_of(big.offering.class_group_id)}
        told = [
            sorted(seats[p] for p in part) for part in (after.cleared, after.still, after.unseen, after.fresh)
        ]
        assert (after.before, told) == (3, [[2], [3], [5], [7]])
        assert found.lesson.id == period.id
        assert "上次看出来的，后来怎样" in big.browser("teacher").get(big.url).content.decode()


def test_the_explanation_comes_to_what_is_stored(cls: Answering) -> None:
    cls.says(1, PROBES[0])
    cls.says(1, PROBES[0], right=True)
    cls.says(1, PROBES[0], right=True)  # right again on the same day counts no more
    pupils.take_hint(actor=cls.pupil(1), offering_id=cls.offering.id, item_key=PROBES[1], rung=1)
    cls.says(1, *PROBES[1:], right=True)
    one = pupils_of(cls.offering.class_group_id)[0]
    found = concept_evidence(one, "c052")
    stored = learning.mastery_of_pupil(one.id)["c052"]
    assert found is not None
    assert (found.band, len(found.answers)) == (str(stored.band), 6)
    assert found.told.summary and found.told.reasons, "the replayed answers come to the stored band"
    told = [answer.counts for answer in reversed(found.answers)]
    assert told[:4] == [
        "",
        "答对，第2次试，算得轻一些",
        "当天已经答对过，这次不再算",
        "答对，看了1步提示，算得轻一些",
    ]
    assert told[4:] == ["", ""]
    assert concept_evidence(one, "c999") is None


def test_pupils_who_left_are_not_in_the_report(cls: Answering) -> None:
    from qiming.registry.models import ClassMembership

    cls.holds(1, 2, 3)
    ClassMembership.objects.unscoped("test").filter(person_id=cls.id(1)).update(ends_on=now().date())
    found = report(cls)
    assert (len(found.pupils), found.answerers) == (4, 2)


def test_one_pupil_alone(cls: Answering) -> None:
    from qiming.registry.models import ClassMembership

    cls.holds(1)
    rest = [cls.id(seat) for seat in range(2, 6)]
    ClassMembership.objects.unscoped("test").filter(person_id__in=rest).update(ends_on=now().date())
    found = report(cls)
    assert (len(found.pupils), found.step.n) == (1, 1)
    assert cls.browser("teacher").get(cls.url).status_code == 200


def test_the_questions_to_the_database_do_not_grow(big: Answering) -> None:
    def asked() -> int:
        place = place_of(big.offering.class_group_id, big.offering.id)
        assert place is not None
        with CaptureQueriesContext(connection) as questions:
            queries.class_report(place)
        return len(questions)

    big.holds(2, 3, 5)
    asked()  # the course is read once
    big.holds(6)
    few = asked()
    big.knows(1, 4, 6, 7, 8, 9, 10, 11)
    big.says(12, *PROBES)
    assert asked() == few <= 8
    assert asked() <= 3  # nothing has changed: who is in the class, its periods, that nothing has


def test_reading_it_is_noted_for_everybody_in_it_once(cls: Answering) -> None:
    cls.holds(1, 2)
    browser = cls.browser("teacher")
    for _ in range(2):
        browser.get(cls.url)
    rows = AccessLog.objects.unscoped("test").filter(verb="insight.see_class")
    assert sorted(rows.values_list("subject_id", flat=True)) == sorted(cls.id(seat) for seat in range(1, 6))


STAFF_ONLY = ("", "groups/", "groups/print/")
WITH_ANSWERS = (f"misconceptions/{PLANTED}/", "concepts/c052/")


@pytest.mark.parametrize(
    ("who", "report_status", "answers_status"),
    [
        ("teacher", 200, 200),
        ("colleague", 200, 200),
        ("head", 200, 200),
        ("admin", 200, 403),
        ("stranger", 404, 404),
        ("other_head", 404, 404),
        ("district", 403, 403),
        ("city", 403, 403),
        (1, 403, 403),
    ],
)
def test_who_may_see_it(cls: Answering, who: str | int, report_status: int, answers_status: int) -> None:
    cls.holds(1, 2)
    browser = cls.browser(who)
    assert {browser.get(cls.url + path).status_code for path in STAFF_ONLY} == {report_status}
    assert {browser.get(cls.url + path).status_code for path in WITH_ANSWERS} == {answers_status}
    if report_status != 200:
        assert not AccessLog.objects.unscoped("test").exists()


def test_an_administrator_gets_no_links_to_answers(cls: Answering) -> None:
    cls.holds(1, 2)
    page = cls.browser("admin").get(cls.url).content.decode()
    assert "/insight/pupils/" not in page and "看作答" not in page


def test_addresses_that_do_not_fit_together(cls: Answering) -> None:
    browser = cls.browser("teacher")
    wrong_class = f"/insight/classes/{cls.world.class_2.id}/{cls.offering.id}/"
    wrong_course = f"/insight/classes/{cls.offering.class_group_id}/{uuid4()}/"
    unknown = (
        f"{cls.url}misconceptions/m-nowhere/",
        f"{cls.url}concepts/c999/",
        f"{cls.url}items/{uuid4()}/",
    )
    for address in (wrong_class, wrong_course, *unknown):
        assert browser.get(address).status_code == 404
    assert browser.post(cls.url).status_code == 405


def test_home_says_a_sentence_per_class(cls: Answering) -> None:
    cls.holds(1, 2)
    page = cls.browser("teacher").get("/insight/").content.decode()
    assert page.count("2人以为「学过的全对，就是学会了」") == 2  # the heading and the line
    head = cls.browser("head").get("/insight/").content.decode()
    assert "七年级（1）班" in head and "4次" in head
    assert "还没有开着的课" in cls.browser("stranger").get("/insight/").content.decode()
    assert cls.browser("district").get("/insight/").status_code == 403


def request_of(cls: Answering, who: str) -> Any:
    request = RequestFactory().get("/")
    request.actor = cls.actor(who)  # type: ignore[attr-defined]
    return request


def test_the_next_lesson_says_how_to_begin(cls: Answering) -> None:
    period = cls.period("g7l1")
    fill: Callable[..., str] = slots.next_step
    assert fill(request_of(cls, "teacher"), period=period) == ""
    cls.holds(1, 2)
    said = fill(request_of(cls, "teacher"), period=period)
    assert (
        "有2人以为「学过的全对，就是学会了」。建议从2b步「比一比」开始，10分钟。" in said and cls.url in said
    )
    assert "建议从第1课2b步" in fill(request_of(cls, "teacher"), period=cls.period("g7l2"))
    assert fill(request_of(cls, "stranger"), period=period) == ""
    assert fill(request_of(cls, "teacher"), period=None) == ""


def test_the_cockpit_hears_of_the_spare_step_only_in_its_lesson(cls: Answering) -> None:
    cls.holds(1, 2)
    here = slots.advice(request_of(cls, "teacher"), period_id=cls.period("g7l1").id)
    assert "2b步" in here
    assert slots.advice(request_of(cls, "teacher"), period_id=cls.period("g7l2").id) == ""
    assert slots.advice(request_of(cls, "stranger"), period_id=cls.period("g7l1").id) == ""
    assert slots.advice(request_of(cls, "teacher"), period_id=uuid4()) == ""


def test_links_from_lower_pages_follow_the_right(cls: Answering) -> None:
    period = teaching.period(cls.period().id)
    testing.agree(pupils_of(cls.offering.class_group_id)[0], Purpose.RECORDS)
    for who, sees in (("teacher", True), ("head", True), ("stranger", False), ("district", False)):
        request = request_of(cls, who)
        assert bool(slots.offering_actions(request, offering=cls.offering)) is sees
        assert bool(slots.period_actions(request, period=period)) is sees
        assert bool(slots.pupil_actions(request, person_id=cls.id(1))) is sees
    assert slots.pupil_actions(request_of(cls, "admin"), person_id=cls.id(1)) == ""


def test_other_rooms_ask_in_one_word(cls: Answering) -> None:
    cls.holds(1, 2)
    assert queries.next_step(cls.offering.id).key == PLANTED
    assert [one.id for one in queries.misconceptions(cls.offering.id)] == [PLANTED]
    assert queries.groups(cls.offering.id)[0].kind is GroupKind.MISCONCEPTION


def test_programs_judged_on_the_server_stand_in_the_report_of_the_class(cls: Answering) -> None:
    url = f"/insight/classes/{cls.offering.class_group_id}/{cls.offering.id}/"
    assert "学校服务器检查" not in cls.browser("teacher").get(url).content.decode()
    cls.writes(1, "一")
    cls.writes(2, "二")
    works = learning.works_of_offering(cls.offering.id)
    for work, (state, passed) in zip(works, [("done", 2), ("waiting", 0)], strict=True):
        JudgeRun.objects.create(
            kind="marks", scope_path=work.scope_path, pupil_id=work.pupil_id, offering_id=cls.offering.id,
            lesson_key=work.lesson_key, activity_key=work.activity_key, work=work, source="1", state=state,
            passed=passed, of=passed, outcome={"ending": "done"} if passed else {},
        )  # fmt: skip
    page = cls.browser("teacher").get(url).content.decode()
    assert "学校服务器检查的结果" in page and "：2份，1份全做到，1份在排队" in page
