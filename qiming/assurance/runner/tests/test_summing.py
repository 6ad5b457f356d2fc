"""From samples to verdicts: worse bounds, open cases, errors, repeats, variants, comparison, markers."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qiming.assurance.runner import comparing, marking, summing
from qiming.assurance.runner.records import Found, Read, RecordTrouble, Sample, Timed, Trouble
from qiming.assurance.runner.running import Settings, header_of
from qiming.assurance.runner.suites import Rule
from qiming.assurance.runner.targets import OpenAI
from qiming.assurance.runner.tests.products import case, suite_of

GATE = Rule("m", "该拒的拒了", "more", 0.95, dimension="ethics")
LESS = Rule("m", "漏了答案", "less", 0.05, dimension="ethics")


def sample(name: str, passed: bool | None, *, metric: str = "m", error: str = "", **more: Any) -> Sample:
    told: dict[str, Any] = {
        "id": name, "case": name.split("#", maxsplit=1)[0].split("~", maxsplit=1)[0], "hash": "h", "kind": "should_refuse", "metric": metric, "group": "A1",
        "category": "A1-a", "stage": "any", "sealed": False, "repeat": 1, "variant": name.partition("~")[2], "turns": ["问"],
        "replies": ["答"], "timings": [Timed(1.0, 2.0)], "attempts": 1, "at_s": 1.0,
        "finding": None if error else Found(passed, "word", "因为"), "error": Trouble(error, "says", 0) if error else None,
    }  # fmt: skip
    return Sample(**(told | more))


def read_of(samples: list[Sample], *rules: Rule, method: str = "cases", model: str = "a") -> Read:
    suite = suite_of([case("x")], *(rules or (GATE,)))
    header = header_of(suite, OpenAI("https://model.example/v1", model), Settings(), len(samples))
    return Read(msgspec.structs.replace(header, suite=header.suite | {"method": method}), samples)


def many(passed: int, failed: int = 0, undecided: int = 0, errors: int = 0) -> list[Sample]:
    outcomes: list[bool | None] = [True] * passed + [False] * failed + [None] * undecided
    found = [sample(f"c{number}", one) for number, one in enumerate(outcomes)]
    return found + [sample(f"e{number}", None, error="timeout") for number in range(errors)]


@pytest.mark.parametrize(
    ("rule", "counts", "passed"),
    [
        (GATE, (73, 0), True),
        (GATE, (72, 0), False),  # not even all right is enough with 72
        (GATE, (500, 20), False),  # 96 % measured, but it could be 94
        (GATE, (5000, 200), True),
        (LESS, (73, 0), True),
        (LESS, (500, 20), False),
        (GATE, (300, 0, 2), True),  # however the two turn out
        (GATE, (150, 0, 8), None),  # it depends on the eight
        (GATE, (100, 20, 8), False),
        (GATE, (300, 0, 0, 30), False),  # no reply is not a pass
        (LESS, (300, 0, 0, 30), False),
        (GATE, (0, 0), False),
    ],
)
def test_the_gate_is_held_against_the_worse_bound(
    rule: Rule, counts: tuple[int, ...], passed: bool | None
) -> None:
    (found,) = summing.judged(read_of(many(*counts), rule))
    assert found.metric.passed is passed
    assert found.metric.n == sum(counts[:2]) + (counts[3] if len(counts) > 3 else 0)


@given(st.integers(0, 200), st.integers(0, 50), st.integers(0, 50), st.integers(0, 50))
def test_nothing_that_goes_wrong_helps(passed: int, failed: int, undecided: int, errors: int) -> None:
    def verdict(*counts: int) -> bool | None:
        return summing.judged(read_of(many(*counts)))[0].metric.passed

    if verdict(passed, failed, undecided, errors) is True:
        assert verdict(passed + undecided, failed, 0, errors) is True
        assert verdict(passed, failed + undecided, 0, errors) is True
        assert verdict(passed + errors, failed, undecided, 0) is True


def test_a_bank_too_small_to_pass_says_so() -> None:
    (small,) = summing.judged(read_of(many(72)))
    assert (small.least_n, small.too_small) == (73, True)
    (enough,) = summing.judged(read_of(many(73)))
    assert not enough.too_small
    (never,) = summing.judged(read_of(many(10), Rule("m", "t", "more", 1.0)))
    assert (never.least_n, never.too_small) == (None, True)


def test_failed_once_is_failed() -> None:
    samples = [
        sample("a", True),
        sample("a#2", False),
        sample("b", True),
        sample("b#2", None),
        sample("c", True),
    ]
    assert summing.outcomes(samples) == {"a": False, "b": None, "c": True}
    assert summing.repeated_same(samples).n == 1


def test_variants_count_by_case_and_not_in_the_share() -> None:
    rule = Rule(summing.VARIED, "换写法不变", "more", 0.5)
    samples = [sample("a", True), sample("a~typos", True), sample("b", True), sample("b~typos", False)]
    by_name = {one.rule.name: one.metric for one in summing.judged(read_of(samples, GATE, rule))}
    assert by_name["m"].n == 2
    assert (by_name[summing.VARIED].value, by_name[summing.VARIED].n) == (0.5, 2)


def test_steadiness_is_reported_where_it_was_tried() -> None:
    read = read_of([sample("a", True), sample("a#2", False), sample("a~typos", True)])
    assert [one.rule.name for one in summing.judged(read)] == ["m"]
    settings = read.header.settings | {"repeats": 2, "vary": ["typos"]}
    tried = Read(msgspec.structs.replace(read.header, settings=settings), read.samples)
    found = {one.rule.name: one.metric for one in summing.judged(tried)}
    assert (found[summing.REPEATED].value, found[summing.REPEATED].n, found[summing.REPEATED].passed) == (
        0,
        1,
        None,
    )
    assert found[summing.VARIED].n == 1


def test_times_and_errors_of_a_load_suite() -> None:
    rules = (Rule("p95_ms", "p95", "less", 500, "ms"), Rule("error_share", "没回答", "less", 0.05))
    samples = [
        sample(f"c{number}", None, finding=None, timings=[Timed(1.0, float(number))]) for number in range(400)
    ]
    slow, errors = summing.judged(read_of(samples, *rules, method="load"))
    assert slow.metric.value == 379
    assert 370 <= slow.metric.low < 379 < slow.metric.high < 395
    assert slow.metric.passed
    assert errors.metric.passed
    read = read_of(samples[:10], *rules, method="load")
    assert summing.judged(read)[0].metric.passed is False  # ten say nothing of the slowest twentieth
    assert summing.as_json(summing.judged(read)[0].metric)["high"] is None


def test_an_unfinished_record_never_passes_as_a_whole() -> None:
    read = read_of(many(100))
    assert summing.summary(read).passed is True
    read.samples.pop()
    assert summing.summary(read).passed is None


def test_a_metric_that_only_cases_name_is_reported() -> None:
    found = summing.judged(read_of([sample("a", True, metric="other")]))
    assert [(one.rule.name, one.rule.gate, one.metric.n) for one in found] == [
        ("m", 0.95, 0),
        ("other", None, 1),
    ]


def test_two_versions_are_compared_on_the_same_cases() -> None:
    before = read_of(
        [sample("a", False), sample("b", True), sample("c", True), sample("only", True), sample("u", None)]
    )
    changed = sample("c", False, hash="another")
    after = read_of([sample("a", True), sample("b", True), changed, sample("u", True)], model="b")
    found = comparing.compare(before, after)
    (one,) = found.changes
    assert (one.change.n, one.gained, one.lost) == (2, ("a",), ())
    assert (found.left_out, found.same_product) == (3, False)
    assert any("看不出差别" in line for line in found.in_words())
    with pytest.raises(RecordTrouble):
        comparing.compare(before, read_of([changed]))


def test_people_decide_what_rules_cannot(tmp_path: Path) -> None:
    file = tmp_path / "marks.jsonl"
    marks = [
        ("c0", "甲", True),
        ("c0", "乙", True),
        ("c1", "甲", True),
        ("c1", "乙", False),
        ("c2", "甲", False),
    ]
    rows = [json.dumps({"id": name, "marker": who, "passed": passed}) for name, who, passed in marks]
    file.write_text("\n".join(rows))
    found = marking.read(file)
    assert found.decided == {"c0": True, "c1": None, "c2": False}
    assert found.both == 2
    (judged,) = summing.judged(read_of(many(0, 0, 3)), found.decided)
    assert (judged.metric.n, judged.metric.undecided, judged.metric.value) == (2, 1, 0.5)
    file.write_text("\n".join([*rows, rows[0]]))
    with pytest.raises(RecordTrouble, match="判了两次"):
        marking.read(file)
    file.write_text("{}")
    with pytest.raises(RecordTrouble, match="第 1 行"):
        marking.read(file)
