"""Verbs of supervision: open a round (figures are frozen with it), and the steps of one school."""

import hashlib
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from qiming.casework import services as casework
from qiming.casework.types import Proof
from qiming.governance import rules as desk_rules
from qiming.governance.access import RUN_ROUND, TABLE
from qiming.governance.supervision import figures, following, queries, rules, sets
from qiming.governance.supervision.models import SchoolReview, SupervisionRound
from qiming.governance.supervision.rules import IndicatorSet
from qiming.governance.yearend.rules import digest
from qiming.kernel import audit, outbox
from qiming.kernel.access import Actor
from qiming.kernel.errors import UserError
from qiming.kernel.ids import new_id, random_code
from qiming.registry import queries as registry
from qiming.registry.types import OrgKind, OrgRef

STEPS = (
    "submit", "check_and_visit", "check", "visit", "draft", "reply", "rectify", "finish", "rectified", "accept", "again",
)  # fmt: skip
PROOFS: Mapping[str, tuple[str, str]] = {
    "check_and_visit": ("checked", "核对记录"),
    "check": ("checked", "核对记录"),
    "accept": ("checked", "复查记录"),
    "visit": ("visited", "看课记录"),
    "rectified": ("proof", "整改证明"),
}
FOUND = frozenset({"draft", "rectify", "finish"})


def open_round(*, actor: Actor, place: OrgRef, title: str, key: str, visits: int) -> SupervisionRound:
    """Open a round in a district: every school's figures are cut now and frozen, `visits` schools drawn to be visited.
    A set that asks what a room holds, or takes a school more than its minutes, opens no round."""
    TABLE.require(actor, RUN_ROUND, place)
    if place.kind is not OrgKind.DISTRICT:
        raise UserError("督导一次开在一个区", next="请选一个区。")
    given, body = sets.read(key)
    year = registry.current_year().key
    schools = queries.schools_with_classes(place, year)
    if not schools:
        raise UserError("这个区还没有算过课时的学校", next="学校导入名单、排上课以后再开。")
    if not 0 <= visits <= len(schools):
        raise UserError(f"要看课的学校是0到{len(schools)}所", next="请改一个数。", field="visits")
    wrong = rules.faults(given, figures.HELD, queries.spent(place.path, year))
    if wrong:
        raise UserError(
            "这套指标不能用", kept="没有开。", next=" ".join(wrong), field="indicators", status=409
        )
    seed = random_code(12)
    try:
        with transaction.atomic():
            cuts = {one.id: cut(one, given, year) for one in schools}
            kept = SupervisionRound.objects.create(
                scope_path=place.path,
                title=title.strip(),
                school_year=year,
                body=body,
                minutes=given.minutes,
                seed=seed,
                digest=digest([body, sorted([str(key), digest(one)] for key, one in cuts.items())]),
                opened_by=actor.person_id,
            )
            drawn = set(desk_rules.draw([one.id for one in schools], visits, seed))
            for school in schools:
                _review(kept, school, cuts[school.id], is_drawn=school.id in drawn)
            detail = {"seed": seed, "schools": len(schools), "digest": kept.digest}
            audit.write(
                actor, RUN_ROUND, thing="round", thing_id=kept.id, scope_path=place.path, detail=detail
            )
            outbox.announce("governance.round_opened", {"round_id": str(kept.id)}, place.path)
    except IntegrityError as error:
        raise UserError(
            "这个区已经有同名的督导", next="换一个名字，比如加上年份。", field="title", status=409
        ) from error
    return kept


def cut(school: OrgRef, given: IndicatorSet, year: str) -> dict[str, list[int]]:
    """What rooms hold of a school at this moment, by indicator."""
    found = {}
    for one in given.figures:
        value = figures.COUNT[one.figure](school, year)
        found[one.key] = [value.part, value.whole]
    return found


def _review(kept: SupervisionRound, school: OrgRef, cuts: dict[str, list[int]], *, is_drawn: bool) -> None:
    review_id = new_id()
    case_id = casework.open_case(
        actor=None,
        key=following.KEY,
        title=f"{kept.title}：{school.name}",
        subject_id=review_id,
        scope_path=school.path,
        office_path=kept.scope_path,
        data={"digest": digest(cuts)},
    )
    SchoolReview.objects.create(
        id=review_id,
        scope_path=school.path,
        round=kept,
        school_id=school.id,
        case_id=case_id,
        state="self_review",
        is_drawn=is_drawn,
        figures=cuts,
        digest=digest(cuts),
    )


@transaction.atomic
def step(
    *, actor: Actor, review_id: UUID, transition: str, given: Mapping[str, str], seen: int | None = None
) -> None:
    """One step of a school. Who may is the workflow's to say. `given`: `words`, `proof`, what the school says by
    indicator, or findings by kind, one a line."""
    found = queries.load(actor, review_id)
    if transition not in STEPS:
        raise UserError("没有这一步", next="请回到督导那一页再选。", status=409)
    row = SchoolReview.objects.unscoped("loaded for the actor").select_for_update().get(id=found.id)
    evidence, data = _written(row, transition, given)
    casework.move(
        actor=actor,
        case_id=row.case_id,
        transition=transition,
        reason=given.get("words", ""),
        evidence=evidence,
        data=data,
        expected_seq=seen,
    )


def _written(
    row: SchoolReview, transition: str, given: Mapping[str, str]
) -> tuple[list[Proof], dict[str, Any]]:
    """Put what was written on the review; the history keeps every version."""
    if transition == "submit":
        row.said = _said(queries.set_of(row.round), given)
        row.save(update_fields=["said"])
        text = "\n".join(f"{title}：{words}" for title, words in queries.said_lines(row))
        return [Proof.of_words("self_review", "学校说明", text)], {"digest": digest(row.said)}
    if transition in FOUND:
        row.findings = rules.findings(given)
        if not row.findings:
            raise UserError(
                "还没有写发现", kept="没有交。", next="至少写一条，做得好的也写。", field="breach"
            )
        if transition == "finish" and rules.needs_rectifying(row.findings):
            raise UserError(
                "有不符合要求的，要整改", kept="没有定稿。", next="请用“定稿，要整改”。", field="breach"
            )
        if transition == "rectify" and not rules.needs_rectifying(row.findings):
            raise UserError("没有不符合要求的，不用整改", kept="没有定稿。", next="请用“定稿，不用整改”。")
        row.save(update_fields=["findings"])
        text = "\n".join(f"{rules.KINDS[one['kind']]}：{one['text']}" for one in row.findings)
        return [Proof.of_words("findings", "发现", text)], {"digest": digest(row.findings)}
    if transition in PROOFS and given.get("proof", "").strip():
        kind, title = PROOFS[transition]
        text = given["proof"].strip()
        return [Proof(kind, title, hashlib.sha256(text.encode()).hexdigest(), text)], {}
    return [], {}


def _said(indicators: IndicatorSet, given: Mapping[str, str]) -> dict[str, str]:
    said = {one.key: given.get(one.key, "").strip() for one in indicators.indicators}
    missing = [one for one in indicators.questions if not said[one.key]]
    if missing:
        raise UserError(
            f"“{missing[0].title}”还没有答",
            kept="写的话还在，没有交。",
            next="三两句就行。",
            field=missing[0].key,
        )
    return {key: words for key, words in said.items() if words}
