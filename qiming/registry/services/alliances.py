"""Alliances of schools: proposed by the lead school's head, accepted by each member's, ended by either or by date.

While one holds, the lead school's head sees the members' class hours (`registry.actors` reads it from the rows), and
the lead school's teachers may be lent to a member.
"""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from qiming.kernel import audit, time
from qiming.kernel.access import Actor
from qiming.kernel.errors import UserError
from qiming.registry.access import TABLE
from qiming.registry.models import Account, Alliance, AllianceMember, Employment, Organisation, RoleGrant
from qiming.registry.queries.people import in_force
from qiming.registry.rules.usernames import folded_username
from qiming.registry.services.common import INSTALLATION, LOCKING, load_place, lock_place
from qiming.registry.types import OrgKind

LEAD, ANSWER = "registry.lead_alliance", "registry.answer_alliance"
MAX_MEMBERS = 60
KEPT = "联盟没有动。"


@transaction.atomic
def propose_alliance(
    *,
    actor: Actor,
    lead_id: UUID,
    kind: str,
    name: str,
    school_ids: Sequence[UUID],
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> UUID:
    """Ask schools into an alliance led by the actor's own. It gives no right before a member's head accepts."""
    lead = load_place(actor, LEAD, lead_id, OrgKind.SCHOOL)
    cleaned = " ".join(name.split())
    if not 2 <= len(cleaned) <= 40:
        raise UserError("联盟的名称要有2到40个字", kept="填的内容替你留着。", field="name")
    if kind not in Alliance.Kind.values:
        raise UserError("请选一种联盟", kept="填的内容替你留着。", field="kind")
    first = starts_on or time.today()
    if ends_on is not None and ends_on <= max(first, time.today()):
        raise UserError("结束的日子要在今天和开始之后", kept="填的内容替你留着。", field="ends_on")
    wanted = [one for one in dict.fromkeys(school_ids) if one != lead.id]
    if not 1 <= len(wanted) <= MAX_MEMBERS:
        raise UserError(f"请写1到{MAX_MEMBERS}所成员校，不含本校", kept="填的内容替你留着。", field="schools")
    made = Alliance.objects.create(
        scope_path=lead.scope_path,
        kind=kind,
        name=cleaned,
        lead=lead,
        proposed_by=actor.person_id,
        starts_on=first,
        ends_on=ends_on,
    )
    _ask(made, wanted)
    _note(actor, "registry.propose_alliance", made, members=len(wanted))
    return made.id


@transaction.atomic
def ask_school(*, actor: Actor, alliance_id: UUID, school_id: UUID) -> None:
    """Ask one more school into an alliance the actor's school leads. Asking twice changes nothing."""
    alliance = _load(actor, alliance_id)
    there = AllianceMember.objects.unscoped(LOCKING).filter(alliance=alliance, school_id=school_id)
    if school_id == alliance.lead_id:
        raise UserError("本校就是牵头校", kept=KEPT, field="school")
    if there.filter(_still_on()).exclude(state=AllianceMember.State.DECLINED).exists():
        return
    if AllianceMember.objects.unscoped(LOCKING).filter(alliance=alliance).count() >= MAX_MEMBERS * 2:
        raise UserError(f"一个联盟最多{MAX_MEMBERS}所成员校", kept=KEPT, field="school")
    _ask(alliance, [school_id])
    _note(actor, "registry.ask_school", alliance)


@transaction.atomic
def answer_alliance(*, actor: Actor, member_id: UUID, accept: bool) -> None:
    """A member's head says yes or no. The first answer holds."""
    member = _member(actor, member_id)
    if member.state != AllianceMember.State.ASKED:
        return
    if not _is_on(member.alliance):
        raise UserError("这个联盟已经结束", kept="什么也没有改。", status=409)
    member.state = AllianceMember.State.ACCEPTED if accept else AllianceMember.State.DECLINED
    member.answered_by = actor.person_id
    member.starts_on = max(time.today(), member.alliance.starts_on) if accept else None
    member.save(update_fields=["state", "answered_by", "starts_on"])
    audit.write(
        actor,
        "registry.answer_alliance",
        thing="alliance_member",
        thing_id=member.id,
        scope_path=member.scope_path,
        detail={"accepted": accept},
    )


@transaction.atomic
def leave_alliance(*, actor: Actor, member_id: UUID) -> None:
    """A member's head, or the lead school's, ends the membership of one school from now on."""
    member = _member(actor, member_id, "registry.leave_alliance")
    if member.ends_on is not None and member.ends_on <= time.today():
        return
    if member.state == AllianceMember.State.ASKED:
        member.state = AllianceMember.State.DECLINED
    member.ends_on = max(time.today(), member.starts_on or time.today())
    member.save(update_fields=["state", "ends_on"])
    _end_loans(member.alliance, time.today(), school_id=member.school_id)
    audit.write(
        actor,
        "registry.leave_alliance",
        thing="alliance_member",
        thing_id=member.id,
        scope_path=member.scope_path,
    )


@transaction.atomic
def end_alliance(*, actor: Actor, alliance_id: UUID, ends_on: date | None = None) -> None:
    """End an alliance today, or set the day on which it will end. What it gave ends with it."""
    alliance = _load(actor, alliance_id)
    day = ends_on or time.today()
    if day < time.today():
        raise UserError("结束的日子不能在今天以前", kept=KEPT, field="ends_on")
    alliance.ends_on = max(day, alliance.starts_on)
    alliance.save(update_fields=["ends_on"])
    _end_loans(alliance, day)
    _note(actor, "registry.end_alliance", alliance, day=day.isoformat())


@transaction.atomic
def borrow_teacher(*, actor: Actor, school_id: UUID, username: str) -> UUID:
    """Let a teacher of an alliance's lead school work at the actor's member school, with the account there is.

    Ends with the alliance. Anybody else is not found, whether or not such an account exists.
    """
    school = load_place(actor, "registry.manage_staff", school_id, OrgKind.SCHOOL)
    lock_place(school.id)
    today = time.today()
    members = AllianceMember.objects.unscoped(LOCKING).filter(
        in_force(today), in_force(today, "alliance__"), school=school, state=AllianceMember.State.ACCEPTED
    )
    leads = {member.alliance.lead_id: member.alliance for member in members.select_related("alliance")}
    account = Account.objects.filter(
        username=folded_username(username), kind=Account.Kind.STAFF, is_active=True
    ).first()
    works_at = (
        Employment.objects.unscoped(LOCKING)
        .filter(in_force(today), person_id=account.person_id, school_id__in=leads, alliance=None)
        .first()
        if account
        else None
    )
    if account is None or works_at is None:
        raise UserError(
            "牵头校里没有用这个账号的老师",
            kept="什么也没有改。",
            next="请向牵头校核对账号；不是牵头校的老师，请用“请别校老师兼课”。",
            field="username",
        )
    _employ(account.person_id, school, leads[works_at.school_id])
    audit.write(
        actor,
        "registry.borrow_teacher",
        thing="person",
        thing_id=account.person_id,
        scope_path=school.scope_path,
    )
    return account.person_id


def _employ(person_id: UUID, school: Organisation, alliance: Alliance) -> None:
    here = Employment.objects.unscoped(LOCKING).filter(
        in_force(time.today()), person_id=person_id, school=school
    )
    if not here.exists():
        Employment.objects.create(
            person_id=person_id,
            school=school,
            scope_path=school.scope_path,
            alliance=alliance,
            ends_on=alliance.ends_on,
        )


def end_loans_of(person_id: UUID, lead: Organisation) -> None:
    """Whoever leaves the lead school is no longer lent by it."""
    for alliance in Alliance.objects.unscoped(LOCKING).filter(lead=lead):
        _end_loans(alliance, time.today(), person_id=person_id)


def _end_loans(
    alliance: Alliance, day: date, *, school_id: UUID | None = None, person_id: UUID | None = None
) -> None:
    loans = Employment.objects.unscoped(LOCKING).filter(_longer_than(day), alliance=alliance)
    if school_id is not None:
        loans = loans.filter(school_id=school_id)
    if person_id is not None:
        loans = loans.filter(person_id=person_id)
    for loan in list(loans):
        loan.ends_on = max(day, loan.starts_on)
        loan.save(update_fields=["ends_on"])
        own = Employment.objects.unscoped(LOCKING).filter(
            in_force(day), person_id=loan.person_id, school_id=loan.school_id
        )
        if own.exclude(id=loan.id).exists():
            continue
        grants = RoleGrant.objects.unscoped(LOCKING).filter(
            _longer_than(day), person_id=loan.person_id, scope_path__startswith=loan.scope_path
        )
        for grant in grants:
            grant.ends_on = max(day, grant.starts_on)
            grant.save(update_fields=["ends_on"])


def _longer_than(day: date) -> Q:
    return Q(ends_on__isnull=True) | Q(ends_on__gt=day)


def _still_on() -> Q:
    return _longer_than(time.today())


def _is_on(alliance: Alliance) -> bool:
    return alliance.ends_on is None or alliance.ends_on > time.today()


def _ask(alliance: Alliance, school_ids: Sequence[UUID]) -> None:
    schools = Organisation.objects.unscoped(INSTALLATION).filter(
        id__in=school_ids, kind=OrgKind.SCHOOL, closed_on=None
    )
    found = {school.id: school for school in schools}
    if len(found) != len(set(school_ids)):
        raise UserError("有的学校找不到了", kept=KEPT, next="核对学校名称，再试一次。", field="schools")
    AllianceMember.objects.bulk_create(
        AllianceMember(scope_path=found[one].scope_path, alliance=alliance, school=found[one])
        for one in school_ids
    )


def _load(actor: Actor, alliance_id: UUID) -> Alliance:
    rows = Alliance.objects.unscoped("filtered by the access table").select_for_update()
    alliance = TABLE.load(actor, LEAD, rows, id=alliance_id)
    if not _is_on(alliance):
        raise UserError("这个联盟已经结束", kept="什么也没有改。", status=409)
    return alliance


def _member(actor: Actor, member_id: UUID, verb: str = ANSWER) -> AllianceMember:
    rows = AllianceMember.objects.unscoped("filtered by the access table")
    rows = rows.select_for_update(of=("self",)).select_related("alliance")
    return TABLE.load(actor, verb, rows, id=member_id)


def _note(actor: Actor, verb: str, alliance: Alliance, **detail: object) -> None:
    audit.write(
        actor,
        verb,
        thing="alliance",
        thing_id=alliance.id,
        scope_path=alliance.scope_path,
        detail=dict(detail),
    )
