"""Whether consent holds. Asked at every use: nothing is kept beyond the request."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from qiming.kernel import time
from qiming.registry import queries as registry
from qiming.trust import texts
from qiming.trust.models import ConsentLine
from qiming.trust.rules import consent as rules
from qiming.trust.types.consent import Board, Line, Purpose, Said, Standing, Verdict, Via, Voice

# The latest word of each party: a class is one question, whatever lies in its history.
_LATEST = """
SELECT DISTINCT ON (person_id, purpose, via, decided_by)
       person_id, purpose, via, decided_by, said, created_at, text_no, text_digest
  FROM trust_consentline
 WHERE person_id = ANY(%s) AND purpose = ANY(%s)
 ORDER BY person_id, purpose, via, decided_by, created_at DESC, id DESC
"""
WHY = "the caller checked the right to these pupils"


def consented(person_id: UUID, purpose: Purpose) -> bool:
    """Whether consent of this pupil for this purpose holds now."""
    return person_id in consented_among([person_id], purpose)


def consented_among(person_ids: Iterable[UUID], purpose: Purpose) -> frozenset[UUID]:
    """Those of these pupils whose consent for this purpose holds now: three questions for any number."""
    wanted = list(set(person_ids))
    voices = _voices(wanted, [purpose])
    # Without a single yes nobody needs to be looked up.
    asked = [one for one, of in voices.items() if any(v.said is Said.GIVEN for v in of.get(purpose, ()))]
    board = _verdicts(asked, [purpose], voices)
    return frozenset(one for one, of in board.items() if of[purpose].holds)


def board_of(person_ids: Iterable[UUID], purposes: Sequence[Purpose] = tuple(Purpose)) -> Board:
    """Where each purpose stands for each of these pupils."""
    wanted = list(dict.fromkeys(person_ids))
    return _verdicts(wanted, purposes, _voices(wanted, purposes))


def standings(person_id: UUID, viewer_id: UUID) -> list[Standing]:
    """Every purpose for one pupil as a family sees it; `own` is the viewer's own last word."""
    board = board_of([person_id])[person_id]
    rows = list(
        ConsentLine.objects.unscoped(WHY)
        .filter(person_id=person_id)
        .select_related("batch")
        .order_by("-created_at", "-id")
    )
    names = registry.persons_named({row.decided_by or row.entered_by for row in rows})
    mine = {row.purpose: row for row in reversed(rows) if row.decided_by == viewer_id}
    return [
        Standing(
            purpose=purpose,
            name=known.name,
            text=texts.current(purpose),
            verdict=board[purpose],
            own=Said(mine[purpose].said) if purpose in mine else None,
            history=tuple(_line(row, names) for row in rows if row.purpose == purpose),
        )
        for purpose, known in texts.purposes().items()
    ]


def waiting_for(person_id: UUID, via: Via) -> int:
    """How many purposes wait for the word of this pupil, or of a guardian."""
    return sum(via in verdict.waits_for for verdict in board_of([person_id])[person_id].values())


def waiting_guardians(person_ids: Iterable[UUID]) -> dict[UUID, int]:
    """Per pupil, how many purposes wait for a guardian."""
    return {
        person_id: sum(Via.GUARDIAN in verdict.waits_for for verdict in of.values())
        for person_id, of in board_of(person_ids).items()
    }


def decides_too(person_id: UUID) -> bool:
    """Whether this pupil decides together with the guardian."""
    return texts.needs_own(registry.grades_of([person_id]).get(person_id))


@dataclass(frozen=True, slots=True)
class Count:
    """How far a class has come: pupils whose every purpose is answered, of all."""

    answered: int
    pupils: int

    @property
    def missing(self) -> int:
        return self.pupils - self.answered


def counts_of(members: Mapping[UUID, Sequence[UUID]]) -> dict[UUID, Count]:
    """Per class (class id → pupils) how many have answered everything; never how."""
    board = board_of([one for pupils in members.values() for one in pupils])
    return {
        class_id: Count(sum(is_complete(board[one]) for one in pupils), len(pupils))
        for class_id, pupils in members.items()
    }


def is_complete(verdicts: Mapping[Purpose, Verdict]) -> bool:
    """Whether every purpose has an answer that stands."""
    return all(verdict.state.is_answered for verdict in verdicts.values())


def _verdicts(
    person_ids: Sequence[UUID],
    purposes: Sequence[Purpose],
    voices: Mapping[UUID, Mapping[Purpose, list[Voice]]],
) -> dict[UUID, dict[Purpose, Verdict]]:
    if not person_ids:
        return {}
    today = time.today()
    guardians = registry.guardians_of(person_ids)
    grades = registry.grades_of(person_ids)
    known = texts.purposes()
    return {
        person_id: {
            purpose: rules.verdict(
                voices.get(person_id, {}).get(purpose, ()),
                guardians=guardians.get(person_id, frozenset()),
                needs_own=texts.needs_own(grades.get(person_id)),
                versions=known[purpose].versions,
                on=today,
            )
            for purpose in purposes
        }
        for person_id in person_ids
    }


def _voices(person_ids: list[UUID], purposes: Sequence[Purpose]) -> dict[UUID, dict[Purpose, list[Voice]]]:
    found: dict[UUID, dict[Purpose, list[Voice]]] = {}
    if not person_ids:
        return found
    with connection.cursor() as cursor:
        cursor.execute(_LATEST, [person_ids, [one.value for one in purposes]])
        for person_id, purpose, via, decided_by, said, at, no, digest in cursor.fetchall():
            of = found.setdefault(person_id, {}).setdefault(Purpose(purpose), [])
            of.append(Voice(Via(via), decided_by, Said(said), at, no, digest))
    return found


def _line(row: ConsentLine, names: Mapping[UUID, str]) -> Line:
    via = Via(row.via)
    name = names.get(row.decided_by or row.entered_by, "已离开的人")
    who = {
        Via.GUARDIAN: f"{name}（监护人，在网页上）",
        Via.PUPIL: f"{name}（本人，在网页上）",
        Via.PAPER: f"纸质回执，{name}录入",
        Via.SCHOOL: f"{name}发了回执单",
    }[via]
    return Line(
        row.created_at, Said(row.said), via, who, row.text_no, row.batch.signed_on if row.batch else None
    )
