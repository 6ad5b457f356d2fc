"""An authority brings a list of words, or puts one aside. A tester's duty; whole or not at all."""

import gzip
import hashlib
from dataclasses import dataclass
from uuid import UUID

from django.db import IntegrityError, transaction

from qiming.assurance import keywords
from qiming.assurance.access import TEST
from qiming.assurance.models import KeywordLibrary
from qiming.assurance.runner.listed import lines_of
from qiming.assurance.services.common import WHY
from qiming.assurance.services.own_banks import SHORT_NAME, require_tester
from qiming.kernel import audit, time, uploads
from qiming.kernel.access import Actor, Denied
from qiming.kernel.errors import UserError
from qiming.registry import queries as registry

_NOTHING = "没有导入。"
_SHOWN = 8


@dataclass(frozen=True, slots=True)
class ListWish:
    """What is said about a list that is brought. `category`: the class of words the file gives none."""

    key: str
    title: str
    made: str
    licence: str
    category: str
    name: str
    data: bytes


def bring_list(*, actor: Actor, wish: ListWish) -> tuple[UUID, list[str]]:
    """Check a file and keep it; returns its number and what is worth a look. From now on replies are read for its words."""
    require_tester(actor)
    if not SHORT_NAME.fullmatch(wish.key):
        raise UserError("简称只用小写字母、数字和 -，字母开头，最多 24 个", kept=_NOTHING, field="key")
    uploads.refuse_known_bad(wish.data)
    report = keywords.check(wish.name, wish.data, category=wish.category)
    if report.unfit:
        raise UserError(report.in_words(_SHOWN), kept=_NOTHING, next="改好再导入。", field="file")
    return _keep(actor, wish, report).id, [str(one) for one in report.faults]


@transaction.atomic
def _keep(actor: Actor, wish: ListWish, report: keywords.Report) -> KeywordLibrary:
    text, city = lines_of(report.words), registry.city()
    try:
        with transaction.atomic():
            row = KeywordLibrary.objects.create(
                scope_path=city.path,
                key=wish.key,
                title=wish.title.strip()[:80],
                made=wish.made.strip()[:300],
                licence=wish.licence.strip()[:120],
                words=len(report.words),
                counts=dict(report.classes),
                sha256=hashlib.sha256(text).hexdigest(),
                body=gzip.compress(text, mtime=0),
                brought_by=actor.person_id,
            )
    except IntegrityError as error:
        raise UserError(
            "这个简称用过了，或者同样的词库已经在用", kept=_NOTHING, next="换个简称，或先停用旧的。",
            status=409, field="key",
        ) from error  # fmt: skip
    detail = {"key": row.key, "words": row.words, "sha256": row.sha256}
    audit.write(
        actor, "assurance.bring_list", thing="keyword_library", thing_id=row.id, scope_path=city.path,
        detail=detail,
    )  # fmt: skip
    return row


@transaction.atomic
def end_list(*, actor: Actor, library_id: UUID) -> None:
    """Read for it no more. Runs that did keep their records."""
    require_tester(actor)
    rows = KeywordLibrary.objects.unscoped(WHY).select_for_update().defer("body")
    row = rows.filter(id=library_id).first()
    if row is None:
        raise Denied(TEST)
    if row.ended_at is not None:
        raise UserError("这个词库已经停用", kept="没有改动。", status=409)
    row.ended_at, row.ended_by = time.now(), actor.person_id
    row.save(update_fields=["ended_at", "ended_by"])
    audit.write(
        actor, "assurance.end_list", thing="keyword_library", thing_id=row.id, scope_path=row.scope_path,
        detail={"key": row.key},
    )  # fmt: skip
