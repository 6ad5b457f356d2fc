"""Marking: an item and a response give a verdict. Never raises anything but `MalformedResponse`."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from typing import Any
from unicodedata import normalize

from qiming.curriculum.types import ItemSpec, Verdict
from qiming.kernel.text import fold

MOST_TEXT = 2000
MOST_FIGURES = 40
RIGHT = "答对了。"
NOT_YET = "还差一点，再看看题。"
WAITS = "写好了。这句话要老师看过才算。"


class MalformedResponse(ValueError):
    """The response doesn't have the form this kind of item asks for; the message says so to a person."""


def mark(item: ItemSpec, response: Any) -> Verdict:
    """The verdict on `response`. Only `short` may leave it to a person (`correct` None)."""
    if not isinstance(response, Mapping):
        raise MalformedResponse("作答的格式不对，请重新作答。")
    marker = _MARKERS.get(str(item.get("kind")))
    if marker is None:
        raise MalformedResponse("这种题目还不能作答。")
    return marker(item, response)


def _single(item: ItemSpec, response: Mapping[str, Any]) -> Verdict:
    options = {option["key"]: option for option in item["options"]}
    chosen = response.get("choice")
    if not isinstance(chosen, str) or chosen not in options:
        raise MalformedResponse("请选一个答案。")
    option = options[chosen]
    correct = bool(option.get("correct"))
    return Verdict(
        correct, float(correct), _named(option), option.get("reply") or _default(correct), {chosen: correct}
    )


def _multiple(item: ItemSpec, response: Mapping[str, Any]) -> Verdict:
    options = {option["key"]: option for option in item["options"]}
    chosen = _keys(response.get("choices"), options, "请至少选一个答案。")
    wanted = {key for key, option in options.items() if option.get("correct")}
    wrong = [options[key] for key in options if key in chosen and key not in wanted]
    correct = set(chosen) == wanted
    hits = len(set(chosen) & wanted) - len(wrong)
    score = 1.0 if correct else max(0.0, hits / max(len(wanted), 1))
    if correct:
        reply = RIGHT
    elif wrong:
        reply = wrong[0].get("reply") or item.get("otherwise") or NOT_YET
    else:
        reply = item.get("otherwise") or "选出来的都对，不过还没有选全。"
    named = [name for option in wrong for name in _named(option)]
    return Verdict(correct, min(score, 1.0), named, reply, {key: key in wanted for key in chosen})


def _hotspot(item: ItemSpec, response: Mapping[str, Any]) -> Verdict:
    """Options that lie on a picture: as several choices, within the number of taps that is asked."""
    least, most = taps(item)
    options = {option["key"]: option for option in item["options"]}
    asked = f"{least}处" if least == most else f"{least}到{most}处"
    says = f"请在图上点{asked}。"
    chosen = _keys(response.get("choices"), options, says)
    if not least <= len(chosen) <= most:
        raise MalformedResponse(says)
    verdict = _multiple(item, {"choices": chosen})
    if most == 1 and verdict.correct:
        return replace(verdict, reply=options[chosen[0]].get("reply") or RIGHT)
    return verdict


def taps(item: ItemSpec) -> tuple[int, int]:
    """The least and the most taps a picture question takes: as said, else one where one is right, else any number."""
    one = sum(bool(option.get("correct")) for option in item["options"]) == 1
    return int(item.get("least", 1)), int(item.get("most", 1 if one else len(item["options"])))


def _order(item: ItemSpec, response: Mapping[str, Any]) -> Verdict:
    wanted = [entry["key"] for entry in item["entries"]]
    given = _keys(response.get("order"), wanted, "请把每一样都排进去。")
    if len(given) != len(wanted):
        raise MalformedResponse("请把每一样都排进去。")
    place = {key: at for at, key in enumerate(given)}
    pairs = [(a, b) for at, a in enumerate(wanted) for b in wanted[at + 1 :]]
    kept = sum(place[a] < place[b] for a, b in pairs)
    fired = [
        trap
        for trap in item.get("traps", ())
        if all(key in place for key in trap["before"]) and place[trap["before"][0]] < place[trap["before"][1]]
    ]
    correct = given == wanted
    part = {key: place[key] == at for at, key in enumerate(wanted)}
    return _placed(item, correct, kept / len(pairs) if pairs else 1.0, fired, part)


def _match(item: ItemSpec, response: Mapping[str, Any]) -> Verdict:
    lefts = {entry["key"] for entry in item["left"]}
    rights = {entry["key"] for entry in item["right"]}
    pairs = _mapping(response.get("pairs"), lefts, rights, "请给左边每一样都连上一条线。")
    part = {key: item["pairs"].get(key) == pairs[key] for key in pairs}
    fired = [trap for trap in item.get("traps", ()) if pairs.get(trap["pair"][0]) == trap["pair"][1]]
    return _placed(item, all(part.values()), sum(part.values()) / len(part), fired, part)


def _classify(item: ItemSpec, response: Mapping[str, Any]) -> Verdict:
    wanted = {entry["key"]: entry["bin"] for entry in item["entries"]}
    bins = {entry["key"] for entry in item["bins"]}
    placed = _mapping(response.get("bins"), set(wanted), bins, "请把每一样都放进一个框。")
    part = {key: placed[key] == wanted[key] for key in placed}
    fired = [trap for trap in item.get("traps", ()) if placed.get(trap["entry"]) == trap["bin"]]
    return _placed(item, all(part.values()), sum(part.values()) / len(part), fired, part)


def _numeric(item: ItemSpec, response: Mapping[str, Any]) -> Verdict:
    answer = item["answer"]
    value = parse_number(response.get("value"), str(answer.get("unit") or ""))
    correct = _near(value, answer)
    fired = [] if correct else [trap for trap in item.get("traps", ()) if _near(value, trap)]
    return _placed(item, correct, float(correct), fired, {})


def _short(item: ItemSpec, response: Mapping[str, Any]) -> Verdict:
    text = response.get("text")
    if not isinstance(text, str) or not fold(text):
        raise MalformedResponse("请先写上几个字。")
    if len(text) > MOST_TEXT:
        raise MalformedResponse(f"写得太长了，最多{MOST_TEXT}个字。")
    if fold(text) in {fold(str(accepted)) for accepted in item.get("accept", ())}:
        return Verdict(True, 1.0, [], RIGHT, {})
    return Verdict(None, 0.0, [], item.get("otherwise") or WAITS, {})


def parse_number(raw: Any, unit: str = "") -> Decimal:
    """A number as a pupil types it: full-width figures, any minus sign, thousands commas, 75%, 3/4, a unit."""
    if isinstance(raw, bool) or not isinstance(raw, str | int | float):
        raise MalformedResponse("请填一个数。")
    text = normalize("NFKC", str(raw)).strip().replace(" ", "").replace(",", "").replace("−", "-")
    if len(text) > MOST_FIGURES:
        raise MalformedResponse("这个数太长了，请检查一下。")
    folded_unit = normalize("NFKC", unit).strip()
    if folded_unit and text.endswith(folded_unit):
        text = text[: -len(folded_unit)]
    elif text.endswith("%"):
        return _decimal(text[:-1]) / 100
    over, slash, under = text.partition("/")
    if not slash:
        return _decimal(text)
    bottom = _decimal(under)
    if bottom == 0:
        raise MalformedResponse("分母不能是0。")
    return _decimal(over) / bottom


def _decimal(text: str) -> Decimal:
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise MalformedResponse("请填一个数，例如 0.75。") from None
    if not value.is_finite() or abs(value.adjusted()) > MOST_FIGURES:
        raise MalformedResponse("请填一个数，例如 0.75。")
    return value


def _near(value: Decimal, target: Mapping[str, Any]) -> bool:
    return abs(value - Decimal(str(target["value"]))) <= Decimal(str(target.get("tolerance") or 0))


def _keys(given: Any, allowed: Any, says: str) -> list[str]:
    """A non-empty list of distinct known keys."""
    if not isinstance(given, list | tuple) or not given or len(given) > len(allowed):
        raise MalformedResponse(says)
    if not all(isinstance(key, str) and key in allowed for key in given) or len(set(given)) != len(given):
        raise MalformedResponse(says)
    return list(given)


def _mapping(given: Any, keys: set[str], values: set[str], says: str) -> dict[str, str]:
    """Every key given one known value."""
    if not isinstance(given, Mapping) or set(given) != keys or not keys:
        raise MalformedResponse(says)
    if not all(isinstance(value, str) and value in values for value in given.values()):
        raise MalformedResponse(says)
    return {key: given[key] for key in sorted(keys)}


def _placed(
    item: ItemSpec, correct: bool, score: float, fired: list[dict[str, Any]], part: dict[str, bool]
) -> Verdict:
    """A verdict on kinds whose mistakes are named by traps."""
    if correct:
        return Verdict(True, 1.0, [], RIGHT, part)
    named = [name for trap in fired for name in _named(trap)]
    first = fired[0].get("reply") if fired else None
    return Verdict(False, score, list(dict.fromkeys(named)), first or item.get("otherwise") or NOT_YET, part)


def _named(thing: Mapping[str, Any]) -> list[str]:
    return [str(thing["misconception"])] if thing.get("misconception") else []


def _default(correct: bool) -> str:
    return RIGHT if correct else NOT_YET


_MARKERS: dict[str, Callable[[ItemSpec, Mapping[str, Any]], Verdict]] = {
    "single": _single,
    "multiple": _multiple,
    "hotspot": _hotspot,
    "order": _order,
    "match": _match,
    "classify": _classify,
    "numeric": _numeric,
    "short": _short,
}
