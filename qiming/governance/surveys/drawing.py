"""The sampling frame: whole classes of the registry, drawn by district and stage; the people who are asked there."""

import random
from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from qiming.governance.rules import sample
from qiming.governance.surveys.models import Survey, SurveyInvitation
from qiming.governance.surveys.rules import Audience, Stratum, digest, merged, once, token
from qiming.kernel import keys
from qiming.registry import queries as registry
from qiming.registry.types import STAGE_NAMES, OrgRef, Role, Stage, stage_of_grade

KEY = "governance.surveys"
BATCH = 2000


def frame(survey: Survey, seed: str) -> list[Stratum]:
    """The strata of a survey with what is drawn in each; the same seed draws the same."""
    place = registry.org_by_path(survey.scope_path)
    audience = Audience(survey.audience)
    if audience is Audience.HEAD:
        return merged(once(_heads(place)))
    sizes = registry.class_sizes(place.path)
    by: dict[tuple[str, Stage], list[OrgRef]] = defaultdict(list)
    districts = {one.path: one.name for one in registry.districts(place.path)}
    for one in registry.classes_under(place.path):
        if one.grade and (not survey.grades or one.grade in survey.grades) and sizes.get(one.id):
            by[_district(one.path, districts), stage_of_grade(one.grade)].append(one)
    strata = []
    for (district, stage), classes in sorted(by.items()):
        drawn = sample.draw([one.id for one in classes], survey.size, f"{seed}/{district}/{stage.value}")
        people = _people(drawn, audience)
        everyone = sum(sizes[one.id] for one in classes)
        if audience is not Audience.PUPIL:
            everyone = round(len(people) * len(classes) / len(drawn))
        name = f"{districts.get(district, place.name)}{STAGE_NAMES[stage]}"
        strata.append(Stratum(name, stage.value, len(classes), tuple(drawn), everyone, people))
    return merged([one for one in once(strata) if one.invited])


def invite(survey: Survey, strata: Sequence[Stratum]) -> int:
    """Write the invitations of everybody, in no order."""
    key = keys.kept_key(KEY)
    made = [
        digest(survey.id, token(key, survey.id, person_id, number))
        for number, one in enumerate(strata)
        for person_id in one.invited
    ]
    random.SystemRandom().shuffle(made)
    rows = [SurveyInvitation(survey=survey, scope_path=survey.scope_path, digest=one) for one in made]
    SurveyInvitation.objects.bulk_create(rows, batch_size=BATCH)
    return len(made)


def _district(path: str, districts: dict[str, str]) -> str:
    return next((one for one in registry.prefixes(path) if one in districts), "")


def _people(class_ids: Sequence[UUID], audience: Audience) -> frozenset[UUID]:
    if audience is Audience.TEACHER:
        return frozenset(one.id for at in class_ids for one in registry.teachers_of(at))
    pupils = {one.id for at in class_ids for one in registry.pupils_of(at)}
    if audience is Audience.GUARDIAN:
        return frozenset().union(*registry.guardians_of(pupils).values())
    return frozenset(pupils)


def _heads(place: OrgRef) -> list[Stratum]:
    """Every head: nothing is drawn."""
    districts = {one.path: one.name for one in registry.districts(place.path)}
    by: dict[str, list[OrgRef]] = defaultdict(list)
    for school in registry.schools_under(place.path):
        by[_district(school.path, districts)].append(school)
    found = []
    for district, schools in sorted(by.items()):
        people = frozenset(
            one.id for school in schools for one in registry.staff_of(school.path, Role.SCHOOL_HEAD)
        )
        found.append(Stratum(districts.get(district, place.name), "", 0, (), len(people), people))
    return [one for one in found if one.invited]
