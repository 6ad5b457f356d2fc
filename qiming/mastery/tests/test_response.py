"""One ability, adaptive tests and skill diagnosis: what was put in comes back out."""

import csv
import json
from pathlib import Path
from typing import get_args

import numpy as np
import pytest
from typer.testing import CliRunner

from qiming.mastery.adaptive import believe, is_done, next_item, simulate, start_belief
from qiming.mastery.answers.table import AnswerTable, BadAnswers, table_of
from qiming.mastery.cli import app
from qiming.mastery.diagnosis import Kind, compare, fit_diagnosis, profiles_of
from qiming.mastery.response import Response, abilities, fit_response

SLOPES = np.linspace(0.6, 2.0, 20)
LEVELS = np.linspace(-1.5, 1.5, 20)
NEEDS = np.array([[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 0], [0, 1, 1], [1, 0, 1]] * 4)


def sheet_of(right: np.ndarray) -> AnswerTable:
    students, items = right.shape
    student, item = np.repeat(np.arange(students), items), np.tile(np.arange(items), students)
    return table_of(student, item, np.char.add("k", item.astype(str)), right.ravel())


def by_ability(students: int = 2000, seed: int = 0) -> tuple[AnswerTable, np.ndarray]:
    generator = np.random.default_rng(seed)
    theta = generator.normal(size=students)
    p = Response(SLOPES, LEVELS, 0, 0).chances(theta)
    return sheet_of((generator.random(p.shape) < p).astype(int)), theta


def by_skills(students: int = 600, seed: int = 1) -> tuple[AnswerTable, np.ndarray]:
    generator = np.random.default_rng(seed)
    has = (generator.random((students, 3)) < 0.5).astype(int)
    can = (has[:, None, :] >= NEEDS[None]).all(axis=2)
    return sheet_of((generator.random(can.shape) < np.where(can, 0.9, 0.15)).astype(int)), has


def test_slopes_and_levels_come_back() -> None:
    answers, theta = by_ability()
    fitted = fit_response(answers)
    assert np.abs(fitted.slope - SLOPES).mean() < 0.12
    assert np.abs(fitted.level - LEVELS).mean() < 0.12
    estimate, error = abilities(answers, fitted)
    assert np.corrcoef(estimate, theta)[0, 1] > 0.9
    assert np.sqrt(np.mean((estimate - theta) ** 2)) == pytest.approx(error.mean(), abs=0.05)


def test_rasch_has_one_slope_and_fits_no_better() -> None:
    answers, _ = by_ability(500)
    rasch, free = fit_response(answers, slopes=False), fit_response(answers)
    assert (rasch.slope == 1).all()
    assert rasch.log_likelihood < free.log_likelihood


def test_only_first_answers_count() -> None:
    answers, _ = by_ability(300)
    twice = table_of(
        np.tile(answers.student, 2),
        np.tile(answers.item, 2),
        np.full(2 * answers.rows, "k"),
        np.concatenate((answers.correct, np.ones(answers.rows, int))),
        order=np.arange(2 * answers.rows),
    )
    assert fit_response(twice).level == pytest.approx(fit_response(answers).level)


def test_one_item_is_no_test() -> None:
    with pytest.raises(BadAnswers, match="至少要有两道题"):
        fit_response(sheet_of(np.array([[1], [0]])))


def test_an_adaptive_test_asks_less_or_knows_more() -> None:
    generator = np.random.default_rng(5)
    bank = Response(generator.uniform(0.8, 2.2, 200), generator.normal(0, 1.2, 200), 0, 0)
    found = simulate(bank, 400, seed=2)
    assert found.mean_items < 20
    assert found.rmse < 0.40 < found.rmse_random
    assert found.mean_error <= 0.36
    assert found.exposure < 0.75


def test_the_next_item_is_new_and_the_test_ends() -> None:
    bank = Response(SLOPES, LEVELS, 0, 0)
    belief = start_belief()
    used: list[int] = []
    while not is_done(belief, len(used)):
        item = next_item(belief, bank, np.array(used, np.int64), 0.5)
        if item is None:
            break
        assert item not in used
        used.append(item)
        before = belief.theta
        belief = believe(belief, bank, item, True)
        assert belief.theta > before
    assert len(used) <= 20
    assert next_item(belief, bank, np.arange(20), 0.5) is None


@pytest.mark.parametrize("kind", get_args(Kind))
def test_skills_come_back_and_may_be_shown(kind: Kind) -> None:
    answers, has = by_skills()
    found = fit_diagnosis(answers, NEEDS, kind)
    assert ((found.has(answers) > 0.5) == has).mean() > 0.95
    assert found.right[0, :2] == pytest.approx([0.15, 0.9], abs=0.06)
    verdict = compare(answers, NEEDS, kind)
    assert verdict.shown
    assert verdict.auc > verdict.auc_2pl


def test_a_matrix_that_explains_nothing_is_not_shown() -> None:
    answers, _ = by_ability(1500)
    nonsense = np.zeros((20, 2), int)
    nonsense[np.arange(20), np.arange(20) % 2] = 1
    verdict = compare(answers, nonsense, "dina")
    assert not verdict.shown
    assert verdict.log_loss > verdict.log_loss_2pl


def test_gdina_with_one_skill_an_item_is_dina() -> None:
    answers, _ = by_skills()
    single = np.eye(3, dtype=int)[np.arange(24) % 3]
    both = [fit_diagnosis(answers, single, kind) for kind in get_args(Kind)]
    assert both[0].log_likelihood == pytest.approx(both[1].log_likelihood)


def test_matrices_that_cannot_be_used_are_refused() -> None:
    with pytest.raises(BadAnswers, match="最多"):
        profiles_of(np.ones((2, 13), int), "dina")
    with pytest.raises(BadAnswers, match="没有标知识点"):
        profiles_of(np.array([[1], [0]]), "dina")


def test_the_commands_print_one_object(tmp_path: Path) -> None:
    answers, _ = by_skills(200)
    file, matrix = tmp_path / "a.csv", tmp_path / "q.csv"
    with file.open("w", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(["student_id", "item_id", "skill_ids", "correct"])
        rows.writerows(zip(answers.student, answers.item, answers.item % 3, answers.correct, strict=True))
    with matrix.open("w", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(["item", "a", "b", "c"])
        rows.writerows([item, *NEEDS[item]] for item in range(24))
    run = CliRunner()

    def told(*words: str) -> dict[str, object]:
        done = run.invoke(app, [*words, "--json"])
        assert done.exit_code == 0, done.output
        found: dict[str, object] = json.loads(done.stdout)
        return found

    found = told("diagnose", str(file), "--q", str(matrix))
    assert found["shown"] is True
    assert found["students"] == 200
    assert told("fit-bkt", str(file))["rows"] == answers.rows
    assert told("cat-simulate", str(file), "--students", "50")["students"] == 50
    matrix.write_text("item,a\n0,1\n")
    assert run.invoke(app, ["diagnose", str(file), "--q", str(matrix)]).exit_code == 2
