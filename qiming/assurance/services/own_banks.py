"""An authority brings a bank of its own, or puts one aside. A tester's duty; whole or not at all."""

import gzip
import hashlib
import re
from collections import defaultdict
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction

from qiming.assurance import banks
from qiming.assurance.access import TEST
from qiming.assurance.models import OwnBank
from qiming.assurance.queries.testing import TESTED_BY_CASES, suites_by_key
from qiming.assurance.runner import suites
from qiming.assurance.services.common import WHY
from qiming.assurance.types import Case
from qiming.casework import queries as cases
from qiming.kernel import audit, time, uploads
from qiming.kernel.access import Actor, Denied
from qiming.kernel.errors import UserError
from qiming.registry import queries as registry

MOST_BYTES = 16 * 1024 * 1024
LONGEST_ID = 60  # marks and repeats are written behind it
SHORT_NAME = re.compile(r"[a-z][a-z0-9-]{1,23}")


@dataclass(frozen=True, slots=True)
class BankWish:
    """What is said about a bank that is brought. `seals_all`: every case is kept from companies."""

    key: str
    title: str
    made: str
    licence: str
    seals_all: bool
    name: str
    data: bytes


def require_tester(actor: Actor) -> None:
    """Raises `Denied` unless the actor has a tester's duty today, held or stood in for."""
    if "tester" not in {duty for duty, _, _ in cases.duties_of(actor.person_id)}:
        raise Denied(TEST)


def bring_bank(*, actor: Actor, wish: BankWish) -> tuple[UUID, list[str]]:
    """Check a file and keep it; returns its number and what is worth a look in it. From now on runs of its suites ask it."""
    require_tester(actor)
    if not SHORT_NAME.fullmatch(wish.key):
        raise UserError("简称只用小写字母、数字和 -，字母开头，最多 24 个", kept=_NOTHING, field="key")
    if len(wish.data) > MOST_BYTES:
        raise UserError("文件超过 16 MB", kept=_NOTHING, next="拆成几个再导入。", field="file")
    uploads.refuse_known_bad(wish.data)
    report = banks.check_file(wish.name, wish.data)
    report.note(_unfit(report.cases))
    if report.unfit:
        bad = [str(one) for one in report.faults if not one.warns]
        rest = len(bad) - _SHOWN + report.more_faults
        more = [f"另有 {rest} 处"] if rest > 0 else []
        raise UserError("；".join([*bad[:_SHOWN], *more]), kept=_NOTHING, next="改好再导入。", field="file")
    kept = [
        replace(one, id=f"{wish.key}-{one.id}", sealed=one.sealed or wish.seals_all) for one in report.cases
    ]
    text = "".join(banks.line_of(one) + "\n" for one in kept).encode()
    brought = hashlib.sha256("".join(banks.line_of(one) for one in report.cases).encode()).hexdigest()
    row = _keep(actor, wish, kept, gzip.compress(text, mtime=0), brought)
    return row.id, [str(one) for one in report.faults]


_NOTHING = "没有导入。"
_SHOWN = 8


@transaction.atomic
def _keep(actor: Actor, wish: BankWish, kept: list[Case], body: bytes, sha256: str) -> OwnBank:
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for one in kept:
        counts[one.suite][one.sealed] += 1
    city = registry.city()
    try:
        with transaction.atomic():
            row = OwnBank.objects.create(
                scope_path=city.path,
                key=wish.key,
                title=wish.title.strip()[:80],
                made=wish.made.strip()[:300],
                licence=wish.licence.strip()[:120],
                cases=len(kept),
                sealed=sum(one.sealed for one in kept),
                counts=dict(counts),
                sha256=sha256,
                body=body,
                brought_by=actor.person_id,
            )
    except IntegrityError as error:
        raise UserError(
            "这个简称用过了，或者同样的题库已经在用", kept=_NOTHING, next="换个简称，或先停用旧的。",
            status=409, field="key",
        ) from error  # fmt: skip
    detail = {"key": row.key, "cases": row.cases, "sealed": row.sealed, "sha256": row.sha256}
    audit.write(
        actor, "assurance.bring_bank", thing="own_bank", thing_id=row.id, scope_path=city.path, detail=detail
    )
    return row


def _unfit(found: list[Case]) -> list[banks.Fault]:
    """What no run could ask or judge: a suite or measure there is none of, an id too long."""
    root, faults = Path(settings.CONTENT_ROOT) / "assurance", []
    known = {key: one for key, one in suites_by_key().items() if one.method == TESTED_BY_CASES}
    wanted = {one.suite for one in found} & set(known)
    measures = {key: {rule.name for rule in suites.load(key, folder=root).rules} for key in wanted}
    for one in found:
        if one.suite not in known:
            faults.append(f"{one.id}：没有叫“{one.suite}”的套件，可用：{'、'.join(known)}")
        elif one.metric not in measures[one.suite]:
            faults.append(f"{one.id}：套件“{one.suite}”没有指标“{one.metric}”")
        elif len(one.id) > LONGEST_ID:
            faults.append(f"{one.id[:20]}…：题号太长，最多 {LONGEST_ID} 个字符")
    return [banks.Fault("题库", 0, says) for says in faults]


@transaction.atomic
def end_bank(*, actor: Actor, bank_id: UUID) -> None:
    """Ask it no more. Runs that asked it keep their records."""
    require_tester(actor)
    row = OwnBank.objects.unscoped(WHY).select_for_update().defer("body").filter(id=bank_id).first()
    if row is None:
        raise Denied(TEST)
    if row.ended_at is not None:
        raise UserError("这个题库已经停用", kept="没有改动。", status=409)
    row.ended_at, row.ended_by = time.now(), actor.person_id
    row.save(update_fields=["ended_at", "ended_by"])
    audit.write(
        actor, "assurance.end_bank", thing="own_bank", thing_id=row.id, scope_path=row.scope_path,
        detail={"key": row.key},
    )  # fmt: skip
