"""Where a product stands, and whether it may be served: every refusal has its reason, and nothing is open unless opened."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from qiming.assurance.admission import (
    ANY,
    LEAST_SCOPES,
    OF_STATE,
    Answer,
    Conditions,
    Facts,
    Function,
    Scope,
    Verdict,
    zh_of,
)

SERVING = frozenset({Verdict.ADMITTED, Verdict.WATCH, Verdict.TRIAL})
# 《中小学生成式人工智能使用指南（2025年版）》 as known from the ministry's own summary: pupils of primary schools do not
# use open generation by themselves. No condition of ours can open it.
CLOSED_TO_PRIMARY = frozenset({Function.OPEN_GENERATION.value})
PRIMARY = "primary"
WHY_NOT: Mapping[Verdict, str] = {
    Verdict.DRAFT: "这个产品还没有申报",
    Verdict.FILED: "这个产品还在受理审查",
    Verdict.TESTING: "这个产品还在测试评审",
    Verdict.SUSPENDED: "这个产品已暂停使用",
    Verdict.RETEST: "这个产品改过，复测通过以前不能用",
    Verdict.REVOKED: "这个产品的准入已撤销",
    Verdict.EXPIRED: "这个产品的准入已到期",
    Verdict.REFUSED: "这个产品没有通过准入",
    Verdict.WITHDRAWN: "企业已撤回这个产品",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """For whom and for what a product is to be opened. `supervised`: a teacher is in charge of it at that moment."""

    stage: str
    functions: frozenset[str] = frozenset()
    personal_fields: frozenset[str] = frozenset()
    subject: str = ""
    school_path: str = ""
    supervised: bool = False


def version_hash(facts: Facts) -> str:
    """The SHA-256 of everything filed."""
    said = json.dumps(facts.as_json(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(said.encode()).hexdigest()


def verdict_of(state: str, *, filed_hash: str, now_hash: str, until: date | None, today: date) -> Verdict:
    """What the state of a case means today: a term that is over, and a product that is no longer what was filed, count at
    once, whether or not a job has moved the case already."""
    verdict = OF_STATE[state]
    if verdict not in SERVING:
        return verdict
    if until is not None and until < today:
        return Verdict.EXPIRED
    return verdict if filed_hash == now_hash else Verdict.RETEST


@dataclass(frozen=True, slots=True)
class Case:
    """Everything one answer follows from."""

    verdict: Verdict
    conditions: Conditions
    asked: Asked
    today: date
    launches_today: int = 0
    trial_schools: frozenset[str] = frozenset()


def may_serve(case: Case) -> Answer:
    """The first reason why not, in the order in which a person would want to know it; none means yes."""
    reason = next((said for check in _CHECKS if (said := check(case))), "")
    return Answer(not reason, reason, case.conditions)


def _by_verdict(case: Case) -> str:
    if case.verdict not in SERVING:
        return WHY_NOT[case.verdict]
    over = case.conditions.until is not None and case.conditions.until < case.today
    return WHY_NOT[Verdict.EXPIRED] if over else ""


def _by_trial(case: Case) -> str:
    outside = case.verdict is Verdict.TRIAL and case.asked.school_path not in case.trial_schools
    return "这个产品只在指定的学校试用" if outside else ""


def _by_stage(case: Case) -> str:
    return "" if _opened(case.asked.stage, case.conditions.stages) else "准入条件没有包括这个学段"


def _by_subject(case: Case) -> str:
    subject = case.asked.subject
    return "准入条件没有包括这个学科" if subject and not _opened(subject, case.conditions.subjects) else ""


def _by_functions(case: Case) -> str:
    wanted = case.asked.functions
    if unknown := wanted - {one.value for one in Function}:
        return f"“{zh_of(unknown, Function)}”不是申报过的功能"
    closed = case.conditions.functions_off | (
        CLOSED_TO_PRIMARY if case.asked.stage == PRIMARY else frozenset()
    )
    blocked = wanted & closed
    return f"“{zh_of(blocked, Function)}”不能用" if blocked else ""


def _by_data(case: Case) -> str:
    scopes = case.conditions.data_scopes
    beyond = frozenset() if ANY in scopes else case.asked.personal_fields - scopes - LEAST_SCOPES
    return f"准入条件不允许交出“{zh_of(beyond, Scope)}”" if beyond else ""


def _by_supervision(case: Case) -> str:
    alone = case.conditions.supervised_only and not case.asked.supervised
    return "这个产品只能在老师带着的课上用" if alone else ""


def _by_quota(case: Case) -> str:
    most = case.conditions.daily_launches
    return "今天的使用次数已经到准入条件的上限" if most is not None and case.launches_today >= most else ""


_CHECKS = (
    _by_verdict,
    _by_trial,
    _by_stage,
    _by_subject,
    _by_functions,
    _by_data,
    _by_supervision,
    _by_quota,
)


def _opened(one: str, allowed: frozenset[str]) -> bool:
    return ANY in allowed or one in allowed


def is_stricter(one: Conditions, than: Conditions) -> bool:
    """Whether `one` opens nothing that `than` does not: what a district or a school may set, and the property the tests
    hold `may_serve` to."""
    return (
        _within(one.stages, than.stages)
        and _within(one.subjects, than.subjects)
        and _within(one.data_scopes, than.data_scopes)
        and one.functions_off >= than.functions_off
        and _at_most(one.daily_launches, than.daily_launches)
        and _at_most(one.until, than.until)
        and (one.supervised_only or not than.supervised_only)
    )


def _within(narrow: frozenset[str], wide: frozenset[str]) -> bool:
    return ANY in wide or narrow <= wide


def _at_most(narrow: Any, wide: Any) -> bool:
    return wide is None or (narrow is not None and narrow <= wide)


def both(one: Conditions, other: Conditions) -> Conditions:
    """Conditions that hold together: of each the stricter."""
    return Conditions(
        stages=_meet(one.stages, other.stages),
        subjects=_meet(one.subjects, other.subjects),
        functions_off=one.functions_off | other.functions_off,
        data_scopes=_meet(one.data_scopes, other.data_scopes),
        daily_launches=_least(one.daily_launches, other.daily_launches),
        until=_least(one.until, other.until),
        supervised_only=one.supervised_only or other.supervised_only,
    )


def _meet(one: frozenset[str], other: frozenset[str]) -> frozenset[str]:
    if ANY in one:
        return frozenset({ANY}) if ANY in other else other
    return one if ANY in other else one & other


def _least(one: Any, other: Any) -> Any:
    if one is None:
        return other
    return one if other is None else min(one, other)
