"""A school or a class begins to use a resource, and ends it: decided by the head or the administrator."""

from uuid import UUID

from django.db import IntegrityError, transaction

from qiming.curriculum.lending import services as lending
from qiming.kernel import audit, outbox, time
from qiming.kernel.access import Actor, Denied
from qiming.kernel.errors import UserError
from qiming.registry import queries as registry
from qiming.registry.types import OrgKind, OrgRef
from qiming.resources import events
from qiming.resources.access import ADOPT, TABLE
from qiming.resources.models import Adoption, ResourceVersion
from qiming.resources.queries.bytes_now import why_not_same
from qiming.resources.queries.offered import needing_data
from qiming.resources.queries.products import why_not_product
from qiming.resources.queries.reach import exclusion_at, may_reach
from qiming.resources.services.loans import lend_to
from qiming.resources.types import Card

_WHY = "loaded through the access table"
MOST_WORDS = 1000
MOST_REASON = 300


@transaction.atomic
def adopt(*, actor: Actor, resource_id: UUID, place_id: UUID, minutes: str) -> UUID:
    """Let a school or one of its classes use what is served now; returns the adoption's id."""
    place = registry.org(place_id)
    TABLE.require(actor, ADOPT, place)
    if place.kind is not OrgKind.SCHOOL and not place.is_taught:
        raise Denied(ADOPT)
    said = minutes.strip()
    if not 5 <= len(said) <= MOST_WORDS:
        raise UserError(
            "请写集体决定的要点",
            kept="没有选用。",
            next=f"什么时候、哪些人商量的、为什么选它，5到{MOST_WORDS}个字。",
            field="minutes",
        )
    # The version's row is locked: a suspension either sees this adoption or makes it impossible.
    rows = ResourceVersion.objects.unscoped(_WHY).select_for_update(of=("self",)).select_related("resource")
    version = rows.filter(resource_id=resource_id, is_served=True).first()
    if version is None or why_not_same(version) or not may_reach(actor, version.resource):
        raise UserError("这个资源现在不能选用", kept="没有选用。", next="它已经停用或下架。", status=409)
    if excluded := exclusion_at(place.path, resource_id):
        raise UserError("本区从货架上收起了它", kept="没有选用。", next=f"原因：{excluded.why}", status=409)
    if place.path.startswith(version.scope_path):
        raise UserError("这是本校自己的资源，不用选用", kept="没有改动。", field="place", status=409)
    if why := why_not_product(Card.of(version.card)):
        raise UserError("这个资源现在不能选用", kept="没有选用。", next=why, status=409)
    _refuse_covered(resource_id, place)
    adoption = _create(actor, resource_id, place, said)
    lend_to(actor, adoption, version)
    _note(actor, "resources.adopt", adoption, events.ADOPTED)
    return adoption.id


@transaction.atomic
def end_adoption(*, actor: Actor, adoption_id: UUID, why: str, data_return: str = "") -> None:
    """Use it no longer: no class begins with it; what became of the data is said where it needs any."""
    rows = Adoption.objects.unscoped(_WHY).select_for_update(of=("self",)).select_related("resource")
    adoption = TABLE.load(actor, ADOPT, rows, id=adoption_id)
    if adoption.ended_on is not None:
        raise UserError("这一项选用已经结束", kept="没有改动。", status=409)
    if len(why.strip()) < 2:
        raise UserError("请写为什么不用了", kept="还在用。", field="why")
    if needs_data(adoption):
        _check_return(data_return, kept="还在用。")
    adoption.ended_on, adoption.ended_by = time.today(), actor.person_id
    adoption.ended_why = why.strip()[:MOST_REASON]
    adoption.data_return = data_return.strip()[:MOST_REASON]
    adoption.save(update_fields=["ended_on", "ended_by", "ended_why", "data_return"])
    lending.end_loan(actor=actor, lent_for=adoption.id)
    _note(actor, "resources.end_adoption", adoption, events.ADOPTION_ENDED)


@transaction.atomic
def return_data(*, actor: Actor, adoption_id: UUID, data_return: str) -> None:
    """What became of the data, where a use ended without the school: the resource was retired, the district put it
    away. It is said once, and stays."""
    rows = Adoption.objects.unscoped(_WHY).select_for_update(of=("self",)).select_related("resource")
    adoption = TABLE.load(actor, ADOPT, rows, id=adoption_id)
    if not owes_data(adoption):
        raise UserError("这一项不用再写数据交回", kept="没有改动。", status=409)
    _check_return(data_return, kept="选用已经结束，数据还没有交回。")
    adoption.data_return = data_return.strip()[:MOST_REASON]
    adoption.save(update_fields=["data_return"])
    _note(actor, "resources.return_data", adoption, events.DATA_RETURNED)


def owes_data(adoption: Adoption) -> bool:
    """Whether a use ended and nobody said yet what became of its data."""
    return adoption.ended_on is not None and not adoption.data_return and needs_data(adoption)


def needs_data(adoption: Adoption) -> bool:
    """Whether any version that was served says that it needs data."""
    return adoption.resource_id in needing_data([adoption.resource_id])


def _check_return(data_return: str, *, kept: str) -> None:
    if len(data_return.strip()) < 2:
        raise UserError(
            "请写数据怎样交回或删除",
            kept=kept,
            next="它要用本校的数据：写清谁在哪天交回、删除，证明放在哪里。",
            field="data_return",
        )


def _refuse_covered(resource_id: UUID, place: OrgRef) -> None:
    """A class whose school uses it has it already."""
    rows = Adoption.objects.unscoped(_WHY).filter(resource_id=resource_id, ended_on=None)
    if rows.filter(scope_path__in=registry.prefixes(place.path)).exists():
        raise _TWICE


def _create(actor: Actor, resource_id: UUID, place: OrgRef, minutes: str) -> Adoption:
    try:
        with transaction.atomic():
            return Adoption.objects.create(
                scope_path=place.path,
                resource_id=resource_id,
                place_id=place.id,
                school_path=registry.school_of(place.path).path,
                decided_by=actor.person_id,
                minutes=minutes,
                since=time.today(),
            )
    except IntegrityError:
        raise _TWICE from None


_TWICE = UserError(
    "已经选用了", kept="原来的选用没有变。", next="到“本校选用的”里看。", field="place", status=409
)


def _note(actor: Actor, verb: str, adoption: Adoption, event: str) -> None:
    audit.write(
        actor,
        verb,
        thing="adoption",
        thing_id=adoption.id,
        scope_path=adoption.scope_path,
        detail={"resource": str(adoption.resource_id)},
    )
    said = {"resource_id": str(adoption.resource_id), "adoption_id": str(adoption.id)}
    outbox.announce(event, said, adoption.scope_path)
