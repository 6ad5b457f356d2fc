"""`qiming mastery …`: models of what students know, held against answers in files. Needs no house and no database."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from qiming.mastery.answers.table import AnswerTable
    from qiming.mastery.evaluating import Evaluation

app = typer.Typer(no_args_is_help=True, help="对照作答记录检验掌握模型（离线，不连数据库）。")

File = Annotated[Path, typer.Argument(help=".parquet、.csv、.json 或 .jsonl 的作答记录")]
AsJson = Annotated[bool, typer.Option("--json", help="只打印一个 JSON 对象")]


@app.command()
def evaluate(
    file: File,
    folds: Annotated[int, typer.Option(help="把学生分成几份轮流检验")] = 5,
    split: Annotated[Path | None, typer.Option(help="student_id,part 的 CSV；给了就不分份")] = None,
    model: Annotated[
        str, typer.Option(help="tracer、tracer-trees、bkt、pfa、bestlr、elo，或别处的 模块:类")
    ] = "tracer",
    as_json: AsJson = False,
) -> None:
    """How well a model predicts the next answer of students it has never seen."""
    from qiming.mastery.answers.folds import folds as fold_masks
    from qiming.mastery.answers.folds import published_split
    from qiming.mastery.evaluating import evaluate as measure

    with _in_words_of_people(as_json):
        table = _read(file)
        divisions = published_split(table, split) if split else fold_masks(table, folds)
        found = measure(table, divisions, model, _progress)
    for leak in found.leaks:
        typer.secho(f"可能泄题：{leak['words']}。下面的数字不能当真。", fg="yellow", err=True)
    typer.echo(json.dumps(found.as_dict(), ensure_ascii=False) if as_json else _in_words(found))


@app.command("fit-bkt")
def fit_bkt(file: File, as_json: AsJson = False) -> None:
    """Knowledge tracing's parameters of every skill, by EM."""
    from qiming.mastery.bkt import fit_bkt as fit

    with _in_words_of_people(as_json):
        table = _read(file)
        _refuse_leaks(table)
    began = time.perf_counter()
    fitted = fit(table.student, table.skill_set, table.correct, table.sets)
    names = ("start", "learn", "forget", "guess", "slip")
    skills = [
        {
            "skill": "|".join(
                table.skill_names[k] for k in table.skills[table.first[one] : table.first[one + 1]]
            ),
            "answers": int((table.skill_set == one).sum()),
            **dict(zip(names, fitted.parameters[one].tolist(), strict=True)),
            "rounds": int(fitted.rounds[one]),
        }
        for one in range(table.sets)
    ]
    seconds = time.perf_counter() - began
    found = {
        "skills": skills,
        "log_likelihood": float(fitted.log_likelihood.sum()),
        "rows": table.rows,
        "seconds": seconds,
    }
    words = f"{len(skills)} 组知识点，{table.rows} 次作答，{seconds:.1f} 秒"
    typer.echo(json.dumps(found, ensure_ascii=False) if as_json else words)


@app.command()
def diagnose(
    file: File,
    q: Annotated[Path, typer.Option(help="题目和知识点的对照表：item 列，其余每列一个知识点，填 0 或 1")],
    kind: Annotated[str, typer.Option(help="dina 或 gdina")] = "dina",
    as_json: AsJson = False,
) -> None:
    """Which skills students have, from one test; shown only where it predicts held-back answers as well as one ability."""
    from qiming.mastery.answers.loading import read_needs
    from qiming.mastery.answers.table import BadAnswers
    from qiming.mastery.diagnosis import Kind, compare, fit_diagnosis

    with _in_words_of_people(as_json):
        if kind not in ("dina", "gdina"):
            raise BadAnswers("kind 只能是 dina 或 gdina")
        chosen: Kind = "dina" if kind == "dina" else "gdina"
        table = _read(file)
        skills, needs = read_needs(q, table)
        held = compare(table, needs, chosen)
        has = fit_diagnosis(table, needs, chosen).has(table).mean(axis=0)
    found = {
        **asdict(held),
        "students": table.students,
        "items": table.items,
        "skills": [{"skill": name, "share": float(one)} for name, one in zip(skills, has, strict=True)]
        if held.shown
        else [],
    }
    verdict = "可以给人看" if held.shown else "不给人看：它猜不出没见过的作答，说的不比一个总分多"
    words = f"{kind}：留出作答的 AUC {held.auc:.4f}，2PL {held.auc_2pl:.4f}；{verdict}"
    typer.echo(json.dumps(found, ensure_ascii=False) if as_json else words)


@app.command("cat-simulate")
def cat_simulate(
    file: File,
    *,
    students: Annotated[int, typer.Option(help="模拟多少名学生", min=1, max=100_000)] = 1000,
    seed: int = 0,
    sure: Annotated[float, typer.Option(help="标准误小到多少就停", min=0.05)] = 0.32,
    most: Annotated[int, typer.Option(help="最多几题", min=1)] = 20,
    as_json: AsJson = False,
) -> None:
    """Fits a 2PL to the file and lets simulated students take an adaptive test from its items."""
    from qiming.mastery.adaptive import simulate
    from qiming.mastery.response import fit_response

    with _in_words_of_people(as_json):
        table = _read(file)
        _refuse_leaks(table)
        fitted = fit_response(table)
    found = simulate(fitted, students, seed, sure, most)
    words = (
        f"平均 {found.mean_items:.1f} 题，误差 {found.rmse:.3f}（随机选同样多的题是 {found.rmse_random:.3f}），"
        f"每选一题 {found.microseconds_an_item:.1f} 微秒"
    )
    typer.echo(json.dumps(found._asdict()) if as_json else words)


@app.command("early-warning")
def early_warning(
    file: File,
    folds: Annotated[int, typer.Option(help="把学生分成几份轮流检验")] = 5,
    as_json: AsJson = False,
) -> None:
    """How well it can be foretold that a student's next twenty answers will be among the worst fifth."""
    from qiming.mastery.answers.folds import folds as fold_masks
    from qiming.mastery.early import evaluate_warning

    with _in_words_of_people(as_json):
        table = _read(file)
        _refuse_leaks(table)
        found = evaluate_warning(table, fold_masks(table, folds))
    words = (
        f"预警：AUC {_short(found.auc)}（{_short(found.auc_low)}—{_short(found.auc_high)}），校准误差 {found.ece:.4f}；"
        f"报了 {found.raised} 次，其中 {_share(found.precision)} 说对了，该报的报出 {_share(found.recall)}"
    )
    typer.echo(json.dumps(found.as_dict(), ensure_ascii=False) if as_json else words)


def _short(value: float | None) -> str:
    return "—" if value is None else f"{value:.4f}"


def _share(value: float | None) -> str:
    return "—" if value is None else f"{value:.0%}"


def _read(file: Path) -> "AnswerTable":
    from qiming.mastery.answers.loading import read_answers

    return read_answers(file)


def _refuse_leaks(table: "AnswerTable") -> None:
    """Parameters fitted to repeated rows would be wrong for good: here a leak is not only said but refused."""
    from qiming.mastery.answers.leaks import leaks_in
    from qiming.mastery.answers.table import BadAnswers

    found = leaks_in(table)
    if found:
        raise BadAnswers(f"数据里有重复的作答，不能用来定参数：{found[0].words}")


@contextmanager
def _in_words_of_people(as_json: bool) -> Iterator[None]:
    """What is wrong with the input is said in words, with --json also as an object; either way the end is 2."""
    from qiming.mastery.answers.table import BadAnswers

    try:
        yield
    except BadAnswers as trouble:
        typer.secho(str(trouble), fg="red", err=True)
        if as_json:
            typer.echo(json.dumps({"error": str(trouble)}, ensure_ascii=False))
        raise typer.Exit(2) from trouble


def _progress(done: int, of: int) -> None:
    typer.secho(f"第 {done + 1} 份，共 {of} 份……", err=True, dim=True)


def _in_words(found: "Evaluation") -> str:
    if found.auc is None:
        return "所有作答都一样（全对或全错），没有可比的。"
    return (
        f"{found.model}：AUC {_short(found.auc)}（{_short(found.auc_low)}—{_short(found.auc_high)}），"
        f"对数损失 {found.log_loss:.4f}，校准误差 {found.ece:.4f}；"
        f"{found.tested} 次作答，{found.students} 名学生，{found.seconds:.1f} 秒"
    )
