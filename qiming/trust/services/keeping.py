"""The night's deletions by rule, each with a certificate; holds that stop them."""

import logging
from collections import Counter
from uuid import UUID

from django.db import IntegrityError, transaction

from qiming.kernel import audit, time
from qiming.kernel.access import Actor
from qiming.kernel.errors import UserError
from qiming.kernel.keeping import SWEEPERS, Holds
from qiming.registry import queries as registry
from qiming.trust.access import TABLE
from qiming.trust.models import LegalHold, RetentionRun
from qiming.trust.rules import keeping as rules

log = logging.getLogger(__name__)
HOLD = "trust.hold"
MAX_REASON = 500


def sweep() -> list[RetentionRun]:
    """Run every rule of today; returns the certificates of those that deleted or held back something. A rule that
    fails stops no other and is tried again the next night."""
    made = []
    failed = 0
    for rule in rules.in_force(time.today()):
        try:
            run = _sweep_one(rule)
        except Exception as failure:
            failed += 1
            log.error("retention rule %s failed: %s", rule.key, type(failure).__name__)
        else:
            made += [run] if run else []
    detail = {
        "rules": len(rules.in_force(time.today())),
        "failed": failed,
        "deleted": sum(run.count for run in made),
    }
    audit.write(None, "trust.retention_run", thing="retention", thing_id=None, scope_path="", detail=detail)
    return made


@transaction.atomic
def _sweep_one(rule: rules.Rule) -> RetentionRun | None:
    before = rules.cutoff(rule, time.now())
    swept = SWEEPERS[rule.key](before, holds())
    if not swept.ids and not swept.held_back:
        return None
    run = RetentionRun.objects.create(
        rule=rule.key,
        says=rule.says,
        basis=rule.basis,
        verified=rule.verified,
        keep_days=rule.days,
        cutoff=before,
        count=len(swept.ids),
        held_back=swept.held_back,
        places=_by_school(swept.places),
        ids_sha256=rules.hash_of(swept.ids),
    )
    audit.write(
        None,
        "trust.retention_certificate",
        thing="retention_run",
        thing_id=run.id,
        scope_path="",
        detail={"rule": rule.key, "count": run.count, "ids_sha256": run.ids_sha256},
    )
    return run


def holds() -> Holds:
    """What may not be deleted for now."""
    rows = LegalHold.objects.unscoped("retention holds for the whole installation").filter(lifted_at=None)
    listed = list(rows.values_list("person_id", "scope_path"))
    return Holds(
        persons=frozenset(person for person, _ in listed if person),
        places=tuple(sorted(path for person, path in listed if person is None)),
    )


def is_held(person_id: UUID, scope_path: str) -> bool:
    """Whether nothing about this person may be deleted now."""
    held = holds()
    return person_id in held.persons or any(scope_path.startswith(path) for path in held.places)


@transaction.atomic
def place_hold(
    *, actor: Actor, reason: str, person_id: UUID | None = None, place_id: UUID | None = None
) -> LegalHold:
    """Stop every deletion about a pupil, or about a school."""
    thing = registry.pupil(person_id) if person_id else registry.org(place_id) if place_id else None
    if thing is None:
        raise UserError("请选是哪名学生或哪所学校", field="reason")
    TABLE.require(actor, HOLD, thing)
    words = reason.strip()
    if not words or len(words) > MAX_REASON:
        raise UserError(f"请写为什么，不超过{MAX_REASON}个字", kept="写的话还在。", field="reason")
    try:
        with transaction.atomic():
            hold = LegalHold.objects.create(
                person_id=person_id, scope_path=thing.scope_path, reason=words, placed_by=actor.person_id
            )
    except IntegrityError as error:
        raise UserError("已经暂停删除了", kept="没有改动。", status=409) from error
    audit.write(actor, HOLD, thing="legal_hold", thing_id=hold.id, scope_path=hold.scope_path)
    return hold


@transaction.atomic
def lift_hold(*, actor: Actor, hold_id: UUID) -> None:
    """Let deletions go on; lifting twice is lifting once."""
    rows = LegalHold.objects.unscoped("filtered by the access table on the next line").select_for_update()
    hold = TABLE.load(actor, HOLD, rows, id=hold_id)
    if hold.lifted_at is None:
        hold.lifted_at, hold.lifted_by = time.now(), actor.person_id
        hold.save(update_fields=["lifted_at", "lifted_by"])
        audit.write(
            actor, "trust.lift_hold", thing="legal_hold", thing_id=hold.id, scope_path=hold.scope_path
        )


def _by_school(places: Counter[str]) -> dict[str, int]:
    """Counts by school: the first three steps of a path."""
    found: Counter[str] = Counter()
    for path, count in places.items():
        found["".join(f"{step}/" for step in path.split("/")[:3] if step)] += count
    return dict(found)
