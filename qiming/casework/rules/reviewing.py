"""Blind reviews: when they agree, when one more is needed, who is asked, whom it would not be fair to ask."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from qiming.casework.types import Review, Verdict

WHOLE = 100


@dataclass(frozen=True, slots=True)
class Sheet:
    """What one reviewer handed in: points per criterion, and a verdict."""

    points: Mapping[str, int]
    verdict: Verdict

    def percent(self, review: Review) -> float:
        """All points as a share of what could be had, 0–100."""
        most = sum(one.most for one in review.criteria)
        return WHOLE * sum(self.points.values()) / most


def faults(review: Review, points: Mapping[str, int], notes: Mapping[str, str], verdict: str) -> list[str]:
    """What keeps a sheet from being handed in: every criterion has points within its range and a reason."""
    found = []
    for one in review.criteria:
        given = points.get(one.key)
        if given is None or not 0 <= given <= one.most:
            found.append(f"“{one.title}”请打0到{one.most}分。")
        if not notes.get(one.key, "").strip():
            found.append(f"“{one.title}”请写一句理由。")
    if verdict not in {each.value for each in Verdict}:
        found.append("请选结论。")
    elif (
        verdict == Verdict.ACCEPT
        and not found
        and Sheet(points, Verdict.ACCEPT).percent(review) < review.pass_percent
    ):
        found.append(f"总分不到{review.pass_percent}%，结论不能是“通过”。请再看一下分数或结论。")
    return found


def owed(review: Review, sheets: Sequence[Sheet]) -> int:
    """How many sheets are needed: one more than usual when the first ones differ."""
    if len(sheets) < review.reviewers:
        return review.reviewers
    return review.reviewers + (1 if differ(review, sheets[: review.reviewers]) else 0)


def differ(review: Review, sheets: Sequence[Sheet]) -> bool:
    """Whether reviewers disagree: about what should become of it, or widely in points."""
    if len({one.verdict for one in sheets}) > 1:
        return True
    shares = [one.percent(review) for one in sheets]
    return max(shares) - min(shares) > review.spread


def agreed(review: Review, sheets: Sequence[Sheet]) -> Verdict | None:
    """What most of them want once all owed are in; of three different verdicts the careful one (改后再看)."""
    if len(sheets) < owed(review, sheets):
        return None
    votes = [one.verdict for one in sheets]
    most = max(votes.count(one) for one in votes)
    winners = {one for one in votes if votes.count(one) == most}
    return winners.pop() if len(winners) == 1 else Verdict.RETURN


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who holds the duty: what they know, how much lies on their desk, what ties them to the case."""

    person: UUID
    expertise: frozenset[str]
    load: int
    capacity: int
    ties: tuple[str, ...] = ()


def choose(
    candidates: Iterable[Candidate], *, count: int, wanted: Collection[str], already: Collection[UUID] = ()
) -> list[UUID]:
    """Who is asked: nobody tied to the case or with a full desk; those who know the field first, then the least
    busy. May be fewer than `count`: then somebody must appoint more people."""
    free = [
        one for one in candidates if not one.ties and one.load < one.capacity and one.person not in already
    ]
    wanted_set = frozenset(wanted)
    free.sort(key=lambda one: (-len(wanted_set & one.expertise), one.load / one.capacity, str(one.person)))
    return [one.person for one in free[:count]]


def ties(
    *,
    person: UUID,
    workplaces: Iterable[str],
    applicant: UUID | None,
    applicant_path: str,
    declared: Iterable[str],
    partners: Iterable[str] = (),
) -> tuple[str, ...]:
    """Why a person should keep away from a case, in words: computed from where they work, and what they declared.

    `workplaces` and `applicant_path` are organisation paths; `partners` are paths of organisations tied to the
    applicant's by agreement; `applicant_path` is empty when the place is no tie. Working at an office above the applicant is no tie; working at or below it is."""
    found: list[str] = []
    if applicant is not None and person == applicant:
        found.append("是本人的申请")
    places = list(workplaces)
    if applicant_path and any(place.startswith(applicant_path) for place in places):
        found.append("是自己单位的申请")
    elif any(place.startswith(partner) for place in places for partner in partners):
        found.append("自己单位和申请单位有合作")
    return (*found, *(f"申报过回避：{one}" for one in declared))
