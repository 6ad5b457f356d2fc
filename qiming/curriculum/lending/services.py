"""Lending a school's version, ending that, stopping it at once. Who may is for the room that lends to say; the verbs
run in its transaction, which writes its audit row too."""

from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from qiming.curriculum.lending.models import CourseLoan
from qiming.curriculum.lending.queries import own_lessons
from qiming.curriculum.lending.sealing import seal_of
from qiming.kernel import audit, time
from qiming.kernel.access import Actor
from qiming.kernel.errors import UserError

_WHY = "lent by the room above, which checked who may"
State = CourseLoan.State


@transaction.atomic
def lend(*, actor: Actor | None, lent_for: UUID, scope_path: str, course_version_id: UUID, seal: str) -> UUID:
    """Let the place open this version from now on. What was lent for the same reason before stays for the classes that
    began with it. Refused when the version is no longer what `seal` says."""
    if seal_of(course_version_id) != seal:
        raise UserError(
            "这一版和审过的不是同一份",
            kept="没有选用，别的都没有变。",
            next="平台会停用它并请安全处置的人核查。",
            status=409,
        )
    rows = CourseLoan.objects.unscoped(_WHY).filter(lent_for=lent_for)
    rows.exclude(course_version_id=course_version_id).filter(state=State.OPEN).update(
        state=State.KEPT, changed_at=time.now()
    )
    loan, _ = rows.update_or_create(
        lent_for=lent_for,
        course_version_id=course_version_id,
        defaults={
            "scope_path": scope_path,
            "lessons": [lesson_id for lesson_id, _, _ in own_lessons(course_version_id)],
            "seal": seal,
            "state": State.OPEN,
            "stopped_at": None,
            "changed_at": time.now(),
        },
    )
    audit.write(actor, "curriculum.lend", thing="course_loan", thing_id=loan.id, scope_path=scope_path)
    return loan.id


@transaction.atomic
def end_loan(*, actor: Actor | None, lent_for: UUID) -> int:
    """Open no further class with what was lent; those that began go on. Returns how many loans ended."""
    rows = CourseLoan.objects.unscoped(_WHY).filter(lent_for=lent_for, state=State.OPEN)
    return _change(actor, "curriculum.end_loan", rows, state=State.KEPT)


@transaction.atomic
def stop_loans(*, actor: Actor | None, course_version_id: UUID, stopped: bool) -> int:
    """Stop this version wherever it was lent, at once, or let it go on."""
    rows = CourseLoan.objects.unscoped(_WHY).filter(course_version_id=course_version_id)
    verb = "curriculum.stop_loan" if stopped else "curriculum.resume_loan"
    return _change(actor, verb, rows, stopped_at=time.now() if stopped else None)


def _change(actor: Actor | None, verb: str, rows: QuerySet[CourseLoan], **values: object) -> int:
    for loan_id, path in list(rows.values_list("id", "scope_path")):
        audit.write(actor, verb, thing="course_loan", thing_id=loan_id, scope_path=path)
    return rows.update(changed_at=time.now(), **values)
