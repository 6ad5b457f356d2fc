"""Erasing a person from what other systems sent, and the proof of it.

What the person did, or what is said about the person, goes with everything that hangs on it. In what others did the
number gives way to one that leads to nobody. The proof holds counts and hashes of the ids before and after, and the
SHA-256 of the numbers: who knows a number can ask whether it was erased, nobody can get it back.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import QuerySet

from qiming.kernel import chain
from qiming.kernel.chain import Log
from qiming.kernel.holdings import Fate
from qiming.records.models import (
    XapiAgent,
    XapiAgentLink,
    XapiAttachment,
    XapiDocument,
    XapiErasure,
    XapiPerson,
    XapiReference,
)
from qiming.records.xapi import months, people
from qiming.records.xapi.searching import Found, Numbers, Search

KINDS = {
    "statements": "别的系统送来的记录",
    "mentions": "别人的记录里提到的编号",
    "attachments": "别的系统送来的附件",
    "documents": "别的系统存的文档",
    "completions": "完成情况",
    "identifiers": "别的系统用的编号",
    "activities": "活动说明里的编号",
    "verbs": "动词里的编号",
    "references": "指向记录的编号",
    "mapping": "代号对照",
}
_REPLACED = {"mentions", "activities", "verbs", "references"}


def _rows() -> QuerySet[XapiErasure]:
    return XapiErasure.objects.all()


def _said(row: XapiErasure) -> list[Any]:
    return [
        str(row.id),
        row.created_at.isoformat(),
        row.person_sha256,
        row.alias_sha256,
        row.before,
        row.after,
    ]


def _describe(row: XapiErasure) -> str:
    return f"{row.created_at:%Y-%m-%d} 删除 {row.before['statements']['count']} 条外部记录的证明"


PROOFS = chain.register(Log("xapi_erasures", "外部记录删除证明", 7_310_005, _rows, _said, _describe))


def erase(person_id: UUID, pseudonym_id: UUID) -> list[Fate]:
    """Within the transaction of the whole erasure. Doing it again finds nothing, and proves nothing twice."""
    numbers, alias = _numbers(person_id)
    search = Search.begin(numbers)
    months.alone()
    found = search.found()
    if not any(found.keys().values()) and _proofs_of(person_id).exists():
        return []
    with transaction.atomic():
        _take_away(found, numbers, pseudonym_id)
        after = search.found()
        XapiErasure.objects.create(
            person_sha256=_sha256(person_id),
            alias_sha256=_sha256(alias) if alias else "",
            before=_told(found),
            after=_told(after),
        )
        chain.seal(PROOFS)
    return [
        Fate(KINDS[kind], len(keys), "pseudonym" if kind in _REPLACED else "erased", _why(kind))
        for kind, keys in found.keys().items()
        if keys
    ]


def _numbers(person_id: UUID) -> tuple[Numbers, UUID | None]:
    alias = people.alias_of(person_id)
    return Numbers((person_id,) if alias is None else (person_id, alias)), alias


def _why(kind: str) -> str:
    return "是别人的行为，只换掉编号" if kind in _REPLACED else ""


def _take_away(found: Found, numbers: Numbers, pseudonym_id: UUID) -> None:
    others: dict[str, Any] = found.others
    months.forget(found.acting)
    XapiAttachment.objects.filter(id__in=others["attachments"]).delete()
    XapiDocument.objects.filter(id__in=others["documents"]).delete()
    XapiAgentLink.objects.filter(agent__in=others["identifiers"]).delete()
    XapiAgent.objects.filter(id__in=others["identifiers"]).delete()  # completions go with them
    XapiPerson.objects.filter(id__in=others["mapping"]).delete()
    XapiReference.objects.filter(pk__in=others["references"]).update(target=pseudonym_id)
    ids = [one.id for one in found.naming], [one.stored for one in found.naming]
    with connection.cursor() as cursor:
        for number in numbers.all:
            for spelt, instead in ((str(number), str(pseudonym_id)), (number.hex, pseudonym_id.hex)):
                cursor.execute(
                    "UPDATE records_xapistatement s SET raw = regexp_replace(s.raw::text, %s, %s, 'gi')::jsonb"
                    " FROM unnest(%s::uuid[], %s::timestamptz[]) w(id, stored)"
                    " WHERE s.stored = w.stored AND s.id = w.id AND s.raw::text ~* %s",
                    [spelt, instead, *ids, spelt],
                )
                cursor.execute(
                    "UPDATE records_xapiactivity SET iri = regexp_replace(iri, %s, %s, 'gi'),"
                    " definition = regexp_replace(definition::text, %s, %s, 'gi')::jsonb WHERE id = ANY(%s::uuid[])",
                    [spelt, instead, spelt, instead, others["activities"]],
                )
                cursor.execute(
                    "UPDATE records_xapiverb SET iri = regexp_replace(iri, %s, %s, 'gi') WHERE id = ANY(%s::uuid[])",
                    [spelt, instead, others["verbs"]],
                )


def _told(found: Found) -> dict[str, Any]:
    return {kind: {"count": len(keys), "sha256": hash_of(keys)} for kind, keys in found.keys().items()}


def hash_of(keys: Iterable[str]) -> str:
    """SHA-256 of keys, sorted, a line each."""
    return hashlib.sha256("\n".join(sorted(keys)).encode()).hexdigest()


def _sha256(number: UUID) -> str:
    """As on the certificate of the whole erasure."""
    return hash_of([str(number)])


def _proofs_of(person_id: UUID) -> QuerySet[XapiErasure]:
    return XapiErasure.objects.filter(person_sha256=_sha256(person_id))


# --- verifying --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Verdict:
    """Of the proofs: whether their chain holds, and what was found again (by kind) of those who were erased."""

    proofs: int
    chain: chain.Verdict
    left_over: int  # proofs that found something even then
    found: dict[str, int]
    looked_for: int  # numbers searched in every column

    @property
    def holds(self) -> bool:
        return self.chain.holds and not self.left_over and not self.found


def verify(persons: Iterable[UUID] = ()) -> Verdict:
    """Check the chain; look whether anybody who was erased is in the mapping again; and look for these persons'
    numbers in every column, when somebody who knows them asks."""
    proofs = list(XapiErasure.objects.all())
    left_over = sum(1 for one in proofs if any(kind["count"] for kind in one.after.values()))
    found: dict[str, int] = {}
    erased = {one.person_sha256 for one in proofs} | {one.alias_sha256 for one in proofs} - {""}
    for person_id, alias in XapiPerson.objects.values_list("person_id", "alias").iterator(chunk_size=5000):
        if erased and (_sha256(person_id) in erased or _sha256(alias) in erased):
            found["mapping"] = found.get("mapping", 0) + 1
    wanted = list(persons)
    for person_id in wanted:
        for kind, keys in Search.begin(_numbers(person_id)[0]).found().keys().items():
            if keys:
                found[kind] = found.get(kind, 0) + len(keys)
    return Verdict(len(proofs), chain.verify(PROOFS), left_over, found, len(wanted))


def was_erased(person_id: UUID) -> bool:
    return _proofs_of(person_id).exists()
