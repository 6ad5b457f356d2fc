"""Whether a class may launch a product: pure. Conditions add up, and adding one never turns a no into a yes."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from qiming.assurance.admission import ANY, LEAST_SCOPES, Conditions
from qiming.resources.launching.types import Facts, Limits, Problem, State, Terms

_STATES_SAY = {
    State.NEED: "学校还没有决定用它。",
    State.REQUESTED: "学校还没有决定用它。",
    State.SCHOOL_DECIDED: "区里还没有备案，没有答复就是还不能用。",
    State.DISTRICT_FILED: "学校还没有把它开到班。",
    State.PAUSED: "学校停用了它。",
    State.HELD: "主管单位停用了它。",
    State.ENDING: "学校已经不用它了。",
    State.ENDED: "学校已经不用它了。",
    State.DECLINED: "学校没有选用它。",
    State.REFUSED: "区里没有同意用它。",
    State.WITHDRAWN: "学校没有选用它。",
}


def terms(city: Conditions, wanted: frozenset[str], *added: Limits) -> Terms:
    """What holds where a city's conditions meet what district and school added. `wanted`: the data the product takes."""
    stages = city.stages
    for one in added:
        if one.stages is not None:
            stages = one.stages if ANY in stages else stages & one.stages
    own = [one.daily_launches for one in added if one.daily_launches is not None]
    ends = [day for day in (city.until, *(one.until for one in added)) if day is not None]
    allowed = wanted if ANY in city.data_scopes else (wanted & city.data_scopes) | (wanted & LEAST_SCOPES)
    return Terms(
        stages=stages,
        subjects=city.subjects,
        functions_off=city.functions_off.union(*(one.functions_off for one in added)),
        data_scopes=allowed.difference(*(one.data_off for one in added)),
        city_daily=city.daily_launches,
        school_daily=min(own) if own else None,
        until=min(ends) if ends else None,
        supervised_only=city.supervised_only or any(one.supervised_only for one in added),
    )


def why_not(facts: Facts) -> str:
    """The first reason why this launch is not let through, in words for whoever meets it; empty when it is."""
    return next((said for said in _reasons(facts) if said), "")


def why_closed(facts: Facts) -> str:
    """The same without what concerns one person or moment: whether the tool is open to the class at all."""
    return next((said for said in _open_to_class(facts) if said), "")


def _reasons(facts: Facts) -> Iterator[str]:
    yield "" if facts.belongs else "这里没有这个工具。"
    yield from _open_to_class(facts)
    yield "" if facts.placed else "老师没有把它放进这节课。"
    yield "家里还没有同意用它；不用它也能上完这节课。" if facts.consent is False else ""
    unwatched = facts.terms.supervised_only and not facts.is_live
    yield "它只能在老师上课的时候用，现在没有在上这节课。" if unwatched else ""


def _open_to_class(facts: Facts) -> Iterator[str]:
    yield "" if facts.serves else _sentence(facts.serves_not or "它现在没有准入")
    yield _state(facts)
    yield from _conditions(facts)


def _state(facts: Facts) -> str:
    if facts.state is State.ENABLED:
        return ""
    if facts.state is None:
        return "学校没有选用它。"
    return _STATES_SAY[facts.state] + (f"原因：{_sentence(facts.stopped_why)}" if facts.stopped_why else "")


def _conditions(facts: Facts) -> Iterator[str]:
    held = facts.terms
    if not _opened(facts.stage, held.stages):
        yield "它没有准许给这个学段用。"
    if facts.subject and not _opened(facts.subject, held.subjects):
        yield "它没有准许用在这门学科。"
    if held.until and facts.today > held.until:
        yield f"准许用到{held.until:%Y-%m-%d}，已经到期。"
    if facts.class_until is None:
        yield "学校没有把它开到这个班。"
    elif facts.today > facts.class_until:
        yield f"这个班用到{facts.class_until:%Y-%m-%d}，已经到期。"


def _opened(one: str, allowed: frozenset[str]) -> bool:
    return ANY in allowed or one in allowed


def _sentence(said: str) -> str:
    return said if said.endswith(("。", "！", "？")) else f"{said}。"


def faults(limits: Limits, city: Conditions, today: date) -> list[Problem]:
    """What of added limits makes no sense: who wants to launch nothing should not adopt at all."""
    found = []
    if limits.stages is not None and not terms(city, frozenset(), limits).stages:
        found.append(Problem("stages", "准入的学段里没有剩下的。至少留一个学段。"))
    if limits.daily_launches is not None and limits.daily_launches < 1:
        found.append(Problem("daily_launches", "至少1次；不想用就不要选用。"))
    if limits.until is not None and limits.until < today:
        found.append(Problem("until", "这一天已经过去。"))
    return found


def quotas(held: Terms, product: str, school_path: str) -> list[tuple[str, int]]:
    """The counters a launch takes one from: (whose, how many a day). Always in this order, so that no two launches wait
    for each other."""
    counters = [("", held.city_daily), (school_path, held.school_daily)]
    return [(f"{product}:{whose}", most) for whose, most in counters if most is not None]


def last_day(wished: date, *ends: date | None) -> date:
    """The day until which a class may be enabled: not beyond its term, not beyond what is allowed."""
    return min([wished, *(one for one in ends if one is not None)])


def stricter(one: Limits, other: Limits) -> Limits:
    """Both together: what is added never takes back what was there."""
    stages = one.stages if other.stages is None else other.stages
    if one.stages is not None and other.stages is not None:
        stages = one.stages & other.stages
    days = [day for day in (one.until, other.until) if day]
    most = [number for number in (one.daily_launches, other.daily_launches) if number is not None]
    return replace(
        one,
        stages=stages,
        functions_off=one.functions_off | other.functions_off,
        data_off=one.data_off | other.data_off,
        daily_launches=min(most) if most else None,
        until=min(days) if days else None,
        supervised_only=one.supervised_only or other.supervised_only,
        note="；".join(dict.fromkeys(said for said in (one.note, other.note) if said)),
    )
