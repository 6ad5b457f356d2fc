"""Class hours are decided in one place: exact, never more than the period, always with reasons."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qiming.kernel.ids import new_id
from qiming.teaching.rules.credit import EvidenceFact, PeriodFacts, basis_of, credit_of, shown, total
from qiming.teaching.rules.dated import is_late
from qiming.teaching.types import ActKind, AttendanceStatus, Credit, EvidenceKind, PeriodState

TODAY = date(2026, 11, 24)


def period(**changes: object) -> PeriodFacts:
    facts: dict[str, object] = {
        "state": PeriodState.CONFIRMED,
        "planned_date": TODAY,
        "credited_minutes": 45,
        "period_minutes": 45,
        "has_photos": False,
    }
    return PeriodFacts(**(facts | changes))  # type: ignore[arg-type]


def acts(kind: ActKind = ActKind.ATTEMPT, count: int = 3, late: int = 0) -> list[EvidenceFact]:
    return [EvidenceFact(new_id(), kind, count, late)]


HERE = AttendanceStatus.PRESENT


@pytest.mark.parametrize(
    ("facts", "attendance", "evidence", "minutes", "basis", "says"),
    [
        (period(), HERE, acts(), 45, EvidenceKind.PLATFORM, "平台记录：作答3次"),
        (period(), HERE, [], 45, EvidenceKind.DECLARED, "教师申报"),
        (period(has_photos=True), HERE, [], 45, EvidenceKind.DOCUMENTED, "照片"),
        (period(has_photos=True), HERE, acts(), 45, EvidenceKind.PLATFORM, "平台记录"),
        (period(), AttendanceStatus.LATE, acts(), 45, EvidenceKind.PLATFORM, "迟到，照记"),
        (period(), AttendanceStatus.ABSENT, [], 0, None, "缺勤，这节不计"),
        (period(), AttendanceStatus.ABSENT, acts(), 0, None, "不折算课时"),
        (period(), AttendanceStatus.EXCUSED, [], 0, None, "请假，这节不计"),
        (period(), None, acts(), 0, None, "不在这个班的名单里"),
        (period(state=PeriodState.TAUGHT), HERE, acts(), 0, None, "教师还没有确认"),
        (period(state=PeriodState.CANCELLED), HERE, acts(), 0, None, "取消了"),
        (period(planned_date=TODAY + timedelta(days=1)), HERE, acts(), 0, None, "还没有到上课的日子"),
        (period(credited_minutes=20), HERE, acts(), 20, EvidenceKind.PLATFORM, "记4/9课时"),
        (period(is_late=True), HERE, acts(), 45, EvidenceKind.PLATFORM, "确认得晚"),
        (period(is_amended=True), HERE, acts(), 45, EvidenceKind.PLATFORM, "以更正为准"),
        (period(), HERE, acts(late=2), 45, EvidenceKind.PLATFORM, "2次在下课后送到"),
    ],
)
def test_the_verdict_and_its_reason(
    facts: PeriodFacts,
    attendance: AttendanceStatus | None,
    evidence: list[EvidenceFact],
    minutes: int,
    basis: EvidenceKind | None,
    says: str,
) -> None:
    credit = credit_of(facts, attendance, evidence, TODAY)
    assert (credit.credited_minutes, credit.basis) == (minutes, basis)
    assert says in "；".join(credit.reasons)
    assert credit.evidence_ids == tuple(one.id for one in evidence)


@st.composite
def cases(draw: st.DrawFn) -> tuple[PeriodFacts, AttendanceStatus | None, list[EvidenceFact]]:
    length = draw(st.integers(1, 90))
    facts = PeriodFacts(
        state=draw(st.sampled_from(PeriodState)),
        planned_date=TODAY + timedelta(days=draw(st.integers(-400, 400))),
        credited_minutes=draw(st.integers(0, 120)),
        period_minutes=length,
        has_photos=draw(st.booleans()),
        is_late=draw(st.booleans()),
        is_amended=draw(st.booleans()),
    )
    evidence = draw(
        st.lists(
            st.builds(
                EvidenceFact, st.uuids(), st.sampled_from(ActKind), st.integers(1, 50), st.integers(0, 50)
            ),
            max_size=5,
        )
    )
    return facts, draw(st.none() | st.sampled_from(AttendanceStatus)), evidence


@given(cases())
def test_never_more_than_the_period_and_never_without_a_reason(
    case: tuple[PeriodFacts, AttendanceStatus | None, list[EvidenceFact]],
) -> None:
    facts, attendance, evidence = case
    credit = credit_of(facts, attendance, evidence, TODAY)
    assert 0 <= credit.periods <= 1
    assert credit.reasons
    assert (credit.credited_minutes > 0) <= (credit.basis is not None)
    if facts.state is not PeriodState.CONFIRMED:
        assert credit.credited_minutes == 0
    assert credit == credit_of(facts, attendance, evidence, TODAY)


@given(st.lists(st.integers(1, 90).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), max_size=40))
def test_the_sum_is_exact_and_never_exceeds_the_periods(parts: list[tuple[int, int]]) -> None:
    found = total(Credit(minutes, length, None, ()) for minutes, length in parts)
    assert found == sum((Fraction(minutes, length) for minutes, length in parts), Fraction(0))
    assert found <= len(parts)


@pytest.mark.parametrize(
    ("periods", "words"),
    [
        (Fraction(8), "8"),
        (Fraction(0), "0"),
        (Fraction(71, 9), "7.8"),
        (Fraction(799, 100), "7.9"),
        (Fraction(1, 30), "0"),
    ],
)
def test_shown_figures_are_never_rounded_up(periods: Fraction, words: str) -> None:
    assert shown(periods) == words


def test_platform_beats_photos_beats_word() -> None:
    assert basis_of(acts(), has_photos=True) is EvidenceKind.PLATFORM
    assert basis_of([], has_photos=True) is EvidenceKind.DOCUMENTED
    assert basis_of([], has_photos=False) is EvidenceKind.DECLARED


@pytest.mark.parametrize(("confirmed", "late"), [(24, False), (27, False), (30, True)])
def test_late_counts_school_days_only(confirmed: int, late: bool) -> None:
    days = [date(2026, 11, day) for day in (24, 24, 25, 26, 27, 30)]
    assert is_late(TODAY, date(2026, 11, confirmed), days) is late
