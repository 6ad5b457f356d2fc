"""My classes, a sentence each."""

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from django.db.models import Count, Max

from qiming.curriculum import queries as curriculum
from qiming.insight import words
from qiming.insight.queries.classes import step_of
from qiming.insight.queries.facts import WHY, Facts, answers_of_many, bands_of, facts
from qiming.insight.types import ClassLine, NextStep, StepKind
from qiming.kernel.access import Actor
from qiming.learning.models import Attempt
from qiming.registry import queries as registry
from qiming.registry.types import OrgRef, PupilRef, Role
from qiming.teaching import queries as teaching
from qiming.teaching.types import OfferingRef


def class_lines(actor: Actor) -> tuple[list[ClassLine], list[ClassLine]]:
    """The classes the actor teaches, each with its finding; then the school's other classes, counted only."""
    offerings = teaching.offerings_of(actor)
    taught = {grant.org_id for grant in actor.grants if grant.role == Role.TEACHER}
    places = registry.orgs({one.class_group_id for one in offerings})
    mine = [one for one in offerings if one.class_group_id in taught]
    others = [one for one in offerings if one.class_group_id not in taught]
    return _taught(mine, places), _counted(others, places)


def _taught(offerings: Sequence[OfferingRef], places: dict[UUID, OrgRef]) -> list[ClassLine]:
    if not offerings:
        return []
    answers = answers_of_many(one.id for one in offerings)
    pupils = _pupils([places[one.class_group_id] for one in offerings if one.class_group_id in places])
    bands = bands_of([one.id for members in pupils.values() for one in members])
    known = [
        facts(one, pupils.get(one.class_group_id, ()), answers.get(one.id, ()), bands) for one in offerings
    ]
    concepts = curriculum.concepts({key for one in known for key in one.concepts})
    lines = []
    for one in known:
        step = step_of(one)
        finding = words.finding(step, one.course.misconceptions, concepts)
        lines.append(_line(one, places[one.offering.class_group_id], step, finding))
    return _in_order(lines)


def heading(lines: Sequence[ClassLine]) -> str:
    """The weightiest finding of all classes; empty when nothing is taught."""
    told = [one for one in lines if one.step and one.step.kind in (StepKind.MISCONCEPTION, StepKind.CONCEPT)]
    first = max(told, key=lambda one: (one.step.kind is StepKind.MISCONCEPTION, one.step.n), default=None)  # type: ignore[union-attr]  # it has this step
    if first is not None:
        return f"{first.group.name}：{first.finding}"
    if any(one.answers for one in lines):
        return "各班都没有成片的问题"
    return f"{len(lines)}个班还没有作答" if lines else ""


def _pupils(groups: Sequence[OrgRef]) -> dict[UUID, list[PupilRef]]:
    """The pupils of several classes, with one question per class."""
    return {group.id: registry.pupils_of(group.id) for group in {one.id: one for one in groups}.values()}


def _line(known: Facts, group: OrgRef, step: NextStep, finding: str) -> ClassLine:
    return ClassLine(
        known.offering,
        group,
        step,
        finding,
        len(known.answers),
        known.answerers,
        len(known.by_id),
        known.latest,
    )


def _counted(offerings: Sequence[OfferingRef], places: dict[UUID, OrgRef]) -> list[ClassLine]:
    """A head's school has dozens of classes: their reports are worked out when they are opened."""
    if not offerings:
        return []
    rows = (
        Attempt.objects.unscoped(WHY)
        .filter(offering_id__in=[one.id for one in offerings])
        .order_by()
        .values_list("offering_id")
        .annotate(n=Count("id"), pupils=Count("pupil_id", distinct=True), latest=Max("received_at"))
    )
    sums = {offering_id: (n, pupils, latest) for offering_id, n, pupils, latest in rows}
    sizes: dict[UUID, int] = defaultdict(int)
    for path in {school_path(one.scope_path) for one in offerings}:
        sizes |= registry.class_sizes(path)
        sizes |= {group_id: len(seats) for group_id, seats in registry.seats_under(path).items()}
    lines = [
        ClassLine(one, places[one.class_group_id], None, "", n, pupils, sizes[one.class_group_id], latest)
        for one in offerings
        if one.class_group_id in places
        for n, pupils, latest in [sums.get(one.id, (0, 0, None))]
    ]
    return _in_order(lines)


def school_path(class_path: str) -> str:
    """The path of the school above a class."""
    return class_path.rstrip("/").rpartition("/")[0] + "/"


def _in_order(lines: list[ClassLine]) -> list[ClassLine]:
    return sorted(lines, key=lambda one: (one.group.grade or 0, one.group.class_no or 0, one.group.name))
