"""Writing and undoing the year's turn of a school, inside the transaction of the verb that holds its lock.

A class of next year is a new row: memberships, credits and answers of the old year keep naming the class they were
earned in, with the grade it had then.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import F, Q, Value
from django.db.models.functions import Greatest

from qiming.kernel import audit, outbox, time
from qiming.kernel.access import Actor
from qiming.kernel.errors import UserError
from qiming.kernel.ids import new_id
from qiming.registry import events, moving
from qiming.registry.models import (
    ClassMembership,
    GroupMembership,
    Organisation,
    Promotion,
    RoleGrant,
)
from qiming.registry.queries.calendar import years
from qiming.registry.rules import year_turn as rules
from qiming.registry.rules.names import class_name
from qiming.registry.rules.roster_rows import MAX_SEAT
from qiming.registry.services import enrolment
from qiming.registry.services.common import LOCKING, check_seats
from qiming.registry.services.places import add_place
from qiming.registry.types import TAUGHT_KINDS, OrgKind, Stage

ClassKey = tuple[int, int]
KEPT = "班级和名单都没有动。"
_BATCH = 500


@dataclass(slots=True)
class _Turn:
    """What is known while a turn is written."""

    row: Promotion
    school: Organisation
    day: date
    old_year: str
    old: list[Organisation]
    new: dict[ClassKey, Organisation]
    taken: dict[UUID, set[int]]


def classes_of(school: Organisation) -> list[Organisation]:
    """The school's classes of today, by grade and number."""
    rows = Organisation.objects.unscoped(LOCKING).filter(
        parent=school, kind=OrgKind.CLASS_GROUP, closed_on=None
    )
    return list(rows.order_by("grade", "class_no"))


def steps_of(school: Organisation) -> list[rules.Step]:
    keys = [(one.grade or 0, one.class_no or 0) for one in classes_of(school)]
    return rules.propose(keys, [Stage(stage) for stage in school.stages])


def check_day(school: Organisation, day: date) -> None:
    """Refuse a day on or after which lessons were already held in the classes as they are."""
    groups = classes_of(school)
    if not groups:
        raise UserError("学校还没有班级", kept=KEPT, next="先导入名单。", field="on")
    held = moving.first_lesson([one.id for one in groups], day)
    if held is not None:
        raise UserError(
            f"{held:%-m月%-d日}已经按现在的班上过课",
            kept=KEPT,
            next="把日子定在最后一节课之后。",
            field="on",
        )


def apply(row: Promotion, actor: Actor | None) -> None:
    """Turn the year: everything or nothing."""
    assert row.takes_effect_on is not None
    school, day = row.school, row.takes_effect_on
    check_day(school, day)
    old = classes_of(school)
    turn = _Turn(row, school, day, _year_before(row.school_year), old, {}, {})
    done: dict[str, Any] = {"rooms": moving.close_year([one.id for one in old])}
    done["groups"] = _close_groups(turn, done)
    _close_classes(turn)
    _open_classes(turn)
    done["opened"] = [str(one.id) for one in turn.new.values()]
    done["closed"] = [str(one.id) for one in old]
    done |= _move_pupils(turn)
    done |= _move_teachers(turn)
    row.done, row.state, row.applied_at = done, Promotion.State.APPLIED, time.now()
    row.save(update_fields=["done", "state", "applied_at"])
    audit.write(
        actor,
        "registry.turn_year",
        thing="promotion",
        thing_id=row.id,
        scope_path=row.scope_path,
        detail={"day": day.isoformat(), "classes": len(old), "pupils": len(done["ended"])},
    )
    outbox.announce(
        events.PROMOTED, {"school_id": str(school.id), "school_year": row.school_year}, row.scope_path
    )


def _year_before(key: str) -> str:
    earlier = [year.key for year in years() if year.key < key]
    return max(earlier, default="")


def _close_groups(turn: _Turn, done: dict[str, Any]) -> list[str]:
    """Teaching groups are made anew every year."""
    groups = Organisation.objects.unscoped(LOCKING).filter(
        parent=turn.school, kind=OrgKind.TEACHING_GROUP, closed_on=None
    )
    ids = list(groups.values_list("id", flat=True))
    for name, more in moving.close_year(ids).items():
        for key, values in more.items():
            done["rooms"].setdefault(name, {}).setdefault(key, []).extend(values)
    seats = GroupMembership.objects.unscoped(LOCKING).filter(_still(turn.day), group_id__in=ids)
    done["seats"] = [str(one) for one in seats.values_list("id", flat=True)]
    seats.update(ends_on=Greatest(F("starts_on"), Value(turn.day)))
    groups.update(closed_on=turn.day, last_year=turn.old_year)
    return [str(one) for one in ids]


def _close_classes(turn: _Turn) -> None:
    rows = Organisation.objects.unscoped(LOCKING).filter(id__in=[one.id for one in turn.old])
    rows.update(closed_on=turn.day, last_year=turn.old_year)


def _open_classes(turn: _Turn) -> None:
    stages = [Stage(stage) for stage in turn.school.stages]
    steps = rules.propose([(one.grade or 0, one.class_no or 0) for one in turn.old], stages)
    wanted = {(step.to_grade, step.class_no) for step in steps if step.to_grade is not None}
    if turn.row.makes_empty_classes:
        wanted |= set(rules.empty_classes(steps, stages))
    for grade, class_no in sorted(wanted):
        _open(turn, grade, class_no)


def _open(turn: _Turn, grade: int, class_no: int) -> Organisation:
    there = turn.new.get((grade, class_no))
    if there is None:
        there = turn.new[grade, class_no] = add_place(
            turn.school,
            OrgKind.CLASS_GROUP,
            class_name(grade, class_no),
            grade=grade,
            class_no=class_no,
            first_year=turn.row.school_year,
            is_synthetic=turn.school.is_synthetic,
        )
    return there


def _move_pupils(turn: _Turn) -> dict[str, object]:
    rows = list(
        ClassMembership.objects.unscoped(LOCKING)
        .filter(_still(turn.day), class_group__in=[one.id for one in turn.old])
        .select_related("class_group")
        .order_by("class_group__grade", "class_group__class_no", "seat_no")
    )
    kept = {UUID(one) for one in turn.row.kept_back}
    fresh = [_seated(turn, row) for row in rows if row.person_id not in kept]
    fresh += [_seated(turn, row, kept=True) for row in rows if row.person_id in kept]
    settled = [one for one in fresh if one is not None]
    ends = {str(row.id): row.ends_on.isoformat() for row in rows if row.ends_on}
    enrolment.end_memberships([row.id for row in rows], turn.day)
    ClassMembership.objects.bulk_create(settled, batch_size=_BATCH)
    check_seats()
    _put_at([(one.person_id, one.scope_path) for one in settled])
    staying = {one.person_id for one in settled}
    leavers = [row.person_id for row in rows if row.person_id not in staying]
    enrolment.end_sessions(leavers)
    return {
        "ended": [str(row.id) for row in rows],
        "ends": ends,
        "made": [str(one.id) for one in settled],
        "leavers": len(leavers),
    }


def _seated(turn: _Turn, row: ClassMembership, *, kept: bool = False) -> ClassMembership | None:
    """A pupil's membership of the new year; None for whoever leaves with the top grade."""
    group = row.class_group
    grade, class_no = group.grade or 0, group.class_no or 0
    stages = [Stage(stage) for stage in turn.school.stages]
    above = rules.next_grade(grade, stages)
    if kept:
        target = _open(turn, *rules.stay_down(grade, class_no, turn.new))
    elif above is None:
        return None
    else:
        target = turn.new[above, class_no]
    taken = turn.taken.setdefault(target.id, set())
    seat = row.seat_no if row.seat_no not in taken else _free(taken, target)
    taken.add(seat)
    return ClassMembership(
        id=new_id(),
        person_id=row.person_id,
        class_group=target,
        scope_path=target.scope_path,
        seat_no=seat,
        pupil_number_digest=row.pupil_number_digest,
        pupil_number_tail=row.pupil_number_tail,
        starts_on=max(turn.day, row.starts_on),
        ends_on=row.ends_on,
    )


def _free(taken: set[int], target: Organisation) -> int:
    free = next((seat for seat in range(1, MAX_SEAT + 1) if seat not in taken), None)
    if free is None:
        raise UserError(f"{target.name}坐不下了", kept=KEPT, next="换一个班留级，或先分班。")
    return free


def _move_teachers(turn: _Turn) -> dict[str, object]:
    grants = list(
        RoleGrant.objects.unscoped(LOCKING)
        .filter(_still(turn.day), scope_path__startswith=turn.school.scope_path)
        .filter(organisation__kind__in=TAUGHT_KINDS)
        .select_related("organisation")
    )
    made = [one for grant in grants if (one := _followed(turn, grant)) is not None]
    ends = {str(grant.id): grant.ends_on.isoformat() for grant in grants if grant.ends_on}
    RoleGrant.objects.unscoped(LOCKING).filter(id__in=[grant.id for grant in grants]).update(
        ends_on=Greatest(F("starts_on"), Value(turn.day))
    )
    RoleGrant.objects.bulk_create(made, batch_size=_BATCH)
    return {
        "grants_ended": [str(grant.id) for grant in grants],
        "grant_ends": ends,
        "grants_made": [str(one.id) for one in made],
    }


def _followed(turn: _Turn, grant: RoleGrant) -> RoleGrant | None:
    """The teacher's grant at next year's class, when the teacher goes along."""
    place = grant.organisation
    if place.kind != OrgKind.CLASS_GROUP or place.grade is None or place.class_no is None:
        return None
    chosen = turn.row.choices.get(str(place.id), rules.Teachers.FOLLOW.value)
    above = rules.next_grade(place.grade, [Stage(stage) for stage in turn.school.stages])
    if chosen != rules.Teachers.FOLLOW or above is None:
        return None
    target = turn.new[above, place.class_no]
    return RoleGrant(
        id=new_id(),
        person_id=grant.person_id,
        role=grant.role,
        organisation=target,
        scope_path=target.scope_path,
        starts_on=max(turn.day, grant.starts_on),
        ends_on=grant.ends_on,
    )


def undo(row: Promotion) -> None:
    """Everything as it was before; refused when lessons were held or the new classes have changed since."""
    done, day = row.done, row.takes_effect_on
    assert day is not None
    opened = [UUID(one) for one in done["opened"]]
    _refuse_late(opened, day, {UUID(one) for one in done["made"]})
    moving.open_year_again(done["rooms"], opened)
    ClassMembership.objects.unscoped(LOCKING).filter(id__in=done["made"]).delete()
    RoleGrant.objects.unscoped(LOCKING).filter(scope_path__in=_paths(opened)).delete()
    new = Organisation.objects.unscoped(LOCKING).filter(id__in=opened)
    new.update(closed_on=day, last_year=row.school_year)
    old = Organisation.objects.unscoped(LOCKING).filter(id__in=[*done["closed"], *done["groups"]])
    old.update(closed_on=None, last_year="")
    _reopen_rows(done)
    rows = ClassMembership.objects.unscoped(LOCKING).filter(id__in=done["ended"])
    check_seats()
    _put_at(list(rows.values_list("person_id", "scope_path")))
    outbox.announce(
        events.PROMOTED, {"school_id": str(row.school_id), "school_year": row.school_year}, row.scope_path
    )


def _reopen_rows(done: dict[str, Any]) -> None:
    """What ended with the turn holds again, until the last day set ahead where there was one."""
    for rows, ids, ends in (
        (ClassMembership.objects.unscoped(LOCKING), done["ended"], done["ends"]),
        (RoleGrant.objects.unscoped(LOCKING), done["grants_ended"], done["grant_ends"]),
        (GroupMembership.objects.unscoped(LOCKING), done["seats"], {}),
    ):
        rows.filter(id__in=ids).update(ends_on=None)
        for key, until in ends.items():
            rows.filter(id=key).update(ends_on=date.fromisoformat(until))


def _refuse_late(opened: Sequence[UUID], day: date, made: set[UUID]) -> None:
    held = moving.first_lesson(opened, day)
    if held is not None:
        raise UserError(
            f"新学年{held:%-m月%-d日}已经上过课，不能撤回",
            kept="新的班级和名单都没有动。",
            next="个别学生请用“换班”。",
            status=409,
        )
    now = ClassMembership.objects.unscoped(LOCKING).filter(class_group_id__in=opened)
    if set(now.values_list("id", flat=True)) != made or now.filter(ends_on__lte=time.today()).exists():
        raise UserError(
            "升级以后，新班里有人进来、换班或离校，不能整个撤回",
            kept="新的班级和名单都没有动。",
            next="个别学生请用“换班”。",
            status=409,
        )


def _paths(ids: Sequence[UUID]) -> list[str]:
    rows = Organisation.objects.unscoped(LOCKING).filter(id__in=ids)
    return list(rows.values_list("scope_path", flat=True))


def _still(day: date) -> Q:
    return Q(ends_on__isnull=True) | Q(ends_on__gt=day)


_FOLLOW = """
UPDATE {table} AS held SET scope_path = place.path
  FROM unnest(%s::uuid[], %s::text[]) AS place(person, path)
 WHERE held.{column} = place.person AND {holds}
"""
_HELD = (
    ("registry_classcard", "person_id", "true"),
    ("registry_guardianship", "ward_id", "(held.ends_on IS NULL OR held.ends_on > CURRENT_DATE)"),
    ("registry_familycode", "ward_id", "held.used_at IS NULL"),
)


def _put_at(places: Sequence[tuple[UUID, str]]) -> None:
    """Cards, families and codes lie where their pupils are now: one statement for each table."""
    people, paths = [one for one, _ in places], [path for _, path in places]
    with connection.cursor() as cursor:
        for table, column, holds in _HELD:
            cursor.execute(_FOLLOW.format(table=table, column=column, holds=holds), [people, paths])
