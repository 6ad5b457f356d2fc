"""The hint ladder, one rung at a time, and the worked solution behind it."""

from uuid import UUID

from django.db import transaction

from qiming.curriculum.types import Item
from qiming.kernel import audit
from qiming.kernel.access import Actor
from qiming.kernel.errors import UserError
from qiming.kernel.ids import new_id
from qiming.kernel.time import now
from qiming.learning import rules
from qiming.learning.models import Attempt, HintUse
from qiming.learning.services.common import WHY_OWN, item_in, lesson_key_of, own_offering, where
from qiming.learning.types import Hint
from qiming.records.services import record
from qiming.records.types import Act
from qiming.records.verbs import ObjectKind, Verb
from qiming.registry.types import PupilRef
from qiming.teaching.types import OfferingRef

SOLUTION = 0
NOT_YET = UserError("解答还没打开", next="先换着想法试两次，再把提示一步一步看完，解答就会打开。", status=409)
STEP_BY_STEP = UserError("提示要一步一步看", next="先看完前面那一步。", status=409)
NO_MORE = UserError("提示就这些了", next="换个想法再试一次。", status=404)


def take_hint(*, actor: Actor, offering_id: UUID, item_key: str, rung: int) -> Hint:
    """Give the next rung and note that it was taken; one already taken is given again."""
    offering, pupil = own_offering(actor, offering_id)
    item = item_in(offering, item_key)
    if not 1 <= rung <= len(item.hints):
        raise NO_MORE
    with transaction.atomic():
        taken = _taken(pupil, offering, item_key)
        if not rules.may_take_rung(asked=rung, taken=len(taken - {SOLUTION}), rungs=len(item.hints)):
            raise STEP_BY_STEP
        if rung not in taken:
            _note(actor, offering, pupil, item, rung)
            taken.add(rung)
        is_open = _may_see_solution(pupil, offering, item, taken)
    return Hint(rung, len(item.hints), item.hints[rung - 1], is_open)


def show_solution(*, actor: Actor, offering_id: UUID, item_key: str) -> str:
    """The worked solution, after real tries and the whole ladder; from then on the item counts as shown."""
    offering, pupil = own_offering(actor, offering_id)
    item = item_in(offering, item_key)
    with transaction.atomic():
        taken = _taken(pupil, offering, item_key)
        if not _may_see_solution(pupil, offering, item, taken):
            raise NOT_YET
        if SOLUTION not in taken:
            _note(actor, offering, pupil, item, SOLUTION)
    return item.solution_html


def _taken(pupil: PupilRef, offering: OfferingRef, item_key: str) -> set[int]:
    used = HintUse.objects.unscoped(WHY_OWN).filter(
        pupil_id=pupil.id, item_key=item_key, offering_id=offering.id
    )
    return set(used.values_list("rung", flat=True))


def _may_see_solution(pupil: PupilRef, offering: OfferingRef, item: Item, taken: set[int]) -> bool:
    rungs = len(taken - {SOLUTION})
    if rungs < len(item.hints):
        return False
    tried = Attempt.objects.unscoped(WHY_OWN).filter(
        pupil_id=pupil.id, item_key=item.key, offering_id=offering.id
    )
    tries = rules.real_tries(tried.values_list("response", flat=True))
    return rules.solution_open(tries=tries, rungs_taken=rungs, rungs=len(item.hints))


def _note(actor: Actor, offering: OfferingRef, pupil: PupilRef, item: Item, rung: int) -> None:
    """Two tabs asking at once make one row: the second insert finds the first and writes nothing more."""
    statement, at = new_id(), now()
    row = HintUse(
        scope_path=pupil.scope_path,
        pupil_id=pupil.id,
        offering_id=offering.id,
        item_key=item.key,
        item_version_id=item.id,
        rung=rung,
        used_at=at,
        statement_id=statement,
    )
    HintUse.objects.bulk_create([row], ignore_conflicts=True)
    kept = HintUse.objects.unscoped(WHY_OWN).filter(pk=row.pk).exists()
    if not kept:
        return
    record(
        [
            Act(
                actor_person=pupil.id,
                verb=Verb.HINTED if rung else Verb.SHOWN_SOLUTION,
                object_kind=ObjectKind.ITEM,
                object_id=item.key,
                at=at,
                scope_path=pupil.scope_path,
                statement_id=statement,
                context=where(
                    offering,
                    lesson_key=lesson_key_of(item),
                    concept=item.concept,
                    rung=rung,
                    of=len(item.hints),
                ),
            )
        ]
    )
    audit.write(
        actor,
        "learning.hinted" if rung else "learning.shown_solution",
        thing="hint",
        thing_id=row.id,
        scope_path=pupil.scope_path,
        detail={"item": item.key, "rung": rung},
    )
