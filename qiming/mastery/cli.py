"""`qiming mastery …`: models of what students know, held against answers in files. Needs no house and no database."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from qiming.mastery.evaluating import Evaluation

app = typer.Typer(no_args_is_help=True, help="对照作答记录检验掌握模型（离线，不连数据库）。")

File = Annotated[Path, typer.Argument(help=".parquet、.csv、.json 或 .jsonl 的作答记录")]
AsJson = Annotated[bool, typer.Option("--json", help="只打印一个 JSON 对象")]


@app.callback()
def _group() -> None:
    """Keeps the commands a group even while there is only one."""


@app.command()
def evaluate(
    file: File,
    folds: Annotated[int, typer.Option(help="把学生分成几份轮流检验")] = 5,
    split: Annotated[Path | None, typer.Option(help="student_id,part 的 CSV；给了就不分份")] = None,
    model: Annotated[str, typer.Option(help="tracer、tracer-trees、bkt、pfa、bestlr 或 elo")] = "tracer",
    as_json: AsJson = False,
) -> None:
    """How well a model predicts the next answer of students it has never seen."""
    from qiming.mastery.answers.folds import folds as fold_masks
    from qiming.mastery.answers.folds import published_split
    from qiming.mastery.answers.loading import read_answers
    from qiming.mastery.answers.table import BadAnswers
    from qiming.mastery.evaluating import evaluate as measure

    try:
        table = read_answers(file)
        divisions = published_split(table, split) if split else fold_masks(table, folds)
        found = measure(table, divisions, model, _progress)
    except BadAnswers as trouble:
        typer.secho(str(trouble), fg="red", err=True)
        raise typer.Exit(2) from trouble
    for leak in found.leaks:
        typer.secho(f"可能泄题：{leak['words']}。下面的数字不能当真。", fg="yellow", err=True)
    typer.echo(json.dumps(found.as_dict(), ensure_ascii=False) if as_json else _in_words(found))


def _progress(done: int, of: int) -> None:
    typer.secho(f"第 {done + 1} 份，共 {of} 份……", err=True, dim=True)


def _in_words(found: "Evaluation") -> str:
    if found.auc is None:
        return "所有作答都一样（全对或全错），没有可比的。"
    return (
        f"{found.model}：AUC {found.auc:.4f}（{found.auc_low:.4f}—{found.auc_high:.4f}），"
        f"对数损失 {found.log_loss:.4f}，校准误差 {found.ece:.4f}；"
        f"{found.tested} 次作答，{found.students} 名学生，{found.seconds:.1f} 秒"
    )
