"""Homework in three sets, each within the minutes, from one lesson's practice items."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from qiming.assist.planner.rules.pace import minutes_of
from qiming.assist.planner.rules.period import shown_by

Item = Mapping[str, Any]
LONGEST = 40
# 中办、国办2021年《关于进一步减轻义务教育阶段学生作业负担和校外培训负担的意见》: no written homework at home in grades 1–2.
NO_WRITING_UP_TO = 2
# Difficulties in the order in which each group takes them.
TAKES = {"practise": (1, 2), "nearly": (1, 2, 3), "known": (3, 2)}
TITLES = {"practise": "还要练的", "nearly": "快了和看不准的", "known": "已经掌握的"}
WHY = {
    "practise": "先把容易的做对，能看出误解的题排在前面。",
    "nearly": "从容易到较难各做一些。",
    "known": "只做较难的，少做几道，写出理由。",
}


@dataclass(frozen=True, slots=True)
class TaskSet:
    """What one group does; `minutes` is the estimate, never above the limit."""

    key: str
    title: str
    items: tuple[Item, ...]
    minutes: int
    reason: str


def design(
    items: Sequence[Item], held: set[str], minutes: int, stage: str, grade: int | None
) -> tuple[TaskSet, ...]:
    """Three sets, or none where children of this grade have no written homework."""
    if grade is not None and grade <= NO_WRITING_UP_TO:
        return ()
    able = [item for item in items if "practice" in item["use"]]
    found = []
    for key, levels in TAKES.items():
        ranked = sorted(
            (item for item in able if item["difficulty"] in levels),
            key=lambda item: (
                not (held & shown_by(item)) if key == "practise" else False,
                levels.index(item["difficulty"]),
            ),
        )
        most = max(1, minutes * 2 // 3) if key == "known" else minutes
        taken = _within(ranked, min(most, minutes), stage, mixed=key == "nearly")
        reason = WHY[key] if taken else "没有合适的题，可以不留。"
        found.append(TaskSet(key, TITLES[key], tuple(taken), minutes_of(taken, stage), reason))
    return tuple(found)


def _within(ranked: Sequence[Item], minutes: int, stage: str, *, mixed: bool) -> list[Item]:
    """As many as fit, in their order; `mixed` takes one of each difficulty in turn."""
    left = list(ranked)
    taken: list[Item] = []
    last = 0
    while left:
        turn = [item for item in left if item["difficulty"] > last] if mixed else left
        item = (turn or left)[0]
        left.remove(item)
        if minutes_of([*taken, item], stage) <= minutes:
            taken.append(item)
            last = int(item["difficulty"]) if turn else 0
    return sorted(taken, key=lambda item: int(item["difficulty"])) if mixed else taken
