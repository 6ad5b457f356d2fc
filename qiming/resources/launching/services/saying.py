"""A family says whether the child uses a product; the school types what came on paper."""

from collections.abc import Mapping
from uuid import UUID

from django.db import connection, transaction

from qiming.kernel import audit
from qiming.kernel.access import Actor, Denied
from qiming.kernel.errors import UserError
from qiming.registry import queries as registry
from qiming.registry.types import PupilRef
from qiming.resources.access import TABLE
from qiming.resources.access_tools import ENTER_WORDS, SAY
from qiming.resources.launching.models import ToolWord
from qiming.resources.launching.seen import asked_of_class, asked_of_pupil
from qiming.trust.queries import decides_too
from qiming.trust.types import Said, Via

_WHY = "one's own last word"


def say(*, actor: Actor, person_id: UUID, product_id: UUID, said: Said, digest: str) -> bool:
    """A guardian's or the pupil's own word. `digest` names what was read: a yes to something else is not taken. Said
    twice it is one line; returns whether anything was written."""
    pupil = registry.pupil(person_id)
    TABLE.require(actor, SAY, pupil)
    via = Via.PUPIL if actor.person_id == person_id else Via.GUARDIAN
    if via is Via.PUPIL and not decides_too(person_id):
        raise UserError(
            "这一项由监护人决定", kept="什么都没有改。", next="想改，回家和监护人商量。", status=403
        )
    asked = asked_of_pupil(pupil).get(product_id)
    if asked is None or said not in (Said.GIVEN, Said.REFUSED, Said.WITHDRAWN):
        raise Denied(SAY)
    if said is Said.GIVEN and digest != asked:
        raise UserError(
            "这个产品要用的数据刚刚变过", kept="什么都没有改。", next="刷新页面，看一遍再决定。", status=409
        )
    with transaction.atomic():
        _take_turns(person_id, product_id)
        rows = ToolWord.objects.unscoped(_WHY).filter(person_id=person_id, product_id=product_id)
        last = rows.filter(decided_by=actor.person_id).order_by("-created_at", "-id").first()
        newest = rows.order_by("-created_at", "-id").first()
        if last is not None and last == newest and (last.said, last.digest) == (said, asked):
            return False
        _write(actor, pupil, said, via, product_id=product_id, digest=asked)
    return True


@transaction.atomic
def enter_words(*, actor: Actor, class_id: UUID, product_id: UUID, answers: Mapping[UUID, bool]) -> int:
    """What came back signed on paper, pupil by pupil; returns how many were written."""
    group = registry.org(class_id)
    TABLE.require(actor, ENTER_WORDS, group)
    asked = asked_of_class(group.path).get(product_id)
    pupils = {one.id: one for one in registry.pupils_of(class_id)}
    if asked is None or not set(answers) <= set(pupils):
        raise Denied(ENTER_WORDS)
    for person_id, agreed in sorted(answers.items()):
        _take_turns(person_id, product_id)
        said = Said.GIVEN if agreed else Said.REFUSED
        _write(actor, pupils[person_id], said, Via.PAPER, product_id=product_id, digest=asked)
    return len(answers)


def _take_turns(person_id: UUID, product_id: UUID) -> None:
    """Two words on one product are written one after the other."""
    key = f"resources.tool_word.{person_id}.{product_id}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])


def _write(actor: Actor, pupil: PupilRef, said: Said, via: Via, *, product_id: UUID, digest: str) -> None:
    decided_by = None if via is Via.PAPER else actor.person_id
    row = ToolWord.objects.create(
        scope_path=pupil.scope_path,
        person_id=pupil.id,
        product_id=product_id,
        said=said,
        via=via,
        decided_by=decided_by,
        entered_by=actor.person_id,
        digest=digest,
    )
    audit.write(
        actor,
        SAY if decided_by else ENTER_WORDS,
        thing="tool_word",
        thing_id=row.id,
        scope_path=pupil.scope_path,
        detail={"product": str(product_id), "said": said.value, "via": via.value},
    )
