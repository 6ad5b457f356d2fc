"""The cohort whose output is the test: written, mapped by machine, judged blind, mended, certified."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

from qiming.casework import services as cases
from qiming.casework.models import Case, ReviewSheet
from qiming.casework.queries import history, workflow_of
from qiming.casework.testing import give_duty
from qiming.casework.types import ReviewState
from qiming.credentials.models import Certificate
from qiming.educators.cohort import queries, services
from qiming.educators.cohort.rules import Period
from qiming.educators.models import Allotment, Enrolment, Output
from qiming.educators.training import services as training
from qiming.educators.types import Audience, Mode, Tier
from qiming.kernel import time
from qiming.kernel.access import Denied
from qiming.kernel.errors import UserError
from qiming.kernel.time import at_local, frozen, today
from qiming.registry import queries as registry
from qiming.registry.types import Stage
from qiming.resources.tests.conftest import Shelf, _Undo, build

WHY = "test"
LONG = "学生先自己猜一猜，再动手试一试"


@pytest.fixture(scope="module")
def standing_shelf(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Shelf, Enrolment]]:
    """A school with a lesson of the teacher's own, and a training the teacher attended; undone after the module."""
    with django_db_blocker.unblock():
        try:
            with transaction.atomic(), frozen(at_local(today(), 10)):
                shelf = build(tmp_path_factory.mktemp("cohort") / "content")
                yield shelf, _attended(shelf)
                raise _Undo
        except _Undo:
            pass


@pytest.fixture
def scene(standing_shelf: tuple[Shelf, Enrolment], db: None) -> Iterator[tuple[Shelf, Enrolment]]:
    with frozen(at_local(today(), 15)):
        yield standing_shelf


def _attended(shelf: Shelf) -> Enrolment:
    cast = shelf.cast
    city, teacher = cast.actor("city_officer"), cast.people["teacher"]
    wish = training.Wish(
        "暑期集中研修", Tier.GENERAL, Audience.AI_TEACHERS, today(), today(), 5, asks_output=True
    )
    top = training.open_training(actor=city, place=cast.city, wish=wish)
    training.hand_down(actor=city, allotment_id=top.id, wanted={cast.district.id: 3})
    part = Allotment.objects.unscoped(WHY).get(parent=top)
    training.hand_down(actor=cast.actor("district_officer"), allotment_id=part.id, wanted={cast.school.id: 2})
    ours = Allotment.objects.unscoped(WHY).get(parent=part)
    row = training.enrol(actor=cast.admin, allotment_id=ours.id, person_id=teacher)
    event = training.Event("集中第一天", Mode.ONSITE, "礼堂", time.now(), 90)
    held = training.add_session(actor=city, training_id=top.training_id, event=event)
    training.attend(actor=cast.teacher, code=held.code)
    with frozen(time.now() + timedelta(hours=3)):
        training.close_training(actor=city, training_id=top.training_id)
    for who in ("city_officer", "other_admin"):
        give_duty(cast.people[who], "output_reviewer", cast.city.path)
    give_duty(cast.people["district_officer"], "cohort_lead", cast.city.path)
    row.refresh_from_db()
    return row


def begun(scene: tuple[Shelf, Enrolment]) -> Output:
    shelf, enrolment = scene
    return services.begin(actor=shelf.cast.teacher, enrolment_id=enrolment.id, stage=Stage.JUNIOR)


def whole(row: Output) -> list[Period]:
    """A plan that meets the syllabus of the stage: every theme is met."""
    themes: dict[str, str] = {one.theme: one.key for one in queries.outcomes_for(row)}
    keys = (list(themes.values()) * 8)[:8]
    return [Period(f"第{n}课", (key,), LONG, f"{LONG}，这是第{n}组", LONG) for n, key in enumerate(keys, 1)]


def written(scene: tuple[Shelf, Enrolment]) -> Output:
    row = begun(scene)
    draft = services.Draft(whole(row), scene[0].course_version_id)
    return services.keep(actor=scene[0].cast.teacher, output_id=row.id, draft=draft, version=row.version)


def handed(scene: tuple[Shelf, Enrolment]) -> Output:
    return services.hand_in(actor=scene[0].cast.teacher, output_id=written(scene).id)


def case_of(row: Output) -> Case:
    assert row.case_id
    return Case.objects.unscoped(WHY).get(id=row.case_id)


def judge(shelf: Shelf, row: Output, verdict: str) -> int:
    case = case_of(row)
    review = workflow_of(case.workflow_id).reviews["quality"]
    asked = list(ReviewSheet.objects.unscoped(WHY).filter(case=case, state=ReviewState.ASKED))
    for sheet in asked:
        who = next(name for name, person in shelf.cast.people.items() if person == sheet.person_id)
        cases.hand_in(
            actor=shelf.cast.actor(who),
            sheet_id=sheet.id,
            points={one.key: one.most * 8 // 10 for one in review.criteria},
            notes={one.key: "看过，合适" for one in review.criteria},
            verdict=verdict,
        )
    return len(asked)


def move(shelf: Shelf, row: Output, step: str, who: str = "district_officer", **more: Any) -> Output:
    assert row.case_id
    cases.move(actor=shelf.cast.actor(who), case_id=row.case_id, transition=step, **more)
    row.refresh_from_db()
    return row


def test_attendance_alone_does_not_pass(scene: tuple[Shelf, Enrolment]) -> None:
    assert (scene[1].state, scene[1].credit_hundredths) == ("output_due", 0)


def test_from_the_first_word_to_the_certificate(scene: tuple[Shelf, Enrolment]) -> None:
    shelf, enrolment = scene
    row = handed(scene)
    assert (row.state, len(row.handed_digest)) == ("in_review", 64)
    with pytest.raises(UserError, match="还不能"):
        move(shelf, row, "accept")  # nobody has judged it
    assert judge(shelf, row, "accept") == 2
    move(shelf, row, "accept")
    enrolment.refresh_from_db()
    assert (row.state, enrolment.state, enrolment.credit_hundredths) == ("certified", "passed", 20)
    given = Certificate.objects.unscoped(WHY).get(about_id=row.id)
    assert given.recipient_id == shelf.cast.people["teacher"]
    said = str(given.document)
    assert row.handed_digest in said and str(shelf.cast.people["teacher"]) not in said
    move(shelf, row, "revoke", reason="查实抄袭")
    given.refresh_from_db()
    assert given.revoked_at is not None


def test_the_machine_looks_first(scene: tuple[Shelf, Enrolment]) -> None:
    teacher, row = scene[0].cast.teacher, begun(scene)
    with pytest.raises(UserError) as refused:
        services.hand_in(actor=teacher, output_id=row.id)
    assert "第1课时还没有写" in refused.value.next and "课例" in refused.value.next
    plan = whole(row)
    lacking = [replace(plan[0], outcomes=("of-another-stage",)), *plan[1:]]
    row = services.keep(
        actor=teacher, output_id=row.id, draft=services.Draft(lacking, None), version=row.version
    )
    assert any("不是本学段" in one for one in queries.mapping_of(row).faults)


def test_twice_mended_and_then_no_more(scene: tuple[Shelf, Enrolment]) -> None:
    shelf, enrolment = scene
    row = handed(scene)
    for number in (1, 2):
        assert judge(shelf, row, "return") == 2
        move(shelf, row, "send_back", reason="第三课时的步骤写细一点")
        assert (row.state, row.redos) == ("redo", number)
        row = services.hand_in(actor=shelf.cast.teacher, output_id=row.id)
    judge(shelf, row, "return")
    with pytest.raises(UserError):
        move(shelf, row, "send_back", reason="再改")
    move(shelf, row, "refuse_last", reason="两次都没有改到")
    enrolment.refresh_from_db()
    assert (row.state, enrolment.state) == ("not_accepted", "not_passed")
    assert "两次都没有改到" in enrolment.reasons[-1]
    assert not Certificate.objects.unscoped(WHY).filter(about_id=row.id).exists()


def test_what_was_handed_in_stands(scene: tuple[Shelf, Enrolment]) -> None:
    row = handed(scene)
    with pytest.raises(UserError, match="不能再改"):
        services.keep(
            actor=scene[0].cast.teacher,
            output_id=row.id,
            draft=services.Draft(whole(row), None),
            version=row.version,
        )
    with pytest.raises(UserError, match="不能再改"):
        services.hand_in(actor=scene[0].cast.teacher, output_id=row.id)


def test_two_windows_and_twice_is_once(scene: tuple[Shelf, Enrolment]) -> None:
    row = written(scene)
    assert begun(scene).id == row.id
    with pytest.raises(UserError, match="另一个窗口"):
        services.keep(
            actor=scene[0].cast.teacher,
            output_id=row.id,
            draft=services.Draft(whole(row), None),
            version=row.version - 1,
        )


def test_who_reads_and_who_writes(scene: tuple[Shelf, Enrolment]) -> None:
    cast, row = scene[0].cast, written(scene)
    for who in ("head", "admin", "colleague", "other_admin", "guardian", "district_officer"):
        with pytest.raises(Denied):
            queries.load(cast.actor(who), row.id)  # a draft is its writer's, and the runner's in the city
        with pytest.raises(Denied):
            services.hand_in(actor=cast.actor(who), output_id=row.id)
        with pytest.raises(Denied):
            services.begin(actor=cast.actor(who), enrolment_id=scene[1].id, stage=Stage.JUNIOR)
    assert queries.load(cast.actor("city_officer"), row.id).id == row.id
    services.hand_in(actor=cast.teacher, output_id=row.id)
    assert queries.load(cast.actor("other_admin"), row.id).id == row.id
    with pytest.raises(Denied):
        queries.load(cast.actor("guardian"), row.id)


def test_reviewers_read_the_lesson_and_not_the_name(scene: tuple[Shelf, Enrolment]) -> None:
    cast, row = scene[0].cast, handed(scene)
    page = cast.client("other_admin").get(f"/educators/outputs/{row.id}/").content.decode()
    name = registry.persons_named([cast.people["teacher"]])[cast.people["teacher"]]
    assert "这一页不写是谁的" in page and name not in page
    (lesson_id,) = [one for one, _ in queries.example_of(row).lessons]  # type: ignore[union-attr]  # it is there
    assert cast.client("other_admin").get(f"/lessons/{lesson_id}/").status_code == 200
    assert history(case_of(row))[0].seq == 1


def test_pages_of_the_writer(scene: tuple[Shelf, Enrolment]) -> None:
    shelf, enrolment = scene
    client = shelf.cast.client("teacher")
    start = f"/educators/enrolments/{enrolment.id}/output/"
    assert start in client.get("/educators/mine/").content.decode()
    assert client.get(start).status_code == 200
    assert client.post(start, {"stage": "senior"}).status_code == 422
    answer = client.post(start, {"stage": "junior"})
    row = Output.objects.unscoped(WHY).get(enrolment=enrolment)
    assert answer["Location"] == f"/educators/outputs/{row.id}/write/"
    assert "还差" in client.get(f"/educators/outputs/{row.id}/").content.decode()
    typed = {"version": str(row.version), "course": str(shelf.course_version_id)}
    for n, one in enumerate(whole(row), 1):
        typed |= {
            f"title_{n}": one.title,
            f"outcome0_{n}": one.outcomes[0],
            f"goal_{n}": one.goal,
            f"steps_{n}": one.steps,
            f"check_{n}": one.check,
        }
    refused = client.post(f"/educators/outputs/{row.id}/hand-in/")
    assert refused.status_code == 409 and "还不能" in refused.content.decode()
    assert client.post(f"/educators/outputs/{row.id}/write/", {**typed, "version": "9"}).status_code == 409
    assert client.post(f"/educators/outputs/{row.id}/write/", typed).status_code == 302
    assert "可以交了" in client.get(f"/educators/outputs/{row.id}/").content.decode()
    assert client.post(f"/educators/outputs/{row.id}/hand-in/").status_code == 302
    assert client.get(f"/educators/outputs/{row.id}/write/").status_code == 302
    page = shelf.cast.client("city_officer").get(f"/educators/outputs/{row.id}/").content.decode()
    assert "评审" in page
