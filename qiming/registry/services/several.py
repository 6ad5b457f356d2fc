"""One person, several schools: asked by the second school by account name, accepted by the person."""

from datetime import date, timedelta
from uuid import UUID

from django.db import transaction

from qiming.kernel import audit, time
from qiming.kernel.access import Actor, Denied
from qiming.kernel.errors import UserError
from qiming.registry.access import TABLE
from qiming.registry.models import Account, Employment, Organisation, StaffInvitation
from qiming.registry.queries.people import in_force
from qiming.registry.rules.usernames import checked_form
from qiming.registry.services.common import LOCKING, load_place, lock_place
from qiming.registry.types import OrgKind

VALID = timedelta(days=14)
MAX_OPEN = 30
State = StaffInvitation.State


@transaction.atomic
def invite_staff(*, actor: Actor, school_id: UUID, username: str, works_until: date | None = None) -> UUID:
    """Ask whoever has this account to work here too. The answer is the same whether or not there is one."""
    school = load_place(actor, "registry.manage_staff", school_id, OrgKind.SCHOOL)
    folded = checked_form(username, kept="没有发出邀请。")
    if works_until is not None and works_until <= time.today():
        raise UserError("到期的日子要在今天之后", kept="没有发出邀请。", field="works_until")
    lock_place(school.id)
    waiting = StaffInvitation.objects.unscoped(LOCKING).filter(
        school=school, state=State.OPEN, expires_on__gt=time.today()
    )
    if waiting.count() >= MAX_OPEN:
        raise UserError(
            f"已经有{MAX_OPEN}份邀请等答复",
            kept="没有发出邀请。",
            next="先收回不用的，再发新的。",
            field="username",
            status=409,
        )
    StaffInvitation.objects.unscoped(LOCKING).filter(school=school, username=folded, state=State.OPEN).update(
        state=State.WITHDRAWN
    )
    account = Account.objects.filter(username=folded, kind=Account.Kind.STAFF, is_active=True).first()
    made = StaffInvitation.objects.create(
        scope_path=school.scope_path,
        school=school,
        username=folded,
        person_id=account.person_id if account else None,
        asked_by=actor.person_id,
        works_until=works_until,
        expires_on=time.today() + VALID,
    )
    _note(actor, "registry.invite_staff", made)
    return made.id


@transaction.atomic
def withdraw_invitation(*, actor: Actor, invitation_id: UUID) -> None:
    """Take back an invitation nobody has answered."""
    rows = StaffInvitation.objects.unscoped("filtered by the access table").select_for_update()
    invitation = TABLE.load(actor, "registry.manage_staff", rows, id=invitation_id)
    if invitation.state == State.OPEN:
        invitation.state = State.WITHDRAWN
        invitation.save(update_fields=["state"])
        _note(actor, "registry.withdraw_invitation", invitation)


@transaction.atomic
def answer_invitation(*, actor: Actor, invitation_id: UUID, accept: bool) -> Organisation:
    """The person asked says yes or no. Yes makes them staff of that school as well; classes are given there."""
    invitation = (
        StaffInvitation.objects.unscoped("only the person asked")
        .select_for_update(of=("self",))
        .select_related("school")
        .filter(id=invitation_id, person_id=actor.person_id)
        .first()
    )
    if invitation is None:
        raise Denied("registry.manage_staff")
    if invitation.state != State.OPEN or invitation.expires_on <= time.today():
        raise UserError(
            "这份邀请已经答复过，或过期、收回了",
            kept="什么也没有改。",
            next="需要的话，请那所学校再发一次。",
            status=409,
        )
    invitation.state = State.ACCEPTED if accept else State.DECLINED
    invitation.answered_at = time.now()
    invitation.save(update_fields=["state", "answered_at"])
    here = Employment.objects.unscoped(LOCKING).filter(
        in_force(time.today()), person_id=actor.person_id, school=invitation.school
    )
    if accept and not here.exists():
        Employment.objects.create(
            person_id=actor.person_id,
            school=invitation.school,
            scope_path=invitation.scope_path,
            ends_on=invitation.works_until,
        )
    _note(actor, "registry.answer_invitation", invitation, accepted=accept)
    return invitation.school


def _note(actor: Actor, verb: str, invitation: StaffInvitation, **detail: object) -> None:
    audit.write(
        actor,
        verb,
        thing="staff_invitation",
        thing_id=invitation.id,
        scope_path=invitation.scope_path,
        detail=dict(detail),
    )
