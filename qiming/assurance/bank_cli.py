"""`qiming assurance banks …`: what banks there are, whether they are sound, taking one in, making variants, our own errors."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from qiming.assurance.banks import Report
    from qiming.assurance.public_banks import Agreement

app = typer.Typer(no_args_is_help=True, help="题库：清单、检查、导入、变形，以及判分器自己准不准。")
AsJson = Annotated[bool, typer.Option("--json", help="只打印一个 JSON 对象")]
MAX_BYTES = 64 * 1024 * 1024


class Form(StrEnum):
    """How a bank is written."""

    OURS = "ours"
    SAFETYBENCH = "safetybench"
    GAOKAO = "gaokao"


@app.command("list")
def list_banks(as_json: AsJson = False) -> None:
    """The banks that ship: cases, sealed cases, and how far they are from the sizes a rule asks for."""
    from qiming.assurance import banks

    found = [_about(report) for report in banks.check_all()]
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False))
        return
    for one in found:
        typer.echo(f"{one['key']:20} {one['title']}：{one['cases']} 题，其中盲测 {one['sealed']} 题")
        for need in one["required"]:
            typer.echo(
                f"{'':20} 规定：{need['what']} ≥ {need['least']}，现有 {need['have']}（{need['source']}）"
            )
    typer.echo(f"共 {sum(one['cases'] for one in found)} 题")


def _about(report: "Report") -> dict[str, Any]:
    classes = {
        key: sum(case.category == key for case in report.cases) for key in report.about.get("classes", {})
    }
    needs = []
    for need in report.about.get("required", ()):
        kind, source = need.get("kind"), need["source"]
        have = sum(case.kind == kind for case in report.cases)  # none where no kind: key words are not cases
        needs.append({"what": need["what"], "least": need["least"], "have": have, "source": source})
        if "per_class" in need:
            smallest = min(classes.values(), default=0)
            what = f"{need['what']}：每类至少（最少的一类）"
            needs.append({"what": what, "least": need["per_class"], "have": smallest, "source": source})
    return {
        "key": report.key, "title": report.title, "cases": len(report.cases), "sealed": report.sealed,
        "classes": classes, "faults": len(report.faults) + report.more_faults, "required": needs,
    }  # fmt: skip


@app.command()
def check(
    file: Annotated[
        Path | None, typer.Argument(help="一个题库文件或文件夹；不写就检查自带的全部题库")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Ids, form, counts, sealed share, near-duplicates; faults with file and line, ending in 1."""
    from qiming.assurance import banks

    if file is None:
        reports = banks.check_all()
    elif file.is_dir():
        reports = [banks.check_folder(file.resolve(), banks.content_root())]
    else:
        reports = [banks.check_file(file.name, _bytes(file))]
    faults = [fault for report in reports for fault in report.faults]
    more = sum(report.more_faults for report in reports)
    if as_json:
        told = [
            {"file": fault.file, "line": fault.line, "says": fault.says, "warns": fault.warns}
            for fault in faults
        ]
        counts = {report.key: len(report.cases) for report in reports}
        typer.echo(json.dumps({"cases": counts, "faults": told, "more_faults": more}, ensure_ascii=False))
    else:
        for fault in faults:
            typer.echo(str(fault))
        if more:
            typer.echo(f"……另有 {more} 处")
        typer.echo(f"{sum(len(report.cases) for report in reports)} 题，{len(faults) + more} 处要改")
    if any(report.unfit for report in reports):
        raise typer.Exit(1)


@app.command("import")
def import_bank(
    file: Annotated[Path, typer.Argument(help="题库：.jsonl、.csv、.xlsx；或公开题库的 .json(.gz)")],
    out: Annotated[Path, typer.Option(metavar="FOLDER", help="放到哪个新文件夹；文件夹名就是题库的 key")],
    *,
    title: Annotated[str, typer.Option(help="题库名称")],
    source: Annotated[str, typer.Option(help="谁给的、怎样做出来的")] = "由主管部门或学校提供",
    licence: Annotated[str, typer.Option(help="许可")] = "未说明，仅限内部使用",
    form: Annotated[Form, typer.Option("--as", help="ours：我们的格式；或公开题库的名字")] = Form.OURS,
    answers: Annotated[Path | None, typer.Option(metavar="FILE", help="safetybench：答案文件")] = None,
) -> None:
    """Takes a bank in whole, or not at all; then `run --bank FOLDER` uses it."""
    from qiming.assurance import banks
    from qiming.assurance.runner import suites

    with _in_words_of_people():
        report = _report(file, form, answers)
        try:
            banks.keep(
                report,
                out,
                title=title,
                source=source,
                licence=licence,
                version=datetime.now().astimezone().date().isoformat(),
                sizes=banks.sizes_for(report.cases),
            )
        except FileExistsError:
            typer.secho(f"{out} 已经有了，没有覆盖。请换一个文件夹名。", fg="red", err=True)
            raise typer.Exit(2) from None
    for fault in report.faults:
        typer.echo(str(fault))
    typer.echo(f"收下 {len(report.cases)} 题（盲测 {report.sealed} 题），放在 {out}")
    for need in suites.read_bank(out)[0].required:
        each = f"；每类 ≥ {need['per_class']}，最少的一类 {need['fewest']}" if need.get("per_class") else ""
        typer.echo(f"规定：{need['what']} ≥ {need['least']}，现有 {need['have']}{each}（{need['source']}）")


def _report(file: Path, form: Form, answers: Path | None) -> "Report":
    from qiming.assurance import banks, public_banks

    if form is Form.OURS:
        return banks.check_file(file.name, _bytes(file))
    said = public_banks.plain(file.name, _bytes(file))
    if form is Form.GAOKAO:
        return banks.Report(file.stem, cases=public_banks.gaokao(said))
    if answers is None:
        typer.secho("safetybench 还要用 --answers 给出答案文件。", fg="red", err=True)
        raise typer.Exit(2)
    known = public_banks.plain(answers.name, _bytes(answers))
    return banks.Report(file.stem, cases=public_banks.safetybench(said, known))


@app.command()
def generate(
    out: Annotated[Path, typer.Option(metavar="FILE", help="变形题写到哪个 .jsonl 文件")],
    bank: Annotated[
        Path | None, typer.Option(metavar="FILE", help="从哪个题库变形；不写就用自带的题库")
    ] = None,
) -> None:
    """Makes variants (full width, hidden characters, marks, slips of the pen …); the same input gives the same file."""
    from qiming.assurance import banks, making

    reports = banks.check_all() if bank is None else [banks.check_file(bank.name, _bytes(bank))]
    with _in_words_of_people():
        for report in reports:
            if report.unfit:
                raise banks.UnfitBank(report.faults, report.more_faults)
    cases = [case for report in reports for case in report.cases if case.kind != "robustness"]
    shares = making.SHARES if bank is None else {case.metric: (len(cases), len(cases)) for case in cases}
    made = making.bank(cases, shares)
    if out.exists():
        typer.secho(f"{out} 已经有了，没有覆盖。请换一个文件名。", fg="red", err=True)
        raise typer.Exit(2)
    out.write_text("".join(banks.line_of(case) + "\n" for case in made), "utf-8")
    typer.echo(f"做出 {len(made)} 题，写在 {out}")


@app.command()
def measure(
    mrbench: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="MRBench（mrbench_v2.json 或 .gz），人标过的英文辅导回答"),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """How right our graders are: on the hints and solutions of our courses, and on people's labels where given."""
    from qiming.assurance import banks, measuring, public_banks

    with _in_words_of_people():
        root = banks.content_root()
        found = [*measuring.leaks(root), *measuring.false_alarms(root), measuring.refusals(root)]
        english = public_banks.mrbench(public_banks.plain(mrbench.name, _bytes(mrbench))) if mrbench else []
    if as_json:
        told = {"ours": [one.as_dict() for one in found], "mrbench": [one.as_dict() for one in english]}
        typer.echo(json.dumps(told, ensure_ascii=False))
        return
    typer.echo(
        "我们课程里的提示与解答（人写的：提示不说答案，解答说出答案），和我们编写、标注的回答；都是中文"
    )
    _print(found)
    if english:
        typer.echo("MRBench 人工标注（英文算术题，不能代表中文）")
        _print(english)


def _print(found: "list[Agreement]") -> None:
    for one in found:
        told = one.as_dict()
        share, alarm = told["found"], told["false_alarm"]
        caught = (
            f"查出 {share[0]:.1%}（{share[1]:.1%}–{share[2]:.1%}），" if one.both + one.only_people else ""
        )
        kappa = f"κ={told['kappa'][0]:.2f}，" if told["kappa"] else ""
        typer.echo(
            f"  {one.name}：n={one.n}，{caught}误报 {alarm[0]:.1%}（{alarm[1]:.1%}–{alarm[2]:.1%}），"
            f"{kappa}看不出 {one.undecided}"
        )


def _bytes(file: Path) -> bytes:
    try:
        if file.stat().st_size > MAX_BYTES:
            typer.secho(f"{file} 超过 {MAX_BYTES // 1024 // 1024} MB，请拆成几个。", fg="red", err=True)
            raise typer.Exit(2)
        return file.read_bytes()
    except OSError as error:
        typer.secho(f"读不了 {file}：请检查文件名和权限。", fg="red", err=True)
        raise typer.Exit(2) from error


@contextmanager
def _in_words_of_people() -> Iterator[None]:
    from qiming.assurance.banks import UnfitBank

    try:
        yield
    except UnfitBank as trouble:
        typer.secho(f"{trouble}\n什么都没有收下。", fg="red", err=True)
        raise typer.Exit(1) from trouble
