"""Guardians: a one-time code from the school, then an own account."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import transaction

from qiming.kernel import audit, time
from qiming.kernel.access import Actor, Denied
from qiming.kernel.errors import UserError
from qiming.kernel.ids import random_code
from qiming.registry import secrets
from qiming.registry.access import TABLE
from qiming.registry.models import Account, FamilyCode, Guardianship, Person
from qiming.registry.queries.people import in_force
from qiming.registry.rules.roster_rows import clean_name, name_problem
from qiming.registry.services.common import LOCKING, load_membership
from qiming.registry.services.sign_in import address_key, note_try
from qiming.registry.services.staff import checked_password, checked_username

VALID = timedelta(days=14)
RELATIONS = ("母亲", "父亲", "祖父母", "其他监护人")
_CODES_PER_ADDRESS = 20
_END = "registry.end_guardianship"


@dataclass(frozen=True, slots=True)
class _Ward:
    """A child as the school reaches it: by place only, so that a fellow guardian does not."""

    scope_path: str


@transaction.atomic
def give_family_code(*, actor: Actor, person_id: UUID) -> str:
    """A one-time code for a guardian of this pupil, good for two weeks; an unused earlier one stays good.
    Returns it, once: `ABCD-EFGH`."""
    membership = load_membership(actor, "registry.give_family_code", person_id)
    code = random_code(8)
    made = FamilyCode.objects.create(
        ward_id=person_id,
        scope_path=membership.scope_path,
        code_hash=secrets.family_code_hash(code),
        expires_at=time.now() + VALID,
        given_by=actor.person_id,
    )
    audit.write(
        actor, "registry.give_family_code", thing="family_code", thing_id=made.id, scope_path=made.scope_path
    )
    return f"{code[:4]}-{code[4:]}"


def join_family(
    *,
    code: str,
    relation: str,
    address: str,
    actor: Actor | None = None,
    name: str = "",
    username: str = "",
    password: str = "",
) -> Account:
    """Use a family code: as a new guardian with an own account, or (with `actor`) as one more child of a
    guardian who is signed in. A code works once."""
    note_try(address_key("family", address), _CODES_PER_ADDRESS)
    if relation not in RELATIONS:
        raise UserError("请选择和孩子的关系", kept="家长码还能用。", field="relation")
    with transaction.atomic():
        kept = _load_code(code)
        account = _own_account(actor) if actor else _new_guardian(name, username, password)
        if account.person_id == kept.ward_id:
            raise UserError("不能做自己的家长", kept="家长码还能用。", field="code")
        _join(account.person_id, kept, relation)
        kept.used_at = time.now()
        kept.save(update_fields=["used_at"])
        audit.write(
            actor, "registry.join_family", thing="family_code", thing_id=kept.id, scope_path=kept.scope_path
        )
    return account


def _join(guardian_id: UUID, kept: FamilyCode, relation: str) -> None:
    """Make somebody the ward's guardian; a last day set earlier falls away with the new code."""
    rows = Guardianship.objects.unscoped(LOCKING).filter(
        in_force(time.today()), guardian_id=guardian_id, ward_id=kept.ward_id
    )
    if not rows.update(ends_on=None):
        Guardianship.objects.create(
            guardian_id=guardian_id, ward_id=kept.ward_id, scope_path=kept.scope_path, relation=relation
        )


@transaction.atomic
def end_guardianship(*, actor: Actor, guardianship_id: UUID) -> Guardianship:
    """A guardian reaches this child no longer, from this moment: ended by the child's school, or left by the
    guardian (never by another guardian)."""
    rows = Guardianship.objects.unscoped("the right is asked for the child on the next lines")
    row = rows.select_for_update().filter(in_force(time.today()), id=guardianship_id).first()
    if row is None:
        raise Denied(_END)
    if row.guardian_id != actor.person_id:
        # At the school where the child is now, which need not be the one that gave the code.
        TABLE.require(actor, _END, _Ward(load_membership(actor, _END, row.ward_id).scope_path))
    row.ends_on = time.today()
    row.save(update_fields=["ends_on"])
    audit.write(actor, _END, thing="guardianship", thing_id=row.id, scope_path=row.scope_path)
    return row


def _load_code(code: str) -> FamilyCode:
    kept = (
        FamilyCode.objects.unscoped("the code itself is the right")
        .select_for_update()
        .filter(code_hash=secrets.family_code_hash(code), used_at=None, expires_at__gt=time.now())
        .first()
    )
    if kept is None:
        raise UserError(
            "这个家长码用不了",
            kept="填的内容替你留着。",
            next="核对一下；家长码只能用一次，两周内有效。过期了请老师再发一个。",
            field="code",
        )
    return kept


def _own_account(actor: Actor) -> Account:
    account = Account.objects.get(id=actor.account_id)
    if account.kind == Account.Kind.PUPIL:
        raise UserError("现在登录的是学生账号", next="先退出，再用家长码进入。", field="code", status=409)
    return account


def _new_guardian(name: str, username: str, password: str) -> Account:
    cleaned = clean_name(name)
    if (reason := name_problem(cleaned)) is not None:
        raise UserError(reason if cleaned else "姓名还没有填", kept="家长码还能用。", field="name")
    folded = checked_username(username)
    account = Account(kind=Account.Kind.GUARDIAN, username=folded, person=Person.objects.create(name=cleaned))
    account.set_password(checked_password(password, folded))
    account.save()
    return account
