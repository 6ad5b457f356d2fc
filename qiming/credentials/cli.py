"""`qiming certificates …`: check a certificate file, change an issuer's keys."""

from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

app = typer.Typer(
    no_args_is_help=True, help="Certificates (Open Badges 3.0): check one, change an issuer's keys."
)


@app.command("check")
def check(
    file: Annotated[Path, typer.Argument(help="A certificate: .json, .jwt or .png", exists=True)],
) -> None:
    """Say how a certificate stands; exit status 1 unless it holds."""
    from qiming.credentials.queries import check_brought
    from qiming.credentials.rules.reading import Unfit

    try:
        found = check_brought(file.read_bytes())
    except Unfit as error:
        typer.echo(f"{error.wrong.zh}。{error.wrong.next}")
        raise typer.Exit(1) from error
    typer.echo(f"{found.standing.zh}：{found.name}（{found.by}）。{found.standing.says}{found.reason}")
    raise typer.Exit(0 if found.standing.is_good else 1)


@app.command("rotate")
def rotate(place: Annotated[str, typer.Argument(help="The id of the place that issues.")]) -> None:
    """Make new keys for an issuer. What the old ones signed goes on holding."""
    from qiming.credentials import services

    services.rotate(actor=None, place_id=UUID(place))
    typer.echo("换好了。以前颁发的证书照常有效。")
