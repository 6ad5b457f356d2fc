"""What a named school owes: whom it leads, what it did for them; and terms that are over."""

from datetime import date
from uuid import UUID

from django.db import IntegrityError, transaction

from qiming.casework import services as cases
from qiming.kernel import audit, time
from qiming.kernel.access import Actor, Denied
from qiming.kernel.errors import UserError
from qiming.programmes.access import SUPPORT, TABLE
from qiming.programmes.models import Naming, Pairing, Support
from qiming.registry import queries as registry
from qiming.registry.types import OrgKind

_WHY = "loaded through the access table"
MOST_WORDS = 300


@transaction.atomic
def pair(*, actor: Actor, naming_id: UUID, partner_id: UUID) -> UUID:
    """The named school leads another one from today."""
    naming = _in_force(actor, naming_id)
    partner = registry.org(partner_id)
    if partner.kind is not OrgKind.SCHOOL:
        raise Denied(SUPPORT)
    if partner.path == naming.scope_path:
        raise UserError("不能和自己结对", kept="没有改动。", field="partner")
    try:
        with transaction.atomic():
            row = Pairing.objects.create(naming=naming, partner_path=partner.path, since=time.today())
    except IntegrityError:
        raise UserError("已经和这所学校结对", kept="没有改动。", field="partner", status=409) from None
    _note(actor, "pairing", row.id, naming.scope_path)
    return row.id


@transaction.atomic
def end_pairing(*, actor: Actor, pairing_id: UUID) -> UUID:
    """Lead it no longer; returns the naming's id. What was done stays on record. Ended twice is ended once."""
    row = Pairing.objects.select_for_update().filter(id=pairing_id).first()
    if row is None:
        raise Denied(SUPPORT)
    naming = _in_force(actor, row.naming_id)
    if row.ended_on is None:
        row.ended_on = time.today()
        row.save(update_fields=["ended_on"])
        _note(actor, "pairing", row.id, naming.scope_path)
    return naming.id


@transaction.atomic
def note_support(*, actor: Actor, pairing_id: UUID, day: date, says: str) -> UUID:
    """Something done for a partner; it counts once the partner's head confirmed it. The same line twice is one."""
    row = Pairing.objects.select_for_update().filter(id=pairing_id, ended_on=None).first()
    if row is None:
        raise Denied(SUPPORT)
    naming = _in_force(actor, row.naming_id)
    said = says.replace("\x00", "").strip()
    if not 5 <= len(said) <= MOST_WORDS:
        raise UserError("请写做了什么", kept="写的还在这一页。", next=f"5到{MOST_WORDS}个字。", field="says")
    if not row.since <= day <= time.today():
        raise UserError("日子不对", kept="写的还在这一页。", next="从结对那天到今天。", field="day")
    done, new = Support.objects.get_or_create(
        pairing=row, day=day, says=said, defaults={"noted_by": actor.person_id}
    )
    if new:
        _note(actor, "support", done.id, naming.scope_path)
    return done.id


@transaction.atomic
def confirm_support(*, actor: Actor, support_id: UUID) -> None:
    """The head of the school that was helped says that it happened; nobody confirms what is their own."""
    row = Support.objects.select_for_update().filter(id=support_id).first()
    if row is None:
        raise Denied(SUPPORT)
    partner = registry.org_by_path(Pairing.objects.get(id=row.pairing_id).partner_path)
    TABLE.require(actor, SUPPORT, partner)
    if row.noted_by == actor.person_id:
        raise UserError("自己写的不能自己确认", kept="没有改动。", next="请被带学校的校长确认。", status=409)
    if row.confirmed_by is None:
        row.confirmed_by, row.confirmed_on = actor.person_id, time.today()
        row.save(update_fields=["confirmed_by", "confirmed_on"])
        _note(actor, "support", row.id, partner.path)


def end_terms() -> int:
    """End every name whose term is over and that is under no check; returns how many ended."""
    over = Naming.objects.unscoped("the installation's own night job").filter(
        ended_on=None, until__lte=time.today(), application__state="named"
    )
    ended = 0
    for case_id in list(over.values_list("application__case_id", flat=True)):
        assert case_id
        try:
            cases.move(actor=None, case_id=case_id, transition="end_term")
        except (Denied, UserError):
            continue  # somebody moved it a moment ago: the next night looks again
        ended += 1
    return ended


def _in_force(actor: Actor, naming_id: UUID) -> Naming:
    rows = Naming.objects.unscoped(_WHY)
    naming: Naming = TABLE.load(actor, SUPPORT, rows, id=naming_id)
    if naming.ended_on is not None:
        raise UserError("这个名称已经结束", kept="没有改动。", status=409)
    return naming


def _note(actor: Actor, thing: str, thing_id: UUID, path: str) -> None:
    audit.write(actor, SUPPORT, thing=thing, thing_id=thing_id, scope_path=path)
