"""Trainings as each level sees them: its own allotment, what it handed down, and what became of it below."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, F, Q

from qiming.educators import dated
from qiming.educators.access import RUN_TRAINING, SEE_ENROLLED, SEE_TRAINING, TABLE
from qiming.educators.models import Allotment, Attendance, Enrolment, Output, Training, TrainingSession
from qiming.educators.training import rules
from qiming.educators.types import Tier
from qiming.kernel import time
from qiming.kernel.access import Actor
from qiming.registry import queries as registry
from qiming.registry.types import OrgKind, OrgRef, TeacherRef

_WHY = "the allotment was loaded by the access table; only sums go up"
_State = Enrolment.State


@dataclass(frozen=True, slots=True)
class PartLine:
    """A place directly below: its places, and what was handed down, taken and passed under it."""

    place: OrgRef
    places: int
    taken: int
    passed: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """An allotment as its place sees it. `left` is neither handed down nor taken."""

    allotment: Allotment
    training: Training
    place: OrgRef
    owner: OrgRef
    places: int
    taken: int
    passed: int
    left: int
    parts: tuple[PartLine, ...]

    @property
    def is_school(self) -> bool:
        return self.place.kind == OrgKind.SCHOOL


@dataclass(frozen=True, slots=True)
class EnrolledLine:
    enrolment: Enrolment
    name: str
    there: int


@dataclass(frozen=True, slots=True)
class SessionLine:
    """A session with its code for whoever runs it; `there` of `enrolled` were there."""

    session: TrainingSession
    there: int
    is_open: bool


@dataclass(frozen=True, slots=True)
class OwnTraining:
    """A training somebody is enrolled in, with its sessions and whether they were there."""

    enrolment: Enrolment
    owner: str
    sessions: tuple[tuple[TrainingSession, bool], ...]
    open_now: TrainingSession | None
    output_id: UUID | None = None

    @property
    def may_begin(self) -> bool:
        """Whether an output is due that was not begun."""
        return self.output_id is None and self.enrolment.state == _State.OUTPUT_DUE

    @property
    def credits(self) -> str:
        return f"{self.enrolment.credit_hundredths / 100:.2f}"


def allotments(actor: Actor) -> list[Allotment]:
    """One line for each training that reaches the actor's places, those that go on first: the highest allotment there."""
    rows = Allotment.objects.for_actor(actor, SEE_TRAINING).select_related("training")
    held = TABLE.paths(actor, SEE_TRAINING)
    open_first = F("training__closed_at").desc(nulls_first=True)
    return list(rows.filter(scope_path__in=held).order_by(open_first, "-training__begins_on", "-id")[:100])


def allotment(actor: Actor, allotment_id: UUID) -> Allotment:
    rows = Allotment.objects.unscoped(_WHY).select_related("training")
    return TABLE.load(actor, SEE_TRAINING, rows, id=allotment_id)


def sheet(row: Allotment) -> Sheet:
    """Everything an allotment's page says, in five questions however many schools lie below."""
    place = registry.org(row.place_id)
    counted = _counted(row)
    parts = {one.place_id: one for one in Allotment.objects.unscoped(_WHY).filter(parent=row)}
    below = [] if place.kind == OrgKind.SCHOOL else registry.children(place.id)
    lines = tuple(
        PartLine(
            one,
            parts[one.id].places if one.id in parts else 0,
            sum(taken for path, (taken, _) in counted.items() if path.startswith(one.path)),
            sum(passed for path, (_, passed) in counted.items() if path.startswith(one.path)),
        )
        for one in below
    )
    taken = sum(one for one, _ in counted.values())
    own = taken if place.kind == OrgKind.SCHOOL else 0
    return Sheet(
        allotment=row,
        training=row.training,
        place=place,
        owner=registry.org(row.training.place_id),
        places=row.places,
        taken=taken,
        passed=sum(one for _, one in counted.values()),
        left=rules.left(row.places, [one.places for one in parts.values()], own),
        parts=lines,
    )


def _counted(row: Allotment) -> dict[str, tuple[int, int]]:
    """Taken and passed by school path, under an allotment."""
    rows = Enrolment.objects.unscoped(_WHY).filter(
        training=row.training, scope_path__startswith=row.scope_path
    )
    counts = (
        rows.exclude(state=_State.WITHDRAWN)
        .order_by()
        .values("scope_path")
        .annotate(taken=Count("id"), done=Count("id", filter=Q(state=_State.PASSED)))
    )
    return {one["scope_path"]: (one["taken"], one["done"]) for one in counts}


def enrolled(actor: Actor, row: Allotment) -> list[EnrolledLine]:
    """Who of a school is in it; only the school itself sees names."""
    rows = Enrolment.objects.for_actor(actor, SEE_ENROLLED).filter(allotment=row)
    found = list(rows.order_by("state", "created_at"))
    names = registry.persons_named(one.person_id for one in found)
    there = dict(
        Attendance.objects.unscoped(_WHY)
        .filter(session__training=row.training, person_id__in=[one.person_id for one in found])
        .order_by()
        .values_list("person_id")
        .annotate(n=Count("id"))
    )
    return [
        EnrolledLine(one, names.get(one.person_id, "（已离校）"), there.get(one.person_id, 0))
        for one in found
    ]


def may_enrol(row: Allotment) -> list[TeacherRef]:
    """The staff of a school who aren't in the training."""
    taken = set(
        Enrolment.objects.unscoped(_WHY)
        .filter(training=row.training)
        .exclude(state=_State.WITHDRAWN)
        .values_list("person_id", flat=True)
    )
    return [one for one in registry.employed_at(row.place_id) if one.id not in taken]


def sessions(row: Training) -> list[SessionLine]:
    """The sessions of a training in their order."""
    rows = TrainingSession.objects.unscoped(_WHY).filter(training=row).annotate(there=Count("attendances"))
    return [SessionLine(one, one.there, _is_open(one)) for one in rows.order_by("starts_at", "id")]


def absent(actor: Actor, session: TrainingSession) -> list[TeacherRef]:
    """Whoever is enrolled in a session's training and was not there: for noting by hand, by who runs it."""
    TABLE.require(actor, RUN_TRAINING, session)
    there = Attendance.objects.unscoped(_WHY).filter(session=session).values("person_id")
    ids = list(
        Enrolment.objects.unscoped(_WHY)
        .filter(training=session.training, state=_State.ENROLLED)
        .exclude(person_id__in=there)
        .values_list("person_id", flat=True)
    )
    names = registry.persons_named(ids)
    return sorted((TeacherRef(one, name) for one, name in names.items()), key=lambda one: one.name)


def session(actor: Actor, session_id: UUID) -> TrainingSession:
    rows = TrainingSession.objects.unscoped(_WHY).select_related("training")
    return TABLE.load(actor, RUN_TRAINING, rows, id=session_id)


def training(actor: Actor, training_id: UUID) -> Training:
    """A training the actor runs."""
    return TABLE.load(actor, RUN_TRAINING, Training, id=training_id)


def top_of(row: Training) -> UUID:
    """The allotment at the top of a training."""
    return Allotment.objects.unscoped(_WHY).get(training=row, parent=None).id


def own(actor: Actor) -> list[OwnTraining]:
    """The trainings of the actor, those that go on first."""
    rows = list(
        Enrolment.objects.unscoped("a person's own")
        .filter(person_id=actor.person_id)
        .exclude(state=_State.WITHDRAWN)
        .select_related("training")
        .order_by("settled_at", "training__begins_on")
    )
    there = set(
        Attendance.objects.unscoped("a person's own")
        .filter(person_id=actor.person_id)
        .values_list("session_id", flat=True)
    )
    held: dict[UUID, list[TrainingSession]] = {}
    for one in (
        TrainingSession.objects.unscoped("sessions of a person's own trainings")
        .filter(training__in=[row.training_id for row in rows])
        .order_by("starts_at")
    ):
        held.setdefault(one.training_id, []).append(one)
    owners = registry.orgs(row.training.place_id for row in rows)
    written = dict(
        Output.objects.unscoped("a person's own")
        .filter(person_id=actor.person_id)
        .values_list("enrolment_id", "id")
    )
    return [
        _own(
            row,
            owners[row.training.place_id].name,
            held.get(row.training_id, []),
            there,
            output_id=written.get(row.id),
        )
        for row in rows
    ]


def _own(
    row: Enrolment, owner: str, held: list[TrainingSession], there: set[UUID], *, output_id: UUID | None
) -> OwnTraining:
    now_open = next(
        (one for one in held if row.state == _State.ENROLLED and _is_open(one) and one.id not in there), None
    )
    return OwnTraining(row, owner, tuple((one, one.id in there) for one in held), now_open, output_id)


def _is_open(one: TrainingSession, at: datetime | None = None) -> bool:
    rule = dated.passing(time.local(one.starts_at).date())
    since, until = rules.opens(one.starts_at, one.minutes, rule)
    return since <= (at or time.now()) <= until


def credits_of(person_id: UUID) -> tuple[str, dict[Tier, int]]:
    """Somebody's credits in all, and how many trainings of each tier were passed."""
    rows = Enrolment.objects.unscoped("the caller checked the right to the person").filter(
        person_id=person_id, state=_State.PASSED
    )
    tiers: dict[Tier, int] = {}
    hundredths = 0
    for tier, worth in rows.values_list("training__tier", "credit_hundredths"):
        tiers[Tier(tier)] = tiers.get(Tier(tier), 0) + 1
        hundredths += worth
    return f"{hundredths / 100:.2f}", tiers
