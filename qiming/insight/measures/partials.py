"""Statements added up by pupil and week, and by item and week: what every measure of acts is made of.

Integers only, and no week is cut by a month (`lake.tables.month_of`), so the sums of parts are the sums of the whole,
whichever engine adds and whether the parts were written last night or are worked out now.
"""

from collections.abc import Callable

import ibis
from ibis.expr.types import BooleanValue, IntegerScalar, Table

from qiming.insight.lake.tables import ITEM_WEEKS, PUPIL_WEEKS

# What a pupil does oneself; being marked or getting work back is not an act of the pupil.
OWN_ACTS = (
    "attended", "initialized", "experienced", "interacted", "progressed", "completed", "answered", "responded",
    "asked", "commented", "created", "submitted", "hinted", "shown-solution", "declined", "shared",
)  # fmt: skip


def _count(where: BooleanValue) -> IntegerScalar:
    return where.fill_null(False).cast("int64").sum()


def _first_answers(acts: Table) -> BooleanValue:
    """Marked first tries at an item: every pupil has one for an item, so counting them counts pupils."""
    return (
        (acts.verb == "answered") & (acts.kind == "item") & (acts.try_no == 1) & acts.success.notnull()
    ).fill_null(False)


def pupil_weeks(statements: Table) -> Table:
    """One row for each pupil who did something in a week."""
    acts = statements.filter(statements.verb.isin(OWN_ACTS))
    first = _first_answers(acts)
    rows = acts.group_by("month", "district", "person", "week").aggregate(
        school=acts.school.max(),
        grade=acts.grade.max(),
        acts=acts.count(),
        answers=_count(acts.verb == "answered"),
        first_answers=_count(first),
        first_right=_count(first & acts.success),
        hints=_count(acts.verb == "hinted"),
        solutions=_count(acts.verb == "shown-solution"),
        completed=_count(acts.verb == "completed"),
        attended=_count(acts.verb == "attended"),
        practised=_count((acts.verb == "answered") & (acts.given_in == "practice")),
    )
    return _typed(rows, PUPIL_WEEKS.name)


def item_weeks(statements: Table) -> Table:
    """First answers to each item by week and grade."""
    answers = statements.filter(_first_answers(statements))
    score = answers.score_milli.fill_null(0).cast("int64")
    rows = answers.group_by("month", "district", "week", "grade", item=answers.thing).aggregate(
        concept=answers.concept.max(),
        first_answers=answers.count(),
        right=_count(answers.success),
        hinted=_count(answers.hints > 0),
        score_milli=score.sum(),
        score_milli_squared=(score * score).sum(),
    )
    return _typed(rows, ITEM_WEEKS.name)


PARTIALS: dict[str, Callable[[Table], Table]] = {
    PUPIL_WEEKS.name: pupil_weeks,
    ITEM_WEEKS.name: item_weeks,
}


def _typed(rows: Table, name: str) -> Table:
    """The columns in the order and of the types in which they lie in the lake."""
    table = {PUPIL_WEEKS.name: PUPIL_WEEKS, ITEM_WEEKS.name: ITEM_WEEKS}[name]
    kinds = ibis.Schema.from_pyarrow(table.schema)
    return rows.select(
        **{one: rows[one].cast(kind.copy(nullable=True)) for one, kind in kinds.items()},
        **{part: rows[part] for part in table.parts},
    )
