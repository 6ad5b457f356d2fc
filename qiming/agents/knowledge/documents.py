"""An officer's documents: brought, checked, released by a second person, replaced, withdrawn."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID

from django.db import connection, transaction

from qiming.agents.access import KEEP_DOCUMENTS, TABLE
from qiming.agents.knowledge.keeping import version_of, write
from qiming.agents.knowledge.splitting import MOST_PIECES, split
from qiming.agents.knowledge.types import Facts, Kind, State
from qiming.agents.models import Document
from qiming.agents.services.places import place_for, tell
from qiming.kernel import time
from qiming.kernel.access import Actor
from qiming.kernel.errors import UserError
from qiming.kernel.ids import new_id

_NOTHING = "什么都没有改。"
_WHY = "loaded through the access table"
_LIVE = (State.DRAFT.value, State.APPROVED.value, State.IN_FORCE.value)


def bring(*, actor: Actor, place_id: UUID, facts: Facts, text: str, replaces: UUID | None = None) -> Document:
    """Keep a document as a draft, split; nobody finds it yet. `replaces`: the document of which it is the next version.

    The same text a second time is refused while the first is on its way or in force.
    """
    place = place_for(actor, KEEP_DOCUMENTS, place_id)
    _check(facts)
    pieces = split(text)
    if not pieces or len(pieces) > MOST_PIECES:
        raise UserError("正文读不出可以引用的段落", kept=_NOTHING, next="请检查正文，按篇分开再放进来。")
    with transaction.atomic():
        key, path = str(new_id()), place.path
        if replaces is not None:
            older = _locked(actor, replaces)
            key, path = older.key, older.scope_path
        version = version_of(pieces)
        same = Document.objects.unscoped(_WHY).filter(
            scope_path=path, kind=Kind.POLICY.value, version__startswith=version[:60], state__in=_LIVE
        )
        if found := same.first():
            raise UserError(
                f"正文和《{found.title}》一字不差",
                kept=_NOTHING,
                next=f"它现在是“{found.state_words}”，到文件单里找它。",
            )
        # A text that was withdrawn or replaced may come back: it is a version of its own.
        before = Document.objects.unscoped(_WHY).filter(scope_path=path, key=key).count()
        made = write(
            replace(facts, kind=Kind.POLICY, key=key),
            pieces,
            scope_path=path,
            version=f"{version[:60]}-{before + 1}"[:64],
            loaded_by=actor.person_id,
        )
        tell(actor, "agents.bring_document", made.id, path, {"title": made.title, "version": made.version})
    return made


def _check(facts: Facts) -> None:
    if not 2 <= len(facts.title.strip()) <= 200:
        raise UserError(
            "要写文件的标题，不超过200个字", kept=_NOTHING, next="照文件上的标题写。", field="title"
        )
    if facts.issued_on and facts.issued_on > time.today():
        raise UserError("印发日期还没有到", kept=_NOTHING, next="请核对日期。", field="issued_on")
    if facts.valid_from and facts.valid_until and facts.valid_until < facts.valid_from:
        raise UserError("失效日期早于生效日期", kept=_NOTHING, next="请核对两个日期。", field="valid_until")


def approve(*, actor: Actor, document_id: UUID, valid_from: date | None, valid_until: date | None) -> None:
    """Say that the document was split as it reads, and from when to when it holds."""
    with transaction.atomic():
        row = _locked(actor, document_id)
        _expect(row, State.DRAFT, "只有待核对的文件能核对")
        if valid_from and valid_until and valid_until < valid_from:
            raise UserError(
                "失效日期早于生效日期", kept=_NOTHING, next="请核对两个日期。", field="valid_until"
            )
        if valid_until and valid_until < time.today():
            raise UserError(
                "这份文件已经失效", kept=_NOTHING, next="失效的文件不放进来查询。", field="valid_until"
            )
        row.state, row.approved_by, row.approved_at = State.APPROVED.value, actor.person_id, time.now()
        row.valid_from, row.valid_until = valid_from, valid_until
        row.save(update_fields=["state", "approved_by", "approved_at", "valid_from", "valid_until"])
        tell(actor, "agents.approve_document", row.id, row.scope_path, {"title": row.title})


def release(*, actor: Actor, document_id: UUID) -> None:
    """Let people find it, by another person than the one who checked it. An older version in force ends in this moment."""
    with transaction.atomic():
        row = _locked(actor, document_id)
        with connection.cursor() as cursor:  # two versions of one document wait for each other here
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"{row.scope_path}{row.key}"])
        _expect(row, State.APPROVED, "只有核对过的文件能发布")
        if row.approved_by == actor.person_id:
            raise UserError("核对和发布要两个人", kept=_NOTHING, next="请另一位同事发布。")
        now = time.now()
        older = Document.objects.unscoped(_WHY).select_for_update()
        for one in older.filter(scope_path=row.scope_path, key=row.key, state=State.IN_FORCE.value):
            one.state, one.ended_by, one.ended_at = State.SUPERSEDED.value, actor.person_id, now
            one.save(update_fields=["state", "ended_by", "ended_at"])
        row.state, row.released_by, row.released_at = State.IN_FORCE.value, actor.person_id, now
        row.save(update_fields=["state", "released_by", "released_at"])
        tell(actor, "agents.release_document", row.id, row.scope_path, {"title": row.title})


def withdraw(*, actor: Actor, document_id: UUID, why: str) -> None:
    """End it at once, wherever it is on its way. Doing it twice changes nothing."""
    if not 2 <= len(why.strip()) <= 300:
        raise UserError(
            "要写明为什么撤下，不超过300个字", kept=_NOTHING, next="同事会看到这句话。", field="why"
        )
    with transaction.atomic():
        row = _locked(actor, document_id)
        if row.state == State.WITHDRAWN.value:
            return
        row.state, row.ended_by, row.ended_at, row.why = (
            State.WITHDRAWN.value,
            actor.person_id,
            time.now(),
            why.strip(),
        )
        row.save(update_fields=["state", "ended_by", "ended_at", "why"])
        tell(actor, "agents.withdraw_document", row.id, row.scope_path, {"title": row.title, "why": row.why})


def _locked(actor: Actor, document_id: UUID) -> Document:
    rows = Document.objects.unscoped(_WHY).select_for_update().filter(kind=Kind.POLICY.value)
    return TABLE.load(actor, KEEP_DOCUMENTS, rows, id=document_id)


def _expect(row: Document, state: State, otherwise: str) -> None:
    if row.state != state.value:
        raise UserError(otherwise, kept=_NOTHING, next=f"它现在是“{row.state_words}”，刷新页面看看。")
