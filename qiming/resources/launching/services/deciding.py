"""A teacher needs a product, the school decides, the district files it."""

import hashlib
from dataclasses import dataclass
from uuid import UUID

from django.db import IntegrityError, transaction

from qiming.casework import services as cases
from qiming.casework.types import Proof
from qiming.kernel import files, time
from qiming.kernel.access import Actor, Denied
from qiming.kernel.errors import UserError
from qiming.registry import queries as registry
from qiming.registry.types import OrgKind
from qiming.resources.access import TABLE
from qiming.resources.access_tools import ASK, DECIDE, FILE
from qiming.resources.launching import assured, rules
from qiming.resources.launching.models import ToolAdoption
from qiming.resources.launching.services.common import MOST_REASON, load, note, step, words
from qiming.resources.launching.types import Limits, Need

MOST_MINUTES = 4000


@dataclass(frozen=True, slots=True)
class Minutes:
    """The school's collective decision: what was said, and the signed paper (`data`; a picture or PDF)."""

    text: str
    name: str = ""
    data: bytes = b""


@transaction.atomic
def ask(*, actor: Actor, product_id: UUID, need: Need) -> UUID:
    """A teacher asks the school for a product for one of the own classes; returns the adoption's id."""
    place = registry.org(need.class_id)
    TABLE.require(actor, ASK, place)
    product = assured.product(product_id)
    served = assured.serves(product, place)
    if not served:
        raise UserError("这个产品现在不能选", kept="写的话还在。", next=f"{served.reason}。", status=409)
    school = registry.school_of(place.path)
    adoption = _create(actor, school.path, product, need)
    adoption.case_id = cases.open_case(
        actor=actor,
        key="adoption",
        title=f"{school.name}选用{product.title}",
        subject_id=adoption.id,
        scope_path=school.path,
        office_path=_district(school.path),
        topics=[place.stage.value],
    )
    adoption.save(update_fields=["case_id"])
    note(actor, ASK, adoption, product=product_id, class_id=need.class_id)
    step(actor, adoption, "request")
    return adoption.id


def _create(actor: Actor, school_path: str, product: assured.Product, need: Need) -> ToolAdoption:
    try:
        with transaction.atomic():
            return ToolAdoption.objects.create(
                scope_path=school_path,
                product_id=product.id,
                title=product.title[:80],
                asked_by=actor.person_id,
                class_id=need.class_id,
                lesson_key=need.lesson_key[:80],
                purpose=words(need.purpose, "purpose", "请写用它做什么"),
                alternatives=words(need.alternatives, "alternatives", "请写没有它怎么上"),
            )
    except IntegrityError:
        raise UserError(
            "学校已经在办或在用这个产品",
            kept="写的话还在。",
            next="到“本校的产品”里看走到哪一步；已经在用的，请管理员开到你的班。",
            status=409,
        ) from None


@transaction.atomic
def decide_for_school(
    *, actor: Actor, adoption_id: UUID, minutes: Minutes, limits: Limits, seen: int | None = None
) -> None:
    """The head signs what the school decided together, with what it adds to the conditions."""
    adoption = load(actor, DECIDE, adoption_id)
    _refuse_faults(adoption, limits)
    text = words(minutes.text, "minutes", "请写集体决定的要点", MOST_MINUTES)
    digest = hashlib.sha256(minutes.data or text.encode()).hexdigest()
    if minutes.data:
        stored = files.put(
            minutes.data, name=minutes.name or "会议纪要", scope_path=adoption.scope_path, actor=actor
        )
        adoption.minutes_file, digest = stored, stored.sha256
    adoption.limits = limits.as_json()
    adoption.decided_by, adoption.decided_on = actor.person_id, time.today()
    adoption.save(update_fields=["minutes_file", "limits", "decided_by", "decided_on"])
    proof = Proof("minutes", "会议纪要", digest, text)
    step(actor, adoption, "decide", evidence=[proof], data={"limits": limits.as_json()}, seen=seen)


@transaction.atomic
def file(*, actor: Actor, adoption_id: UUID, limits: Limits, seen: int | None = None) -> None:
    """The district files the school's decision, with what it adds. What was there before stays: nothing can be taken
    back by writing less."""
    adoption = load(actor, FILE, adoption_id)
    added = rules.stricter(Limits.of(adoption.district_limits), limits)
    _refuse_faults(adoption, rules.stricter(Limits.of(adoption.limits), added))
    adoption.district_limits = added.as_json()
    adoption.filed_by, adoption.filed_on = actor.person_id, time.today()
    adoption.save(update_fields=["district_limits", "filed_by", "filed_on"])
    step(actor, adoption, "file", reason=limits.note, data={"limits": added.as_json()}, seen=seen)


@transaction.atomic
def decline(*, actor: Actor, adoption_id: UUID, reason: str, seen: int | None = None) -> None:
    """The school does not choose it; the teacher reads why."""
    _say_no(load(actor, DECIDE, adoption_id), actor, "decline", reason, seen)


@transaction.atomic
def refuse(*, actor: Actor, adoption_id: UUID, reason: str, seen: int | None = None) -> None:
    """The district does not file it; the school reads why and from when it may ask again."""
    _say_no(load(actor, FILE, adoption_id), actor, "refuse", reason, seen)


def _say_no(adoption: ToolAdoption, actor: Actor, transition: str, reason: str, seen: int | None) -> None:
    said = words(reason, "reason", "请写理由：对方会看到", MOST_REASON)
    step(actor, adoption, transition, reason=said, seen=seen)


def _refuse_faults(adoption: ToolAdoption, limits: Limits) -> None:
    product = assured.product(adoption.product_id)
    found = rules.faults(limits, product.conditions, time.today())
    if found:
        raise UserError("条件这样写不行", kept="写的还在。", next=found[0].says, field=found[0].field)


def _district(school_path: str) -> str:
    above = [one for one in registry.ancestors(school_path) if one.kind is OrgKind.DISTRICT]
    if not above:
        raise Denied(ASK)
    return above[-1].path
