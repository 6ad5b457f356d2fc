"""Free play: a lab outside any lesson, with a work that is kept; versions of any work, and going back to one."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from qiming.kernel import audit
from qiming.kernel.access import Actor, Denied
from qiming.kernel.errors import UserError
from qiming.kernel.time import now
from qiming.learning import rules
from qiming.learning.access import TABLE
from qiming.learning.labs.catalogue import lab as lab_card
from qiming.learning.labs.counting import count_hand_in, counting, statement_of
from qiming.learning.models import Work, WorkVersion
from qiming.learning.services.drafts import STILL_HERE, Draft, fitting, hold_work, set_aside, take_in
from qiming.learning.types import KeptWork, LabAct, WorkKind
from qiming.records.services import record
from qiming.records.types import Act
from qiming.records.verbs import ObjectKind, Verb
from qiming.registry import queries as registry
from qiming.registry.types import PupilRef, Role

PLAY = "learning.play"
MOST_ACTS = 50
TOO_MANY = UserError(f"一次最多送{MOST_ACTS}条", kept=STILL_HERE, next="刷新页面会分几次再送。", status=413)
NO_VERSION = UserError("没有这个样子了", kept="现在的作品没有变。", next="回到作品页，再选一个。", status=404)


def own_seat(actor: Actor) -> PupilRef:
    """The actor as a pupil of the own class."""
    if not actor.has_role(Role.PUPIL):
        raise Denied(PLAY)
    return registry.pupil(actor.person_id)


def keep_free_work(
    *,
    actor: Actor,
    save_id: UUID,
    lab_id: str,
    state: object,
    base: int = 0,
    page: str = "",
    client_at: datetime | None = None,
    hand_in: bool = False,
) -> KeptWork:
    """Keep the one work a pupil has in a lab outside lessons; the same rules as for a lesson's work."""
    pupil, card = own_seat(actor), lab_card(lab_id)
    given = fitting(state, pupil.id, hand_in=hand_in)
    received = now()
    draft = Draft(save_id, given, rules.when_answered(client_at, received), base, page, hand_in)
    place = {"pupil_id": pupil.id, "offering_id": None, "lesson_key": "", "activity_key": card.id}
    first = {"scope_path": pupil.scope_path, "kind": WorkKind.LAB, "title": card.title}
    with transaction.atomic():
        row, fresh = hold_work(place, draft, **first)
        if row.save_id == save_id and not fresh:
            return KeptWork(row.id, card.id, row.version, row.handed_in_at)
        other = take_in(row, draft, received, fresh=fresh)
        if hand_in:
            count_hand_in(pupil, _run_of(card.id))
        if fresh or hand_in:
            _made(actor, row, handed_in=hand_in)
    return KeptWork(row.id, card.id, row.version, row.handed_in_at, other)


def keep_free_acts(*, actor: Actor, lab_id: str, acts: Sequence[LabAct]) -> int:
    """Keep what happened in free play as statements, each once; returns how many were new."""
    if len(acts) > MOST_ACTS:
        raise TOO_MANY
    pupil, card = own_seat(actor), lab_card(lab_id)
    with transaction.atomic():
        with counting(pupil, _run_of(card.id), acts) as fresh:
            context = {"lab": card.id, "free": True}
            record([statement_of(pupil, f"free/{card.id}", card.title, one, context) for one in fresh])
        if fresh:
            audit.write(
                actor,
                "learning.did_in_lab",
                thing="lab",
                thing_id=None,
                scope_path=pupil.scope_path,
                detail={"lab": card.id, "acts": len(fresh)},
            )
    return len(fresh)


def go_back(*, actor: Actor, work_id: UUID, no: int) -> Work:
    """The work as an earlier version had it. What it is now is set aside first; nothing is lost."""
    with transaction.atomic():
        rows = Work.objects.unscoped("loaded by the access table on this line").select_for_update(
            of=("self",)
        )
        row = TABLE.load(actor, "learning.see_own", rows.exclude(kind=WorkKind.TASK), id=work_id)
        version = WorkVersion.objects.unscoped("of the pupil's own work").filter(work=row, no=no).first()
        if version is None:
            raise NO_VERSION
        if version.state == row.state:
            return row
        at = now()
        set_aside(row, row.state, "before")
        row.state, row.page, row.save_id = version.state, "", None
        row.version, row.client_at, row.updated_at = row.version + 1, at, at
        row.save()
        audit.write(
            actor,
            "learning.went_back",
            thing="work",
            thing_id=row.id,
            scope_path=row.scope_path,
            detail={"no": no},
        )
    return row


def _run_of(lab_id: str) -> dict[str, str | None]:
    return {"offering_id": None, "lesson_key": "", "activity_key": lab_id, "lab": lab_id}


def _made(actor: Actor, row: Work, *, handed_in: bool) -> None:
    record(
        [
            Act(
                actor_person=row.pupil_id,
                verb=Verb.SUBMITTED if handed_in else Verb.CREATED,
                object_kind=ObjectKind.WORK,
                object_id=row.id,
                name=row.title,
                at=row.client_at,
                scope_path=row.scope_path,
                context={"lab": row.activity_key, "free": True},
            )
        ]
    )
    audit.write(
        actor,
        "learning.handed_in_work" if handed_in else "learning.began_work",
        thing="work",
        thing_id=row.id,
        scope_path=row.scope_path,
        detail={"lab": row.activity_key, "version": row.version},
    )
