"""`qiming content`: check the text, count it, bring it into the database."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

if TYPE_CHECKING:
    from qiming.curriculum.exchange.model import Report
    from qiming.curriculum.reading import Library
    from qiming.kernel.content import Problem
    from qiming.kernel.errors import UserError

app = typer.Typer(no_args_is_help=True, help="Courses, concepts, syllabus: check, count, bring in.")

JsonFlag = Annotated[bool, typer.Option("--json", help="Print for a machine.")]
Root = Annotated[
    Path | None, typer.Option("--root", help="A content folder other than this installation's.", exists=True)
]

FormatOption = Annotated[
    str, typer.Option("--format", help="qti3 (items) or cc (a course); import finds it out by itself.")
]


@app.command()
def check(root: Root = None, as_json: JsonFlag = False) -> None:
    """Check every file; exit status 1 when something must be mended."""
    library = _library(root)
    found = sorted(library.all_problems(), key=lambda problem: (problem.file, problem.line))
    if as_json:
        typer.echo(json.dumps([problem.as_dict() for problem in found], ensure_ascii=False, indent=1))
    else:
        _tell(found)
    raise typer.Exit(1 if any(not problem.warns for problem in found) else 0)


@app.command()
def stats(root: Root = None, as_json: JsonFlag = False) -> None:
    """Count courses, lessons, activities, items, labs, concepts and prerequisites."""
    from qiming.curriculum.stats import COUNTED
    from qiming.curriculum.stats import stats as count

    counted = count(_library(root))
    if as_json:
        typer.echo(json.dumps(counted, ensure_ascii=False, indent=1))
        return
    typer.echo("".join(f"{name:>12}" for name in ("grade", *COUNTED)))
    for grade, row in counted["by_grade"].items():
        typer.echo("".join(f"{value:>12}" for value in (grade, *(row[name] for name in COUNTED))))
    typer.echo("".join(f"{value:>12}" for value in ("all", *(counted[name] for name in COUNTED))))


@app.command()
def sync(root: Root = None, as_json: JsonFlag = False) -> None:
    """Bring what changed into the database; a lesson with errors keeps its old version."""
    from qiming.curriculum.services import follow_up, sync_content

    report = sync_content(root)
    follow_up()
    if as_json:
        said = {
            "unchanged": report.unchanged,
            "units": [{"unit": unit.unit, "outcome": unit.outcome} for unit in report.units],
            "problems": [p.as_dict() for p in (*report.problems, *report.warnings)],
        }
        typer.echo(json.dumps(said, ensure_ascii=False, indent=1))
    else:
        if report.unchanged:
            typer.echo("nothing changed")
        for unit in report.units:
            if unit.outcome != "unchanged":
                typer.secho(f"{unit.outcome:>10}  {unit.unit}", fg="green" if not unit.problems else "yellow")
        _tell([*report.problems, *report.warnings])
    raise typer.Exit(0 if report.ok else 1)


def _library(root: Path | None) -> "Library":
    from django.conf import settings

    from qiming.curriculum.checks import check_library
    from qiming.curriculum.reading import read_library
    from qiming.kernel import time

    library = read_library(root or Path(settings.CONTENT_ROOT), Path(settings.LABS_ROOT))
    check_library(library, time.today())
    return library


def _tell(problems: Iterable["Problem"]) -> None:
    listed = list(problems)
    for problem in listed:
        typer.secho(str(problem), fg="yellow" if problem.warns else "red")
    wrong = sum(not problem.warns for problem in listed)
    typer.echo(f"{wrong} to mend, {len(listed) - wrong} worth a look")


@app.command()
def case(
    out: Annotated[Path, typer.Argument(help="A folder; one JSON file per graph and syllabus.")],
    base: Annotated[str, typer.Option(help="The address under which this installation is reached.")],
) -> None:
    """Write the concept graphs and syllabuses as CASE 1.1 packages."""
    from qiming.curriculum.exchange.case import packages

    out.mkdir(parents=True, exist_ok=True)
    for package in packages(base.rstrip("/")):
        target = out / f"{package.document['identifier']}.json"
        target.write_text(json.dumps(package.as_json(), ensure_ascii=False, indent=1), encoding="utf-8")
        typer.echo(f"{target.name}  {package.document['title']}  {len(package.items)} items")


@app.command("export")
def export_course(
    course: Annotated[str, typer.Argument(help="The course's key, e.g. g7-learning-from-examples.")],
    out: Annotated[Path, typer.Argument(help="The package to write (.zip or .imscc).")],
    format_: FormatOption = "qti3",
    root: Root = None,
    as_json: JsonFlag = False,
) -> None:
    """Write a course as a package for other platforms; says what the format cannot hold."""
    from qiming.curriculum.exchange.commands import run_export
    from qiming.kernel.errors import UserError

    try:
        report = run_export(_library(root), course, out, format_)
    except UserError as error:
        _refuse(error)
    _tell_report(report, as_json)


@app.command("import")
def import_package(
    package: Annotated[Path, typer.Argument(help="A .zip, .imscc or .xml file, or a folder.", exists=True)],
    out: Annotated[
        Path | None, typer.Argument(help="An empty folder for the draft course; left out: only the report.")
    ] = None,
    format_: FormatOption = "",
    as_json: JsonFlag = False,
) -> None:
    """Read a QTI package or Common Cartridge into a draft course folder, with a list of what did not come along."""
    from qiming.curriculum.exchange.commands import run_import
    from qiming.kernel.errors import UserError

    try:
        report = run_import(package, out, format_)
    except UserError as error:
        _refuse(error)
    _tell_report(report, as_json)


def _refuse(error: "UserError") -> NoReturn:
    typer.secho(f"{error.message}。{error.kept}{error.next}", fg="red", err=True)
    raise typer.Exit(1)


def _tell_report(report: "Report", as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(report.as_dict(), ensure_ascii=False, indent=1))
        return
    for finding in report.findings:
        typer.echo(f"{finding.level.value}  {finding.where}  {finding.what}")
    typer.echo("  ".join(f"{name} {count}" for name, count in sorted(report.counts.items())))
