"""Trials, proposed verdicts, and the signatures of the entitled authorities."""

import hashlib
import json
from collections.abc import Iterable
from datetime import date, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction

from qiming.assurance.admission import Authority, Conditions, Facts, Function, Scope
from qiming.assurance.models import ProductVersion, Proposal, Signature, Trial
from qiming.assurance.services.common import WHY, note, require_state, version_on_duty
from qiming.kernel import time
from qiming.kernel.access import Actor, Denied
from qiming.kernel.errors import UserError
from qiming.registry import queries as registry
from qiming.registry.types import OrgKind

MOST_SCHOOLS = 10
LONGEST_TRIAL_DAYS = 140  # about a term
LONGEST_TERM_DAYS = 731  # proposed: 24 months
MOST_GROUNDS = 2000
STAGES = frozenset({"primary", "junior", "senior"})


@transaction.atomic
def set_trial(
    *, actor: Actor, version_id: UUID, school_ids: Iterable[UUID], until: date, conditions: Conditions
) -> None:
    """Say which schools may try a version and until when; said again it replaces what was said before."""
    version = version_on_duty(actor, version_id, "panel")
    require_state(version, "expert_review", "trial")
    schools = [registry.org(one) for one in dict.fromkeys(school_ids)]
    if not 1 <= len(schools) <= MOST_SCHOOLS or any(one.kind is not OrgKind.SCHOOL for one in schools):
        raise UserError(f"请选1到{MOST_SCHOOLS}所学校", kept="没有改动。", field="schools")
    if not time.today() < until <= time.today() + timedelta(days=LONGEST_TRIAL_DAYS):
        raise UserError(
            "试用最长一个学期", kept="没有改动。", next=f"请选{LONGEST_TRIAL_DAYS}天以内。", field="until"
        )
    _check(version, conditions)
    Trial.objects.unscoped(WHY).filter(version=version, ended_on=None).update(ended_on=time.today())
    Trial.objects.create(
        scope_path=version.scope_path,
        version=version,
        schools=sorted(one.path for one in schools),
        until=until,
        conditions=conditions.as_json(),
        set_by=actor.person_id,
    )
    note(actor, "assurance.set_trial", version, schools=len(schools), until=until.isoformat())


@transaction.atomic
def note_trial(*, actor: Actor, version_id: UUID, found: str) -> None:
    """Write down what a trial found."""
    version = version_on_duty(actor, version_id, "panel")
    row = Trial.objects.unscoped(WHY).filter(version=version).order_by("-id").first()
    if row is None or not found.strip():
        raise UserError("请写试用发现了什么", kept="没有改动。", field="found")
    row.found = found.strip()[:MOST_GROUNDS]
    row.save(update_fields=["found"])
    note(actor, "assurance.note_trial", version)


@transaction.atomic
def propose(*, actor: Actor, version_id: UUID, conditions: Conditions, grounds: str) -> UUID:
    """Draw up the verdict with its conditions. Signatures under an earlier one do not carry over."""
    version = version_on_duty(actor, version_id, "panel")
    require_state(version, "expert_review", "trial")
    if not grounds.strip():
        raise UserError("请写准入的理由", kept="没有改动。", field="grounds")
    if conditions.until is None:
        raise UserError("请写准入到哪天为止", kept="没有改动。", field="until")
    _check(version, conditions)
    Proposal.objects.unscoped(WHY).filter(version=version, is_current=True).update(is_current=False)
    row = Proposal.objects.create(
        scope_path=version.scope_path,
        version=version,
        conditions=conditions.as_json(),
        grounds=grounds.strip()[:MOST_GROUNDS],
        content_hash=_hash(version, conditions, grounds.strip()[:MOST_GROUNDS]),
        made_by=actor.person_id,
    )
    note(actor, "assurance.propose", version, proposal=row.content_hash)
    return row.id


def _hash(version: ProductVersion, conditions: Conditions, grounds: str) -> str:
    """What is signed: the version as filed, every condition, the grounds."""
    said = json.dumps(
        [version.content_hash, conditions.as_json(), grounds], ensure_ascii=False, sort_keys=True
    )
    return hashlib.sha256(said.encode()).hexdigest()


def _check(version: ProductVersion, conditions: Conditions) -> None:
    """Conditions in known words that open nothing the company did not file."""
    facts = Facts.of(version.facts)
    if not conditions.stages or not conditions.stages <= set(facts.stages) & STAGES:
        raise UserError("学段要在申报的范围里", kept="没有改动。", field="stages")
    if not conditions.functions_off <= {one.value for one in Function}:
        raise UserError("请选关掉的功能", kept="没有改动。", field="functions_off")
    if not conditions.data_scopes <= facts.scopes or not conditions.data_scopes <= {
        one.value for one in Scope
    }:
        raise UserError("数据要在申报的范围里", kept="没有改动。", field="data_scopes")
    if conditions.until is not None and not (
        time.today() < conditions.until <= time.today() + timedelta(days=LONGEST_TERM_DAYS)
    ):
        raise UserError("期限最长两年", kept="没有改动。", field="until")
    if conditions.daily_launches is not None and conditions.daily_launches < 1:
        raise UserError("每天次数至少写1", kept="没有改动。", field="daily_launches")


@transaction.atomic
def sign(*, actor: Actor, version_id: UUID, authority: Authority, seen_hash: str, said: str = "") -> None:
    """Sign the proposal one has seen, for one's authority. Not by who drew it up, nor one person for two authorities."""
    version = version_on_duty(actor, version_id, authority.duty)
    require_state(version, "joint_check")
    proposal = (
        Proposal.objects.unscoped(WHY).select_for_update().filter(version=version, is_current=True).first()
    )
    if proposal is None:
        raise Denied("assurance.sign")
    if proposal.content_hash != seen_hash:
        raise UserError("意见改过了", kept="没有签。", next="刷新看改了什么，再决定签不签。", status=409)
    if proposal.made_by == actor.person_id:
        raise UserError("意见是你拟的", kept="没有签。", next="请同部门另一位来签。", status=409)
    try:
        with transaction.atomic():
            Signature.objects.create(
                scope_path=version.scope_path,
                proposal=proposal,
                authority=authority.value,
                person_id=actor.person_id,
                signed_hash=proposal.content_hash,
                note=said.strip()[:300],
            )
    except IntegrityError as error:
        raise UserError(
            "已经签过，或者你代表另一个部门签过", kept="没有再签。", next="三个部门要由三个人签。", status=409
        ) from error
    note(actor, "assurance.sign", version, authority=authority.value, signed=proposal.content_hash)
