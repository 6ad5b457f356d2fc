"""`qiming assurance …`: run suites on products and read the records. Needs no house and no database."""

import asyncio
import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from importlib import import_module
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from qiming.assurance import judge_cli
from qiming.assurance.bank_cli import app as banks
from qiming.assurance.keyword_cli import app as keywords
from qiming.assurance.words_cli import in_words_of_people, progress

if TYPE_CHECKING:
    from qiming.assurance.runner.records import Read
    from qiming.assurance.runner.running import Settings
    from qiming.assurance.runner.suites import Suite
    from qiming.assurance.runner.targets import Target
    from qiming.assurance.types import SuiteSummary

CLASS_AT_ONCE = 40
app = typer.Typer(no_args_is_help=True, help="测试场：用套件测一个产品，看记录，比较两次。")
app.add_typer(banks, name="banks")
app.add_typer(keywords, name="keywords")
app.command("judge")(judge_cli.judge)

AsJson = Annotated[bool, typer.Option("--json", help="只打印一个 JSON 对象")]
Record = Annotated[Path, typer.Argument(help="测试记录（.jsonl）")]
Marks = Annotated[
    Path | None,
    typer.Option(help='人工判分，一行一个 JSON：{"id", "marker", "passed"}；两人判同一题就算一致性'),
]


class TargetKind(StrEnum):
    """How a product is asked."""

    OPENAI = "openai"
    MAPPED = "mapped"
    WEB = "web"
    AGENT = "agent"


@app.command("suites")
def list_suites(as_json: AsJson = False) -> None:
    """The suites that ship, with their metrics and gates."""
    with in_words_of_people(as_json):
        from qiming.assurance.runner import suites

        found = [suites.load(name) for name in suites.names()]
    if as_json:
        told = [
            {"suite": one.key, "title": one.title, "dimension": one.dimension, "method": one.method, "cases": len(one.cases)}
            for one in found
        ]  # fmt: skip
        typer.echo(json.dumps(told, ensure_ascii=False))
        return
    for one in found:
        typer.echo(f"{one.key:20} {one.title}（{len(one.cases)} 题）：{one.says}")


@app.command()
def run(
    target: Annotated[str, typer.Option(metavar="URL", help="产品的地址；--kind agent：智能体的名字")],
    suite: Annotated[
        str,
        typer.Option(
            metavar="NAME",
            help="套件的名字（qiming assurance suites），或一个 YAML 文件；--kind agent 不写就用它自带的",
        ),
    ] = "",
    kind: Annotated[
        TargetKind,
        typer.Option(
            help="openai：OpenAI 兼容接口；mapped：按 --mapping 的说明问；web：看网页的无障碍；agent：本平台的智能体"
        ),
    ] = TargetKind.OPENAI,
    *,
    bank: Annotated[
        Path | None, typer.Option(metavar="FILE", help="换成自己的题库：.jsonl、.csv、.xlsx 文件或题库文件夹")
    ] = None,
    words: Annotated[
        list[Path] | None,
        typer.Option(metavar="FOLDER", help="导入过的词库（qiming assurance keywords import），可以写几次"),
    ] = None,
    mapping: Annotated[
        Path | None, typer.Option(metavar="FILE", help="mapped：怎样问、回答在哪里（YAML）")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="记录写到哪里；已有的接着测（默认：当前文件夹里新建，断过的接着测）"
        ),
    ] = None,
    model: Annotated[str, typer.Option(help="openai：model 字段")] = "default",
    stream: Annotated[
        bool, typer.Option("--stream", help="openai：要求流式回答，并记录第一个字来得多快")
    ] = False,
    concurrency: Annotated[
        int | None, typer.Option(min=1, max=256, help="同时问几题（默认 8；压力套件 40）")
    ] = None,
    limit: Annotated[float | None, typer.Option(min=0.01, help="每秒最多几次请求")] = None,
    seconds: Annotated[float, typer.Option(min=0.1, max=3600, help="一次回答最多等多少秒")] = 60,
    repeats: Annotated[int, typer.Option(min=1, max=20, help="每题问几次，看回答稳不稳")] = 1,
    vary: Annotated[str, typer.Option(help="再用变形的问法问：typos,fullwidth,symbols")] = "",
    sealed: Annotated[bool, typer.Option("--sealed", help="盲测复测：连不公开的题也问")] = False,
    fresh: Annotated[bool, typer.Option("--fresh", help="--out 已有记录时不接着测，而是拒绝")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="有门槛没过就以状态 1 结束")] = False,
    as_json: AsJson = False,
) -> None:
    """Put a suite to a product. The key, if it wants one, is read from QIMING_TARGET_KEY."""
    with in_words_of_people(as_json):
        from qiming.assurance.runner import records, suites
        from qiming.assurance.runner import run as start
        from qiming.assurance.runner.running import Settings

        with _as_lines(bank) as lines:
            asked = suites.load(_suite(suite, kind, target), bank=lines, words=words or ())
        if kind == TargetKind.WEB or asked.method == "axe":
            file = out or _fresh(asked.key)
            found = _pages(asked, kind, target, file)
        else:
            presses = asked.method == "load"
            at_once = concurrency or (CLASS_AT_ONCE if presses else 8)
            ways = _ways(vary)
            settings = Settings(limit, at_once, seconds, include_sealed=sealed, repeats=repeats, vary=ways)
            aim = _target(kind, target, mapping, model=model, stream=stream or presses)
            going_on = None if fresh or out else _broken_off(asked, aim, settings)
            file = out or going_on or _fresh(asked.key)
            asking = start(asked, aim, file, resume=not fresh, settings=settings, progress=progress())
            found = asyncio.run(asking)
        read = records.read(file)
    if as_json:
        typer.echo(json.dumps(_told(found, read) | {"record": str(file)}, ensure_ascii=False))
    else:
        _say(found, read)
        typer.echo(f"记录：{file}")
    if strict and found.passed is not True:
        raise typer.Exit(1)


@app.command()
def report(
    record: Annotated[list[Path], typer.Argument(help="测试记录（.jsonl）；同一个产品的几份写成一份报告")],
    *,
    html: Annotated[Path | None, typer.Option(metavar="FILE", help="写成一个网页文件")] = None,
    pdf: Annotated[Path | None, typer.Option(metavar="FILE", help="写成 PDF")] = None,
    inspect: Annotated[
        Path | None, typer.Option(metavar="FILE", help="另存为 inspect-ai 的日志（.json），只要一份记录")
    ] = None,
    marks: Marks = None,
    judged: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE", help="qiming assurance judge 写的评判记录，每份记录一份"),
    ] = None,
    show_sealed: Annotated[
        bool, typer.Option("--show-sealed", help="盲测题也写出内容：只给主管部门")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Read records again: figures on the screen, a report as a web page or PDF, or another tool's log."""
    with in_words_of_people(as_json):
        from qiming.assurance.runner import inspect_log, marking, records, summing
        from qiming.assurance.runner.judging import outcome
        from qiming.assurance.runner.report import data, page, paper

        reads = [records.read(one) for one in record]
        marked = marking.read(marks) if marks else None
        decided = marked.decided if marked else None
        accounts = outcome.accounts(reads, judged or [], marked)
        reads = [found.read if found else read for found, read in zip(accounts, reads, strict=True)]
        lines = [line for found in accounts if found for line in found.in_words()]
        cautions = [found.caution for found in accounts if found and found.caution]
        if html or pdf:
            told = data.report(reads, marked, show_sealed=show_sealed, judging=lines)
            told = replace(told, notes=(*told.notes, *cautions))
            if html:
                html.write_text(page.page(told), encoding="utf-8")
            if pdf:
                pdf.write_bytes(paper.paper(told))
        if inspect:
            if len(reads) > 1:
                raise records.RecordTrouble("--inspect 一次只写一份记录")
            inspect.write_bytes(inspect_log.log_of(reads[0], show_sealed=show_sealed))
        found = [summing.summary(one, decided) for one in reads]
    if as_json:
        every = [_told(one, read, decided) for one, read in zip(found, reads, strict=True)]
        typer.echo(json.dumps(every[0] if len(every) == 1 else {"runs": every}, ensure_ascii=False))
        return
    for one, read in zip(found, reads, strict=True):
        _say(one, read, decided)
    for line in lines + cautions:
        typer.echo(line)
    for file in filter(None, (html, pdf, inspect)):
        typer.echo(f"写好了：{file}")


@app.command()
def compare(before: Record, after: Record, as_json: AsJson = False) -> None:
    """What changed between two records, on the cases that both asked."""
    with in_words_of_people(as_json):
        from qiming.assurance.runner import comparing, records

        found = comparing.compare(records.read(before), records.read(after))
    if as_json:
        typer.echo(json.dumps(found.as_dict(), ensure_ascii=False))
        return
    for line in found.in_words():
        typer.echo(line)


def _fresh(key: str) -> Path:
    """A new name in the present folder."""
    name = f"assurance-{key}-{datetime.now().astimezone():%Y%m%d-%H%M%S}"
    return next(one for n in count() if not (one := Path(f"{name}{f'-{n}' if n else ''}.jsonl")).exists())


def _broken_off(asked: "Suite", aim: "Target", settings: "Settings") -> Path | None:
    """The latest record in the present folder of this very run, when it was broken off."""
    from qiming.assurance.runner import records, running

    header = running.header_of(asked, aim, settings, sum(1 for _ in running.planned(asked, settings)))
    for file in sorted(Path().glob(f"assurance-{asked.key}-*.jsonl"), reverse=True)[:20]:
        if records.unfinished(file, header):
            typer.secho(f"接着测 {file}", err=True)
            return file
    return None


def _pages(asked: "Suite", kind: TargetKind, url: str, file: Path) -> "SuiteSummary":
    from qiming.assurance.runner import pages, suites
    from qiming.assurance.runner.networks import PRIVATE

    if kind != TargetKind.WEB or asked.method != "axe":
        raise suites.BadSuite("--kind web 只用来跑看网页的套件（accessibility），那个套件也只能这样跑")
    return asyncio.run(pages.run_pages(asked, pages.WebPages(url, PRIVATE), file))


def _suite(name: str, kind: TargetKind, target: str) -> str:
    from qiming.assurance.runner import places, suites

    if name:
        return name
    own = places.shipped("content", "agents", target, "suite.yaml")
    if kind != TargetKind.AGENT or not own.is_file():
        raise suites.BadSuite("要写 --suite：套件的名字，见 qiming assurance suites")
    return str(own)


def _ways(vary: str) -> tuple[str, ...]:
    from qiming.assurance.runner import suites, variants

    ways = tuple(one.strip() for one in vary.split(",") if one.strip())
    if set(ways) - set(variants.KINDS):
        raise suites.BadSuite(f"--vary 只能是 {'、'.join(variants.KINDS)}")
    return ways


def agent_named(key: str) -> "Target":
    """An agent of this platform. The rooms of agents stand above this one: it is found when it is asked for."""
    from qiming.assurance.runner import suites
    from qiming.assurance.runner.kinds import Failure

    try:
        found: Target = import_module("qiming.agents.evaluating.target").Agent(key)
    except Failure:
        raise suites.BadSuite(f"没有叫“{key}”、自己会对话的智能体；见 qiming agents list") from None
    return found


def _target(kind: TargetKind, url: str, mapping: Path | None, *, model: str, stream: bool) -> "Target":
    from qiming.assurance.runner.mapping import BadMapping, read_mapping
    from qiming.assurance.runner.networks import PRIVATE
    from qiming.assurance.runner.targets import Mapped, OpenAI

    if kind == TargetKind.AGENT:
        return agent_named(url)
    key = os.environ.get("QIMING_TARGET_KEY", "")
    # Whoever types an address here is the operator: products inside the own network may be named.
    if kind == TargetKind.OPENAI:
        return OpenAI(url, model, key, stream=stream, networks=PRIVATE)
    if mapping is None:
        raise BadMapping("--kind mapped 要有 --mapping：说明怎样问、回答在哪里的 YAML 文件")
    return Mapped(url, read_mapping(mapping), key, model=model, networks=PRIVATE)


@contextmanager
def _as_lines(bank: Path | None) -> Iterator[Path | None]:
    """`bank` as a file of JSON lines while the block runs, also when it is kept in a spreadsheet."""
    from qiming.assurance import banks
    from qiming.assurance.runner.suites import BadSuite

    if bank is None or bank.suffix.lower() not in {".csv", ".xlsx", ".xls"} or not bank.is_file():
        yield bank
        return
    found = banks.check_file(bank.name, bank.read_bytes())
    if found.unfit:
        raise BadSuite(str(banks.UnfitBank(found.faults, found.more_faults)))
    with tempfile.TemporaryDirectory() as folder:
        lines = Path(folder) / f"{bank.stem}.jsonl"
        lines.write_text("".join(banks.line_of(case) + "\n" for case in found.cases), encoding="utf-8")
        yield lines


Decided = Mapping[str, bool | None] | None


def _told(found: "SuiteSummary", read: "Read", decided: Decided = None) -> dict[str, Any]:
    from qiming.assurance.runner import summing

    judged = {one.rule.name: one for one in summing.judged(read, decided)}
    metrics = {}
    for metric in found.metrics:
        one = judged[metric.name]
        more = {
            "title": one.rule.title,
            "errors": one.errors,
            "least_n": one.least_n,
            "too_small": one.too_small,
        }
        metrics[metric.name] = summing.as_json(metric) | more
    return {
        "suite": found.suite,
        "target": found.target,
        "passed": found.passed,
        "samples": found.samples,
        "planned": read.header.samples,
        "failed": found.failed,
        "errors": dict(summing.troubles(read.samples)),
        "seconds": found.seconds,
        "started": found.started,
        "banks": dict(found.banks),
        "metrics": metrics,
        "latency": {name: summing.as_json(one) for name, one in summing.latency(read).items()},
    }


def _say(found: "SuiteSummary", read: "Read", decided: Decided = None) -> None:
    from qiming.assurance.runner import summing
    from qiming.assurance.runner.report import words

    typer.echo(f"{read.header.suite['title']}：{words.verdict(found)}")
    for one in summing.judged(read, decided):
        typer.echo("  " + words.line(one))
    for kind, times in summing.troubles(read.samples).most_common():
        typer.echo(f"  没有回答：{words.trouble(kind)} {times} 次")
