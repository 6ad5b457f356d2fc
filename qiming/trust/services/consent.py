"""Say yes, say no, take back: one line more in a history that only grows."""

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q

from qiming.kernel import audit, outbox
from qiming.kernel.access import Actor
from qiming.kernel.errors import UserError
from qiming.registry import queries as registry
from qiming.registry.types import PupilRef
from qiming.trust import texts
from qiming.trust.access import TABLE
from qiming.trust.events import CONSENT_ENDED
from qiming.trust.models import ConsentLine
from qiming.trust.queries.consent import WHY, consented, decides_too
from qiming.trust.rules import consent as rules
from qiming.trust.types.consent import Purpose, Said, Text, Via

DECIDE: Final = "trust.decide_consent"
SAYABLE = frozenset({Said.GIVEN, Said.REFUSED, Said.WITHDRAWN})


def decide(*, actor: Actor, person_id: UUID, purpose: Purpose, said: Said, text_digest: str) -> bool:
    """A guardian's or the pupil's own word. `text_digest` names the words that were read: when they have changed
    meanwhile, nothing is written. Said twice it is one line; returns whether anything was written."""
    pupil = registry.pupil(person_id)
    TABLE.require(actor, DECIDE, pupil)
    via = Via.PUPIL if actor.person_id == person_id else Via.GUARDIAN
    if via is Via.PUPIL and not decides_too(person_id):
        raise UserError(
            "这一项由监护人决定",
            kept="什么都没有改。",
            next="想改，回家和监护人商量；他们在自己的页面上能改。",
            status=403,
        )
    text = _same_words(purpose, said, text_digest)
    with transaction.atomic():
        _take_turns(person_id, purpose)
        held = consented(person_id, purpose)
        own, is_last = _own_word(person_id, purpose, actor.person_id)
        if said is Said.GIVEN and own and is_last and (own.said, own.text_digest) == (said, text.digest):
            return False
        spoken = rules.word(said, own=Said(own.said) if own else None, holds=held)
        if spoken is None:
            return False
        _write(actor, pupil, purpose, said=spoken, via=via, text=text)
        if held and not consented(person_id, purpose):
            tell_ended(pupil, purpose)
    return True


def _same_words(purpose: Purpose, said: Said, digest: str) -> Text:
    if said not in SAYABLE:
        raise UserError("没有这个选择", kept="什么都没有改。", next="刷新页面，再点一次。")
    text = texts.current(purpose)
    # Taking back and refusing need no fresh reading: a no counts whatever the words are now.
    if said is Said.GIVEN and digest != text.digest:
        raise UserError(
            "这一项的文字刚刚更新过",
            kept="什么都没有改。",
            next="刷新页面，看一遍新的文字再决定。",
            status=409,
        )
    return text


def _take_turns(person_id: UUID, purpose: Purpose) -> None:
    """Two words on one purpose are written one after the other."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"trust.consent.{person_id}.{purpose}"]
        )


def _own_word(person_id: UUID, purpose: Purpose, decided_by: UUID) -> tuple[ConsentLine | None, bool]:
    """One's own last word, and whether no slip came in after it."""
    rows = ConsentLine.objects.unscoped(WHY).filter(person_id=person_id, purpose=purpose)
    said = rows.filter(Q(decided_by=decided_by) | Q(via=Via.PAPER)).order_by("-created_at", "-id")
    last = said.first()
    if last is None or last.decided_by == decided_by:
        return last, True
    return said.filter(decided_by=decided_by).first(), False


def _write(actor: Actor, pupil: PupilRef, purpose: Purpose, *, said: Said, via: Via, text: Text) -> None:
    row = ConsentLine.objects.create(
        scope_path=pupil.scope_path,
        person_id=pupil.id,
        purpose=purpose,
        said=said,
        via=via,
        decided_by=actor.person_id,
        entered_by=actor.person_id,
        text_no=text.no,
        text_digest=text.digest,
    )
    audit.write(
        actor,
        DECIDE,
        thing="consent",
        thing_id=row.id,
        scope_path=pupil.scope_path,
        detail={"purpose": purpose.value, "said": said.value, "via": via.value, "text": text.no},
    )


def tell_ended(pupil: PupilRef, purpose: Purpose) -> None:
    """Higher rooms delete what they hold by this consent alone; what is shown stops at the next request anyway."""
    outbox.announce(
        CONSENT_ENDED, {"person_id": str(pupil.id), "purpose": purpose.value}, scope_path=pupil.scope_path
    )


@transaction.atomic
def ask_class(*, actor: Actor, class_id: UUID) -> int:
    """Note that slips were handed out to everybody of a class who has not answered; returns to how many."""
    group = registry.org(class_id)
    TABLE.require(actor, "trust.enter_slips", group)
    pupils = registry.pupils_of(class_id)
    lines = [
        ConsentLine(
            scope_path=pupil.scope_path,
            person_id=pupil.id,
            purpose=purpose,
            said=Said.ASKED,
            via=Via.SCHOOL,
            entered_by=actor.person_id,
            text_no=texts.current(purpose).no,
            text_digest=texts.current(purpose).digest,
        )
        for purpose, silent in _silent([one.id for one in pupils]).items()
        for pupil in pupils
        if pupil.id in silent
    ]
    ConsentLine.objects.bulk_create(lines)
    asked = len({line.person_id for line in lines})
    audit.write(
        actor,
        "trust.ask_class",
        thing="class",
        thing_id=class_id,
        scope_path=group.path,
        detail={"pupils": asked},
    )
    return asked


def _silent(person_ids: Iterable[UUID]) -> dict[Purpose, set[UUID]]:
    """By purpose: who said nothing yet and was not asked with today's words."""
    wanted = set(person_ids)
    found = {}
    for purpose in Purpose:
        rows = ConsentLine.objects.unscoped(WHY).filter(
            person_id__in=wanted, purpose=purpose, text_digest=texts.current(purpose).digest
        )
        found[purpose] = wanted - set(rows.values_list("person_id", flat=True))
    return found
