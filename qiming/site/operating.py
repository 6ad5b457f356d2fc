"""`qiming backup|restore|…`: what an operator does with a whole installation. Progress goes to stderr."""

import json
import os
from contextlib import nullcontext
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from qiming.site.backup.manifest import BackupTrouble, Manifest
from qiming.site.database import DatabaseTrouble

JsonFlag = Annotated[bool, typer.Option("--json", help="Print for a machine.")]
PassphraseFile = Annotated[
    Path | None,
    typer.Option(
        exists=True,
        dir_okay=False,
        help="A file whose first line seals the signing key (default: QIMING_BACKUP_PASSPHRASE).",
    ),
]


def mount(app: typer.Typer) -> None:
    """Hang the commands below `qiming`."""
    for command in (doctor, prepare, web, gateway, worker, judge, backup, restore, bundle):
        app.command()(command)


def doctor(
    *,
    start: Annotated[
        bool, typer.Option("--start", help="Start the database for it when it stands still.")
    ] = False,
    urgent: Annotated[
        bool, typer.Option("--urgent", help="Fail only for what keeps people from working.")
    ] = False,
    as_json: JsonFlag = False,
) -> None:
    """Say what is wrong with this installation and how to mend it; exit status 1 when something is."""
    from qiming.site.backup.making import running_database
    from qiming.site.doctor import examine

    try:
        with running_database() if start else nullcontext():
            findings = examine()
    except (BackupTrouble, DatabaseTrouble) as trouble:
        raise _failed(trouble, as_json) from trouble
    if as_json:
        typer.echo(json.dumps([finding.as_dict() for finding in findings], ensure_ascii=False, indent=1))
    else:
        for finding in findings:
            typer.secho(
                f"{'ok  ' if finding.ok else 'BAD '} {finding.what}", fg=None if finding.ok else "red"
            )
            if not finding.ok:
                typer.echo(f"     {finding.remedy}")
    wrong = [finding for finding in findings if not finding.ok and (finding.is_urgent or not urgent)]
    raise typer.Exit(1 if wrong else 0)


def prepare() -> None:
    """Tables, content and static files, as `up` does before it opens; leaves nothing running."""
    from qiming.site import supervisor
    from qiming.site.backup.making import running_database

    try:
        with running_database():
            supervisor.run_step("prepare", "owner")
    except (BackupTrouble, DatabaseTrouble) as trouble:
        raise _failed(trouble, as_json=False) from trouble


def web(
    *,
    host: Annotated[str, typer.Option(envvar="HOST")] = "127.0.0.1",
    port: Annotated[int, typer.Option(envvar="PORT", min=1, max=65535)] = 8000,
    workers: Annotated[int, typer.Option(envvar="QIMING_WORKERS", min=0, help="0: one per core.")] = 0,
) -> None:
    """Only the web workers, beside a PostgreSQL of your own (DATABASE_URL); any number of these may run."""
    _serve("web", host=host, port=port, workers=workers)


def gateway(
    *,
    host: Annotated[str, typer.Option(envvar="QIMING_GATEWAY_HOST")] = "127.0.0.1",
    port: Annotated[int, typer.Option(envvar="QIMING_GATEWAY_PORT", min=1, max=65535)] = 8040,
    workers: Annotated[int, typer.Option(envvar="QIMING_GATEWAY_WORKERS", min=1)] = 1,
) -> None:
    """The door to models (/v1/chat/completions and so on), beside a PostgreSQL of your own or a running `qiming up`."""
    _serve("gateway", host=host, port=port, workers=workers)


def worker() -> None:
    """Only the background worker, beside a PostgreSQL of your own (DATABASE_URL)."""
    _serve("worker")


def judge() -> None:
    """Only the worker that runs pupils' programs in the sandbox, beside a PostgreSQL of your own (DATABASE_URL)."""
    _serve("judge")


def _serve(what: str, **where: Any) -> None:
    from qiming.site import supervisor

    try:
        raise typer.Exit(supervisor.serve(what, **where))
    except DatabaseTrouble as trouble:
        raise _failed(trouble, as_json=False) from trouble


def backup(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A new folder for this one backup.")],
    *,
    passphrase_file: PassphraseFile = None,
    as_json: JsonFlag = False,
) -> None:
    """Back up database, uploads and (sealed) signing key while work goes on; verifies what it wrote."""
    from qiming.site.backup import create, verify

    given = _passphrase(passphrase_file)
    folder = folder.resolve()
    try:
        manifest = create(folder, passphrase=given, say=_say)
        _say("核对写下的备份")
        verify(folder, passphrase=given, say=_say)
    except (BackupTrouble, DatabaseTrouble) as trouble:
        raise _failed(trouble, as_json) from trouble
    told = _told(manifest) | {"folder": str(folder)}
    if as_json:
        typer.echo(json.dumps(told, ensure_ascii=False, indent=1))
    else:
        typer.echo(
            f"备份好了：{folder}\n数据库 {told['rows']} 行，文件 {manifest.file_count} 个，"
            f"用时 {manifest.took_s} 秒，已核对。"
        )
        if not given:
            typer.secho(
                "没有给口令，签名密钥不在备份里。密钥丢了，所有班级卡都要重印：请另存 secret_key，"
                "或下次设 QIMING_BACKUP_PASSPHRASE。",
                fg="yellow",
                err=True,
            )
    if manifest.damaged:
        typer.secho(
            f"{len(manifest.damaged)} 个上传文件已经坏了或不见了，没有进备份：{'、'.join(manifest.damaged[:5])}",
            fg="red",
            err=True,
        )
        raise typer.Exit(1)


def restore(
    folder: Annotated[Path, typer.Argument(metavar="DIR", exists=True, file_okay=False)],
    *,
    into: Annotated[
        Path | None, typer.Option(metavar="HOME", help="Data folder (default: QIMING_HOME).")
    ] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Put the data that are there aside.")] = False,
    check: Annotated[bool, typer.Option("--check", help="Only look whether the backup is whole.")] = False,
    passphrase_file: PassphraseFile = None,
    as_json: JsonFlag = False,
) -> None:
    """Restore a backup: hashes first, then database and files, migrations, the doctor; all or nothing."""
    given = _passphrase(passphrase_file)
    if into:
        os.environ["QIMING_HOME"] = str(into.resolve())
    from qiming.site import backup as backups
    from qiming.site import home

    try:
        if check:
            manifest = backups.verify(folder.resolve(), passphrase=given, say=_say)
            told = _told(manifest)
            words = f"这份备份是完整的：{manifest.made_at}，数据库 {told['rows']} 行，文件 {manifest.file_count} 个。"
            typer.echo(json.dumps(told, ensure_ascii=False, indent=1) if as_json else words)
            return
        done = backups.restore(folder.resolve(), home.path(), replace=replace, passphrase=given, say=_say)
    except (BackupTrouble, DatabaseTrouble) as trouble:
        raise _failed(trouble, as_json) from trouble
    told = _told(done.manifest) | {
        "home": str(done.root),
        "aside": str(done.aside) if done.aside else None,
        "key_is_back": done.key_is_back,
        "wrong": done.wrong,
    }
    typer.echo(json.dumps(told, ensure_ascii=False, indent=1) if as_json else _restored(told))
    raise typer.Exit(1 if done.wrong else 0)


def bundle(
    out: Annotated[Path, typer.Argument(metavar="OUT", help="Folder in which the installer is put.")],
    *,
    platform: Annotated[str, typer.Option(help="x86-64 or arm64.")] = "x86-64",
    python: Annotated[
        list[str] | None,
        typer.Option(help="For which Python, e.g. 3.11; may be repeated (default: this one)."),
    ] = None,
    as_json: JsonFlag = False,
) -> None:
    """Make an offline installer for a school's server: wheels, front end, content, database programs, script."""
    from qiming.site import bundle as bundles

    try:
        made = bundles.make(out.resolve(), machine=platform, pythons=python or [], say=_say)
    except bundles.BundleTrouble as trouble:
        raise _failed(trouble, as_json) from trouble
    if as_json:
        typer.echo(json.dumps(asdict(made), ensure_ascii=False, indent=1, default=str))
        return
    typer.echo(
        f"安装包做好了：{made.archive}（{made.size_bytes / 1024**2:.0f} MB，{len(made.wheels)} 个安装文件，"
        f"需要 glibc {made.glibc} 起的 Linux）"
    )
    if not made.is_native:
        typer.echo("这台机器不是这种类型：依赖齐全，但没有在那类机器上试装过。")


def _restored(told: dict[str, Any]) -> str:
    lines = [
        f"恢复好了：{told['home']}（备份于 {told['made_at']}，{told['rows']} 行，{told['files']} 个文件）"
    ]
    if told["aside"]:
        lines.append(f"原来的数据挪到了 {told['aside']}，核对无误后可以删除。")
    if not told["key_is_back"]:
        lines.append(
            "签名密钥不是备份时的那一把：班级卡要重印，大家要重新登录。有原来的 secret_key 就换上它。"
        )
    lines += [f"检查发现：{what}" for what in told["wrong"]]
    return "\n".join(
        [*lines, "检查通过，可以运行 qiming up。" if not told["wrong"] else "请先改正上面几项。"]
    )


def _told(manifest: Manifest) -> dict[str, Any]:
    whole = asdict(manifest)
    return {
        "made_at": whole["made_at"],
        "version": whole["version"],
        "postgresql": whole["postgresql"],
        "took_s": whole["took_s"],
        "rows": sum(manifest.rows.values()),
        "database_bytes": manifest.database.size_bytes,
        "files": manifest.file_count,
        "file_bytes": manifest.file_bytes,
        "key_sealed": manifest.key is not None,
        "damaged": manifest.damaged,
    }


def _passphrase(file: Path | None) -> str:
    if file is None:
        return os.environ.get("QIMING_BACKUP_PASSPHRASE", "")
    lines = file.read_text(encoding="utf-8").splitlines()
    return lines[0].strip() if lines else ""


def _failed(trouble: Exception, as_json: bool) -> typer.Exit:
    if as_json:
        typer.echo(json.dumps({"failed": str(trouble)}, ensure_ascii=False))
    typer.secho(str(trouble), fg="red", err=True)
    return typer.Exit(1)


def _say(what: str) -> None:
    typer.echo(what, err=True)
