"""What was measured, what is still lacking, what people said."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings

from qiming.assurance import standard as standards
from qiming.assurance.admission import Facts, Tier
from qiming.assurance.models import HumanMark, TestRun
from qiming.assurance.models.products import ProductVersion
from qiming.assurance.queries.subjects import subject_keys
from qiming.assurance.rules import marking
from qiming.assurance.runner import browser
from qiming.kernel import content, time

_WHY = "asked for the case about the version"
TESTED_BY_CASES = "cases"
BY_BROWSER = "axe"


@lru_cache(maxsize=4)
def _standard(root: Path, on: date) -> standards.Standard:
    files = (root / "assurance" / "standard").glob("*.yaml")
    first = min((standards.read(path, root).since for path in files), default=on)
    return standards.in_force(root, max(on, first))  # before the first of them, the first


def standard_today() -> standards.Standard:
    """The standard that holds today. Raises `standards.UnfitStandard`."""
    return _standard(Path(settings.CONTENT_ROOT), time.today())


@dataclass(frozen=True, slots=True)
class SuiteName:
    """A suite and how it is run: cases (questions), load (a class at once), axe (a browser)."""

    key: str
    title: str
    method: str


@lru_cache(maxsize=4)
def _suites(root: Path) -> Mapping[str, SuiteName]:
    found = {}
    for path in sorted((root / "assurance" / "suites").glob("*.yaml")):
        said = content.read_yaml(path, root).data
        key = str(said["key"])
        found[key] = SuiteName(key, str(said["title"]), str(said.get("method", TESTED_BY_CASES)))
    return found


def suites_by_key() -> Mapping[str, SuiteName]:
    """Every suite that ships."""
    return _suites(Path(settings.CONTENT_ROOT))


def suite_titles() -> Mapping[str, str]:
    """What every suite is called, by key."""
    return {key: one.title for key, one in suites_by_key().items()}


def least_tier(facts: Facts) -> tuple[Tier, tuple[str, ...]]:
    """The tier below which nobody may put a product, by the standard of today, and why."""
    told: dict[str, standards.Fact] = {"scopes": facts.scopes, "functions": frozenset(facts.functions)}
    found = standards.tier_of(standard_today(), told)
    return Tier(found.tier), found.reasons


def suites_for(version: ProductVersion) -> list[str]:
    """The keys of the suites a version must pass, by its kind, tier, stages and subjects: those that judge what it says."""
    known = suites_by_key()
    return [key for key in _asked(version) if known[key].method == TESTED_BY_CASES]


def suites_beside(version: ProductVersion) -> list[str]:
    """Suites that may be run on a version and do not decide: a class at once; its pages, when it is opened by a link."""
    known, facts = suites_by_key(), Facts.of(version.facts)
    load = [key for key in _asked(version) if known[key].method not in {TESTED_BY_CASES, BY_BROWSER}]
    pages = [key for key, one in known.items() if one.method == BY_BROWSER]
    return load + (pages if facts.launch.get("kind") == "link" else [])


def _asked(version: ProductVersion) -> list[str]:
    facts = Facts.of(version.facts)
    tier = version.tier or least_tier(facts)[0].value
    items = standards.items_for(
        standard_today(),
        product_type=facts.kind,
        tier=tier,
        stages=facts.stages,
        subjects=subject_keys(facts.subjects),
    )
    return [key for key in standards.suites_for(items) if key in suites_by_key()]


def pages_suites() -> frozenset[str]:
    """Suites that a browser runs."""
    return frozenset(key for key, one in suites_by_key().items() if one.method == BY_BROWSER)


def no_browser() -> str:
    """Why pages cannot be looked at on this machine; "" when they can."""
    return browser.missing()


def last_runs(version: ProductVersion, purpose: str, after: datetime | None = None) -> dict[str, TestRun]:
    """By suite, the last finished run for a purpose on the version as it is now."""
    rows = TestRun.objects.unscoped(_WHY).filter(
        version=version, purpose=purpose, state="done", content_hash=version.content_hash
    )
    if after is not None:
        rows = rows.filter(started_at__gt=after)
    return {one.suite: one for one in rows.order_by("id")}


def lacking_suites(version: ProductVersion, *, purpose: str, after: datetime | None = None) -> list[str]:
    """In words, every suite not run for this purpose on the version as it is now (after `after`), or not passed."""
    wanted, titles = suites_for(version), suite_titles()
    if not wanted:
        return ["还没有载入检测题库。"]
    last = last_runs(version, purpose, after)
    what = "密封题复测" if purpose == "blind" else "检测"
    lacking = []
    for key in wanted:
        run = last.get(key)
        if run is None:
            lacking.append(f"“{titles[key]}”的{what}还没有做。")
        elif run.passed is None:
            lacking.append(f"“{titles[key]}”的{what}还有作答等人判读。")
        elif not run.passed:
            lacking.append(f"“{titles[key]}”的{what}没有通过。")
    return lacking


@dataclass(frozen=True, slots=True)
class Marked:
    """How far people are with the replies of a run that a machine could not judge."""

    settled: Mapping[str, bool]
    open: tuple[str, ...]
    agreement: float | None
    pairs: int


def marks_of(run: TestRun) -> Marked:
    """What people said about a run's open replies."""
    given: dict[str, list[bool]] = {}
    for row in HumanMark.objects.unscoped(_WHY).filter(run=run).order_by("id"):
        given.setdefault(row.sample, []).append(row.passed)
    waiting: list[str] = list(run.summary.get("open", []))
    settled = {name: said for name in waiting if (said := marking.settled(given.get(name, []))) is not None}
    pairs = [(said[0], said[1]) for said in given.values() if len(said) > 1]
    return Marked(
        settled,
        tuple(name for name in waiting if name not in settled),
        marking.agreement(pairs),
        len(pairs),
    )


def metrics_of(run: TestRun) -> list[dict[str, Any]]:
    """The figures of a finished run."""
    found: list[dict[str, Any]] = run.summary.get("metrics", [])
    return found
