"""The dated standard as rules: which items a product is held against, which tier it is in, what its results add up to.

Pure: `content/assurance/standard/<year>.yaml` is the data, checked by its schema. Every item says where it comes from.
"""

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from qiming.kernel import content

TIERS: Final = ("low", "medium", "high")
PASS_OF_FIVE: Final = 3.0  # a human item without a threshold of its own

Fact = bool | frozenset[str]


class UnfitStandard(ValueError):
    """A standard nothing may be tested against; says everything that is wrong with it, in Chinese."""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing asked of a product. Empty sets: of every kind, stage, subject, tier. Human thresholds are of 5."""

    key: str
    title: str
    says: str
    dimension: str
    method: str
    weight: float
    must: bool
    data: str
    evidence: str
    source: str
    status: str
    suite: str = ""
    metric: str = ""
    better: str = "more"
    threshold: float | None = None
    subjects: frozenset[str] = frozenset()
    product_types: frozenset[str] = frozenset()
    stages: frozenset[str] = frozenset()
    tiers: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class TierRule:
    """A product with these facts is at least in this tier."""

    key: str
    tier: str
    when: Mapping[str, Fact]
    says: str


@dataclass(frozen=True, slots=True)
class Trust:
    """When a model's verdicts count: it was held against people on enough replies, and agrees with them well enough."""

    least_kappa: float  # the lower end of the 95 % interval
    least_n: int
    source: str
    status: str

    def holds(self, low: float, n: int) -> bool:
        """`low`: of Cohen's kappa over the `n` replies that the model and people both judged."""
        return n >= self.least_n and low >= self.least_kappa


@dataclass(frozen=True, slots=True)
class Standard:
    """One dated version; `digest` names the exact text a verdict stood on."""

    key: str
    title: str
    since: date
    until: date | None
    status: str
    says: str
    dimensions: Mapping[str, str]
    product_types: Mapping[str, str]
    items: tuple[Item, ...]
    tiering: tuple[TierRule, ...]
    lowest_tier: str
    judge: Trust
    digest: str


@dataclass(frozen=True, slots=True)
class Tiering:
    """The tier and every rule that asks for it or a lower one, the weightiest first."""

    tier: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an item came to. `passed` None: not measured yet, or a person must still look."""

    item: Item
    passed: bool | None
    value: float | None


@dataclass(frozen=True, slots=True)
class Judgement:
    """All items together. `passed`: True only when every item that must hold does and none is open.

    `shares`: dimension → weight passed / weight of all its items, 0–1.
    """

    passed: bool | None
    outcomes: tuple[Outcome, ...]
    failed_must: tuple[str, ...]
    open_items: tuple[str, ...]
    shares: Mapping[str, float]


def read(path: Path, root: Path) -> Standard:
    """The standard in `path`; `root` is the content folder. Raises `UnfitStandard`."""
    try:
        document = content.read_yaml(path, root)
    except content.Unreadable as error:
        raise UnfitStandard(str(error)) from None
    problems = content.against_schema(document, root / "schemas" / "assurance_standard.schema.json")
    if problems:
        raise UnfitStandard("\n".join(map(str, problems)))
    standard = parse(document.data)
    wrong = faults(standard)
    if wrong:
        raise UnfitStandard("\n".join(f"{document.file}: {one}" for one in wrong))
    return standard


def in_force(root: Path, on: date) -> Standard:
    """The standard that holds on a day: the latest of those begun and not ended. Raises `UnfitStandard`."""
    found = [read(path, root) for path in sorted((root / "assurance" / "standard").glob("*.yaml"))]
    holding = [one for one in found if one.since <= on and (one.until is None or on <= one.until)]
    if not holding:
        raise UnfitStandard(f"{on.isoformat()} 没有有效的准入测试标准")
    return max(holding, key=lambda one: one.since)


def parse(data: Mapping[str, Any]) -> Standard:
    """A standard out of data the schema has checked."""
    return Standard(
        key=data["key"],
        title=data["title"],
        since=date.fromisoformat(data["from"]),
        until=date.fromisoformat(data["to"]) if data["to"] else None,
        status=data["status"],
        says=data["says"],
        dimensions={one["key"]: one["title"] for one in data["dimensions"]},
        product_types={one["key"]: one["title"] for one in data["product_types"]},
        items=tuple(_item(one) for one in data["items"]),
        tiering=tuple(
            TierRule(
                one["key"],
                one["tier"],
                {key: _fact(value) for key, value in one["when"].items()},
                one["says"],
            )
            for one in data["tiering"]
        ),
        lowest_tier=data["lowest_tier"],
        judge=Trust(**data["judge"]),
        digest=content.hash_data(data),
    )


def _item(said: Mapping[str, Any]) -> Item:
    sets = ("subjects", "product_types", "stages", "tiers")
    given: dict[str, Any] = {key: frozenset(value) if key in sets else value for key, value in said.items()}
    return Item(**given)


def _fact(said: bool | list[str]) -> Fact:
    return said if isinstance(said, bool) else frozenset(said)


def faults(standard: Standard) -> list[str]:
    """What a schema cannot see: keys twice, unknown kinds, dimensions nothing is asked of."""
    keys = [one.key for one in standard.items]
    wrong = [f"条目 {key} 写了两次" for key in sorted({key for key in keys if keys.count(key) > 1})]
    for item in standard.items:
        strange = sorted(item.product_types - set(standard.product_types))
        wrong += [f"条目 {item.key} 的产品类型 {one} 没有定义" for one in strange]
    asked = {item.dimension for item in standard.items}
    wrong += [f"维度“{title}”下没有一条" for key, title in standard.dimensions.items() if key not in asked]
    if standard.until and standard.until < standard.since:
        wrong.append("最后一天早于第一天")
    return wrong


def tier_of(standard: Standard, facts: Mapping[str, Fact]) -> Tiering:
    """The highest tier of all rules that apply. A fact that was not told counts as true: unknown is not harmless."""
    applying = [
        rule
        for rule in standard.tiering
        if all(_holds(facts.get(key), value) for key, value in rule.when.items())
    ]
    applying.sort(key=lambda rule: -TIERS.index(rule.tier))
    tiers = [rule.tier for rule in applying] + [standard.lowest_tier]
    return Tiering(max(tiers, key=TIERS.index), tuple(rule.says for rule in applying))


def _holds(told: Fact | None, wanted: Fact) -> bool:
    if told is None:
        return wanted is not False
    if isinstance(wanted, bool):
        return bool(told) is wanted
    return not isinstance(told, bool) and bool(told & wanted)


def items_for(
    standard: Standard,
    *,
    product_type: str,
    tier: str,
    stages: Iterable[str] = (),
    subjects: Iterable[str] = (),
) -> tuple[Item, ...]:
    """What a product of this kind, tier, for these stages and subjects is held against; none named: all of them."""
    stages, subjects = frozenset(stages), frozenset(subjects)

    def asked(item: Item) -> bool:
        return (
            (not item.product_types or product_type in item.product_types)
            and (not item.tiers or tier in item.tiers)
            and (not item.stages or not stages or bool(item.stages & stages))
            and (not item.subjects or not subjects or bool(item.subjects & subjects))
        )

    return tuple(item for item in standard.items if asked(item))


def suites_for(items: Iterable[Item]) -> tuple[str, ...]:
    """The suites that have to be run for these items, each once, in their order."""
    return tuple(dict.fromkeys(item.suite for item in items if item.suite))


def judge(
    items: Iterable[Item],
    *,
    measured: Mapping[tuple[str, str], tuple[float, float, float]],
    scored: Mapping[str, float],
    trusted: Set[tuple[str, str]] = frozenset(),
) -> Judgement:
    """What the results come to. `measured`: (suite, metric) → value, low, high; the worse bound is held against the
    threshold. `scored`: item key → people's mean score of 5. `trusted`: what a model agrees on with people well enough
    (`Trust.holds`); an item of method judge stays open without."""
    outcomes = tuple(_outcome(item, measured, scored, trusted) for item in items)
    failed = tuple(one.item.key for one in outcomes if one.item.must and one.passed is False)
    waiting = tuple(one.item.key for one in outcomes if one.item.must and one.passed is None)
    shares = {}
    for dimension in dict.fromkeys(one.item.dimension for one in outcomes):
        within = [one for one in outcomes if one.item.dimension == dimension]
        total = sum(one.item.weight for one in within)
        shares[dimension] = sum(one.item.weight for one in within if one.passed) / total if total else 0.0
    passed = False if failed else None if waiting or not outcomes else True
    return Judgement(passed, outcomes, failed, waiting, shares)


def by_judge(standard: Standard, suite: str) -> frozenset[str]:
    """The metrics of a suite that the standard lets a model judge."""
    return frozenset(
        one.metric for one in standard.items if one.method == "judge" and one.suite == suite and one.metric
    )


def _outcome(
    item: Item,
    measured: Mapping[tuple[str, str], tuple[float, float, float]],
    scored: Mapping[str, float],
    trusted: Set[tuple[str, str]],
) -> Outcome:
    if item.method == "human" or not item.metric:
        score = scored.get(item.key)
        least = PASS_OF_FIVE if item.threshold is None else item.threshold
        return Outcome(item, None if score is None else score >= least, score)
    found = measured.get((item.suite, item.metric))
    if found is None:
        return Outcome(item, None, None)
    value, low, high = found
    if item.method == "judge" and (item.suite, item.metric) not in trusted:
        return Outcome(item, None, value)
    if item.threshold is None:
        return Outcome(item, True, value)
    return Outcome(item, low >= item.threshold if item.better == "more" else high <= item.threshold, value)
