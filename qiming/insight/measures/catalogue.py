"""Every indicator: its name, what it means, in which unit, who answers for it, how small a group may be, and how it is
worked out. An expression adds integers only; `figures` divides last, in Python, so every engine gives the same."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ibis.expr.types import Table

from qiming.insight.measures import figures
from qiming.insight.measures.partials import PARTIALS

LEAST = 10  # pupils: the same as for what leaves for research
PERIOD_PARTS = 25_200  # a period in parts: every usual length (30 to 45, 60, 80, 90 minutes) divides it
BANDS = ("known", "nearly", "practise", "unsure")
Tables = Mapping[str, Table]
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Measure:
    """`needs`: the tables of the lake it reads. `group`: what a row is about. `size`: the column with the number of
    pupils in a row, which decides whether it may leave. `counts`: columns that count some of these pupils, hidden
    where they or the others are few. `keeps`: columns that leave; the rest of the sums serves `figures` only."""

    name: str
    zh: str
    means: str
    unit: str
    owner: str
    needs: tuple[str, ...]
    group: tuple[str, ...]
    expression: Callable[[Tables], Table]
    figures: Callable[[Row], Row] = field(default=lambda row: {})
    size: str = "pupils"
    counts: tuple[str, ...] = ()
    keeps: tuple[str, ...] = ()
    least: int = LEAST


def _sum(table: Table, *names: str) -> dict[str, Any]:
    return {name: table[name].sum().cast("int64") for name in names}


def _one_per_pupil(weeks: Table, *names: str) -> Table:
    """Sums over the weeks of each pupil in a district."""
    return weeks.group_by("district", "person").aggregate(
        school=weeks.school.max(), weeks=weeks.count(), **_sum(weeks, *names)
    )


def completions(tables: Tables) -> Table:
    each = _one_per_pupil(tables["pupil_weeks"], "completed", "attended")
    return each.group_by("district").aggregate(
        pupils=each.count(), finishing=(each.completed > 0).cast("int64").sum(), **_sum(each, "completed")
    )


def weekly_active(tables: Tables) -> Table:
    weeks = tables["pupil_weeks"]
    return weeks.group_by("week", "district").aggregate(pupils=weeks.count(), **_sum(weeks, "acts"))


def help_taken(tables: Tables) -> Table:
    each = _one_per_pupil(tables["pupil_weeks"], "answers", "hints", "solutions")
    return each.group_by("district").aggregate(
        pupils=each.count(),
        helped=(each.hints + each.solutions > 0).cast("int64").sum(),
        **_sum(each, "answers", "hints", "solutions"),
    )


def _with_parts(lines: Table) -> Table:
    """Ledger lines with their share of a period in whole parts."""
    minutes = lines.credited_minutes.cast("int64") * PERIOD_PARTS
    return lines.mutate(parts=(minutes // lines.period_minutes.cast("int64")).cast("int64"))


def class_hours(tables: Tables) -> Table:
    lines = _with_parts(tables["credits"])
    counted = lines.filter(lines.parts > 0)
    each = counted.group_by("school_year", "district", "mode", "person").aggregate(
        lines=counted.count(),
        on_platform=(counted.basis == "platform").fill_null(False).cast("int64").sum(),
        **_sum(counted, "parts"),
    )
    return each.group_by("school_year", "district", "mode").aggregate(
        pupils=each.count(), **_sum(each, "lines", "on_platform", "parts")
    )


def hours_reached(tables: Tables) -> Table:
    """Of the pupils there are now, by their own hours wherever they were taught."""
    pupils, lines = tables["pupils"], _with_parts(tables["credits"])
    year = lines.aggregate(newest=lines.school_year.max())
    now = lines.cross_join(year)
    now = now.filter(now.school_year == now.newest)
    sums = now.group_by("person").aggregate(parts=now.parts.sum().cast("int64"))
    each = pupils.left_join(sums, "person").select("district", "required", "parts")
    each = each.mutate(parts=each.parts.fill_null(0))
    return each.group_by("district").aggregate(
        pupils=each.count(),
        zero=(each.parts == 0).cast("int64").sum(),
        enough=(each.parts >= each.required.cast("int64") * PERIOD_PARTS).cast("int64").sum(),
        parts=each.parts.sum().cast("int64"),
    )


def mastery(tables: Tables) -> Table:
    known = tables["mastery"]
    bands = {name: (known.band == name).cast("int64").sum() for name in BANDS}
    return known.group_by("concept", "district").aggregate(
        pupils=known.count(), **_sum(known, "answers"), **bands
    )


def items(tables: Tables) -> Table:
    weeks = tables["item_weeks"]
    return weeks.group_by("item").aggregate(
        concept=weeks.concept.max(),
        **_sum(weeks, "first_answers", "right", "hinted", "score_milli", "score_milli_squared"),
    )


def _gap(schools: Table) -> Table:
    """Each district beside all the others, from the sums of its schools: `x` of `n` in each school.

    A school is what varies together, so the interval is that of a ratio of sums over schools (Cochran 1977, 6.3)."""
    sums = schools.group_by("district").aggregate(
        pupils=schools.pupils.sum().cast("int64"),
        schools=schools.count(),
        x=schools.x.sum().cast("int64"),
        n=schools.n.sum().cast("int64"),
        xx=(schools.x * schools.x).sum().cast("int64"),
        xn=(schools.x * schools.n).sum().cast("int64"),
        nn=(schools.n * schools.n).sum().cast("int64"),
    )
    names = [name for name in sums.columns if name != "district"]
    whole = sums.aggregate(**{f"all_{name}": sums[name].sum().cast("int64") for name in names})
    return sums.cross_join(whole)


def gap_right(tables: Tables) -> Table:
    each = _one_per_pupil(tables["pupil_weeks"], "first_answers", "first_right")
    answering = each.filter(each.first_answers > 0)
    return _gap(
        answering.group_by("district", "school").aggregate(
            pupils=answering.count(),
            x=answering.first_right.sum().cast("int64"),
            n=answering.first_answers.sum().cast("int64"),
        )
    )


def gap_active(tables: Tables) -> Table:
    each = _one_per_pupil(tables["pupil_weeks"])
    return _gap(
        each.group_by("district", "school").aggregate(
            pupils=each.count(), x=each.weeks.sum().cast("int64"), n=each.count()
        )
    )


_ALL = (
    Measure(
        "completions", "完成情况", "做完的环节数，和至少做完一个环节的学生占有学习行为的学生多少", "次，比例",
        "课程负责人", ("pupil_weeks",), ("district",), completions,
        lambda row: {
            "per_pupil": figures.ratio(row["completed"], row["pupils"]),
            "finishing_share": figures.ratio(row["finishing"], row["pupils"]),
        },
        counts=("finishing",), keeps=("pupils", "finishing", "completed"),
    ),
    Measure(
        "class_hours", "按方式的课时", "确认过的课时，按单独开课、融合在别的学科和其他方式分；依据平台记录的占多少",
        "课时", "课时负责人", ("credits",), ("school_year", "district", "mode"), class_hours,
        lambda row: {
            "periods": figures.ratio(row["parts"], PERIOD_PARTS),
            "per_pupil": figures.ratio(row["parts"], PERIOD_PARTS * row["pupils"]),
            "on_platform_share": figures.ratio(row["on_platform"], row["lines"]),
        },
        keeps=("pupils", "lines", "on_platform"),
    ),
    Measure(
        "hours_reached", "课时达标", "现有学生里，本学年还没有课时的、够了规定课时的各有多少，平均几课时",
        "人，课时", "课时负责人", ("pupils", "credits"), ("district",), hours_reached,
        lambda row: {"per_pupil": figures.ratio(row["parts"], PERIOD_PARTS * row["pupils"])},
        counts=("zero", "enough"), keeps=("pupils", "zero", "enough", "parts"),
    ),
    Measure(
        "weekly_active", "每周活跃学生", "一周里自己做过至少一件事的学生，和他们做的事", "人，次", "运行负责人",
        ("pupil_weeks",), ("week", "district"), weekly_active,
        lambda row: {"acts_per_pupil": figures.ratio(row["acts"], row["pupils"])},
        keeps=("pupils", "acts"),
    ),
    Measure(
        "mastery", "按概念和区的掌握情况", "对有作答的学生的估计：已经掌握、快了、还要练、证据不够的各有多少",
        "人，比例", "课程负责人", ("mastery",), ("concept", "district"), mastery,
        lambda row: {
            "known_share": figures.ratio(row["known"], row["pupils"]),
        },
        counts=BANDS,
        keeps=("pupils", *BANDS, "answers"),
    ),
    Measure(
        "items", "题目统计", "每道题第一次作答的人数、答对的比例、平均得分和分散程度、看过提示的比例", "人，比例",
        "题目负责人", ("item_weeks",), ("item", "concept"), items, figures.of_item,
        size="first_answers", keeps=("first_answers", "right"),
    ),
    Measure(
        "help_taken", "提示和解答的使用", "看过提示或解答的学生占多少，每百次作答看几次", "人，比例", "课程负责人",
        ("pupil_weeks",), ("district",), help_taken,
        lambda row: {
            "helped_share": figures.ratio(row["helped"], row["pupils"]),
            "hints_per_100_answers": figures.ratio(100 * row["hints"], row["answers"]),
            "solutions_per_100_answers": figures.ratio(100 * row["solutions"], row["answers"]),
        },
        counts=("helped",), keeps=("pupils", "helped", "answers", "hints", "solutions"),
    ),
    Measure(
        "gap_right", "首答正确率的区间差距", "各区第一次作答的正确率与其余各区之差，带 95% 区间（按学校聚类）", "比例之差",
        "评价负责人", ("pupil_weeks",), ("district",), gap_right, figures.of_gap,
        keeps=("pupils", "schools"), least=30,
    ),
    Measure(
        "gap_active", "活跃周数的区间差距", "各区有学习行为的学生平均活跃几周，与其余各区之差，带 95% 区间（按学校聚类）",
        "周之差", "评价负责人", ("pupil_weeks",), ("district",), gap_active, figures.of_gap,
        keeps=("pupils", "schools"), least=30,
    ),
)  # fmt: skip
MEASURES = {one.name: one for one in _ALL}
DERIVED = frozenset(PARTIALS)
__all__ = ["DERIVED", "LEAST", "MEASURES", "PERIOD_PARTS", "Measure", "Row", "Tables"]
