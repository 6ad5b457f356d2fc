"""Questions about supervision: rounds of a place, how far their schools are, one school in full."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Sum

from qiming.casework import queries as cases
from qiming.casework.queries.cases import Step
from qiming.governance.access import SEE_ROUND, SEE_ROUNDS, TABLE
from qiming.governance.models import GradeCoverage
from qiming.governance.supervision import figures, rules
from qiming.governance.supervision.models import SchoolReview, SupervisionRound
from qiming.governance.supervision.rules import Indicator, IndicatorSet
from qiming.kernel.access import Actor
from qiming.registry import queries as registry
from qiming.registry.types import OrgRef

_WHY = "of a place whose rounds the caller may see"
STATES = {
    "self_review": "等学校说明",
    "submitted": "等区里核对",
    "to_visit": "等入校看课",
    "to_write": "等写发现",
    "drafted": "等学校答复",
    "replied": "等定稿",
    "rectifying": "整改",
    "recheck": "等复查",
    "closed": "已结束",
}


@dataclass(frozen=True, slots=True)
class RoundLine:
    """A round in a list."""

    id: UUID
    title: str
    place: str
    schools: int
    closed: int


@dataclass(frozen=True, slots=True)
class ReviewLine:
    """A school in a round's list, in the order of the tree."""

    id: UUID
    name: str
    state: str
    state_words: str
    is_drawn: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """A frozen figure as a page shows it; `words` say nothing of a group too small."""

    indicator: Indicator
    words: str
    percent: int | None
    said: str


@dataclass(frozen=True, slots=True)
class Spread:
    """An indicator over a round's schools: where they lie, unnamed. `dots` are per cent from left to right."""

    indicator: Indicator
    dots: tuple[int, ...]
    hidden: int
    middle: int | None


def schools_with_classes(place: OrgRef, school_year: str) -> list[OrgRef]:
    """The schools below a place whose hours are counted in a year."""
    rows = GradeCoverage.objects.unscoped(_WHY).filter(school_year=school_year)
    counted = set(rows.filter(scope_path__startswith=place.path).values_list("school_id", flat=True))
    return [one for one in registry.schools_under(place.path) if one.id in counted]


def spent(path: str, school_year: str) -> int:
    """The minutes that schools of a place were asked for by rounds of a year."""
    rows = SupervisionRound.objects.unscoped(_WHY).filter(scope_path=path, school_year=school_year)
    return rows.aggregate(total=Sum("minutes"))["total"] or 0


def set_of(round_: SupervisionRound) -> IndicatorSet:
    """The indicator set as it was when the round was opened."""
    return rules.parse(round_.body)


def load(actor: Actor, review_id: UUID) -> SchoolReview:
    rows = SchoolReview.objects.unscoped("filtered by the access table").select_related("round")
    return TABLE.load(actor, SEE_ROUNDS, rows, id=review_id)


def load_round(actor: Actor, round_id: UUID) -> SupervisionRound:
    return TABLE.load(actor, SEE_ROUND, SupervisionRound, id=round_id)


def rounds(actor: Actor) -> list[RoundLine]:
    """The rounds of places that somebody oversees, the newest first."""
    rows = list(SupervisionRound.objects.for_actor(actor, SEE_ROUND).order_by("-id"))
    states: dict[UUID, list[str]] = {}
    reviews = SchoolReview.objects.unscoped(_WHY).filter(round__in=[one.id for one in rows])
    for round_id, state in reviews.values_list("round_id", "state"):
        states.setdefault(round_id, []).append(state)
    names = {path: registry.org_by_path(path).name for path in {one.scope_path for one in rows}}
    return [
        RoundLine(
            one.id,
            one.title,
            names[one.scope_path],
            len(states.get(one.id, [])),
            sum(state == "closed" for state in states.get(one.id, [])),
        )
        for one in rows
    ]


def reviews_of_school(actor: Actor) -> list[tuple[SchoolReview, str]]:
    """A head's own: the school in each round, what waits for the school first."""
    rows = SchoolReview.objects.for_actor(actor, SEE_ROUNDS).select_related("round").order_by("-id")
    waits = {"self_review", "drafted", "rectifying"}
    return sorted([(one, STATES[one.state]) for one in rows], key=lambda pair: pair[0].state not in waits)


def reviews(round_: SupervisionRound) -> list[ReviewLine]:
    """A round's schools in the order of the tree: never by result."""
    rows = list(SchoolReview.objects.unscoped(_WHY).filter(round=round_).order_by("scope_path"))
    names = registry.orgs([one.school_id for one in rows])
    return [
        ReviewLine(
            one.id,
            names[one.school_id].name if one.school_id in names else "已撤并的学校",
            one.state,
            STATES[one.state],
            one.is_drawn,
        )
        for one in rows
    ]


def spreads(round_: SupervisionRound) -> list[Spread]:
    """Where a round's schools lie on each share, unnamed; small groups are counted and not placed."""
    rows = SchoolReview.objects.unscoped(_WHY).filter(round=round_).values_list("figures", flat=True)
    cut: list[dict[str, list[int]]] = list(rows)
    return [_spread(one, cut) for one in set_of(round_).figures if figures.HELD[one.figure].unit == "%"]


def _spread(one: Indicator, cut: list[dict[str, list[int]]]) -> Spread:
    pairs = [found[one.key] for found in cut if found[one.key][1]]
    kept = [pair for pair in pairs if rules.shown(pair[0], pair[1], one.minimum_group) is not None]
    dots = sorted(round(100 * part / whole) for part, whole in kept)
    return Spread(one, tuple(dots), len(pairs) - len(kept), dots[len(dots) // 2] if dots else None)


@dataclass(frozen=True, slots=True)
class Review:
    """One school in a round, in full."""

    row: SchoolReview
    school: OrgRef
    district: OrgRef
    indicators: IndicatorSet
    shown: list[Shown]
    answers: list[tuple[Indicator, str]]
    findings: list[tuple[str, str]]
    steps: list[Step]
    seq: int


def review(row: SchoolReview, *, hides: bool) -> Review:
    """What the page of a school in a round shows; the caller has loaded `row` for somebody."""
    indicators = set_of(row.round)
    case = cases.follow_case([row.id])[row.id]
    return Review(
        row=row,
        school=registry.org(row.school_id),
        district=registry.org_by_path(row.round.scope_path),
        indicators=indicators,
        shown=[_shown(one, row, hides=hides) for one in indicators.figures],
        answers=[(one, row.said.get(one.key, "")) for one in indicators.questions],
        findings=[(rules.KINDS[one["kind"]], one["text"]) for one in row.findings],
        steps=cases.history(case),
        seq=case.seq,
    )


def _shown(one: Indicator, row: SchoolReview, *, hides: bool) -> Shown:
    part, whole = row.figures[one.key]
    held, said = figures.HELD[one.figure], row.said.get(one.key, "")
    if hides and rules.shown(part, whole, one.minimum_group) is None:
        return Shown(one, f"不足{one.minimum_group}人，不列", None, said)
    if held.unit != "%":
        return Shown(one, f"{part}{held.unit}", None, said)
    if not whole:
        return Shown(one, "没有可算的", None, said)
    return Shown(one, f"{part}/{whole}", round(100 * part / whole), said)


def said_lines(row: SchoolReview) -> list[tuple[str, str]]:
    """What a school said, by the indicator's title."""
    return [(one.title, row.said[one.key]) for one in set_of(row.round).indicators if row.said.get(one.key)]


def as_form(row: SchoolReview) -> dict[str, Any]:
    """The findings as their form shows them: one a line under each kind."""
    return {
        kind: "\n".join(one["text"] for one in row.findings if one["kind"] == kind) for kind in rules.KINDS
    }
