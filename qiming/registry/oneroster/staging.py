"""Phase one: the files into the staging tables by COPY, a chunk and its cursor in one transaction.

Killed at any moment, the next run goes on behind the last chunk that was committed.
"""

from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from itertools import islice

from django.db import connection, transaction

from qiming.registry import secrets
from qiming.registry.models import PackageFinding, RosterPackage, StagedOrg
from qiming.registry.oneroster.columns import columns_of, files_of, read_heading
from qiming.registry.oneroster.package import Member, Package, refuse, rows_of
from qiming.registry.oneroster.rows import STAGED, Problem, Reader, as_copy_line

CHUNK_ROWS = 40_000
MAX_WRONG = 50_000
MAX_ORGS = 20_000
Tell = Callable[[str, int, int], None]


def stage(kept: RosterPackage, package: Package, today: date, tell: Tell) -> None:
    """Stage what is not staged yet. `tell(what, done, total)` counts lines of all files together."""
    version = package.manifest.version
    total = sum(member.line_ends for member in package.members.values())
    done = 0
    for file in files_of(version):
        member = package.members.get(file)
        if member is None:
            continue
        begun = kept.cursor.get(file, {"rows": 0, "done": False})
        if not begun["done"]:
            _stage_file(
                kept,
                package,
                member,
                skip=begun["rows"],
                today=today,
                tell=partial(_further, tell, f"{file}.csv", done, total),
            )
        done += member.line_ends
    _check_orgs(kept)


def _further(tell: Tell, what: str, before: int, total: int, rows: int) -> None:
    tell(what, min(before + rows, total), total)


def _stage_file(
    kept: RosterPackage,
    package: Package,
    member: Member,
    *,
    skip: int,
    today: date,
    tell: Callable[[int], None],
) -> None:
    file, manifest = member.name, package.manifest
    lines = rows_of(member)
    first = next(lines, None)
    if first is None:
        raise refuse(f"{file}.csv 里没有标题行", "第一行要是列名。")
    heading = read_heading(file, manifest.version, manifest.modes[file], first[1])
    if heading.missing or heading.twice:
        said = [f"缺少 {name} 列" for name in heading.missing] + [
            f"{name} 列有两个" for name in heading.twice
        ]
        wanted = "、".join(columns_of(file, manifest.version).needed)
        raise refuse(f"{file}.csv {'，'.join(said)}", f"这个文件至少要有：{wanted}。列名在第一行。")
    if heading.unknown and not skip:
        named = "、".join(heading.unknown[:6])
        kept.notes = [*kept.notes, f"{file}.csv 里不认识的列没有读：{named}。"]
    reader = Reader(file, heading, manifest.version, manifest.modes[file], today, secrets.number_digest)
    for _ in islice(lines, skip):
        pass
    rows = skip
    while chunk := list(islice(lines, CHUNK_ROWS)):
        rows += len(chunk)
        _store(kept, reader, chunk, rows)
        tell(rows)
    with transaction.atomic():
        _note_cursor(kept, file, rows, done=True)


def _store(kept: RosterPackage, reader: Reader, chunk: list[tuple[int, list[str]]], rows: int) -> None:
    written: dict[str, list[str]] = {}
    problems: list[Problem] = []
    key = str(kept.id)
    for line, row in chunk:
        for out in reader.read(line, row):
            written.setdefault(out.table, []).append(as_copy_line(key, out.cells))
        problems += reader.problems
    with transaction.atomic():
        for table, lines in written.items():
            _copy(table, lines)
        PackageFinding.objects.bulk_create(
            [
                PackageFinding(
                    package=kept,
                    file=reader.file,
                    line=problem.line,
                    column=problem.column,
                    value=problem.value,
                    reason=problem.reason,
                )
                for problem in problems
            ],
            batch_size=2000,
        )
        _note_cursor(kept, reader.file, rows, wrong=len({problem.line for problem in problems}))


def _copy(table: str, lines: list[str]) -> None:
    columns = ", ".join(("package_id", *STAGED[table]))
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY registry_staged{table} ({columns}) FROM STDIN") as out,
    ):
        for block in _blocks(lines):
            out.write(block)


def _blocks(lines: list[str], size: int = 2000) -> Iterator[str]:
    for start in range(0, len(lines), size):
        yield "".join(lines[start : start + size])


def _note_cursor(kept: RosterPackage, file: str, rows: int, *, wrong: int = 0, done: bool = False) -> None:
    wrong += kept.cursor.get("wrong", 0)
    if wrong > MAX_WRONG:
        raise refuse(
            f"{file}.csv 到第{rows}行已经有{wrong}行读不了",
            "多半是列放错了位置；请先改好前几行，再整份导出。",
        )
    kept.cursor = {**kept.cursor, file: {"rows": rows, "done": done}, "wrong": wrong}
    kept.save(update_fields=["cursor", "notes"])


def _check_orgs(kept: RosterPackage) -> None:
    orgs = StagedOrg.objects.filter(package=kept).count()
    if orgs > MAX_ORGS:
        raise refuse(f"orgs.csv 有{orgs}个单位，最多{MAX_ORGS}个", "请按区分成几个包。")
