"""Questions about copies, erasure, retention and holds."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from qiming.kernel import time
from qiming.kernel.access import Actor
from qiming.registry import queries as registry
from qiming.registry.types import OrgRef
from qiming.trust.models import ErasureCase, LegalHold, PersonCopy, RetentionRun
from qiming.trust.rules import keeping as rules
from qiming.trust.types.rights import CopyState, ErasureState

FATES = {
    "erased": "已删除",
    "pseudonym": "去掉身份后保留",
    "kept": "依法保留",
    "by_hand": "要学校动手",
}
ROOMS = {
    "learning": "学习",
    "teaching": "教学与课时",
    "records": "学习记录",
    "trust": "信任与隐私",
    "registry": "名册",
    "kernel": "底座",
}


@dataclass(frozen=True, slots=True)
class CaseLine:
    """A request for erasure as a list shows it."""

    id: UUID
    state: ErasureState
    who: str
    place: str
    asked_on: date
    due_on: date
    is_late: bool


@dataclass(frozen=True, slots=True)
class RuleLine:
    """One rule of retention with its last certificate."""

    rule: rules.Rule
    kept: str
    last: RetentionRun | None


def copies_of(person_id: UUID) -> QuerySet[PersonCopy]:
    """The copies asked for, latest first. The caller has checked the right to the person."""
    rows = PersonCopy.objects.unscoped("the caller checked trust.copy_person for this person")
    return rows.filter(person_id=person_id).order_by("-created_at")[:10]


def open_case(person_id: UUID) -> ErasureCase | None:
    """The latest request about a person. The caller has checked the right."""
    rows = ErasureCase.objects.unscoped("the caller checked trust.see_erasure for this person")
    return rows.filter(person_id=person_id).order_by("-created_at").first()


def own_cases(actor: Actor) -> list[CaseLine]:
    """What the actor asked for, what was carried out included."""
    rows = ErasureCase.objects.unscoped("one's own requests").filter(asked_by=actor.person_id)
    return _lines(rows.order_by("-created_at")[:50])


def cases(actor: Actor) -> list[CaseLine]:
    """The requests at the actor's places, those that wait first."""
    rows = ErasureCase.objects.for_actor(actor, "trust.see_erasure").order_by("-created_at")
    lines = _lines(rows[:200])
    waiting = {ErasureState.ASKED, ErasureState.AGREED, ErasureState.CONFIRMED}
    return sorted(lines, key=lambda line: (line.state not in waiting, line.due_on))


def to_decide(actor: Actor) -> int:
    """How many requests wait for this actor's word."""
    waits = 0
    for verb, state in (
        ("trust.decide_erasure", ErasureState.ASKED),
        ("trust.confirm_erasure", ErasureState.AGREED),
    ):
        waits += ErasureCase.objects.for_actor(actor, verb).filter(state=state).count()
    return waits


def fates(case: ErasureCase) -> list[tuple[str, list[dict[str, Any]]]]:
    """The certificate room by room, in words."""
    rooms = case.certificate.get("rooms", [])
    return [
        (
            ROOMS.get(one["room"], one["room"]),
            [fate | {"zh": FATES[fate["fate"]]} for fate in one["fates"]],
        )
        for one in rooms
        if one["fates"]
    ]


def certificate(case: ErasureCase) -> dict[str, Any]:
    """Everything the paper says: nothing in it names the person."""
    place = registry.school_of(case.scope_path)
    decided = registry.persons_named(one for one in (case.agreed_by, case.confirmed_by) if one)
    return {
        "number": str(case.id),
        "school": place.name,
        "asked_on": time.local(case.created_at).date(),
        "asked_as": "家长" if case.asked_as == "guardian" else "学生本人",
        "agreed_by": decided.get(case.agreed_by) if case.agreed_by else None,
        "agreed_at": case.agreed_at,
        "confirmed_by": decided.get(case.confirmed_by) if case.confirmed_by else None,
        "confirmed_at": case.confirmed_at,
        "done_at": case.done_at,
        "person_sha256": case.certificate.get("person_sha256", ""),
        "looked_at": case.certificate.get("looked_at", 0),
        "left": case.certificate.get("left", []),
        "rooms": [[room, lines] for room, lines in fates(case)],
    }


def rule_lines() -> list[RuleLine]:
    """Every rule of today with its last certificate."""
    latest = {run.rule: run for run in RetentionRun.objects.order_by("rule", "-created_at").distinct("rule")}
    return [
        RuleLine(rule, rules.spell(rule.days) if rule.days else "随即", latest.get(rule.key))
        for rule in rules.in_force(time.today())
    ]


def certificates(
    path: str, *, since: datetime, until: datetime, limit: int = 200
) -> list[tuple[RetentionRun, int]]:
    """The certificates of a stretch of time with what of it lay below `path` (all of it for rows without a place)."""
    runs = RetentionRun.objects.filter(created_at__gte=since, created_at__lt=until).order_by("-created_at")
    found = []
    for run in runs.iterator(chunk_size=500):
        here = sum(count for place, count in run.places.items() if place.startswith(path))
        if here or not run.places:
            found.append((run, here if run.places else run.count))
        if len(found) >= limit:
            break
    return found


def holds_for(actor: Actor) -> list[tuple[LegalHold, str]]:
    """Open holds at the actor's places, each with whom or what it keeps."""
    rows = list(
        LegalHold.objects.for_actor(actor, "trust.hold").filter(lifted_at=None).order_by("-created_at")
    )
    names = registry.persons_named(row.person_id for row in rows if row.person_id)
    places = {path: registry.org_by_path(path).name for path in {row.scope_path for row in rows}}
    return [
        (
            row,
            names.get(row.person_id, "一名学生") if row.person_id else f"{places[row.scope_path]}的全部数据",
        )
        for row in rows
    ]


def may_fetch(copy: PersonCopy) -> bool:
    """Whether a copy lies ready."""
    return copy.state == CopyState.READY and (copy.expires_at is None or copy.expires_at > time.now())


def place_of(actor: Actor, verb_roles: set[str]) -> OrgRef:
    """The highest place at which the actor holds one of these roles."""
    paths = [grant.scope_path for grant in actor.grants if grant.role in verb_roles]
    return registry.org_by_path(min(paths, key=len))


def _lines(rows: QuerySet[ErasureCase]) -> list[CaseLine]:
    listed = list(rows)
    names = registry.persons_named(row.person_id for row in listed if row.person_id)
    places = {path: registry.school_of(path).name for path in {row.scope_path for row in listed}}
    today = time.today()
    open_states = {ErasureState.ASKED, ErasureState.AGREED}
    return [
        CaseLine(
            row.id,
            ErasureState(row.state),
            names.get(row.person_id, "一名学生") if row.person_id else "（已删除的人）",
            places[row.scope_path],
            time.local(row.created_at).date(),
            row.due_on,
            row.state in open_states and row.due_on < today,
        )
        for row in listed
    ]
