"""Suites and the cases of their banks, read from `content/assurance/` or from a file somebody names."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import msgspec
import yaml

from qiming.assurance.runner import listed
from qiming.assurance.runner.places import shipped
from qiming.assurance.types import DIMENSIONS, KINDS, STAGES, Case, Turn

METHODS: Final = ("cases", "load", "axe")
_MAX_BANK_BYTES: Final = 256 * 1024 * 1024


class BadSuite(ValueError):
    """A suite or bank that cannot be run; the text says which file, which line and why, in Chinese."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One metric of a suite: which way is better, and where its gate stands (None: only reported)."""

    name: str
    title: str
    better: str
    gate: float | None
    unit: str = "share"
    weight: float = 1.0
    dimension: str = ""
    source: str = ""
    status: str = "proposal"


@dataclass(frozen=True, slots=True)
class BankUsed:
    """Which bank, in which version; `required`: the sizes its regulation asks for, as bank.yaml says them."""

    key: str
    title: str
    version: str
    hash: str
    cases: int
    sealed: int
    required: tuple[dict[str, Any], ...] = ()
    classes: Mapping[str, str] = field(default_factory=dict)  # what they are called
    words: int = 0  # of an authority's list of words, which has no cases


@dataclass(frozen=True, slots=True)
class Suite:
    """What is asked and measured."""

    key: str
    title: str
    says: str
    version: str
    dimension: str
    method: str
    rules: tuple[Rule, ...]
    banks: tuple[BankUsed, ...]
    cases: tuple[Case, ...]
    hash: str
    words: tuple[listed.Word, ...] = ()  # replies to what must be refused are read for them


def content_folder() -> Path:
    """`content/assurance`."""
    return shipped("content", "assurance")


def names(folder: Path | None = None) -> list[str]:
    """Keys of the suites that ship."""
    return sorted(one.stem for one in ((folder or content_folder()) / "suites").glob("*.yaml"))


def load(
    name: str,
    *,
    bank: Path | None = None,
    folder: Path | None = None,
    more: Sequence[Path] = (),
    words: Sequence[Path] = (),
) -> Suite:
    """The suite `name` (a key, or the path of a YAML file) with its cases; `bank` replaces its own banks, `more` are asked
    beside them, `words` are lists that replies to what must be refused are read for. The sizes a rule asks for are held
    against all of them together.

    Raises `BadSuite`.
    """
    folder = folder or content_folder()
    file = Path(name) if name.endswith((".yaml", ".yml")) else folder / "suites" / f"{name}.yaml"
    if not file.is_file():
        raise BadSuite(f"没有叫“{name}”的套件；现有：{'、'.join(names(folder)) or '无'}")
    raw = file.read_bytes()
    told = _yaml(file, raw)
    method = str(told.get("method", "cases"))
    if method not in METHODS or told.get("dimension") not in DIMENSIONS:
        raise BadSuite(f"{file.name}：method 或 dimension 写错了")
    key = str(told.get("key", ""))
    paths = [bank] if bank else [folder / "banks" / str(one) for one in told.get("banks") or []]
    found = [read_bank(path) for path in [*paths, *more]]
    everything = [case for _, inner in found for case in inner]
    cases = everything
    # A bank serves several suites; pressure takes any question, and so does a bank that names other suites only.
    if method == "cases" and any(case.suite == key for case in cases):
        cases = [case for case in cases if case.suite == key]
    if method != "axe" and not cases:
        raise BadSuite(f"套件“{key}”的题库里没有题")
    refuse_doubles(cases)
    lists = _lists(words) if any(case.kind == "should_refuse" for case in cases) else []
    every = listed.every(lists)
    return Suite(
        key=key,
        title=str(told.get("title", key)),
        says=str(told.get("says", "")),
        version=str(told.get("version", "")),
        dimension=str(told["dimension"]),
        method=method,
        rules=tuple(_rule(file, one, str(told["dimension"])) for one in told.get("metrics") or []),
        banks=(*(_together(used, everything, len(every)) for used, _ in found), *map(_as_bank, lists)),
        cases=tuple(cases),
        hash=hashlib.sha256(raw).hexdigest(),
        words=every,
    )


def _lists(folders: Sequence[Path]) -> list[listed.Library]:
    try:
        return [listed.read(one) for one in folders]
    except listed.BadLibrary as trouble:
        raise BadSuite(str(trouble)) from None


def _as_bank(one: listed.Library) -> BankUsed:
    return BankUsed(one.key, one.title, one.version, one.hash, cases=0, sealed=0, words=len(one.words))


def refuse_doubles(cases: Iterable[Case]) -> None:
    """Raise `BadSuite` when two cases have one id: a record could not tell them apart."""
    seen: set[str] = set()
    for case in cases:
        if case.id in seen:
            raise BadSuite(f"题号 {case.id} 出现了两次")
        seen.add(case.id)


def read_bank(path: Path) -> tuple[BankUsed, list[Case]]:
    """A bank: its folder with bank.yaml, or one file of JSON lines. Raises `BadSuite`."""
    about: Mapping[str, Any] = {}
    if path.is_dir():
        index = path / "bank.yaml"
        if not index.is_file():
            raise BadSuite(f"题库文件夹 {path.name} 里没有 bank.yaml")
        about = _yaml(index, index.read_bytes())
        files = [path / str(one) for one in about.get("files") or []]
    elif path.is_file():
        files = [path]
    else:
        raise BadSuite(f"找不到题库 {path.name}")
    digest = hashlib.sha256()
    cases: list[Case] = []
    for file in files:
        if not file.is_file():
            raise BadSuite(f"题库 {path.name} 缺文件 {file.name}")
        if file.stat().st_size > _MAX_BANK_BYTES:
            raise BadSuite(f"{file.name} 太大，超过 256 MB")
        raw = file.read_bytes()
        digest.update(raw)
        cases += read_cases(file.name, raw)
    used = BankUsed(
        key=str(about.get("key", path.stem)),
        title=str(about.get("title", path.stem)),
        version=str(about.get("version", "")),
        hash=digest.hexdigest(),
        cases=len(cases),
        sealed=sum(case.sealed for case in cases),
        required=tuple(
            _held(cases, about.get("classes") or {}, dict(one)) for one in about.get("required") or ()
        ),
        classes={key: str(one.get("title", key)) for key, one in (about.get("classes") or {}).items()},
    )
    return used, cases


def _together(used: BankUsed, cases: Sequence[Case], words: int) -> BankUsed:
    return replace(used, required=tuple(_held(cases, used.classes, one, words) for one in used.required))


def _held(
    cases: Sequence[Case], classes: Mapping[str, Any], need: dict[str, Any], words: int = 0
) -> dict[str, Any]:
    """`need` with what the bank has: `have` cases of its kind (where it names no kind it means listed words), and
    `fewest` in the class that has fewest."""
    if not need.get("kind"):
        return need | {"have": words, "fewest": 0}
    counted = [case for case in cases if case.kind == need.get("kind")]
    per = Counter(case.category for case in counted)
    named = list(classes) or list(per)  # a class without a case is the one that has fewest
    return need | {"have": len(counted), "fewest": min((per[key] for key in named), default=0)}


def read_cases(name: str, raw: bytes) -> list[Case]:
    """Cases from JSON lines; empty lines are skipped. Raises `BadSuite` naming the line."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadSuite(f"{name} 不是 UTF-8 编码，请另存为 UTF-8") from None
    found = []
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            found.append(_case(msgspec.json.decode(line)))
        except (msgspec.DecodeError, KeyError, TypeError, ValueError, RecursionError) as trouble:
            raise BadSuite(f"{name} 第 {number} 行不是一道题：{trouble}") from None
    return found


def _case(told: dict[str, Any]) -> Case:
    case = Case(
        id=str(told["id"]),
        suite=str(told.get("suite", "")),
        kind=str(told["kind"]),
        turns=tuple(Turn(str(one["role"]), str(one["content"])) for one in told["turns"]),
        expect=dict(told["expect"]),
        metric=str(told["metric"]),
        group=str(told.get("group", "")),
        category=str(told.get("class", "")),
        stage=str(told.get("stage", "any")),
        system=str(told.get("system", "")),
        source=str(told.get("source", "ours")),
        status=str(told.get("status", "proposal")),
        sealed=told.get("sealed") is True,
        note=str(told.get("note", "")),
    )
    if case.kind not in KINDS or case.stage not in STAGES or "grader" not in case.expect:
        raise ValueError("kind、stage 或 expect.grader 不对")
    if (
        not case.turns
        or case.turns[-1].role != "user"
        or {one.role for one in case.turns} - {"user", "assistant"}
    ):
        raise ValueError("turns 要以 user 的话结尾")
    return case


def case_hash(case: Case) -> str:
    """Sixteen hexadecimal digits of what is asked and expected: the same case in two records has the same."""
    said = [(turn.role, turn.content) for turn in case.turns]
    told = msgspec.json.encode((said, case.system, dict(case.expect), case.metric), order="sorted")
    return hashlib.sha256(told).hexdigest()[:16]


def _yaml(file: Path, raw: bytes) -> Mapping[str, Any]:
    try:
        told = yaml.safe_load(raw.decode("utf-8-sig"))
    except (yaml.YAMLError, UnicodeDecodeError) as trouble:
        raise BadSuite(f"{file.name} 读不出来：{type(trouble).__name__}") from None
    if not isinstance(told, dict):
        raise BadSuite(f"{file.name} 应当是一张表")
    return told


def _rule(file: Path, told: Mapping[str, Any], dimension: str) -> Rule:
    gate = told.get("gate")
    if told.get("better") not in {"more", "less"} or not (gate is None or isinstance(gate, int | float)):
        raise BadSuite(f"{file.name}：指标 {told.get('name')} 的 better 或 gate 写错了")
    return Rule(
        name=str(told["name"]),
        title=str(told.get("title", told["name"])),
        better=str(told["better"]),
        gate=None if gate is None else float(gate),
        unit=str(told.get("unit", "share")),
        weight=float(told.get("weight", 1)),
        dimension=str(told.get("dimension", dimension)),
        source=str(told.get("source", "")),
        status=str(told.get("status", "proposal")),
    )


def only_open(cases: Sequence[Case], include_sealed: bool) -> list[Case]:
    """The cases without the blind re-test set, unless it is asked for."""
    return [case for case in cases if include_sealed or not case.sealed]
