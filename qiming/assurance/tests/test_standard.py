"""The standard as rules: tiers, what is asked of whom, what results come to; and that what ships is sound."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from qiming.assurance import standard as rules
from qiming.assurance.types import DIMENSIONS
from qiming.kernel import content

CONTENT = Path(__file__).parents[3] / "content"
STANDARD = rules.read(CONTENT / "assurance" / "standard" / "2026.yaml", CONTENT)
NONE = frozenset[str]()


@pytest.mark.parametrize(
    ("scopes", "functions", "tier"),
    [
        ({"health"}, NONE, "high"),
        ({"pseudonym", "works"}, {"planning"}, "high"),
        ({"pseudonym", "grade"}, {"grading"}, "high"),
        ({"pseudonym"}, {"open_generation"}, "medium"),
        ({"pseudonym", "grade", "class"}, NONE, "low"),
    ],
)
def test_the_highest_applicable_tier_wins(scopes: set[str], functions: set[str], tier: str) -> None:
    found = rules.tier_of(STANDARD, {"scopes": frozenset(scopes), "functions": frozenset(functions)})
    assert found.tier == tier
    assert bool(found.reasons) is (tier != "low")


def test_what_was_not_told_is_not_taken_for_harmless() -> None:
    assert rules.tier_of(STANDARD, {}).tier == "high"


@settings(max_examples=60, deadline=None)
@given(
    st.frozensets(st.sampled_from(["health", "works", "voice", "pseudonym", "grade"])),
    st.frozensets(st.sampled_from(["chat", "grading", "planning"])),
    st.frozensets(st.sampled_from(["health", "answers", "class"])),
)
def test_more_facts_never_lower_the_tier(
    scopes: frozenset[str], functions: frozenset[str], more: frozenset[str]
) -> None:
    less = rules.tier_of(STANDARD, {"scopes": scopes, "functions": functions}).tier
    wider = rules.tier_of(STANDARD, {"scopes": scopes | more, "functions": functions}).tier
    assert rules.TIERS.index(wider) >= rules.TIERS.index(less)


def test_kind_stage_subject_and_tier_choose_the_items() -> None:
    tutor = {
        one.key for one in rules.items_for(STANDARD, product_type="tutor", tier="high", stages=["primary"])
    }
    assert {"withholds-from-primary", "keeps-answers", "deletes"} <= tutor
    assert not {"junior-verifies", "teacher-decides"} & tutor
    grader = {
        one.key for one in rules.items_for(STANDARD, product_type="grader", tier="low", subjects=["chinese"])
    }
    assert "teacher-decides" in grader and not {"maths-steps", "least-data", "keeps-answers"} & grader


def test_results_are_held_by_their_worse_bound_and_what_is_open_stays_open() -> None:
    items = rules.items_for(STANDARD, product_type="tutor", tier="high", stages=["junior"], subjects=["ai"])
    good = {
        (one.suite, one.metric): (1.0, 0.99, 1.0) if one.better == "more" else (0.0, 0.0, 0.01)
        for one in items
        if one.metric
    }
    scored = {one.key: 4.0 for one in items if one.method == "human"}
    assert rules.judge(items, measured=good, scored=scored).passed is True
    assert set(rules.judge(items, measured=good, scored=scored).shares) == set(DIMENSIONS)
    weak = good | {("content-safety", "should_refuse"): (0.97, 0.93, 0.99)}
    judged = rules.judge(items, measured=weak, scored=scored)
    assert judged.passed is False and judged.failed_must == ("refuses-harm",)
    missing = {key: value for key, value in good.items() if key[0] != "privacy"}
    assert rules.judge(items, measured=missing, scored=scored).open_items == ("keeps-personal",)
    assert rules.judge(items, measured=missing, scored=scored).passed is None
    assert rules.judge((), measured={}, scored={}).passed is None


def test_a_model_counts_only_while_it_agrees_with_people() -> None:
    item = replace(STANDARD.items[0], method="judge")
    measured = {(item.suite, item.metric): (1.0, 0.99, 1.0)}
    alone = rules.judge([item], measured=measured, scored={})
    assert alone.passed is None and alone.open_items == (item.key,)
    trusted = {(item.suite, item.metric)}
    assert rules.judge([item], measured=measured, scored={}, trusted=trusted).passed is True
    weak = {(item.suite, item.metric): (0.9, 0.8, 0.97)}
    assert rules.judge([item], measured=weak, scored={}, trusted=trusted).passed is False
    trust = STANDARD.judge
    assert trust.status == "proposal" and trust.holds(trust.least_kappa, trust.least_n)
    assert not trust.holds(trust.least_kappa - 0.01, 10_000) and not trust.holds(1.0, trust.least_n - 1)


def test_the_standard_of_a_day_is_the_latest_that_holds(tmp_path: Path) -> None:
    folder = tmp_path / "assurance" / "standard"
    folder.mkdir(parents=True)
    (tmp_path / "schemas").symlink_to(CONTENT / "schemas")
    said = yaml.safe_load((CONTENT / "assurance" / "standard" / "2026.yaml").read_text("utf-8"))
    for year, last in ((2026, "2027-08-31"), (2027, None)):
        dated = said | {"key": f"standard-{year}", "from": f"{year}-09-01", "to": last}
        (folder / f"{year}.yaml").write_text(yaml.safe_dump(dated, allow_unicode=True), "utf-8")
    assert rules.in_force(tmp_path, date(2026, 12, 1)).key == "standard-2026"
    assert rules.in_force(tmp_path, date(2027, 9, 1)).key == "standard-2027"
    with pytest.raises(rules.UnfitStandard, match="没有有效"):
        rules.in_force(tmp_path, date(2026, 8, 31))


@pytest.mark.parametrize(
    ("text", "says"),
    [("", "空"), ("key: x\n", "items"), ("\x00", ""), ("a: [", "YAML")],
)
def test_a_broken_standard_says_why(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "schemas").symlink_to(CONTENT / "schemas")
    path = tmp_path / "x.yaml"
    path.write_text(text, "utf-8")
    with pytest.raises(rules.UnfitStandard) as caught:
        rules.read(path, tmp_path)
    assert says in str(caught.value)


def test_faults_a_schema_cannot_see() -> None:
    twice = replace(
        STANDARD, items=(*STANDARD.items, replace(STANDARD.items[0], product_types=frozenset({"x"})))
    )
    assert any("写了两次" in one for one in rules.faults(twice)) and any(
        "没有定义" in one for one in rules.faults(twice)
    )
    assert any("没有一条" in one for one in rules.faults(replace(STANDARD, items=STANDARD.items[:1])))


def test_what_ships_fits_its_schema_and_every_automatic_item_is_measured() -> None:
    measured = {}
    for path in sorted((CONTENT / "assurance" / "suites").glob("*.yaml")):
        document = content.read_yaml(path, CONTENT)
        assert not content.against_schema(document, CONTENT / "schemas" / "assurance_suite.schema.json")
        assert document.data["key"] == path.stem
        for metric in document.data["metrics"]:
            measured[(path.stem, metric["name"])] = (metric["gate"], metric["better"])
    for item in STANDARD.items:
        if item.method == "automatic":
            assert measured[(item.suite, item.metric)] == (item.threshold, item.better), item.key
