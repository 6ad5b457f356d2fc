"""`qiming audit …`: whether the sealed logs still say what was written into them."""

import json
from dataclasses import asdict
from typing import Annotated

import typer

app = typer.Typer(
    no_args_is_help=True, help="The audit trail and the reading log: are they as they were written?"
)


@app.command("verify")
def verify(as_json: Annotated[bool, typer.Option("--json", help="Print for a machine.")] = False) -> None:
    """Check both logs against their seals and the anchors outside the database; exit status 1 when one is broken."""
    from qiming.kernel import chain
    from qiming.trust import chains  # noqa: F401 - the reading log is one of the logs

    found = []
    for log in chain.LOGS.values():
        found.append(chain.verify(log, progress=lambda n: typer.echo(f"  …{n} 行", err=True)))
    if as_json:
        typer.echo(
            json.dumps([asdict(one) | {"holds": one.holds} for one in found], ensure_ascii=False, indent=1)
        )
    else:
        for one in found:
            _say(one)
    raise typer.Exit(0 if all(one.holds for one in found) else 1)


@app.command("note-restore")
def note_restore(
    reason: Annotated[str, typer.Argument(help="Why, and from which backup, in a sentence.")],
) -> None:
    """After restoring a backup: say that rows sealed since then are gone (anchors beyond the end no longer count), and
    erase again whom the backup brought back."""
    from qiming.kernel import anchors, audit, chain
    from qiming.trust import chains  # noqa: F401 - as above
    from qiming.trust.services.erasure import erase_again

    for log in chain.LOGS.values():
        last = log.rows().exclude(seal_no=None).order_by("-seal_no").first()
        ends_at = last.seal_no if last else 0
        anchors.note_restore(log.name, ends_at, reason)
        detail = {"ends_at": ends_at, "reason": reason}
        audit.write(None, "kernel.restored", thing=log.name, thing_id=None, scope_path="", detail=detail)
        typer.echo(f"{log.zh}：记下恢复到第 {ends_at} 行")
    gone, waiting = erase_again()
    if gone or waiting:
        held = f"，{waiting} 人因争议保留着" if waiting else ""
        typer.echo(f"备份里还有已经依法删除的人：再次删除 {gone} 人{held}")


def _say(verdict: object) -> None:
    from qiming.kernel.chain import Verdict

    assert isinstance(verdict, Verdict)
    waiting = f"，另有 {verdict.unsealed} 行等待封存" if verdict.unsealed else ""
    if verdict.broken is None:
        first = f"从第 {verdict.since_no} 行起 " if verdict.since_no > 1 else ""
        typer.echo(
            f"完好  {verdict.zh}：{first}{verdict.checked} 行与封存一致，对过数据库外 {verdict.anchors} 处{waiting}"
        )
    else:
        typer.secho(f"断了  {verdict.zh}：{verdict.broken.says}", fg="red")
        typer.echo("      请保留数据库和 seals 目录原样，立即报告；不要重新封存。")
