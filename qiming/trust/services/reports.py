"""Complaints and reports: written, answered, taken higher, passed up when nobody answered in time."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction

from qiming.kernel import audit, outbox, time
from qiming.kernel.access import Actor, Denied
from qiming.kernel.errors import UserError
from qiming.kernel.ids import READABLE
from qiming.registry import queries as registry
from qiming.registry.types import OrgRef, Role
from qiming.trust.clocks import clock
from qiming.trust.models import Report, ReportStep
from qiming.trust.queries import reports as queries
from qiming.trust.rules import reports as rules
from qiming.trust.types.reports import ReportState, StepKind

_LOCKING = "the right was checked on the way in; this reads the row again under its lock"
_A_DAY = timedelta(days=1)
MOST_A_DAY = 20
CODE_LENGTH = 10


@dataclass(frozen=True, slots=True)
class Wish:
    """A report as it is handed in. `token` is made by the page: sent twice, it is one report."""

    token: UUID
    category: str
    text: str
    place_id: UUID
    page: str = ""
    is_anonymous: bool = False


@dataclass(frozen=True, slots=True)
class Taken:
    """What the reporter is told: whose list it is on, by when an answer is due, the code of an anonymous one."""

    id: UUID
    people: list[str]
    due_on: date
    code: str


@transaction.atomic
def make_report(*, actor: Actor, wish: Wish) -> Taken:
    """Put a report on the list it belongs to. Of an anonymous one nothing is kept that leads to its writer."""
    category = rules.CATEGORIES.get(wish.category)
    if category is None:
        raise UserError("请选是什么事", kept="写的话还在。", field="category")
    text = _words(wish.text)
    place = next((one for one in queries.places_of(actor) if one.id == wish.place_id), None)
    if place is None:
        raise Denied("trust.make_report")
    known = Report.objects.unscoped(_LOCKING).filter(id=wish.token).first()
    if known is None:
        _not_too_many(actor, place)
        known = _create(actor, wish, category, place, text)
    return _taken(known, place)


def _create(actor: Actor, wish: Wish, category: rules.Category, place: OrgRef, text: str) -> Report:
    own = [grant.role for grant in actor.grants if grant.scope_path == place.path]
    holders = rules.first_holders(category, place.kind, own)
    while not any(queries.has_role_at(place, role) for role in holders):
        above = rules.next_holder(holders)
        if above is None:
            break
        holders = [*holders, above]
    report = Report.objects.create(
        id=wish.token,
        scope_path=place.path,
        category=category.key,
        page=wish.page[:120],
        reporter_id=None if wish.is_anonymous else actor.person_id,
        reporter_role=_role(actor, place),
        code_hash=_code_hash(_code(wish.token)) if wish.is_anonymous else None,
        holders=[role.value for role in holders],
        is_urgent=category.is_urgent,
        state=ReportState.OPEN,
        due_on=_due(place, is_urgent=category.is_urgent),
    )
    _step(report, StepKind.ASKED, text, None if wish.is_anonymous else actor, report.reporter_role)
    audit.write(
        None if wish.is_anonymous else actor,
        "trust.make_report",
        thing="report",
        thing_id=report.id,
        scope_path=place.path,
        detail={"category": category.key},
    )
    _announce("trust.report_made", report)
    return report


@transaction.atomic
def answer_report(*, actor: Actor, report_id: UUID, text: str) -> None:
    """Answer a report on one of the actor's lists; answering again adds to the answer."""
    report = _held(actor, report_id)
    _refuse_closed(report)
    _step(report, StepKind.ANSWERED, _words(text), actor, _holding_role(actor, report))
    report.state = ReportState.ANSWERED
    report.save(update_fields=["state"])
    _note(actor, "trust.answer_report", report)
    _announce("trust.report_answered", report)


@transaction.atomic
def close_report(*, actor: Actor, report_id: UUID) -> None:
    """End a report that was answered; closing twice is closing once."""
    report = _held(actor, report_id)
    if report.state == ReportState.CLOSED:
        return
    if report.state != ReportState.ANSWERED:
        raise UserError("还没有答复，不能办结", kept="内容没有动。", next="先写一句答复。", status=409)
    _close(report, actor, _holding_role(actor, report))
    _note(actor, "trust.close_report", report)


@transaction.atomic
def add_to_report(*, actor: Actor | None, report_id: UUID, text: str, code: str = "") -> None:
    """The reporter writes more: it waits for an answer again."""
    report = _reporters(actor, report_id, code)
    _refuse_closed(report)
    _step(report, StepKind.MORE, _words(text), _named(report, actor), report.reporter_role)
    _reopen(report)
    _note(_named(report, actor), "trust.add_to_report", report)


@transaction.atomic
def appeal_report(*, actor: Actor | None, report_id: UUID, text: str, code: str = "") -> None:
    """The reporter is not satisfied: the list above reads it too."""
    report = _reporters(actor, report_id, code)
    if report.state == ReportState.OPEN:
        raise UserError(
            "还在等答复",
            kept="内容没有动。",
            next=f"{report.due_on:%m月%d日}前没有答复会自动转上一级。",
            status=409,
        )
    above = rules.next_holder(report.holders)
    if above is None:
        raise UserError("市里已经在看了", kept="内容没有动。", next="可以写补充。", status=409)
    _step(report, StepKind.APPEALED, _words(text), _named(report, actor), report.reporter_role)
    report.holders = [*report.holders, above.value]
    _reopen(report)
    _note(_named(report, actor), "trust.appeal_report", report)
    _announce("trust.report_made", report)


def pass_up_overdue() -> int:
    """Let the list above read what nobody answered in time; returns how many."""
    late = Report.objects.unscoped("the clock runs for every report").filter(
        state=ReportState.OPEN, due_on__lt=time.today()
    )
    passed = 0
    for report_id in list(late.values_list("id", flat=True)):
        with transaction.atomic():
            passed += _pass_up(_locked(report_id))
    return passed


def code_hash_of(code: str) -> str:
    """By what an anonymous report is found; spaces and case don't matter."""
    return _code_hash("".join(code.split()).replace("-", "").upper())


def _pass_up(report: Report) -> int:
    above = rules.next_holder(report.holders)
    if report.state != ReportState.OPEN or above is None:
        return 0
    _step(report, StepKind.PASSED_UP, "", None, "")
    report.holders = [*report.holders, above.value]
    report.passed_up += 1
    place = registry.org_by_path(report.scope_path)
    report.due_on = _due(place, is_urgent=report.is_urgent)
    report.save(update_fields=["holders", "passed_up", "due_on"])
    audit.write(
        None, "trust.pass_up_report", thing="report", thing_id=report.id, scope_path=report.scope_path
    )
    _announce("trust.report_made", report)
    return 1


def _reopen(report: Report) -> None:
    place = registry.org_by_path(report.scope_path)
    report.state, report.closed_at = ReportState.OPEN, None
    report.due_on = _due(place, is_urgent=report.is_urgent)
    report.save(update_fields=["state", "closed_at", "due_on", "holders"])


def _close(report: Report, actor: Actor, role: str) -> None:
    _step(report, StepKind.CLOSED, "", actor, role)
    report.state, report.closed_at = ReportState.CLOSED, time.now()
    report.save(update_fields=["state", "closed_at"])


def _due(place: OrgRef, *, is_urgent: bool) -> date:
    if is_urgent:  # danger knows no holidays
        return time.local(time.now() + timedelta(hours=clock("report_urgent_hours").value)).date()
    return registry.school_days_after(place.id, time.today(), clock("report_answer_days").value)


def _held(actor: Actor, report_id: UUID) -> Report:
    if not queries.held_by(actor).filter(id=report_id).exists():
        raise Denied(queries.HANDLE)
    return _locked(report_id)


def _reporters(actor: Actor | None, report_id: UUID, code: str) -> Report:
    rows = Report.objects.unscoped(_LOCKING).select_for_update().filter(id=report_id)
    if code:
        rows = rows.filter(code_hash=code_hash_of(code))
    else:
        rows = rows.filter(reporter_id=actor.person_id if actor else None, reporter_id__isnull=False)
    report = rows.first()
    if report is None:
        raise Denied("trust.make_report")
    return report


def _locked(report_id: UUID) -> Report:
    return Report.objects.unscoped(_LOCKING).select_for_update().get(id=report_id)


def _step(report: Report, kind: StepKind, text: str, actor: Actor | None, role: str) -> None:
    ReportStep.objects.create(
        report=report, kind=kind, text=text, by_id=actor.person_id if actor else None, by_role=role
    )


def _note(actor: Actor | None, verb: str, report: Report) -> None:
    audit.write(actor, verb, thing="report", thing_id=report.id, scope_path=report.scope_path)


def _announce(event: str, report: Report) -> None:
    outbox.announce(event, {"report_id": str(report.id), "is_urgent": report.is_urgent}, report.scope_path)


def _named(report: Report, actor: Actor | None) -> Actor | None:
    return actor if report.reporter_id else None


def _role(actor: Actor, place: OrgRef) -> str:
    held = {grant.role for grant in actor.grants if grant.scope_path.startswith(place.path)}
    nearest = next((role.value for role in reversed(Role) if role.value in held), "")
    return nearest or (Role.GUARDIAN.value if actor.wards else "")


def _holding_role(actor: Actor, report: Report) -> str:
    return next(
        (
            grant.role
            for grant in actor.grants
            if grant.role in report.holders and report.scope_path.startswith(grant.scope_path)
        ),
        "",
    )


def _refuse_closed(report: Report) -> None:
    if report.state == ReportState.CLOSED:
        raise UserError(
            "这一件已经办结", kept="写的话还在。", next="不满意可以请上一级看，或另写一件。", status=409
        )


def _not_too_many(actor: Actor, place: OrgRef) -> None:
    """Anonymous ones cannot be counted by writer: then nobody would be anonymous. They count with the place."""
    since = time.now() - _A_DAY
    recent = Report.objects.unscoped("counted only").filter(created_at__gte=since)
    mine = recent.filter(reporter_id=actor.person_id).count()
    unsigned = recent.filter(reporter_id=None, scope_path=place.path).count()
    if mine >= MOST_A_DAY or unsigned >= MOST_A_DAY * 5:
        raise UserError(
            "今天写的已经很多了",
            kept="写的话还在这一页。",
            next="急事请直接找老师或打 110、12345；别的明天再写。",
            status=429,
        )


def _taken(report: Report, place: OrgRef) -> Taken:
    people = queries.people_of(place, [Role(role) for role in report.holders])
    return Taken(report.id, people, report.due_on, _code(report.id) if report.code_hash else "")


def _code(report_id: UUID) -> str:
    """Derived, never stored: the page may be sent twice and still shows the same code."""
    number = int.from_bytes(_keyed("report-code", str(report_id)), "big")
    code = ""
    for _ in range(CODE_LENGTH):
        number, place = divmod(number, len(READABLE))
        code += READABLE[place]
    return code


def _code_hash(code: str) -> str:
    return _keyed("report-hash", code).hex()


def _keyed(purpose: str, said: str) -> bytes:
    key = hashlib.sha256(purpose.encode() + settings.SECRET_KEY.encode()).digest()
    return hmac.new(key, said.encode(), hashlib.sha256).digest()


def _words(text: str) -> str:
    words = text.strip()
    if not words:
        raise UserError("请写一两句发生了什么", field="text")
    if len(words) > rules.MAX_TEXT:
        raise UserError(
            f"最多{rules.MAX_TEXT}个字，现在是{len(words)}个",
            kept="写的话还在。",
            next="请写短一些，或分两次写。",
            field="text",
        )
    return words
