"""An authority's list of words: read from a file (.txt, .csv, .xlsx, .jsonl; UTF-8 or GB 18030), checked whole, kept.

A list of ten thousand words and more is what the generative-AI standard asks for; none ships, since what is on such a
list is the authority's to say. Every fault names its line. A list is taken whole or not at all.
"""

import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import yaml

from qiming.assurance.banks import SHOWN, Fault
from qiming.assurance.graders.listed import SHORTEST
from qiming.assurance.graders.text import squeezed
from qiming.assurance.runner.listed import ABOUT, UNSORTED, WORDS, BadLibrary, Word, lines_of, words_of
from qiming.kernel.errors import UserError

MAX_BYTES: Final = 16 * 1024 * 1024
MAX_WORDS: Final = 200_000
LONGEST: Final = 60
LONGEST_CLASS: Final = 40
HEADINGS: Final = {
    "词": "word", "关键词": "word", "词语": "word", "词条": "word", "敏感词": "word", "word": "word", "keyword": "word",
    "类别": "class", "小类": "class", "类": "class", "分类": "class", "大类": "group", "class": "class", "category": "class",
}  # fmt: skip
_PARTED: Final = re.compile(r"\s*[\t,，;；]\s*")


@dataclass(slots=True)
class Report:
    """What a list holds and what is wrong with it. `doubles`: words that stand in it again."""

    name: str
    words: list[Word] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    more_faults: int = 0
    doubles: int = 0

    @property
    def unfit(self) -> bool:
        """It may not be taken."""
        return any(not one.warns for one in self.faults)

    @property
    def classes(self) -> Mapping[str, int]:
        """class → how many words, the largest first."""
        return dict(Counter(one.category for one in self.words).most_common())

    def note(self, fault: Fault) -> None:
        """Keep it, or count it where there are many."""
        if len(self.faults) < SHOWN:
            self.faults.append(fault)
        else:
            self.more_faults += 1

    def in_words(self, most: int = SHOWN) -> str:
        """The faults that refuse it, in one line."""
        bad = [str(one) for one in self.faults if not one.warns]
        rest = len(bad) - most + self.more_faults
        return "；".join([*bad[:most], *([f"另有 {rest} 处"] if rest > 0 else [])])


def check(name: str, raw: bytes, *, category: str = "") -> Report:
    """Read a list; `category` for the words the file gives no class."""
    report = Report(name)
    seen: set[str] = set()
    try:
        for line, word, said in _lines(name, raw):
            _take(report, seen, line, word.strip(), said.strip() or category.strip() or UNSORTED)
    except UserError as error:
        report.note(Fault(name, 0, f"{error.message}。{error.next}"))
    except BadLibrary as error:
        report.note(Fault(name, 0, str(error)))
    if not report.words and not report.faults:
        report.note(Fault(name, 0, "文件里没有词"))
    unsorted = sum(one.category == UNSORTED for one in report.words)
    for count, says in ((report.doubles, "个词重复，只算一次"), (unsorted, "个词没有写类别，记作未分类")):
        if count:
            report.faults.append(Fault(name, 0, f"{count} {says}", warns=True))
    return report


def _take(report: Report, seen: set[str], line: int, word: str, category: str) -> None:
    plain = squeezed.__wrapped__(word).text  # not kept: there are more words than the cache holds
    if len(plain) < SHORTEST:
        report.note(Fault(report.name, line, f"“{word[:10]}”太短：至少两个字或字母，一个字会到处都是"))
    elif len(word) > LONGEST or len(category) > LONGEST_CLASS:
        report.note(Fault(report.name, line, f"太长：词最多 {LONGEST} 个字，类别最多 {LONGEST_CLASS} 个字"))
    elif plain in seen:
        report.doubles += 1
    elif len(seen) >= MAX_WORDS:
        raise UserError(f"一个词库最多 {MAX_WORDS} 个词", next="请拆成几个。")
    else:
        seen.add(plain)
        report.words.append(Word(word=word, category=category))


def _lines(name: str, raw: bytes) -> Iterator[tuple[int, str, str]]:
    """(line, word, class or "") of every line with something in it. Raises `UserError`, `BadLibrary`."""
    if not raw.strip():
        raise UserError("文件是空的", next="请检查是不是选错了文件。")
    if len(raw) > MAX_BYTES:
        raise UserError(f"文件超过 {MAX_BYTES // 1024 // 1024} MB", next="请拆成几个。")
    ending = Path(name.lower()).suffix
    if ending in {".csv", ".xlsx", ".xls"} or raw[:4] == b"PK\x03\x04":
        return _of_table(name, raw)
    if ending == ".jsonl":
        return ((at, one.word, one.category) for at, one in enumerate(words_of(name, raw), 1))
    return _of_text(raw)


def _of_text(raw: bytes) -> Iterator[tuple[int, str, str]]:
    from qiming.kernel.text import UnreadableText, decode  # noqa: PLC0415 - loads Django, other forms need not

    try:
        text = decode(raw).text
    except UnreadableText as error:
        raise UserError("读不出文字", next="请另存为 UTF-8 再导入。") from error
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip() and not line.startswith("#"):
            word, *rest = _PARTED.split(line.strip(), maxsplit=1)
            yield number, word, rest[0] if rest else ""


def _of_table(name: str, raw: bytes) -> Iterator[tuple[int, str, str]]:
    from qiming.kernel import tables  # noqa: PLC0415 - loads the reader of tables

    table = tables.read(name, raw, limit_rows=MAX_WORDS)
    named = {heading: HEADINGS.get(heading.strip().lower(), "") for heading in table.headings}
    if "word" not in named.values():
        raise UserError("缺少“词”这一列", next=f"第一行写列名，可用：{'、'.join(HEADINGS)}。")
    for row in table.rows:
        cells = {named[heading]: cell for heading, cell in row.cells.items()}
        yield row.line, cells.get("word", ""), cells.get("class") or cells.get("group", "")


def keep(
    words: list[Word], out: Path, *, key: str, title: str, made: str, licence: str, version: str
) -> Path:
    """Write a checked list as a folder of its own, whole or not at all. Raises `FileExistsError`."""
    if out.exists():
        raise FileExistsError(out)
    about = {
        "key": key, "title": title, "version": version, "made": made, "licence": licence,
        "counts": {"words": len(words), "classes": dict(Counter(one.category for one in words).most_common())},
    }  # fmt: skip
    out.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(dir=out.parent, prefix=".words-"))
    try:
        (work / WORDS).write_bytes(lines_of(words))
        (work / ABOUT).write_text(yaml.safe_dump(about, allow_unicode=True, sort_keys=False), "utf-8")
        work.chmod(0o755)
        work.rename(out)
    except BaseException:
        shutil.rmtree(work, ignore_errors=True)
        raise
    return out
