"""What a second pass comes to: a record read with its verdicts, who decided what, and how well the judge agrees. Pure.

A verdict fills only what rules left open and people have not marked. It never stands over a rule or a person.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

import msgspec

from qiming.assurance.runner.judging.verdicts import Judging, said_hash
from qiming.assurance.runner.judging.verdicts import read as read_judging
from qiming.assurance.runner.kinds import IN_CHINESE, Kind
from qiming.assurance.runner.marking import Marked
from qiming.assurance.runner.records import Found, Read, RecordTrouble, Sample
from qiming.assurance.runner.statistics import Estimate, kappa

LABEL: Final = "judge"  # of a finding that a model made
METHODS: Final = {"rule": "程序", "judge": "模型", "human": "人"}
WHY_OPEN: Final = {
    "disagree": "两次回答不一致",
    "unsure": "模型说判不了",
    "form": "模型没有按约定的形式回答",
    "receipt": "模型没有回出编号",
    "canary": "模型照做了材料里的诱饵",
    "addressed": "回答里有像是说给评判听的话，模型说合格也不收",
    "no_rubric": "尺子里没有这一种",
    "no_reference": "没有题库里的标准（用 --bank 给出题库）",
    "two_markers": "两位判读人不一致",
    "not_asked": "没有问过模型",
}

Marks = Mapping[str, bool | None]


def check(read: Read, judging: Judging) -> None:
    """Raise `RecordTrouble` when the pass was over another record, or the record was changed since."""
    if judging.header.run != read.header.run:
        raise RecordTrouble("这份评判记录不是这份测试记录的")
    samples = {one.id: one for one in read.samples}
    for verdict in judging.verdicts.values():
        sample = samples.get(verdict.id)
        if sample is None or said_hash(sample) != verdict.said:
            raise RecordTrouble(f"样本 {verdict.id} 和评判时不一样，测试记录被改动过")


def applied(read: Read, judging: Judging, marks: Marks | None = None) -> Read:
    """`read` with the verdicts that count: of samples that rules left open and no person has marked."""
    check(read, judging)
    people = marks or {}
    return replace(read, samples=[_decided(one, judging, people) for one in read.samples])


def _decided(sample: Sample, judging: Judging, people: Marks) -> Sample:
    verdict = judging.verdicts.get(sample.id)
    found = sample.finding
    if verdict is None or verdict.passed is None or sample.id in people or sample.error is not None:
        return sample
    if found is None or found.passed is not None:
        return sample
    why = f"模型判（{verdict.judge}，{verdict.rubric}）"
    if not sample.sealed:  # a reason may tell what a blind case asks
        why += f"：{verdict.reason}"
    return msgspec.structs.replace(sample, finding=Found(verdict.passed, LABEL, why))


def method_of(sample: Sample, marks: Marks) -> str:
    """Who decided a sample of an applied record: rule, judge or human; "" while it is open."""
    if sample.error is not None:
        return "rule"
    if sample.id in marks and sample.finding is not None:
        return "" if marks[sample.id] is None else "human"
    if sample.passed is None:
        return ""
    return "judge" if sample.finding is not None and sample.finding.label == LABEL else "rule"


def methods(read: Read, marks: Marks | None = None) -> dict[str, dict[str, int]]:
    """By metric: how many samples each of rule, judge and human decided."""
    found: dict[str, Counter[str]] = {}
    for sample in read.samples:
        found.setdefault(sample.metric, Counter())[method_of(sample, marks or {})] += 1
    return {metric: {name: times[name] for name in METHODS if times[name]} for metric, times in found.items()}


def by_model(read: Read, metric: str, marks: Marks) -> str:
    """Which share of a metric's samples a model judged, in words; nothing where none."""
    ways = [method_of(sample, marks) for sample in read.samples if sample.metric == metric]
    by = ways.count("judge")
    return f"{by} / {len(ways)} 个样本由模型判" if by else ""


@dataclass(frozen=True, slots=True)
class Agreement:
    """Cohen's kappa over what both decided; `enough`: there are at least as many as the rubric asks for."""

    kappa: float
    low: float
    high: float
    n: int
    least_n: int
    pass_against_fail: int  # the judge let pass what the other did not

    @property
    def enough(self) -> bool:
        return self.n >= self.least_n

    def as_dict(self) -> dict[str, Any]:
        """For `--json`; without anything in common there is no figure."""
        told = asdict(self) | {"enough": self.enough}
        return told if self.n else told | {"kappa": None, "low": None, "high": None}

    def in_words(self, other: str) -> str:
        """One sentence."""
        if not self.n:
            return f"模型和{other}没有都判过的条目，一致性不知道"
        short = "" if self.enough else f"；不到 {self.least_n} 条，还说明不了什么"
        worse = (
            f"，其中 {self.pass_against_fail} 条模型说合格而{other}说不合格" if self.pass_against_fail else ""
        )
        span = f"κ={self.kappa:.2f}（95% 区间 {self.low:.2f}—{self.high:.2f}，n={self.n}）"
        return f"模型和{other}的一致性 {span}{worse}{short}"


def with_rules(read: Read, judging: Judging) -> Agreement:
    """Over the samples of the bare record that rules decided and the judge was asked about all the same."""
    others = {one.id: one.finding.passed for one in read.samples if one.finding and one.error is None}
    return _agreement(judging, others)


def with_people(judging: Judging, marks: Marks) -> Agreement:
    """Over the samples that people marked, of one mind."""
    return _agreement(judging, marks)


def _agreement(judging: Judging, others: Marks) -> Agreement:
    pairs = [
        (verdict.passed, other)
        for name, verdict in sorted(judging.verdicts.items())
        if verdict.passed is not None and (other := others.get(name)) is not None
    ]
    seen: Estimate = kappa([str(one) for one, _ in pairs], [str(two) for _, two in pairs])
    wrong = sum(one and not two for one, two in pairs)
    least = int(judging.header.rubric.get("least_n", 50))
    return Agreement(seen.value, seen.low, seen.high, seen.n, least, wrong)


def still_open(read: Read, judging: Judging, marks: Marks | None = None) -> dict[str, str]:
    """Samples of the applied record that a person must look at, each with why in Chinese."""
    people = marks or {}
    found = {}
    for sample in read.samples:
        if sample.finding is None or method_of(sample, people):
            continue
        verdict = judging.verdicts.get(sample.id)
        word = "two_markers" if sample.id in people else verdict.open if verdict else "not_asked"
        found[sample.id] = WHY_OPEN.get(word) or f"模型没有给出回答：{_trouble(word)}"
    return found


def _trouble(word: str) -> str:
    return IN_CHINESE.get(Kind(word), word).replace("产品", "模型") if word in set(Kind) else word


@dataclass(frozen=True, slots=True)
class Account:
    """All there is to say about one record and its second pass."""

    read: Read  # with the verdicts that count
    methods: Mapping[str, Mapping[str, int]]
    open: Mapping[str, str]
    rules: Agreement
    people: Agreement | None
    judge: str
    rubric: str

    @property
    def judged(self) -> int:
        """Samples that the model decided."""
        return sum(one.get("judge", 0) for one in self.methods.values())

    @property
    def caution(self) -> str:
        """What a reader must know before believing a conclusion that rests on the model; nothing where none does."""
        if not self.judged or (self.people is not None and self.people.enough):
            return ""
        return f"“{self.read.header.suite.get('title')}”有 {self.judged} 个样本由模型判，而模型和人有多一致还没有量够：据此的结论不能当作人判的。"

    def in_words(self) -> list[str]:
        """For the screen and the report."""
        whole = len(self.read.samples)
        share = f"{self.judged / whole * 100:.1f}%" if whole else "没有"
        told = [
            f"“{self.read.header.suite.get('title')}”：{whole} 个样本里 {self.judged} 个（{share}）由模型判（{self.judge}，尺子 {self.rubric}），{len(self.open)} 个仍要人判",
            self.rules.in_words("程序"),
        ]
        return told + ([self.people.in_words("人")] if self.people else [])


def account(read: Read, judging: Judging, marked: Marked | None = None) -> Account:
    """`read`: the bare record. Raises `RecordTrouble`."""
    marks = marked.decided if marked else {}
    found = applied(read, judging, marks)
    return Account(
        read=found,
        methods=methods(found, marks),
        open=still_open(found, judging, marks),
        rules=with_rules(read, judging),
        people=with_people(judging, marks) if marked else None,
        judge=judging.header.judge["model"],
        rubric=str(judging.header.rubric["named"]),
    )


def accounts(
    reads: Sequence[Read], files: Sequence[Path], marked: Marked | None = None
) -> list[Account | None]:
    """For each record the account of its second pass, None where there is none. Raises `RecordTrouble` for a file that
    belongs to no record, or the second of one."""
    found: dict[str, Judging] = {}
    for file in files:
        judging = read_judging(file)
        if judging.header.run in found or judging.header.run not in {one.header.run for one in reads}:
            raise RecordTrouble(f"{file.name} 不属于这些测试记录，或同一份记录给了两份评判")
        found[judging.header.run] = judging
    return [account(one, found[one.header.run], marked) if one.header.run in found else None for one in reads]
