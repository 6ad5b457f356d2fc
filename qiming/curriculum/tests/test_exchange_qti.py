"""QTI: what goes out comes back, files of other makers' shapes come in, and what can't come is said."""

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from hypothesis import HealthCheck, given
from hypothesis import settings as trying
from hypothesis import strategies as st

from qiming.curriculum.checks import check_library
from qiming.curriculum.exchange.folder import write_folder
from qiming.curriculum.exchange.formats import read_package
from qiming.curriculum.exchange.leaving import from_folder
from qiming.curriculum.exchange.model import DraftCourse, Level, Report
from qiming.curriculum.exchange.qti.package_out import write_qti
from qiming.curriculum.reading import read_library
from qiming.curriculum.rules import mark
from qiming.curriculum.tests.exchange_world import CHOICE, course_of, item_xml, items, manifest, zipped
from qiming.kernel import time
from qiming.kernel.text import render_markdown

KINDS = ("single", "multiple", "hotspot", "order", "match", "classify", "numeric", "short")
ROOT = Path(settings.ROOT)
MARKDOWN = ("text", "stem", "hints", "solution", "reply", "otherwise")


def shown(value: Any, name: str = "") -> Any:
    """Data with its Markdown as what a reader sees."""
    if isinstance(value, dict):
        plain = name == "rubric"
        return {key: inner if plain and key == "text" else shown(inner, key) for key, inner in value.items()}
    if isinstance(value, list):
        return [shown(one, name) for one in value]
    return str(render_markdown(value)).strip() if name in MARKDOWN and isinstance(value, str) else value


def back(tmp_path: Path, body: bytes) -> DraftCourse:
    path = tmp_path / "out.zip"
    path.write_bytes(body)
    return read_package(path, "out.zip", lambda *_: None)


def quiet(*_: Any) -> None:
    return None


def taken(tmp_path: Path, *files: str, **named: str) -> DraftCourse:
    """The draft of a package with these items (i0.xml, i1.xml …) and other files by name."""
    listed = {f"i{n}.xml": text for n, text in enumerate(files)}
    path = zipped(tmp_path / "in.zip", {"imsmanifest.xml": manifest(*listed), **listed, **named})
    return read_package(path, "in.zip", quiet)


def said(course: DraftCourse, *levels: Level) -> str:
    return "\n".join(f"{finding.where} {finding.what}" for finding in course.report.of(*levels))


@pytest.mark.parametrize("kind", KINDS)
@trying(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_every_kind_comes_back_as_it_went(kind: str, data: st.DataObject, tmp_path: Path) -> None:
    item = data.draw(items(kind))
    course = back(tmp_path, write_qti(course_of(item), quiet, Report()))
    assert len(course.items) == 1, course.report.findings
    assert shown(course.items[0].spec) == shown(item)
    assert not course.report.of(Level.OUT, Level.LOST, Level.CHANGED)


def test_all_items_of_a_course_come_back(tmp_path: Path) -> None:
    library = read_library(ROOT / "content", ROOT / "web" / "labs")
    for read in library.courses:
        course = from_folder(read)
        ours = {item["id"]: item for lesson in course.lessons for item in lesson.items}
        found = back(tmp_path, write_qti(course, quiet, Report()))
        assert {item.spec["id"] for item in found.items} == set(ours)
        assert [shown(item.spec) for item in found.items] == [
            shown(ours[item.spec["id"]]) for item in found.items
        ]
        assert [lesson.key for lesson in found.lessons] == [
            lesson.key for lesson in course.lessons if lesson.items
        ]


def test_the_same_course_gives_the_same_package() -> None:
    library = read_library(ROOT / "content", ROOT / "web" / "labs")
    course = from_folder(library.courses[0])
    assert write_qti(course, quiet, Report()) == write_qti(course, quiet, Report())


def test_a_draft_folder_is_in_our_format_and_the_check_names_what_is_missing(tmp_path: Path) -> None:
    course = taken(tmp_path, item_xml())
    write_folder(course, tmp_path / "content" / "courses" / "draft")
    (tmp_path / "content" / "schemas").symlink_to(ROOT / "content" / "schemas")
    library = read_library(tmp_path / "content", ROOT / "web" / "labs")
    check_library(library, time.today())
    problems = "\n".join(str(problem) for problem in library.all_problems())
    assert "grades" in problems and "misconceptions.yaml" in problems
    assert "没有提示" in said(course, Level.TO_DO)
    assert "没有提示" in (tmp_path / "content/courses/draft/import-report.md").read_text(encoding="utf-8")


TWO = (
    '<qti-response-declaration identifier="{0}" cardinality="single" base-type="{1}">'
    "<qti-correct-response><qti-value>{2}</qti-value></qti-correct-response></qti-response-declaration>"
)
PAIRS = (
    '<qti-response-declaration identifier="RESPONSE" cardinality="multiple" base-type="{0}">'
    "<qti-correct-response>{1}</qti-correct-response></qti-response-declaration>"
)


def values(*each: str) -> str:
    return "".join(f"<qti-value>{one}</qti-value>" for one in each)


def test_an_item_with_three_blanks_becomes_three_items(tmp_path: Path) -> None:
    body = (
        '<p>水在 <qti-text-entry-interaction response-identifier="R1"/> 度结冰，在 '
        '<qti-text-entry-interaction response-identifier="R2"/> 度沸腾，是 <qti-inline-choice-interaction '
        'response-identifier="R3"><qti-inline-choice identifier="a">液体</qti-inline-choice><qti-inline-choice '
        'identifier="b">固体</qti-inline-choice></qti-inline-choice-interaction>。</p>'
    )
    declared = (
        TWO.format("R1", "integer", "0")
        + TWO.format("R2", "float", "100")
        + TWO.format("R3", "identifier", "a")
    )
    course = taken(tmp_path, item_xml(body, declared=declared))
    specs = [item.spec for item in course.items]
    assert [spec["kind"] for spec in specs] == ["numeric", "numeric", "single"]
    assert specs[0]["stem"] == "水在 〔1〕＿＿＿＿ 度结冰，在 〔2〕 度沸腾，是 〔3〕。"
    assert specs[1]["answer"] == {"value": 100, "tolerance": 0}
    assert mark(specs[2], {"choice": "a"}).correct
    assert "拆成了3道题" in said(course, Level.CHANGED)


def test_what_cannot_be_ours_is_named(tmp_path: Path) -> None:
    graphic = '<qti-select-point-interaction response-identifier="RESPONSE"><img src="x.png" alt=""/></qti-select-point-interaction>'
    template = '<qti-template-declaration identifier="N" cardinality="single" base-type="integer"/>'
    course = taken(
        tmp_path,
        item_xml(),
        item_xml(graphic, "two"),
        item_xml(CHOICE, "three", declared=TWO.format("RESPONSE", "identifier", "A") + template),
        item_xml(
            CHOICE,
            "four",
            declared='<qti-response-declaration identifier="RESPONSE" cardinality="single" base-type="identifier"/>',
        ),
        item_xml("<p>只有文字</p>", "five"),
        "<nonsense/>",
        "not XML at all",
    )
    assert len(course.items) == 1
    out = said(course, Level.OUT)
    for name, why in (
        ("i1", "在图上点位置"),
        ("i2", "随机"),
        ("i3", "没有写正确答案"),
        ("i4", "作答的地方"),
        ("i6", "XML"),
    ):
        assert any(line.startswith(name) and why in line for line in out.splitlines()), (name, out)


def test_gap_match_associate_hottext_and_slider_become_what_we_have(tmp_path: Path) -> None:
    gaps = (
        '<qti-gap-match-interaction response-identifier="RESPONSE"><qti-gap-text identifier="w" match-max="1">冬</qti-gap-text>'
        '<qti-gap-text identifier="s" match-max="1">夏</qti-gap-text><p><qti-gap identifier="g1"/>天冷，<qti-gap identifier="g2"/>'
        "天热。</p></qti-gap-match-interaction>"
    )
    associate = (
        '<qti-associate-interaction response-identifier="RESPONSE" max-associations="2"><qti-prompt>配对</qti-prompt>'
        + "".join(
            f'<qti-simple-associable-choice identifier="{k}" match-max="1">{k}</qti-simple-associable-choice>'
            for k in "ABCD"
        )
        + "</qti-associate-interaction>"
    )
    hottext = (
        '<qti-hottext-interaction response-identifier="RESPONSE" max-choices="1"><p>昨天我<qti-hottext identifier="x">去</qti-hottext>'
        '了<qti-hottext identifier="A">公圆</qti-hottext>。</p></qti-hottext-interaction>'
    )
    slider = '<p>多少度？</p><qti-slider-interaction response-identifier="RESPONSE" lower-bound="0" upper-bound="100"/>'
    course = taken(
        tmp_path,
        item_xml(gaps, "a", declared=PAIRS.format("directedPair", values("w g1", "s g2"))),
        item_xml(associate, "b", declared=PAIRS.format("pair", values("A C", "D B"))),
        item_xml(hottext, "c"),
        item_xml(slider, "d", declared=TWO.format("RESPONSE", "integer", "37")),
    )
    gap, pair, hot, slid = (item.spec for item in course.items)
    assert gap["kind"] == "match" and gap["stem"] == "〔1〕天冷，〔2〕天热。"
    assert mark(gap, {"pairs": {"g1": "w", "g2": "s"}}).correct
    assert pair["kind"] == "match" and mark(pair, {"pairs": {"A": "C", "D": "B"}}).correct
    assert hot["stem"] == "昨天我**去**了**公圆**。" and mark(hot, {"choice": "A"}).correct
    assert slid["answer"]["value"] == 37
    assert "左右两列" in said(course, Level.CHANGED) and "滑块" in said(course, Level.CHANGED)


DRAWING = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20"><rect width="4" height="4"/></svg>'
IMAGE = '<img src="p.svg" alt="一只猫" width="400" height="200"/>'


def test_a_hotspot_comes_as_a_hotspot_in_units_of_its_picture(tmp_path: Path) -> None:
    body = (
        '<qti-hotspot-interaction response-identifier="RESPONSE" max-choices="1"><qti-prompt>头在哪？</qti-prompt>'
        f'{IMAGE}<qti-hotspot-choice identifier="A" shape="circle" coords="50,60,20" hotspot-label="头"/>'
        '<qti-hotspot-choice identifier="B" shape="rect" coords="200,100,400,210"/>'
        '<qti-hotspot-choice identifier="C" shape="poly" coords="0,0,50%,0,0,100,0,0"/></qti-hotspot-interaction>'
    )
    course = taken(tmp_path, item_xml(body), **{"p.svg": DRAWING})
    spec = course.items[0].spec
    assert (spec["kind"], spec["stem"], spec["picture"]) == ("hotspot", "头在哪？", "media/p.svg")
    assert (spec["picture_alt"], spec["size"], "least" in spec, "most" in spec) == (
        "一只猫",
        [40, 20],
        False,
        False,
    )
    assert [(one["text"], one["area"]["at"]) for one in spec["options"]] == [
        ("头", [5, 6, 2]),
        ("位置B", [20, 10, 20, 10]),
        ("位置C", [0, 0, 20, 0, 0, 10]),
    ]
    assert mark(spec, {"choices": ["A"]}).correct


def test_identifiers_become_letters_and_counts_of_taps_come_along(tmp_path: Path) -> None:
    spots = "".join(
        f'<qti-hotspot-choice identifier="spot{n}" shape="rect" coords="{n * 50},0,{n * 50 + 40},40"/>'
        for n in range(5)
    )
    body = (
        '<qti-hotspot-interaction response-identifier="RESPONSE" min-choices="2" max-choices="3">'
        f"<qti-prompt>点两处</qti-prompt>{IMAGE}{spots}</qti-hotspot-interaction>"
    )
    declared = PAIRS.format("identifier", values("spot1", "spot4"))
    spec = taken(tmp_path, item_xml(body, declared=declared), **{"p.svg": DRAWING}).items[0].spec
    assert [one["key"] for one in spec["options"] if one.get("correct")] == ["B", "E"]
    assert (spec["least"], spec["most"]) == (2, 3)


def test_a_point_anywhere_becomes_places_to_choose_from(tmp_path: Path) -> None:
    declared = (
        '<qti-response-declaration identifier="RESPONSE" cardinality="single" base-type="point"><qti-correct-response>'
        '<qti-value>102 113</qti-value></qti-correct-response><qti-area-mapping default-value="0">'
        '<qti-area-map-entry shape="circle" coords="102,113,16" mapped-value="1"/>'
        '<qti-area-map-entry shape="rect" coords="200,20,240,60" mapped-value="0.5"/>'
        "</qti-area-mapping></qti-response-declaration>"
    )
    body = (
        '<qti-select-point-interaction response-identifier="RESPONSE" max-choices="1"><qti-prompt>城在哪？'
        f"</qti-prompt>{IMAGE}</qti-select-point-interaction>"
    )
    course = taken(tmp_path, item_xml(body, declared=declared), **{"p.svg": DRAWING})
    spec = course.items[0].spec
    assert spec["kind"] == "hotspot" and [one.get("correct") for one in spec["options"]] == [True, None]
    assert "画出的位置" in said(course, Level.CHANGED) and "一部分分" in said(course, Level.CHANGED)
    alone = declared.replace(
        '<qti-area-map-entry shape="rect" coords="200,20,240,60" mapped-value="0.5"/>', ""
    )
    course = taken(tmp_path, item_xml(body, declared=alone), **{"p.svg": DRAWING})
    assert len(course.items) == 1 and "再画上几处" in said(course, Level.TO_DO)
    nowhere = declared[: declared.index("<qti-area-mapping")] + "</qti-response-declaration>"
    course = taken(tmp_path, item_xml(body, declared=nowhere), **{"p.svg": DRAWING})
    assert not course.items and "在哪个范围里算对" in said(course, Level.OUT)


@pytest.mark.parametrize(
    ("choice", "says"),
    [
        ('shape="rect" coords="1,2,3"', "写得不完整"),
        ('shape="rect" coords="a,b,c,d"', "写得不完整"),
        ('shape="star" coords="1,2,3,4"', "写得不完整"),
        ('shape="poly" coords="1,2,3,4"', "写得不完整"),
        ('shape="rect" coords="1e400,2,3,4"', "写得不完整"),
    ],
)
def test_an_area_that_cannot_be_read_is_said(choice: str, says: str, tmp_path: Path) -> None:
    body = (
        '<qti-hotspot-interaction response-identifier="RESPONSE" max-choices="1">'
        f'{IMAGE}<qti-hotspot-choice identifier="A" {choice}/></qti-hotspot-interaction>'
    )
    course = taken(tmp_path, item_xml(body), **{"p.svg": DRAWING})
    assert not course.items and says in said(course, Level.OUT)


def test_what_is_ordered_on_a_picture_gets_letters(tmp_path: Path) -> None:
    body = (
        '<qti-graphic-order-interaction response-identifier="RESPONSE"><qti-prompt>从左到右</qti-prompt>'
        f'{IMAGE}<qti-hotspot-choice identifier="A" shape="circle" coords="10,10,1"/>'
        '<qti-hotspot-choice identifier="B" shape="rect" coords="200,20,240,40"/></qti-graphic-order-interaction>'
    )
    declared = PAIRS.format("identifier", values("A", "B")).replace('"multiple"', '"ordered"')
    course = taken(tmp_path, item_xml(body, declared=declared), **{"p.svg": DRAWING})
    assert course.items[0].spec["stem"] == "从左到右\n\n![一只猫（标了2个字母）](media/p-letters.svg)"
    assert b">B</text>" in course.lessons[0].media["media/p-letters.svg"]


def test_qti_2_is_read_with_its_spelling(tmp_path: Path) -> None:
    old = (
        '<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1" identifier="o" title="旧" adaptive="false" '
        'timeDependent="false"><responseDeclaration identifier="RESPONSE" cardinality="ordered" baseType="identifier">'
        "<correctResponse><value>B</value><value>A</value><value>C</value></correctResponse></responseDeclaration><itemBody>"
        '<orderInteraction responseIdentifier="RESPONSE" shuffle="true"><prompt>排好</prompt>'
        + "".join(f'<simpleChoice identifier="{key}">第{key}个</simpleChoice>' for key in "ABC")
        + "</orderInteraction></itemBody></assessmentItem>"
    )
    path = zipped(tmp_path / "old.zip", {"items/o.xml": old})
    spec = read_package(path, "old.zip", quiet).items[0].spec
    assert [entry["key"] for entry in spec["entries"]] == ["B", "A", "C"]


def test_hostile_markup_in_an_item_is_text_or_gone(tmp_path: Path) -> None:
    body = (
        '<p onclick="alert(1)">题 <a href="javascript:alert(1)">点我</a><script>alert(2)</script>'
        '<img src="http://evil.example/x.png" alt="外面的图"/><iframe src="http://evil.example"/>&lt;b&gt;*粗*</p>'
        + CHOICE
    )
    course = taken(tmp_path, item_xml(body))
    html = str(render_markdown(course.items[0].spec["stem"]))
    assert "alert" not in html and "javascript" not in html and "evil" not in html and "<b>" not in html
    assert "点我" in html and "〔图：外面的图〕" in html and "&lt;b&gt;*粗*" in html
    lost = said(course, Level.LOST)
    assert all(word in lost for word in ("脚本", "嵌入的网页", "别的网站上的图", "链接没有收"))


def test_two_items_with_one_identifier_are_both_kept(tmp_path: Path) -> None:
    course = taken(tmp_path, item_xml(), item_xml())
    assert len({item.spec["id"] for item in course.items}) == 2
    assert "同一个标识" in said(course, Level.NOTE)


@pytest.mark.parametrize(
    ("encoding", "declared"), [("gb18030", True), ("gb18030", False), ("utf-16", True), ("utf-8-sig", True)]
)
def test_items_in_the_encodings_schools_send(tmp_path: Path, encoding: str, declared: bool) -> None:
    name = {"gb18030": "GB2312", "utf-16": "UTF-16", "utf-8-sig": "UTF-8"}[encoding]
    head = f'<?xml version="1.0" encoding="{name}"?>' if declared else ""
    files = {"imsmanifest.xml": manifest("i.xml"), "i.xml": (head + item_xml()).encode(encoding)}
    course = read_package(zipped(tmp_path / "in.zip", files), "in.zip", quiet)
    assert course.items[0].spec["stem"].startswith("哪个对？")


def test_formulas_come_as_formulas_and_dollars_stay_dollars(tmp_path: Path) -> None:
    body = (
        '<p>算 <math xmlns="http://www.w3.org/1998/Math/MathML"><mfrac><mrow><mi>x</mi><mo>+</mo><mn>1</mn></mrow>'
        "<msup><mi>y</mi><mn>2</mn></msup></mfrac></math>，付 $5 和 $6。</p>"
    )
    course = taken(tmp_path, item_xml(body + CHOICE))
    stem = course.items[0].spec["stem"]
    assert stem.startswith(r"算 $\frac{x + 1}{{y}^{2}}$，付 \$5 和 \$6。")
    html = str(render_markdown(stem))
    assert html.count('class="math"') == 1 and "$5 和 $6" in html
    again = back(tmp_path, write_qti(course_of({**course.items[0].spec, "id": "g7l1-q01"}), quiet, Report()))
    assert again.items[0].spec["stem"] == stem
