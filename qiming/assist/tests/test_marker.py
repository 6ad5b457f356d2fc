"""Answers pre-marked, looked at, released: nothing reaches a pupil before, nothing is counted twice, two teachers."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from qiming.assist.marker import queries, services
from qiming.assist.marker.rules.agreement import May
from qiming.assist.marker.services import Look
from qiming.assist.models import MarkRubric, PreMark
from qiming.assist.tests.conftest import IDEAS, Pile
from qiming.kernel.access import Denied
from qiming.kernel.errors import UserError
from qiming.kernel.ids import new_id
from qiming.kernel.models import AuditRow
from qiming.learning import services as learning
from qiming.learning.models import Attempt
from qiming.records.models import Statement
from qiming.trust.models import AccessLog


def where(pile: Pile) -> dict[str, Any]:
    return {"offering_id": pile.cls.offering.id, "item_version_id": pile.item.id}


def write(pile: Pile, **more: Any) -> int:
    return services.write_rubric(actor=pile.cls.teacher, **where(pile), post=IDEAS, **more)


def look(pile: Pile, seat: int, a: int, b: int, *, seen: int = 0, who: Any = None) -> services.Looked:
    one = Look(pile.ids[seat], False, pile.points(a, b), "再想想", seen)
    return services.look(actor=who or pile.cls.teacher, **where(pile), looks=[one])


def attempt(pile: Pile, seat: int) -> Attempt:
    return Attempt.objects.unscoped("test").get(id=pile.ids[seat])


def seen(pile: Pile) -> queries.QuestionPile:
    return queries.pile(pile.cls.teacher, pile.cls.offering, pile.item)


def test_before_a_teacher_has_written_ideas_nothing_is_sure(pile: Pile) -> None:
    found = seen(pile)
    assert found.rubric.is_derived and found.may is May.TRIAL
    assert [line.proposal.is_sure for line in found.lines] == [False] * 3


def test_the_doubtful_stand_first_and_a_change_is_a_new_version(pile: Pile) -> None:
    assert write(pile) == 1 and write(pile) == 1  # the same again is no new one
    assert MarkRubric.objects.unscoped("test").count() == 1
    found = seen(pile)
    assert [line.pupil.seat_no for line in found.lines] == [3, 2, 1]
    assert found.lines[-1].proposal.points == {"a": 1, "b": 2} and found.unsure == 1
    services.write_rubric(actor=pile.cls.teacher, **where(pile), post={**IDEAS, "ideas-b": "分开 / 各写"})
    assert seen(pile).rubric.number == 2


def test_nothing_reaches_a_pupil_before_it_is_released(pile: Pile) -> None:
    write(pile)
    assert look(pile, 1, 1, 1).kept == 1
    row = attempt(pile, 1)
    assert (row.marked_at, row.points, row.comment, row.score_scaled) == (None, None, "", None)
    assert not Statement.objects.unscoped("test").filter(verb="scored").exists()
    assert services.release(actor=pile.cls.teacher, **where(pile)) == 1
    row = attempt(pile, 1)
    assert (row.points, row.comment, row.marked_by_id) == (
        {"a": 1, "b": 1},
        "再想想",
        pile.cls.teacher.person_id,
    )
    kept = PreMark.objects.unscoped("test").get()
    assert (kept.machine["points"], kept.machine_total, kept.total) == ({"a": 1, "b": 2}, 3, 2)
    assert services.release(actor=pile.cls.teacher, **where(pile)) == 0  # replay
    assert Statement.objects.unscoped("test").filter(verb="scored").count() == 1
    assert [line.pupil.seat_no for line in seen(pile).lines] == [3, 2]


def test_one_by_one_or_all_that_were_looked_at(pile: Pile) -> None:
    look(pile, 1, 1, 2)
    look(pile, 2, 0, 0)
    assert services.release(actor=pile.cls.teacher, **where(pile), only=pile.ids[2]) == 1
    assert attempt(pile, 1).marked_at is None
    with pytest.raises(Denied):  # not looked at
        services.release(actor=pile.cls.teacher, **where(pile), only=pile.ids[3])
    assert services.release(actor=pile.cls.teacher, **where(pile)) == 1


def test_two_teachers_do_not_write_over_each_other(pile: Pile) -> None:
    assert look(pile, 1, 1, 2).kept == 1
    assert look(pile, 1, 1, 2).kept == 0  # the same from a second page
    late = look(pile, 1, 0, 0)
    assert (late.kept, late.taken) == (0, 1)
    assert look(pile, 1, 0, 1, seen=1).kept == 1
    assert PreMark.objects.unscoped("test").get().total == 1
    learning.mark_answer(actor=pile.cls.teacher, attempt_id=pile.ids[1], points=pile.points(1, 2))
    assert services.release(actor=pile.cls.teacher, **where(pile)) == 0  # marked elsewhere: that stays
    assert attempt(pile, 1).points == {"a": 1, "b": 2}
    assert look(pile, 1, 0, 0).gone == 1


def test_points_out_of_the_rubric_cost_nothing_else(pile: Pile) -> None:
    good = Look(pile.ids[1], False, pile.points(1, 2), "", 0)
    for bad in ({"a": 2, "b": 0}, {"a": 1}, {"a": 1, "b": -1}, {"x": 1, "b": 0}):
        with pytest.raises(UserError):
            looks = [good, Look(pile.ids[2], False, bad, "", 0)]
            services.look(actor=pile.cls.teacher, **where(pile), looks=looks)
    assert not PreMark.objects.unscoped("test").exists()


def test_others_are_refused_like_what_is_missing(pile: Pile) -> None:
    for actor in (pile.cls.pupil(1), pile.cls.world.actor("stranger")):
        with pytest.raises(Denied):
            look(pile, 1, 1, 1, who=actor)
        with pytest.raises(Denied):
            services.release(actor=actor, **where(pile))
    with pytest.raises(Denied):
        services.look(actor=pile.cls.teacher, offering_id=new_id(), item_version_id=pile.item.id, looks=[])
    with pytest.raises(Denied):
        queries.item_or_denied(new_id())


def test_agreement_decides_what_the_marker_may_do(pile: Pile) -> None:
    write(pile)
    services.set_choice(
        actor=pile.cls.teacher, offering_id=pile.cls.offering.id, is_on=True, first=2, bar_percent=60
    )
    look(pile, 1, 1, 2)
    assert seen(pile).may is May.TRIAL
    look(pile, 2, 0, 0)
    found = seen(pile)
    assert (found.agreement.n, found.agreement.exact, found.may) == (2, 1.0, May.ON)
    look(pile, 1, 0, 0, seen=1)
    look(pile, 3, 1, 2)
    found = seen(pile)
    assert (found.agreement.n, found.agreement.exact_percent, found.may) == (3, 33, May.BELOW)
    services.set_choice(
        actor=pile.cls.teacher, offering_id=pile.cls.offering.id, is_on=False, first=0, bar_percent=0
    )
    assert seen(pile).may is May.OFF
    with pytest.raises(UserError):
        services.set_choice(
            actor=pile.cls.teacher, offering_id=pile.cls.offering.id, is_on=True, first=0, bar_percent=101
        )


def test_pages_for_the_teacher(pile: Pile) -> None:
    write(pile)
    browser = pile.cls.teacher_client()
    here = f"/assist/marking/{pile.cls.offering.id}/{pile.item.id}/"
    page = browser.get(here).content.decode()
    assert "机器拿不准1份" in page and "<mark>没见过</mark>" in page and "意思可能相反" in page
    assert AccessLog.objects.unscoped("test").filter(what="预批时看作答").count() == 3
    form = {
        f"p-{pile.ids[1]}-a": "1",
        f"p-{pile.ids[1]}-b": "2",
        f"v-{pile.ids[1]}": "0",
        "ids": [str(one) for one in pile.ids.values()],
    }
    kept = browser.post(here, {**form, "do": "look"})
    assert kept.status_code == 302 and "kept=1" in kept["Location"]
    assert "发出看过的1份" in browser.get(here).content.decode()
    sent = browser.post(here, {"do": "release"}, follow=True).content.decode()
    assert "发给学生1份" in sent and attempt(pile, 1).points == {"a": 1, "b": 2}
    both = {
        f"p-{pile.ids[2]}-a": "0",
        f"p-{pile.ids[2]}-b": "0",
        f"v-{pile.ids[2]}": "0",
        "only": str(pile.ids[2]),
    }
    assert "sent=1" in browser.post(here, both)["Location"]
    assert browser.post(here, {"do": "look"}).status_code == 422
    assert browser.post(here, {**both, "only": "nonsense"}).status_code == 422
    assert "<script>" not in browser.post(f"{here}rubric/", {"ideas-a": "<script>" * 20}).content.decode()
    assert "简答预批" in browser.get("/marking/").content.decode()
    assert "看机器的预批" in browser.get(f"/marking/{pile.cls.offering.id}/{pile.item.id}/").content.decode()


def test_a_class_costs_as_many_questions_as_three_pupils(pile: Pile) -> None:
    browser = pile.cls.teacher_client()
    here = f"/assist/marking/{pile.cls.offering.id}/{pile.item.id}/"
    browser.get(here)
    with CaptureQueriesContext(connection) as few:
        browser.get(here)
    for seat in (4, 5):
        pile.cls.sends(seat, pile.cls.answer("g7l1-q08", {"text": f"新图{seat}"}))
    with CaptureQueriesContext(connection) as more:
        assert "还有5份没看" in browser.get(here).content.decode()
    assert len(more) <= len(few) <= 30


@pytest.mark.django_db(transaction=True)
def test_released_twice_at_one_moment_is_once(transactional_db: None, pile: Pile) -> None:
    look(pile, 1, 1, 2)
    mark: UUID = PreMark.objects.unscoped("test").get().id

    def go(_: int) -> bool:
        try:
            return services.release_one(pile.cls.teacher, mark)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(go, range(2))) == [False, True]
    assert AuditRow.objects.filter(verb="assist.released").count() == 1
