"""Data that give the answer away before it is asked.

When an answer to an item with several skills is written as several rows, one for each skill, the second row
repeats what the first has just shown, and every model that looks at a student's past seems to be a prophet.
Published figures were wrong by that (Xiong et al. 2016). Three signs, each with what it was seen on.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from qiming.mastery.answers.table import AnswerTable, Floats, Ints, Mask

SHARE_SEEN = 0.001
LEAST_PAIRS = 30
NEARLY_ALL_EQUAL = 0.97
LEAST_TIMES, AT_MOST_EXPECTED, ODD_SHARE = 20, 0.85, 0.2
AT_MOST_EXPECTED_OF_SKILLS = 0.8


@dataclass(frozen=True)
class Leak:
    """What gives answers away: `sign` for programs, `words` for people, `pairs` of neighbouring rows it was seen on."""

    sign: str
    words: str
    pairs: int


def leaks_in(table: AnswerTable) -> list[Leak]:
    """Every sign found; empty when each row is an answer of its own."""
    if table.rows < 2:
        return []
    return [one for one in (_same_place(table), _same_item(table), _always_alike(table)) if one is not None]


def _neighbours(table: AnswerTable) -> Mask:
    """For each row but the last: is the next one the same student's?"""
    return np.equal(table.student[1:], table.student[:-1])


def _enough(table: AnswerTable, pairs: int) -> bool:
    return pairs >= max(LEAST_PAIRS, SHARE_SEEN * table.rows)


def _same_place(table: AnswerTable) -> Leak | None:
    """Two rows of one student at one place: of one item, or of others nearly always with one mark though marks differ.

    Different items with different marks at one place only say that nobody noted the order.
    """
    together = _neighbours(table) & (table.place[1:] == table.place[:-1])
    twice = together & (table.item[1:] == table.item[:-1])
    pairs = int(together.sum())
    alike = table.correct[1:] == table.correct[:-1]
    if not _enough(table, pairs) or alike[together].mean() < NEARLY_ALL_EQUAL:
        return None
    right = table.correct.mean()
    if not _enough(table, int(twice.sum())) and right**2 + (1 - right) ** 2 > AT_MOST_EXPECTED:
        return None
    return Leak("same-place", f"有 {pairs} 处，同一名学生的两行占着同一个位置：一次作答被写成了几行", pairs)


def _same_item(table: AnswerTable) -> Leak | None:
    """The same item twice running, (nearly) always with the same mark: under different skills, or the very same row where
    marks are not all alike anyway and items are more than skills (else one item in a row is what everybody does)."""
    again = _neighbours(table) & (table.item[1:] == table.item[:-1])
    under_others = again & (table.skill_set[1:] != table.skill_set[:-1])
    alike = table.correct[1:] == table.correct[:-1]
    pairs, copies = int(under_others.sum()), int((again & ~under_others).sum())
    if not _enough(table, pairs) or alike[under_others].mean() < NEARLY_ALL_EQUAL:
        right = table.correct.mean()
        usual = right**2 + (1 - right) ** 2
        if not _enough(table, copies) or usual > AT_MOST_EXPECTED or table.items < 2 * table.sets:
            return None
        if alike[again & ~under_others].mean() < NEARLY_ALL_EQUAL:
            return None
        return Leak("same-row-again", f"有 {copies} 处，同一道题紧接着再出现一次，对错几乎总一样", copies)
    return Leak(
        "same-item-other-skill", f"有 {pairs} 处，同一道题换个知识点紧接着再出现一次，对错几乎总一样", pairs
    )


class Follows(NamedTuple):
    """Kinds of neighbouring rows: how often each kind came, how often with one mark, and how often that was to be
    expected had the marks nothing to do with each other."""

    times: Ints
    equal: Ints
    expected: Floats


def _follows(table: AnswerTable, ahead: Ints, code: Ints, codes: int) -> Follows:
    _, kind = np.unique(code[ahead] * codes + code[ahead + 1], return_inverse=True)
    times = np.bincount(kind)
    equal = np.bincount(kind, table.correct[ahead] == table.correct[ahead + 1])
    right = np.bincount(kind, table.correct[ahead]) / times
    after = np.bincount(kind, table.correct[ahead + 1]) / times
    return Follows(times, equal, right * after + (1 - right) * (1 - after))


def _always_alike(table: AnswerTable) -> Leak | None:
    """Items or skills that follow each other with one mark (nearly) every time, though each alone is right or wrong by
    turns. Twenty times alike by chance happens to one pair of items in 25 at most; repeated rows show it in nearly all.
    Of the public data sets none shows a single such pair of skills as given, and 8 to 21 % of the pairs when repeated."""
    ahead = np.flatnonzero(_neighbours(table) & (table.skill_set[1:] != table.skill_set[:-1]))
    if not len(ahead):
        return None
    items = _follows(table, ahead, table.item, table.items)
    telling = (items.times >= LEAST_TIMES) & (items.expected <= AT_MOST_EXPECTED)
    odd = telling & (items.equal == items.times)
    pairs = int(items.times[odd].sum()) if odd.sum() >= ODD_SHARE * telling.sum() else 0
    if not _enough(table, pairs):
        skills = _follows(table, ahead, table.skill_set, table.sets)
        odd = (skills.times >= LEAST_PAIRS) & (skills.expected <= AT_MOST_EXPECTED_OF_SKILLS)
        pairs = int(skills.times[odd & (skills.equal >= NEARLY_ALL_EQUAL * skills.times)].sum())
    if not _enough(table, pairs):
        return None
    return Leak("always-alike", f"有 {pairs} 处，相邻两行的知识点不同，对错却几乎每次都一样", pairs)
