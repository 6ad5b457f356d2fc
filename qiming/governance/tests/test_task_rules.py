"""Dated tasks, pure: days as plans write them, sheets, where a task stands, who must be told."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qiming.governance.tasks import rules
from qiming.governance.tasks.rules import Standing

TODAY = date(2026, 11, 20)
DAYS = st.dates(date(2015, 1, 1), date(2050, 12, 31))
STATES = st.sampled_from(["doing", "reported", "done", "dropped"])


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-12-31", date(2026, 12, 31)),
        ("2026-12-31 00:00:00", date(2026, 12, 31)),
        ("2026/1/5", date(2026, 1, 5)),
        ("2026年12月31日前", date(2026, 12, 31)),
        ("２０２６年 2 月", date(2026, 2, 28)),
        ("2028年2月底", date(2028, 2, 29)),
        ("2026.10.10", date(2026, 10, 10)),
        ("2026年底", date(2026, 12, 31)),
        ("2026年6月底前", date(2026, 6, 30)),
        ("长期", None),
        ("2026-13-01", None),
        ("2026-02-30", None),
        ("1926年底", None),
        ("", None),
    ],
)
def test_days_as_plans_write_them(text: str, day: date | None) -> None:
    assert rules.read_due(text) == day


@given(DAYS)
def test_every_day_is_read_in_every_writing(day: date) -> None:
    for text in (
        day.isoformat(),
        f"{day.year}年{day.month}月{day.day}日",
        f"{day.year}/{day.month}/{day.day}",
    ):
        assert rules.read_due(text) == day


@given(st.text(max_size=40))
def test_any_text_is_a_day_or_none(text: str) -> None:
    found = rules.read_due(text)
    assert found is None or rules.EARLIEST <= found.year <= rules.LATEST


@given(STATES, DAYS, st.none() | DAYS, DAYS)
def test_where_a_task_stands(state: str, due: date, done: date | None, today: date) -> None:
    found = rules.standing(state, due, done, today)
    assert found.is_over == (state in {"done", "dropped"})
    assert (found is Standing.LATE) == (state == "doing" and today > due)
    # What is over stands as it does on whatever day one looks.
    if found.is_over:
        assert rules.standing(state, due, done, today + timedelta(days=999)) is found


@given(DAYS, DAYS, st.integers(0, 400))
def test_lateness_is_never_taken_back_by_time(due: date, today: date, more: int) -> None:
    later = today + timedelta(days=more)
    assert rules.level("doing", due, today) <= rules.level("doing", due, later)
    assert rules.level("reported", due, later) == rules.level("done", due, later) == 0


@given(st.lists(st.builds(rules.standing, STATES, DAYS, st.none() | DAYS, DAYS)))
def test_counts_add_up(found: list[Standing]) -> None:
    counted = rules.count(found)
    open_ = sum(one is Standing.OPEN for one in found)
    assert counted.late + counted.soon + counted.reported + counted.done + open_ == counted.total


def row(**cells: str) -> dict[str, str]:
    return {"任务": "开课方案", "牵头单位": "本校", "完成时限": "2026年12月"} | cells


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"任务": ""}, "任务"),
        ({"任务": "长" * 201}, "任务"),
        ({"完成时限": "长期坚持"}, "完成时限"),
        ({"牵头单位": "、"}, "牵头单位"),
        ({"牵头单位": "长" * 41}, "牵头单位"),
        ({"配合单位": "、".join(f"单位{n}" for n in range(13))}, "配合单位"),
        ({"状态": "差不多"}, "状态"),
        ({"状态": "已完成"}, "完成日期"),
        ({"状态": "已完成", "完成日期": "2027-01-01"}, "完成日期"),
        ({"完成日期": "2026-10-01"}, "状态"),
    ],
)
def test_a_faulty_row_says_which_column(cells: dict[str, str], column: str) -> None:
    good, problems = rules.read_sheet([(2, row(**cells))], TODAY)
    assert good == []
    assert column in {one.column for one in problems}
    assert {one.line for one in problems} == {2}


def test_good_rows_and_units_are_read_once() -> None:
    cells = row(配合单位="邻校，本校；邻校", 状态="已完成", 完成日期="2026-11-01")
    good, problems = rules.read_sheet([(2, cells), (3, row()), (4, row(任务=rules.EXAMPLE))], TODAY)
    assert [(one.leads, one.supports, one.done_on) for one in good] == [
        (("本校",), ("邻校",), date(2026, 11, 1))
    ]
    assert [(one.line, one.text) for one in problems] == [(3, "和第2行是同一项")]
