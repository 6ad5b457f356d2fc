"""Which skills a student has, from a test whose items name the skills they need (a Q-matrix): DINA and G-DINA.

A student has or lacks each of K skills: 2^K profiles with free shares. DINA: an item is right with 1 - slip when all its
skills are there, else with guess (Haertel 1989; Junker & Sijtsma 2001). G-DINA: a chance of its own for each combination of
the item's skills (de la Torre 2011). Both by EM. A diagnosis is shown only where it predicts answers that were
held back about as well as one ability does (`compare`): otherwise it says no more than a score would.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, NamedTuple

import numpy as np

from qiming.mastery.answers.measures import auc, log_loss
from qiming.mastery.answers.table import AnswerTable, BadAnswers, Floats, Ints, Mask
from qiming.mastery.response import GRID, Response, first_answers, fit_response, normal_weights

MOST_SKILLS = 12
ROUNDS, ENOUGH = 300, 1e-3
HELD_BACK, HELD_SEED = 5, 11
WITHIN = 0.005
"""How much worse (log loss per answer) a diagnosis may predict than one ability does and still be shown."""
Kind = Literal["dina", "gdina"]


class Profiles(NamedTuple):
    """`has` [profile, skill]; `class_of` [item, profile]: which chance of the item a profile has; `classes` [item]."""

    has: Ints
    class_of: Ints
    classes: Ints


@dataclass(frozen=True)
class Diagnosis:
    """`share` [profile]; `right` [item, class]: the chance of a right answer; fit of the answers it was made from."""

    profiles: Profiles
    share: Floats
    right: Floats
    log_likelihood: float
    rounds: int

    def weights(self, table: AnswerTable) -> Floats:
        """[student, profile]: how likely each profile is after the student's first answers."""
        return _weights(first_answers(table), self.profiles, self.share, self.right)[0]

    def has(self, table: AnswerTable) -> Floats:
        """[student, skill]: the chance that the student has the skill."""
        return self.weights(table) @ self.profiles.has

    def chances(self, weights: Floats) -> Floats:
        """[student, item] from weights over profiles."""
        each = np.take_along_axis(self.right, self.profiles.class_of, axis=1)
        return weights @ each.T


def profiles_of(needs: Ints, kind: Kind) -> Profiles:
    """From the Q-matrix `needs` [item, skill] of 0 and 1. Raises BadAnswers for more than 12 skills or items without any."""
    items, skills = needs.shape
    if skills > MOST_SKILLS:
        raise BadAnswers(f"诊断最多 {MOST_SKILLS} 个知识点，这里有 {skills} 个")
    if not needs.any(axis=1).all():
        raise BadAnswers(f"第 {int(np.flatnonzero(~needs.any(axis=1))[0]) + 1} 题没有标知识点")
    has = (np.arange(2**skills)[:, None] >> np.arange(skills)) & 1
    class_of, classes = np.zeros((items, len(has)), np.int64), np.zeros(items, np.int64)
    for item in range(items):
        asked = np.flatnonzero(needs[item])
        if kind == "dina":
            class_of[item] = has[:, asked].all(axis=1)
            classes[item] = 2
        else:
            class_of[item] = has[:, asked] @ (1 << np.arange(len(asked)))
            classes[item] = 2 ** len(asked)
    return Profiles(has, class_of, classes)


def fit_diagnosis(table: AnswerTable, needs: Ints, kind: Kind = "dina") -> Diagnosis:
    """EM from first answers; chances start low for nothing and high for everything an item asks."""
    answers = first_answers(table)
    profiles = profiles_of(needs, kind)
    most = int(profiles.classes.max())
    bits = np.array([bin(one).count("1") for one in range(most)])
    asked = np.maximum(np.log2(profiles.classes), 1)[:, None]
    right = np.clip(0.2 + 0.6 * bits[None, :] / asked, 0.05, 0.95)
    share = np.full(len(profiles.has), 1 / len(profiles.has))
    before, now, turn = -np.inf, -np.inf, 0
    for turn in range(1, ROUNDS + 1):
        weight, now = _weights(answers, profiles, share, right)
        if now - before < ENOUGH and turn > 2:
            break
        before = now
        share = (weight.sum(axis=0) + 1e-3) / (weight.sum() + 1e-3 * len(share))
        right = _maximise(answers, profiles, weight, most)
    return Diagnosis(profiles, share, right, float(now), turn)


def _weights(answers: AnswerTable, profiles: Profiles, share: Floats, right: Floats) -> tuple[Floats, float]:
    each = np.take_along_axis(right, profiles.class_of, axis=1)
    good, bad = np.log(each), np.log1p(-each)
    out = np.tile(np.log(share), (answers.students, 1))
    begins = answers.begins()
    for start, end in pairwise(begins):
        item, mark = answers.item[start:end], answers.correct[start:end]
        out[answers.student[start]] += good[item[mark == 1]].sum(axis=0) + bad[item[mark == 0]].sum(axis=0)
    top = out.max(axis=1, keepdims=True)
    out = np.exp(out - top)
    total = out.sum(axis=1, keepdims=True)
    there = np.bincount(answers.student, minlength=answers.students) > 0
    return out / total, float((np.log(total) + top)[there].sum())


def _maximise(answers: AnswerTable, profiles: Profiles, weight: Floats, most: int) -> Floats:
    """Shares of right answers in each class of an item, with half an answer of each mark added to keep them inside."""
    out = np.full((len(profiles.classes), most), 0.5)
    for item in range(len(profiles.classes)):
        rows = answers.item == item
        seen, marks = weight[answers.student[rows]], answers.correct[rows]
        all_of = np.bincount(profiles.class_of[item], seen.sum(axis=0), minlength=most)
        right_of = np.bincount(profiles.class_of[item], seen[marks == 1].sum(axis=0), minlength=most)
        out[item] = (right_of + 0.5) / (all_of + 1.0)
    return out


@dataclass(frozen=True)
class Comparison:
    """Held-back answers of students who were not fitted on: AUC and log loss of the diagnosis and of one ability."""

    kind: Kind
    auc: float
    log_loss: float
    auc_2pl: float
    log_loss_2pl: float
    tested: int
    shown: bool


def compare(table: AnswerTable, needs: Ints, kind: Kind) -> Comparison:
    """Fits on four fifths of the students; for the others every fifth answer is held back and predicted from the rest."""
    answers = first_answers(table)
    generator = np.random.default_rng(HELD_SEED)
    strangers = (generator.permutation(table.students) % HELD_BACK == 0)[answers.student]
    held: Mask = strangers & (generator.integers(0, HELD_BACK, answers.rows) == 0)
    if not held.any() or strangers.all():
        raise BadAnswers("学生太少，留不出检验用的作答")
    known, rest, asked = answers.of(~strangers), answers.of(strangers & ~held), answers.of(held)
    found, ability = fit_diagnosis(known, needs, kind), fit_response(known)
    by_skills = found.chances(found.weights(rest))[asked.student, asked.item]
    by_ability = _by_ability(rest, ability)[asked.student, asked.item]
    losses = [log_loss(asked.correct, one) for one in (by_skills, by_ability)]
    return Comparison(
        kind=kind,
        auc=auc(asked.correct, by_skills),
        log_loss=losses[0],
        auc_2pl=auc(asked.correct, by_ability),
        log_loss_2pl=losses[1],
        tested=asked.rows,
        shown=losses[0] <= losses[1] + WITHIN,
    )


def _by_ability(rest: AnswerTable, fitted: Response) -> Floats:
    p = fitted.chances(GRID)
    weight = np.tile(np.log(normal_weights()), (rest.students, 1))
    marked = rest.correct[:, None] == 1
    np.add.at(weight, rest.student, np.where(marked, np.log(p).T[rest.item], np.log1p(-p).T[rest.item]))
    weight = np.exp(weight - weight.max(axis=1, keepdims=True))
    return np.asarray(weight / weight.sum(axis=1, keepdims=True) @ p)
