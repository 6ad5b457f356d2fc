"""`qiming assurance judge`: a model looks at what rules left open in a finished record. Asks nobody unless told whom."""

import asyncio
import json
import os
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from qiming.assurance.words_cli import in_words_of_people, progress

if TYPE_CHECKING:
    from qiming.assurance.runner.judging.outcome import Account
    from qiming.assurance.runner.marking import Marked


def judge(
    record: Annotated[Path, typer.Argument(help="测完的测试记录（.jsonl）")],
    judge_url: Annotated[
        str, typer.Option("--judge", metavar="URL", help="评判模型的地址（OpenAI 兼容）；没有默认值")
    ],
    model: Annotated[str, typer.Option(help="评判模型的名字")],
    *,
    key_env: Annotated[str, typer.Option(metavar="VAR", help="密钥在哪个环境变量里")] = "",
    every: Annotated[bool, typer.Option("--all", help="程序判过的也问，用来量模型和程序有多一致")] = False,
    sealed: Annotated[
        bool, typer.Option("--sealed", help="盲测题也交给评判模型（默认不交：题目会出这台机器）")
    ] = False,
    rubric: Annotated[
        Path | None, typer.Option(metavar="FILE", help="换一把尺子（默认 content/assurance/judge 最新的）")
    ] = None,
    bank: Annotated[
        Path | None, typer.Option(metavar="FILE", help="记录所用的题库，套件自带的不必给")
    ] = None,
    marks: Annotated[
        Path | None, typer.Option(metavar="FILE", help="人工判分：算一致性，且总在模型之上")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="评判记录（默认在测试记录旁边；已有的接着判）")
    ] = None,
    concurrency: Annotated[int, typer.Option(min=1, max=64, help="同时问几条")] = 4,
    limit: Annotated[float | None, typer.Option(min=0.01, help="每秒最多几次请求")] = None,
    seconds: Annotated[float, typer.Option(min=0.1, max=3600, help="一次回答最多等多少秒")] = 60,
    as_json: Annotated[bool, typer.Option("--json", help="只打印一个 JSON 对象")] = False,
) -> None:
    """Ask a judge twice about every open sample; only two clear answers that agree count."""
    with in_words_of_people(as_json):
        from qiming.assurance.runner import marking, records
        from qiming.assurance.runner.judging import asking, outcome, verdicts
        from qiming.assurance.runner.judging import rubric as rubrics
        from qiming.assurance.runner.networks import PRIVATE
        from qiming.assurance.runner.targets import OpenAI

        read = records.read(record)
        marked = marking.read(marks) if marks else None
        key = _key(key_env)
        aim = OpenAI(judge_url, model, key, networks=PRIVATE, settings={"temperature": 0})
        file = out or verdicts.beside(record)
        how = asking.Settings(every, sealed, concurrency, limit, seconds)
        work = asking.judge_record(
            read, aim, rubrics.load(rubric), file, settings=how, bank=bank, progress=progress()
        )
        asyncio.run(work)
        found = outcome.account(read, verdicts.read(file), marked)
    if as_json:
        typer.echo(json.dumps(_told(found, marked) | {"judging": str(file)}, ensure_ascii=False))
    else:
        _say(found, marked)
        typer.echo(f"评判记录：{file}")


def _key(name: str) -> str:
    from qiming.assurance.runner.suites import BadSuite

    if name and not os.environ.get(name):
        raise BadSuite(f"环境变量 {name} 没有设，或是空的")
    return os.environ[name] if name else ""


def _told(found: "Account", marked: "Marked | None") -> dict[str, Any]:
    from qiming.assurance.runner import summing

    marks = marked.decided if marked else {}
    metrics = {}
    for one in summing.judged(found.read, marks):
        by = found.methods.get(one.rule.name, {})
        metrics[one.rule.name] = summing.as_json(one.metric) | {
            "method": "|".join(by),
            "decided_by": dict(by),
        }
    return {
        "suite": found.read.header.suite.get("key"),
        "judge": found.judge,
        "rubric": found.rubric,
        "samples": len(found.read.samples),
        "judged": found.judged,
        "caution": found.caution,
        "open": dict(found.open),
        "agreement": {
            "rules": found.rules.as_dict(),
            "people": found.people.as_dict() if found.people else None,
        },
        "passed": summing.summary(found.read, marks).passed,
        "metrics": metrics,
    }


def _say(found: "Account", marked: "Marked | None") -> None:
    from qiming.assurance.runner import summing
    from qiming.assurance.runner.judging.outcome import METHODS
    from qiming.assurance.runner.report import words

    for line in found.in_words():
        typer.echo(line)
    if found.caution:
        typer.secho(found.caution, fg="yellow")
    for why, times in Counter(found.open.values()).most_common():
        typer.echo(f"  仍要人判 {times} 个：{why}")
    for one in summing.judged(found.read, marked.decided if marked else {}):
        by = "、".join(
            f"{METHODS[name]} {times}" for name, times in found.methods.get(one.rule.name, {}).items()
        )
        typer.echo(f"  {words.line(one)}" + (f"［{by}］" if by else ""))
