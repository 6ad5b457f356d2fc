"""Where a person stands in what other systems sent: by link, and by any spelling of the numbers in any column.

Statements are many: one walk over all of them is made before anybody has to wait (`Search.begin`), and what came since
is looked at again when nothing more can come (`Search.found`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import Model, Q, QuerySet, TextField
from django.db.models.functions import Cast

from qiming.records.models import (
    XapiActivity,
    XapiAgent,
    XapiAgentLink,
    XapiAttachment,
    XapiCompletion,
    XapiDocument,
    XapiPerson,
    XapiReference,
    XapiStatement,
    XapiVerb,
)
from qiming.records.xapi import store
from qiming.records.xapi.months import Lying


@dataclass(frozen=True, slots=True)
class Numbers:
    """The numbers that stand for somebody: the person's own and the alias, if there is one."""

    all: tuple[UUID, ...]

    @property
    def spellings(self) -> list[str]:
        return [text for one in self.all for text in (str(one), one.hex)]

    @property
    def pattern(self) -> str:
        """For `~*`: hex digits and dashes mean nothing else there."""
        return "|".join(self.spellings)

    def within(self, *columns: str) -> Q:
        """One of these columns of text holds a number, in capital letters or small ones."""
        found = Q(pk__in=[])
        for column in columns:
            found |= Q(**{f"{column}__iregex": self.pattern})
        return found

    def in_bytes(self, rows: QuerySet[Model]) -> list[object]:
        """Keys of the rows in whose `body` a number stands as text. Reads every one of them."""
        words = [spelt.encode() for one in self.spellings for spelt in (one, one.upper())]
        sql = " OR ".join(["position(%s::bytea in body) > 0"] * len(words))
        found = rows.extra(where=[f"({sql})"], params=words)  # noqa: S610 - placeholders only
        return list(found.values_list("pk", flat=True))


@dataclass(slots=True)
class Found:
    """Everything in which somebody stands. `acting`: statements by or about the person; `naming`: of others."""

    acting: list[Lying] = field(default_factory=list)
    naming: list[Lying] = field(default_factory=list)
    others: dict[str, list[str]] = field(default_factory=dict)  # table → keys

    def keys(self) -> dict[str, list[str]]:
        """By kind, for counting and for hashing."""
        told = {
            "statements": [str(one.id) for one in self.acting],
            "mentions": [str(one.id) for one in self.naming],
        }
        return told | self.others


@dataclass(slots=True)
class Search:
    """A search under way."""

    numbers: Numbers
    seen_until: datetime
    seen: list[Lying]

    @classmethod
    def begin(cls, numbers: Numbers) -> Search:
        """Walk over every statement there is; others go on writing meanwhile."""
        until = store.consistent_through()
        return cls(numbers, until, _walk(numbers, "stored <= %s", until))

    def found(self) -> Found:
        """What there is now; complete when nothing is being written (`months.alone`)."""
        numbers = self.numbers
        agents = XapiAgent.objects.filter(numbers.within("identifier"))
        links = XapiAgentLink.objects.filter(agent__in=agents)
        acting = {Lying(*one) for one in links.filter(direct=True).values_list("statement_id", "stored")}
        rows = XapiStatement.objects.filter(Q(id__in=numbers.all) | Q(registration__in=numbers.all))
        acting |= {Lying(*one) for one in rows.values_list("id", "stored")}
        naming = {*self._still(), *_walk(numbers, "stored > %s", self.seen_until)}
        naming |= {Lying(*one) for one in links.values_list("statement_id", "stored")}
        return Found(
            sorted(acting, key=_order), sorted(naming - acting, key=_order), _elsewhere(numbers, agents)
        )

    def _still(self) -> list[Lying]:
        """Of those seen in the walk the ones in which the number still stands."""
        return _walk(self.numbers, "id = ANY(%s)", [one.id for one in self.seen]) if self.seen else []


def _order(one: Lying) -> tuple[datetime, UUID]:
    return one.stored, one.id


def _walk(numbers: Numbers, where: str, value: datetime | list[UUID]) -> list[Lying]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id, stored FROM records_xapistatement WHERE {where} AND raw::text ~* %s",  # noqa: S608 - our own words
            [value, numbers.pattern],
        )
        return [Lying(*row) for row in cursor.fetchall()]


def _elsewhere(numbers: Numbers, agents: QuerySet[XapiAgent]) -> dict[str, list[str]]:
    """Every other table, each by its own columns."""
    documents = XapiDocument.objects.filter(
        Q(agent__in=agents)
        | Q(registration__in=numbers.all)
        | numbers.within("name", "media_type", "activity__iri")
    )
    attachments = XapiAttachment.objects.filter(numbers.within("media_type"))
    kinds: dict[str, QuerySet[Model] | list[object]] = {
        "attachments": [
            *attachments.values_list("pk", flat=True),
            *numbers.in_bytes(XapiAttachment.objects.all()),
        ],
        "documents": [*documents.values_list("pk", flat=True), *numbers.in_bytes(XapiDocument.objects.all())],
        "completions": XapiCompletion.objects.filter(agent__in=agents),
        "identifiers": agents,
        "activities": XapiActivity.objects.annotate(told=Cast("definition", TextField())).filter(
            numbers.within("iri", "told")
        ),
        "references": XapiReference.objects.filter(target__in=numbers.all),
        "verbs": XapiVerb.objects.filter(numbers.within("iri")),
        "mapping": XapiPerson.objects.filter(Q(person_id__in=numbers.all) | Q(alias__in=numbers.all)),
    }
    keys = {
        kind: rows if isinstance(rows, list) else list(rows.values_list("pk", flat=True))
        for kind, rows in kinds.items()
    }
    return {kind: sorted({str(key) for key in found}) for kind, found in keys.items()}
