"""What might suit somebody's classes, by plain rules, each time with its reasons."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count

from qiming.curriculum import queries as curriculum
from qiming.curriculum.queries import NoSuchContent
from qiming.curriculum.syllabi import queries as syllabi
from qiming.curriculum.types import OutcomeRef
from qiming.kernel.access import Actor
from qiming.registry import queries as registry
from qiming.registry.types import OrgRef
from qiming.resources import usage
from qiming.resources.models import Adoption, Resource, ResourceVersion
from qiming.resources.queries.reach import in_reach
from qiming.resources.queries.shelf import lines_of
from qiming.resources.types import STAGES, ShelfLine

_WHY = "what is on the shelf is for every member of staff; uses are counted, not shown"
MOST = 3
MOST_CLASSES = 6
LOOKED_AT = 60
LACK, NEAR = 3, 2  # what a reason weighs


@dataclass(frozen=True, slots=True)
class Advice:
    """One resource and why it might suit."""

    line: ShelfLine
    reasons: tuple[str, ...]


def advice_for(actor: Actor) -> list[Advice]:
    """At most three, the ones with the best reasons first. Only for those who have classes: stage alone is no reason."""
    classes = registry.classes_of(actor)[:MOST_CLASSES]
    if not classes:
        return []
    stages = {one.stage.value for one in classes}
    home = registry.school_of(classes[0].path)
    rows = Resource.objects.unscoped(_WHY).filter(in_reach(actor), on_shelf=True, stage__in=stages)
    rows = rows.exclude(scope_path=home.path).exclude(id__in=_used_at(home.path)).defer("words")
    found = list(rows.order_by("-published_at", "id")[:LOOKED_AT])
    near = _used_near(home, [one.id for one in found])
    lacking = {one: _lacking(one) for one in classes}
    teaches = _lessons([one.id for one in found])
    weighed = []
    for row in found:
        reasons, weight = _reasons(row, near.get(row.id, 0), lacking, teaches.get(row.id, frozenset()))
        if weight:
            weighed.append((-weight, -row.stars / max(row.rated, 1), str(row.id), row, reasons))
    chosen = [(row, reasons) for *_, row, reasons in sorted(weighed, key=lambda one: one[:3])[:MOST]]
    lines = lines_of([row for row, _ in chosen])
    return [Advice(line, tuple(reasons)) for line, (_, reasons) in zip(lines, chosen, strict=True)]


def _reasons(
    row: Resource, near: int, lacking: dict[OrgRef, list[OutcomeRef]], lessons: frozenset[str]
) -> tuple[list[str], int]:
    said, weight = [], 0
    for group, outcomes in lacking.items():
        here = [one for one in outcomes if {one.lesson, *one.also_lessons} & lessons]
        if here and group.stage.value == row.stage:
            said.append(f"{group.name}这学年还有{len(here)}条要点没上到，它教：{here[0].text}")
            weight += LACK
            break
    if near:
        said.append(f"本区另有{near}所学校在用")
        weight += NEAR
    said.append(f"适合{STAGES.get(row.stage, row.stage)}")
    return said, weight


def _lacking(group: OrgRef) -> list[OutcomeRef]:
    """The outcomes of the class's stage for which no lesson was taught to it this year."""
    had = usage.had(group.path)
    if had is None:
        return []
    wanted = syllabi.outcomes(group.stage.value, group.path)
    return [one for one in wanted if one.lesson and not {one.key, one.lesson, *one.also_lessons} & had]


def _lessons(resource_ids: Iterable[UUID]) -> dict[UUID, frozenset[str]]:
    """The keys of the lessons in what each of these packs serves."""
    rows = ResourceVersion.objects.unscoped(_WHY).filter(resource_id__in=list(resource_ids), is_served=True)
    found = {}
    for resource_id, course_id in rows.values_list("resource_id", "course_version_id"):
        if course_id is None:
            continue
        try:
            found[resource_id] = frozenset(one.key for one in curriculum.course(course_id).lessons)
        except NoSuchContent:
            continue
    return found


def _used_at(school_path: str) -> list[UUID]:
    rows = Adoption.objects.unscoped(_WHY).filter(scope_path__startswith=school_path, ended_on=None)
    return list(rows.values_list("resource_id", flat=True))


def _used_near(home: OrgRef, resource_ids: Sequence[UUID]) -> dict[UUID, int]:
    """How many other schools of the same district use each."""
    above = registry.ancestors(home.path)
    district = above[-2] if len(above) >= 2 else home
    rows = Adoption.objects.unscoped(_WHY).filter(
        resource_id__in=resource_ids, ended_on=None, school_path__startswith=district.path
    )
    counted = rows.exclude(school_path=home.path).order_by().values_list("resource_id")
    return dict(counted.annotate(n=Count("school_path", distinct=True)))
