"""What the page of the year's turn shows: class by class what will be, or what was done."""

from dataclasses import dataclass
from uuid import UUID

from qiming.kernel import time
from qiming.kernel.access import Actor
from qiming.registry.access import TABLE
from qiming.registry.models import ClassMembership, Promotion, RoleGrant
from qiming.registry.queries.people import class_sizes, in_force, pupils_named
from qiming.registry.queries.places import classes_under, groups_under
from qiming.registry.rules import year_turn as rules
from qiming.registry.rules.names import class_name
from qiming.registry.types import OrgRef, PupilRef, Role

VERB = "registry.turn_year"
_WHY = "the page loaded its school through the access table"


@dataclass(frozen=True, slots=True)
class TurnLine:
    """One class: what it is, what it becomes, who goes along."""

    group: OrgRef
    becomes: str
    pupils: int
    kept: int
    teachers: str
    follows: bool

    @property
    def leaves(self) -> bool:
        return not self.becomes


@dataclass(frozen=True, slots=True)
class Proposal:
    """The whole turn as it would be written now."""

    lines: list[TurnLine]
    empty: list[str]
    groups: list[str]
    kept: list[tuple[PupilRef, str]]

    @property
    def going_up(self) -> int:
        return sum(1 for line in self.lines if not line.leaves)

    @property
    def leaving(self) -> int:
        return sum(line.pupils - line.kept for line in self.lines if line.leaves)


def load_turn(actor: Actor, promotion_id: UUID) -> Promotion:
    rows = Promotion.objects.unscoped("filtered by the access table").select_related("school")
    return TABLE.load(actor, VERB, rows, id=promotion_id)


def turns_of(actor: Actor, school: OrgRef) -> list[Promotion]:
    """The turns of a school, the newest first; dropped ones left out."""
    rows = Promotion.objects.for_actor(actor, VERB).filter(school_id=school.id)
    return list(rows.exclude(state=Promotion.State.DROPPED).order_by("-created_at"))


def proposal(row: Promotion, school: OrgRef) -> Proposal:
    """What the turn would do with the classes and pupils of today."""
    groups = classes_under(school.path)
    steps = {
        (step.grade, step.class_no): step
        for step in rules.propose([(one.grade or 0, one.class_no or 0) for one in groups], school.stages)
    }
    sizes, teachers = class_sizes(school.path), _teachers(school.path)
    kept = _kept(row)
    lines = [
        TurnLine(
            group=one,
            becomes=_becomes(steps[one.grade or 0, one.class_no or 0]),
            pupils=sizes.get(one.id, 0),
            kept=sum(pupil.class_id == one.id for pupil in kept),
            teachers="、".join(teachers.get(one.id, [])),
            follows=row.choices.get(str(one.id), rules.Teachers.FOLLOW.value) == rules.Teachers.FOLLOW,
        )
        for one in groups
    ]
    empty = rules.empty_classes(list(steps.values()), school.stages) if row.makes_empty_classes else []
    names = {one.id: one.name for one in groups}
    return Proposal(
        lines=lines,
        empty=[class_name(*key) for key in empty],
        groups=[one.name for one in groups_under(school.path)],
        kept=[(pupil, names.get(pupil.class_id, "")) for pupil in kept],
    )


def pupil_on_seat(school: OrgRef, class_id: UUID, seat_no: int) -> UUID | None:
    """Who sits there; None when nobody of this school does."""
    rows = ClassMembership.objects.unscoped(_WHY).filter(
        in_force(time.today()),
        class_group_id=class_id,
        seat_no=seat_no,
        scope_path__startswith=school.path,
    )
    return rows.values_list("person_id", flat=True).first()


def _becomes(step: rules.Step) -> str:
    return "" if step.to_grade is None else class_name(step.to_grade, step.class_no)


def _kept(row: Promotion) -> list[PupilRef]:
    found = pupils_named([UUID(one) for one in row.kept_back], seen_from=row.scope_path)
    return sorted(found.values(), key=lambda pupil: (pupil.scope_path, pupil.seat_no))


def _teachers(path: str) -> dict[UUID, list[str]]:
    rows = RoleGrant.objects.unscoped(_WHY).filter(
        in_force(time.today()), role=Role.TEACHER, scope_path__startswith=path
    )
    found: dict[UUID, list[str]] = {}
    for place_id, name in rows.order_by("created_at").values_list("organisation_id", "person__name"):
        found.setdefault(place_id, []).append(name)
    return found
