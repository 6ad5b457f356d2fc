"""Dividing students, never answers: whoever is tested on was not learnt from."""

import csv
from pathlib import Path

import numpy as np

from qiming.mastery.answers.table import AnswerTable, BadAnswers, Ints, Mask

SEED = 20250
"""With this seed the parts are those of the published five-fold figures of the public data sets."""


def parts_of(students: int, parts: int, seed: int = SEED) -> Ints:
    """The part, 0 to `parts` - 1, of each student in the order of their names; parts differ by at most one student."""
    shuffled = np.random.RandomState(seed).permutation(students)
    out = np.empty(students, np.int64)
    out[shuffled] = np.arange(students) % parts
    return out


def folds(table: AnswerTable, count: int) -> list[tuple[Mask, Mask]]:
    """(train, test) masks over the answers, one pair for each fold. Raises BadAnswers with fewer students than folds."""
    if count < 2:
        raise BadAnswers("至少要分成 2 份")
    if table.students < count:
        raise BadAnswers(f"只有 {table.students} 名学生，分不成 {count} 份")
    part = parts_of(table.students, count)[table.student]
    return [(part != one, part == one) for one in range(count)]


def published_split(table: AnswerTable, path: Path) -> list[tuple[Mask, Mask]]:
    """One (train, test) pair from a CSV file with the columns student_id and part (train or test), a row per student."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    if not rows or not {"student_id", "part"} <= set(rows[0]):
        raise BadAnswers(f"{path.name} 要有 student_id 和 part 两列")
    given = {row["student_id"].strip(): row["part"].strip() for row in rows}
    strange = sorted(set(given.values()) - {"train", "test"})
    if strange:
        raise BadAnswers(f"{path.name} 的 part 只能是 train 或 test，出现了 {strange[0]}")
    names = [str(name) for name in table.student_names]
    missing = [name for name in names if name not in given]
    if missing:
        raise BadAnswers(f"{path.name} 里没有学生 {missing[0]}（一共少 {len(missing)} 名）")
    tested = np.array([given[name] == "test" for name in names])[table.student]
    if not tested.any() or tested.all():
        raise BadAnswers(f"{path.name} 里训练和检验两边都要有学生")
    return [(~tested, tested)]
