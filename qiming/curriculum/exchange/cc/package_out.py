"""A course of ours as a Common Cartridge 1.3: a folder for each lesson with its page, discussions, questions, task
sheet, and for the teacher guide, slides and answers."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from qiming.curriculum.exchange.cc import pages_out
from qiming.curriculum.exchange.cc.items_out import write_assessment
from qiming.curriculum.exchange.leaving import Leaving, LeavingCourse
from qiming.curriculum.exchange.markup import urlsplit_scheme
from qiming.curriculum.exchange.model import Level, Report, Tell
from qiming.curriculum.exchange.writing import Maker, document, packed
from qiming.curriculum.exchange.xml import Element
from qiming.curriculum.types import STATUS_WORDS
from qiming.kernel.text import render_markdown

CP = "http://www.imsglobal.org/xsd/imsccv1p3/imscp_v1p1"
LOM_MANIFEST = "http://ltsc.ieee.org/xsd/imsccv1p3/LOM/manifest"
LOM_RESOURCE = "http://ltsc.ieee.org/xsd/imsccv1p3/LOM/resource"
TOPIC = "http://www.imsglobal.org/xsd/imsccv1p3/imsdt_v1p3"
LINK = "http://www.imsglobal.org/xsd/imsccv1p3/imswl_v1p3"
_make = Maker(CP, {None: CP, "lomimscc": LOM_MANIFEST, "lom": LOM_RESOURCE})
_about = Maker(LOM_MANIFEST, {"lomimscc": LOM_MANIFEST})
_role = Maker(LOM_RESOURCE, {"lom": LOM_RESOURCE})


class _Add(Protocol):
    """Puts a file into the package, its resource into the manifest and a line into the lesson's folder."""

    def __call__(
        self,
        own: str,
        title: str,
        kind: str,
        file: str,
        body: bytes,
        *,
        href: bool = True,
        teacher: bool = False,
    ) -> None: ...


@dataclass(slots=True)
class _Cartridge:
    files: dict[str, bytes] = field(default_factory=dict)
    resources: list[Element] = field(default_factory=list)
    units: list[Element] = field(default_factory=list)


def write_cc(course: LeavingCourse, tell: Tell, report: Report) -> bytes:
    """The cartridge as a zip; what it cannot hold is told to the report."""
    made = _Cartridge()
    for n, lesson in enumerate(course.lessons, start=1):
        tell("写课", n - 1, len(course.lessons))
        _lesson(made, n, lesson, report)
    tell("写课", len(course.lessons), len(course.lessons))
    report.counts["lessons"] = len(course.lessons)
    report.counts["items"] = sum(len(lesson.items) for lesson in course.lessons)
    report.add(
        Level.CHANGED,
        "提示、误解、知识点",
        "课程包没有地方放，写在每课给老师的“题目答案”一页里，知识点和误解不在包里",
    )
    return packed([("imsmanifest.xml", document(_manifest(course, made))), *made.files.items()])


def _manifest(course: LeavingCourse, made: _Cartridge) -> Element:
    title = _about("title", _about("string", text=course.title, language="zh-CN"))
    summary = "。".join(
        part.rstrip("。") for part in (STATUS_WORDS.get(course.status, ""), course.summary) if part
    )
    described = _about("description", _about("string", text=summary, language="zh-CN")) if summary else None
    general = _about("general", title, _about("language", text="zh-CN"), described)
    restricted = _about("copyrightAndOtherRestrictions", _about("value", text="yes"))
    licence = _about("description", _about("string", text=course.licence, language="zh-CN"))
    lom = _about("lom", general, _about("rights", restricted, licence))
    metadata = _make(
        "metadata", _make("schema", text="IMS Common Cartridge"), _make("schemaversion", text="1.3.0"), lom
    )
    root = _make("item", *made.units, identifier="root")
    organization = _make("organization", root, identifier="org", structure="rooted-hierarchy")
    resources = _make("resources", *made.resources)
    return _make(
        "manifest",
        metadata,
        _make("organizations", organization),
        resources,
        identifier=f"qiming-{course.key}",
    )


def _lesson(made: _Cartridge, n: int, lesson: Leaving, report: Report) -> None:
    base = f"lessons/{lesson.key}/"
    pictures = {}
    for name, body in sorted(lesson.media.items()):
        own = f"{lesson.key}-{name.removeprefix('media/').replace('.', '-')}"
        pictures[name] = own
        made.files[base + name] = body
        made.resources.append(_resource(own, "webcontent", base + name))
    listed: list[Element] = []

    def add(
        own: str, title: str, kind: str, file: str, body: bytes, *, href: bool = True, teacher: bool = False
    ) -> None:
        used = [pictures[name] for name in pictures if name.encode() in body]
        made.files[file] = body
        made.resources.append(_resource(own, kind, file, used, href=href, teacher=teacher))
        listed.append(_make("item", _make("title", text=title), identifier=f"i-{own}", identifierref=own))

    if lesson.data.get("activities"):
        add(
            f"{lesson.key}-page",
            lesson.title,
            "webcontent",
            f"{base}lesson.html",
            pages_out.lesson_page(lesson),
        )
    _topics(lesson, base, add)
    if lesson.items:
        body, _ = write_assessment(f"{lesson.key}-test", lesson.title, lesson.items, base, report)
        kind = "imsqti_xmlv1p2/imscc_xmlv1p3/assessment"
        add(f"{lesson.key}-test", "题目", kind, f"{base}items.xml", body, href=False)
    for name, title, has, writer in (
        ("tasksheet", "任务单", lesson.tasksheet_html, pages_out.tasksheet_page),
        ("guide", "教案（给老师）", lesson.guide_html, pages_out.guide_page),
        ("slides", "幻灯片（给老师）", lesson.slides, pages_out.slides_page),
        ("answers", "题目答案（给老师）", lesson.items, pages_out.answers_page),
    ):
        if has:
            teacher = name != "tasksheet"
            add(
                f"{lesson.key}-{name}",
                title,
                "webcontent",
                f"{base}{name}.html",
                writer(lesson),
                teacher=teacher,
            )
    _links(lesson, base, add)
    for step in lesson.data.get("activities", ()):
        if step["kind"] == "lab":
            report.add(
                Level.LOST, f"{lesson.title}：{step['title']}", "实验只能在启明里做，包里只有说明和目标"
            )
        elif step["kind"] in ("predict", "poll", "reflect"):
            report.add(
                Level.CHANGED,
                f"{lesson.title}：{step['title']}",
                "猜一猜、表决和反思成了页面上的文字，不能在页面上作答",
            )
    title = f"第{n}课　{lesson.title}" if lesson.data.get("activities") else lesson.title
    folder = _make("item", _make("title", text=title), *listed, identifier=f"u-{lesson.key}")
    made.units.append(folder)


def _topics(lesson: Leaving, base: str, add: _Add) -> None:
    for step in lesson.data.get("activities", ()):
        if step["kind"] == "discuss":
            make = Maker(TOPIC)
            html = str(render_markdown(f"{step['text']}\n\n{step.get('prompt', '')}"))
            text = make("text", text=html, texttype="text/html")
            body = document(make("topic", make("title", text=step["title"]), text))
            own = f"{lesson.key}-topic-{step['key']}"
            add(own, step["title"], "imsdt_xmlv1p3", f"{base}topic-{step['key']}.xml", body, href=False)


def _links(lesson: Leaving, base: str, add: _Add) -> None:
    web = [
        one
        for one in lesson.data.get("sources", ())
        if urlsplit_scheme(one.get("where", "")) in ("http", "https")
    ]
    for n, one in enumerate(web, start=1):
        make = Maker(LINK)
        body = document(
            make("webLink", make("title", text=one["title"]), make("url", href=one["where"], target="_blank"))
        )
        add(f"{lesson.key}-link-{n}", one["title"], "imswl_xmlv1p3", f"{base}link-{n}.xml", body, href=False)


def _resource(
    own: str, kind: str, file: str, used: Sequence[str] = (), *, href: bool = True, teacher: bool = False
) -> Element:
    """A resource; web content says where it lies, the rest only lists its file."""
    metadata = None
    if teacher:
        source, value = _role("source", text="IMSGLC_CC_Rolesv1p3"), _role("value", text="Instructor")
        lom = _role("lom", _role("educational", _role("intendedEndUserRole", source, value)))
        metadata = _make("metadata", lom)
    return _make(
        "resource",
        metadata,
        _make("file", href=file),
        *(_make("dependency", identifierref=one) for one in used),
        identifier=own,
        type=kind,
        href=file if href else None,
        intendeduse="lessonplan" if teacher else None,
    )
