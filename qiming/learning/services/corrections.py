"""A teacher's own judgement of a pupil on a concept: counted as evidence, fading with new answers, taken back at will."""

from uuid import UUID

from django.db import transaction

from qiming.curriculum import queries as curriculum
from qiming.kernel import audit
from qiming.kernel.access import Actor, Denied
from qiming.kernel.errors import UserError
from qiming.kernel.time import now
from qiming.learning.access import TABLE
from qiming.learning.models import BandChange, MasteryCorrection, MasteryState
from qiming.learning.services import belief, fits
from qiming.learning.services.kept_states import write
from qiming.learning.services.replay import judged
from qiming.mastery import JUDGEMENTS, Band
from qiming.registry.types import PupilRef

CORRECT = "learning.correct"
SHORTEST, LONGEST = 4, 300
LOADED = "filtered by the access table"
NO_BAND = UserError(
    "请选一个判断", kept="估计没有动。", next="已经掌握、快了、还要练里选一个。", field="band"
)
NO_REASON = UserError(
    "请写一句凭什么这样判断",
    kept="估计没有动。",
    next="比如：课上请他讲过一遍，讲得清楚。学生和家长看得到这句话。",
    field="reason",
)
TOO_LONG = UserError(
    f"理由请写在{LONGEST}个字以内", kept="写的还在框里。", next="写短一些再存。", field="reason"
)
SOMEBODY_ELSE = UserError(
    "这个知识点的判断刚刚被改过",
    kept="您写的没有存，别人的判断没有动。",
    next="看过现在的判断，再决定改不改。",
    status=409,
)


def correct_mastery(
    *, actor: Actor, pupil: PupilRef, concept: str, band: str, reason: str, seen: UUID | None = None
) -> MasteryCorrection:
    """`seen`: the judgement that held when the teacher looked; when another holds by now, nothing is changed. Sent twice it
    is one."""
    TABLE.require(actor, CORRECT, pupil)
    if curriculum.concept(concept) is None:
        raise Denied(CORRECT)
    said = " ".join(reason.split())
    if band not in {one.value for one in JUDGEMENTS}:
        raise NO_BAND
    if len(said) < SHORTEST:
        raise NO_REASON
    if len(said) > LONGEST:
        raise TOO_LONG
    with transaction.atomic():
        states = belief.hold(pupil, [concept])
        holds = MasteryCorrection.objects.unscoped(LOADED).filter(
            pupil_id=pupil.id, concept=concept, ended_at=None
        )
        before = holds.first()
        if before and (before.band, before.reason, before.made_by_id) == (band, said, actor.person_id):
            return before
        if (before.id if before else None) != seen:
            raise SOMEBODY_ELSE
        at = now()
        if before:
            holds.update(ended_at=at, ended_by_id=actor.person_id, is_replaced=True)
        row = MasteryCorrection.objects.create(
            scope_path=pupil.scope_path,
            pupil_id=pupil.id,
            concept=concept,
            band=band,
            reason=said,
            made_by_id=actor.person_id,
            made_at=at,
        )
        _move(actor, row, states, Band(band), "corrected")
    return row


def take_back(*, actor: Actor, correction_id: UUID) -> MasteryCorrection:
    """The estimate is what the answers say again; the judgement stays in the history."""
    with transaction.atomic():
        rows = MasteryCorrection.objects.unscoped(LOADED)
        row = TABLE.load(actor, CORRECT, rows, id=correction_id)
        states = belief.hold(PupilRef(row.pupil_id, "", 0, row.pupil_id, row.scope_path), [row.concept])
        row.refresh_from_db()
        if row.ended_at:
            return row
        row.ended_at, row.ended_by_id = now(), actor.person_id
        row.save(update_fields=["ended_at", "ended_by"])
        _move(actor, row, states, None, "taken_back")
    return row


def _move(
    actor: Actor, row: MasteryCorrection, states: belief.States, verdict: Band | None, why: str
) -> None:
    """The state with the judgement or without it, the trace of a band that moved, the audit row."""
    row_id, skill = states.held[row.concept]
    shown = MasteryState.objects.unscoped(LOADED).filter(id=row_id).values_list("band", flat=True)
    before, version = shown.get(), fits.version_at(now())
    write(row.pupil_id, states.learner, {row.concept: (row_id, judged(skill, verdict), version)})
    after = shown.get()
    if after != before:
        BandChange.objects.create(
            scope_path=row.scope_path,
            pupil_id=row.pupil_id,
            concept=row.concept,
            before=before,
            after=after,
            why=why,
            fit=version,
        )
    audit.write(
        actor,
        f"learning.{why}_mastery",
        thing="correction",
        thing_id=row.id,
        scope_path=row.scope_path,
        detail={"concept": row.concept, "before": before, "after": after},
    )
