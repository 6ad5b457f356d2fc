"""What may be asked about products in classes: at a lesson, of a class, of a school, of a family."""

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Count

from qiming.assurance import queries as assurance
from qiming.assurance.admission import Conditions, Scope, Standing, zh_of
from qiming.curriculum import queries as curriculum
from qiming.kernel import time
from qiming.kernel.access import Actor
from qiming.registry import queries as registry
from qiming.registry.types import PupilRef
from qiming.resources.access import TABLE
from qiming.resources.access_tools import SEE
from qiming.resources.launching import assured, rules
from qiming.resources.launching.consent import digest_of, verdicts
from qiming.resources.launching.deciding import terms_of
from qiming.resources.launching.models import ToolAdoption, ToolClass, ToolLaunch, ToolPlace
from qiming.resources.launching.types import IN_USE, ClassUse, Facts, Limits, State, Terms, ToolLine
from qiming.trust.types import State as ConsentState
from qiming.trust.types import Verdict

_WHY = "the caller checked the right to the class"
USE_DAYS = 30


def tools_at(class_path: str, lesson_key: str) -> list[ToolLine]:
    """The products at a lesson of a class, and why one is closed to all of it: one question when there are none, a few
    for any number. What concerns one person (consent) or moment is asked when it is opened."""
    rows = ToolPlace.objects.unscoped(_WHY).filter(
        scope_path=class_path, lesson_key=lesson_key, removed_at=None
    )
    places = list(rows.select_related("tool_class__adoption").order_by("id"))
    if not places:
        return []
    stands = assured.standings({one.tool_class.adoption.product_id for one in places})
    stage = registry.org_by_path(class_path).stage.value
    return [_line(one, stands.get(one.tool_class.adoption.product_id), stage) for one in places]


def _line(place: ToolPlace, stands: Standing | None, stage: str) -> ToolLine:
    line, adoption = place.tool_class, place.tool_class.adoption
    facts = Facts(
        today=time.today(),
        serves=not assured.stopped(stands),
        serves_not=assured.stopped(stands),
        state=State(adoption.state),
        stopped_why=adoption.stopped_why,
        terms=rules.terms(stands.conditions if stands else Conditions(), frozenset(), *_added(adoption)),
        stage=stage,
        subject=assured.subject_key(place.subject),
        class_until=line.until if line.ended_at is None else None,
        belongs=True,
        placed=True,
        is_live=True,
        consent=None,
    )
    closed = rules.why_closed(facts)
    return ToolLine(place.id, adoption.product_id, place.title, place.task, place.instead, closed)


def etag_of(tools: list[ToolLine]) -> str:
    """Changes when anything of the list does."""
    said = "|".join(f"{one.place_id}{one.title}{one.task}{one.instead}{one.stopped}" for one in tools)
    return hashlib.sha256(said.encode()).hexdigest()[:20]


def _added(adoption: ToolAdoption) -> tuple[Limits, Limits]:
    return Limits.of(adoption.limits), Limits.of(adoption.district_limits)


@dataclass(frozen=True, slots=True)
class Enabled:
    """A product that is open to a class, for teachers who place it and families who answer."""

    adoption_id: UUID
    product_id: UUID
    title: str
    vendor: str
    says: str
    until: date
    terms: Terms
    digest: str
    closed: str  # why it cannot be opened at this moment
    is_lti: bool = False

    @property
    def data(self) -> str:
        return zh_of(self.terms.data_scopes, Scope) or "什么都不给"


def enabled_in(class_path: str) -> list[Enabled]:
    """The products enabled for a class, stopped ones with the reason, by title."""
    rows = ToolClass.objects.unscoped(_WHY).filter(
        scope_path=class_path, ended_at=None, adoption__state__in=IN_USE
    )
    return [_enabled(one) for one in rows.select_related("adoption").order_by("adoption__title", "id")]


def _enabled(line: ToolClass) -> Enabled:
    adoption = line.adoption
    product = assured.product(adoption.product_id)
    terms = terms_of(adoption, product)
    closed = assured.stopped(product.standing)
    if not closed and adoption.state != State.ENABLED:
        closed = f"{State(adoption.state).zh}：{adoption.stopped_why}"
    if not closed and line.until < time.today():
        closed = "期限已过"
    return Enabled(
        adoption.id,
        product.id,
        product.title,
        product.vendor,
        product.says,
        line.until,
        terms,
        digest_of(product.id, terms.data_scopes),
        closed,
        product.launch.get("kind") == "lti",
    )


def asked_of_class(class_path: str) -> dict[UUID, str]:
    """For each product whose data needs the families' consent: the digest of what they are asked."""
    return {one.product_id: one.digest for one in enabled_in(class_path) if one.terms.needs_consent}


def asked_of_pupil(pupil: PupilRef) -> dict[UUID, str]:
    """The same for one pupil, over every class and group."""
    asked: dict[UUID, str] = {}
    for place in registry.orgs(registry.places_of_pupil(pupil.id)).values():
        asked |= asked_of_class(place.path)
    return asked


@dataclass(frozen=True, slots=True)
class FamilyTool:
    """A product of a child's class as the family meets it; `verdict` None: it gets nothing that needs consent."""

    tool: Enabled
    verdict: Verdict | None


def of_family(pupil: PupilRef) -> list[FamilyTool]:
    """Which products a child's classes use, and where consent stands."""
    found: dict[UUID, Enabled] = {}
    for place in registry.orgs(registry.places_of_pupil(pupil.id)).values():
        found |= {one.product_id: one for one in enabled_in(place.path)}
    return [
        FamilyTool(
            one,
            verdicts(one.product_id, [pupil.id], one.digest)[pupil.id] if one.terms.needs_consent else None,
        )
        for one in sorted(found.values(), key=lambda one: one.title)
    ]


def waiting_for_family(pupil: PupilRef) -> list[str]:
    """The names of the products that can be opened to the child's classes and wait for the family's answer."""
    return [
        one.tool.title
        for one in of_family(pupil)
        if one.verdict is not None and not one.verdict.state.is_answered and not one.tool.closed
    ]


@dataclass(frozen=True, slots=True)
class SchoolTool:
    """A school's adoption on its list: where it is, for how many classes, how often opened in the last days."""

    id: UUID
    title: str
    school: str
    state: State
    closed: str
    classes: int
    launches: int


def of_school(actor: Actor) -> list[SchoolTool]:
    """Every adoption this person may see, the newest first: four questions for any number."""
    rows = list(ToolAdoption.objects.for_actor(actor, SEE).order_by("-id")[:200])
    lines = ToolClass.objects.unscoped(_WHY).filter(adoption__in=rows, ended_at=None)
    classes = Counter(lines.values_list("adoption_id", flat=True))
    stands = assured.standings({one.product_id for one in rows})
    counts = {one.id: 0 for one in rows}
    for place, product, number in _launches({one.product_id for one in rows}):
        for one in rows:
            if one.product_id == product and place.startswith(one.scope_path):
                counts[one.id] += number
    return [
        SchoolTool(
            one.id,
            one.title,
            registry.org_by_path(one.scope_path).name,
            State(one.state),
            assured.stopped(stands.get(one.product_id)),
            classes[one.id],
            counts[one.id],
        )
        for one in rows
    ]


def _launches(product_ids: set[UUID]) -> list[tuple[str, UUID, int]]:
    since = time.now() - timedelta(days=USE_DAYS)
    rows = ToolLaunch.objects.unscoped(_WHY).filter(product_id__in=product_ids, created_at__gte=since)
    return list(rows.values_list("scope_path", "product_id").annotate(n=Count("id")))


def class_uses(adoption: ToolAdoption) -> list[ClassUse]:
    """The classes of an adoption, with how many families said what (never who)."""
    product = assured.product(adoption.product_id)
    terms = terms_of(adoption, product)
    digest = digest_of(product.id, terms.data_scopes)
    rows = list(ToolClass.objects.unscoped(_WHY).filter(adoption=adoption, ended_at=None).order_by("id"))
    names = registry.orgs([one.class_id for one in rows])
    found = []
    for one in rows:
        pupils = [pupil.id for pupil in registry.pupils_of(one.class_id)]
        board = verdicts(product.id, pupils, digest) if terms.needs_consent else {}
        given = sum(verdict.holds for verdict in board.values())
        refused = sum(verdict.state in _NO for verdict in board.values())
        name = names[one.class_id].name if one.class_id in names else "已撤的班"
        found.append(ClassUse(one.class_id, name, one.until, given, refused, len(pupils)))
    return found


_NO = frozenset({ConsentState.REFUSED, ConsentState.WITHDRAWN})


def use_by_class(adoption: ToolAdoption) -> Mapping[str, int]:
    """How often each class opened it in the last days, by scope path."""
    since = time.now() - timedelta(days=USE_DAYS)
    rows = ToolLaunch.objects.unscoped(_WHY).filter(
        product_id=adoption.product_id,
        scope_path__startswith=adoption.scope_path,
        created_at__gte=since,
    )
    return dict(rows.values_list("scope_path").annotate(n=Count("id")).order_by("scope_path"))


def schools_using(product_id: UUID) -> list[str]:
    """The names of the schools that use a product: schools, never classes or people."""
    rows = ToolAdoption.objects.unscoped("which schools use a product is public").filter(
        product_id=product_id, state__in=IN_USE
    )
    paths = rows.values_list("scope_path", flat=True).distinct()
    return [registry.org_by_path(path).name for path in paths]


def load_seen(actor: Actor, adoption_id: UUID) -> ToolAdoption:
    """The adoption, if this person may see it."""
    rows = ToolAdoption.objects.unscoped("loaded through the access table")
    return TABLE.load(actor, SEE, rows, id=adoption_id)


assurance.register_users(schools_using)
assurance.register_subjects(curriculum.subjects)
