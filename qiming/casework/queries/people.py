"""Who holds which duty where, who stands in, who is tied to a case."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Count, Q

from qiming.casework.models import Appointment, Case, Conflict, Delegation, ReviewSheet
from qiming.casework.queries.workflows import all_current
from qiming.casework.rules.reviewing import Candidate, ties
from qiming.casework.types import At, Mover, ReviewState, Workflow
from qiming.kernel import time
from qiming.kernel.access import Actor
from qiming.registry import queries as registry

_WHY = "who holds a duty is known to everybody whose case it is"


def in_force() -> Q:
    """Appointments that hold today."""
    today = time.today()
    return Q(since__lte=today) & (Q(until=None) | Q(until__gt=today))


def duties_of(person_id: UUID) -> list[tuple[str, str, UUID | None]]:
    """(duty, place, on whose behalf) a person may act in today: held, or stood in for."""
    held = Appointment.objects.unscoped(_WHY).filter(in_force(), person_id=person_id)
    today = time.today()
    lent = Delegation.objects.filter(
        to_person=person_id, since__lte=today, until__gte=today, ended_at=None
    ).filter(appointment__in=Appointment.objects.unscoped(_WHY).filter(in_force()))
    return [
        *((one.duty, one.scope_path, None) for one in held),
        *(
            (one.appointment.duty, one.appointment.scope_path, one.appointment.person_id)
            for one in lent.select_related("appointment")
        ),
    ]


def has_cases(actor: Actor) -> bool:
    """Whether somebody who may hold no role at all has to do with cases: by a duty, or a review asked of them."""
    asked = ReviewSheet.objects.unscoped("one's own").filter(person_id=actor.person_id)
    return bool(duties_of(actor.person_id)) or asked.exists()


def holders(workflow: Workflow, duty: str, case: Case) -> list[Appointment]:
    """Who holds a duty for this case: at the applicant's organisation, or at the office that decides."""
    rows = Appointment.objects.unscoped(_WHY).filter(in_force(), duty=duty)
    return list(rows.filter(scope_path=place_of_duty(workflow, duty, case)).order_by("id"))


def mover(actor: Actor | None, workflow: Workflow, case: Case) -> tuple[Mover, UUID | None]:
    """Which of the workflow's words an actor answers to in this case, what ties them to it, for whom they act.
    None is the system itself."""
    if actor is None:
        return Mover(None, frozenset({"system"})), None
    answers = {
        f"role:{grant.role}" for grant in actor.grants if case.office_path.startswith(grant.scope_path)
    }
    answers |= {
        f"applicant_org:{grant.role}"
        for grant in actor.grants
        if case.scope_path.startswith(grant.scope_path) and grant.scope_path != case.office_path
    }
    if actor.person_id == case.applicant_id:
        answers.add("applicant")
    behalf: UUID | None = None
    for duty, place, for_whom in duties_of(actor.person_id):
        if duty in workflow.duties and place == place_of_duty(workflow, duty, case):
            answers.add(f"duty:{duty}")
            behalf = behalf or for_whom
    return Mover(
        actor.person_id, frozenset(answers), ties_of(actor.person_id, case, workplaces(actor))
    ), behalf


def ties_of(person: UUID, case: Case, workplaces: Iterable[str]) -> tuple[str, ...]:
    """Why this person should keep away from this case."""
    declared = Conflict.objects.filter(case=case, person_id=person).values_list("reason", flat=True)
    return ties(
        person=person,
        workplaces=workplaces,
        applicant=case.applicant_id,
        # Who applies from the deciding office itself has only colleagues there: the person is the tie, not the place.
        applicant_path="" if case.scope_path == case.office_path else case.scope_path,
        declared=declared,
    )


def candidates(workflow: Workflow, duty: str, case: Case) -> list[Candidate]:
    """Everybody who could be asked for a review of this case, with how busy they are and what ties them to it."""
    rows = holders(workflow, duty, case)
    people = [one.person_id for one in rows]
    busy = _load_of(people)
    places = registry.places_held(people)
    return [
        Candidate(
            one.person_id,
            frozenset(one.expertise),
            busy.get(one.person_id, 0),
            one.capacity,
            ties_of(one.person_id, case, places.get(one.person_id, ())),
        )
        for one in rows
    ]


def place_of_duty(workflow: Workflow, duty: str, case: Case) -> str:
    """Where a duty of this case is held."""
    return case.office_path if workflow.duties[duty].at is At.OFFICE else case.scope_path


def workplaces(actor: Actor) -> list[str]:
    """Where somebody works or holds a role."""
    return registry.places_held([actor.person_id]).get(actor.person_id, [])


@dataclass(frozen=True, slots=True)
class Held:
    """An appointment as its page shows it."""

    id: UUID
    who: str
    duty: str
    place: str
    expertise: str
    load: int
    capacity: int
    since: date


def appointments(actor: Actor) -> list[Held]:
    """Who holds which duty at the places where this person appoints."""
    rows = list(
        Appointment.objects.for_actor(actor, "casework.appoint")
        .filter(in_force())
        .order_by("scope_path", "duty", "id")
    )
    names = registry.persons_named(one.person_id for one in rows)
    busy = _load_of({one.person_id for one in rows})
    titles = duty_titles()
    places = {path: registry.org_by_path(path).name for path in {one.scope_path for one in rows}}
    return [
        Held(
            one.id,
            names.get(one.person_id, ""),
            titles.get(one.duty, one.duty),
            places[one.scope_path],
            "、".join(one.expertise),
            busy.get(one.person_id, 0),
            one.capacity,
            one.since,
        )
        for one in rows
    ]


def duty_titles() -> dict[str, str]:
    """Every duty of the workflows that new cases follow, in Chinese."""
    return {key: duty.title for flow in all_current() for key, duty in flow.duties.items()}


def _load_of(people: Iterable[UUID]) -> dict[UUID, int]:
    asked = ReviewSheet.objects.unscoped("counted for a fair load").filter(
        person_id__in=list(people), state=ReviewState.ASKED
    )
    return dict(asked.values_list("person_id").annotate(n=Count("id")))
