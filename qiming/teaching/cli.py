"""`qiming periods`: where the periods of this school year stand."""

import json
from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True, help="Periods planned, taught and confirmed.")

JsonFlag = Annotated[bool, typer.Option("--json", help="Print for a machine.")]
Place = Annotated[str, typer.Option("--place", help="Only below the place with this scope path.")]

WORDS = (
    ("classes", "classes with periods"),
    ("planned", "planned"),
    ("live", "going on"),
    ("unconfirmed", "taught, not confirmed"),
    ("confirmed", "confirmed"),
    ("cancelled", "cancelled"),
    ("missed", "planned, day over, nothing said"),
    ("forgotten", "going on for hours"),
    ("confirmed_late", "confirmed late"),
    ("amended", "amended"),
    ("pupils_credited", "pupils with at least one period"),
)


@app.callback()
def _periods() -> None:
    """Periods planned, taught and confirmed."""


@app.command()
def status(as_json: JsonFlag = False, place: Place = "") -> None:
    """Count the periods of the current school year by state and by what stands behind them."""
    from qiming.kernel.errors import UserError
    from qiming.teaching.queries.status import status as count

    try:
        found = count(place)
    except UserError as error:
        typer.echo(f"{error.message} {error.next}", err=True)
        raise typer.Exit(1) from error
    if as_json:
        typer.echo(json.dumps(found.plain(), ensure_ascii=False, indent=1))
        return
    typer.echo(f"{found.school_year}, as of {found.as_of}")
    for name, words in WORDS:
        typer.echo(f"  {getattr(found, name):>7}  {words}")
    for kind, number in found.by_evidence.items():
        typer.echo(f"  {number:>7}  confirmed, {kind}")
    if found.oldest_unconfirmed:
        typer.echo(f"  oldest not confirmed: {found.oldest_unconfirmed}")


@app.command()
def recompute(
    place: Place = "", year: Annotated[str, typer.Option(help="School year (default: the present one).")] = ""
) -> None:
    """Compute the ledger of every confirmed period afresh; where nothing was wrong, nothing changes."""
    from qiming.kernel.access import Denied
    from qiming.kernel.errors import UserError
    from qiming.registry import queries as registry
    from qiming.teaching.services.recounting import confirmed_under, recompute_place

    try:
        path = registry.org_by_path(place).path if place else registry.city().path
        key = registry.year(year).key if year else registry.current_year().key
    except (Denied, UserError) as error:
        said = (
            f"{error.message} {error.next}" if isinstance(error, UserError) else f"there is no place {place}"
        )
        typer.echo(said, err=True)
        raise typer.Exit(1) from error
    with typer.progressbar(length=confirmed_under(path, key).count(), label="periods") as bar:
        done = recompute_place(scope_path=path, school_year=key, step=bar.update)
    typer.echo(f"{done.periods} periods, {done.credited} credits of {key}")
