"""What a place has been lent, and whether somebody may see a version of another school."""

from collections.abc import Collection, Iterable
from functools import lru_cache
from uuid import UUID

from django.db.models import Q

from qiming.curriculum import queries as courses
from qiming.curriculum.access import BROWSE, TABLE
from qiming.curriculum.lending import windows
from qiming.curriculum.lending.models import CourseLoan
from qiming.curriculum.lending.sealing import lessons_of, recent_seal, seal_of
from qiming.curriculum.models import CourseVersion, ItemVersion, LessonVersion, MediaFile
from qiming.curriculum.types import CourseRef, SchoolText
from qiming.kernel.access import Actor, Denied
from qiming.kernel.errors import UserError
from qiming.registry import queries as registry

__all__ = [
    "editions_of",
    "has_lessons_of_others",
    "is_stopped",
    "lent_to",
    "may_open",
    "own_lessons",
    "own_media",
    "own_texts",
    "require_openable",
    "seal_of",
    "sees",
    "whose",
]
_WHY = "what a place has been lent is known to everybody who works there"
MOST_EDITIONS = 60


def own_lessons(course_version_id: UUID) -> list[tuple[UUID, str, str]]:
    """(id, title, content hash) of the lessons of a school's version that are not the city's."""
    return [
        (row.id, row.title, row.content_hash) for row in _own(CourseVersion.objects.get(id=course_version_id))
    ]


def has_lessons_of_others(course_version_id: UUID) -> bool:
    """Whether a school's version has lessons in it that another school lent."""
    course = CourseVersion.objects.get(id=course_version_id)
    return any(row.course_version.scope_path != course.scope_path for row in _own(course))


def editions_of(school_path: str) -> list[tuple[CourseRef, list[str]]]:
    """The versions a school made, the newest first, each with the titles of the lessons that are its own. Versions with
    lessons that another school lent are not its own to give away."""
    rows = CourseVersion.objects.filter(scope_path=school_path).exclude(root=None).order_by("-created_at")
    made = list(rows[:MOST_EDITIONS])
    lessons = LessonVersion.objects.filter(id__in={one for row in made for one in row.lineup})
    told = {
        str(key): (title, path)
        for key, title, path in lessons.exclude(course_version__scope_path="")
        .order_by("position")
        .values_list("id", "title", "course_version__scope_path")
    }
    found = []
    for row in made:
        own = [told[one] for one in row.lineup if one in told]
        if all(path == school_path for _, path in own):
            found.append((courses.course(row.id), [title for title, _ in own]))
    return found


def whose(course_version_id: UUID) -> str:
    """The path of the school whose version it is; empty for the city's and for what does not exist."""
    found = CourseVersion.objects.filter(id=course_version_id).values_list("scope_path", flat=True).first()
    return found or ""


def lent_to(path: str, stage: str | None = None) -> list[CourseRef]:
    """The versions of other schools that a class at `path` may open: lent to it or to a place above, and unchanged."""
    rows = _loans(Q(scope_path__in=registry.prefixes(path)), CourseLoan.State.OPEN)
    found = {row.course_version_id: row for row in rows if _intact(row)}
    refs = [courses.course(version_id) for version_id in found]
    return [one for one in refs if stage is None or one.stage == stage]


def require_openable(path: str, course: CourseRef) -> None:
    """Refuse to open another school's version that was not lent to the class at `path` (it does not exist there), or
    no longer is (they are told so)."""
    if not course.scope_path or path.startswith(course.scope_path):
        return
    here = Q(scope_path__in=registry.prefixes(path), course_version=course.id)
    if not CourseLoan.objects.unscoped(_WHY).filter(here).exists():
        raise Denied(BROWSE)
    if course.id not in {one.id for one in lent_to(path)}:
        raise UserError(
            "这一版现在不能开课",
            kept="你选的都还在这一页。",
            next="它已经停用、下架，或者本校没有选用。换一门课程，或者请管理员到应用超市看一下。",
            field="course_version_id",
            status=409,
        )


def is_stopped(path: str, lesson_version_id: UUID) -> bool:
    """Whether a class at `path` may not be taught this lesson: it is another school's, and no loan of it goes on."""
    owner = _school_of_lesson(lesson_version_id)
    if not owner or path.startswith(owner):
        return False
    rows = _loans(Q(scope_path__in=registry.prefixes(path), lessons__contains=[lesson_version_id]))
    return not any(_intact(row) for row in rows)


@lru_cache(maxsize=4096)
def _school_of_lesson(lesson_version_id: UUID) -> str:
    """The path of the school whose lesson it is; empty for the city's. A version never changes hands."""
    rows = LessonVersion.objects.filter(id=lesson_version_id)
    return rows.values_list("course_version__scope_path", flat=True).first() or ""


def may_open(actor: Actor, course: CourseRef) -> bool:
    """Whether one of this person's places has been lent the version."""
    return any(course.id == one.id for place in _places(actor) for one in lent_to(place))


def sees(actor: Actor, course: CourseRef) -> bool:
    """Whether somebody of another school may see a version: each lesson that is a school's was lent to a place of
    theirs, or is shown to them by a room above."""
    if not TABLE.may_try(actor, BROWSE):
        return False
    row = CourseVersion.objects.get(id=course.id)
    foreign = {one.id for one in _own(row) if not _is_at_home(actor, one.course_version.scope_path)}
    return not (foreign - _lent_lessons(actor)) or windows.shows(actor, foreign)


def own_texts(course_version_id: UUID) -> list[SchoolText]:
    """Everything a school wrote in its version, piece by piece, for checks: words and HTML as stored."""
    found: list[SchoolText] = []
    for row in _own(CourseVersion.objects.get(id=course_version_id)):
        place = f"第{row.position}课"
        found += [
            SchoolText(f"{place}教案", row.guide_html),
            SchoolText(f"{place}幻灯片", "\n".join(row.slides)),
            SchoolText(f"{place}任务单", row.tasksheet_html),
            SchoolText(f"{place}活动", "\n".join(_strings(row.data))),
        ]
        for item in ItemVersion.objects.filter(lesson_version=row).order_by("position"):
            said = "\n".join([*_strings(item.data), *_strings(item.html)])
            found.append(SchoolText(f"{place}第{item.position}题", said))
    return found


def own_media(course_version_id: UUID) -> dict[str, bytes]:
    """The bodies of the pictures and tables in a school's own lessons, by where they stand."""
    found: dict[str, bytes] = {}
    for row in _own(CourseVersion.objects.get(id=course_version_id)):
        files = MediaFile.objects.filter(sha256__in=set(row.media.values()))
        bodies = dict(files.values_list("sha256", "body"))
        for name, sha256 in row.media.items():
            if sha256 in bodies:
                found[f"第{row.position}课 {name}"] = bytes(bodies[sha256])
    return found


def _own(course: CourseVersion) -> list[LessonVersion]:
    if not course.scope_path:
        return []
    rows = lessons_of(course).exclude(course_version__scope_path="")
    return list(rows.select_related("course_version").order_by("position"))


def _is_at_home(actor: Actor, path: str) -> bool:
    """Whether the lesson is one of the actor's own school's, or of a school below their office."""
    return any(place.startswith(path) or path.startswith(place) for place in _places(actor))


def _places(actor: Actor) -> set[str]:
    roles = {str(role) for role in TABLE.row(BROWSE).reaches}
    return {grant.scope_path for grant in actor.grants if grant.role in roles}


def _lent_lessons(actor: Actor) -> set[UUID]:
    here = Q(pk__in=[])
    for place in _places(actor):
        here |= Q(scope_path__in=registry.prefixes(place)) | Q(scope_path__startswith=place)
    return {lesson for row in _loans(here) if _intact(row) for lesson in row.lessons}


def _loans(here: Q, *states: str) -> Iterable[CourseLoan]:
    rows = CourseLoan.objects.unscoped(_WHY).filter(here, stopped_at=None)
    return rows.filter(state__in=states) if states else rows


def _intact(loan: CourseLoan) -> bool:
    return recent_seal(loan.course_version_id) == loan.seal


def _strings(data: object) -> Collection[str]:
    """Every string in plain data, in order."""
    if isinstance(data, str):
        return [data]
    if isinstance(data, dict):
        return [said for value in data.values() for said in _strings(value)]
    if isinstance(data, list):
        return [said for value in data for said in _strings(value)]
    return []
