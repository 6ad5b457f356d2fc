"""升级: prepared, looked at class by class, confirmed once for a day, applied in one transaction, undone until lessons begin."""

from datetime import date
from uuid import UUID

from django.db import transaction

from qiming.kernel import audit, time
from qiming.kernel.access import Actor, Denied
from qiming.kernel.errors import UserError
from qiming.registry.access import TABLE
from qiming.registry.models import ClassMembership, Promotion
from qiming.registry.queries.calendar import years
from qiming.registry.queries.people import in_force
from qiming.registry.rules.year_turn import Teachers, year_turned
from qiming.registry.services import turning
from qiming.registry.services.common import LOCKING, load_place, lock_place
from qiming.registry.types import OrgKind

VERB = "registry.turn_year"
State = Promotion.State
UNDER_WAY = (State.DRAFT, State.SCHEDULED)
KEPT = "班级和名单都没有动。"
OVER = UserError("这次升级已经办完或不办了", kept=KEPT, next="刷新页面看看现在的状态。", status=409)


@transaction.atomic
def prepare_turn(*, actor: Actor, school_id: UUID) -> UUID:
    """Begin to prepare the year's turn of a school; what is being prepared already is returned."""
    school = load_place(actor, VERB, school_id, OrgKind.SCHOOL)
    lock_place(school.id)
    rows = Promotion.objects.unscoped(LOCKING).filter(school=school, state__in=UNDER_WAY)
    there = rows.first()
    if there is not None:
        return there.id
    made = Promotion.objects.create(scope_path=school.scope_path, school=school)
    _note(actor, "registry.prepare_turn", made)
    return made.id


@transaction.atomic
def choose_for_turn(
    *, actor: Actor, promotion_id: UUID, teachers: dict[UUID, Teachers], makes_empty_classes: bool
) -> None:
    """What happens to each class's teachers, and whether empty classes are made for new pupils."""
    row = _load(actor, promotion_id, State.DRAFT)
    known = {str(one.id) for one in turning.classes_of(row.school)}
    row.choices = {str(key): value.value for key, value in teachers.items() if str(key) in known}
    row.makes_empty_classes = makes_empty_classes
    row.save(update_fields=["choices", "makes_empty_classes"])


@transaction.atomic
def keep_back(*, actor: Actor, promotion_id: UUID, person_id: UUID, back: bool) -> None:
    """Let a pupil repeat the grade, or not after all. Twice is once."""
    row = _load(actor, promotion_id, State.DRAFT)
    here = ClassMembership.objects.unscoped(LOCKING).filter(
        in_force(time.today()), person_id=person_id, scope_path__startswith=row.scope_path
    )
    if not here.exists():
        raise Denied(VERB)
    others = [one for one in row.kept_back if one != str(person_id)]
    row.kept_back = [*others, str(person_id)] if back else others
    row.save(update_fields=["kept_back"])


@transaction.atomic
def confirm_turn(*, actor: Actor, promotion_id: UUID, on: date) -> Promotion:
    """Confirm once: from `on` the classes are one grade up. A day to come waits for its night; today or a day
    gone by is applied now. Confirming again changes nothing."""
    row = _load(actor, promotion_id, *UNDER_WAY, State.APPLIED)
    if row.state != State.DRAFT:
        return row
    year = year_turned(on, years())
    if year is None:
        raise UserError(
            "这一天前后没有新学年开始",
            kept=KEPT,
            next="选新学年开学前后的一天；没有新学年的话，请运维先载入校历。",
            field="on",
        )
    done = Promotion.objects.unscoped(LOCKING).filter(
        school=row.school, school_year=year.key, state=State.APPLIED
    )
    if done.exists():
        raise UserError(f"{year.key}学年已经升过级了", kept=KEPT, status=409, field="on")
    turning.check_day(row.school, on)
    row.school_year, row.takes_effect_on = year.key, on
    row.confirmed_by, row.state = actor.person_id, State.SCHEDULED
    row.save()
    _note(actor, "registry.confirm_turn", row, day=on.isoformat())
    if on <= time.today():
        turning.apply(row, actor)
    return row


@transaction.atomic
def drop_turn(*, actor: Actor, promotion_id: UUID) -> None:
    """Leave a turn that has not been applied. Twice is once."""
    row = _load(actor, promotion_id, *UNDER_WAY, State.DROPPED)
    if row.state == State.DROPPED:
        return
    row.state = State.DROPPED
    row.save(update_fields=["state"])
    _note(actor, "registry.drop_turn", row)


@transaction.atomic
def undo_turn(*, actor: Actor, promotion_id: UUID) -> None:
    """Put everything back as it was, as long as nothing has been taught or changed in the new classes."""
    row = _load(actor, promotion_id, State.APPLIED, State.UNDONE)
    if row.state == State.UNDONE:
        return
    turning.undo(row)
    row.state, row.undone_by = State.UNDONE, actor.person_id
    row.save(update_fields=["state", "undone_by"])
    _note(actor, "registry.undo_turn", row)


def apply_due_turns() -> int:
    """Apply what was confirmed for a day that has come; returns how many. One that fails holds up no other: it
    stays scheduled and its page says so."""
    due = Promotion.objects.unscoped("the night applies what was confirmed").filter(
        state=State.SCHEDULED, takes_effect_on__lte=time.today()
    )
    applied = 0
    for promotion_id in list(due.order_by("takes_effect_on", "id").values_list("id", flat=True)):
        applied += _apply_one(promotion_id)
    return applied


def _apply_one(promotion_id: UUID) -> bool:
    try:
        with transaction.atomic():
            rows = Promotion.objects.unscoped(LOCKING).select_for_update(skip_locked=True, of=("self",))
            row = rows.filter(id=promotion_id, state=State.SCHEDULED).select_related("school").first()
            if row is None:
                return False
            turning.apply(row, None)
    except UserError as error:
        Promotion.objects.unscoped(LOCKING).filter(id=promotion_id).update(done={"failed": error.message})
        return False
    return True


def _load(actor: Actor, promotion_id: UUID, *states: str) -> Promotion:
    rows = Promotion.objects.unscoped("filtered by the access table").select_related("school")
    row = TABLE.load(actor, VERB, rows, id=promotion_id)
    lock_place(row.school_id)
    row.refresh_from_db()
    if row.state not in states:
        raise OVER
    return row


def _note(actor: Actor, verb: str, row: Promotion, **detail: object) -> None:
    audit.write(
        actor,
        verb,
        thing="promotion",
        thing_id=row.id,
        scope_path=row.scope_path,
        detail=dict(detail),
    )
