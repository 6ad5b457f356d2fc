"""Hash chains over append-only tables: a job seals rows in order, `verify` finds what was changed afterwards.

A sealed row carries its place in the chain (`seal_no`, from 1) and the SHA-256 of the seal before it and of what
the row says. Changing, removing or reordering a sealed row breaks the chain at that place. Rewriting the whole
chain or cutting off its end shows against the anchors kept outside the database (`kernel.anchors`).

Rows past their retention are taken off the beginning by `cut`; the place of the cut is noted in the table
`ChainCut` and in the audit trail, and the chain is verified from there on.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Model, Q, QuerySet

from qiming.kernel import anchors
from qiming.kernel.anchors import Anchor, Break
from qiming.kernel.models import AuditRow, ChainCut


@dataclass(frozen=True, slots=True)
class Log:
    """A chained table. `said` lists what a seal covers, `describe` tells a row in plain Chinese."""

    name: str
    zh: str
    lock: int
    rows: Callable[[], QuerySet[Any]]
    said: Callable[[Any], list[Any]]
    describe: Callable[[Any], str]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What `verify` found: how many rows were checked, how many wait for a seal, what was broken first."""

    log: str
    zh: str
    checked: int
    since_no: int
    unsealed: int
    anchors: int
    broken: Break | None

    @property
    def holds(self) -> bool:
        return self.broken is None


LOGS: dict[str, Log] = {}


def register(log: Log) -> Log:
    """Make a log known to the sealing job and to `qiming audit verify`; each waits for its own lock only."""
    if any(one.lock == log.lock and one.name != log.name for one in LOGS.values()):
        raise ValueError(f"the lock {log.lock} of {log.name} is another log's")
    LOGS[log.name] = log
    return log


def digest(log: Log, previous: bytes, row: Any) -> bytes:
    said = json.dumps(log.said(row), ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(previous + said.encode()).digest()


def seal(log: Log, limit: int = 5000) -> int:
    """Chain up to `limit` unsealed rows to the last sealed one; returns how many were sealed."""
    with transaction.atomic():
        _take_turns(log)
        number, previous = _last(log)
        numbered: list[tuple[Any, int, bytes]] = []
        for row in log.rows().filter(seal=None).order_by("id")[:limit]:
            number, previous = number + 1, digest(log, previous, row)
            numbered.append((row.pk, number, previous))
        _write(log, numbered)
    return len(numbered)


def seal_all(log: Log) -> int:
    """Seal whatever waits and anchor the end of the chain outside the database; returns how many."""
    sealed = 0
    while done := seal(log):
        sealed += done
    number, last = _last(log)
    if number:
        anchors.write(log.name, number, last)
    return sealed


def verify(log: Log, progress: Callable[[int], None] = lambda _: None) -> Verdict:
    """Go through the whole chain. `progress` hears the number of rows checked now and then."""
    known = anchors.read(log.name)
    since, previous = _cut_of(log)
    broken = known.broken or _cut_is_told(log, since, previous)
    checked, number = 0, since
    if broken is None:
        by_no = {one.no: one for one in known.valid}
        for row in log.rows().exclude(seal_no=None).order_by("seal_no").iterator(chunk_size=2000):
            number += 1
            broken = _check(log, row, number, previous, by_no.get(number))
            if broken:
                break
            previous = bytes(row.seal)
            checked += 1
            if checked % 50_000 == 0:
                progress(checked)
        broken = broken or _check_end(log, known.valid, number)
    waiting = log.rows().filter(seal=None).count()
    return Verdict(log.name, log.zh, checked, since + 1, waiting, len(known.valid), broken)


def cut(log: Log, *, before: datetime, keep: Q | None = None) -> tuple[int, list[str]]:
    """Take sealed rows older than `before` off the beginning, up to the first that `keep` holds back; returns
    the place of the cut (0: nothing to cut) and the ids of the rows removed. The caller's transaction also tells
    of it in the audit trail (`audit.tell_cut`)."""
    _take_turns(log)
    sealed = log.rows().exclude(seal_no=None)
    stays = Q(created_at__gte=before) | keep if keep is not None else Q(created_at__gte=before)
    first_kept = sealed.filter(stays).order_by("seal_no").first()
    last_gone = sealed.filter(seal_no__lt=first_kept.seal_no) if first_kept else sealed
    last = last_gone.order_by("-seal_no").first()
    if last is None:
        return 0, []
    gone = sealed.filter(seal_no__lte=last.seal_no)
    ids = [str(one) for one in gone.order_by("seal_no").values_list("id", flat=True)]
    ChainCut.objects.create(log=log.name, upto_no=last.seal_no, last_seal=bytes(last.seal))
    gone.delete()
    return last.seal_no, ids


def _check(log: Log, row: Any, number: int, previous: bytes, anchor: Anchor | None) -> Break | None:
    if row.seal_no != number:
        gap = row.seal_no - number
        says = f"第{number}行不见了" if gap == 1 else f"第{number}行起有{gap}行不见了"
        return Break(number, "missing", f"{says}；现在接在后面的是第{row.seal_no}行：{log.describe(row)}")
    if digest(log, previous, row) != bytes(row.seal or b""):
        after = log.rows().filter(seal_no=number + 1).first()
        if after is not None and digest(log, previous, after) == bytes(after.seal or b""):
            return Break(
                number,
                "reordered",
                f"第{number}行和第{number + 1}行的次序被调换过：{log.describe(row)}",
                str(row.pk),
            )
        return Break(number, "changed", f"第{number}行的内容和封存时不一样：{log.describe(row)}", str(row.pk))
    if anchor is not None and anchor.seal != bytes(row.seal):
        return Break(
            number,
            "rewritten",
            f"第{number}行之前的整段被改写后重新封存过：和数据库外{anchor.at}留下的封存对不上",
            str(row.pk),
        )
    return None


def _check_end(log: Log, valid: list[Anchor], number: int) -> Break | None:
    last = valid[-1] if valid else None
    if last is None or last.no <= number:
        return None
    return Break(
        number + 1,
        "truncated",
        f"末尾少了{last.no - number}行：数据库外{last.at}的封存记到第{last.no}行，数据库里只到第{number}行",
    )


def _cut_of(log: Log) -> tuple[int, bytes]:
    last = ChainCut.objects.filter(log=log.name).order_by("-upto_no").first()
    return (last.upto_no, bytes(last.last_seal)) if last else (0, b"")


def _cut_is_told(log: Log, upto_no: int, seal_there: bytes) -> Break | None:
    if not upto_no:
        return None
    told = {"log": log.name, "upto_no": upto_no, "seal": seal_there.hex()}
    if AuditRow.objects.filter(verb="kernel.cut_chain", detail__contains=told).exists():
        return None
    return Break(upto_no, "cut", f"第{upto_no}行以前被移走，操作记录里却没有这次到期清除")


def _last(log: Log) -> tuple[int, bytes]:
    last = log.rows().exclude(seal_no=None).order_by("-seal_no").first()
    return (last.seal_no, bytes(last.seal)) if last else _cut_of(log)


def _take_turns(log: Log) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [log.lock])


def _write(log: Log, numbered: list[tuple[Any, int, bytes]]) -> None:
    if not numbered:
        return
    model: type[Model] = log.rows().model
    table = connection.ops.quote_name(model._meta.db_table)
    ids, numbers, seals = zip(*numbered, strict=True)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} AS row SET seal_no = given.no, seal = given.seal"  # noqa: S608 - our own table name
            " FROM unnest(%s::uuid[], %s::bigint[], %s::bytea[]) AS given (id, no, seal) WHERE row.id = given.id",
            [list(ids), list(numbers), list(seals)],
        )
