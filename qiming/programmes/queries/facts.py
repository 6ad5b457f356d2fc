"""What the platform knows about a school: the figures a form is filled with, each with its source. Nobody is asked for them."""

from collections.abc import Callable

from qiming.kernel.errors import UserError
from qiming.programmes.models import Application
from qiming.programmes.types import Figure
from qiming.registry import queries as registry
from qiming.registry.types import OrgRef
from qiming.resources.queries import counts_at
from qiming.teaching import queries as teaching
from qiming.teaching.types import PeriodState

YEARLY_PERIODS = 8
HAPPENED = (PeriodState.LIVE, PeriodState.TAUGHT, PeriodState.CONFIRMED)

_SAYS: dict[str, tuple[str, str, str, str]] = {
    "classes": ("本学年的教学班", "个", "学校名册", ""),
    "taught_classes": ("有老师任课的班", "个", "任课安排", ""),
    "periods": ("本学年上过的人工智能课", "节", "上课记录", "/desk/"),
    "met": ("课时已满8节的班", "个", "课时台账（已确认的）", "/desk/"),
    "lessons": ("教过的课（不同的几节）", "节", "上课记录", ""),
    "adopted": ("从应用超市选用的资源", "个", "应用超市的选用记录", "/resources/ours/"),
    "offered": ("在架的本校资源", "个", "应用超市", "/resources/ours/"),
    "published": ("已公布的本校案例", "个", "案例库", "/programmes/published/"),
}
FACTS = frozenset(_SAYS)


def figures(school: OrgRef, wanted: list[str]) -> list[Figure]:
    """The figures a programme asks for, in its order, as they are now."""
    counted = _counted(school)
    return [_figure(key, counted[key]()) for key in wanted]


def _figure(key: str, value: int) -> Figure:
    title, unit, source, url = _SAYS[key]
    return Figure(key, title, value, unit, source, url)


def _counted(school: OrgRef) -> dict[str, Callable[[], int]]:
    try:
        year = registry.current_year().key
    except UserError:  # no school year is set: nothing was taught in one
        year = ""
    classes = registry.classes_of_year(school.path, year) if year else []
    sums = teaching.taught_under(school.path, year)
    happened = [(lesson, n) for lesson, _, state, n in sums.periods if state in HAPPENED]
    ids = [one.id for one in classes]
    adopted, offered = counts_at(school.path)

    def met() -> int:
        done = teaching.class_summaries(ids, year).values()
        return sum(one.confirmed_periods >= YEARLY_PERIODS for one in done)

    return {
        "classes": lambda: len(classes),
        "taught_classes": lambda: len(registry.classes_with_teacher(school.path).intersection(ids)),
        "periods": lambda: sum(n for _, n in happened),
        "met": met,
        "lessons": lambda: len({lesson for lesson, _ in happened if lesson}),
        "adopted": lambda: adopted,
        "offered": lambda: offered,
        "published": lambda: published_of(school.path),
    }


def published_of(school_path: str) -> int:
    """How many cases of a school stand in the library."""
    rows = Application.objects.unscoped("a public figure").filter(scope_path=school_path, state="published")
    return rows.count()
