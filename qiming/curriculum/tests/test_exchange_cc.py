"""Common Cartridge: a course out as 1.3, cartridges of other makers' shapes in, and what can't come is said."""

import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from lxml import etree

from qiming.curriculum.exchange.cc.package_out import write_cc
from qiming.curriculum.exchange.formats import read_package
from qiming.curriculum.exchange.leaving import from_folder
from qiming.curriculum.exchange.model import DraftCourse, Level, Report
from qiming.curriculum.reading import read_library
from qiming.curriculum.rules import mark
from qiming.curriculum.tests.exchange_world import SVG, course_of, zipped
from qiming.kernel.errors import UserError

ROOT = Path(settings.ROOT)
CP = "{http://www.imsglobal.org/xsd/imsccv1p3/imscp_v1p1}"


def quiet(*_: Any) -> None:
    return None


def said(course: DraftCourse, *levels: Level) -> str:
    return "\n".join(f"{finding.where} {finding.what}" for finding in course.report.of(*levels))


def question(kind: str, presentation: str, rules: str, more: str = "", ident: str = "q1") -> str:
    return (
        f'<item ident="{ident}" title="题"><itemmetadata><qtimetadata><qtimetadatafield><fieldlabel>cc_profile</fieldlabel>'
        f"<fieldentry>{kind}</fieldentry></qtimetadatafield></qtimetadata></itemmetadata><presentation>{presentation}"
        f'</presentation><resprocessing><outcomes><decvar varname="SCORE"/></outcomes>{rules}</resprocessing>{more}</item>'
    )


def earns(test: str, feedback: str = "") -> str:
    shows = f'<displayfeedback feedbacktype="Response" linkrefid="{feedback}"/>' if feedback else ""
    points = '<setvar action="Set" varname="SCORE">100</setvar>'
    return f"<respcondition><conditionvar>{test}</conditionvar>{points}{shows}</respcondition>"


def text(words: str, kind: str = "text/html") -> str:
    return f'<material><mattext texttype="{kind}"><![CDATA[{words}]]></mattext></material>'


def choices(*keys: str, many: bool = False, ident: str = "response1") -> str:
    labels = "".join(
        f'<response_label ident="{key}">{text(f"选{key}", "text/plain")}</response_label>' for key in keys
    )
    kind = "Multiple" if many else "Single"
    return f'<response_lid ident="{ident}" rcardinality="{kind}"><render_choice>{labels}</render_choice></response_lid>'


def equal(value: str, ident: str = "response1") -> str:
    return f'<varequal respident="{ident}">{value}</varequal>'


def cartridge(tmp_path: Path, version: str, questions: str, **files: str | bytes) -> DraftCourse:
    """A cartridge of one unit: a page, a link, a topic, a test, a document, a tool, and a line that leads nowhere."""
    v = version.replace(".", "p")[:3]
    resources = [
        ("p", "webcontent", "page.html"),
        ("l", f"imswl_xmlv{v}", "link.xml"),
        ("t", f"imsdt_xmlv{v}", "topic.xml"),
        ("a", f"imsqti_xmlv1p2/imscc_xmlv{v}/assessment", "test.xml"),
        ("d", "webcontent", "handout.pdf"),
        ("x", "imsbasiclti_xmlv1p0", "tool.xml"),
        ("i", "webcontent", "pics/cat.svg"),
    ]
    listed = "".join(
        f'<item identifier="i{own}" identifierref="{own}"><title>第{own}项</title></item>'
        for own in "pltadx?"
    ).replace('identifierref="?"', 'identifierref="gone"')
    manifest = (
        f'<manifest xmlns="http://www.imsglobal.org/xsd/imsccv{v}/imscp_v1p1" '
        f'xmlns:lomimscc="http://ltsc.ieee.org/xsd/imsccv{v}/LOM/manifest" identifier="m"><metadata><schema>IMS Common '
        f"Cartridge</schema><schemaversion>{version}</schemaversion><lomimscc:lom><lomimscc:general><lomimscc:title>"
        "<lomimscc:string>猫的课</lomimscc:string></lomimscc:title></lomimscc:general></lomimscc:lom></metadata>"
        '<organizations><organization identifier="o" structure="rooted-hierarchy"><item identifier="root"><item '
        f'identifier="u"><title>第一单元</title>{listed}</item></item></organization></organizations><resources>'
        + "".join(
            f'<resource identifier="{own}" type="{kind}"><file href="{name}"/></resource>'
            for own, kind, name in resources
        )
        + "</resources></manifest>"
    )
    topic = f'<topic xmlns="http://www.imsglobal.org/xsd/imsccv{v}/imsdt_v{v}"><title>谈一谈</title><text texttype="text/html">'
    inside: dict[str, str | bytes] = {
        "imsmanifest.xml": manifest,
        "page.html": '<html><head><title>页</title></head><body><h1>猫</h1><p>看<img src="pics/cat.svg" alt="一只猫"></p></body>',
        "link.xml": '<webLink><title>百科</title><url href="https://example.org/cat"/></webLink>',
        "topic.xml": topic + "&lt;p&gt;你养过&lt;b&gt;猫&lt;/b&gt;吗？&lt;/p&gt;</text></topic>",
        "test.xml": f'<questestinterop><assessment ident="a" title="测"><section ident="s">{questions}</section></assessment>'
        "</questestinterop>",
        "handout.pdf": b"%PDF-1.4",
        "tool.xml": "<x/>",
        "pics/cat.svg": SVG,
    }
    return read_package(zipped(tmp_path / "c.imscc", inside | files), "c.imscc", quiet)


@pytest.mark.parametrize("version", ["1.0.0", "1.1.0", "1.2.0", "1.3.0"])
def test_a_cartridge_becomes_a_lesson_with_its_steps(tmp_path: Path, version: str) -> None:
    right = earns(equal("B"), "fb")
    feedback = f'<itemfeedback ident="fb"><flow_mat>{text("对")}</flow_mat></itemfeedback>'
    one = question("cc.multiple_choice.v0p1", text("<p>哪个？</p>") + choices("A", "B"), right, feedback)
    course = cartridge(tmp_path, version, one)
    lesson = course.lessons[0]
    assert (course.title, lesson.title) == ("猫的课", "第一单元")
    assert [step.kind for step in lesson.steps] == ["read", "read", "discuss", "quiz"]
    assert lesson.steps[0].text == "## 猫\n\n看![一只猫](media/cat.svg)" and lesson.media["media/cat.svg"]
    assert lesson.steps[1].text == "[百科](<https://example.org/cat>)"
    assert lesson.steps[2].data["prompt"] == "你养过**猫**吗？"
    spec = lesson.items[0].spec
    assert lesson.steps[3].data["items"] == [spec["id"]]
    assert spec["options"][1] == {"key": "B", "text": "选B", "correct": True, "reply": "对"}
    out = said(course, Level.OUT)
    assert "handout.pdf" in out and "LTI" in out and "包里没有它的内容" in out


def test_every_kind_of_question_a_cartridge_knows(tmp_path: Path) -> None:
    fib = '<response_str ident="response1" rcardinality="Single"><render_fib/></response_str>'
    both = earns(f"<and>{equal('A')}{equal('C')}<not>{equal('B')}</not></and>")
    course = cartridge(
        tmp_path,
        "1.3.0",
        question(
            "cc.true_false.v0p1", text("真的吗") + choices("true", "false"), earns(equal("true")), ident="q1"
        )
        + question(
            "cc.multiple_response.v0p1", text("哪些") + choices("A", "B", "C", many=True), both, ident="q2"
        )
        + question("cc.fib.v0p1", text("首都") + fib, earns(equal("北京") + equal("北京市")), ident="q3")
        + question("cc.essay.v0p1", text("写一写") + fib, "", ident="q4")
        + question(
            "cc.pattern_match.v0p1",
            text("含有") + fib,
            earns('<varsubset respident="response1">猫</varsubset>'),
            ident="q5",
        )
        + question("cc.multiple_choice.v0p1", text("没答案") + choices("A", "B"), "", ident="q6"),
    )
    true_false, several, filled, essay, pattern = (item.spec for item in course.items)
    assert mark(true_false, {"choice": "true"}).correct
    assert several["kind"] == "multiple" and mark(several, {"choices": ["A", "C"]}).correct
    assert filled["accept"] == ["北京", "北京市"] and mark(filled, {"text": "北京市"}).correct
    assert essay["kind"] == "short" and essay["accept"] == []
    assert pattern["accept"] == ["猫"] and "含有这些字" in said(course, Level.CHANGED)
    assert "没有写正确答案" in said(course, Level.OUT)


def test_matching_comes_as_lines_or_as_sorting(tmp_path: Path) -> None:
    def row(n: int, left: str) -> str:
        return choices("x", "y", "z", ident=f"r{n}").replace(
            "<render_choice>", text(left) + "<render_choice>"
        )

    def rows(*right: str) -> str:
        return "".join(earns(equal(key, f"r{n}")) for n, key in enumerate(right, start=1))

    three = "".join(row(n, f"左{n}") for n in (1, 2, 3))
    course = cartridge(
        tmp_path,
        "1.1.0",
        question("matching_question", text("连起来") + three, rows("x", "y", "z"), ident="q1")
        + question("matching_question", text("分一分") + three, rows("x", "y", "x"), ident="q2"),
    )
    lines, sorting = (item.spec for item in course.items)
    assert lines["kind"] == "match" and mark(lines, {"pairs": {"l1": "r1", "l2": "r2", "l3": "r3"}}).correct
    assert (
        sorting["kind"] == "classify"
        and mark(sorting, {"bins": {"l1": "r1", "l2": "r2", "l3": "r1"}}).correct
    )


def test_a_page_with_tricks_leaves_only_its_words(tmp_path: Path) -> None:
    page = (
        "<body onload=x()><p>好<script>alert(1)</script><a href='java&#10;script:alert(1)'>点</a><object data='x.swf'>字</object>"
        "</p><form action='http://evil'><input value='x'></form><style>p{}</style><p>&lt;img src=x onerror=alert(1)&gt;</p>"
    )
    course = cartridge(tmp_path, "1.3.0", "", **{"page.html": page})
    assert course.lessons[0].steps[0].text == "好点字\n\n\\<img src=x onerror=alert(1)\\>"
    assert "脚本没有收" in said(course, Level.LOST)


def test_a_cartridge_without_a_manifest_or_contents_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="清单"):
        read_package(zipped(tmp_path / "a.zip", {"page.html": "x"}), "a.imscc", quiet, "cc")
    empty = "<manifest><metadata><schema>IMS Common Cartridge</schema></metadata><resources/></manifest>"
    with pytest.raises(UserError, match="没有能收的内容"):
        read_package(zipped(tmp_path / "b.zip", {"imsmanifest.xml": empty}), "b.imscc", quiet)
    scorm = "<manifest><metadata><schema>ADL SCORM</schema></metadata></manifest>"
    with pytest.raises(UserError, match="SCORM"):
        read_package(zipped(tmp_path / "c.zip", {"imsmanifest.xml": scorm}), "c.zip", quiet)


def test_a_course_of_ours_goes_out_whole_and_comes_back(tmp_path: Path) -> None:
    library = read_library(ROOT / "content", ROOT / "web" / "labs")
    course = from_folder(library.courses[0])
    report = Report()
    path = tmp_path / "ours.imscc"
    path.write_bytes(write_cc(course, quiet, report))
    with zipfile.ZipFile(path) as archive:
        names = set(archive.namelist())
        root = etree.fromstring(archive.read("imsmanifest.xml"))
    resources = {one.get("identifier"): one for one in root.iter(f"{CP}resource")}
    assert {one.get("href") for one in root.iter(f"{CP}file")} == names - {"imsmanifest.xml"}
    assert all(
        one.get("identifierref") in resources for one in root.iter(f"{CP}item") if one.get("identifierref")
    )
    assert all(one.get("identifierref") in resources for one in root.iter(f"{CP}dependency"))
    labs = sum(
        step["kind"] == "lab" for lesson in course.lessons for step in lesson.data.get("activities", ())
    )
    assert sum("实验只能在启明里做" in finding.what for finding in report.findings) == labs > 0
    found = read_package(path, "ours.imscc", quiet)
    assert len(found.lessons) == len(course.lessons)
    # A thing to place is a question of its own in a cartridge; everything else is one question for one item.
    pieces = {"match": "left", "classify": "entries"}
    wanted = sum(
        len(item[pieces[item["kind"]]]) if item["kind"] in pieces else 1
        for lesson in course.lessons
        for item in lesson.items
    )
    assert len(found.items) == wanted
    assert not found.report.of(Level.OUT, Level.LOST)
    assert all(lesson.guide for lesson in found.lessons)


def test_a_picture_question_is_asked_by_name(tmp_path: Path) -> None:
    spots = [
        {
            "key": "A",
            "text": "左边的瓶",
            "area": {"shape": "rect", "at": [0, 0, 2, 2]},
            "correct": True,
            "reply": "是。",
        },
        {
            "key": "B",
            "text": "右边的罐",
            "area": {"shape": "circle", "at": [3, 3, 1]},
            "misconception": "m-a",
            "reply": "看看。",
        },
    ]
    item = {
        "id": "g7l1-q01", "kind": "hotspot", "concept": "c001", "difficulty": 1, "use": ["practice"], "stem": "点一点",
        "picture": "media/p.svg", "picture_alt": "两样东西", "size": [4, 4], "options": spots, "hints": ["一", "二"], "solution": "左",
    }  # fmt: skip
    report = Report()
    path = tmp_path / "out.imscc"
    path.write_bytes(write_cc(course_of(item), quiet, report))
    assert any("按名字选" in finding.what for finding in report.of(Level.CHANGED))
    back = read_package(path, "out.imscc", quiet).items[0].spec
    assert back["kind"] == "single" and [option["text"] for option in back["options"]] == [
        "左边的瓶",
        "右边的罐",
    ]
