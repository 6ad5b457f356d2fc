"""Who may teach AI in which stage, and what a school lacks: no database, no clock."""

from collections.abc import Iterable
from dataclasses import dataclass

from qiming.educators.dated import StandingRule
from qiming.educators.types import Level, Need, Standing, Tier
from qiming.registry.types import STAGE_NAMES, Stage

_ORDER = tuple(Stage)


@dataclass(frozen=True, slots=True)
class Facts:
    """What is held about somebody: `licence` is the stage of the teaching licence (None: none was noted), `load` the
    periods a week in other subjects."""

    licence: Stage | None
    subject: str
    load: int
    passed: frozenset[Tier]
    enrolled: frozenset[Tier]


def standing(facts: Facts | None, stage: Stage, rule: StandingRule) -> Standing:
    """How somebody stands to a stage. A licence holds for its own stage and those below."""
    if facts is None:
        unknown = ("学校还没有登记原任学科和教师资格",)
        return Standing(stage, Level.UNKNOWN, unknown, rule.source, rule.verified)
    licensed = facts.licence is not None and _ORDER.index(facts.licence) >= _ORDER.index(stage)
    missing = sorted(needs(facts.subject, rule) - facts.passed, key=list(Tier).index)
    lacks: tuple[str, ...] = (() if licensed else (f"教师资格不含{STAGE_NAMES[stage]}",)) + tuple(
        f"{tier.zh}培训{'在读' if tier in facts.enrolled else '没有通过'}" for tier in missing
    )
    level = Level.NOT_YET
    if licensed and not missing:
        level = Level.READY
    elif licensed and any(tier in facts.enrolled for tier in missing):
        level = Level.ON_THE_WAY
    return Standing(stage, level, lacks, rule.source, rule.verified)


def needs(subject: str, rule: StandingRule) -> frozenset[Tier]:
    """The tiers somebody of this origin subject has to have passed."""
    return rule.core_needs if subject in rule.core_subjects else rule.other_needs


def room_left(load: int, rule: StandingRule) -> int:
    """How many periods a year somebody with `load` periods a week in other subjects can still give."""
    return max(0, rule.full_load - load) * rule.teaching_weeks


def forecast(classes: dict[Stage, int], people: Iterable[Facts | None], rule: StandingRule) -> list[Need]:
    """What each stage of a school is owed and can be given, now and when everybody in training has passed. Somebody
    who could teach several stages gives the time once."""
    owed = {stage: count * rule.yearly_periods for stage, count in classes.items() if count}
    judged = [
        (facts, {stage: standing(facts, stage, rule).level for stage in owed}) for facts in people if facts
    ]
    now = _given(owed, judged, rule, {Level.READY})
    after = _given(owed, judged, rule, {Level.READY, Level.ON_THE_WAY})
    return [
        Need(
            stage=stage,
            classes=classes[stage],
            owed=owed[stage],
            ready=sum(levels[stage] is Level.READY for _, levels in judged),
            on_the_way=sum(levels[stage] is Level.ON_THE_WAY for _, levels in judged),
            can_give=now[stage],
            will_give=after[stage],
        )
        for stage in _ORDER
        if stage in owed
    ]


def _given(
    owed: dict[Stage, int],
    judged: list[tuple[Facts, dict[Stage, Level]]],
    rule: StandingRule,
    counts: set[Level],
) -> dict[Stage, int]:
    """Periods a year that can be given in each stage, never more than is owed there. As a licence also holds for the
    stages below, who can teach the fewest goes first and each gives to the highest first: no other way gives more."""
    given = dict.fromkeys(owed, 0)
    able = [
        (facts, [stage for stage in reversed(_ORDER) if levels.get(stage) in counts])
        for facts, levels in judged
    ]
    for facts, stages in sorted(able, key=lambda one: len(one[1])):
        left = room_left(facts.load, rule)
        for stage in stages:
            part = min(left, owed[stage] - given[stage])
            given[stage] += part
            left -= part
    return given
