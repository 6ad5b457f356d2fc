"""`qiming account …`: accounts from the operator's shell, when nobody above can help on a page."""

from typing import Annotated, Any

import typer

app = typer.Typer(no_args_is_help=True, help="Accounts: bring one back to its owner.")


@app.callback()
def accounts() -> None:
    """Accounts: bring one back to its owner."""


@app.command()
def recover(
    username: Annotated[str, typer.Argument(help="The account, as its owner types it.")],
    *,
    reason: Annotated[str, typer.Option(help="Why; the owner reads it at the next sign-in.")],
    what: Annotated[
        list[str] | None,
        typer.Option(
            help="reset (new first password), second_factor, unlock, sessions, links; may be given several times. "
            "Without it: reset and second_factor."
        ),
    ] = None,
) -> None:
    """Bring USERNAME back: the only way for a city officer, who has nobody above."""
    from qiming.kernel.errors import UserError
    from qiming.registry.services.recovery import recover as do
    from qiming.registry.types import HELP_NAMES, Help

    try:
        chosen = [Help(one) for one in what or (Help.RESET, Help.SECOND_FACTOR)]
    except ValueError:
        typer.secho(f"--what is one of: {', '.join(Help)}", fg="red", err=True)
        raise typer.Exit(1) from None
    try:
        fresh = do(actor=None, person_id=_owner(username), what=chosen, reason=reason)
    except UserError as error:
        typer.secho(
            "。".join(part for part in (error.message, error.kept, error.next) if part), fg="red", err=True
        )
        raise typer.Exit(1) from error
    typer.echo("、".join(HELP_NAMES[one] for one in chosen) + "：办好了，本人下次登录会看到原因。")
    if fresh:
        typer.echo(f"新的初始密码（只显示这一次）：{fresh}")


def _owner(username: str) -> Any:
    from qiming.kernel.errors import UserError
    from qiming.registry.models import Account
    from qiming.registry.rules.usernames import folded_username

    account = Account.objects.filter(username=folded_username(username)).first()
    if account is None:
        raise UserError(f"没有账号 {username}", kept="什么也没有改。", next="核对一下再来。")
    return account.person_id
