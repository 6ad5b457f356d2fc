"""Items of ours as a QTI 3.0 package: one file an item, a test for each lesson, pictures, a manifest that says the rest."""

import hashlib
from collections.abc import Sequence

from qiming.curriculum.exchange.leaving import Leaving, LeavingCourse
from qiming.curriculum.exchange.model import Level, Report, Tell
from qiming.curriculum.exchange.qti.items_out import write_item
from qiming.curriculum.exchange.qti.names import QTI3
from qiming.curriculum.exchange.writing import Maker, beside, document, packed
from qiming.curriculum.exchange.xml import Element
from qiming.curriculum.types import ItemSpec

CP = "http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1"
LOM = "http://ltsc.ieee.org/xsd/LOM"
_make = Maker(CP, {None: CP, "lom": LOM})
_lom = Maker(LOM, {"lom": LOM})
_test = Maker(QTI3)
_DIFFICULTY = {1: "easy", 2: "medium", 3: "difficult"}


def write_qti(course: LeavingCourse, tell: Tell, report: Report) -> bytes:
    """The package as a zip; the same for the same items. What QTI cannot say is told to the report."""
    lessons = course.lessons
    say_changed(course, report)
    files: list[tuple[str, bytes]] = []
    resources: list[Element] = []
    total, done = sum(len(lesson.items) for lesson in lessons), 0
    for lesson in lessons:
        base = f"media/{lesson.key}/"
        pictures = {name: base + name.removeprefix("media/") for name in lesson.media}
        refs = []
        for item in lesson.items:
            href = f"items/{item['id']}.xml"
            used: list[str] = []

            def shown(
                name: str, href: str = href, used: list[str] = used, at: dict[str, str] = pictures
            ) -> str:
                if name not in at:
                    return ""
                used.append(at[name])
                return beside(href, at[name])

            files.append((href, write_item(item, shown)))
            resources.append(_item_resource(item, href, list(dict.fromkeys(used))))
            refs.append((item["id"], href))
            done += 1
            tell("写题", done, total)
        files += [(pictures[name], body) for name, body in sorted(lesson.media.items())]
        if refs:
            where = f"tests/{lesson.key}.xml"
            files.append((where, _test_of(lesson, where, refs)))
            resources.append(_test_resource(lesson, where, [item_id for item_id, _ in refs]))
    manifest = document(_manifest(course.title, course.licence, resources))
    return packed([("imsmanifest.xml", manifest), *files])


def say_changed(course: LeavingCourse, report: Report) -> None:
    """What other players will not do as we do."""
    items = [item for lesson in course.lessons for item in lesson.items]
    report.counts["items"] = len(items)
    if any(item.get("hints") for item in items):
        report.add(Level.CHANGED, "提示", "QTI 没有一步步给的提示，写成了给老师看的说明")
    if any(item["kind"] == "order" for item in items):
        report.add(Level.CHANGED, "排序题", "别的平台全对才有分，不按排对了几对给分")
    if any(item["kind"] == "short" for item in items):
        report.add(Level.CHANGED, "简答题", "和参考答案一样的自动给分，其余在别的平台上也要老师看")
    report.add(Level.OUT, "活动、教案、幻灯片、任务单", "QTI 包里只有题；要整门课请导出 Common Cartridge")


def _manifest(title: str, licence: str, resources: Sequence[Element]) -> Element:
    about = _lom(
        "lom",
        _lom("general", _said("title", title), _lom("language", text="zh-CN")),
        _lom("rights", _lom("copyrightAndOtherRestrictions", *_term("yes")), _said("description", licence)),
    )
    metadata = _make(
        "metadata", _make("schema", text="QTI Package"), _make("schemaversion", text="3.0.0"), about
    )
    name = hashlib.sha256("/".join(r.get("identifier", "") for r in resources).encode()).hexdigest()[:16]
    return _make(
        "manifest",
        metadata,
        _make("organizations"),
        _make("resources", *resources),
        identifier=f"qiming-{name}",
    )


def _item_resource(item: ItemSpec, href: str, pictures: Sequence[str]) -> Element:
    lom = _lom(
        "lom",
        _lom("general", *(_said("keyword", f"qiming-use-{use}") for use in item.get("use", ()))),
        _lom("educational", _lom("difficulty", *_term(_DIFFICULTY[item.get("difficulty", 2)]))),
        _classified(item["concept"]) if item.get("concept") else None,
    )
    return _make(
        "resource",
        _make("metadata", lom),
        _make("file", href=href),
        *(_make("file", href=name) for name in pictures),
        identifier=item["id"],
        type="imsqti_item_xmlv3p0",
        href=href,
    )


def _classified(concept: str) -> Element:
    taxon = _lom("taxon", _lom("id", text=concept))
    path = _lom("taxonPath", _said("source", "qiming concept graph"), taxon)
    return _lom("classification", _lom("purpose", *_term("competency")), path)


def _test_resource(lesson: Leaving, href: str, items: Sequence[str]) -> Element:
    return _make(
        "resource",
        _make("file", href=href),
        *(_make("dependency", identifierref=item) for item in items),
        identifier=f"test-{lesson.key}",
        type="imsqti_test_xmlv3p0",
        href=href,
    )


def _test_of(lesson: Leaving, where: str, refs: Sequence[tuple[str, str]]) -> bytes:
    listed = [
        _test("qti-assessment-item-ref", identifier=item_id, href=beside(where, href))
        for item_id, href in refs
    ]
    section = _test("qti-assessment-section", *listed, identifier="items", title=lesson.title, visible="true")
    part = _test(
        "qti-test-part", section, identifier="part", navigation_mode="nonlinear", submission_mode="individual"
    )
    root = _test("qti-assessment-test", part, identifier=f"test-{lesson.key}", title=lesson.title)
    root.set("tool-name", "Qiming")
    return document(root)


def _said(name: str, text: str) -> Element:
    return _lom(name, _lom("string", text=text, language="zh-CN"))


def _term(value: str) -> tuple[Element, Element]:
    return _lom("source", text="LOMv1.0"), _lom("value", text=value)
