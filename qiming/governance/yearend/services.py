"""Verbs of the year end: begin a district's, sign and the other steps of one school, draw, freeze a district."""

import hashlib
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from qiming.casework import services as casework
from qiming.casework.types import Proof
from qiming.governance.access import FREEZE_YEAR, RUN_YEAR, TABLE
from qiming.governance.models import GradeCoverage
from qiming.governance.yearend import cutting, following, queries, rules
from qiming.governance.yearend.models import YearDraw, YearEnd, YearFreeze
from qiming.governance.yearend.queries import Year
from qiming.kernel import audit, outbox, time
from qiming.kernel.access import Actor
from qiming.kernel.errors import UserError
from qiming.kernel.ids import new_id, random_code
from qiming.registry import queries as registry
from qiming.registry.types import OrgKind, OrgRef

STEPS = ("attest", "close_unsigned", "verify", "dispute", "answer", "correct", "record")
READY = ("verified", "breached", "unsigned")
_LOCKED = "of a district whose year the caller may run"


def begin(*, actor: Actor, district: OrgRef, year: Year | None = None) -> int:
    """Open the year of every school of a district that has classes; schools that have it already are left alone.
    Returns how many were opened."""
    TABLE.require(actor, RUN_YEAR, district)
    if district.kind is not OrgKind.DISTRICT:
        raise UserError("一次开始一个区的核定", next="请先打开一个区。")
    year = year or queries.year_to_close()
    counted = set(
        GradeCoverage.objects.unscoped(_LOCKED)
        .filter(school_year=year.key, scope_path__startswith=district.path)
        .values_list("school_id", flat=True)
    )
    with transaction.atomic():
        there = set(queries.rows(year, district.path).values_list("school_id", flat=True))
        new = [
            one for one in registry.schools_under(district.path) if one.id in counted and one.id not in there
        ]
        for school in new:
            _open(school, district, year)
        if new:
            _note(actor, RUN_YEAR, district, {"year": year.key, "opened": len(new)})
    if not new and not there:
        raise UserError("这个区还没有算过课时的学校", next="学校导入名单、排上课以后再开始。")
    return len(new)


def _open(school: OrgRef, district: OrgRef, year: Year) -> None:
    row_id = new_id()
    case_id = casework.open_case(
        actor=None,
        key=following.KEY,
        title=f"{school.name}{year.words}课时",
        subject_id=row_id,
        scope_path=school.path,
        office_path=district.path,
    )
    YearEnd.objects.create(
        id=row_id,
        scope_path=school.path,
        school_id=school.id,
        school_year=year.key,
        is_rehearsal=year.is_rehearsal,
        case_id=case_id,
        state="open",
    )


@transaction.atomic
def step(
    *,
    actor: Actor,
    year_end_id: UUID,
    transition: str,
    words: str = "",
    checked: str = "",
    saw: str = "",
    seen: int | None = None,
) -> None:
    """One step of a school's year. Who may is the workflow's to say. `saw` is the digest of the figures on the page: what
    is signed is what was seen."""
    found = queries.load(actor, year_end_id)
    if transition not in STEPS:
        raise UserError("没有这一步", next="请回到核定那一页再选。", status=409)
    row = YearEnd.objects.unscoped("loaded for the actor").select_for_update().get(id=found.id)
    data: dict[str, Any] = {}
    if transition in following.CUTS and row.state != "frozen":
        data = _cut(row, saw if transition == "attest" else "", words)
    evidence = []
    if checked.strip():
        written = hashlib.sha256(checked.strip().encode()).hexdigest()
        evidence = [Proof("checked", "核查记录", written, checked.strip())]
    casework.move(
        actor=actor,
        case_id=row.case_id,
        transition=transition,
        reason=words,
        evidence=evidence,
        data=data,
        expected_seq=seen,
    )
    if transition == "attest":
        _pick_late(row)


def _cut(row: YearEnd, saw: str, words: str) -> dict[str, Any]:
    """Put the figures of this moment on the row; what stood there before is named in the event."""
    school = registry.org(row.school_id)
    now = cutting.cut(school, row.school_year)
    if saw and saw != now.digest:
        raise UserError("看的时候数变了", kept="写的话还在，没有签。", next="看一遍新的数再签。", status=409)
    if row.state == "open" and _is_short(now.lines) and not words.strip():
        raise UserError(
            "有班没有满，还没写原因",
            kept="没有签。",
            next="写明哪个班、为什么（病休、中途转入、课没有上够），再签。",
            field="words",
        )
    before, row.lines, row.digest, row.cut_at = row.digest, now.lines, now.digest, time.now()
    if row.state == "open":
        row.why_short = words.strip()
        signals = cutting.signals(cutting.confirmed(school, row.school_year))
        row.signals = [[one.key, one.says, one.points] for one in signals]
    row.save()
    return {"digest": row.digest, "sums": rules.added(row.lines), **({"before": before} if before else {})}


def _is_short(lines: list[dict[str, Any]]) -> bool:
    return any(line["enough"] < line["pupils"] for line in lines)


def _pick_late(row: YearEnd) -> None:
    """A school that signs after the draw is looked at: nobody escapes the draw by waiting."""
    district = queries.district_of(row.scope_path)
    if queries.drawn(queries.year_of(row), district.path) is not None:
        casework.move(
            actor=None,
            case_id=row.case_id,
            transition="pick",
            reason="抽签以后才签的学校都要核查。",
            data={"by": "late"},
        )


def draw(*, actor: Actor, district: OrgRef, year: Year) -> YearDraw:
    """Draw which of the schools that signed are looked at; once a year, with the seed on record."""
    TABLE.require(actor, RUN_YEAR, district)
    if queries.drawn(year, district.path) is not None:
        raise _drawn_before()
    try:
        with transaction.atomic():
            rows = list(queries.rows(year, district.path).select_for_update().filter(state="attested"))
            if not rows:
                raise UserError("还没有学校签字", next="等校长签了再抽。")
            candidates = {row.school_id: sum(points for _, _, points in row.signals) for row in rows}
            seed = random_code(12)
            chosen = rules.draw(candidates, seed)
            kept = YearDraw.objects.create(
                scope_path=district.path,
                school_year=year.key,
                is_rehearsal=year.is_rehearsal,
                seed=seed,
                candidates={str(key): points for key, points in candidates.items()},
                by_risk=[str(one) for one in chosen.by_risk],
                at_random=[str(one) for one in chosen.at_random],
                drawn_by=actor.person_id,
            )
            _note(actor, RUN_YEAR, district, {"year": year.key, "seed": seed})
            for row in rows:
                _tell_drawn(row, chosen, seed)
    except IntegrityError as error:
        raise _drawn_before() from error
    return kept


def _drawn_before() -> UserError:
    return UserError("已经抽过了", next="种子和结果在这一页上。", status=409)


def _tell_drawn(row: YearEnd, chosen: rules.Drawn, seed: str) -> None:
    by = "risk" if row.school_id in chosen.by_risk else "random" if row.school_id in chosen.at_random else ""
    words = {
        "risk": "按提醒抽中：" + "".join(says for _, says, _ in row.signals),
        "random": f"随机抽中，种子{seed}。",
        "": f"没有抽中，种子{seed}；签字的数即为核定的数。",
    }
    casework.move(
        actor=None,
        case_id=row.case_id,
        transition="pick" if by else "pass_over",
        reason=words[by],
        data={"by": by, "seed": seed},
    )


def freeze(*, actor: Actor, district: OrgRef, year: Year) -> YearFreeze:
    """Freeze a district's year when every school of it is settled. Nothing changes these figures afterwards."""
    TABLE.require(actor, FREEZE_YEAR, district)
    with transaction.atomic():
        rows = list(queries.rows(year, district.path).select_for_update().order_by("school_id"))
        done = queries.frozen(year, district.path)
        if done is not None:
            return done
        open_ = sum(row.state not in READY for row in rows)
        if open_ or not rows:
            raise UserError(
                f"还有{open_}所学校没有办完" if rows else "这个区还没有开始核定",
                kept="没有冻结。",
                next="等区里办完再冻结。",
                status=409,
            )
        schools = [[str(row.school_id), row.state, row.digest] for row in rows]
        kept = YearFreeze.objects.create(
            scope_path=district.path,
            school_year=year.key,
            is_rehearsal=year.is_rehearsal,
            schools=schools,
            sums={**rules.added(line for row in rows for line in row.lines), "schools": len(rows)},
            digest=rules.digest(schools),
            frozen_by=actor.person_id,
        )
        for row in rows:
            casework.move(
                actor=actor, case_id=row.case_id, transition="freeze", data={"freeze": str(kept.id)}
            )
        _note(actor, FREEZE_YEAR, district, {"year": year.key, "digest": kept.digest})
        outbox.announce("governance.year_frozen", {"freeze_id": str(kept.id)}, district.path)
    return kept


def _note(actor: Actor, verb: str, district: OrgRef, detail: dict[str, Any]) -> None:
    audit.write(actor, verb, thing="year_end", thing_id=district.id, scope_path=district.path, detail=detail)
