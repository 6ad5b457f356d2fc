"""One pupil: what can be done now, what comes next, the own words, the works, the lessons taken."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from qiming.curriculum import queries as curriculum
from qiming.curriculum.types import AI, ConceptRef, Misconception
from qiming.insight.queries.course import CourseMap, course_map
from qiming.insight.queries.facts import answers_of_pupil
from qiming.insight.queries.projects import Seen, seen_in_projects
from qiming.insight.rules.misconceptions import held
from qiming.insight.rules.practice import Advice, Standing, advise, standing
from qiming.insight.types import Answered, PupilKey
from qiming.learning import queries as learning
from qiming.registry import queries as registry
from qiming.registry.types import OrgKind, OrgRef, PupilRef
from qiming.teaching import queries as teaching
from qiming.teaching.types import LedgerLine, OfferingRef

WORDS_SHOWN = 6
WORKS_SHOWN = 12


@dataclass(frozen=True, slots=True)
class OwnWords:
    """What the pupil wrote at the end of a lesson."""

    text: str
    lesson: str
    at: datetime
    comment: str


@dataclass(frozen=True, slots=True)
class Made:
    """A work: what it is, from which lesson, where it stands."""

    id: UUID
    title: str
    lesson: str
    kind: str
    at: datetime
    is_handed_in: bool
    comment: str


@dataclass(frozen=True, slots=True)
class PupilReport:
    """Everything the pupil's report shows; no score, no rank."""

    pupil: PupilRef
    group: OrgRef | None
    school: OrgRef | None
    stands: Standing
    subjects: tuple[
        tuple[str, Standing], ...
    ]  # the same by subject, AI first; its name, when there are several
    advice: tuple[Advice, ...]
    thinking: tuple[Misconception, ...]
    own_words: tuple[OwnWords, ...]
    works: tuple[Made, ...]
    seen: tuple[Seen, ...]  # in the projects at the end of courses
    ledger: tuple[LedgerLine, ...]
    school_year: str
    offerings: tuple[OfferingRef, ...]
    answers: int
    latest: datetime | None

    @property
    def is_empty(self) -> bool:
        return not (self.answers or self.works or self.own_words or self.ledger)

    @property
    def taken(self) -> list[LedgerLine]:
        return [line for line in self.ledger if line.credit.credited_minutes]

    @property
    def missed(self) -> list[LedgerLine]:
        return [line for line in self.ledger if not line.credit.credited_minutes and not line.subject_words]

    @property
    def other_subjects(self) -> list[LedgerLine]:
        """Periods of other subjects: had or missed, they are no AI class hours."""
        return [line for line in self.ledger if line.subject_words]


def pupil_report(pupil: PupilRef) -> PupilReport:
    places = {one.kind: one for one in registry.ancestors(pupil.scope_path)}
    offerings = teaching.offerings_of_class(pupil.class_id)
    answers = answers_of_pupil(pupil.id)
    # What was learned in another class, group or school belongs to the pupil too.
    elsewhere = answers.keys() - {one.id for one in offerings}
    known = [*offerings, *(teaching.offerings_by_ids(elsewhere) if elsewhere else ())]
    maps = {one.id: course_map(one.course_version_id) for one in known}
    # What only a test asked before the lessons came is no finding yet, and nothing to practise.
    met = {row.concept for rows in answers.values() for row in rows}
    bands = {key: str(view.band) for key, view in learning.mastery_of_pupil(pupil.id).items() if key in met}
    concepts = _concepts(bands, maps.values())
    stands = standing(concepts, bands)
    own_words, works = _made(pupil.id, maps)
    year = registry.current_year().key
    latest = max((row.at for rows in answers.values() for row in rows), default=None)
    return PupilReport(
        pupil=pupil,
        group=places.get(OrgKind.CLASS_GROUP) or places.get(OrgKind.TEACHING_GROUP),
        school=places.get(OrgKind.SCHOOL),
        stands=stands,
        subjects=tuple(_by_subject(concepts, bands)),
        advice=tuple(advise(stands)),
        thinking=tuple(_thinking(str(pupil.id), answers, maps)),
        own_words=tuple(own_words),
        works=tuple(works),
        seen=tuple(seen_in_projects(pupil.id)),
        ledger=tuple(teaching.ledger_of_pupil(pupil.id, year)),
        school_year=year,
        offerings=tuple(offerings),
        answers=sum(len(rows) for rows in answers.values()),
        latest=datetime.fromtimestamp(latest, UTC) if latest else None,
    )


def _concepts(bands: Mapping[str, str], maps: Any) -> list[Any]:
    """The concepts met, in the order in which the courses teach them."""
    planned = [key for one in maps for lesson in one.lessons for key in lesson.concepts]
    known = curriculum.concepts(bands)
    order = dict.fromkeys([*(key for key in planned if key in known), *sorted(known)])
    return [known[key] for key in order]


def _by_subject(concepts: Sequence[ConceptRef], bands: Mapping[str, str]) -> Iterator[tuple[str, Standing]]:
    keys = sorted({one.subject for one in concepts}, key=lambda key: (key != AI, key))
    for key in keys:
        name = curriculum.subject_words(key) if len(keys) > 1 else ""
        yield name, standing([one for one in concepts if one.subject == key], bands)


def _thinking(
    pupil_id: PupilKey, answers: Mapping[UUID, Sequence[Answered]], maps: Mapping[UUID, CourseMap]
) -> list[Misconception]:
    """The ways of thinking that showed in two items or more and have not been cleared since."""
    found: dict[str, Misconception] = {}
    for offering_id, rows in answers.items():
        course = maps.get(offering_id)
        if course is None:
            continue
        for one in held(rows, course.shows):
            if not one.is_single and pupil_id in one.pupils and one.id in course.misconceptions:
                found[one.id] = course.misconceptions[one.id]
    return list(found.values())


def _made(pupil_id: UUID, maps: Mapping[UUID, CourseMap]) -> tuple[list[OwnWords], list[Made]]:
    own_words: list[OwnWords] = []
    works: list[Made] = []
    for row in learning.works_of(pupil_id):
        course = maps.get(row.offering_id) if row.offering_id else None
        lesson = course.lesson(row.lesson_key) if course else None
        name = f"第{lesson.position}课「{lesson.title}」" if lesson else "" if row.offering_id else "自由探索"
        text = str(row.state.get("text", "")).strip() if isinstance(row.state, dict) else ""
        if row.kind == "reflection":
            if text and len(own_words) < WORDS_SHOWN:
                own_words.append(OwnWords(text, name, row.updated_at, row.comment))
        elif len(works) < WORKS_SHOWN:
            works.append(
                Made(
                    row.id,
                    row.title,
                    name,
                    row.get_kind_display(),
                    row.updated_at,
                    row.handed_in_at is not None,
                    row.comment,
                )
            )
    return own_words, works
