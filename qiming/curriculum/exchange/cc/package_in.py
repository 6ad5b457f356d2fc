"""A Common Cartridge (1.0–1.3) as a draft course: a lesson for each unit of its table of contents."""

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass, field

from qiming.curriculum.exchange.archive import MANIFEST, NotThere, Package, refuse
from qiming.curriculum.exchange.cc.items_in import read_item
from qiming.curriculum.exchange.cc.pages_in import Pages
from qiming.curriculum.exchange.markup import escaped, urlsplit_scheme
from qiming.curriculum.exchange.model import (
    DraftCourse,
    DraftItem,
    DraftLesson,
    DraftStep,
    Level,
    Report,
    Tell,
)
from qiming.curriculum.exchange.pictures import Pictures
from qiming.curriculum.exchange.xml import (
    Element,
    NotReadable,
    below,
    child,
    children,
    parse,
    parse_page,
    text_of,
    words,
)

_PAGES = (".html", ".htm", ".xhtml")
_PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg")
MOST_TITLE, MOST_STEP_TITLE = 20, 10
MOST_DEPTH = 20


@dataclass(slots=True)
class _Resource:
    own: str
    kind: str
    href: str
    files: list[str]
    use: str = ""
    for_teachers: bool = False


@dataclass(slots=True)
class _Entry:
    """A line of the table of contents; `below` are the lines under it."""

    title: str
    resource: _Resource | None
    below: list["_Entry"] = field(default_factory=list)

    def leaves(self) -> Iterator["_Entry"]:
        if self.resource is not None:
            yield self
        for one in self.below:
            yield from one.leaves()


def read_cc(package: Package, title: str, tell: Tell) -> DraftCourse:
    """Everything that can be ours; raises `UserError` when it is no cartridge."""
    if MANIFEST not in package.sizes:
        raise refuse("包里没有清单 imsmanifest.xml", "请从原来的平台重新导出 Common Cartridge 再传。")
    try:
        root = parse(package.read(MANIFEST))
    except (NotReadable, NotThere) as error:
        raise refuse(f"清单 imsmanifest.xml 读不了：{error}", "请从原来的平台重新导出再传。") from None
    course = DraftCourse(_title(root) or title)
    for note in package.notes:
        course.report.add(Level.NOTE, MANIFEST, note)
    cartridge = _Cartridge(package, course, tell)
    cartridge.read(root)
    if not course.lessons:
        raise refuse("课程包里没有能收的内容", "请确认导出的是 Common Cartridge，里面有页面、题目或讨论。")
    return course


class _Cartridge:
    """One cartridge being read."""

    def __init__(self, package: Package, course: DraftCourse, tell: Tell) -> None:
        self.package, self.course, self.tell = package, course, tell
        self.report: Report = course.report
        self.done: set[str] = set()
        self.shown: set[str] = set()
        self.resources: dict[str, _Resource] = {}

    def read(self, root: Element) -> None:
        self._about(root)
        for element in below(root, "resource"):
            resource = _resource(element, self.package)
            if resource.own in self.resources:
                self.report.add(
                    Level.NOTE, MANIFEST, f"清单里有两项用了同一个标识“{resource.own[:60]}”，用了前一项"
                )
                continue
            self.resources[resource.own] = resource
        self.report.counts["resources"] = len(self.resources)
        units = self._units(root)
        for n, (title, entries) in enumerate(units):
            self.tell("读课", n, len(units))
            self._lesson(title, entries)
        banks = [
            one for one in self.resources.values() if "question-bank" in one.kind and one.own not in self.done
        ]
        self._lesson("题库", [_Entry("题库", one) for one in banks])
        unlisted = [one for one in self._left() if _can_stand_alone(one)]
        self._lesson("目录外的内容" if units else self.course.title, [_Entry("", one) for one in unlisted])
        self._say_left()
        self.report.counts["items_kept"] = len(self.course.items)

    def _about(self, root: Element) -> None:
        metadata = child(root, "metadata")
        if metadata is None:
            return
        version = words(next(iter(below(metadata, "schemaversion")), None))
        self.report.counts[f"cc_{version or '?'}"] = 1
        rights = next(iter(below(metadata, "rights")), None)
        said = words(child(rights, "description")) if rights is not None else ""
        self.course.licence = said[:200]
        general = next(iter(below(metadata, "general")), None)
        self.course.summary = words(child(general, "description"))[:120] if general is not None else ""

    # The table of contents.

    def _units(self, root: Element) -> list[tuple[str, list[_Entry]]]:
        organization = next(iter(below(root, "organization")), None)
        if organization is None:
            self.report.add(Level.NOTE, MANIFEST, "课程包没有目录，按文件的顺序排")
            return []
        tops = [self._entry(one, 0) for one in children(organization, "item")]
        # The one item at the top is the course itself.
        if len(tops) == 1 and tops[0].resource is None:
            tops = tops[0].below
        units: list[tuple[str, list[_Entry]]] = []
        loose: list[_Entry] = []
        for top in tops:
            if top.below:
                if loose:
                    units.append((loose[0].title, loose))
                    loose = []
                units.append((top.title, list(top.leaves())))
            else:
                loose.append(top)
        if loose:
            units.append((self.course.title if not units else loose[0].title, loose))
        return units

    def _entry(self, element: Element, depth: int) -> _Entry:
        wanted = element.get("identifierref")
        resource = self.resources.get(wanted) if wanted else None
        title = words(child(element, "title"))
        if wanted and resource is None:
            self.report.add(Level.OUT, title or wanted, "目录里有这一项，包里没有它的内容")
        entry = _Entry(title, resource)
        if depth < MOST_DEPTH:
            entry.below = [self._entry(one, depth + 1) for one in children(element, "item")]
        return entry

    # A lesson.

    def _lesson(self, title: str, entries: list[_Entry]) -> None:
        full = " ".join(title.split()) or self.course.title
        lesson = DraftLesson(_cut(full, MOST_TITLE))
        if len(full) > MOST_TITLE:
            self.report.add(Level.CHANGED, full, f"课名最多{MOST_TITLE}字，截短了")
        pictures = Pictures(self.package, lesson.media)
        pages = Pages(pictures, self.report)
        for entry in entries:
            if entry.resource is not None and entry.resource.own not in self.done:
                self.done.add(entry.resource.own)
                self._take(lesson, entry.title, entry.resource, pages)
        self.shown |= pictures.used
        if lesson.steps or lesson.items or lesson.guide:
            self.course.lessons.append(lesson)

    def _take(self, lesson: DraftLesson, title: str, resource: _Resource, pages: Pages) -> None:
        kind = resource.kind
        self.report.counts["resources_read"] += 1
        try:
            if kind.startswith("imsqti") or "question-bank" in kind:
                self._questions(lesson, title, resource, pages)
            elif kind.startswith("imswl"):
                self._link(lesson, title, resource)
            elif kind.startswith("imsdt"):
                self._topic(lesson, title, resource, pages)
            elif "lti" in kind:
                self._out(resource, title, "别的工具的链接（LTI）没有收")
            elif kind.startswith("assignment"):
                self._assignment(lesson, title, resource, pages)
            elif kind.startswith(("webcontent", "associatedcontent")):
                self._page(lesson, title, resource, pages)
            else:
                self._out(resource, title, f"这种内容没有对应：{kind[:60]}")
        except (NotReadable, NotThere) as error:
            self._out(resource, title, str(error))

    def _out(self, resource: _Resource, title: str, why: str) -> None:
        self.report.counts["resources_read"] -= 1
        self.report.counts["resources_out"] += 1
        self.report.add(Level.OUT, f"{title}（{resource.href}）" if title else resource.href, why)

    def _page(self, lesson: DraftLesson, title: str, resource: _Resource, pages: Pages) -> None:
        href = resource.href
        ending = posixpath.splitext(href)[1].lower()
        if ending in _PAGES:
            text = pages.html(self.package.read(href), href)
        elif ending in (".txt", ".md"):
            text = pages.words(text_of(self.package.read(href))[0], "text/plain", href)
        elif ending in _PICTURES:
            picture = pages.picture(href)("/" + href, title)
            text = f"![{escaped(title or '图')}]({picture})" if picture else ""
        else:
            self._out(resource, title, f"附件没有收（{ending.lstrip('.') or '没有扩展名'} 文件）")
            return
        if not text:
            self._out(resource, title, "页面是空的，或里面没有能收的内容")
        elif resource.for_teachers or resource.use == "lessonplan":
            lesson.guide = "\n\n".join(
                part for part in (lesson.guide, f"## {escaped(title)}\n\n{text}") if part
            )
        else:
            lesson.steps.append(_step(title or self._page_title(href), "read", text))

    def _page_title(self, href: str) -> str:
        body = parse_page(self.package.read(href)) if href.lower().endswith(_PAGES) else None
        head = next(iter(below(body.getroottree().getroot(), "title")), None) if body is not None else None
        return words(head) or _name(href)

    def _link(self, lesson: DraftLesson, title: str, resource: _Resource) -> None:
        root = parse(self.package.read(_document(resource)))
        url = next(iter(below(root, "url")), None)
        address = (url.get("href") or "").strip() if url is not None else ""
        said = words(child(root, "title")) or title
        if urlsplit_scheme(address) not in ("http", "https"):
            self._out(resource, said, "链接不是网页地址，没有收")
            return
        safe = "".join(c for c in address if c not in "<>\n\r ")
        lesson.steps.append(_step(title or said, "read", f"[{escaped(said)}](<{safe}>)"))
        lesson.sources.append({"title": said[:120] or safe, "where": safe})

    def _topic(self, lesson: DraftLesson, title: str, resource: _Resource, pages: Pages) -> None:
        href = _document(resource)
        root = parse(self.package.read(href))
        said = words(child(root, "title")) or title
        text = child(root, "text")
        prompt = (
            pages.words("".join(text.itertext()), text.get("texttype") or "", href)
            if text is not None
            else ""
        )
        if below(root, "attachment"):
            self.report.add(Level.LOST, href, "讨论的附件没有收")
        step = _step(
            title or said,
            "discuss",
            f"**{escaped(said)}**" if len(said) <= MOST_STEP_TITLE else f"## {escaped(said)}",
        )
        step.data["prompt"] = prompt or escaped(said)
        lesson.steps.append(step)

    def _assignment(self, lesson: DraftLesson, title: str, resource: _Resource, pages: Pages) -> None:
        href = _document(resource)
        root = parse(self.package.read(href))
        text = next(iter(below(root, "text")), None)
        said = (
            pages.words("".join(text.itertext()), text.get("texttype") or "", href)
            if text is not None
            else ""
        )
        name = words(child(root, "title")) or title
        self.report.add(Level.CHANGED, href, "作业改成了一个读的环节，交作业的设置没有收")
        lesson.steps.append(_step(name, "read", said or escaped(name)))

    def _questions(self, lesson: DraftLesson, title: str, resource: _Resource, pages: Pages) -> None:
        href = _document(resource)
        # One platform keeps the full set of its questions beside the set that the cartridge's rules allow.
        fuller = f"non_cc_assessments/{resource.own}.xml.qti"
        if fuller in self.package.sizes:
            href = fuller
        root = parse(self.package.read(href))
        found: list[DraftItem] = []
        for item in below(root, "item"):
            self.report.counts["items_found"] += 1
            drafts = read_item(item, href, pages, self.report)
            self.report.counts["items_taken"] += bool(drafts)
            found += drafts
        lesson.items += found
        if below(root, "selection_ordering", "selection"):
            self.report.add(Level.LOST, href, "随机抽题没有收，题都在")
        if found and "question-bank" not in resource.kind:
            step = _step(title or "测验", "quiz", escaped(title or "测验"))
            step.data["items"] = [item.spec["id"] for item in found]
            lesson.steps.append(step)

    # What is left.

    def _left(self) -> list[_Resource]:
        return [
            one for one in self.resources.values() if one.own not in self.done and not _is_dependency(one)
        ]

    def _say_left(self) -> None:
        for resource in self._left():
            if _of_platform(resource):
                self.report.add(Level.NOTE, resource.href, "原平台自己的设置，没有读")
            elif resource.href not in self.shown:
                self._out(resource, "", "没有列进目录，也没有页面用到它，没有收")
                self.report.counts["resources_read"] += 1


def _resource(element: Element, package: Package) -> _Resource:
    files = [found for one in children(element, "file") if (found := package.find(one.get("href") or ""))]
    said = element.get("href") or ""
    href = package.find(said) or (files[0] if files else said)
    roles = {words(one) for one in below(element, "value")}
    return _Resource(
        own=element.get("identifier") or href,
        kind=(element.get("type") or "").lower(),
        href=href,
        files=files,
        use=(element.get("intendeduse") or "").lower(),
        for_teachers="Instructor" in roles and "Learner" not in roles,
    )


def _document(resource: _Resource) -> str:
    """The XML file of a resource that may come with others."""
    documents = [name for name in resource.files if name.lower().endswith((".xml", ".qti"))]
    plain = [name for name in documents if not name.endswith("assessment_meta.xml")]
    if resource.href.lower().endswith((".xml", ".qti")) and not resource.href.endswith("assessment_meta.xml"):
        return resource.href
    return (plain or documents or [resource.href])[0]


def _is_dependency(resource: _Resource) -> bool:
    """Settings of a test that a platform keeps beside it."""
    return resource.href.endswith("assessment_meta.xml")


def _can_stand_alone(resource: _Resource) -> bool:
    """Pages, questions, links and topics that the table of contents leaves out."""
    kinds = ("imsqti", "imsdt", "imswl", "assignment")
    is_page = resource.href.lower().endswith(_PAGES) and resource.kind.startswith(
        ("webcontent", "associatedcontent")
    )
    return not _of_platform(resource) and (is_page or resource.kind.startswith(kinds))


def _of_platform(resource: _Resource) -> bool:
    return resource.href.startswith(("course_settings/", "non_cc_assessments/"))


def _step(title: str, kind: str, text: str) -> DraftStep:
    """A step whose long name stays in its text."""
    full = " ".join(title.split())
    first = text.split("\n", 1)[0].strip("#* ")
    if len(full) > MOST_STEP_TITLE and first != escaped(full):
        text = f"## {escaped(full)}\n\n{text}"
    return DraftStep(_cut(full, MOST_STEP_TITLE) or "读一读", kind, text)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def _title(root: Element) -> str:
    metadata = child(root, "metadata")
    general = next(iter(below(metadata, "general")), None) if metadata is not None else None
    return words(child(general, "title"))[:60] if general is not None else ""


def _name(href: str) -> str:
    return posixpath.basename(href)
