"""What people saw in a pupil's projects: levels in words, for the concepts and abilities the rubric names."""

from dataclasses import dataclass
from uuid import UUID

from qiming.curriculum import queries as curriculum
from qiming.learning import queries as learning


@dataclass(frozen=True, slots=True)
class Seen:
    """One criterion of one project as the teacher judged it."""

    project: str
    title: str
    level: str
    reason: str
    shows: tuple[str, ...]  # abilities, else concepts, it is evidence for


def seen_in_projects(pupil_id: UUID) -> list[Seen]:
    """The latest first, in the order of the rubric."""
    found = []
    for row in learning.judgements_of(pupil_id):
        project = curriculum.project_of(row.task.offering.course_version_id)
        for criterion in project["rubric"] if project else ():
            at = row.levels.get(criterion["key"])
            if at is not None and at < len(criterion["levels"]):
                found.append(
                    Seen(
                        project["title"] if project else "",
                        criterion["title"],
                        criterion["levels"][at],
                        row.reasons.get(criterion["key"], ""),
                        _shows(tuple(criterion.get("concepts", ()))),
                    )
                )
    return found


def _shows(keys: tuple[str, ...]) -> tuple[str, ...]:
    concepts = curriculum.concepts(keys)
    titles = {
        one.id: one.title
        for subject in {concept.subject for concept in concepts.values()}
        for one in curriculum.abilities(subject)
    }
    named = [titles[key] for concept in concepts.values() for key in concept.abilities if key in titles]
    return tuple(dict.fromkeys(named or [concept.title for concept in concepts.values()]))
