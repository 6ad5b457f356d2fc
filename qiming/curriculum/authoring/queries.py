"""What pages ask about a school's version of a lesson."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from qiming.curriculum import queries as courses
from qiming.curriculum.access import EDIT, REVIEW, SEE_SCHOOL, TABLE
from qiming.curriculum.authoring import labs
from qiming.curriculum.authoring.building import Built, build
from qiming.curriculum.authoring.controls import Around, short
from qiming.curriculum.authoring.drafts import WHY, schools_of
from qiming.curriculum.authoring.models import ForkStep, ForkVersion, LessonFork, Proposal
from qiming.curriculum.authoring.parts import ACTIVITIES, ITEMS, blocks, stored_parts
from qiming.curriculum.authoring.texts import complete, piece_markdown, pieces_of
from qiming.curriculum.authoring.words import place_words
from qiming.curriculum.building import page_html
from qiming.curriculum.lending import queries as lending
from qiming.curriculum.models import LessonVersion
from qiming.curriculum.types import CourseRef, Item, Lesson
from qiming.kernel.access import Actor, Denied
from qiming.registry import queries as registry

MOST_STEPS = 200


@dataclass(frozen=True, slots=True)
class StepLine:
    """One step of a draft's history in words."""

    revision: int
    kind: str
    what: str
    who: str
    at: datetime
    is_undone: bool


def require_visible(actor: Actor, course: CourseRef) -> None:
    """A school's version is for that school, those above it and whom it was lent to; to others it does not exist."""
    if course.scope_path and not TABLE.allows(actor, SEE_SCHOOL, course) and not lending.sees(actor, course):
        raise Denied(SEE_SCHOOL)


def load_fork(actor: Actor, verb: str, fork_id: UUID) -> LessonFork:
    rows = LessonFork.objects.unscoped(WHY).select_related("base__course_version")
    fork = TABLE.load(actor, verb, rows, id=fork_id)
    fork.parts = complete(fork.parts, fork.base.texts)
    return fork


def forks_at(actor: Actor, course_key: str, lesson_key: str | None = None) -> list[LessonFork]:
    """The drafts of the actor's own schools, of a course or of one lesson."""
    rows = LessonFork.objects.for_actor(actor, EDIT).filter(course_key=course_key)
    rows = rows.filter(school_id__in=[school.id for school in schools_of(actor)])
    if lesson_key is not None:
        rows = rows.filter(lesson_key=lesson_key)
    return list(rows.select_related("base").defer("parts").order_by("base__position", "created_at"))


def versions_of(fork: LessonFork) -> list[tuple[ForkVersion, str]]:
    """What was published, the newest first, with who did it."""
    rows = list(fork.versions.unscoped(WHY).defer("parts").order_by("-number"))
    names = registry.persons_named({row.made_by for row in rows})
    return [(row, names.get(row.made_by, "")) for row in rows]


def version_of_lesson(lesson_version_id: UUID) -> ForkVersion | None:
    """The published school version that a lesson version is, if it is one."""
    rows = ForkVersion.objects.unscoped("the page checked who may see the lesson")
    return rows.select_related("fork").defer("parts").filter(lesson_version_id=lesson_version_id).first()


def steps_of(fork: LessonFork) -> list[StepLine]:
    """The history, the newest first."""
    rows = list(fork.steps.unscoped(WHY).order_by("-revision")[:MOST_STEPS])
    names = registry.persons_named({row.made_by for row in rows})
    return [
        StepLine(
            row.revision,
            ForkStep.Kind(row.kind).label,
            _places(row, fork),
            names.get(row.made_by, ""),
            row.made_at,
            row.is_undone and row.kind != ForkStep.Kind.UNDO,
        )
        for row in rows
    ]


def _places(step: ForkStep, fork: LessonFork) -> str:
    told = []
    for place, (before, after) in step.changes.items():
        known = {place: after if after is not None else before}
        words = place_words(place, known if isinstance(known[place], dict) else fork.parts)
        if before is None:
            words = f"加了{words}"
        elif after is None:
            words = f"删了{words}"
        elif isinstance(after, dict) and after.get("hidden") != before.get("hidden"):
            words = f"{'不用' if after.get('hidden') else '又用'}{words}"
        elif place in ("activities", "items"):
            words = f"{words}的次序"
        told.append(words)
    added = [one for one in told if one.startswith(("加了", "删了"))]
    return "、".join(added or told[:4]) + (f"等{len(told)}处" if not added and len(told) > 4 else "")


def names_of(person_ids: Iterable[UUID]) -> dict[UUID, str]:
    return registry.persons_named(person_ids)


def around(fork: LessonFork) -> Around:
    """What the draft's blocks may point at, in words."""
    lesson = fork.parts["lesson"]
    keys = [*lesson.get("concepts", []), *lesson.get("revisits", [])]
    known = courses.concepts(keys)
    wrong = courses.misconceptions(fork.base.course_version_id)
    items = [
        (item["id"], f"{n}. {short(item.get('stem') or '（还没写题干）', 30)}")
        for n, item in enumerate(blocks(fork.parts, ITEMS), start=1)
        if "class" in item.get("use", ()) and not item.get("hidden")
    ]
    used = [step["lab"]["dataset"] for step in blocks(fork.parts, ACTIVITIES) if "lab" in step]
    pictures = [(f"media/{name}", name) for name in {**fork.base.media, **fork.media}]
    return Around(
        concepts=[(key, known[key].title) for key in keys if key in known],
        misconceptions=[(one.id, one.text) for one in wrong.values()],
        items=items,
        pictures=pictures,
        data_sets=labs.data_sets(used),
        labs=labs.choices(),
    )


def media_base(fork_id: UUID) -> str:
    """Where a draft's pictures are served; Markdown adds `media/x.png`."""
    return f"/authoring/{fork_id}/"


def media_of(fork: LessonFork) -> dict[str, str]:
    return {**fork.base.media, **fork.media}


def draft(fork: LessonFork, *, everything: bool = False) -> tuple[Lesson, list[Item]]:
    """The draft as rooms above know a lesson and its items; the items' ids hold for this draft only."""
    built: Built = build(fork, fork.id, media_base(fork.id), everything=everything)
    for row in built.items:
        row.id = uuid5(fork.id, row.key)
    return courses.lesson_of_row(built.lesson), [courses.item_of_row(row) for row in built.items]


def shown_text(fork: LessonFork, place: str) -> dict[str, Any]:
    """Guide, slides or task sheet as it will be shown, piece by piece with the piece's key."""
    block = fork.parts[place]
    base = media_base(fork.id)
    shown = [(piece["key"], page_html(piece_markdown(piece), base)) for piece in pieces_of(block)]
    return {"preview_text": shown, "preview_kind": block["kind"]}


def draft_item(actor: Actor, fork_id: UUID, item_id: UUID) -> Item:
    """One item of a draft as it stands now."""
    _, items = draft(load_fork(actor, EDIT, fork_id), everything=True)
    found = next((item for item in items if item.id == item_id), None)
    if found is None:
        raise Denied(EDIT)
    return found


def proposals_for(actor: Actor) -> list[Proposal]:
    """What schools proposed to the actor, what waits first."""
    rows = Proposal.objects.for_actor(actor, REVIEW).exclude(state=Proposal.State.WITHDRAWN)
    listed = rows.select_related("fork", "version").defer("fork__parts", "version__parts", "changes")
    return sorted(listed.order_by("-created_at")[:300], key=lambda row: row.state != Proposal.State.WAITING)


def load_proposal(actor: Actor, verb: str, proposal_id: UUID) -> Proposal:
    rows = Proposal.objects.unscoped(WHY).select_related("fork__base__course_version", "version")
    return TABLE.load(actor, verb, rows, id=proposal_id)


def proposals_of(fork: LessonFork) -> list[Proposal]:
    return list(fork.proposals.unscoped(WHY).defer("changes").order_by("-created_at"))


def city_parts(fork: LessonFork) -> dict[str, Any]:
    return stored_parts(fork.base)


def parts_of_lesson(row: LessonVersion) -> dict[str, Any]:
    return stored_parts(row)


def parts_of_version(lesson_version_id: UUID) -> dict[str, Any]:
    """The parts of a lesson version by its id."""
    return stored_parts(LessonVersion.objects.get(id=lesson_version_id))


def lesson_in_city(course_key: str, lesson_key: str) -> LessonVersion | None:
    """The lesson in the city's present version of the course."""
    return LessonVersion.objects.filter(
        course_version__key=course_key, course_version__is_current=True, key=lesson_key
    ).first()
