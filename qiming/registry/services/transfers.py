"""转学: released by the old school (or decided by the district), received by the new one; the pupil stays the same person."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from qiming.kernel import audit, outbox, time
from qiming.kernel.access import Actor, Denied
from qiming.kernel.errors import UserError
from qiming.registry import events, moving, secrets
from qiming.registry.access import TABLE
from qiming.registry.models import ClassMembership, GroupMembership, Organisation, Transfer
from qiming.registry.queries.people import in_force
from qiming.registry.rules.roster_rows import clean_name
from qiming.registry.services import enrolment
from qiming.registry.services.common import (
    INSTALLATION,
    LOCKING,
    load_membership,
    load_place,
    lock_place,
)
from qiming.registry.services.pupils import check_free_seat, checked_seats
from qiming.registry.types import OrgKind

RELEASE, DECIDE, RECEIVE = (
    "registry.release_transfer",
    "registry.decide_transfer",
    "registry.receive_transfer",
)
State = Transfer.State
OPEN = (State.ASKED, State.RELEASED)
KEPT = "学生还在原来的学校，什么也没有改。"
MAX_ASKED = 50
OVER = UserError("这次转学已经办完或撤回了", kept=KEPT, next="刷新页面看看现在的状态。", status=409)


@transaction.atomic
def release_pupil(*, actor: Actor, person_id: UUID, to_school_id: UUID, note: str = "") -> UUID:
    """The old school lets a pupil go to another one. Nothing changes before that school receives the pupil."""
    membership = load_membership(actor, RELEASE, person_id)
    school = membership.class_group.parent
    assert school is not None
    target = _school(to_school_id)
    if target.id == school.id:
        raise UserError("这就是现在的学校", kept=KEPT, next="换班请用“换班或换座号”。", field="school")
    lock_place(school.id)
    asked = Transfer.objects.unscoped(LOCKING).filter(
        state=State.ASKED, person_id=person_id, from_school=school, to_school=target
    )
    moved = asked.first() or Transfer(scope_path=school.scope_path, from_school=school, to_school=target)
    moved.person_id = person_id
    return _release(actor, moved, "school", note)


@transaction.atomic
def ask_for_pupil(
    *,
    actor: Actor,
    school_id: UUID,
    from_school_id: UUID,
    name: str,
    class_words: str,
    pupil_number: str = "",
    note: str = "",
) -> UUID:
    """The new school asks for a pupil of another one. The answer does not tell whether there is such a pupil."""
    school = load_place(actor, RECEIVE, school_id, OrgKind.SCHOOL)
    source = _school(from_school_id)
    typed = clean_name(name)[:60]
    if not typed:
        raise UserError("姓名还没有填", kept="填的内容替你留着。", field="name")
    if source.id == school.id:
        raise UserError("这就是本校", kept=KEPT, next="校内请用“换班”。", field="from_school")
    waiting = Transfer.objects.unscoped(LOCKING).filter(to_school=school, state=State.ASKED)
    if waiting.count() >= MAX_ASKED:
        raise UserError(
            f"已经有{MAX_ASKED}份在等放行", kept=KEPT, next="先撤回不需要的。", field="name", status=409
        )
    made = Transfer.objects.create(
        scope_path=source.scope_path,
        from_school=source,
        to_school=school,
        person_id=_known(source, typed, pupil_number),
        typed_name=typed,
        typed_class=" ".join(class_words.split())[:40],
        state=State.ASKED,
        note=_note(note),
        asked_by=actor.person_id,
    )
    _log(actor, "registry.ask_for_pupil", made)
    return made.id


@transaction.atomic
def answer_asked(*, actor: Actor, transfer_id: UUID, person_id: UUID | None, note: str = "") -> None:
    """The old school says who the pupil is and lets go, or (without a person) refuses."""
    moved = _load(actor, RELEASE, transfer_id, State.ASKED)
    if person_id is None:
        _close(actor, moved, State.REFUSED, note)
        return
    membership = load_membership(actor, RELEASE, person_id)
    if membership.class_group.parent_id != moved.from_school_id:
        raise Denied(RELEASE)
    moved.person_id = person_id
    _release(actor, moved, "school", note)


@transaction.atomic
def decide_transfer(*, actor: Actor, transfer_id: UUID, note: str = "") -> None:
    """The district decides for the old school: only where name and pupil number agreed, since it sees no names."""
    moved = _load(actor, DECIDE, transfer_id, State.ASKED, State.REFUSED)
    if moved.person_id is None:
        raise UserError(
            "姓名和学籍号没有对上，区里不能代为放行",
            kept=KEPT,
            next="请新学校写上学籍号重新提出，或请原学校选学生放行。",
            status=409,
        )
    _release(actor, moved, "district", note)


@transaction.atomic
def withdraw_transfer(*, actor: Actor, transfer_id: UUID) -> None:
    """Whoever began it takes it back before the pupil was received. Twice is once."""
    moved = _of_either_side(actor, transfer_id)
    if moved.state == State.WITHDRAWN:
        return
    if moved.state not in OPEN:
        raise OVER
    _close(actor, moved, State.WITHDRAWN, moved.note)


@transaction.atomic
def receive_pupil(*, actor: Actor, transfer_id: UUID, class_id: UUID, seat_no: int) -> UUID:
    """Take a released pupil into a class and seat: from this moment the old school sees nothing of the pupil any
    more, and the new one sees what belongs to the pupil. Returns the pupil's id."""
    moved = _of_new_side(actor, transfer_id)
    if moved.state != State.RELEASED or moved.person_id is None:
        raise OVER
    group = load_place(actor, RECEIVE, class_id, OrgKind.CLASS_GROUP)
    if group.parent_id != moved.to_school_id:
        raise Denied(RECEIVE)
    for school_id in sorted((moved.from_school_id, moved.to_school_id), key=str):
        lock_place(school_id)
    check_free_seat(group, seat_no)
    before = _present(moved)
    _settle(before, moved, group, seat_no)
    checked_seats(seat_no)
    _close(actor, moved, State.ACCEPTED, moved.note)
    for path in (moved.from_school.scope_path, group.scope_path):
        audit.write(
            actor,
            "registry.receive_pupil",
            thing="person",
            thing_id=moved.person_id,
            scope_path=path,
        )
    outbox.announce(
        events.PUPIL_TRANSFERRED,
        {
            "pupil_id": str(moved.person_id),
            "from_class_id": str(before.class_group_id),
            "to_class_id": str(group.id),
            "from_school_id": str(moved.from_school_id),
            "to_school_id": str(moved.to_school_id),
        },
        group.scope_path,
    )
    return moved.person_id


def _settle(before: ClassMembership, moved: Transfer, group: Organisation, seat_no: int) -> None:
    person_id, old_path = before.person_id, moved.from_school.scope_path
    today = time.today()
    enrolment.end_memberships([before.id], today)
    own = ClassMembership.objects.unscoped(LOCKING).filter(person_id=person_id)
    own.filter(scope_path__startswith=old_path).update(has_moved_away=True)
    own.filter(scope_path__startswith=moved.to_school.scope_path).update(has_moved_away=False)
    GroupMembership.objects.unscoped(LOCKING).filter(in_force(today), person_id=person_id).update(
        ends_on=today
    )
    ClassMembership.objects.create(
        person_id=person_id,
        class_group=group,
        scope_path=group.scope_path,
        seat_no=seat_no,
        pupil_number_digest=before.pupil_number_digest,
        pupil_number_tail=before.pupil_number_tail,
    )
    enrolment.follow({person_id: group.scope_path})
    enrolment.end_sessions([person_id])
    moving.follow(person_id, old_path, group.scope_path)


def _present(moved: Transfer) -> ClassMembership:
    rows = ClassMembership.objects.unscoped(LOCKING).select_for_update(of=("self",))
    row = rows.filter(
        in_force(time.today()),
        person=moved.person,
        scope_path__startswith=moved.from_school.scope_path,
    ).first()
    if row is None:
        raise UserError(
            "这名学生已经不在原来的学校了",
            kept="什么也没有改。",
            next="请原学校看一看，再放行一次。",
            status=409,
        )
    return row


def _release(actor: Actor, moved: Transfer, by: str, note: str) -> UUID:
    others = Transfer.objects.unscoped(LOCKING).filter(person=moved.person, state=State.RELEASED)
    if others.exclude(id=moved.id).exists():
        raise UserError(
            "已经放行给另一所学校，等它接收",
            kept=KEPT,
            next="要改的话，先撤回那一次。",
            field="school",
            status=409,
        )
    moved.state = State.RELEASED
    moved.released_by, moved.released_as = actor.person_id, by
    moved.typed_name = ""
    moved.note = _note(note) or moved.note
    moved.closed_by = moved.closed_at = None
    moved.save()
    _log(actor, "registry.release_pupil", moved, by=by)
    return moved.id


def _close(actor: Actor, moved: Transfer, state: Transfer.State, note: str) -> None:
    moved.state = state
    moved.note = _note(note)
    moved.closed_by, moved.closed_at = actor.person_id, time.now()
    if state != State.REFUSED:
        moved.typed_name = ""
    moved.save()
    _log(actor, "registry.close_transfer", moved, state=state.value)


def _known(school: Organisation, name: str, number: str) -> UUID | None:
    """Who it is when name and pupil number agree; None otherwise."""
    digest = secrets.number_digest(number.strip()) if number.strip() else None
    if digest is None:
        return None
    rows = ClassMembership.objects.unscoped("silently: nobody is told whether it was found").filter(
        in_force(time.today()),
        scope_path__startswith=school.scope_path,
        pupil_number_digest=digest,
        person__name=name,
    )
    found: Sequence[UUID] = list(rows.values_list("person_id", flat=True)[:2])
    return found[0] if len(found) == 1 else None


def _school(school_id: UUID) -> Organisation:
    """Any open school of the city: a move crosses the tree."""
    found = (
        Organisation.objects.unscoped(INSTALLATION)
        .filter(id=school_id, kind=OrgKind.SCHOOL, closed_on=None)
        .first()
    )
    if found is None:
        raise UserError("没有找到这所学校", kept=KEPT, next="请核对学校的全称。", field="school")
    return found


def _load(actor: Actor, verb: str, transfer_id: UUID, *states: str) -> Transfer:
    rows = Transfer.objects.unscoped("filtered by the access table")
    rows = rows.select_for_update(of=("self",)).select_related("from_school", "to_school")
    moved = TABLE.load(actor, verb, rows, id=transfer_id)
    if moved.state not in states:
        raise OVER
    return moved


def _of_new_side(actor: Actor, transfer_id: UUID) -> Transfer:
    return _found(transfer_id, to_new_side(actor))


def _of_either_side(actor: Actor, transfer_id: UUID) -> Transfer:
    """Released by the old school: the old one takes it back. Asked by the new one: the new one does."""
    began_here = TABLE.filter(actor, RELEASE, Transfer) & (Q(asked_by__isnull=True) | Q(state=State.RELEASED))
    return _found(transfer_id, began_here | (to_new_side(actor) & Q(asked_by__isnull=False)))


def to_new_side(actor: Actor) -> Q:
    """Transfers to schools where the actor may receive pupils."""
    schools = Organisation.objects.for_actor(actor, RECEIVE).filter(kind=OrgKind.SCHOOL)
    return Q(to_school_id__in=list(schools.values_list("id", flat=True)))


def _found(transfer_id: UUID, condition: Q) -> Transfer:
    rows = Transfer.objects.unscoped("filtered by the access table, from one side or the other")
    rows = rows.select_for_update(of=("self",)).select_related("from_school", "to_school")
    moved = rows.filter(condition, id=transfer_id).first()
    if moved is None:
        raise Denied(RECEIVE)
    return moved


def _note(text: str) -> str:
    return " ".join(text.split())[:200]


def _log(actor: Actor, verb: str, moved: Transfer, **detail: object) -> None:
    for path in (moved.from_school.scope_path, moved.to_school.scope_path):
        audit.write(actor, verb, thing="transfer", thing_id=moved.id, scope_path=path, detail=dict(detail))
