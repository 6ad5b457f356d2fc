"""The one gate before a product: asked before every launch and before every answer a tool is given."""

from dataclasses import dataclass
from uuid import UUID

from qiming.kernel import time
from qiming.kernel.access import Actor, Denied
from qiming.registry import queries as registry
from qiming.registry.types import OrgRef, Role
from qiming.resources.access import TABLE
from qiming.resources.access_tools import LAUNCH
from qiming.resources.launching import assured, rules
from qiming.resources.launching.consent import agrees, digest_of
from qiming.resources.launching.models import ToolAdoption, ToolClass, ToolPlace
from qiming.resources.launching.pseudonyms import pseudonym
from qiming.resources.launching.supervision import is_taught_now
from qiming.resources.launching.types import Decision, Facts, Limits, State, Terms

_WHY = "the gate itself: what it finds is a yes or a reason"


@dataclass(frozen=True, slots=True)
class Way:
    """What stands between a class and a product: the school's adoption, the class's line, the place at a lesson."""

    adoption: ToolAdoption | None
    tool_class: ToolClass | None
    place: ToolPlace | None


def decide(actor: Actor | None, product_id: UUID, class_path: str, lesson_key: str = "") -> Decision:
    """Whether this person may open this product in this lesson of this class now; if not, why. None asks for the tool
    itself, which wants to tell or know something about the class afterwards: nobody's consent is asked then, and a
    lesson need not be going on."""
    place = _place(class_path)
    if place is None:
        return Decision(False, "这里没有这个工具。", product_id)
    return weigh(actor, product_id, place, lesson_key, way_to(product_id, place, lesson_key))[0]


def weigh(
    actor: Actor | None, product_id: UUID, place: OrgRef, lesson_key: str, way: Way
) -> tuple[Decision, Terms]:
    """The decision, and the conditions it was made under."""
    product = assured.product(product_id)
    held = terms_of(way.adoption, product)
    served = assured.serves(product, place, held)
    is_pupil = actor is not None and is_pupil_of(actor, place)
    consent = None
    if is_pupil and actor is not None and held.needs_consent:
        consent = agrees(product_id, actor.person_id, digest_of(product_id, held.data_scopes))
    facts = Facts(
        today=time.today(),
        serves=served.yes,
        serves_not=assured.stopped(product.standing) or served.reason,
        state=State(way.adoption.state) if way.adoption else None,
        stopped_why=way.adoption.stopped_why if way.adoption else "",
        terms=held,
        stage=place.stage.value,
        subject=assured.subject_key(way.place.subject) if way.place else "",
        class_until=way.tool_class.until if way.tool_class else None,
        belongs=actor is None or TABLE.allows(actor, LAUNCH, place),
        placed=way.place is not None or not (is_pupil or (actor is None and lesson_key)),
        is_live=not (is_pupil and held.supervised_only) or is_taught_now(place.path, lesson_key),
        consent=consent,
    )
    why = rules.why_not(facts)
    instead = way.place.instead if way.place else ""
    if why:
        return Decision(False, why, product_id, product.version_id, instead=instead), held
    return (
        Decision(
            True,
            "",
            product_id,
            product.version_id,
            pseudonym(product_id, actor.person_id) if actor else "",
            held.data_scopes,
            held.functions_off,
            instead,
            product.wanted - held.data_scopes,
        ),
        held,
    )


def way_to(product_id: UUID, place: OrgRef, lesson_key: str) -> Way:
    """The school's newest adoption of the product, and what it means for this class and lesson: three questions."""
    school = registry.school_of(place.path)
    rows = ToolAdoption.objects.unscoped(_WHY).filter(scope_path=school.path, product_id=product_id)
    adoption = rows.order_by("-id").first()
    if adoption is None:
        return Way(None, None, None)
    classes = ToolClass.objects.unscoped(_WHY).filter(adoption=adoption, class_id=place.id, ended_at=None)
    tool_class = classes.first()
    if tool_class is None or not lesson_key:
        return Way(adoption, tool_class, None)
    places = ToolPlace.objects.unscoped(_WHY).filter(
        tool_class=tool_class, lesson_key=lesson_key, removed_at=None
    )
    return Way(adoption, tool_class, places.order_by("id").first())


def terms_of(adoption: ToolAdoption | None, product: assured.Product) -> Terms:
    """The conditions under which a school may use a product."""
    if adoption is None:
        return rules.terms(product.conditions, product.wanted)
    added = (Limits.of(adoption.limits), Limits.of(adoption.district_limits))
    return rules.terms(product.conditions, product.wanted, *added)


def is_pupil_of(actor: Actor, place: OrgRef) -> bool:
    """Whether somebody is in this class as a pupil, and so needs the family's consent."""
    return any(path == place.path or path.startswith(place.path) for path in actor.paths(Role.PUPIL.value))


def _place(class_path: str) -> OrgRef | None:
    try:
        place = registry.org_by_path(class_path)
    except Denied:
        return None
    return place if place.is_taught else None
