"""Who stands how, and what schools lack. The caller has checked the right, or the rows are filtered by the table."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, OuterRef, Sum

from qiming.educators import dated
from qiming.educators.access import SEE_NEEDS, TABLE
from qiming.educators.models import Enrolment, SchoolNeed, StaffProfile
from qiming.educators.standing.rules import Facts, standing
from qiming.educators.types import Audience, Post, Standing, Tier
from qiming.kernel import time
from qiming.kernel.access import Actor, Denied
from qiming.registry import queries as registry
from qiming.registry.types import STAGE_NAMES, OrgKind, OrgRef, Stage

_WHY = "the asker checked the right to the school or the person"
_State = Enrolment.State


@dataclass(frozen=True, slots=True)
class StaffLine:
    """One of a school's staff: what was noted (None: nothing yet) and the standing in each of the school's stages."""

    person_id: UUID
    name: str
    profile: StaffProfile | None
    standings: tuple[Standing, ...]


@dataclass(frozen=True, slots=True)
class NeedLine:
    """What lies under one place in one stage, in periods a year."""

    place: OrgRef
    stage: str
    classes: int
    owed: int
    can_give: int
    will_give: int
    people: int

    @property
    def short_now(self) -> int:
        return self.owed - self.can_give

    @property
    def short_after(self) -> int:
        return self.owed - self.will_give


@dataclass(frozen=True, slots=True)
class LeaderLine:
    """How many of a post are noted under a place, and how many of them were trained."""

    post: str
    noted: int
    trained: int


def tiers_of(person_ids: Iterable[UUID]) -> dict[UUID, tuple[frozenset[Tier], frozenset[Tier]]]:
    """The tiers each person has passed, and those enrolled in. Trainings of leaders qualify nobody to teach."""
    rows = Enrolment.objects.unscoped(_WHY).filter(
        person_id__in=list(person_ids), state__in=[_State.ENROLLED, _State.OUTPUT_DUE, _State.PASSED]
    )
    rows = rows.exclude(training__audience=Audience.LEADERS)
    passed: dict[UUID, set[Tier]] = {}
    under_way: dict[UUID, set[Tier]] = {}
    for person_id, state, tier in rows.values_list("person_id", "state", "training__tier"):
        held = passed if state == _State.PASSED else under_way
        held.setdefault(person_id, set()).add(Tier(tier))
    return {
        one: (frozenset(passed.get(one, ())), frozenset(under_way.get(one, ())))
        for one in {*passed, *under_way}
    }


def facts_of_school(school_id: UUID) -> dict[UUID, Facts]:
    """The facts of everybody whom the school noted and who still works there."""
    here = {one.id for one in registry.employed_at(school_id)}
    rows = StaffProfile.objects.unscoped(_WHY).filter(school_id=school_id, person_id__in=here)
    profiles = list(rows)
    tiers = tiers_of(one.person_id for one in profiles)
    return {
        one.person_id: _facts(one, *tiers.get(one.person_id, (frozenset(), frozenset()))) for one in profiles
    }


def _facts(row: StaffProfile, passed: frozenset[Tier], enrolled: frozenset[Tier]) -> Facts:
    licence = Stage(row.licence) if row.licence else None
    return Facts(licence, row.subject, row.weekly_periods, passed, enrolled)


def standing_at(person_id: UUID, school_id: UUID, stage: Stage) -> Standing:
    """How one person stands to a stage at a school: what opening a course shows."""
    row = StaffProfile.objects.unscoped(_WHY).filter(person_id=person_id, school_id=school_id).first()
    none: tuple[frozenset[Tier], frozenset[Tier]] = (frozenset(), frozenset())
    facts = _facts(row, *tiers_of([person_id]).get(person_id, none)) if row else None
    return standing(facts, stage, dated.standing(time.today()))


def staff(school: OrgRef) -> list[StaffLine]:
    """Everybody who works at the school, those who were noted first."""
    facts, rule = facts_of_school(school.id), dated.standing(time.today())
    profiles = {one.person_id: one for one in StaffProfile.objects.unscoped(_WHY).filter(school_id=school.id)}
    lines = [
        StaffLine(
            one.id,
            one.name,
            profiles.get(one.id),
            tuple(standing(facts.get(one.id), stage, rule) for stage in school.stages),
        )
        for one in registry.employed_at(school.id)
    ]
    return sorted(lines, key=lambda one: one.profile is None)


def own_standings(person_id: UUID) -> list[tuple[OrgRef, StaffProfile, tuple[Standing, ...]]]:
    """What each school noted of somebody and what follows from it."""
    rule, tiers = dated.standing(time.today()), tiers_of([person_id])
    none: tuple[frozenset[Tier], frozenset[Tier]] = (frozenset(), frozenset())
    found = []
    rows = StaffProfile.objects.unscoped(_WHY).filter(person_id=person_id)
    schools = registry.orgs([row.school_id for row in rows])
    for row in rows:
        school, facts = schools[row.school_id], _facts(row, *tiers.get(person_id, none))
        found.append((school, row, tuple(standing(facts, stage, rule) for stage in school.stages)))
    return found


def needs(actor: Actor, place: OrgRef) -> list[NeedLine]:
    """What lies directly below a place, stage by stage, the largest want first; a school's own lines for a school."""
    rows = SchoolNeed.objects.for_actor(actor, SEE_NEEDS).filter(scope_path__startswith=place.path)
    below = {place.path: place} if place.kind == OrgKind.SCHOOL else _below(place)
    sums: dict[tuple[str, str], list[int]] = {}
    columns = ("scope_path", "stage", "classes", "owed", "can_give", "will_give", "ready")
    for path, stage, *numbers in rows.values_list(*columns):
        at = next((one for one in registry.prefixes(path) if one in below), None)
        if at:
            held = sums.setdefault((at, stage), [0] * len(numbers))
            sums[at, stage] = [a + b for a, b in zip(held, numbers, strict=True)]
    found = [
        NeedLine(below[at], STAGE_NAMES[Stage(stage)], *numbers) for (at, stage), numbers in sums.items()
    ]
    return sorted(found, key=lambda one: (-one.short_now, one.place.path, one.stage))


def _below(place: OrgRef) -> dict[str, OrgRef]:
    return {one.path: one for one in registry.children(place.id)}


def without_teacher(place: OrgRef) -> int:
    """How many schools at or under a place have no teacher who is ready in any stage."""
    rows = SchoolNeed.objects.unscoped(_WHY).filter(scope_path__startswith=place.path)
    having = rows.order_by().values("school_id").annotate(people=Sum("ready")).filter(people__gt=0)
    return registry.count_schools(place.path) - having.count()


def leaders(place: OrgRef) -> list[LeaderLine]:
    """Secretaries, heads and middle leaders under a place, and how many passed a training for leaders."""
    rule = dated.leaders(time.today())
    passed = Enrolment.objects.unscoped(_WHY).filter(
        person_id=OuterRef("person_id"), state=_State.PASSED, training__audience=Audience.LEADERS
    )
    rows = StaffProfile.objects.unscoped(_WHY).filter(
        scope_path__startswith=place.path, post__in=list(rule.posts)
    )
    counted: dict[Post, list[int]] = {post: [0, 0] for post in rule.posts}
    for post, trained in rows.annotate(trained=Exists(passed)).values_list("post", "trained"):
        counted[Post(post)][0] += 1
        counted[Post(post)][1] += trained
    return [LeaderLine(post.zh, *numbers) for post, numbers in counted.items()]


def desk_place(actor: Actor) -> OrgRef:
    """The highest place the actor answers for."""
    paths = TABLE.paths(actor, SEE_NEEDS)
    if not paths:
        raise Denied(SEE_NEEDS)
    return registry.org_by_path(min(paths, key=lambda path: (len(path.split("/")), path)))
