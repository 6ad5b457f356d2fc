"""Cases against PostgreSQL: who may move them, reviews, clocks, objections, and that nothing can be rewritten."""

import shutil
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.test import override_settings

from qiming.casework import queries, rooms, services
from qiming.casework.models import Appointment, Case, CaseEvent, Delegation, Objection, ReviewSheet
from qiming.casework.queries.verifying import broken_cases
from qiming.casework.services.notices import by_code
from qiming.casework.testing import give_duty
from qiming.casework.types import Proof, ReviewState
from qiming.kernel import chain, time
from qiming.kernel.access import Actor, Denied
from qiming.kernel.errors import UserError
from qiming.kernel.models import OutboxEvent
from qiming.registry import testing
from qiming.registry.testing import Cast

ROOT = Path(__file__).resolve().parents[3]
FORM = [Proof("form", "申请表", "0" * 64)]
GOOD = {"points": {"plan": 50, "team": 30}, "notes": {"plan": "扎实", "team": "整齐"}, "verdict": "accept"}
BAD = {"points": {"plan": 10, "team": 10}, "notes": {"plan": "空", "team": "缺人"}, "verdict": "reject"}
FRIDAY = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
BEFORE = datetime(2026, 9, 7, 2, 0, tzinfo=UTC)  # roles of the cast hold from here on


@pytest.fixture
def cast(db: None, tmp_path: Path) -> Cast:
    with time.frozen(BEFORE):
        made = testing.cast(pupils=1)
    (tmp_path / "schemas").symlink_to(ROOT / "content" / "schemas")
    (tmp_path / "workflows").mkdir()
    shutil.copy(Path(__file__).parent / "naming.yaml", tmp_path / "workflows")
    services.load_workflows(tmp_path)
    return made


@pytest.fixture
def staffed(cast: Cast) -> Cast:
    """Three experts (one works at the school that applies), a clerk and a checker, all at the city."""
    for who, duty in [
        ("other_teacher", "expert"),
        ("other_admin", "expert"),
        ("colleague", "expert"),
        ("district_officer", "clerk"),
        ("city_officer", "checker"),
    ]:
        give_duty(cast.people[who], duty, cast.city.path)
    return cast


def opened(cast: Cast, who: str = "teacher") -> UUID:
    return services.open_case(
        actor=cast.actor(who),
        key="naming",
        title="示例一中申请命名",
        subject_id=uuid4(),
        scope_path=cast.school.path,
        office_path=cast.city.path,
        topics=["ethics"],
    )


def submitted(cast: Cast) -> UUID:
    case_id = opened(cast)
    services.move(actor=cast.teacher, case_id=case_id, transition="submit", evidence=FORM)
    return case_id


def sheets(case_id: UUID, state: ReviewState = ReviewState.ASKED) -> list[ReviewSheet]:
    return list(ReviewSheet.objects.unscoped("test").filter(case_id=case_id, state=state).order_by("id"))


def reviewer(cast: Cast, sheet: ReviewSheet) -> Actor:
    return next(cast.actor(who) for who, person in cast.people.items() if person == sheet.person_id)


def hand_in_all(cast: Cast, case_id: UUID, *kinds: dict[str, object]) -> None:
    for kind in kinds:
        sheet = sheets(case_id)[0]
        services.hand_in(actor=reviewer(cast, sheet), sheet_id=sheet.id, **kind)  # type: ignore[arg-type]


def case(case_id: UUID) -> Case:
    return Case.objects.unscoped("test").get(id=case_id)


def noticed(cast: Cast) -> UUID:
    case_id = submitted(cast)
    hand_in_all(cast, case_id, GOOD, GOOD)
    services.move(actor=cast.actor("district_officer"), case_id=case_id, transition="propose")
    return case_id


def test_from_application_to_the_end(staffed: Cast) -> None:
    with time.frozen(FRIDAY):
        case_id = noticed(staffed)
        assert case(case_id).owner == "duty:clerk"
        with pytest.raises(UserError, match="还不能"):
            services.move(actor=staffed.actor("city_officer"), case_id=case_id, transition="name")
    with time.frozen(FRIDAY + timedelta(days=8)):
        services.move(actor=staffed.actor("city_officer"), case_id=case_id, transition="name")
    assert case(case_id).state == "named"
    assert case(case_id).closed_at is not None
    told = queries.history(queries.load_case(staffed.teacher, case_id))
    assert [one.title for one in told] == ["申请", "提交", "拟命名", "命名"]
    assert all(one.who for one in told)
    assert broken_cases() == []


@pytest.mark.parametrize(
    "who", ["head", "admin", "other_teacher", "district_officer", "city_officer", "guardian"]
)
def test_only_whose_turn_it_is_may_move(staffed: Cast, who: str) -> None:
    case_id = submitted(staffed)
    with pytest.raises((Denied, UserError)):
        services.move(actor=staffed.actor(who), case_id=case_id, transition="propose")
    assert case(case_id).seq == 2


def test_the_head_may_submit_for_the_school_and_no_other_head(staffed: Cast) -> None:
    case_id = opened(staffed)
    with pytest.raises(Denied):
        services.move(actor=staffed.actor("other_admin"), case_id=case_id, transition="submit", evidence=FORM)
    services.move(actor=staffed.actor("head"), case_id=case_id, transition="submit", evidence=FORM)


def test_without_its_evidence_nothing_moves_and_the_reason_is_told(staffed: Cast) -> None:
    case_id = opened(staffed)
    with pytest.raises(UserError) as caught:
        services.move(actor=staffed.teacher, case_id=case_id, transition="submit")
    assert "申请表" in caught.value.next
    assert case(case_id).seq == 1


def test_who_may_not_see_a_case_learns_nothing_of_it(staffed: Cast) -> None:
    case_id = submitted(staffed)
    stranger = staffed.actor("guardian")
    with pytest.raises(Denied):
        queries.load_case(stranger, case_id)
    with pytest.raises(Denied):
        queries.load_case(stranger, uuid4())
    with pytest.raises(Denied):
        services.move(actor=staffed.teacher, case_id=uuid4(), transition="submit")
    with pytest.raises(Denied):
        services.move(actor=staffed.teacher, case_id=case_id, transition="nonsense")


def test_colleagues_of_the_applicant_are_not_asked(staffed: Cast) -> None:
    case_id = submitted(staffed)
    asked = {one.person_id for one in sheets(case_id)}
    assert asked == {staffed.people["other_teacher"], staffed.people["other_admin"]}
    assert staffed.people["colleague"] not in asked


def test_two_who_differ_need_a_third_and_too_few_experts_are_told(staffed: Cast) -> None:
    case_id = submitted(staffed)
    hand_in_all(staffed, case_id, GOOD, BAD)
    assert sheets(case_id) == []  # the third expert works at the school itself
    assert OutboxEvent.objects.filter(name="casework.reviewers_missing").exists()
    with pytest.raises(UserError, match="还不能"):
        services.move(actor=staffed.actor("district_officer"), case_id=case_id, transition="propose")
    extra = staffed.actor("head")  # of another case's point of view nobody; here a colleague too
    give_duty(extra.person_id, "expert", staffed.city.path)
    assert services.ask_more(case_id) == 0
    outsider = staffed.people["city_officer"]
    give_duty(outsider, "expert", staffed.city.path)
    assert services.ask_more(case_id) == 1
    hand_in_all(staffed, case_id, BAD)
    services.move(
        actor=staffed.actor("district_officer"), case_id=case_id, transition="refuse", reason="方案空"
    )
    last = queries.history(case(case_id))[-1]
    assert last.reason == "方案空"
    assert last.again_on > str(time.today())


def test_a_reviewer_in_conflict_is_replaced_and_shut_out(staffed: Cast) -> None:
    give_duty(staffed.people["city_officer"], "expert", staffed.city.path)
    case_id = submitted(staffed)
    first = sheets(case_id)[0]
    who = reviewer(staffed, first)
    services.declare_conflict(actor=who, sheet_id=first.id, reason="申请人是我的学生")
    assert len(sheets(case_id)) == 2
    assert first.person_id not in {one.person_id for one in sheets(case_id)}
    give_duty(who.person_id, "clerk", staffed.city.path)
    hand_in_all(staffed, case_id, GOOD, GOOD)
    with pytest.raises(UserError) as caught:
        services.move(actor=who, case_id=case_id, transition="propose")
    assert "申请人是我的学生" in caught.value.next


def test_a_sheet_is_ones_own_and_final(staffed: Cast) -> None:
    case_id = submitted(staffed)
    sheet = sheets(case_id)[0]
    who = reviewer(staffed, sheet)
    other = reviewer(staffed, sheets(case_id)[1])
    with pytest.raises(Denied):
        services.hand_in(actor=other, sheet_id=sheet.id, **GOOD)  # type: ignore[arg-type]
    version = services.keep_draft(
        actor=who, sheet_id=sheet.id, points={"plan": 9, "x": 1}, notes={}, version=0
    )
    with pytest.raises(UserError, match="另一个窗口"):
        services.keep_draft(actor=who, sheet_id=sheet.id, points={}, notes={}, version=version - 1)
    services.hand_in(actor=who, sheet_id=sheet.id, **GOOD)  # type: ignore[arg-type]
    with pytest.raises(UserError, match="已经交了"):
        services.hand_in(actor=who, sheet_id=sheet.id, **BAD)  # type: ignore[arg-type]
    assert ReviewSheet.objects.unscoped("test").get(id=sheet.id).verdict == "accept"


def test_withdrawing_releases_the_reviewers(staffed: Cast) -> None:
    case_id = submitted(staffed)
    services.move(actor=staffed.teacher, case_id=case_id, transition="withdraw")
    assert sheets(case_id) == []
    assert len(sheets(case_id, ReviewState.RELEASED)) == 2


def test_nobody_decides_their_own_case(staffed: Cast) -> None:
    give_duty(staffed.people["teacher"], "clerk", staffed.city.path)
    case_id = submitted(staffed)
    hand_in_all(staffed, case_id, GOOD, GOOD)
    with pytest.raises(UserError) as caught:
        services.move(actor=staffed.teacher, case_id=case_id, transition="propose")
    assert "自己申请的" in caught.value.next


def test_standing_in_is_told(staffed: Cast) -> None:
    clerk = staffed.actor("district_officer")
    held = Appointment.objects.unscoped("test").get(person_id=clerk.person_id)
    until = time.today() + timedelta(days=3)
    lent = services.delegate(
        actor=clerk, appointment_id=held.id, to_person=staffed.people["other_admin"], until=until
    )
    case_id = submitted(staffed)
    give_duty(staffed.people["city_officer"], "expert", staffed.city.path)
    services.ask_more(case_id)
    hand_in_all(staffed, case_id, GOOD, GOOD)
    deputy = staffed.actor("other_admin")
    services.move(actor=deputy, case_id=case_id, transition="propose")
    event = CaseEvent.objects.get(case_id=case_id, transition="propose")
    assert (event.actor_id, event.acting_for) == (deputy.person_id, clerk.person_id)
    services.end_delegation(actor=clerk, delegation_id=lent)
    assert Delegation.objects.get().ended_at is not None
    assert queries.duties_of(deputy.person_id) == [("expert", staffed.city.path, None)]


def test_a_page_that_is_out_of_date_moves_nothing(staffed: Cast) -> None:
    case_id = opened(staffed)
    services.move(actor=staffed.teacher, case_id=case_id, transition="submit", evidence=FORM, expected_seq=1)
    with pytest.raises(UserError, match="刚才有人办过"):
        services.move(actor=staffed.teacher, case_id=case_id, transition="withdraw", expected_seq=1)


@pytest.mark.django_db(transaction=True)
def test_two_officers_deciding_at_once_decide_once(staffed: Cast) -> None:
    give_duty(staffed.people["city_officer"], "clerk", staffed.city.path)
    case_id = submitted(staffed)
    hand_in_all(staffed, case_id, GOOD, GOOD)
    clerks = [staffed.actor("district_officer"), staffed.actor("city_officer")]
    said: list[str] = []
    ready = threading.Barrier(2)

    def decide(clerk: Actor) -> None:
        try:
            ready.wait()
            services.move(actor=clerk, case_id=case_id, transition="propose", expected_seq=2)
            said.append("moved")
        except UserError as error:
            said.append(str(error))
        finally:
            connection.close()

    threads = [threading.Thread(target=decide, args=[one]) for one in clerks]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(said) == ["moved", "刚才有人办过这一件"]
    assert CaseEvent.objects.filter(case_id=case_id, transition="propose").count() == 1


def test_clocks_stand_still_in_the_holidays(staffed: Cast) -> None:
    with time.frozen(datetime(2027, 1, 20, 2, 0, tzinfo=UTC)):
        due = case(submitted(staffed)).due_at
    assert due is not None
    assert due > datetime(2027, 2, 10, tzinfo=UTC)


def test_owners_are_reminded_once_and_offices_told_once(staffed: Cast) -> None:
    with time.frozen(FRIDAY):
        case_id = submitted(staffed)
        assert services.tick() == 0
    with time.frozen(FRIDAY + timedelta(days=5, hours=-2)):  # a day before the third school day ends
        services.tick()
        services.tick()
        assert OutboxEvent.objects.filter(name="casework.reminder").count() == 1
    with time.frozen(FRIDAY + timedelta(days=6)):
        services.tick()
        services.tick()
    overdue = OutboxEvent.objects.get(name="casework.overdue")
    assert overdue.payload["to"] == "duty:clerk"
    assert case(case_id).state == "reviewed"


def test_objections_are_settled_by_others_before_anything_is_named(staffed: Cast) -> None:
    with time.frozen(FRIDAY):
        case_id = noticed(staffed)
        token = uuid4()
        code = services.object_to(actor=None, case_id=case_id, text="方案是抄的", token=token)
        assert services.object_to(actor=None, case_id=case_id, text="方案是抄的", token=token) == code
        objection = Objection.objects.get()
        assert objection.person_id is None
        assert code not in objection.code_hash
        assert by_code(f" {code.lower()} ").id == objection.id
        with override_settings(SECRET_KEY="new", SECRET_KEY_FALLBACKS=[settings.SECRET_KEY]):
            assert by_code(code).id == objection.id, "a new signing key leaves codes good"
    with time.frozen(FRIDAY + timedelta(days=8)):
        with pytest.raises(UserError) as caught:
            services.move(actor=staffed.actor("city_officer"), case_id=case_id, transition="name")
        assert "1条异议" in caught.value.next
        with pytest.raises(Denied):
            services.settle(
                actor=staffed.actor("district_officer"),
                objection_id=objection.id,
                answer="不成立",
                upheld=False,
            )
        services.settle(
            actor=staffed.actor("city_officer"),
            objection_id=objection.id,
            answer="查过，不是抄的",
            upheld=False,
        )
        services.move(actor=staffed.actor("city_officer"), case_id=case_id, transition="name")


def test_who_reviewed_may_not_answer_objections(staffed: Cast) -> None:
    with time.frozen(FRIDAY):
        case_id = noticed(staffed)
        services.object_to(actor=staffed.actor("head"), case_id=case_id, text="打分不公", token=uuid4())
        expert = reviewer(staffed, sheets(case_id, ReviewState.LOCKED)[0])
        give_duty(expert.person_id, "checker", staffed.city.path)
        with pytest.raises(UserError, match="办过或评过"):
            services.settle(
                actor=expert, objection_id=Objection.objects.get().id, answer="公平", upheld=False
            )


def test_a_condition_of_the_room_and_what_follows_a_move(
    staffed: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    followed: list[str] = []
    kind = rooms.Kind("naming", {}, lambda _case, _subject, event: followed.append(event.target))
    monkeypatch.setitem(rooms._KINDS, "naming", kind)
    case_id = submitted(staffed)
    assert followed == ["reviewed"]

    def refuse(_case: UUID, _subject: UUID, _event: object) -> None:
        raise UserError("房间不同意", kept="件没有动。", status=409)

    monkeypatch.setitem(rooms._KINDS, "naming", rooms.Kind("naming", {}, refuse))
    with pytest.raises(UserError, match="房间不同意"):
        services.move(actor=staffed.teacher, case_id=case_id, transition="withdraw")
    assert case(case_id).state == "reviewed"


def test_history_cannot_be_rewritten(staffed: Cast) -> None:
    case_id = submitted(staffed)
    event = CaseEvent.objects.filter(case_id=case_id).latest("seq")
    for change in ("UPDATE casework_caseevent SET reason = 'x'", "DELETE FROM casework_caseevent"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"{change} WHERE id = %s", [event.id])
    from qiming.casework.chains import EVENTS

    assert chain.seal(EVENTS) == 2
    assert chain.verify(EVENTS).holds


def test_a_stored_state_that_does_not_follow_is_found(staffed: Cast) -> None:
    case_id = submitted(staffed)
    assert broken_cases() == []
    Case.objects.unscoped("test").filter(id=case_id).update(state="named")
    assert broken_cases() == [case_id]


def test_a_changed_workflow_is_for_new_cases_only(staffed: Cast, tmp_path: Path) -> None:
    old = opened(staffed)
    file = tmp_path / "workflows" / "naming.yaml"
    file.write_text(file.read_text().replace("reviewers: 2", "reviewers: 1"))
    assert services.load_workflows(tmp_path) == 1
    assert services.load_workflows(tmp_path) == 0
    new = opened(staffed)
    for case_id, asked in ((old, 2), (new, 1)):
        services.move(actor=staffed.teacher, case_id=case_id, transition="submit", evidence=FORM)
        assert len(sheets(case_id)) == asked


def test_whose_turn_it_is_stands_in_their_queue(staffed: Cast) -> None:
    case_id = submitted(staffed)
    expert = reviewer(staffed, sheets(case_id)[0])
    waiting, total = queries.queue_of(expert)
    assert total == 1
    assert waiting[0].sheet is not None
    assert queries.queue_of(staffed.actor("district_officer"))[1] == 0
    hand_in_all(staffed, case_id, GOOD, GOOD)
    services.move(actor=staffed.actor("district_officer"), case_id=case_id, transition="propose")
    assert [one.id for one in queries.queue_of(staffed.actor("district_officer"))[0]] == [case_id]
    assert queries.queue_of(staffed.teacher)[1] == 0
    assert queries.oversee(staffed.actor("head")) == [("命名", "公示", 1, 0)]
    assert queries.oversee(staffed.actor("other_admin")) == []


def test_what_one_may_do_is_shown_with_the_reasons_why_not(staffed: Cast) -> None:
    case_id = submitted(staffed)
    choices = queries.may_do(staffed.actor("district_officer"), case(case_id))
    assert [one.transition.key for one in choices] == ["propose", "refuse"]
    assert not any(one.answer for one in choices)
    assert "0/2" in choices[0].answer.reasons[0]


def test_who_may_be_appointed_by_whom(staffed: Cast) -> None:
    officer = staffed.actor("city_officer")
    person = staffed.people["colleague"]
    row = services.appoint(
        actor=officer, place_id=staffed.city.id, person_id=person, duty="clerk", expertise=["ethics"]
    )
    with pytest.raises(UserError, match="已经担任"):
        services.appoint(actor=officer, place_id=staffed.city.id, person_id=person, duty="clerk")
    with pytest.raises(UserError, match="不能指定自己"):
        services.appoint(actor=officer, place_id=staffed.city.id, person_id=officer.person_id, duty="clerk")
    with pytest.raises(Denied):
        services.appoint(
            actor=staffed.actor("district_officer"), place_id=staffed.city.id, person_id=person, duty="x"
        )
    with pytest.raises(Denied):
        services.appoint(actor=staffed.teacher, place_id=staffed.school.id, person_id=person, duty="x")
    services.end_appointment(actor=officer, appointment_id=row)
    assert Appointment.objects.unscoped("test").get(id=row).until == time.today()
