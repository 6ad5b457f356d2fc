"""Erasing a person on lawful request: asked by the family, decided by the administrator, looked at again by the
head, carried out by every room, proven by a certificate."""

import logging
from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import IntegrityError, transaction
from procrastinate.contrib.django import app as jobs

from qiming.kernel import audit, holdings, outbox, time
from qiming.kernel.access import Actor, Denied
from qiming.kernel.errors import UserError
from qiming.kernel.privacy import Grade, grade_of
from qiming.registry import queries as registry
from qiming.registry.services.pseudonyms import make_pseudonym
from qiming.registry.types import Role
from qiming.trust import texts
from qiming.trust.access import TABLE
from qiming.trust.clocks import clock
from qiming.trust.models import ErasureCase
from qiming.trust.rules.keeping import hash_of
from qiming.trust.services import erased
from qiming.trust.services.keeping import is_held
from qiming.trust.types.rights import ErasureState

log = logging.getLogger(__name__)
ASK, SEE = "trust.ask_erasure", "trust.see_erasure"
DECIDE, CONFIRM = "trust.decide_erasure", "trust.confirm_erasure"
CARRY_OUT_TASK = "trust.carry_out_erasure"
MAX_TEXT = 1000
# The two sealed logs keep the internal number, which leads to nobody any more.
SEALED = {"kernel.AuditRow", "trust.AccessLog"}
_LOCKING = "filtered by the access table on the next line"
_CARRYING_OUT = "carried out by the job that the confirmed case started"


def may_ask(actor: Actor, person_id: UUID) -> bool:
    """Whether the actor may ask for this person's erasure: a guardian, or a pupil old enough to decide."""
    if not TABLE.allows(actor, ASK, registry.pupil(person_id)):
        return False
    return actor.person_id != person_id or texts.needs_own(registry.grades_of([person_id]).get(person_id))


def ask_erasure(*, actor: Actor, person_id: UUID, reason: str) -> ErasureCase:
    """Ask for everything about a pupil to be erased; one request at a time."""
    pupil = registry.pupil(person_id)
    TABLE.require(actor, ASK, pupil)
    if not may_ask(actor, person_id):
        raise UserError(
            "还要再大一些才能自己提出",
            kept="没有改动。",
            next="请家长用家长账号提出；或先告诉一位大人。",
            status=403,
        )
    words = _words(reason, "请写为什么要删除")
    school = registry.school_of(pupil.scope_path)
    try:
        with transaction.atomic():
            case = ErasureCase.objects.create(
                person_id=person_id,
                scope_path=pupil.scope_path,
                asked_by=actor.person_id,
                asked_as=Role.PUPIL if actor.person_id == person_id else Role.GUARDIAN,
                reason=words,
                state=ErasureState.ASKED,
                due_on=registry.school_days_after(
                    school.id, time.today(), clock("erasure_decide_days").value
                ),
            )
            _note(actor, ASK, case)
            outbox.announce("trust.erasure_asked", {"case_id": str(case.id)}, case.scope_path)
    except IntegrityError as error:
        raise UserError(
            "已经有一个删除请求在办", kept="写的话还在。", next="进展在“我的数据”里看。", status=409
        ) from error
    return case


@transaction.atomic
def withdraw_erasure(*, actor: Actor, case_id: UUID) -> None:
    """Take the request back, as long as nothing is erased."""
    case = _load(actor, ASK, case_id)
    _in_state(case, ErasureState.ASKED, ErasureState.AGREED)
    if case.asked_by != actor.person_id:
        raise UserError("不是你提出的请求", kept="没有改动。", next="请提出的人来撤回。", status=409)
    _move(case, ErasureState.WITHDRAWN)
    _note(actor, "trust.withdraw_erasure", case)


@transaction.atomic
def agree_erasure(*, actor: Actor, case_id: UUID) -> None:
    """The administrator agrees: the head looks again."""
    case = _load(actor, DECIDE, case_id)
    _in_state(case, ErasureState.ASKED)
    _refuse_held(case)
    _move(case, ErasureState.AGREED, agreed_by=actor.person_id, agreed_at=time.now())
    _note(actor, DECIDE, case, {"agreed": True})


@transaction.atomic
def refuse_erasure(*, actor: Actor, case_id: UUID, words: str) -> None:
    """The administrator (before agreeing) or the head (at the second look) refuses, with the reason."""
    case = _load_either(actor, case_id)
    said = _words(words, "请写为什么不同意、还能怎么办")
    _move(case, ErasureState.REFUSED, words=said, done_at=time.now())
    _note(actor, "trust.refuse_erasure", case)


@transaction.atomic
def confirm_erasure(*, actor: Actor, case_id: UUID) -> None:
    """The head's second look: from here on it is carried out and cannot be undone."""
    case = _load(actor, CONFIRM, case_id)
    _in_state(case, ErasureState.AGREED)
    if case.agreed_by == actor.person_id:
        raise UserError("同意和复核要两个人", kept="没有改动。", next="请另一位校长或管理员。", status=409)
    _refuse_held(case)
    _move(case, ErasureState.CONFIRMED, confirmed_by=actor.person_id, confirmed_at=time.now())
    _note(actor, CONFIRM, case)
    transaction.on_commit(lambda: jobs.configure_task(CARRY_OUT_TASK).defer(case_id=str(case.id)))


def carry_out(case_id: UUID) -> None:
    """Erase in every room, in one transaction; then look through every table for what was left. Doing it twice
    does it once."""
    outbox.deliver_all()  # what still waits names the person by number
    person_id = _erase(case_id)
    # Also when the job died after erasing: then this is its second run.
    done = ErasureCase.objects.unscoped(_CARRYING_OUT).filter(id=case_id, state=ErasureState.DONE).first()
    if done:
        erased.remember(done)
    if person_id is not None:
        _prove(case_id, person_id)


@transaction.atomic
def _erase(case_id: UUID) -> UUID | None:
    case = ErasureCase.objects.unscoped(_CARRYING_OUT).select_for_update().filter(id=case_id).first()
    if case is None or case.state != ErasureState.CONFIRMED or case.person_id is None:
        return None
    _refuse_held(case)
    person_id = case.person_id
    pseudonym_id = make_pseudonym(person_id)
    rooms = []
    # The case names nobody before the trust room counts what is left of the person's own requests.
    ErasureCase.objects.unscoped(_CARRYING_OUT).filter(person_id=person_id).update(
        person_id=None, reason="", words=""
    )
    for keeper in reversed(holdings.keepers()):
        fates = [asdict(fate) for fate in keeper.erase(person_id, pseudonym_id) if fate.count]
        rooms.append({"room": keeper.room, "fates": fates})
    case.refresh_from_db()
    case.state, case.done_at = ErasureState.DONE, time.now()
    if case.asked_as == Role.PUPIL:
        case.asked_by = None
    case.certificate = {"rooms": rooms, "person_sha256": hash_of([str(person_id)])}
    case.save(update_fields=["state", "done_at", "asked_by", "certificate"])
    _note(None, "trust.erased", case, {"rooms": len(rooms)})
    return person_id


def erase_again() -> tuple[int, int]:
    """Erase everybody who was erased before and is there again; how many went, and how many could not (held
    for a dispute: the case stands confirmed)."""
    gone = waiting = 0
    for person_id, case in erased.returned().items():
        try:
            carry_out(_case_again(person_id, case).id)
            gone += 1
        except UserError:
            waiting += 1
    return gone, waiting


def _case_again(person_id: UUID, before: str) -> ErasureCase:
    """The case as it was decided: the one in the backup when it reaches so far, else a new one that says why."""
    cases = ErasureCase.objects.unscoped(_CARRYING_OUT)
    decided = {"state": ErasureState.CONFIRMED, "confirmed_at": time.now()}
    open_case = cases.filter(
        person_id=person_id, state__in=[ErasureState.ASKED, ErasureState.AGREED, ErasureState.CONFIRMED]
    ).first()
    if open_case:
        cases.filter(id=open_case.id).update(**decided)
        return open_case
    return cases.create(
        person_id=person_id,
        scope_path=registry.last_path_of(person_id),
        asked_as="",
        reason=f"恢复备份带回了已经删除的人，再次删除（原请求 {before}）",
        due_on=time.today(),
        **decided,
    )


def _prove(case_id: UUID, person_id: UUID) -> None:
    """Look for the internal number in every table that holds personal data, and write down what was found."""
    looked = [model for model in apps.get_models() if grade_of(model) >= Grade.L3]
    left = [
        {"table": one.table, "rows": len(one.keys)}
        for one in holdings.mentions(looked, [str(person_id)])
        if one.table not in SEALED
    ]
    with transaction.atomic():
        case = ErasureCase.objects.unscoped(_CARRYING_OUT).select_for_update().get(id=case_id)
        case.certificate |= {"looked_at": len(looked), "left": left, "proven_at": time.now().isoformat()}
        case.save(update_fields=["certificate"])
    if left:
        log.error("erasure case %s left something in %s tables", case_id, len(left))


def load_case(actor: Actor, case_id: UUID) -> ErasureCase:
    """A case the actor may see: by the access table, or one's own request whose person is gone."""
    own = (
        ErasureCase.objects.unscoped("one's own request").filter(id=case_id, asked_by=actor.person_id).first()
    )
    return own or TABLE.load(actor, SEE, ErasureCase, id=case_id)


def _load(actor: Actor, verb: str, case_id: UUID) -> ErasureCase:
    rows = ErasureCase.objects.unscoped(_LOCKING).select_for_update()
    return TABLE.load(actor, verb, rows, id=case_id)


def _load_either(actor: Actor, case_id: UUID) -> ErasureCase:
    for verb, state in ((DECIDE, ErasureState.ASKED), (CONFIRM, ErasureState.AGREED)):
        try:
            case = _load(actor, verb, case_id)
        except Denied:
            continue
        if case.state == state:
            return case
    load_case(actor, case_id)
    raise UserError("现在轮不到你决定，或已经有了决定", kept="没有改动。", next="刷新看进展。", status=409)


def _in_state(case: ErasureCase, *states: ErasureState) -> None:
    if case.state not in states:
        raise UserError(
            f"这个请求现在是“{ErasureState(case.state).zh}”",
            kept="没有改动。",
            next="刷新看进展。",
            status=409,
        )


def _refuse_held(case: ErasureCase) -> None:
    if case.person_id is not None and is_held(case.person_id, case.scope_path):
        raise UserError(
            "因投诉、诉讼或调查，这名学生的数据暂停删除",
            kept="请求还在，没有改动。",
            next="解除暂停以后再办；解除由当初决定的人办理。",
            status=409,
        )


def _move(case: ErasureCase, state: ErasureState, **values: Any) -> None:
    case.state = state
    for name, value in values.items():
        setattr(case, name, value)
    case.save(update_fields=["state", *values])


def _note(actor: Actor | None, verb: str, case: ErasureCase, detail: dict[str, Any] | None = None) -> None:
    audit.write(
        actor, verb, thing="erasure_case", thing_id=case.id, scope_path=case.scope_path, detail=detail
    )


def _words(text: str, empty: str) -> str:
    words = text.strip()
    if not words:
        raise UserError(empty, kept="没有改动。", field="text")
    if len(words) > MAX_TEXT:
        raise UserError(f"最多{MAX_TEXT}个字，现在是{len(words)}个", kept="写的话还在。", field="text")
    return words
