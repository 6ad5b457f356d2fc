"""Giving, refusing, taking back: who may, what is kept, what happens at the same moment and twice."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from qiming.kernel import time
from qiming.kernel.access import Denied
from qiming.kernel.errors import UserError
from qiming.kernel.models import AuditRow, OutboxEvent
from qiming.registry import testing as registry_testing
from qiming.registry.models import ClassMembership, Guardianship
from qiming.registry.testing import Cast
from qiming.trust import consent, queries, services, testing, texts
from qiming.trust.events import CONSENT_ENDED
from qiming.trust.models import ConsentLine
from qiming.trust.queries.consent import board_of, counts_of, standings
from qiming.trust.types import Purpose, Said, State, Via

pytestmark = pytest.mark.django_db
WORKS = Purpose.WORKS


@pytest.fixture
def cast(db: None) -> Cast:
    return registry_testing.cast(pupils=4)


def lines(cast: Cast, index: int = 0) -> list[str]:
    rows = ConsentLine.objects.unscoped("test").filter(person_id=cast.pupils[index].id)
    return list(rows.order_by("created_at", "id").values_list("said", flat=True))


def make_older(cast: Cast, grade: int = 9) -> None:
    """The class is in the grade from which pupils decide too."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE registry_organisation SET grade = %s WHERE id = %s", [grade, cast.klass.id])


def test_default_is_refused_and_a_guardian_changes_it_and_changes_it_back(cast: Cast) -> None:
    pupil, mum = cast.pupils[0], cast.actor("guardian")
    assert not queries.consented(pupil.id, WORKS)
    assert testing.says(mum, pupil, WORKS, Said.GIVEN)
    assert queries.consented(pupil.id, WORKS) and not queries.consented(pupil.id, Purpose.CAMERA)
    assert testing.says(mum, pupil, WORKS, Said.WITHDRAWN)
    assert not queries.consented(pupil.id, WORKS)
    assert board_of([pupil.id])[pupil.id][WORKS].state is State.WITHDRAWN
    assert testing.says(mum, pupil, WORKS, Said.GIVEN)
    assert queries.consented(pupil.id, WORKS)
    assert lines(cast) == ["given", "withdrawn", "given"]
    assert AuditRow.objects.filter(verb="trust.decide_consent").count() == 3


def test_said_twice_it_is_one_line_and_only_an_end_is_announced(cast: Cast) -> None:
    pupil, mum = cast.pupils[0], cast.actor("guardian")
    assert testing.says(mum, pupil, WORKS, Said.REFUSED) is not None
    assert not testing.says(mum, pupil, WORKS, Said.REFUSED)
    assert OutboxEvent.objects.filter(name=CONSENT_ENDED).count() == 0
    testing.says(mum, pupil, WORKS, Said.GIVEN)
    assert not testing.says(mum, pupil, WORKS, Said.GIVEN)
    testing.says(mum, pupil, WORKS, Said.REFUSED)
    assert lines(cast) == ["refused", "given", "withdrawn"]
    event = OutboxEvent.objects.get(name=CONSENT_ENDED)
    assert event.payload == {"person_id": str(pupil.id), "purpose": "works"}


def test_who_may_decide(cast: Cast) -> None:
    mum, pupil = cast.actor("guardian"), cast.pupils[0]
    for who in ("teacher", "admin", "head", "other_admin", "district_officer", "city_officer"):
        with pytest.raises(Denied):
            testing.says(cast.actor(who), pupil, WORKS, Said.GIVEN)
    for wrong in (cast.pupils[1].id, uuid4()):
        with pytest.raises(Denied):
            testing.says(mum, wrong, WORKS, Said.GIVEN)
    with pytest.raises(Denied):
        testing.says(cast.pupil_actor(1), pupil, WORKS, Said.GIVEN)
    with pytest.raises(UserError, match="监护人决定"):
        testing.says(cast.pupil_actor(0), pupil, WORKS, Said.GIVEN)
    with pytest.raises(UserError, match="没有这个选择"):
        testing.says(mum, pupil, WORKS, Said.ASKED)
    assert not ConsentLine.objects.unscoped("test").exists()


def test_from_grade_nine_both_must_and_each_may_take_back(cast: Cast) -> None:
    make_older(cast)
    pupil, mum, self_ = cast.pupils[0], cast.actor("guardian"), cast.pupil_actor(0)
    testing.says(mum, pupil, WORKS, Said.GIVEN)
    assert not queries.consented(pupil.id, WORKS)
    assert queries.waiting_for(pupil.id, Via.PUPIL) == len(Purpose)
    testing.says(self_, pupil, WORKS, Said.GIVEN)
    assert queries.consented(pupil.id, WORKS)
    testing.says(self_, pupil, WORKS, Said.WITHDRAWN)
    assert not queries.consented(pupil.id, WORKS)


def test_growing_into_grade_nine_waits_for_the_pupil(cast: Cast) -> None:
    pupil = cast.pupils[0]
    testing.says(cast.actor("guardian"), pupil, WORKS, Said.GIVEN)
    assert queries.consented(pupil.id, WORKS)
    make_older(cast)
    assert not queries.consented(pupil.id, WORKS)
    found = board_of([pupil.id])[pupil.id][WORKS]
    assert found.state is State.ASKED and found.waits_for == frozenset({Via.PUPIL})


def test_one_of_two_guardians_refuses(cast: Cast) -> None:
    pupil, mum = cast.pupils[0], cast.actor("guardian")
    dad = testing.guardian_of(pupil, "父亲")
    testing.says(mum, pupil, WORKS, Said.GIVEN)
    assert queries.consented(pupil.id, WORKS)
    testing.says(dad, pupil, WORKS, Said.REFUSED)
    assert not queries.consented(pupil.id, WORKS)
    Guardianship.objects.unscoped("test").filter(guardian_id=dad.person_id).update(ends_on=time.today())
    assert queries.consented(pupil.id, WORKS)  # who is no guardian any more has no say
    Guardianship.objects.unscoped("test").filter(guardian_id=mum.person_id).update(ends_on=time.today())
    assert not queries.consented(pupil.id, WORKS)


def test_an_outdated_page_gives_nothing_but_may_refuse(cast: Cast) -> None:
    pupil, mum = cast.pupils[0], cast.actor("guardian")

    def press(said: Said) -> bool:
        return services.decide(
            actor=mum, person_id=pupil.id, purpose=WORKS, said=said, text_digest="of yesterday"
        )

    with pytest.raises(UserError, match="更新过") as refusal:
        press(Said.GIVEN)
    assert refusal.value.status == 409 and lines(cast) == []
    assert press(Said.REFUSED)
    assert lines(cast) == ["refused"]


def test_a_new_text_asks_again(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    pupil = cast.pupils[0]
    testing.says(cast.actor("guardian"), pupil, WORKS, Said.GIVEN)
    known = dict(texts.purposes())
    first = known[WORKS].versions[0]
    second = replace(first, no=2, starts=time.today(), is_material=True, digest="2" * 64)
    known[WORKS] = replace(known[WORKS], versions=(first, second))
    monkeypatch.setattr(texts, "purposes", lambda: known)
    assert not queries.consented(pupil.id, WORKS)
    assert board_of([pupil.id])[pupil.id][WORKS].state is State.CHANGED
    testing.says(cast.actor("guardian"), pupil, WORKS, Said.GIVEN)
    assert queries.consented(pupil.id, WORKS)


def test_the_history_only_grows(cast: Cast) -> None:
    testing.agree(cast.pupils[0])
    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
        ConsentLine.objects.unscoped("test").update(said="refused")


def test_the_history_names_who_and_how(cast: Cast) -> None:
    pupil, mum = cast.pupils[0], cast.actor("guardian")
    services.ask_class(actor=cast.teacher, class_id=cast.klass.id)
    with time.frozen(time.now() + timedelta(minutes=1)):
        testing.says(mum, pupil, WORKS, Said.GIVEN)
    found = next(one for one in standings(pupil.id, mum.person_id) if one.purpose is WORKS)
    assert found.own is Said.GIVEN and found.verdict.holds
    assert [(one.said, one.who) for one in found.history] == [
        (Said.GIVEN, "guardian老师（监护人，在网页上）"),
        (Said.ASKED, "teacher老师发了回执单"),
    ]


def test_a_class_is_three_questions(cast: Cast, django_assert_num_queries: object) -> None:
    ids = [pupil.id for pupil in cast.pupils]
    testing.agree_all(cast.pupils[:3], WORKS)
    consumer = consent.Consumer("test.wall", WORKS, "测试")
    with django_assert_num_queries(3):  # type: ignore[operator]
        assert consumer.among(ids) == frozenset(ids[:3])
    assert consumer.allows(ids[0]) and not consumer.allows(ids[3])
    with django_assert_num_queries(1):  # type: ignore[operator]
        assert consumer.among(ids[3:]) == frozenset()
    assert queries.consented_among([], WORKS) == frozenset()


def test_who_left_every_class_needs_the_own_word_too(cast: Cast) -> None:
    pupil = cast.pupils[0]
    testing.says(cast.actor("guardian"), pupil, WORKS, Said.GIVEN)
    ClassMembership.objects.unscoped("test").filter(person_id=pupil.id).update(ends_on=time.today())
    assert not queries.consented(pupil.id, WORKS)


def test_asking_a_class_is_noted_once(cast: Cast) -> None:
    testing.agree(cast.pupils[0])
    assert services.ask_class(actor=cast.teacher, class_id=cast.klass.id) == 3
    assert services.ask_class(actor=cast.teacher, class_id=cast.klass.id) == 0
    with pytest.raises(Denied):
        services.ask_class(actor=cast.actor("head"), class_id=cast.klass.id)
    with pytest.raises(Denied):
        services.ask_class(actor=cast.actor("other_teacher"), class_id=cast.klass.id)
    members = {cast.klass.id: [pupil.id for pupil in cast.pupils], cast.second_class.id: []}
    counts = counts_of(members)
    assert (counts[cast.klass.id].answered, counts[cast.klass.id].missing) == (1, 3)
    assert counts[cast.second_class.id].pupils == 0


def test_two_features_cannot_share_a_key() -> None:
    one = consent.register_consumer("test.same", WORKS, "甲")
    try:
        assert consent.register_consumer("test.same", WORKS, "甲") is not None and one in consent.consumers()
        with pytest.raises(ValueError, match=r"test\.same"):
            consent.register_consumer("test.same", WORKS, "乙")
    finally:
        consent._consumers.pop("test.same")


@pytest.mark.django_db(transaction=True)
def test_both_guardians_at_the_same_moment(transactional_db: None) -> None:
    cast = registry_testing.cast(pupils=1)
    pupil = cast.pupils[0]
    family = [cast.actor("guardian"), testing.guardian_of(pupil, "父亲")]

    def press(index: int) -> bool:
        try:
            return testing.says(family[index % 2], pupil, WORKS, Said.REFUSED if index % 2 else Said.GIVEN)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        written = list(pool.map(press, range(8)))
    assert sum(written) == 2 and len(lines(cast)) == 2  # one line of each, however often pressed
    assert not queries.consented(pupil.id, WORKS)
