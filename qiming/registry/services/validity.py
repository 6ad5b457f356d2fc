"""Until when: the last days of employments, roles, guardianships and memberships, set ahead by an administrator.

Validity is half-open: `ends_on` is the first day that gives nothing any more.
"""

from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from qiming.kernel import audit, time
from qiming.kernel.access import Actor, Denied
from qiming.kernel.errors import UserError
from qiming.registry.access import TABLE
from qiming.registry.models import Employment, Guardianship, RoleGrant
from qiming.registry.queries.people import in_force
from qiming.registry.services.common import LOCKING, load_place, lock_place
from qiming.registry.types import OrgKind, Role

KEPT = "什么也没有改。"
_FOREVER = date(9999, 12, 31)


@transaction.atomic
def set_grant_end(*, actor: Actor, grant_id: UUID, ends_on: date | None) -> None:
    """Let a role end on a day (None: it stays). It can't outlast the employment at that school."""
    grants = RoleGrant.objects.unscoped("filtered by the access table").filter(in_force(time.today()))
    grant = TABLE.load(actor, "registry.manage_staff", grants.select_for_update(), id=grant_id)
    _checked(ends_on)
    if grant.person_id == actor.person_id and grant.role == Role.SCHOOL_ADMIN and ends_on is not None:
        raise UserError("不能给自己的管理员身份定到期日", kept=KEPT, next="请另一位管理员来办。", status=409)
    limit = _employed_until(grant)
    if limit is not None and (ends_on or _FOREVER) > limit:
        raise UserError(
            f"在本校任职到{limit:%Y年%-m月%-d日}为止，身份不能更晚",
            kept=KEPT,
            next="要更晚，先改任职的到期日。",
            field="ends_on",
        )
    grant.ends_on = ends_on
    grant.save(update_fields=["ends_on"])
    _note(actor, "registry.set_grant_end", "role_grant", grant, ends_on)


@transaction.atomic
def set_employment_end(*, actor: Actor, person_id: UUID, school_id: UUID, ends_on: date | None) -> None:
    """Let an employment end on a day; every role at the school ends by then."""
    school = load_place(actor, "registry.manage_staff", school_id, OrgKind.SCHOOL)
    lock_place(school.id)
    employments = Employment.objects.unscoped(LOCKING).filter(
        in_force(time.today()), person_id=person_id, school=school
    )
    row = employments.select_related("alliance").first()
    if row is None:
        raise Denied("registry.manage_staff")
    _checked(ends_on)
    if person_id == actor.person_id and ends_on is not None:
        raise UserError("不能给自己定离校的日子", kept=KEPT, next="请另一位管理员来办。", status=409)
    limit = row.alliance.ends_on if row.alliance else None
    if limit is not None and (ends_on or _FOREVER) > limit:
        raise UserError("借来的老师不能比联盟更晚到期", kept=KEPT, field="ends_on")
    row.ends_on = ends_on
    row.save(update_fields=["ends_on"])
    if ends_on is not None:
        RoleGrant.objects.unscoped(LOCKING).filter(
            Q(ends_on__isnull=True) | Q(ends_on__gt=ends_on),
            person_id=person_id,
            scope_path__startswith=school.scope_path,
            starts_on__lte=ends_on,
        ).update(ends_on=ends_on)
    _note(actor, "registry.set_employment_end", "employment", row, ends_on)


@transaction.atomic
def set_guardianship_end(*, actor: Actor, guardianship_id: UUID, ends_on: date | None) -> None:
    """Let somebody be a pupil's guardian until a day: today ends it at once."""
    rows = Guardianship.objects.unscoped("filtered by the access table").filter(in_force(time.today()))
    row = TABLE.load(actor, "registry.edit_roster", rows.select_for_update(), id=guardianship_id)
    _checked(ends_on)
    row.ends_on = ends_on
    row.save(update_fields=["ends_on"])
    _note(actor, "registry.set_guardianship_end", "guardianship", row, ends_on)


def _checked(ends_on: date | None) -> None:
    if ends_on is not None and ends_on < time.today():
        raise UserError("到期的日子不能在今天以前", kept=KEPT, field="ends_on")


def _employed_until(grant: RoleGrant) -> date | None:
    """The last day's morrow of the employment at the school of this role; None when nothing limits it."""
    rows = Employment.objects.unscoped(LOCKING).filter(in_force(time.today()), person_id=grant.person_id)
    ends = [row.ends_on for row in rows if grant.scope_path.startswith(row.scope_path)]
    return None if not ends or None in ends else max(end for end in ends if end is not None)


def _note(
    actor: Actor, verb: str, thing: str, row: RoleGrant | Employment | Guardianship, ends_on: date | None
) -> None:
    audit.write(
        actor,
        verb,
        thing=thing,
        thing_id=row.id,
        scope_path=row.scope_path,
        detail={"ends_on": ends_on.isoformat() if ends_on else None},
    )
