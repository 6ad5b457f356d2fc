"""Who is chosen: by the reviewers' points within the quota, the equity floor first. Every answer has its reason.

Nobody draws lots in secret: among equals the order is a digest of the call's id and the application's, which anybody
can count again.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from uuid import UUID

from qiming.programmes.types import Candidate, Place, Quota

DIGITS = 2


def order(call: UUID, candidates: Iterable[Candidate]) -> list[Candidate]:
    """The accepted ones, the best first; equals (to two digits) by digest."""
    accepted = [one for one in candidates if one.percent is not None]
    return sorted(accepted, key=lambda one: (-round(one.percent or 0.0, DIGITS), _lot(call, one.id)))


def choose(call: UUID, candidates: Sequence[Candidate], quota: Quota) -> list[Place]:
    """One place for each candidate, the chosen ones first. What is `held` keeps its place and counts before anything."""
    ranked = order(call, candidates)
    taken = _Taken(quota)
    why: dict[UUID, str] = {}
    for one in candidates:
        if one.held:
            taken.take(one)
            why[one.id] = "已经在公示或已命名。"
    for one in ranked:
        if one.id not in why and taken.floor_open(one) and not taken.full(one):
            taken.take(one)
            why[one.id] = "均衡名额入选。"
    for one in ranked:
        if one.id not in why and not taken.full(one):
            taken.take(one)
            why[one.id] = "按分数入选。"
    numbers = {one.id: number for number, one in enumerate(ranked, start=1)}
    places = [
        Place(
            one.id,
            numbers.get(one.id, 0),
            one.id in why,
            why.get(one.id) or _left_out(one, taken),
        )
        for one in candidates
    ]
    return sorted(places, key=lambda one: (not one.chosen, one.rank == 0, one.rank, str(one.id)))


class _Taken:
    """What has been given away so far."""

    def __init__(self, quota: Quota) -> None:
        self.quota = quota
        self.total, self.floor, self.cells = 0, 0, Counter[tuple[str, str]]()

    def take(self, one: Candidate) -> None:
        self.total += 1
        self.floor += one.district in self.quota.floor_districts
        self.cells[one.district, one.stage] += 1

    def floor_open(self, one: Candidate) -> bool:
        return one.district in self.quota.floor_districts and self.floor < self.quota.floor

    def full(self, one: Candidate) -> str:
        """Why there is no room for it; empty when there is."""
        if self.total >= self.quota.total:
            return "总名额已满。"
        room = self.quota.room((one.district, one.stage))
        if room is not None and self.cells[one.district, one.stage] >= room:
            return "本区本学段的名额已满。"
        return ""


def _left_out(one: Candidate, taken: _Taken) -> str:
    return "专家的意见不是通过。" if one.percent is None else taken.full(one)


def _lot(call: UUID, application: UUID) -> str:
    return hashlib.sha256(call.bytes + application.bytes).hexdigest()
