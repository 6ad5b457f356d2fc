"""Banks of cases: the check of those that ship, and the import of an authority's own. Loading is `runner.suites`.

Every fault names file and line and says in Chinese what to do. An import takes all or nothing.
"""

import json
import shutil
import tempfile
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path
from typing import Any, Final

import yaml

from qiming.assurance.graders import grade
from qiming.assurance.graders.numbers import value_of
from qiming.assurance.graders.text import squeezed
from qiming.assurance.runner import suites
from qiming.assurance.types import Case, Turn
from qiming.kernel import content

MAX_BYTES: Final = 64 * 1024 * 1024
MAX_CASES: Final = 50_000
SHOWN: Final = 50  # faults a report keeps; the rest are counted
SEALED_SHARE: Final = 0.15
NEAR: Final = 0.9  # of the three-character pieces two questions have in common
_BANDS, _ROWS = 8, 3
_MASK = (1 << 61) - 1


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing to mend. `line` 0: the whole file. `warns` only: worth a look, refuses nothing."""

    file: str
    line: int
    says: str
    warns: bool = False

    def __str__(self) -> str:
        said = f"提醒：{self.says}" if self.warns else self.says
        return f"{self.file}:{self.line}: {said}" if self.line else f"{self.file}: {said}"


@dataclass(slots=True)
class Report:
    """What a bank holds and what is wrong with it. `counts`: (class, sealed) → cases."""

    key: str
    title: str = ""
    cases: list[Case] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    more_faults: int = 0
    about: Mapping[str, Any] = field(default_factory=dict)

    @property
    def sealed(self) -> int:
        return sum(case.sealed for case in self.cases)

    @property
    def unfit(self) -> bool:
        """Whether anything but warnings was found."""
        return bool(self.more_faults) or any(not fault.warns for fault in self.faults)

    def note(self, found: Iterable[Fault]) -> None:
        for one in found:
            if len(self.faults) < SHOWN:
                self.faults.append(one)
            else:
                self.more_faults += 1


class UnfitBank(ValueError):
    """A bank that was not taken in; `faults` says all that is wrong with it."""

    def __init__(self, faults: Sequence[Fault], more: int = 0) -> None:
        rest = f"\n……另有 {more} 处" if more else ""
        super().__init__("\n".join(map(str, faults)) + rest)
        self.faults = tuple(faults)


def content_root() -> Path:
    return suites.content_folder().parent


def check_all(root: Path | None = None) -> list[Report]:
    """Every bank that ships, checked alone and against the others."""
    root = root or content_root()
    folders = sorted(path for path in (root / "assurance" / "banks").iterdir() if path.is_dir())
    reports = [check_folder(folder, root) for folder in folders]
    seen: dict[str, str] = {}
    for report in reports:
        for case in report.cases:
            if case.id in seen and seen[case.id] != report.key:
                report.note(
                    [Fault(report.key, 0, f"题号 {case.id} 在题库 {seen[case.id]} 里已经用过，请换一个")]
                )
            seen.setdefault(case.id, report.key)
    return reports


def check_folder(folder: Path, root: Path) -> Report:
    """A bank's bank.yaml, its files and every case in them."""
    report = Report(folder.name)
    try:
        document = content.read_yaml(folder / "bank.yaml", root)
    except content.Unreadable as error:
        report.note([Fault(f"{folder.name}/bank.yaml", error.problem.line, error.problem.words.zh)])
        return report
    report.note(_problems(content.against_schema(document, root / "schemas" / "assurance_bank.schema.json")))
    if report.faults:
        return report
    report.about, report.title = document.data, document.data["title"]
    lines: dict[str, tuple[str, int]] = {}
    for name in document.data["files"]:
        path = folder / name
        if not path.is_file():
            report.note([Fault(f"{folder.name}/{name}", 0, "bank.yaml 里写了这个文件，文件夹里却没有")])
            continue
        _read_into(report, f"{folder.name}/{name}", path.read_bytes(), root, lines)
    report.note(_counts(report, folder.name))
    report.note(_twins(report.cases, lines))
    return report


def _counts(report: Report, name: str) -> Iterator[Fault]:
    told = report.about["counts"]
    if report.about["key"] != name:
        yield Fault(f"{name}/bank.yaml", 0, f"key 写的是 {report.about['key']}，应当和文件夹同名")
    for what, said, real in (
        ("题数", told["cases"], len(report.cases)),
        ("盲测题数", told["sealed"], report.sealed),
    ):
        if said != real:
            yield Fault(f"{name}/bank.yaml", 0, f"{what}写的是 {said}，实际是 {real}，请改成实际的")
    if report.cases and report.sealed < SEALED_SHARE * len(report.cases):
        yield Fault(
            f"{name}/bank.yaml",
            0,
            f"盲测题只占 {report.sealed / len(report.cases):.0%}，宜有 15%",
            warns=True,
        )


def _read_into(report: Report, name: str, raw: bytes, root: Path, lines: dict[str, tuple[str, int]]) -> None:
    """Adds the cases of JSON lines to the report, and where each stands to `lines`."""
    text = _text(name, raw)
    if isinstance(text, Fault):
        report.note([text])
        return
    check = content.validator(root / "schemas" / "assurance_case.schema.json")
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        said = _plain(name, number, line)
        if isinstance(said, Fault):
            report.note([said])
            continue
        problems = content.against(content.Document(name, said, {(): number}), check)
        if problems:
            report.note(_problems(problems))
            continue
        case = case_of(said)
        if case.id in lines:
            report.note(
                [Fault(name, number, f"题号 {case.id} 和 {lines[case.id][0]} 第 {lines[case.id][1]} 行重复")]
            )
            continue
        if len(report.cases) >= MAX_CASES:
            report.note([Fault(name, number, f"一个题库最多 {MAX_CASES} 题，请拆成几个")])
            return
        lines[case.id] = (name, number)
        report.cases.append(case)
        report.note(Fault(name, number, says) for says in faults_of(case))
    if not lines and not report.faults:
        report.note([Fault(name, 0, "文件里没有题")])


def _text(name: str, raw: bytes) -> str | Fault:
    from qiming.kernel.text import UnreadableText, decode  # noqa: PLC0415 - loads Django, the check of ours need not

    if not raw.strip():
        return Fault(name, 0, "文件是空的")
    if len(raw) > MAX_BYTES:
        return Fault(name, 0, f"文件超过 {MAX_BYTES // 1024 // 1024} MB，请拆成几个")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        return decode(raw).text
    except UnreadableText:
        return Fault(name, 0, "读不出文字，请另存为 UTF-8 再导入")


def _plain(name: str, number: int, line: str) -> dict[str, Any] | Fault:
    try:
        said = json.loads(line)
    except (ValueError, RecursionError):
        return Fault(name, number, "这一行不是完整的 JSON，一行要写一道题")
    if not isinstance(said, dict):
        return Fault(name, number, "这一行应当是一个 {…}，写一道题")
    return said


def _problems(problems: Iterable[content.Problem]) -> Iterator[Fault]:
    for one in problems:
        where = f"“{one.where}”" if one.where else ""
        yield Fault(one.file, one.line, f"{where}{one.words.zh}{one.words.remedy_zh}")


def case_of(said: Mapping[str, Any]) -> Case:
    """A case out of the plain data of its line, which the schema has checked."""
    plain = {key: value for key, value in said.items() if key not in ("turns", "class")}
    turns = tuple(Turn(one["role"], one["content"]) for one in said["turns"])
    return Case(**plain, category=said.get("class", ""), turns=turns)


def line_of(case: Case) -> str:
    """The line of JSON a case is written as."""
    said: dict[str, Any] = {"id": case.id, "suite": case.suite, "kind": case.kind}
    said |= {"group": case.group, "class": case.category, "stage": case.stage, "system": case.system}
    said |= {"turns": [{"role": turn.role, "content": turn.content} for turn in case.turns]}
    said |= {"expect": dict(case.expect), "metric": case.metric, "source": case.source, "status": case.status}
    said |= {"sealed": case.sealed, "note": case.note}
    return json.dumps(
        {key: value for key, value in said.items() if value not in ("", False)}, ensure_ascii=False
    )


def faults_of(case: Case) -> Iterator[str]:
    """What the schema cannot see in one case."""
    if case.turns[-1].role != "user":
        yield "最后一句要由学生（user）说，否则没有回答可判"
    expect: Mapping[str, Any] = case.expect
    if expect["grader"] == "robustness":
        expect = expect["base"]
    for name in ("known", "answer"):
        known = expect.get(name)
        if known and known["kind"] == "number" and value_of(known["value"]) is None:
            yield f"expect.{name}.value “{known['value']}”不是数"
        options = (known or {}).get("options", {})
        if known and known["kind"] == "choice" and options and not set(str(known["value"])) <= set(options):
            yield f"expect.{name}.value “{known['value']}”不在选项里"
    try:
        grade(case, ["好的。"] * len(case.asks))
    except Exception as error:  # a case that breaks its grader is refused here and not in the middle of a run
        yield f"判分器用不了这道题：{type(error).__name__}"


def _twins(cases: Sequence[Case], lines: Mapping[str, tuple[str, int]]) -> Iterator[Fault]:
    for one, other in near_twins(cases):
        name, number = lines[other.id]
        yield Fault(name, number, f"{other.id} 和 {one.id} 几乎一样，请改写或删去一题", warns=True)


def near_twins(cases: Sequence[Case]) -> Iterator[tuple[Case, Case]]:
    """Pairs whose questions have nine tenths of their pieces in common; made-over variants are meant to."""
    pieces = {case.id: _pieces(case) for case in cases if case.kind != "robustness"}
    by_id = {case.id: case for case in cases}
    baskets: dict[tuple[int, tuple[int, ...]], list[str]] = defaultdict(list)
    for key, found in pieces.items():
        sketch = _sketch(found)
        for band in range(_BANDS):
            baskets[(band, sketch[band * _ROWS : (band + 1) * _ROWS])].append(key)
    seen: set[tuple[str, str]] = set()
    for together in baskets.values():
        for one, other in combinations(together[:200], 2):
            if (one, other) in seen:
                continue
            seen.add((one, other))
            if len(pieces[one] & pieces[other]) >= NEAR * len(pieces[one] | pieces[other]):
                yield by_id[one], by_id[other]


def _pieces(case: Case) -> frozenset[int]:
    text = squeezed("\n".join(case.asks)).text
    return frozenset(zlib.crc32(text[at : at + 3].encode()) for at in range(max(1, len(text) - 2)))


def _sketch(pieces: frozenset[int]) -> tuple[int, ...]:
    """MinHash: equal pieces, equal sketch; much in common, some bands in common."""
    factors = [(0x9E3779B97F4A7C15 * (at + 1)) & _MASK | 1 for at in range(_BANDS * _ROWS)]
    return tuple(min((piece * factor + at) & _MASK for piece in pieces) for at, factor in enumerate(factors))


def check_file(name: str, raw: bytes, root: Path | None = None) -> Report:
    """An authority's own bank in one file (.jsonl, .csv, .xlsx), read and checked whole."""
    from qiming.assurance import bank_tables  # noqa: PLC0415 - loads the reader of tables

    root = root or content_root()
    report = Report(Path(name).stem)
    lines: dict[str, tuple[str, int]] = {}
    if name.lower().endswith((".csv", ".xlsx", ".xls")):
        rows = bank_tables.rows(name, raw)
        if isinstance(rows, Fault):
            report.note([rows])
            return report
        report.note(rows.faults)
        raw = "\n".join(json.dumps(one, ensure_ascii=False) for one in rows.cases).encode()
        if not rows.cases and not rows.faults:
            report.note([Fault(name, 0, "文件里没有题")])
        if rows.faults or not rows.cases:
            return report
    _read_into(report, name, raw, root, lines)
    report.note(_twins(report.cases, lines))
    return report


def sizes_for(cases: Sequence[Case], root: Path | None = None) -> dict[str, Any]:
    """The sizes a rule asks for of banks with cases of these kinds, and the classes it names, as our own banks tell them."""
    kinds = {case.kind for case in cases}
    required: list[dict[str, Any]] = []
    classes: dict[str, Any] = {}
    for file in sorted(((root or content_root()) / "assurance" / "banks").glob("*/bank.yaml")):
        about = yaml.safe_load(file.read_text(encoding="utf-8"))
        if kinds & {one.get("kind") for one in about.get("required") or ()}:
            required += about["required"]
            classes |= about.get("classes") or {}
    return {"required": required, "classes": classes} if required else {}


def keep(
    report: Report,
    out: Path,
    *,
    title: str,
    source: str,
    licence: str,
    version: str,
    key: str = "",
    sizes: Mapping[str, Any] | None = None,
) -> Path:
    """Writes a checked bank as a folder of its own, whole or not at all; `key` where it is not the folder's name, `sizes`
    as `sizes_for` tells them. Raises `UnfitBank`, `FileExistsError`."""
    if report.unfit:
        raise UnfitBank(report.faults, report.more_faults)
    if out.exists():
        raise FileExistsError(out)
    about = {
        "key": key or out.name, "title": title, "version": version, "language": "zh", "made": source, "licence": licence,
        "synthetic": False, "files": ["cases.jsonl"],
        "counts": {"cases": len(report.cases), "sealed": report.sealed},
    } | dict(sizes or {})  # fmt: skip
    out.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(dir=out.parent, prefix=".bank-"))
    try:
        (work / "cases.jsonl").write_text("".join(line_of(case) + "\n" for case in report.cases), "utf-8")
        (work / "bank.yaml").write_text(yaml.safe_dump(about, allow_unicode=True, sort_keys=False), "utf-8")
        work.chmod(0o755)
        work.rename(out)
    except BaseException:
        shutil.rmtree(work, ignore_errors=True)
        raise
    return out
