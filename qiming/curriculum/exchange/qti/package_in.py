"""A QTI package (or a folder or single file of items) as a draft course: one lesson, or one for each test in it."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from qiming.curriculum.exchange.archive import MANIFEST, NotThere, Package, refuse
from qiming.curriculum.exchange.model import DraftCourse, DraftItem, DraftLesson, Level, Report, Tell
from qiming.curriculum.exchange.pictures import Pictures
from qiming.curriculum.exchange.qti.items_in import Reading, read_item
from qiming.curriculum.exchange.qti.names import plain_names, version_of
from qiming.curriculum.exchange.xml import Element, NotReadable, below, child, local, parse, text_of, words

_ITEM = ("assessment-item",)
MOST_ITEMS = 5000


@dataclass(slots=True)
class _Entry:
    """A resource of the manifest."""

    href: str
    kind: str
    depends: list[str] = field(default_factory=list)
    concept: str = ""
    difficulty: int = 0
    use: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Reader:
    package: Package
    course: DraftCourse
    tell: Tell
    seen: dict[str, str] = field(default_factory=dict)
    read: set[str] = field(default_factory=set)

    @property
    def report(self) -> Report:
        return self.course.report


def read_qti(package: Package, title: str, tell: Tell) -> DraftCourse:
    """Everything that can be ours; raises `UserError` when there is nothing of QTI in the package."""
    course = DraftCourse(title)
    reader = _Reader(package, course, tell)
    for note in package.notes:
        course.report.add(Level.NOTE, MANIFEST, note)
    entries = _entries(reader)
    tests = [entry for entry in entries if "test" in entry.kind]
    items = [entry for entry in entries if entry not in tests]
    of_item = {entry.href: entry for entry in items}
    for test in tests:
        lesson = _lesson_of_test(reader, test, of_item)
        if lesson is not None:
            course.lessons.append(lesson)
    rest = [entry for entry in items if entry.href not in reader.read]
    if rest:
        course.lessons.append(_lesson(reader, title, rest))
    if not reader.read:
        raise refuse("里面没有 QTI 的题", "请确认导出的是 QTI 3.0、2.2 或 2.1 的题目包。")
    course.lessons = [lesson for lesson in course.lessons if lesson.items]
    course.report.counts["items_kept"] = len(course.items)
    return course


def _entries(reader: _Reader) -> list[_Entry]:
    """The items and tests the manifest lists; without a manifest, whatever looks like an item."""
    package = reader.package
    if MANIFEST not in package.sizes:
        names = sorted(name for name in package.sizes if name.lower().endswith((".xml", ".qti")))
        if names and list(package.sizes) != ["item.xml"]:
            reader.report.add(Level.NOTE, MANIFEST, "包里没有清单 imsmanifest.xml，逐个文件找题")
        return [_Entry(name, "item") for name in names]
    try:
        root = parse(package.read(MANIFEST))
    except (NotReadable, NotThere) as error:
        raise refuse(f"清单 imsmanifest.xml 读不了：{error}", "请从原来的平台重新导出再传。") from None
    found: list[_Entry] = []
    ids: set[str] = set()
    for resource in below(root, "resource"):
        kind = (resource.get("type") or "").lower()
        own = resource.get("identifier") or ""
        if own in ids:
            reader.report.add(Level.NOTE, MANIFEST, f"清单里有两项用了同一个标识“{own[:60]}”，都读了")
        ids.add(own)
        if "qti" not in kind or not any(word in kind for word in ("item", "test", "section")):
            if "learning-application" in kind or "lti" in kind or "/pci" in kind:
                reader.report.add(Level.OUT, own, "别的工具（LTI、PCI）没有收")
            continue
        href = package.find(
            resource.get("href") or next((f.get("href", "") for f in below(resource, "file")), "")
        )
        if href is None:
            reader.report.add(Level.OUT, resource.get("href") or own, "清单里写了，包里没有这个文件")
            reader.report.counts["items_missing"] += "item" in kind
            continue
        found.append(_described(resource, _Entry(href, "test" if "test" in kind else "item")))
    return found


def _described(resource: Element, entry: _Entry) -> _Entry:
    """With the concept, difficulty and uses that our own export writes into the metadata."""
    for taxon in below(resource, "taxon"):
        said = child(taxon, "id")
        entry.concept = entry.concept or (words(said) if said is not None else "")
    for one in below(resource, "difficulty"):
        value = words(child(one, "value"))
        entry.difficulty = {"very easy": 1, "easy": 1, "medium": 2, "difficult": 3, "very difficult": 3}.get(
            value, 0
        )
    for one in below(resource, "keyword"):
        word = words(one)
        if word.startswith("qiming-use-"):
            entry.use.append(word.removeprefix("qiming-use-"))
    return entry


def _lesson_of_test(reader: _Reader, test: _Entry, of_item: dict[str, _Entry]) -> DraftLesson | None:
    root = _parsed(reader, test.href)
    if root is None or local(root) not in (
        "assessmentTest",
        "qti-assessment-test",
        "assessmentSection",
        "qti-assessment-section",
    ):
        return None
    plain_names(root)
    for names, what in (
        (("time-limits",), "时间限制没有收"),
        (("pre-condition", "branch-rule"), "按作答跳转没有收"),
        (("selection", "ordering"), "随机抽题和打乱没有收，题按写的顺序排"),
        (("test-feedback",), "整卷的反馈没有收"),
        (("adaptive-selection",), "自适应选题没有收"),
    ):
        if below(root, *names):
            reader.report.add(Level.LOST, test.href, what)
    wanted = []
    for ref in below(root, "assessment-item-ref"):
        href = reader.package.find(ref.get("href", ""), test.href)
        if href is None:
            reader.report.add(Level.OUT, ref.get("href", ""), f"{test.href} 提到了它，包里没有")
        elif href not in wanted:
            wanted.append(href)
    entries = [of_item.get(href) or _Entry(href, "item") for href in wanted if href not in reader.read]
    return _lesson(reader, " ".join((root.get("title") or reader.course.title).split()), entries)


def _lesson(reader: _Reader, title: str, entries: Iterable[_Entry]) -> DraftLesson:
    lesson = DraftLesson(title)
    pictures = Pictures(reader.package, lesson.media)
    listed = list(entries)
    for n, entry in enumerate(listed):
        reader.tell("读题", n, len(listed))
        if len(reader.read) >= MOST_ITEMS:
            reader.report.add(Level.OUT, entry.href, f"超过{MOST_ITEMS}道题，后面的没有读")
            break
        lesson.items += _items(reader, entry, pictures)
    reader.tell("读题", len(listed), len(listed))
    return lesson


def _items(reader: _Reader, entry: _Entry, pictures: Pictures) -> list[DraftItem]:
    root = _parsed(reader, entry.href)
    if root is None:
        return []
    version = version_of(root)
    if version == "1.2":
        return []
    plain_names(root)
    if root.tag not in _ITEM:
        return []
    reader.read.add(entry.href)
    reader.report.counts["items_found"] += 1
    reader.report.counts[f"qti_{version or 'other'}"] += 1
    own = root.get("identifier") or ""
    if own in reader.seen:
        reader.report.add(
            Level.NOTE, entry.href, f"和 {reader.seen[own]} 用了同一个标识“{own[:60]}”，两道都收了，编号另排"
        )
    reader.seen.setdefault(own, entry.href)
    reading = Reading(entry.href, pictures, reader.report, _stimuli(reader, root, entry.href))
    drafts = read_item(root, reading)
    reader.report.counts["items_taken"] += bool(drafts)
    for draft in drafts:
        if entry.concept:
            draft.spec["concept"] = entry.concept
        if entry.difficulty:
            draft.spec["difficulty"] = entry.difficulty
        if entry.use:
            draft.spec["use"] = entry.use
    return drafts


def _stimuli(reader: _Reader, root: Element, where: str) -> list[Element]:
    """The texts that an item shares with others."""
    found = []
    for ref in below(root, "assessment-stimulus-ref"):
        href = reader.package.find(ref.get("href", ""), where)
        shared = _parsed(reader, href) if href else None
        if shared is None:
            reader.report.add(Level.LOST, where, f"共用的材料没有找到：{ref.get('href', '')[:80]}")
        else:
            found.append(plain_names(shared))
    return found


def _parsed(reader: _Reader, href: str) -> Element | None:
    try:
        data = reader.package.read(href)
        encoding = text_of(data)[1]
        if encoding.replace("_", "-").lower() not in ("utf-8", "utf-8-sig", "us-ascii", "ascii"):
            reader.report.add(Level.NOTE, href, f"是 {encoding} 编码，已按它读")
        return parse(data)
    except (NotReadable, NotThere) as error:
        reader.report.add(Level.OUT, href, str(error))
        reader.report.counts["files_unreadable"] += 1
        return None
