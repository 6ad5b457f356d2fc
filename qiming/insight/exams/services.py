"""Verbs of examinations: take a file in, settle what was doubtful, confirm concepts, take all of it back."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from qiming.curriculum import queries as curriculum
from qiming.insight.access import EDIT_EXAM, TABLE
from qiming.insight.exams.columns import decimal_of
from qiming.insight.exams.marks import (
    ZERO,
    Marked,
    Match,
    Roster,
    is_other_class,
    marked,
    observed_full,
    twice,
)
from qiming.insight.exams.reading import ItemRead, LineRead, PaperRead, read
from qiming.insight.models import ExamDoubt, Examination, ExamItem, ExamPaper, ExamResult
from qiming.kernel import audit, tables, time
from qiming.kernel.access import Actor, Denied
from qiming.kernel.errors import UserError
from qiming.registry import queries as registry
from qiming.registry.types import OrgRef

_WHY = "the examination was loaded through the access table"
MAX_FILES = 10
MAX_TITLE = 60
MAX_ITEMS = 200


@dataclass(frozen=True, slots=True)
class Wish:
    """What a teacher sends: whose examination, what it is called, when it was, the files as they are."""

    class_id: UUID
    title: str
    held_on: date
    files: Sequence[tuple[str, bytes]]


def import_exam(*, actor: Actor, wish: Wish) -> Examination:
    """Take results in. The same files again change nothing; another file of the same examination is added to it."""
    group = registry.org(wish.class_id)
    TABLE.require(actor, EDIT_EXAM, group)
    title = " ".join(wish.title.split())[:MAX_TITLE]
    _check(wish, group, title)
    found = read([grid for name, data in wish.files for grid in tables.grids(name, data)])
    if not found.papers:
        raise UserError(
            "这些文件里没有读到成绩",
            kept="没有写入任何东西。",
            next="成绩表要有“姓名”一列，后面是各题的题号或“总分”。" + "；".join(found.notes[:3]),
            field="results",
        )
    digest = hashlib.sha256(
        b"".join(sorted(hashlib.sha256(data).digest() for _, data in wish.files))
    ).hexdigest()
    with transaction.atomic():
        exam = _exam(actor, group, title, wish.held_on)
        if digest in exam.digests:
            return exam
        notes = [
            *found.notes,
            *(said for at, paper in enumerate(found.papers) for said in _take(exam, paper, at, group)),
        ]
        exam.digests = [*exam.digests, digest]
        exam.notes = list(dict.fromkeys([*exam.notes, *notes]))[-20:]
        exam.save(update_fields=["digests", "notes"])
        detail = {"files": len(wish.files), "papers": len(found.papers), "sha256": digest}
        audit.write(
            actor, EDIT_EXAM, thing="examination", thing_id=exam.id, scope_path=exam.scope_path, detail=detail
        )
    return exam


def _check(wish: Wish, group: OrgRef, title: str) -> None:
    if not group.is_taught:
        raise Denied(EDIT_EXAM)
    if not title:
        raise UserError("这次考试叫什么还没有写", next="比如“期中考试”。", field="title")
    if wish.held_on > time.today():
        raise UserError("考试的日子还没有到", field="held_on")
    if not wish.files:
        raise UserError("还没有选文件", field="results")
    if len(wish.files) > MAX_FILES:
        raise UserError(
            f"一次最多{MAX_FILES}个文件", next="请分几次传，写同一个名称和日期就会合在一起。", field="results"
        )


def _exam(actor: Actor, group: OrgRef, title: str, held_on: date) -> Examination:
    """The examination of this name and day, locked: two people may send it at once."""
    exam, _ = Examination.objects.unscoped(_WHY).get_or_create(
        class_group_id=group.id,
        title=title,
        held_on=held_on,
        defaults={"scope_path": group.path, "imported_by": actor.person_id},
    )
    return Examination.objects.unscoped(_WHY).select_for_update().get(id=exam.id)


def _take(exam: Examination, paper: PaperRead, at: int, group: OrgRef) -> list[str]:
    """Write one paper with its items, results and doubts; returns what was read past, in words."""
    here = [line for line in paper.lines if not is_other_class(line.class_words, group.name, group.class_no)]
    items = [_with_full(item, at, here) for at, item in enumerate(paper.items)]
    row = _paper(exam, paper, items, at)
    listed = as_read(_items_of(row))
    columns = {item.label: n for n, (item, _) in enumerate(items)}
    roster = Roster(registry.pupils_of(group.id))
    matches = [roster.match(line.name, line.seat) for line in here]
    double = twice([match.pupil_id for match in matches if match.pupil_id])
    ExamDoubt.objects.unscoped(_WHY).filter(paper=row, sheet__in={line.sheet for line in here}).delete()
    differ = 0
    for line, match in zip(here, matches, strict=True):
        placed = replace(line, cells=tuple(_cell(line, columns, item.label) for item in listed))
        differ += _keep(row, listed, placed, match, is_double=match.pupil_id in double)
    others = len(paper.lines) - len(here)
    about = paper.subject or "这份卷子"
    observed = [item.label for item, is_observed in items if is_observed]
    return [
        *([f"{others}行是别的班的，没有读"] if others else []),
        *([f"{about}有{differ}人的总分和各题加起来不一样，按各题加起来算"] if differ else []),
        *([f"{about}第{'、'.join(observed[:8])}题没有写满分，按全班最高得分算"] if observed else []),
    ]


def _cell(line: LineRead, columns: Mapping[str, int], label: str) -> str:
    return line.cells[columns[label]] if label in columns else ""


def _with_full(item: ItemRead, at: int, lines: Sequence[LineRead]) -> tuple[ItemRead, bool]:
    """An item with its full marks, and whether they were guessed from the best mark."""
    if item.full is not None and item.full > 0:
        return item, False
    most = observed_full(item, [line.cells[at] for line in lines])
    return replace(item, full=most if most else Decimal(1)), True


def _paper(exam: Examination, paper: PaperRead, items: Sequence[tuple[ItemRead, bool]], at: int) -> ExamPaper:
    """The paper's row with its items; an item keeps the concept that was confirmed before."""
    full = sum((item.full or ZERO for item, _ in items), ZERO)
    if not items:
        best = [value for line in paper.lines if (value := decimal_of(line.total)) is not None]
        full = paper.full or (Decimal(100) if max(best, default=ZERO) <= 100 else max(best))
    row, _ = ExamPaper.objects.unscoped(_WHY).update_or_create(
        examination=exam,
        subject=paper.subject,
        defaults={"full": full},
        create_defaults={"full": full, "position": at, "scope_path": exam.scope_path},
    )
    for position, (item, observed) in enumerate(items[:MAX_ITEMS]):
        values = {
            "text": item.text,
            "kind": item.kind,
            "level": item.level,
            "key": item.key,
            "full": item.full,
            "full_is_observed": observed,
            "planned": item.planned,
        }
        ExamItem.objects.unscoped(_WHY).update_or_create(
            paper=row,
            label=item.label,
            defaults=values,
            create_defaults=values | {"position": position, "scope_path": exam.scope_path},
        )
    return row


def _items_of(paper: ExamPaper) -> list[ExamItem]:
    return list(ExamItem.objects.unscoped(_WHY).filter(paper=paper).order_by("position", "id"))


def as_read(items: Sequence[ExamItem]) -> list[ItemRead]:
    return [
        ItemRead(one.label, one.full, one.text, one.kind, one.level, one.key, one.planned) for one in items
    ]


def _keep(
    paper: ExamPaper, items: Sequence[ItemRead], line: LineRead, match: Match, *, is_double: bool
) -> bool:
    """A line becomes a result, or a doubt with its reasons; True when its sum differs from the one written."""
    said = marked(line, items, paper.full)
    reasons = [match.why] if match.why else []
    if is_double:
        reasons.append(f"“{line.name}”在这张表里有两行")
    # A sum that differs is told beside the result; it keeps nobody's marks back.
    blocking = reasons or said.bad or (said.total is None and not said.is_absent)
    if match.pupil_id is not None and not blocking:
        _write(paper, match.pupil_id, said)
        return bool(said.reasons)
    ExamDoubt.objects.unscoped(_WHY).update_or_create(
        paper=paper,
        sheet=line.sheet,
        line=line.line,
        defaults={
            "scope_path": paper.scope_path,
            "name": line.name,
            "seat": line.seat,
            "cells": list(line.cells),
            "total": line.total,
            "reasons": [*reasons, *said.reasons],
            "bad": list(said.bad),
            "guess_id": match.pupil_id or match.guess_id,
        },
    )
    return False


def _write(paper: ExamPaper, pupil_id: UUID, said: Marked) -> None:
    values = {
        "is_absent": said.is_absent,
        "marks": [None if mark is None else float(mark) for mark in said.marks],
        "chosen": list(said.chosen),
        "total": said.total,
    }
    ExamResult.objects.unscoped(_WHY).update_or_create(
        paper=paper,
        pupil_id=pupil_id,
        defaults=values,
        create_defaults=values | {"scope_path": paper.scope_path},
    )


def settle(
    *, actor: Actor, doubt_id: UUID, pupil_id: UUID | None, fixes: Mapping[int, str] | None = None
) -> None:
    """Say whose line it is, with cells put right; without a pupil the line is left out for good."""
    with transaction.atomic():
        doubt = (
            ExamDoubt.objects.for_actor(actor, EDIT_EXAM)
            .select_for_update()
            .filter(id=doubt_id)
            .select_related("paper__examination")
            .first()
        )
        if doubt is None:
            return  # settled by the other page a moment ago: nothing is left to do
        paper = doubt.paper
        detail = {"line": doubt.line, "left_out": pupil_id is None}
        if pupil_id is not None:
            _settled(doubt, pupil_id, fixes or {})
        doubt.delete()
        audit.write(
            actor,
            EDIT_EXAM,
            thing="exam_doubt",
            thing_id=paper.id,
            scope_path=paper.scope_path,
            detail=detail,
        )


def _settled(doubt: ExamDoubt, pupil_id: UUID, fixes: Mapping[int, str]) -> None:
    paper = doubt.paper
    if registry.pupil_in(paper.examination.class_group_id, pupil_id) is None:
        raise UserError("这名学生不在这个班", kept="这一行还在。", field="pupil")
    cells = tuple(fixes.get(at, cell) for at, cell in enumerate(doubt.cells))
    total = fixes.get(-1, doubt.total)
    line = LineRead(doubt.sheet, doubt.line, doubt.name, doubt.seat, "", "", cells, total)
    said = marked(line, as_read(_items_of(paper)), paper.full)
    if said.bad or (said.total is None and not said.is_absent):
        raise UserError(
            "还有一格读不出来：" + "；".join(said.reasons),
            kept="这一行还在。",
            next="改成分数，缺考就写“缺考”。",
            field="cells",
        )
    _write(paper, pupil_id, said)


def confirm_concepts(*, actor: Actor, paper_id: UUID, chosen: Mapping[UUID, str]) -> int:
    """The teacher's word on which concept each item asks for; an empty key takes it back."""
    paper = TABLE.load(actor, EDIT_EXAM, ExamPaper, id=paper_id)
    known = curriculum.concepts({key for key in chosen.values() if key})
    changed = 0
    with transaction.atomic():
        rows = ExamItem.objects.unscoped(_WHY).select_for_update().filter(paper=paper, id__in=list(chosen))
        for item in rows:
            key = chosen[item.id]
            if key and key not in known:
                raise UserError("没有这个知识点", kept="别的都没有改。", field="concept")
            if key != item.concept:
                item.concept, item.confirmed_by = key, actor.person_id if key else None
                item.save(update_fields=["concept", "confirmed_by"])
                changed += 1
        audit.write(
            actor,
            EDIT_EXAM,
            thing="exam_paper",
            thing_id=paper.id,
            scope_path=paper.scope_path,
            detail={"concepts": changed},
        )
    return changed


def drop_exam(*, actor: Actor, exam_id: UUID) -> None:
    """Take an examination back with everything in it."""
    exam = TABLE.load(actor, EDIT_EXAM, Examination, id=exam_id)
    with transaction.atomic():
        audit.write(
            actor,
            EDIT_EXAM,
            thing="examination",
            thing_id=exam.id,
            scope_path=exam.scope_path,
            detail={"dropped": True, "held_on": exam.held_on.isoformat()},
        )
        exam.delete()
