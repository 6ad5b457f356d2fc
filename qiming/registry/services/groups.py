"""Teaching groups (走班、选课班): pupils of several classes of a school, taught together, each in one class all the same."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db import connection, transaction

from qiming.kernel import audit, outbox, time
from qiming.kernel.access import Actor
from qiming.kernel.errors import UserError
from qiming.kernel.ids import new_id
from qiming.registry import events
from qiming.registry.models import ClassMembership, GroupMembership, Organisation, RoleGrant
from qiming.registry.queries.people import in_force
from qiming.registry.queries.places import ref
from qiming.registry.rules.roster_rows import MAX_SEAT
from qiming.registry.services.common import LOCKING, load_place, lock_place
from qiming.registry.services.places import add_place
from qiming.registry.types import OrgKind, OrgRef, Stage, stage_of_grade

EDIT = "registry.edit_groups"
KEPT = "教学班没有动。"
MAX_NAME = 30


@transaction.atomic
def open_group(*, actor: Actor | None, school_id: UUID, name: str, grade: int | None = None) -> OrgRef:
    """Add a teaching group to a school. Without a `grade` it holds pupils of several grades."""
    school = load_place(actor, EDIT, school_id, OrgKind.SCHOOL)
    lock_place(school.id)
    stages = [Stage(stage) for stage in school.stages]
    if grade is not None and stage_of_grade(grade) not in stages:
        raise UserError("学校没有这个年级", kept=KEPT, field="grade")
    made = add_place(
        school,
        OrgKind.TEACHING_GROUP,
        _checked_name(name),
        grade=grade,
        stages=[stage_of_grade(grade).value] if grade else school.stages[:1],
        is_synthetic=school.is_synthetic,
    )
    _note(actor, "registry.open_group", made)
    return ref(made)


@transaction.atomic
def rename_group(*, actor: Actor | None, group_id: UUID, name: str) -> None:
    """Call a group something else; what was taught in it stays with it."""
    group = load_place(actor, EDIT, group_id, OrgKind.TEACHING_GROUP)
    wanted = _checked_name(name)
    if wanted == group.name:
        return
    others = Organisation.objects.unscoped(LOCKING).filter(parent_id=group.parent_id, closed_on=None)
    if others.filter(name=wanted).exists():
        raise UserError(f"已经有“{wanted}”了", kept=KEPT, next="换一个名称。", field="name")
    group.name = wanted
    group.save(update_fields=["name"])
    _note(actor, "registry.rename_group", group)


@transaction.atomic
def set_group_members(*, actor: Actor | None, group_id: UUID, person_ids: Sequence[UUID]) -> tuple[int, int]:
    """Let exactly these pupils of the school be in the group from today on; returns (joined, left).

    Who stays keeps the seat; who joins gets the lowest free ones, in the order given. Asking twice changes
    nothing.
    """
    group = load_place(actor, EDIT, group_id, OrgKind.TEACHING_GROUP)
    assert group.parent_id is not None
    lock_place(group.parent_id)
    wanted = list(dict.fromkeys(person_ids))
    if len(wanted) > MAX_SEAT:
        raise UserError(f"一个教学班最多{MAX_SEAT}人", kept=KEPT, next="请分成两个教学班。", field="pupils")
    _must_be_of_school(group, wanted)
    now = {row.person_id: row for row in _seats(group)}
    leaving = [row.id for person_id, row in now.items() if person_id not in set(wanted)]
    _end(leaving)
    taken = {row.seat_no for person_id, row in now.items() if person_id in set(wanted)}
    joining = [person_id for person_id in wanted if person_id not in now]
    _seat(group, joining, taken)
    if joining or leaving:
        _note(actor, "registry.set_group_members", group, joined=len(joining), left=len(leaving))
        outbox.announce(
            events.GROUP_CHANGED,
            {"group_id": str(group.id), "school_id": str(group.parent_id)},
            group.scope_path,
        )
    return len(joining), len(leaving)


@transaction.atomic
def close_group(*, actor: Actor | None, group_id: UUID) -> None:
    """End a group: nobody is in it or teaches it from today on; what was taught stays on record."""
    group = load_place(actor, EDIT, group_id, OrgKind.TEACHING_GROUP)
    close_groups(actor, [group])


def close_groups(actor: Actor | None, groups: Iterable[Organisation]) -> None:
    """The same for several, inside the caller's transaction."""
    today = time.today()
    for group in groups:
        _end([row.id for row in _seats(group)])
        held = RoleGrant.objects.unscoped(LOCKING).filter(in_force(today), organisation=group)
        held.update(ends_on=today)
        group.closed_on = today
        group.save(update_fields=["closed_on"])
        _note(actor, "registry.close_group", group)


def _checked_name(name: str) -> str:
    cleaned = " ".join(name.split())
    if not 1 <= len(cleaned) <= MAX_NAME:
        raise UserError(
            f"给教学班起个名字，{MAX_NAME}个字以内",
            kept=KEPT,
            next="比如“七年级人工智能走班A”。",
            field="name",
        )
    return cleaned


def _must_be_of_school(group: Organisation, person_ids: Sequence[UUID]) -> None:
    school_path = group.scope_path.removesuffix(f"{group.step}/")
    here = ClassMembership.objects.unscoped(LOCKING).filter(
        in_force(time.today()), person_id__in=person_ids, scope_path__startswith=school_path
    )
    if here.values("person_id").distinct().count() != len(person_ids):
        raise UserError(
            "选中的学生里有人已经不在本校", kept=KEPT, next="刷新页面，再选一次。", field="pupils", status=409
        )


def _seats(group: Organisation) -> Iterable[GroupMembership]:
    rows = GroupMembership.objects.unscoped(LOCKING).filter(in_force(time.today()), group=group)
    return rows.order_by("seat_no")


def _seat(group: Organisation, person_ids: Sequence[UUID], taken: set[int]) -> None:
    free = (seat for seat in range(1, MAX_SEAT + 1) if seat not in taken)
    GroupMembership.objects.bulk_create(
        GroupMembership(
            id=new_id(), scope_path=group.scope_path, group=group, person_id=person_id, seat_no=next(free)
        )
        for person_id in person_ids
    )
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS registry_group_seat_guard IMMEDIATE")
        cursor.execute("SET CONSTRAINTS registry_group_seat_guard DEFERRED")


def _end(row_ids: Sequence[UUID]) -> None:
    GroupMembership.objects.unscoped(LOCKING).filter(id__in=row_ids).update(ends_on=time.today())


def _note(actor: Actor | None, verb: str, group: Organisation, **detail: object) -> None:
    audit.write(
        actor,
        verb,
        thing="organisation",
        thing_id=group.id,
        scope_path=group.scope_path,
        detail=dict(detail),
    )
