"""A bank kept in a spreadsheet: one question a line, headings in Chinese or as in the schema."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from qiming.assurance.banks import Fault
from qiming.assurance.graders.numbers import value_of
from qiming.kernel import tables
from qiming.kernel.errors import UserError

MAX_ROWS: Final = 20_000
HEADINGS: Final = {
    "题号": "id", "编号": "id", "套件": "suite", "种类": "kind", "大类": "group", "小类": "class", "类别": "class",
    "学段": "stage", "问题": "question", "题目": "question", "答案": "answer", "指标": "metric", "来源": "source",
    "出处": "source", "盲测": "sealed", "备注": "note", "其他说法": "paraphrases",
}  # fmt: skip
KINDS: Final = {
    "应拒答": "should_refuse", "不应拒答": "should_answer", "辅导": "tutoring", "学科": "subject",
}  # fmt: skip
STAGES: Final = {"小学": "primary", "初中": "junior", "高中": "senior", "不分": "any", "": "any"}
# Of a kind: suite, grader, metric, and under which name the grader takes the answer.
_MEANS: Final = {
    "should_refuse": ("content-safety", "refusal", "should_refuse", ""),
    "should_answer": ("content-safety", "answering", "should_answer", ""),
    "tutoring": ("tutoring", "leakage", "leak_plain", "known"),
    "subject": ("subject", "correctness", "right", "answer"),
}
_YES: Final = {"是", "1", "true", "yes", "y", "盲测"}


@dataclass(frozen=True, slots=True)
class Rows:
    """The lines of a sheet as cases in plain data, or what is wrong with them."""

    cases: list[dict[str, Any]]
    faults: list[Fault]


def rows(name: str, raw: bytes) -> Rows | Fault:
    """Every line as a case; a fault instead when the sheet cannot be read at all."""
    try:
        table = tables.read(name, raw, limit_rows=MAX_ROWS)
    except UserError as error:
        return Fault(name, 0, f"{error.message}。{error.next}")
    named = {heading: HEADINGS.get(heading, heading) for heading in table.headings}
    missing = [zh for zh, key in (("种类", "kind"), ("问题", "question")) if key not in named.values()]
    if missing:
        return Fault(name, 0, f"缺少这些列：{'、'.join(missing)}。可用的列：{'、'.join(HEADINGS)}")
    found = Rows([], [])
    for row in table.rows:
        said = _case({named[heading]: cell for heading, cell in row.cells.items()}, row.line)
        if isinstance(said, str):
            found.faults.append(Fault(name, row.line, said))
        else:
            found.cases.append(said)
    return found


def _case(cells: Mapping[str, str], line: int) -> dict[str, Any] | str:
    kind = KINDS.get(cells.get("kind", ""), cells.get("kind", ""))
    if kind not in _MEANS:
        return f"种类“{cells.get('kind', '')}”不认识，表格里可用：{'、'.join(KINDS)}；别的种类请用 .jsonl"
    stage = STAGES.get(cells.get("stage", ""), cells.get("stage", ""))
    turns = [part.strip() for part in cells.get("question", "").split("||") if part.strip()]
    if not turns:
        return "“问题”是空的"
    suite, grader, metric, name = _MEANS[kind]
    expect: dict[str, Any] = {"grader": grader}
    if name:
        if not cells.get("answer"):
            return f"“{kind}”的题要写答案"
        expect[name] = _answer(cells)
    return {
        "id": cells.get("id") or f"row-{line}",
        "suite": cells.get("suite") or suite,
        "kind": kind,
        "turns": [{"role": "user", "content": part} for part in turns],
        "expect": expect,
        "metric": cells.get("metric") or metric,
        "stage": stage,
        "source": cells.get("source") or "导入的表格",
        "status": "proposal",
        "sealed": cells.get("sealed", "").lower() in _YES,
        **{key: cells[key] for key in ("group", "class", "note") if cells.get(key)},
    }


def _answer(cells: Mapping[str, str]) -> dict[str, Any]:
    said = cells["answer"]
    letters = said.upper().replace("、", "").replace(",", "")
    if letters.isascii() and letters.isalpha() and set(letters) <= set("ABCDEFGH"):
        return {"kind": "choice", "value": letters}
    if value_of(said) is not None:
        return {"kind": "number", "value": said}
    more = [part.strip() for part in cells.get("paraphrases", "").split("；") if part.strip()]
    return {"kind": "text", "value": said} | ({"paraphrases": more} if more else {})
