"""A plan for the next lesson of the main school's teacher, and a colleague's sheet of a lesson that was held."""

from qiming.assist.planner.after import fill_visit
from qiming.assist.planner.making import make_plan
from qiming.assist.planner.types import Form, Wish
from qiming.site.demo.city import City
from qiming.teaching import queries as teaching
from qiming.teaching.types import PeriodRef, PeriodState

MINUTES = 45
_HELD = (PeriodState.TAUGHT, PeriodState.CONFIRMED)


def plan(city: City) -> None:
    """For the class whose pupils answered most: planned, nothing of it taken yet."""
    teacher = city.actor("shen")
    for offering in teaching.offerings_of(teacher):
        periods = teaching.periods_of(offering.id)
        coming = next((one for one in periods if one.state is PeriodState.PLANNED), None)
        if coming is not None:
            wish = Wish(Form.SINGLE, MINUTES)
            make_plan(
                actor=teacher,
                offering_id=offering.id,
                wish=wish,
                lesson_key=coming.lesson_key,
                period_id=coming.id,
            )
        _visit(city, [one for one in periods if one.state in _HELD])


def _visit(city: City, held: list[PeriodRef]) -> None:
    if held:
        marks = {"b1": "seen", "b2": "partly", "groups": "seen", "evidence": "not"}
        note = "每组都有人动手。问一句：答错的两位后来补上了吗？（演示数据）"
        fill_visit(actor=city.actor("head"), period_id=held[-1].id, marks=marks, note=note, done=True)
