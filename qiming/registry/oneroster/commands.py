"""What `qiming roster package` and `qiming roster export` do: the installation's own imports, for the whole city."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from qiming.kernel.errors import UserError
from qiming.registry import queries
from qiming.registry.models import RosterPackage
from qiming.registry.oneroster import services, work
from qiming.registry.oneroster.columns import VERSIONS
from qiming.registry.oneroster.export import Wish, export, school_named
from qiming.registry.oneroster.package import opened
from qiming.registry.oneroster.staging import Tell
from qiming.registry.types import OrgRef

SHOWN = 100
_TRIES = 3
_MINE = "the installation's own imports"
_WORDS = {
    "schools": "学校",
    "classes": "行政班",
    "groups": "教学班",
    "pupils": "学生",
    "group_seats": "教学班座位",
    "staff": "教职工",
    "jobs": "任职",
    "teaching": "任课",
    "posts": "校长和管理员",
    "guardians": "家长",
    "families": "家长关系",
}
_CHANGES = {"new": "新增", "changed": "变化", "moved": "转班", "returned": "回来", "ended": "结束"}


def run_package(
    file: Path,
    *,
    dry_run: bool,
    good_rows_only: bool,
    confirm_ends: bool,
    resume: bool,
    wrong_rows: Path | None,
    school: str | None,
    tell: Tell,
) -> dict[str, Any]:
    """Import a package (of the city, or of one school), or go on with it where an earlier run of the same file stopped."""
    tell("看看文件", 0, 0)
    with opened(file) as package:
        digest = package.digest
    place = _place(school)
    kept = _unfinished(digest, place)
    if kept is None and resume:
        raise UserError(
            "没有做到一半的导入", kept="名单没有动。", next="去掉 --resume 重新导入。", status=404
        )
    resumed = kept is not None
    if kept is None:
        kept = services.receive_package(actor=None, place_id=place.id, name=file.name)
    told: dict[str, Any] = {"written": False, "resumed": resumed}
    kept = services.read_package(actor=None, package_id=kept.id, path=file, tell=tell)
    told |= _told(kept)
    if wrong_rows is not None and kept.counts["rows"]["wrong"]:
        shutil.copyfile(work.wrong_file_of(kept.id), wrong_rows)
    if dry_run or (kept.counts["rows"]["wrong"] and not good_rows_only):
        services.drop_package(actor=None, package_id=kept.id)
        return told
    _apply(kept, file, good_rows_only, confirm_ends, tell)
    return told | {"written": True, "counts": services.load_package(None, kept.id).counts}


def _apply(kept: RosterPackage, file: Path, good_rows_only: bool, confirm_ends: bool, tell: Tell) -> None:
    for turn in range(_TRIES):
        try:
            services.apply_package(
                actor=None,
                package_id=kept.id,
                good_rows_only=good_rows_only,
                confirm_ends=confirm_ends,
                tell=tell,
            )
            return
        except UserError as error:
            if error.field is not None:
                services.drop_package(actor=None, package_id=kept.id)
            if error.field is not None or turn == _TRIES - 1:
                raise
            # Somebody changed the roster meanwhile: nobody has looked at the comparison yet, make it anew.
            services.read_package(actor=None, package_id=kept.id, path=file, tell=tell)


def run_export(target: Path, *, version: str, school: str | None, since: date | None) -> dict[str, int]:
    """Write a package; returns the number of lines of each file."""
    if version not in VERSIONS:
        raise UserError(f"没有 {version} 这个版本", next=f"请写 {' 或 '.join(VERSIONS)}。", field="version")
    if target.exists() and (target.is_file() or any(target.iterdir())):
        raise UserError("那里已经有东西了", kept="没有动它。", next="换一个文件名或空文件夹。", status=409)
    return export(target, Wish(_place(school), version, since))


def _place(school: str | None) -> OrgRef:
    if school is None:
        return queries.city()
    found = school_named(school)
    if found is None:
        raise UserError(
            f"没有找到唯一的学校“{school}”", next="请写学校的 10 位标识码或完整名称。", status=404
        )
    return found


def _unfinished(digest: str, place: OrgRef) -> RosterPackage | None:
    rows = RosterPackage.objects.unscoped(_MINE).filter(
        file_sha256=digest, by_account=None, place_id=place.id, state__in=work.UNDER_WAY
    )
    return rows.order_by("-created_at").first()


def _told(kept: RosterPackage) -> dict[str, Any]:
    problems = kept.findings.filter(level="w").order_by("file", "line")[:SHOWN]
    return {
        "counts": kept.counts,
        "problems": [
            {
                "file": f"{one.file}.csv",
                "line": one.line,
                "column": one.column,
                "value": one.value,
                "reason": one.reason,
            }
            for one in problems
        ],
        "notes": [note.lstrip("·") for note in kept.notes],
        "guard": kept.guard,
        "samples": kept.samples,
    }


@contextmanager
def bar(*, shown: bool) -> Iterator[Tell]:
    """A progress bar on the error stream, which leaves the output to programs."""
    if not shown:
        yield services.silent
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task("", total=None)

        def tell(what: str, done: int, total: int) -> None:
            progress.update(task, description=what, completed=done, total=total or None)

        yield tell


def say(told: dict[str, Any]) -> None:
    """The result in words."""
    if "title" in told:
        words = "。".join(str(told[key]) for key in ("title", "kept", "next") if told[key])
        typer.secho(words, fg="red", err=True)
        return
    counts = told["counts"]
    typer.echo("已写入：" if told["written"] else "没有写入。会改的：")
    for kind, word in _WORDS.items():
        said = [f"{name}{counts[kind][key]}" for key, name in _CHANGES.items() if counts[kind].get(key)]
        if counts[kind].get("unchanged"):
            said.append(f"没变{counts[kind]['unchanged']}")
        if said:
            typer.echo(f"  {word}：{'，'.join(said)}")
    rows = counts["rows"]
    if rows["wrong"]:
        typer.echo(f"  要改{rows['wrong']}行，另有{rows['held']}行等着它们")
    for problem in told["problems"]:
        where = f"{problem['file']} 第{problem['line']}行 {problem['column']}"
        typer.echo(f"    {where}“{problem['value']}”：{problem['reason']}")
    if rows["wrong"] > len(told["problems"]):
        typer.echo(f"    ……只列了前{len(told['problems'])}处")
    for line in told["guard"]:
        typer.echo(f"  {line['school']}：{line['open']}人里有{line['ended']}人会离开")
    for note in told["notes"]:
        typer.echo(f"  {note}")
