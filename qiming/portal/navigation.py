"""What stands in the navigation for whom: only pages that exist and that the actor may open."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse

from qiming.kernel.access import Actor
from qiming.registry.types import Role


@dataclass(frozen=True, slots=True)
class Entry:
    """One word of the navigation."""

    label: str
    url: str
    active: bool


# label, url name, and the beginnings of addresses below it
Line = tuple[str, str, tuple[str, ...]]

TODAY: Line = ("今天", "portal.home", ("/",))
TEACHER: Sequence[Line] = (
    TODAY,
    ("备课", "curriculum.shelf", ("/courses/", "/lessons/", "/concepts/", "/syllabus/", "/coverage/")),
    ("实验", "learning.lab_cards", ("/labs/",)),
    ("上课", "teaching.home", ("/teach/",)),
    ("学情", "insight.home", ("/insight/", "/diagnosis/")),
    ("班级", "registry.classes", ("/school/",)),
)
ADMIN: Sequence[Line] = (
    TODAY,
    (
        "班级与名单",
        "registry.classes",
        (
            "/school/classes/",
            "/school/groups/",
            "/school/pupils/",
            "/school/import/",
            "/school/transfers/",
            "/packages/",
            "/school/year/",
            "/school/timetable/",
        ),
    ),
    ("老师", "registry.staff", ("/school/staff/",)),
    ("校历", "registry.calendar", ("/school/calendar/",)),
    ("课时", "governance.desk", ("/desk/", "/diagnosis/", "/year-end/")),
    ("课程", "curriculum.shelf", ("/courses/", "/lessons/", "/concepts/", "/syllabus/", "/coverage/")),
)
HEAD: Sequence[Line] = (
    ("课时", "governance.desk", ("/desk/", "/diagnosis/", "/year-end/")),
    ("班级", "registry.classes", ("/school/classes/", "/school/groups/", "/school/pupils/")),
    ("老师", "registry.staff", ("/school/staff/",)),
    ("任务", "governance.tasks", ("/tasks/",)),
    ("督导", "governance.rounds", ("/rounds/",)),
    ("调查", "governance.surveys", ("/surveys/",)),
    ("联盟", "registry.alliances", ("/alliances/",)),
    ("课程", "curriculum.shelf", ("/courses/", "/lessons/", "/concepts/", "/syllabus/", "/coverage/")),
)
OFFICER: Sequence[Line] = (
    ("课时", "governance.desk", ("/desk/", "/diagnosis/", "/year-end/")),
    ("抽查", "governance.samples", ("/samples/",)),
    ("任务", "governance.tasks", ("/tasks/",)),
    ("督导", "governance.rounds", ("/rounds/",)),
    ("调查", "governance.surveys", ("/surveys/",)),
    ("单位", "registry.places", ("/places/", "/school/transfers/", "/packages/")),
    ("联盟", "registry.alliances", ("/alliances/",)),
    ("课程", "curriculum.shelf", ("/courses/", "/lessons/", "/concepts/", "/syllabus/", "/coverage/")),
)
PUPIL: Sequence[Line] = (
    ("今天", "learning.home", ("/learn/",)),
    ("练一练", "learning.practice", ("/learn/practice/",)),
    ("实验室", "learning.labs", ("/learn/labs/",)),
    ("我的作品", "learning.works", ("/learn/works/",)),
    ("我的学习", "insight.mine", ("/me/",)),
)
GUARDIAN: Sequence[Line] = (("孩子", "portal.home", ("/",)),)
VENDOR: Sequence[Line] = (
    ("我们的产品", "assurance.mine", ("/assurance/",)),
    ("产品名册", "assurance.register", ("/register/",)),
)

# The first role held decides what the navigation is about; the others' pages are reached from their homes.
BY_ROLE: Sequence[tuple[Role, Sequence[Line]]] = (
    (Role.CITY_OFFICER, OFFICER),
    (Role.DISTRICT_OFFICER, OFFICER),
    (Role.SCHOOL_HEAD, HEAD),
    (Role.SCHOOL_ADMIN, ADMIN),
    (Role.TEACHER, TEACHER),
    (Role.PUPIL, PUPIL),
    (Role.GUARDIAN, GUARDIAN),
    (Role.VENDOR, VENDOR),
)


def main_role(actor: Actor) -> Role | None:
    """The role whose work the actor's pages begin with."""
    return next((role for role, _ in BY_ROLE if actor.has_role(role)), None)


def entries(actor: Actor, path: str) -> list[Entry]:
    """The navigation of `actor` on the page at `path`; the longest matching beginning is the active one."""
    role = main_role(actor)
    lines = next((lines for one, lines in BY_ROLE if one == role), ())
    best = max(
        (len(start) for _, _, starts in lines for start in starts if _matches(path, start)), default=-1
    )
    found: list[Entry] = []
    for label, name, starts in lines:
        try:
            url = reverse(name)
        except NoReverseMatch:
            continue
        is_active = any(len(start) == best and _matches(path, start) for start in starts)
        found.append(Entry(label, url, is_active))
    return found


def _matches(path: str, start: str) -> bool:
    return path == "/" if start == "/" else path.startswith(start)
