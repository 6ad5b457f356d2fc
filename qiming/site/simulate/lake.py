"""`qiming simulate lake`: an invented lake of any size, shaped on published enrolment, written by DuckDB.

Whoever is in it, and what each did in which week, follows from the number of the pupil, the week and the seed alone, so
parts can be written one by one and in any order. Habits are assumed (`_ACTS`): a class has its AI period every other
week, a pupil comes to 94 of 100, answers four items there and in other weeks sometimes practises. Abilities differ by
district a little, by school more, by pupil most. Nothing simulated proves what real pupils do; it shows cost.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa

from qiming.insight.lake import manifest as manifests
from qiming.insight.lake.manifest import HOW_LAKE, LakeTrouble
from qiming.insight.lake.store import LOCK, ROWS_AT_ONCE, Writer, writing
from qiming.insight.lake.tables import (
    CREDITS,
    MASTERY,
    PERIODS,
    PUPILS,
    STATEMENTS,
    Table,
    month_of,
)
from qiming.site.simulate import shape

SAYS = "合成数据：按公布的在校生数虚构，没有真人"
STARTS = date(2026, 9, 7)  # a Monday
YEAR = "2026-2027"
REQUIRED = 8
ITEMS, CONCEPTS = 96, 24
PUPILS_OF_A_SCHOOL = 1300
Step = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class LakeOrder:
    pupils: int
    weeks: int
    seed: int
    out: Path

    @property
    def schools(self) -> int:
        return max(1, round(self.pupils / PUPILS_OF_A_SCHOOL))

    @property
    def mark(self) -> str:
        return f"{self.pupils} pupils, {self.weeks} weeks, seed {self.seed}"


def simulate(order: LakeOrder, *, step: Step = lambda _: None, memory: str = "2GB") -> dict[str, int]:
    """Write the lake; returns its rows by table. Broken off, the same order goes on behind the last whole district."""
    _refuse_others(order)
    try:
        import duckdb
    except ImportError as trouble:
        raise LakeTrouble(HOW_LAKE) from trouble
    city = shape.city(pupils=order.pupils, schools=order.schools, seed=order.seed)
    with writing(order.out) as writer, duckdb.connect(config={"memory_limit": memory}) as base:
        places = _roster(base, city, order.seed)
        writer.note(is_synthetic=True, says=SAYS, places=places, marks={"order": order.mark})
        made_at = f"{(STARTS + timedelta(weeks=order.weeks)).isoformat()}T00:00:00+00:00"
        for district, name in places.items():
            if writer.manifest.of_table(PUPILS.name, district=district):
                continue
            step(name)
            for table, parts, question in _questions(order, district):
                _copy(base, writer, table, parts, question)
            writer.publish(made_at)
        files = writer.manifest.files
    rows = dict.fromkeys(sorted({one.table for one in files}), 0)
    for one in files:
        rows[one.table] += one.rows
    return rows


def _refuse_others(order: LakeOrder) -> None:
    """Only an empty folder, or one in which this very order was broken off."""
    if not order.out.exists() or not any(one.name != LOCK for one in order.out.iterdir()):
        return
    if manifests.load(order.out).marks.get("order") != order.mark:
        raise LakeTrouble(f"{order.out} 不是空的，没有改动：换一个还没有的文件夹")


def _roster(base: Any, city: list[shape.UnitShape], seed: int) -> dict[str, str]:
    """Classes into the table `classes` with the number before their first pupil; names of districts by key."""
    base.execute(
        "CREATE TABLE classes (no INT, district TEXT, unit INT, school INT, grade INT, class_no INT, size INT, before INT)"
    )
    rows: list[tuple[int | str, ...]] = []
    before = 0
    for unit in city:
        for school in unit.schools:
            for group in school.classes:
                rows.append(
                    (
                        len(rows),
                        f"u{unit.number:02d}",
                        unit.number,
                        school.number,
                        group.grade,
                        group.class_no,
                        group.size,
                        before,
                    )
                )
                before += group.size
    names = ["no", "district", "unit", "school", "grade", "class_no", "size", "before"]
    classes = pa.table({name: [row[at] for row in rows] for at, name in enumerate(names)})
    base.register("given", classes)
    base.execute("INSERT INTO classes SELECT * FROM given")
    base.execute(_PUPILS.format(seed=seed))
    return {f"u{unit.number:02d}": unit.name for unit in city}


# A number of at most 63 bits from a few whole numbers; `_share` turns one into 0…9,999.
def _draw(*what: str | int) -> str:
    return f"(hash({', '.join(map(str, what))}) >> 1)"


def _share(*what: str | int) -> str:
    return f"(hash({', '.join(map(str, what))}) % 10000)::INT"


_PUPILS = f"""
CREATE TABLE pupils AS
SELECT c.before + i AS p, {_draw("'person'", "{seed}", "c.before + i")}::BIGINT AS person,
  c.district, c.grade, {_draw("'school'", "{seed}", "c.school")}::BIGINT AS school,
  {_draw("'class'", "{seed}", "c.no")}::BIGINT AS class_group, c.no AS class_no, c.school AS school_no,
  6200 + ({_share("'pupil'", "{seed}", "c.before + i")} - 5000) * 36 // 100
       + ({_share("'of school'", "{seed}", "c.school")} - 5000) * 12 // 100
       + ({_share("'of unit'", "{seed}", "c.unit")} - 5000) * 6 // 100 AS ability,
  {_share("'keen'", "{seed}", "c.before + i")} AS keen
FROM classes c, range(c.size) r(i)
"""  # noqa: S608 - our own words

# slot: 0 attended, 1–4 answered in class, 5 hinted, 6 completed, 7–8 practice at home
_ACTS = """
WITH weeks AS (
  SELECT *, unnest(range({first}, {last})) AS w FROM pupils WHERE district = '{district}'
), days AS (
  SELECT *, (class_no + w) % 2 = 0 AND {came} < 9400 AS came, {keen} < keen // 3 AS practises FROM weeks
), slots AS (
  SELECT *, unnest(CASE WHEN came AND practises THEN [0, 1, 2, 3, 4, 5, 6, 7] WHEN came THEN [0, 1, 2, 3, 4, 5, 6]
    WHEN (class_no + w) % 2 = 0 THEN [7] ELSE [7, 8] END) AS slot
  FROM days WHERE came OR practises
), drawn AS (
  SELECT *, {draw_slot} AS d, {draw_item} AS item_no FROM slots
), acts AS (
  SELECT *, slot BETWEEN 1 AND 4 OR slot >= 7 AS answers,
    (d < ability - 1500 + (item_no * 37 % 60) * 50) AS is_right
  FROM drawn WHERE CASE slot WHEN 5 THEN d < 3500 WHEN 6 THEN d < 8800 ELSE true END
)
SELECT person,
  (TIMESTAMP '{monday} 01:00:00' + to_days((w - {first}) * 7 + (class_no % 5)::INT)
    + to_seconds(CASE WHEN slot >= 7 THEN 36000 ELSE 0 END + slot * 300 + d % 280)) AT TIME ZONE 'UTC' AS at,
  (DATE '{monday}' + ((w - {first}) * 7 + class_no % 5)::INT) AS day,
  (DATE '{monday}' + ((w - {first}) * 7)::INT) AS week,
  CASE WHEN slot = 0 THEN 'attended' WHEN slot = 5 THEN 'hinted' WHEN slot = 6 THEN 'completed' ELSE 'answered' END AS verb,
  CASE WHEN slot = 0 THEN 'period' WHEN slot = 6 THEN 'activity' ELSE 'item' END AS kind,
  CASE WHEN slot IN (0, 6) THEN NULL ELSE format('s-g{{:02d}}-q{{:02d}}', grade, item_no) END AS thing,
  format('s-g{{:02d}}-l{{}}', grade, w % 8) AS lesson, format('s-g{{:02d}}', grade) AS course,
  CASE WHEN answers THEN format('s-c{{:02d}}', item_no % {concepts}) END AS concept,
  CASE WHEN slot < 7 THEN {period} END::BIGINT AS period,
  CASE WHEN answers THEN {attempt} END::BIGINT AS attempt,
  CASE WHEN slot >= 7 THEN 'practice' WHEN answers THEN 'class' END AS given_in,
  CASE WHEN answers THEN 1 + (d % 5 = 0)::INT END::SMALLINT AS try_no,
  CASE WHEN answers THEN (d % 7 = 0)::INT END::SMALLINT AS hints,
  CASE WHEN answers THEN false END AS solution,
  CASE WHEN answers THEN is_right END AS success,
  CASE WHEN answers THEN is_right::INT * 1000 + (NOT is_right AND d % 3 = 0)::INT * 400 END::SMALLINT AS score_milli,
  CASE WHEN slot = 6 THEN 300 + d % 600 END::INT AS duration_s,
  grade::TINYINT AS grade, school, class_group, {number}::BIGINT AS number
FROM acts
"""


def _questions(order: LakeOrder, district: str) -> Iterator[tuple[Table, dict[str, str], str]]:
    """Each part of a district with the question whose answer it is."""
    yield (
        PUPILS,
        {"district": district},
        _ROSTER.format(district=district, required=REQUIRED),
    )
    yield (
        MASTERY,
        {"district": district},
        _MASTERY.format(district=district, draw=_share("'known'", order.seed, "p", "c.c"), concepts=CONCEPTS),
    )
    for month, first, last in _months(order.weeks):
        parts = {"month": month, "district": district}
        monday = STARTS + timedelta(weeks=first)
        given = {"district": district, "first": first, "last": last, "monday": monday, "year": YEAR}
        seed = order.seed
        yield STATEMENTS, parts, _ACTS.format(
            **given, concepts=CONCEPTS,
            draw_slot=_share("'act'", seed, "p", "w", "slot"),
            draw_item=f"(hash('item', {seed}, p, w, slot) % {ITEMS})::INT",
            came=_share("'came'", seed, "p", "w"), keen=_share("'practice'", seed, "p", "w"),
            period=_draw("'period'", seed, "class_no", "w"), attempt=_draw("'attempt'", seed, "p", "w", "slot"),
            number=_draw("'act'", seed, "p", "w", "slot"),
        )  # fmt: skip
        yield CREDITS, parts, _CREDITS.format(
            **given, came=_share("'came'", seed, "p.p", "w.w"), mode=_share("'mode'", seed, "p.school_no"),
            basis=_share("'basis'", seed, "p.class_no", "w.w"),
            period=_draw("'period'", seed, "p.class_no", "w.w"),
        )  # fmt: skip
        yield PERIODS, parts, _PERIODS.format(
            **given, mode=_share("'mode'", seed, "c.school"), basis=_share("'basis'", seed, "c.no", "w.w"),
            period=_draw("'period'", seed, "c.no", "w.w"), school=_draw("'school'", seed, "c.school"),
            group=_draw("'class'", seed, "c.no"),
        )  # fmt: skip


_ROSTER = """
SELECT person, grade::TINYINT AS grade, school, class_group, {required}::TINYINT AS required
FROM pupils WHERE district = '{district}' ORDER BY p
"""
_MASTERY = """
SELECT person, format('s-c{{:02d}}', c.c) AS concept,
  (1 + {draw} % 9)::INT AS answers,
  CASE WHEN 1 + {draw} % 9 < 2 THEN 'unsure' WHEN (ability + {draw} - 3000) // 10 >= 950 AND 1 + {draw} % 9 >= 3 THEN 'known'
    WHEN (ability + {draw} - 3000) // 10 >= 700 THEN 'nearly' ELSE 'practise' END AS band,
  grade::TINYINT AS grade, school, class_group
FROM pupils p, range({concepts}) c(c) WHERE p.district = '{district}' AND (c.c + p.grade) % 3 = 0 ORDER BY p, c.c
"""
_MODE = (
    "CASE WHEN {mode} < 7500 THEN 'standalone' WHEN {mode} < 9300 THEN 'integrated' ELSE 'other' END AS mode"
)
_BASIS = "CASE WHEN {basis} < 8200 THEN 'platform' WHEN {basis} < 9200 THEN 'documented' ELSE 'declared' END"
_MINUTES = "(CASE WHEN {mode} BETWEEN 7500 AND 9299 THEN 20 ELSE 40 END)::SMALLINT AS credited_minutes, 40::SMALLINT AS period_minutes"
_CREDITS = f"""
SELECT person, {{period}}::BIGINT AS period, (DATE '{{monday}}' + ((w.w - {{first}}) * 7 + p.class_no % 5)::INT) AS day,
  '{{year}}' AS school_year, {_MODE}, {_BASIS} AS basis, {_MINUTES}, grade::TINYINT AS grade, school, class_group
FROM pupils p, range({{first}}, {{last}}) w(w)
WHERE p.district = '{{district}}' AND (p.class_no + w.w) % 2 = 0 AND {{came}} < 9400 ORDER BY p.p, w.w
"""  # noqa: S608 - our own words
_PERIODS = f"""
SELECT {{period}}::BIGINT AS period, (DATE '{{monday}}' + ((w.w - {{first}}) * 7 + c.no % 5)::INT) AS day,
  '{{year}}' AS school_year, 'ai' AS subject, 'confirmed' AS state, {_MODE}, {_BASIS} AS evidence, {_MINUTES},
  grade::TINYINT AS grade, {{school}}::BIGINT AS school, {{group}}::BIGINT AS class_group
FROM classes c, range({{first}}, {{last}}) w(w) WHERE c.district = '{{district}}' AND (c.no + w.w) % 2 = 0 ORDER BY c.no, w.w
"""  # noqa: S608 - our own words


def _months(weeks: int) -> Iterator[tuple[str, int, int]]:
    """The months of a term with their first week and the week after their last."""
    months = [month_of(STARTS + timedelta(weeks=week)) for week in range(weeks)]
    for month in dict.fromkeys(months):
        first = months.index(month)
        yield month, first, first + months.count(month)


def _copy(base: Any, writer: Writer, table: Table, parts: dict[str, str], question: str) -> None:
    names = ", ".join(f'"{name}"' for name in table.columns)
    path = writer.folder(table, parts) / "all.parquet"
    base.execute(
        f"COPY (SELECT {names} FROM ({question})) TO '{path}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {ROWS_AT_ONCE})"  # noqa: S608 - our own words
    )
    writer.take(table, parts, path)
