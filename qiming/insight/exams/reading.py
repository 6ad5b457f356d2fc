"""Result sheets and item tables as schools have them: from grids of cells to papers, items and lines. No database.

Headings may take several lines (a title, groups of questions, numbers, full marks, the key); one sheet per subject, or
several subjects side by side. A line that cannot be understood is kept with the reason, never dropped.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from qiming.insight.exams.columns import (
    Column,
    decimal_of,
    full_in,
    item_label,
    item_labels,
    kind_of,
    spread,
    subject_in,
)
from qiming.kernel.tables import Grid
from qiming.kernel.text import fold

HEADING_WITHIN = 15
_FULL = {"满分", "分值", "满分值", "每题满分", "题分", "分数"}
_KEY = {"答案", "正确答案", "标准答案", "参考答案", "key"}
_SUMS = (
    "平均",
    "最高",
    "最低",
    "标准差",
    "得分率",
    "及格",
    "优秀",
    "合计",
    "人数",
    "总计",
    "难度",
    "区分度",
    "方差",
)
_TABLE_WORDS = {
    "full": ("分值", "满分", "分数", "赋分"),
    "kind": ("题型",),
    "text": (
        "考查内容",
        "考查知识",
        "知识点",
        "考点",
        "知识内容",
        "考查目标",
        "考查点",
        "内容",
        "学习内容",
        "内容要求",
    ),
    "level": ("能力要求", "认知水平", "认知层次", "能力层次", "水平", "素养", "核心素养", "学业要求"),
    "key": ("答案", "参考答案", "正确答案"),
    "planned": ("难度系数", "预设难度", "预估难度", "难度", "预计难度", "难度值"),
    "subject": ("学科", "科目"),
}
_LEVELS = {
    fold(one) for one in ("识记", "了解", "理解", "应用", "掌握", "运用", "分析", "综合", "评价", "创造")
}
_EASY = {"易": Decimal("0.8"), "容易": Decimal("0.8"), "中": Decimal("0.6"), "中等": Decimal("0.6"),
         "较难": Decimal("0.4"), "难": Decimal("0.3")}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ItemRead:
    label: str
    full: Decimal | None = None
    text: str = ""
    kind: str = ""
    level: str = ""
    key: str = ""
    planned: Decimal | None = None


@dataclass(frozen=True, slots=True)
class LineRead:
    """One pupil's line for one subject, as typed."""

    sheet: str
    line: int
    name: str
    seat: str
    class_words: str
    status: str
    cells: tuple[str, ...]
    total: str


@dataclass(frozen=True, slots=True)
class PaperRead:
    subject: str
    items: tuple[ItemRead, ...]
    lines: tuple[LineRead, ...]
    full: Decimal | None = None  # of the whole, where only totals were given


@dataclass(slots=True)
class ExamRead:
    papers: list[PaperRead] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def read(grids: Sequence[Grid]) -> ExamRead:
    """Everything the sheets hold; sheets that are neither results nor an item table are named in the notes."""
    found = ExamRead()
    tables: dict[str, list[ItemRead]] = {}
    for grid in grids:
        if not grid.lines:
            continue
        if (head := _results_head(grid)) is not None:
            found.papers += _Results(grid, head, found.notes).papers()
        elif (head := _table_head(grid)) is not None:
            for subject, items in _item_table(grid, head, found.notes).items():
                tables.setdefault(subject, []).extend(items)
        else:
            found.notes.append(f"表“{grid.name}”里没有找到“姓名”或“题号”这一列，没有读")
    found.papers = _joined(found.papers, tables, found.notes)
    return found


def _results_head(grid: Grid) -> int | None:
    return _line_with(grid, lambda cells: any(kind_of(cell) is Column.NAME for cell in cells))


def _table_head(grid: Grid) -> int | None:
    return _line_with(
        grid, lambda cells: any(fold(cell) in {"题号", "题序", "题目", "小题号"} for cell in cells)
    )


def _line_with(grid: Grid, test: object) -> int | None:
    assert callable(test)
    return next((at for at, cells in enumerate(grid.lines[:HEADING_WITHIN]) if test(cells)), None)


class _Results:
    """One sheet of results: its headings put together, then its lines."""

    def __init__(self, grid: Grid, head: int, notes: list[str]) -> None:
        self.grid, self.head, self.notes = grid, head, notes
        self.wide = max(len(line) for line in grid.lines)
        self.name_at = next(at for at, cell in enumerate(grid.lines[head]) if kind_of(cell) is Column.NAME)
        self.full: list[str] = []
        self.key: list[str] = []
        self.first = head + 1
        self.labels = self._padded(head)
        self.groups = [self._group_line(at) for at in range(head)]
        self._below_heading()

    def _padded(self, at: int) -> list[str]:
        line = self.grid.lines[at]
        return [*line, *[""] * (self.wide - len(line))]

    def _group_line(self, at: int) -> list[str]:
        """A line above the headings; a title over everything groups nothing."""
        line = self._padded(at)
        return spread(line) if sum(bool(cell) for cell in line) > 1 else [""] * self.wide

    def _below_heading(self) -> None:
        """Lines below the headings that are still headings: numbers of questions, full marks, the key."""
        while self.first < len(self.grid.lines):
            line = self._padded(self.first)
            words = {fold(cell) for cell in line if cell}
            if words & _FULL and not self._has_pupil(line, _FULL):
                self.full = line
            elif words & _KEY and not self._has_pupil(line, _KEY):
                self.key = line
            elif words and not line[self.name_at] and self._numbers_items(line):
                self.groups.append(spread(self.labels))
                self.labels = [low or high for low, high in zip(line, self.labels, strict=True)]
            elif words:
                return
            self.first += 1

    def _has_pupil(self, line: Sequence[str], words: set[str]) -> bool:
        name = fold(line[self.name_at])
        return bool(name) and name not in words

    def _numbers_items(self, line: Sequence[str]) -> bool:
        filled = [cell for cell in line if cell]
        return sum(kind_of(cell) in {Column.ITEM, Column.TOTAL, Column.SUBJECT} for cell in filled) * 2 > len(
            filled
        )

    def papers(self) -> list[PaperRead]:
        kinds = [kind_of(label) if label else Column.OTHER for label in self.labels]
        kinds[self.name_at] = Column.NAME
        if Column.RANK in kinds:
            self.notes.append(f"表“{self.grid.name}”里的名次没有读：这里不排名")
        lines = [(at, self._padded(at)) for at in range(self.first, len(self.grid.lines))]
        lines = [(at, line) for at, line in lines if any(line) and not self._is_sum(line)]
        by_subject: dict[str, list[int]] = {}
        own = self._own_subject()
        for at, kind in enumerate(kinds):
            if kind in {Column.ITEM, Column.TOTAL}:
                by_subject.setdefault(self._subject_at(at) or own, []).append(at)
            elif kind is Column.SUBJECT:
                by_subject.setdefault(subject_in(self.labels[at], whole=True), []).append(at)
        if len(by_subject) > 1 and (alone := by_subject.get(own)) and not subject_in(own):
            # A sum over all subjects belongs to none of them.
            by_subject = (
                by_subject
                if any(kinds[at] is Column.ITEM for at in alone)
                else {subject: columns for subject, columns in by_subject.items() if subject != own}
            )
        if not by_subject:
            self.notes.append(f"表“{self.grid.name}”里没有各题得分，也没有总分，没有读")
        return [self._paper(subject, columns, kinds, lines) for subject, columns in by_subject.items()]

    def _own_subject(self) -> str:
        titles = [self.grid.name, *(cell for at in range(self.head) for cell in self.grid.lines[at] if cell)]
        return next((found for title in titles if (found := subject_in(title))), "")

    def _subject_at(self, at: int) -> str:
        return next((found for line in self.groups if (found := subject_in(line[at], whole=True))), "")

    def _is_sum(self, line: Sequence[str]) -> bool:
        """Averages and the like below the pupils; never a pupil whose name merely looks so."""
        first = next((cell for cell in line if cell), "")
        name = line[self.name_at]
        seat = next((line[at] for at, label in enumerate(self.labels) if kind_of(label) is Column.SEAT), "")
        return not seat.isdigit() and any(fold(cell).startswith(_SUMS) for cell in (first, name) if cell)

    def _paper(
        self,
        subject: str,
        columns: Sequence[int],
        kinds: Sequence[Column],
        lines: Sequence[tuple[int, list[str]]],
    ) -> PaperRead:
        items: dict[str, tuple[int, ItemRead]] = {}
        for at in columns:
            label = item_label(self.labels[at])
            if kinds[at] is not Column.ITEM or not label:
                continue
            if label in items:
                self.notes.append(f"表“{self.grid.name}”里{subject}第{label}题有两列，只读了前一列")
                continue
            full = decimal_of(self.full[at]) if self.full else full_in(self.labels[at])
            key = self.key[at].upper() if self.key else ""
            items[label] = (at, ItemRead(label, full or full_in(self.labels[at]), key=key))
        totals = [at for at in columns if kinds[at] in {Column.TOTAL, Column.SUBJECT}]
        # 小计 of a part stands before the sum of the paper.
        total_at = totals[-1] if totals else None
        read = [
            self._line(at, line, kinds, [one for one, _ in items.values()], total_at) for at, line in lines
        ]
        whole = decimal_of(self.full[total_at]) if self.full and total_at is not None else None
        return PaperRead(subject, tuple(item for _, item in items.values()), tuple(read), whole)

    def _line(
        self,
        at: int,
        line: Sequence[str],
        kinds: Sequence[Column],
        columns: Iterable[int],
        total_at: int | None,
    ) -> LineRead:
        def cell(kind: Column) -> str:
            return next((line[n] for n, one in enumerate(kinds) if one is kind and line[n]), "")

        return LineRead(
            sheet=self.grid.name,
            line=at + 1,
            name=line[self.name_at][:60],
            seat=cell(Column.SEAT)[:10],
            class_words=cell(Column.CLASS)[:40],
            status=cell(Column.STATUS)[:40],
            cells=tuple(line[n][:20] for n in columns),
            total="" if total_at is None else line[total_at][:20],
        )


def _item_table(grid: Grid, head: int, notes: list[str]) -> dict[str, list[ItemRead]]:
    """The lines of one item table by subject; a merged cell (题型, 学科) holds for the lines below it."""
    wide = max(len(line) for line in grid.lines)
    lines = [[*line, *[""] * (wide - len(line))] for line in grid.lines]
    labels, first = list(lines[head]), head + 1
    number_at = next(at for at, cell in enumerate(labels) if fold(cell) in {"题号", "题序", "题目", "小题号"})
    if first < len(lines) and not lines[first][number_at] and any(lines[first]):
        labels = [low or high for low, high in zip(lines[first], labels, strict=True)]
        first += 1
    places = {part: [at for at, label in enumerate(labels) if _is(label, part)] for part in _TABLE_WORDS}
    ticked = [at for at, label in enumerate(labels) if fold(label) in _LEVELS]
    titles = [grid.name, *(cell for line in lines[:head] for cell in line if cell)]
    subject = next((one for title in titles if (one := subject_in(title))), "")
    found: dict[str, list[ItemRead]] = {}
    kind = ""
    for at, line in enumerate(lines[first:], first):
        if places["subject"] and (said := subject_in(line[places["subject"][0]])):
            subject = said
        kind = _first(line, places["kind"]) or kind
        numbers = item_labels(line[number_at])
        if not numbers:
            if line[number_at] and not fold(line[number_at]).startswith(_SUMS):
                notes.append(f"表“{grid.name}”第{at + 1}行的题号“{line[number_at][:20]}”看不懂，没有读")
            continue
        level = _first(line, places["level"]) or "、".join(labels[n] for n in ticked if line[n])
        full = decimal_of(_first(line, places["full"]))
        alike = ItemRead(
            label="",
            full=None if full is None else (full / len(numbers)).quantize(Decimal("0.01")),
            text="；".join(dict.fromkeys(line[n] for n in places["text"] if line[n]))[:300],
            kind=kind[:20],
            level=level[:60],
            key=_first(line, places["key"])[:10].upper(),
            planned=_planned(_first(line, places["planned"])),
        )
        found.setdefault(subject, []).extend(replace(alike, label=number) for number in numbers)
    return found


def _is(label: str, part: str) -> bool:
    said = fold(label)
    return any(said == word or (part == "text" and said.startswith(word)) for word in _TABLE_WORDS[part])


def _first(line: Sequence[str], places: Sequence[int]) -> str:
    return next((line[at] for at in places if line[at]), "")


def _planned(text: str) -> Decimal | None:
    """`0.75`, `75%` or 易/中/难 as the share of marks the authors expected."""
    if (word := _EASY.get(text.strip())) is not None:
        return word
    value = decimal_of(text.removesuffix("%").removesuffix("％"))
    if value is None:
        return None
    share = value / 100 if value > 1 else value
    return share if 0 <= share <= 1 else None


def _joined(papers: list[PaperRead], tables: dict[str, list[ItemRead]], notes: list[str]) -> list[PaperRead]:
    """Results and item tables of the same subject; one of each belong together whatever they are called."""
    found = []
    left = dict(tables)
    for paper in papers:
        only = len(papers) == 1 and len(left) == 1
        table = left.pop(paper.subject, None) or (left.popitem()[1] if only and left else None)
        subject = paper.subject or (next(iter(tables)) if len(papers) == 1 and len(tables) == 1 else "")
        found.append(replace(paper, subject=subject, items=_items(paper, table or [], notes)))
    notes += [f"{subject or '一张'}细目表没有对上成绩，没有用" for subject in left]
    return found


def _items(paper: PaperRead, table: Sequence[ItemRead], notes: list[str]) -> tuple[ItemRead, ...]:
    told = {item.label: item for item in table}
    if table and paper.items and (missing := [one.label for one in paper.items if one.label not in told]):
        notes.append(f"{paper.subject}细目表里没有第{'、'.join(missing[:8])}题")
    return tuple(
        replace(told[one.label], full=one.full or told[one.label].full, key=one.key or told[one.label].key)
        if one.label in told
        else one
        for one in paper.items
    )
