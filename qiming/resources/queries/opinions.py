"""What the users of a resource say: shown from a number on, without names; one's own always."""

from dataclasses import dataclass
from uuid import UUID

from qiming.kernel.access import Actor
from qiming.resources import usage
from qiming.resources.access import MEND, RATE, SEE_OFFERED, TABLE
from qiming.resources.models import Adoption, Improvement, Rating, Resource, ResourceVersion

_WHY = "sums and reasons without names; who rated is asked only of oneself"
ENOUGH = 3
MOST_REASONS = 50


@dataclass(frozen=True, slots=True)
class Reason:
    """How many stars somebody gave, and why."""

    stars: int
    why: str


@dataclass(frozen=True, slots=True)
class Opinions:
    """Of one version: how many rated it; the average and the reasons only when there are enough."""

    rated: int
    average: float | None
    reasons: tuple[Reason, ...]


def opinions_of(version_id: UUID) -> Opinions:
    """Reasons by stars and words: their order tells nothing of who came when."""
    rows = Rating.objects.unscoped(_WHY).filter(version_id=version_id)
    said = list(rows.order_by("-stars", "why").values_list("stars", "why"))
    if len(said) < ENOUGH:
        return Opinions(len(said), None, ())
    average = sum(stars for stars, _ in said) / len(said)
    return Opinions(len(said), average, tuple(Reason(*one) for one in said[:MOST_REASONS]))


def own_rating(actor: Actor, version: ResourceVersion) -> Rating | None:
    rows = Rating.objects.unscoped(_WHY).filter(version=version, person_id=actor.person_id)
    return rows.first()


def may_rate(actor: Actor, version: ResourceVersion) -> bool:
    """Whether the person used it: a place of theirs chose it, and of a course they teach it to a class."""
    if not version.is_served or not TABLE.may_try(actor, RATE):
        return False
    chosen = Adoption.objects.for_actor(actor, RATE).filter(resource_id=version.resource_id)
    if not chosen.exists():
        return False
    return version.course_version_id is None or usage.teaches(actor, course_versions(version.resource_id))


def course_versions(resource_id: UUID) -> list[UUID]:
    """The course versions of everything of this resource that was on the shelf."""
    rows = ResourceVersion.objects.unscoped(_WHY).filter(resource_id=resource_id)
    rows = rows.exclude(published_at=None).exclude(course_version_id=None)
    return [one for one in rows.values_list("course_version_id", flat=True) if one]


def packs_served() -> list[tuple[UUID, tuple[UUID, ...]]]:
    """The packs on the shelf: of each the served version and the lessons that are the school's own. For sums."""
    rows = ResourceVersion.objects.unscoped(_WHY).filter(is_served=True).exclude(course_version_id=None)
    return [(key, tuple(lessons)) for key, lessons in rows.order_by("id").values_list("id", "lessons")]


@dataclass(frozen=True, slots=True)
class Credit:
    """What became of a resource that one's school offered: use, grade, what users say, what there is to mend."""

    resource: Resource
    schools: int
    classes: int
    opinions: Opinions
    tasks: list[Improvement]
    may_answer: bool


def credits_of(actor: Actor) -> list[Credit]:
    """The resources of the actor's schools that were on the shelf, the newest first."""
    rows = Resource.objects.for_actor(actor, SEE_OFFERED).exclude(published_at=None).defer("words")
    return [_credit(actor, row) for row in rows.order_by("-published_at", "id")[:50]]


def tasks_of(resource_id: UUID) -> list[Improvement]:
    """What there is to mend and what was mended, the open ones first."""
    rows = Improvement.objects.unscoped(_WHY).filter(resource_id=resource_id)
    return sorted(rows.order_by("-id")[:50], key=lambda one: one.state != Improvement.State.OPEN)


def _credit(actor: Actor, row: Resource) -> Credit:
    using = Adoption.objects.unscoped(_WHY).filter(resource=row, ended_on=None)
    shown = ResourceVersion.objects.unscoped(_WHY).filter(resource=row, is_served=True).first()
    return Credit(
        resource=row,
        schools=using.values("school_path").distinct().count(),
        classes=usage.classes(course_versions(row.id)),
        opinions=opinions_of(shown.id) if shown else Opinions(0, None, ()),
        tasks=tasks_of(row.id),
        may_answer=TABLE.allows(actor, MEND, row),
    )
