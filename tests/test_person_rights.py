"""A pupil's rights, proven on a pupil who did everything there is to do: the copy is whole, after the erasure nothing
is left anywhere, and the hours of class and school are the same as before."""

import io
import json
import shutil
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.apps import apps
from django.conf import settings
from django.db import transaction
from typer.testing import CliRunner

from qiming.kernel import audit, chain, holdings, made, time
from qiming.kernel.access import Denied
from qiming.kernel.errors import UserError
from qiming.kernel.models import AuditRow, StoredFile
from qiming.kernel.privacy import classes_of, grade_of
from qiming.learning.models import Attempt
from qiming.registry import queries as registry
from qiming.registry import services as people
from qiming.registry.models import (
    Account,
    ClassMembership,
    ExternalId,
    Guardianship,
    Person,
    Promotion,
    RosterPackage,
    RosterSource,
    Transfer,
)
from qiming.registry.oneroster import work
from qiming.registry.types import Role
from qiming.teaching import queries as teaching
from qiming.teaching import services as lessons
from qiming.teaching.models import PeriodCredit, PeriodPhoto
from qiming.trust import services
from qiming.trust import testing as consent
from qiming.trust.chains import READS
from qiming.trust.cli import app as trust_cli
from qiming.trust.models import ErasureCase, PersonCopy
from qiming.trust.services import copies, erased, erasure
from qiming.trust.types import Purpose
from qiming.trust.types.rights import CopyState, ErasureState
from tests.access import objects
from tests.fixtures import _Undo
from tests.world import World
from tests.world import build as build_world

NAME = "尉迟𬀩晴"
OUTSIDE = "outside-system-5521"
NUMBER = "G110101201305087788"
ANSWER = "我觉得要看例子"  # what tests/access/objects.py lets the pupil write
WHY = "the proof looks at everything"


@pytest.fixture(scope="module")
def lived(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any) -> Any:
    """A world in which the first pupil has a name and a number like nobody else and has left traces everywhere."""
    home = settings.QIMING_HOME
    settings.QIMING_HOME = tmp_path_factory.mktemp("home")
    with django_db_blocker.unblock():
        try:
            with transaction.atomic():
                world = build_world()
                first = registry.current_year().starts
                ClassMembership.objects.unscoped(WHY).update(starts_on=first)
                values = objects.build(world).values
                _leave_traces(world, values)
                yield world, values
                raise _Undo
        except _Undo:
            pass
    settings.QIMING_HOME = home


@pytest.fixture
def world(lived: Any, db: None) -> World:
    return lived[0]  # type: ignore[no-any-return]


def _leave_traces(world: World, values: dict[str, object]) -> None:
    pupil_id = world.here.pupils[0].id
    admin = world.actor("school_admin")
    people.rename_pupil(actor=admin, person_id=pupil_id, name=NAME)
    roster = f"年级,班级,座号,姓名,学籍号\n七年级,1,1,{NAME},{NUMBER}\n七年级,1,x,{NAME}\n"
    upload = people.preview_roster(
        actor=admin, school_id=world.here.school.id, name=f"{NAME}.csv", data=roster.encode()
    )
    people.apply_roster(actor=admin, import_id=upload, good_rows_only=True)
    services.withdraw_erasure(actor=world.actor("guardian"), case_id=UUID(str(values["case_id"])))
    consent.agree(registry.pupil(pupil_id))
    consent.take_back(registry.pupil(pupil_id), Purpose.CAMERA)
    _come_through_a_roster_system(world)
    lessons.confirm_period(
        actor=world.actor("teacher"),
        period_id=UUID(str(values["period_id"])),
        exceptions={},
    )
    photo = PeriodPhoto.objects.unscoped(WHY).get()
    photo.faces, photo.pictured = "some", [str(pupil_id)]
    photo.save()
    services.log_read(
        world.actor("teacher"),
        verb="v",
        subjects=[pupil_id],
        scope_path=world.here.group.path,
        what="学情报告",
    )


def _come_through_a_roster_system(world: World) -> None:
    """An outside number, a transfer, a year repeated, a package with samples and a file."""
    pupil, here, near = world.here.pupils[0], world.here.school, world.places["near"].school
    source = RosterSource.objects.create(place_id=here.id, scope_path=here.path, name="学籍系统")
    ExternalId.objects.create(source=source, kind="u", sourced_id=OUTSIDE, target_id=pupil.id)
    Transfer.objects.create(
        scope_path=near.path,
        person_id=pupil.id,
        from_school_id=near.id,
        to_school_id=here.id,
        typed_name=NAME,
        state="accepted",
        note=f"{NAME}随家长搬家",
    )
    Promotion.objects.create(
        scope_path=here.path,
        school_id=here.id,
        school_year="2025-2026",
        kept_back=[str(pupil.id)],
        state="undone",
    )
    package = RosterPackage.objects.create(
        scope_path=here.path,
        place_id=here.id,
        file_name=f"{NAME}.zip",
        file_sha256="0" * 64,
        samples={"pupils": [{"name": NAME}]},
        state="applied",
    )
    for path in (work.file_of(package.id), work.wrong_file_of(package.id)):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{NAME},{NUMBER}")


def _models() -> list[Any]:
    return list(apps.get_models(include_auto_created=True))


def _confirmed(world: World, by: str = "guardian") -> ErasureCase:
    pupil_id = world.here.pupils[0].id
    case = services.ask_erasure(actor=world.actor(by), person_id=pupil_id, reason=f"{NAME}要转走了")
    services.agree_erasure(actor=world.actor("school_admin"), case_id=case.id)
    services.confirm_erasure(actor=world.actor("school_head"), case_id=case.id)
    return case


# ---- the copy


def test_the_copy_is_whole(world: World) -> None:
    """Every row of every table in which the pupil's number stands is in the copy, or is one of a few named kinds."""
    pupil_id = world.here.pupils[0].id
    listed: dict[str, set[str]] = {}
    for keeper in holdings.keepers():
        for part in keeper.export(pupil_id):
            listed.setdefault(part.key, set()).update(
                str(row.get("id", row.get("session_key", ""))) for row in part.rows
            )
    missing = {}
    for found in holdings.mentions(_models(), [str(pupil_id)]):
        rest = set(found.keys) - listed.get(found.table.lower(), set())
        if (
            rest
            and found.table
            not in {
                "kernel.OutboxEvent",  # what one room told another, deleted after thirty days
                "registry.Session",  # listed without the key that would open a door
                "assist.Alert",  # a copy may be read by the very person a child spoke of: its part says so, for everybody
            }
        ):
            missing[found.table] = len(rest)
    assert missing == {}


def test_the_archive_can_be_read_by_people_and_programs(world: World) -> None:
    copy = services.ask_copy(actor=world.actor("guardian"), person_id=world.here.pupils[0].id)
    assert services.ask_copy(actor=world.actor("guardian"), person_id=copy.person_id).id == copy.id
    services.build_copy(copy.id)
    services.build_copy(copy.id)  # a job that runs twice builds once
    copy.refresh_from_db()
    assert copy.state == CopyState.READY and copy.done == copy.total and copy.counts["learning.attempt"] >= 2
    with zipfile.ZipFile(made.path_of(f"copies/{copy.id}.zip")) as archive:
        data = json.loads(archive.read("data.json"))
        page = archive.read("个人信息副本.html").decode()
        photos = [name for name in archive.namelist() if name.startswith("files/课堂照片/")]
    assert data["person"] == NAME and len(photos) == 1
    assert ANSWER in page and NAME in page and "学情报告" in page
    hidden = ("password", "token_hash", "session_key", "pupil_number_digest", "code_hash")
    for part in data["parts"]:
        for row in part["rows"]:
            assert not set(hidden) & set(row)
    others = [one.name for one in world.here.pupils[1:]]
    assert not any(name in page for name in others)


def test_who_may_have_a_copy_and_how_it_ends(world: World) -> None:
    pupil_id = world.here.pupils[0].id
    for role, place in (
        ("teacher", "here"),
        ("school_head", "here"),
        ("school_admin", "near"),
        ("guardian", "far"),
    ):
        with pytest.raises(Denied):
            services.ask_copy(actor=world.actor(role, place), person_id=pupil_id)
    copy = services.ask_copy(actor=world.actor("pupil"), person_id=pupil_id)
    with pytest.raises(UserError):
        services.fetch_copy(actor=world.actor("pupil"), copy_id=copy.id)  # not ready
    services.build_copy(copy.id)
    services.fetch_copy(actor=world.actor("pupil"), copy_id=copy.id)
    assert AuditRow.objects.get(verb="kernel.export", thing_id=copy.id).detail["grade"] == "L3"
    with time.frozen(time.now() + timedelta(days=8)):
        with pytest.raises(UserError) as gone:
            services.fetch_copy(actor=world.actor("pupil"), copy_id=copy.id)
        assert gone.value.status == 410
        services.sweep()
    copy.refresh_from_db()
    assert copy.state == CopyState.GONE and not made.path_of(f"copies/{copy.id}.zip").exists()


def test_a_copy_that_fails_says_so_and_can_be_asked_again(world: World, monkeypatch: Any) -> None:
    def broken(*_: object) -> bytes:
        raise OSError(28, "No space left on device")

    copy = services.ask_copy(actor=world.actor("pupil"), person_id=world.here.pupils[0].id)
    monkeypatch.setattr(copies, "pack", broken)
    with pytest.raises(OSError):
        services.build_copy(copy.id)
    copy.refresh_from_db()
    assert copy.state == CopyState.FAILED
    monkeypatch.undo()
    again = services.ask_copy(actor=world.actor("pupil"), person_id=world.here.pupils[0].id)
    assert again.id != copy.id


# ---- erasure


def test_afterwards_nothing_is_left_in_any_table_nor_in_the_files(world: World) -> None:
    pupil = world.here.pupils[0]
    year = registry.current_year().key
    account = Account.objects.get(person_id=pupil.id)
    tail = NUMBER[-4:]
    digests = list(
        ClassMembership.objects.unscoped(WHY)
        .filter(person_id=pupil.id)
        .values_list("pupil_number_digest", flat=True)
    )
    photo = PeriodPhoto.objects.unscoped(WHY).get().stored_file
    answers = Attempt.objects.unscoped(WHY).filter(pupil_id=pupil.id).count()
    shutil.rmtree(made.path_of(""), ignore_errors=True)  # what other tests made, whose rows were undone
    services.ask_copy(actor=world.actor("pupil"), person_id=pupil.id)
    services.build_copy(PersonCopy.objects.unscoped(WHY).get().id)
    before = _sums(world, year)
    assert before[0] > 0 and answers and any(digests) and holdings.mentions(_models(), [NAME])
    case = _confirmed(world)

    services.carry_out(case.id)
    services.carry_out(case.id)  # a job that runs twice erases once

    case.refresh_from_db()
    assert case.state == ErasureState.DONE and case.certificate["left"] == [], case.certificate["left"]
    words = [
        NAME,
        f"{NAME}.csv",
        NUMBER,
        *[one for one in digests if one],
        ANSWER,
        "我学会了",
        str(account.id),
    ]
    left = {one.table: len(one.keys) for one in holdings.mentions(_models(), words)}
    # Accounts are named by number in the sealed trail, and nowhere else.
    assert set(left) <= {"kernel.AuditRow"}
    assert not holdings.mentions([m for m in _models() if m is not AuditRow], words)
    by_number = {one.table for one in holdings.mentions(_models(), [str(pupil.id)])}
    assert by_number <= erasure.SEALED
    assert not ClassMembership.objects.unscoped(WHY).filter(pupil_number_tail=tail).exists()
    assert not StoredFile.objects.filter(id=photo.id).exists()
    _files_are_clean(Path(settings.QIMING_HOME), [NAME, NUMBER, ANSWER])
    assert _sums(world, year) == before
    assert chain.verify(audit.TRAIL).holds and chain.verify(READS).holds


@pytest.mark.parametrize("reaches", [True, False])
def test_a_restored_backup_does_not_bring_an_erased_person_back(world: World, reaches: bool) -> None:
    """The backup is from before the erasure, and from before or after its request."""
    erased.file().unlink(missing_ok=True)
    pupil = world.here.pupils[0]
    case = _confirmed(world)
    with transaction.atomic():
        services.carry_out(case.id)
        assert not erased.returned()
        transaction.set_rollback(True)
    if not reaches:
        ErasureCase.objects.unscoped(WHY).filter(id=case.id).delete()
    assert set(erased.returned()) == {pupil.id}
    said = CliRunner().invoke(trust_cli, ["note-restore", "从昨天的备份恢复"])
    assert said.exit_code == 0 and "再次删除 1 人" in said.output
    assert not erased.returned() and not holdings.mentions([Person], [str(pupil.id)])
    done = ErasureCase.objects.unscoped(WHY).get(state=ErasureState.DONE)
    assert done.certificate["left"] == [] and done.person_id is None
    assert erasure.erase_again() == (0, 0)


def _sums(world: World, year: str) -> tuple[Any, ...]:
    totals = teaching.ledger_totals(world.here.school.path, year)
    credited = PeriodCredit.objects.unscoped(WHY)
    members = ClassMembership.objects.unscoped(WHY).filter(class_group_id=world.here.group.id)
    return (
        sum(one.periods for one in totals.values()),
        len(totals),
        credited.count(),
        sum(credited.values_list("credited_minutes", flat=True)),
        members.count(),
    )


def _files_are_clean(home: Path, words: list[str]) -> None:
    for path in home.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            assert not any(word.encode() in data for word in words), path
            assert not any(word in path.name for word in words)
            if data[:2] == b"PK":
                with zipfile.ZipFile(io.BytesIO(data)) as archive:
                    inside = b"".join(archive.read(name) for name in archive.namelist())
                assert not any(word.encode() in inside for word in words), path


def test_the_certificate_says_room_by_room_what_went_and_what_stayed(world: World) -> None:
    case = _confirmed(world)
    services.carry_out(case.id)
    case.refresh_from_db()
    fates = {(one["room"], fate["what"]): fate for one in case.certificate["rooms"] for fate in one["fates"]}
    assert fates[("learning", "作答")]["fate"] == "erased" and fates[("learning", "作答")]["count"] >= 2
    assert (
        fates[("teaching", "出勤")]["fate"] == "pseudonym" and fates[("registry", "姓名")]["fate"] == "erased"
    )
    assert case.certificate["looked_at"] > 20
    kept = [fate for fate in fates.values() if fate["fate"] != "erased"]
    assert kept and all(fate["why"] for fate in kept)
    assert next(one["room"] for one in case.certificate["rooms"]).startswith(
        "programmes"
    )  # the highest first
    assert "reason" not in case.certificate and case.reason == "" and case.person_id is None
    assert Person.objects.filter(name="已依法删除").count() == 1
    # The guardian still signs in, sees the proof and has no ward any more.
    guardian = world.actor("guardian")
    assert services.load_case(guardian, case.id).id == case.id and not guardian.wards
    assert not Guardianship.objects.unscoped(WHY).filter(guardian_id=guardian.person_id).exists()
    with pytest.raises(Denied):
        registry.pupil(world.here.pupils[0].id)


def test_two_people_decide_and_each_only_once(world: World) -> None:
    pupil_id = world.here.pupils[0].id
    guardian, admin, head = (world.actor(role) for role in ("guardian", "school_admin", "school_head"))
    with pytest.raises(UserError):
        services.ask_erasure(actor=guardian, person_id=pupil_id, reason="  ")
    case = services.ask_erasure(actor=guardian, person_id=pupil_id, reason="转学")
    with pytest.raises(UserError) as twice:
        services.ask_erasure(actor=guardian, person_id=pupil_id, reason="转学")
    assert twice.value.status == 409
    with pytest.raises(UserError):
        services.confirm_erasure(actor=head, case_id=case.id)  # nobody agreed yet
    for actor in (head, world.actor("teacher"), world.actor("school_admin", "near"), guardian):
        with pytest.raises(Denied):
            services.agree_erasure(actor=actor, case_id=case.id)
    services.agree_erasure(actor=admin, case_id=case.id)
    with pytest.raises(Denied):
        services.confirm_erasure(actor=admin, case_id=case.id)
    with pytest.raises(UserError):
        services.refuse_erasure(actor=admin, case_id=case.id, words="晚了")
    services.refuse_erasure(actor=head, case_id=case.id, words="还有一门课没修完，期末再办")
    for verb in (services.agree_erasure, services.confirm_erasure):
        with pytest.raises((UserError, Denied)):
            verb(actor=head, case_id=case.id)
    again = services.ask_erasure(actor=guardian, person_id=pupil_id, reason="期末了")
    services.withdraw_erasure(actor=guardian, case_id=again.id)
    with pytest.raises(UserError):
        services.withdraw_erasure(actor=guardian, case_id=again.id)
    assert Person.objects.filter(id=pupil_id).exists()


def test_a_head_who_is_also_administrator_does_not_confirm_alone(world: World) -> None:
    head = world.here.people["school_head"]
    people.appoint(actor=None, person_id=head, role=Role.SCHOOL_ADMIN, place_id=world.here.school.id)
    both = world.actor("school_head")
    case = services.ask_erasure(
        actor=world.actor("guardian"), person_id=world.here.pupils[0].id, reason="转学"
    )
    services.agree_erasure(actor=both, case_id=case.id)
    with pytest.raises(UserError, match="两个人"):
        services.confirm_erasure(actor=both, case_id=case.id)


def test_a_young_pupil_is_sent_to_the_family_and_nobody_else_may_ask(world: World) -> None:
    pupil_id = world.here.pupils[0].id
    with pytest.raises(UserError) as young:
        services.ask_erasure(actor=world.actor("pupil"), person_id=pupil_id, reason="不想要了")
    assert young.value.status == 403 and "家长" in young.value.next
    for role, place in (
        ("school_admin", "here"),
        ("teacher", "here"),
        ("guardian", "near"),
        ("pupil", "far"),
    ):
        with pytest.raises(Denied):
            services.ask_erasure(actor=world.actor(role, place), person_id=pupil_id, reason="x")


def test_a_hold_stops_the_erasure_until_it_is_lifted(world: World) -> None:
    pupil_id = world.here.pupils[0].id
    head = world.actor("school_head")
    hold = services.place_hold(actor=head, person_id=pupil_id, reason="家长起诉学校，等判决")
    with pytest.raises(UserError):
        services.place_hold(actor=head, person_id=pupil_id, reason="再来一次")
    case = services.ask_erasure(actor=world.actor("guardian"), person_id=pupil_id, reason="转学")
    with pytest.raises(UserError, match="暂停删除"):
        services.agree_erasure(actor=world.actor("school_admin"), case_id=case.id)
    services.lift_hold(actor=head, hold_id=hold.id)
    services.agree_erasure(actor=world.actor("school_admin"), case_id=case.id)
    whole_school = services.place_hold(actor=head, place_id=world.here.school.id, reason="教委来查")
    with pytest.raises(UserError, match="暂停删除"):
        services.confirm_erasure(actor=head, case_id=case.id)
    with pytest.raises(Denied):
        services.lift_hold(actor=world.actor("school_head", "near"), hold_id=whole_school.id)


def test_a_failure_half_way_erases_nothing(world: World, monkeypatch: Any) -> None:
    case = _confirmed(world)
    registry_room = next(one for one in holdings.keepers() if one.room == "registry")

    def broken(person_id: UUID, pseudonym_id: UUID) -> list[holdings.Fate]:
        raise RuntimeError("the database went away")

    monkeypatch.setitem(
        holdings._keepers, "registry", holdings.Keeper("registry", 1, registry_room.export, broken)
    )
    answers = Attempt.objects.unscoped(WHY).count()
    with pytest.raises(RuntimeError), transaction.atomic():
        services.carry_out(case.id)
    case.refresh_from_db()
    assert case.state == ErasureState.CONFIRMED and Attempt.objects.unscoped(WHY).count() == answers
    monkeypatch.undo()
    services.carry_out(case.id)
    case.refresh_from_db()
    assert case.state == ErasureState.DONE


def test_every_table_with_personal_fields_is_somebodys_to_answer_for(db: None) -> None:
    """A new model about pupils must be exported (and so be seen by whoever writes the erasure)."""
    exported = {part.key for keeper in holdings.keepers() for part in keeper.export(UUID(int=0))}
    about_pupils = {
        model._meta.label.lower()
        for model in _models()
        if grade_of(model) >= 3
        and {"pupil", "pupil_id", "ward", "subject_id", "actor_person"} & set(classes_of(model))
    }
    assert about_pupils - exported == set()
