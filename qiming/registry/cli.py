"""`qiming roster …`: class rosters and OneRoster packages from the operator's shell."""

import json
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

app = typer.Typer(no_args_is_help=True, help="Class rosters and OneRoster packages.")


@app.callback()
def rosters() -> None:
    """Class rosters and OneRoster packages."""


@app.command("import")
def import_roster(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="An .xlsx or .csv file.")],
    *,
    school: Annotated[str, typer.Option(help="The school's official code, or its full name.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would change.")] = False,
    good_rows_only: Annotated[
        bool, typer.Option("--good-rows-only", help="Write the good rows although some are wrong.")
    ] = False,
    wrong_rows: Annotated[
        Path | None, typer.Option(help="Where to write the wrong rows with their reasons (.xlsx).")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print for a machine.")] = False,
) -> None:
    """Import the roster FILE of one school; with wrong rows in it nothing is written unless told so."""
    from qiming.kernel.errors import UserError

    try:
        told = _import(file, school, dry_run=dry_run, good_rows_only=good_rows_only, wrong_rows=wrong_rows)
    except UserError as error:
        told = {"written": False, **error.problem()}
    if as_json:
        typer.echo(json.dumps(told, ensure_ascii=False, indent=1))
    else:
        _print(told)
    if "title" in told or (told["problems"] and not (told["written"] or dry_run)):
        raise typer.Exit(1)


@app.command("package")
def import_package(
    file: Annotated[
        Path, typer.Argument(exists=True, help="A OneRoster .zip, or the folder of its .csv files.")
    ],
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would change.")] = False,
    good_rows_only: Annotated[
        bool, typer.Option("--good-rows-only", help="Write the good rows although some are wrong.")
    ] = False,
    confirm_ends: Annotated[
        bool, typer.Option("--confirm-ends", help="Yes, that many people of a school have left.")
    ] = False,
    resume: Annotated[
        bool,
        typer.Option("--resume", help="Go on with the import of this file that was cut off; nothing else."),
    ] = False,
    wrong_rows: Annotated[
        Path | None, typer.Option(help="Where to write the wrong rows, to mend and send again (.zip).")
    ] = None,
    school: Annotated[
        str | None, typer.Option(help="A package of one school only: its official code, or its full name.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print for a machine.")] = False,
) -> None:
    """Import a OneRoster 1.1 or 1.2 package of the whole city, or of one school. A second run of a file that was
    cut off goes on where it stopped."""
    from qiming.kernel.errors import UserError
    from qiming.registry.oneroster import commands

    try:
        with commands.bar(shown=not as_json) as tell:
            told = commands.run_package(
                file,
                dry_run=dry_run,
                good_rows_only=good_rows_only,
                confirm_ends=confirm_ends,
                resume=resume,
                wrong_rows=wrong_rows,
                school=school,
                tell=tell,
            )
    except UserError as error:
        told = {"written": False, **error.problem()}
    if as_json:
        typer.echo(json.dumps(told, ensure_ascii=False, indent=1))
    else:
        commands.say(told)
    if "title" in told or (told["counts"]["rows"]["wrong"] and not (told["written"] or dry_run)):
        raise typer.Exit(1)


@app.command("export")
def export_package(
    target: Annotated[Path, typer.Argument(help="A new .zip, or a new folder.")],
    *,
    version: Annotated[str, typer.Option(help="1.1 or 1.2.")] = "1.2",
    school: Annotated[
        str | None, typer.Option(help="Only this school: its official code, or its full name.")
    ] = None,
    delta_since: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Only what changed since this day.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print for a machine.")] = False,
) -> None:
    """Write a OneRoster package. It holds names: keep it as carefully as the roster itself."""
    from qiming.kernel.errors import UserError
    from qiming.registry.oneroster import commands

    try:
        told: dict[str, Any] = {
            "files": commands.run_export(
                target, version=version, school=school, since=delta_since.date() if delta_since else None
            )
        }
    except UserError as error:
        told = error.problem()
    if as_json:
        typer.echo(json.dumps(told, ensure_ascii=False, indent=1))
    elif "title" in told:
        commands.say(told)
    else:
        typer.echo("，".join(f"{file}.csv {rows}行" for file, rows in told["files"].items()))
    if "title" in told:
        raise typer.Exit(1)


def _import(
    file: Path, school: str, *, dry_run: bool, good_rows_only: bool, wrong_rows: Path | None
) -> dict[str, Any]:
    from qiming.registry.models import RosterImport
    from qiming.registry.services import apply_roster, drop_roster, preview_roster
    from qiming.registry.services.rosters import wrong_rows_sheet

    place = _school(school)
    import_id = preview_roster(actor=None, school_id=place, name=file.name, data=file.read_bytes())
    kept = RosterImport.objects.unscoped("the operator's own import").get(id=import_id)
    told = {"written": False, "counts": dict(kept.counts), "problems": list(kept.problems)}
    if wrong_rows is not None and kept.wrong_rows:
        wrong_rows.write_bytes(wrong_rows_sheet(kept))
    if dry_run or (kept.problems and not good_rows_only):
        drop_roster(actor=None, import_id=import_id)
    else:
        told["counts"] = apply_roster(actor=None, import_id=import_id, good_rows_only=good_rows_only)
        told["written"] = True
    return told


def _school(named: str) -> Any:
    from qiming.kernel.errors import UserError
    from qiming.registry.models import Organisation

    schools = Organisation.objects.unscoped("the operator names the school").filter(kind="school")
    found = list(schools.filter(official_code=named)) or list(schools.filter(name=named))
    if len(found) != 1:
        raise UserError(f"没有找到唯一的学校“{named}”", next="请写学校的 10 位标识码或完整名称。", status=404)
    return found[0].id


def _print(told: dict[str, Any]) -> None:
    if "title" in told:
        typer.secho(
            "。".join(str(told[key]) for key in ("title", "kept", "next") if told[key]), fg="red", err=True
        )
        return
    counts = told["counts"]
    typer.echo(
        f"{'已写入' if told['written'] else '没有写入'}：新进 {counts['new'] + counts['back']}，"
        f"变化 {counts['changed']}，没变 {counts['unchanged']}，离校 {counts['ended']}，要改 {counts['wrong']} 行"
    )
    for problem in told["problems"]:
        typer.echo(f"  第{problem['line']}行 {problem['column']}“{problem['value']}”：{problem['reason']}")
