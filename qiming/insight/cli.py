"""`qiming insight …`: the lake and its measures. Only `export` needs the house and its database."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from qiming.kernel.errors import UserError

NEEDS_HOUSE = frozenset({"export"})
app = typer.Typer(no_args_is_help=True, help="数据湖：把学习记录导出成 Parquet，按指标计算。")

AsJson = Annotated[bool, typer.Option("--json", help="只打印一个 JSON 对象")]
Lake = Annotated[
    Path | None, typer.Option("--lake", metavar="DIR", help="数据湖所在的文件夹（默认：QIMING_HOME/lake）")
]
EngineName = Annotated[
    str, typer.Option("--engine", envvar="QIMING_ENGINE", help="duckdb 或 spark（QIMING_SPARK_MASTER）")
]


@app.command()
def measures(as_json: AsJson = False) -> None:
    """Every indicator there is: name, meaning, unit, owner, how small a group may be."""
    with in_words():
        from qiming.insight.measures.catalogue import MEASURES
    if as_json:
        listed = [
            {"measure": one.name, "name": one.zh, "means": one.means, "unit": one.unit, "owner": one.owner, "least": one.least}
            for one in MEASURES.values()
        ]  # fmt: skip
        typer.echo(json.dumps(listed, ensure_ascii=False))
        return
    for one in MEASURES.values():
        typer.echo(
            f"{one.name:14} {one.zh}：{one.means}（{one.unit}；{one.owner}；不足 {one.least} 人不显示）"
        )


@app.command()
def measure(
    name: Annotated[str, typer.Argument(help="指标的名字，见 qiming insight measures；all：全部")],
    lake: Lake = None,
    engine: EngineName = "duckdb",
    from_raw: Annotated[bool, typer.Option("--from-raw", help="从原始记录算起，不用每夜的小计")] = False,
    as_json: AsJson = False,
) -> None:
    """Work out one indicator; only groups that are large enough are printed."""
    with in_words():
        from qiming.insight.lake.manifest import LakeTrouble
        from qiming.insight.measures.catalogue import MEASURES
        from qiming.insight.measures.engines import opened
        from qiming.insight.measures.running import answer

        if name != "all" and name not in MEASURES:
            raise LakeTrouble(f"没有叫 {name} 的指标：qiming insight measures 列出全部")
        with opened(engine) as running:
            for one in MEASURES.values() if name == "all" else [MEASURES[name]]:
                found = answer(one, where(lake), running, from_raw=from_raw).as_dict()
                typer.echo(json.dumps(found, ensure_ascii=False) if as_json else _as_text(found))


@app.command()
def export(lake: Lake = None, as_json: AsJson = False) -> None:
    """Bring the lake up to date with the database; broken off, the next run goes on. The night does it by itself."""
    with in_words():
        from qiming.insight.lake.export import export as run

        done = run(where(lake), say=lambda what: typer.echo(what, err=True))
    if as_json:
        typer.echo(json.dumps(asdict(done), default=str))
        return
    until = (
        f"学习记录到 {done.until:%Y-%m-%d %H:%M:%S}（UTC）"
        if done.until
        else "有事务还没结束，学习记录下次再导"
    )
    typer.echo(
        f"新导出 {done.statements} 条学习记录，改写 {done.parts_written} 份课时和掌握，合并 {done.compacted} 份；{until}。"
    )


@app.command()
def refresh(lake: Lake = None) -> None:
    """Add up by pupil and week what was exported since the last time; the night does it by itself."""
    with in_words():
        from qiming.insight.measures.running import refresh as run

        made = run(where(lake), say=lambda what: typer.echo(what, err=True))
    typer.echo(f"写了 {made} 份小计。")


@app.command()
def check(lake: Lake = None, as_json: AsJson = False) -> None:
    """Read every file of the lake again and compare it with the sum noted when it was written."""
    with in_words():
        from qiming.insight.lake import manifest as manifests

        root = where(lake)
        found = manifests.existing(root)
        bad = manifests.damaged(root, found)
    told = {"files": len(found.files), "generation": found.generation, "damaged": bad}
    if as_json:
        typer.echo(json.dumps(told, ensure_ascii=False))
    else:
        typer.echo(f"{len(found.files)} 个文件，第 {found.generation} 版：" + ("都完好。" if not bad else ""))
        for path in bad:
            typer.secho(f"坏了或不见了：{path}", fg="red")
    raise typer.Exit(1 if bad else 0)


def where(lake: Path | None) -> Path:
    """The folder asked for, or that of this installation."""
    if lake:
        return lake.resolve()
    from django.conf import settings

    return Path(settings.QIMING_HOME) / "lake"  # as `lake.rights.home`, without loading the rooms


@contextmanager
def in_words() -> Iterator[None]:
    """What goes wrong, said to the operator; exit status 1."""
    from qiming.insight.lake.manifest import HOW_LAKE, LakeTrouble

    try:
        yield
    except ModuleNotFoundError as trouble:
        typer.secho(HOW_LAKE, fg="red", err=True)
        raise typer.Exit(1) from trouble
    except LakeTrouble as trouble:
        typer.secho(str(trouble), fg="red", err=True)
        raise typer.Exit(1) from trouble
    except UserError as trouble:
        typer.secho(f"{trouble.message}。{trouble.kept}{trouble.next}", fg="red", err=True)
        raise typer.Exit(1) from trouble


def _as_text(found: dict[str, Any]) -> str:
    lines = [f"{found['name']}（{found['measure']}，{found['unit']}）：{found['means']}"]
    if found["says"]:
        lines.append(found["says"])
    lines += ["  ".join(f"{name}={value}" for name, value in row.items()) for row in found["rows"]]
    hidden = f"另有 {found['hidden']} 组不足 {found['least']} 人，不显示。" if found["hidden"] else ""
    return "\n".join(
        [*lines, f"{len(found['rows'])} 组，{found['seconds']} 秒（{found['engine']}）。{hidden}"]
    )
