"""`qiming mastery replay`: states worked out again from everything that moved them, and the difference told."""

import json
from typing import Annotated

import typer


def replay(
    mend: Annotated[bool, typer.Option("--mend", help="把不一样的写回去，变了的判断留记录")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="只打印一个 JSON 对象")] = False,
) -> None:
    """Every pupil's estimates from the answers, held against what is kept. Without --mend nothing is written."""
    from qiming.learning.services.replay import everybody, rebuild

    pupils = concepts = bands = 0
    furthest = 0.0
    for pupil_id in everybody():
        found = rebuild(pupil_id, mend=mend)
        pupils += 1
        concepts += len(found)
        bands += sum(one.before != one.after for one in found)
        furthest = max([furthest, *(one.by for one in found)])
    said = {
        "pupils": pupils,
        "differ": concepts,
        "bands_differ": bands,
        "furthest": round(furthest, 6),
        "mended": mend,
    }
    if as_json:
        typer.echo(json.dumps(said))
        return
    typer.echo(
        f"{pupils}名学生按作答重算：{concepts}处和存着的不一样，其中{bands}处判断不同，最大差{furthest:.4f}。"
    )
    if concepts:
        typer.echo("已经写回，变了的判断留了记录。" if mend else "什么都没有改；加 --mend 写回。")
