"""Who may teach, what a school lacks, what attendance is worth: the figures worked out by hand."""

from datetime import UTC, date, datetime, timedelta
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qiming.educators import dated
from qiming.educators.standing.rules import Facts, forecast, room_left, standing
from qiming.educators.training import rules
from qiming.educators.types import Level, Mode, Tier
from qiming.registry.types import Stage

RULE = dated.standing(date(2026, 11, 23))
CREDIT = dated.credit(date(2026, 11, 23))
PASSING = dated.passing(date(2026, 11, 23))
G, A = Tier.GENERAL, Tier.APPLIED
P, J, S = Stage.PRIMARY, Stage.JUNIOR, Stage.SENIOR


def facts(
    licence: Stage | None = J, subject: str = "数学", load: int = 10, passed: str = "", enrolled: str = ""
) -> Facts:
    tiers = {"g": G, "a": A}
    return Facts(
        licence,
        subject,
        load,
        frozenset(tiers[one] for one in passed),
        frozenset(tiers[one] for one in enrolled),
    )


@pytest.mark.parametrize(
    ("held", "stage", "level"),
    [
        (None, J, Level.UNKNOWN),
        (facts(passed="ga"), J, Level.READY),
        (facts(passed="g"), J, Level.NOT_YET),
        (facts(passed="g", enrolled="a"), J, Level.ON_THE_WAY),
        (facts(subject="信息科技", passed="g"), J, Level.READY),
        (facts(passed="ga"), P, Level.READY),  # a licence holds below
        (facts(passed="ga"), S, Level.NOT_YET),  # and not above
        (facts(licence=None, passed="ga"), P, Level.NOT_YET),
        (facts(licence=P, enrolled="g"), J, Level.NOT_YET),
    ],
)
def test_who_may_teach(held: Facts | None, stage: Stage, level: Level) -> None:
    found = standing(held, stage, RULE)
    assert found.level is level
    assert bool(found.lacks) is (level is not Level.READY)


def test_a_schools_want_by_hand() -> None:
    """Ten junior classes are owed 80 periods; 13 of 14 weekly periods taken leave 36 a year; another comes with training."""
    people = [
        facts(load=13, passed="ga"),
        facts(load=13, passed="g", enrolled="a"),
        facts(load=14, passed="ga"),
    ]
    (need,) = forecast({J: 10, P: 0}, people, RULE)
    assert (need.owed, need.can_give, need.will_give) == (80, 36, 72)
    assert (need.ready, need.on_the_way, need.short_now, need.short_after) == (2, 1, 44, 8)


people_of = st.lists(
    st.builds(
        facts,
        licence=st.sampled_from([None, P, J, S]),
        load=st.integers(8, 16),
        passed=st.sampled_from(["", "g", "ga"]),
        enrolled=st.sampled_from(["", "a"]),
    ),
    max_size=8,
)


@given(people_of, st.fixed_dictionaries({stage: st.integers(0, 40) for stage in Stage}))
def test_nobody_could_give_more(people: list[Facts], classes: dict[Stage, int]) -> None:
    """The sum given is the greatest there is (the smallest cut), no stage gets more than it is owed, training only helps."""
    needs = forecast(classes, people, RULE)
    owed = {stage: count * RULE.yearly_periods for stage, count in classes.items()}
    able = [
        (
            {stage for stage in Stage if standing(one, stage, RULE).level is Level.READY},
            room_left(one.load, RULE),
        )
        for one in people
    ]
    cuts = [
        sum(owed[stage] for stage in cut) + sum(room for stages, room in able if not stages <= set(cut))
        for size in range(4)
        for cut in combinations(Stage, size)
    ]
    assert sum(one.can_give for one in needs) == min(cuts)
    for one in needs:
        assert one.can_give <= one.owed
        assert one.will_give <= one.owed
    assert sum(one.will_give for one in needs) >= sum(one.can_give for one in needs)


@pytest.mark.parametrize(
    ("there", "hundredths"),
    [
        ((True, True, True), 150),  # 450 minutes on site: ten periods, one credit; 450 online: half of one
        ((True, False, True), 0),  # 675 of 900 is 75 %
        ((False, False, False), 0),
    ],
)
def test_what_attendance_is_worth(there: tuple[bool, ...], hundredths: int) -> None:
    shape = [(Mode.ONSITE, 450), (Mode.ONLINE, 225), (Mode.ONLINE, 225)]
    held = [rules.Held(mode, minutes, was) for (mode, minutes), was in zip(shape, there, strict=True)]
    found = rules.credited(held, CREDIT, PASSING)
    assert (found.passed, found.hundredths) == (bool(hundredths), hundredths)
    assert found.reasons


def test_eighty_per_cent_passes_and_no_session_passes_nobody() -> None:
    at = [rules.Held(Mode.ONSITE, 100, one < 4) for one in range(5)]
    assert rules.credited(at, CREDIT, PASSING).passed
    assert not rules.credited([], CREDIT, PASSING).passed


def test_a_code_counts_around_its_session() -> None:
    starts = datetime(2026, 11, 23, 1, tzinfo=UTC)
    assert rules.opens(starts, 90, PASSING) == (
        starts - timedelta(minutes=15),
        starts + timedelta(minutes=120),
    )


def test_each_tier_asks_for_the_one_before() -> None:
    assert rules.missing_before(Tier.GENERAL, frozenset()) is None
    assert rules.missing_before(A, frozenset()) is G
    assert rules.missing_before(A, frozenset({G})) is None
    assert rules.missing_before(Tier.RESEARCH, frozenset({G})) is A


def test_every_dated_rule_says_where_it_comes_from() -> None:
    first = date(2000, 1, 1)
    for rule in (dated.standing(first), dated.credit(first), dated.passing(first), dated.leaders(first)):
        assert rule.source
        assert not rule.verified
