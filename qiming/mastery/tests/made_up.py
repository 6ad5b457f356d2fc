"""Answers of made-up students whose truth is known: levels that rise with practice, items of known ease."""

import numpy as np

from qiming.mastery.answers.table import AnswerTable, table_of


def columns(students: int = 60, each: int = 60, seed: int = 4, skills: int = 4) -> dict[str, np.ndarray]:
    """Two thirds of the items ask one skill, the others two; later answers are more often right."""
    generator = np.random.default_rng(seed)
    ease = generator.normal(0.3, 1.0, 40)
    asks = [f"{n % skills}" if n % 3 else f"{n % skills}|{(n + 1) % skills}" for n in range(40)]
    rows = []
    for student in range(students):
        ability = generator.normal(0, 1.0)
        for order in range(each):
            item = int(generator.integers(0, 40))
            p = 1 / (1 + np.exp(-(ability + ease[item] + order / each)))
            rows.append((student, item, asks[item], int(generator.random() < p), order))
    names = ("student", "item", "skill_ids", "correct", "order")
    return {name: np.array(column) for name, column in zip(names, zip(*rows, strict=True), strict=True)}


def table(students: int = 60, each: int = 60, seed: int = 4) -> AnswerTable:
    return table_of(**columns(students, each, seed))


def expanded(given: dict[str, np.ndarray], *, keep_order: bool) -> dict[str, np.ndarray]:
    """The same answers with one row for each skill: what an evaluation must not be fed."""
    rows = []
    for n in range(len(given["correct"])):
        for skill in str(given["skill_ids"][n]).split("|"):
            rows.append(
                (given["student"][n], given["item"][n], skill, given["correct"][n], given["order"][n])
            )
    out = {name: np.array(column) for name, column in zip(given, zip(*rows, strict=True), strict=True)}
    if not keep_order:
        out["order"] = np.arange(len(rows))
    return out
