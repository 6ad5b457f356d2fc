"""Which skills go together: the few directions in which students differ, found from other students' answers."""

import numpy as np

from qiming.mastery.answers.table import AnswerTable, Floats, Ints

FACTORS = 6
MOST_SKILLS = 400
LEAST_ANSWERS, LEAST_PAIRS = 3, 20
TRUST_PAIRS, TOWARDS_MEAN = 60.0, 0.35
USUAL = 0.3


def loadings_of(table: AnswerTable, ease: Floats, factors: int = FACTORS) -> Floats:
    """[skill, factor]: leading directions of the covariance, between students, of what was better or worse than the
    items' ease let expect. Skills beyond the 400 most answered load on what all have in common."""
    width = len(table.skill_names)
    row, skill = _skill_rows(table)
    kept = np.argsort(-np.bincount(skill, minlength=width), kind="stable")[:MOST_SKILLS]
    covariance, common = _covariance(table, ease, row, skill, np.sort(kept))
    values, vectors = np.linalg.eigh(covariance)
    lead = np.argsort(-values)[:factors]
    out = np.zeros((width, factors))
    out[:, 0] = np.sqrt(common)
    out[np.sort(kept), : len(lead)] = vectors[:, lead] * np.sqrt(np.maximum(values[lead], 0.0))
    if out[np.sort(kept), 0].mean() < 0:
        out[:, 0][np.sort(kept)] *= -1
    return np.ascontiguousarray(out)


def _skill_rows(table: AnswerTable) -> tuple[Ints, Ints]:
    """Each answer once for every skill asked: (row of the table, skill)."""
    asked = np.diff(table.first)[table.skill_set]
    row = np.repeat(np.arange(table.rows), asked)
    within = np.arange(len(row)) - np.repeat(np.cumsum(asked) - asked, asked)
    return row, table.skills[table.first[table.skill_set[row]] + within]


def _covariance(table: AnswerTable, ease: Floats, row: Ints, skill: Ints, kept: Ints) -> tuple[Floats, float]:
    width = len(kept)
    place = np.full(len(table.skill_names), -1)
    place[kept] = np.arange(width)
    inside = place[skill] >= 0
    row, at = row[inside], place[skill[inside]]
    expected = 1 / (1 + np.exp(-ease[table.item[row]]))
    people, person = np.unique(table.student[row], return_inverse=True)
    cell = person * width + at
    size = len(people) * width
    surplus = np.bincount(cell, table.correct[row] - expected, minlength=size)
    weight = np.bincount(cell, expected * (1 - expected), minlength=size)
    count = np.bincount(cell, minlength=size)
    level = np.where(count >= LEAST_ANSWERS, surplus / (weight + 1.0), 0.0).reshape(-1, width)
    there = (count >= LEAST_ANSWERS).astype(np.float64).reshape(-1, width)
    together = there.T @ there
    raw = (level.T @ level) / np.maximum(together, 1)
    return _drawn_in(raw, together)


def _drawn_in(raw: Floats, together: Floats) -> tuple[Floats, float]:
    """Pairs seen in few students, and all pairs somewhat, are drawn towards the mean covariance."""
    width = len(raw)
    apart = ~np.eye(width, dtype=bool)
    enough = together > LEAST_PAIRS
    common = max(float(raw[enough & apart].mean()), 0.01) if (enough & apart).any() else USUAL
    own = np.diag(raw)[np.diag(enough)]
    usual = float(np.median(own)) if len(own) else 1.0
    diagonal = np.where(np.diag(enough), np.diag(raw), usual)
    trust = together / (together + TRUST_PAIRS)
    drawn = (1 - TOWARDS_MEAN) * (trust * raw + (1 - trust) * common) + TOWARDS_MEAN * common
    np.fill_diagonal(drawn, np.maximum(diagonal, common * 1.2))
    return (drawn + drawn.T) / 2, common
