"""`qiming assurance keywords …`: look at an authority's list of words, and keep it for runs (`run --words FOLDER`)."""

import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from qiming.assurance.keywords import Report

app = typer.Typer(no_args_is_help=True, help="词库：检查、导入主管部门自己的关键词库。")
File = Annotated[Path, typer.Argument(help="词库：.txt（一行一个词）、.csv、.xlsx、.jsonl")]
Category = Annotated[str, typer.Option("--class", help="文件里没有写类别的词，都算这一类")]
AsJson = Annotated[bool, typer.Option("--json", help="只打印一个 JSON 对象")]
_SHOWN = 40


@app.command()
def check(file: File, category: Category = "", as_json: AsJson = False) -> None:
    """How many words of which class, and what is wrong, with file and line; ends in 1 when it could not be taken."""
    report = _read(file, category)
    if as_json:
        told = [
            {"file": one.file, "line": one.line, "says": one.says, "warns": one.warns}
            for one in report.faults
        ]
        said = {"words": len(report.words), "classes": report.classes, "faults": told}
        typer.echo(json.dumps(said | {"more_faults": report.more_faults}, ensure_ascii=False))
    else:
        _say(report)
    if report.unfit:
        raise typer.Exit(1)


@app.command("import")
def import_list(
    file: File,
    out: Annotated[Path, typer.Option(metavar="FOLDER", help="放到哪个新文件夹；文件夹名就是词库的 key")],
    *,
    title: Annotated[str, typer.Option(help="词库名称")],
    made: Annotated[str, typer.Option("--source", help="谁给的、怎样做出来的")] = "由主管部门或学校提供",
    licence: Annotated[str, typer.Option(help="许可")] = "未说明，仅限内部使用",
    category: Category = "",
) -> None:
    """Takes a list in whole, or not at all; then `run --words FOLDER` reads replies for its words."""
    from qiming.assurance import keywords

    report = _read(file, category)
    if report.unfit:
        typer.secho(f"{report.in_words()}\n什么都没有收下。", fg="red", err=True)
        raise typer.Exit(1)
    version = datetime.now().astimezone().date().isoformat()
    try:
        keywords.keep(
            report.words, out, key=out.name, title=title, made=made, licence=licence, version=version
        )
    except FileExistsError:
        typer.secho(f"{out} 已经有了，没有覆盖。请换一个文件夹名。", fg="red", err=True)
        raise typer.Exit(2) from None
    _say(report)
    typer.echo(f"收下，放在 {out}")


def _read(file: Path, category: str) -> "Report":
    from qiming.assurance import keywords

    try:
        if file.stat().st_size > keywords.MAX_BYTES:
            typer.secho(
                f"{file} 超过 {keywords.MAX_BYTES // 1024 // 1024} MB，请拆成几个。", fg="red", err=True
            )
            raise typer.Exit(2)
        return keywords.check(file.name, file.read_bytes(), category=category)
    except OSError as error:
        typer.secho(f"读不了 {file}：请检查文件名和权限。", fg="red", err=True)
        raise typer.Exit(2) from error


def _say(report: "Report") -> None:
    for fault in report.faults:
        typer.echo(str(fault))
    if report.more_faults:
        typer.echo(f"……另有 {report.more_faults} 处")
    for name, count in list(report.classes.items())[:_SHOWN]:
        typer.echo(f"  {name}：{count} 个")
    typer.echo(f"共 {len(report.words)} 个词")
