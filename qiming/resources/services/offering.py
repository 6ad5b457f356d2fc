"""A school offers something: a resource with its first version, or the next version of one. A case begins at once."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from qiming.casework import services as cases
from qiming.curriculum import queries as curriculum
from qiming.curriculum.lending import queries as lending
from qiming.kernel import audit
from qiming.kernel.access import Actor, Denied
from qiming.kernel.errors import UserError
from qiming.registry import queries as registry
from qiming.registry.queries import alliances
from qiming.resources.access import OFFER, TABLE
from qiming.resources.models import Resource, ResourceVersion
from qiming.resources.queries.products import address_inside, names_agent, why_not_product
from qiming.resources.queries.scenarios import scenarios
from qiming.resources.rules import bytes as rules
from qiming.resources.rules import models as trained
from qiming.resources.rules.cards import checked
from qiming.resources.types import STAGES, Area, Card, Kind

_WHY = "loaded through the access table"
LONGEST_ADDRESS = 400


@dataclass(frozen=True, slots=True)
class Content:
    """What a version consists of beside its card: a course version with the school's lessons in it, an address, or a
    trained model."""

    kind: Kind
    fingerprint: str
    course_version_id: UUID | None = None
    course_key: str = ""
    lessons: tuple[UUID, ...] = ()
    address: str = ""
    model: dict[str, Any] | None = None

    def hash_with(self, card: Card) -> str:
        seal = lending.seal_of(self.course_version_id) if self.course_version_id else ""
        return rules.content_hash(card, seal=seal, address=self.address, model=self.model)


def offer_pack(
    *,
    actor: Actor,
    course_version_id: UUID,
    card: Card,
    resource_id: UUID | None = None,
    alliance_id: UUID | None = None,
) -> UUID:
    """Offer the school's own version of a course to other schools; returns the new version's id. With `resource_id` it
    is the next version of that resource, and the one before stays served until this one is published. With
    `alliance_id` a new resource is only for the schools of that alliance; it is reviewed like any other."""
    path = lending.whose(course_version_id)
    if not path:
        raise Denied(OFFER)
    TABLE.require(actor, OFFER, registry.org_by_path(path))
    return _offer(actor, path, _pack(course_version_id), card, of=resource_id, alliance_id=alliance_id)


def offer_tool(
    *,
    actor: Actor,
    school_id: UUID,
    address: str,
    card: Card,
    resource_id: UUID | None = None,
    alliance_id: UUID | None = None,
) -> UUID:
    """Offer a web tool that the school uses, or an agent where the card names one; returns the new version's id. Another
    address is another version; an agent of this platform has its page's, whatever is said."""
    path = _school(actor, school_id)
    return _offer(actor, path, _used(address, card), card, of=resource_id, alliance_id=alliance_id)


def offer_endpoint(
    *,
    actor: Actor,
    school_id: UUID,
    address: str,
    card: Card,
    resource_id: UUID | None = None,
    alliance_id: UUID | None = None,
) -> UUID:
    """Offer a model that answers at an address, filed or registered by whoever runs it; returns the new version's id."""
    path = _school(actor, school_id)
    _check_card_of_model(card, filed=True)
    return _offer(actor, path, _reached(Kind.MODEL, address), card, of=resource_id, alliance_id=alliance_id)


def offer_model(
    *,
    actor: Actor,
    school_id: UUID,
    data: bytes,
    card: Card,
    resource_id: UUID | None = None,
    alliance_id: UUID | None = None,
) -> UUID:
    """Offer a model trained in a lab, which runs in the browser; `data` is the file taken away from there. Returns the
    new version's id."""
    path = _school(actor, school_id)
    _check_card_of_model(card)
    return _offer(actor, path, _trained(data), card, of=resource_id, alliance_id=alliance_id)


@transaction.atomic
def revise(
    *,
    actor: Actor,
    version_id: UUID,
    card: Card,
    course_version_id: UUID | None = None,
    address: str = "",
    data: bytes = b"",
) -> None:
    """Mend what was sent back and hand it over again; of a pack the same or a newer version of the course, of a model
    the same or another file (`data`). Who offered it does this."""
    rows = ResourceVersion.objects.unscoped(_WHY).select_for_update(of=("self",)).select_related("resource")
    version = TABLE.load(actor, OFFER, rows, id=version_id)
    if version.made_by != actor.person_id or version.state not in ("draft", "returned"):
        raise UserError(
            "现在不能改这一版",
            kept="送审的内容没有变。",
            next="退回以后由送的人改；已经上线的，送新的一版。",
            status=409,
        )
    card = _checked(card)
    if version.resource.kind == Kind.MODEL:
        _check_card_of_model(card, filed=version.model is None)
    content = _content(version, card, course_version_id, address, data)
    version.card, version.address, version.model = card.as_json(), content.address, content.model
    version.course_version_id, version.lessons = content.course_version_id, list(content.lessons)
    version.content_hash, version.fingerprint = content.hash_with(card), content.fingerprint
    try:
        with transaction.atomic():
            version.save()
    except IntegrityError as error:
        raise _taken(error) from error
    _note(actor, "resources.revise", version)
    assert version.case_id
    cases.move(actor=actor, case_id=version.case_id, transition="hand_over")


def _content(
    version: ResourceVersion, card: Card, course_version_id: UUID | None, address: str, data: bytes
) -> Content:
    """What the version consists of from now on: of the same school, kind and course as before."""
    if version.model is not None:
        return _trained(data or trained.as_file(version.model))
    if version.course_version_id is None:
        if version.resource.kind == Kind.MODEL:
            return _reached(Kind.MODEL, address)
        content = _used(address, card)
        if content.kind != version.resource.kind:
            raise UserError(
                "送的是工具还是智能体，退回以后不能改",
                kept="没有送出。",
                next="当作新的资源送。",
                field="product",
            )
        return content
    chosen = course_version_id or version.course_version_id
    if lending.whose(chosen) != version.scope_path:
        raise Denied(OFFER)
    content = _pack(chosen)
    if content.course_key != version.resource.course_key:
        raise Denied(OFFER)
    return content


def _offer(
    actor: Actor, path: str, content: Content, card: Card, *, of: UUID | None, alliance_id: UUID | None
) -> UUID:
    card = _checked(card)
    if alliance_id is not None and alliance_id not in alliances.allied([path]):
        raise UserError("本校不在这个联盟里", kept="没有送出。", field="alliance")
    try:
        with transaction.atomic():
            resource = _resource(actor, path, content, of) or _new(actor, path, content, card, alliance_id)
            version = ResourceVersion.objects.create(
                scope_path=path,
                resource=resource,
                number=_next_number(resource),
                card=card.as_json(),
                course_version_id=content.course_version_id,
                lessons=list(content.lessons),
                address=content.address,
                model=content.model,
                content_hash=content.hash_with(card),
                fingerprint=content.fingerprint,
                made_by=actor.person_id,
            )
            _begin(actor, version, card)
    except IntegrityError as error:
        raise _taken(error) from error
    return version.id


def _begin(actor: Actor, version: ResourceVersion, card: Card) -> None:
    version.case_id = cases.open_case(
        actor=actor,
        key="resource",
        title=f"{card.title}（第{version.number}版）",
        subject_id=version.id,
        scope_path=version.scope_path,
        office_path=registry.city().path,
        topics=[STAGES[card.stage], card.subject, Area(card.area).zh],
        data={"content_hash": version.content_hash},
    )
    version.save(update_fields=["case_id"])
    _note(actor, "resources.offer", version)
    cases.move(actor=actor, case_id=version.case_id, transition="hand_over")


def _new(actor: Actor, path: str, content: Content, card: Card, alliance_id: UUID | None) -> Resource:
    return Resource.objects.create(
        scope_path=path,
        kind=content.kind,
        offered_by=actor.person_id,
        course_key=content.course_key,
        title=card.title,
        says=card.says,
        stage=card.stage,
        subject=card.subject,
        area=card.area,
        alliance_id=alliance_id,
    )


def _resource(actor: Actor, path: str, content: Content, resource_id: UUID | None) -> Resource | None:
    """The one of which this is the next version; None for a new one."""
    if resource_id is None:
        return None
    rows = Resource.objects.unscoped(_WHY).select_for_update().defer("words")
    resource = TABLE.load(actor, OFFER, rows, id=resource_id)
    same = (resource.scope_path, resource.kind, resource.course_key)
    if same != (path, content.kind, content.course_key):
        raise UserError(
            "这不是同一个资源的新版",
            kept="没有送出。",
            next="换了课程或种类的，当作新的资源送。",
            field="resource",
        )
    return resource


def _next_number(resource: Resource) -> int:
    rows = ResourceVersion.objects.unscoped(_WHY).filter(resource=resource)
    last = rows.order_by("-number").values_list("number", flat=True).first()
    return (last or 0) + 1


def _pack(course_version_id: UUID) -> Content:
    own = lending.own_lessons(course_version_id)
    if lending.has_lessons_of_others(course_version_id):
        raise UserError(
            "这一版里有别的学校的课",
            kept="没有送出。",
            next="只能送本校自己改的课；别校的课请他们送。",
            field="course",
        )
    return Content(
        kind=Kind.PACK,
        fingerprint=rules.pack_fingerprint(content_hash for _, _, content_hash in own),
        course_version_id=course_version_id,
        course_key=curriculum.course(course_version_id).key,
        lessons=tuple(lesson_id for lesson_id, _, _ in own),
    )


def _used(address: str, card: Card) -> Content:
    """A tool at its address, or an agent: one of this platform stands on its own page here."""
    here = address_inside(card)
    if here:
        return Content(kind=Kind.AGENT, fingerprint=rules.tool_fingerprint(here), address=here)
    return _reached(Kind.AGENT if names_agent(card) else Kind.TOOL, address)


def _reached(kind: Kind, address: str) -> Content:
    said = address.strip()
    if not said.lower().startswith(("https://", "http://")) or len(said) > LONGEST_ADDRESS:
        raise UserError("请写完整的网址", next="以 https:// 开头，最多400个字符。", field="address")
    try:
        fingerprint = rules.tool_fingerprint(said)
    except ValueError:
        raise UserError("这个网址写坏了", next="从浏览器的地址栏复制过来。", field="address") from None
    return Content(kind=kind, fingerprint=fingerprint, address=said)


def _trained(data: bytes) -> Content:
    try:
        model = trained.read(data)
    except trained.NotAModel as error:
        raise UserError("这个文件不是能用的模型", kept="没有送出。", next=str(error), field="file") from None
    return Content(kind=Kind.MODEL, fingerprint=rules.model_fingerprint(model), model=model)


def _school(actor: Actor, school_id: UUID) -> str:
    """The path of the school in whose name something is offered."""
    school = registry.org(school_id)
    TABLE.require(actor, OFFER, school)
    return registry.school_of(school.path).path


def _checked(card: Card) -> Card:
    """The card, whole; what it names at the gate may be used at this moment."""
    card = checked(card)
    if card.scenario and card.scenario not in scenarios():
        raise UserError("没有这一类场景", kept="写的都还在这一页。", field="scenario")
    if set(card.teaches) - set(curriculum.concepts(card.teaches)):
        raise UserError("有一个概念已经不在图谱里", kept="写的都还在这一页。", field="teaches")
    if why := why_not_product(card):
        raise UserError("这个产品现在不能送审", kept="写的都还在这一页。", next=why, field="product")
    return card


def _check_card_of_model(card: Card, *, filed: bool = False) -> None:
    """What everybody has to say about a model: of what it was made, how well it does; of one that others run, under
    which numbers it is filed."""
    needed = {
        "made_of": "用什么做的",
        "does_well": "做得怎样",
        **({"filing": "备案或登记的号"} if filed else {}),
    }
    for name, label in needed.items():
        if len(getattr(card, name).strip()) < 2:
            raise UserError(
                f"“{label}”还没有写", kept="别的都还在这一页。", next="没有的写“没有”和原因。", field=name
            )


def _taken(error: IntegrityError) -> UserError:
    if "course_version_offered_once" in str(error):
        return UserError(
            "这一版课程已经送审或在架",
            kept="没有再送一次。",
            next="到“本校送审的”里看走到哪一步。",
            status=409,
        )
    return UserError(
        "上一版还在办",
        kept="没有再送一次。",
        next="等它办完，或者先在办件里收回，再送新的。",
        status=409,
    )


def _note(actor: Actor, verb: str, version: ResourceVersion) -> None:
    audit.write(
        actor,
        verb,
        thing="resource_version",
        thing_id=version.id,
        scope_path=version.scope_path,
        detail={"number": version.number, "content_hash": version.content_hash},
    )
