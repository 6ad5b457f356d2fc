"""Extract answers for research: of those who consent now, without names, each extract with numbers of its own."""

import hashlib
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TextIO
from uuid import UUID

from django.db import transaction

from qiming.kernel import audit
from qiming.kernel.errors import UserError
from qiming.kernel.time import at_local, local, now, today
from qiming.learning import research
from qiming.learning.consent import RESEARCH
from qiming.learning.models import Attempt, ResearchExtract, ResearchShare
from qiming.registry import queries as registry

WHY = "an extract reads the answers of those who consent to research, and nobody else's"
AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Made:
    """An extract as it was written. `left_out` is grade → pupils of grades too small to leave."""

    folder: Path
    pupils: int
    attempts: int
    left_out: dict[int, int]


def extract(*, folder: Path, from_day: date, to_day: date, reason: str, asked_by: str) -> Made:
    """Write attempts.csv and README.md into a new folder, all or nothing, and note for every pupil that the
    answers are in it. The key of the numbers is never stored."""
    _check(folder, from_day, to_day, reason, asked_by)
    folder.parent.mkdir(parents=True, exist_ok=True)
    part = Path(tempfile.mkdtemp(prefix=".extract-", dir=folder.parent))
    try:
        with transaction.atomic():
            made = _write(part, from_day, to_day, reason.strip(), asked_by.strip())
            part.rename(folder)
    finally:
        if part.exists():
            shutil.rmtree(part)
    return Made(folder, made.pupils, made.attempts, made.left_out)


def _check(folder: Path, from_day: date, to_day: date, reason: str, asked_by: str) -> None:
    if folder.exists():
        raise UserError("这个文件夹已经有了", kept="里面的没有动。", next="换一个还没有的名字。")
    if not from_day <= to_day <= today():
        raise UserError("日期不对", next="开始不晚于结束，结束不晚于今天。")
    if len(reason.strip()) < 5 or not asked_by.strip():
        raise UserError("请写清楚做什么研究、谁申请的", next="学生和家长会看到研究目的。")


def _write(folder: Path, from_day: date, to_day: date, reason: str, asked_by: str) -> Made:
    grades, left_out = research.large_enough(_grades(from_day, to_day))
    key = secrets.token_bytes(32)
    numbered = sorted((research.pseudonym(key, pupil), pupil) for pupil in grades)
    counts: dict[UUID, int] = {}
    table = folder / "attempts.csv"
    with _private(table) as out:
        out.write("\ufeff" + research.as_csv([research.COLUMNS]))
        for start in range(0, len(numbered), AT_ONCE):
            some = numbered[start : start + AT_ONCE]
            answers = _answers([pupil for _, pupil in some], from_day, to_day)
            for number, pupil in some:
                of = answers.get(pupil, [])
                lines = [research.line(number, grades[pupil], no, one) for no, one in enumerate(of, 1)]
                out.write(research.as_csv(lines))
                counts[pupil] = len(of)
    digest = hashlib.sha256(table.read_bytes()).hexdigest()
    row = ResearchExtract.objects.create(
        reason=reason,
        asked_by=asked_by,
        from_day=from_day,
        to_day=to_day,
        pupils=len(counts),
        attempts=sum(counts.values()),
        sha256=digest,
    )
    _note(row, counts)
    facts = {
        "label": "本表来自合成的示例城市，没有真人。\n" if registry.city().is_synthetic else "",
        "reason": reason,
        "asked_by": asked_by,
        "from": from_day,
        "to": to_day,
        "pupils": row.pupils,
        "attempts": row.attempts,
        "sha256": digest,
    }
    with _private(folder / "README.md") as out:
        out.write(research.readme(facts, left_out, local(now())))
    return Made(folder, row.pupils, row.attempts, left_out)


def _private(path: Path) -> TextIO:
    """A new file that only the operator reads."""
    return os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="utf-8")


def _grades(from_day: date, to_day: date) -> dict[UUID, int]:
    """Pupils with answers in these days who consent now, with the grade they are in."""
    rows = Attempt.objects.unscoped(WHY).filter(**_between(from_day, to_day))
    ids = list(rows.order_by().values_list("pupil_id", flat=True).distinct())
    found: dict[UUID, int] = {}
    for start in range(0, len(ids), AT_ONCE):
        agree = RESEARCH.among(ids[start : start + AT_ONCE])
        found |= registry.grades_of(agree)
    return found


def _between(from_day: date, to_day: date) -> dict[str, object]:
    return {
        "received_at__gte": at_local(from_day),
        "received_at__lt": at_local(date.fromordinal(to_day.toordinal() + 1)),
    }


def _answers(pupils: Sequence[UUID], from_day: date, to_day: date) -> dict[UUID, list[research.Answered]]:
    rows = (
        Attempt.objects.unscoped(WHY)
        .filter(pupil_id__in=pupils, **_between(from_day, to_day))
        .select_related("item_version")
        .order_by("received_at", "id")
    )
    found: dict[UUID, list[research.Answered]] = {}
    for pupil_id, answer in _read(rows.iterator(chunk_size=2000)):
        found.setdefault(pupil_id, []).append(answer)
    return found


def _read(rows: Iterator[Attempt]) -> Iterator[tuple[UUID, research.Answered]]:
    for row in rows:
        score = None if row.score_scaled is None else float(row.score_scaled)
        yield (
            row.pupil_id,
            research.Answered(
                day=local(row.received_at).date(),
                context=row.context,
                item=row.item_key,
                item_version=row.item_version.content_hash[:16],
                kind=row.item_version.kind,
                concept=row.concept,
                try_no=row.try_no,
                response=row.response,
                correct=row.correct,
                score=score,
                hints_used=row.hints_used,
                solution_shown=row.solution_shown,
                misconceptions=row.misconceptions,
            ),
        )


def _note(row: ResearchExtract, counts: dict[UUID, int]) -> None:
    """On every pupil's page, and in the audit trail."""
    places = registry.pupils_named(counts)
    ResearchShare.objects.bulk_create(
        (
            ResearchShare(pupil_id=pupil, scope_path=places[pupil].scope_path, extract=row, attempts=n)
            for pupil, n in counts.items()
        ),
        batch_size=2000,
    )
    audit.write(
        None,
        "learning.research_extract",
        thing="research_extract",
        thing_id=row.id,
        scope_path=registry.city().path,
        detail={"pupils": row.pupils, "attempts": row.attempts, "sha256": row.sha256},
    )
