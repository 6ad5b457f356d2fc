"""Our items as QTI 1.2 in the Common Cartridge profile, which knows choosing, filling in and writing."""

from collections.abc import Callable, Sequence
from typing import Any

from qiming.curriculum.exchange.model import Level, Report
from qiming.curriculum.exchange.qti.items_out import plain
from qiming.curriculum.exchange.writing import Maker, document, for_others
from qiming.curriculum.exchange.xml import Element
from qiming.curriculum.rules import taps
from qiming.curriculum.types import ItemSpec
from qiming.kernel.text import render_markdown

NAMESPACE = "http://www.imsglobal.org/xsd/ims_qtiasiv1p2"
_make = Maker(NAMESPACE)
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
Html = Callable[[str], str]


def write_assessment(
    own: str, title: str, items: Sequence[ItemSpec], base: str, report: Report
) -> tuple[bytes, dict[str, int]]:
    """A test with these items, and how many questions each item became; `base` is where `media/` lies in the package."""

    def html(text: str) -> str:
        return for_others(str(render_markdown(text, f"$IMS-CC-FILEBASE$/{base}")))

    questions: list[Element] = []
    made: dict[str, int] = {}
    for item in items:
        written = _KINDS[item["kind"]](item, html, report)
        made[item["id"]] = len(written)
        questions += written
    about = _metadata(("cc_profile", "cc.exam.v0p1"), ("qmd_assessmenttype", "Examination"))
    section = _make("section", *questions, ident="root_section")
    test = _make("assessment", about, section, ident=own, title=title)
    return document(_make("questestinterop", test)), made


def _metadata(*fields: tuple[str, str]) -> Element:
    return _make(
        "qtimetadata",
        *(
            _make("qtimetadatafield", _make("fieldlabel", text=label), _make("fieldentry", text=entry))
            for label, entry in fields
        ),
    )


def _item(
    item: ItemSpec,
    profile: str,
    presentation: Element,
    rules: Element,
    said: Sequence[Element],
    *,
    part: str = "",
) -> Element:
    own, title = item["id"] + part, plain(item["stem"])
    about = _make("itemmetadata", _metadata(("cc_profile", profile)))
    return _make("item", about, presentation, rules, *said, ident=own, title=title)


def _material(html: str) -> Element:
    return _make("material", _make("mattext", text=html, texttype="text/html"))


def _stem(item: ItemSpec, html: Html, more: str = "") -> Element:
    picture = f"\n\n![{item.get('picture_alt', '')}]({item['picture']})" if item.get("picture") else ""
    return _material(html(f"{item['stem']}{picture}{more}"))


def _choices(name: str, pieces: Sequence[dict[str, Any]], html: Html, *, many: bool) -> Element:
    labels = [_make("response_label", _material(html(piece["text"])), ident=piece["key"]) for piece in pieces]
    chosen = _make("render_choice", *labels, shuffle="No")
    return _make("response_lid", chosen, ident=name, rcardinality="Multiple" if many else "Single")


def _equal(value: str) -> Element:
    return _make("varequal", text=value, respident="response1")


def _rules(right: Element, replies: Sequence[tuple[str, str]]) -> Element:
    """Words first, each for its answer, then the points."""
    score = _make("decvar", maxvalue="100", minvalue="0", varname="SCORE", vartype="Decimal")
    shown = [
        _make(
            "respcondition",
            _make("conditionvar", _equal(value)),
            _make("displayfeedback", feedbacktype="Response", linkrefid=name),
            continue_="Yes",
        )
        for value, name in replies
    ]
    points = _make("setvar", text="100", action="Set", varname="SCORE")
    earned = _make("respcondition", _make("conditionvar", right), points, continue_="No")
    return _make("resprocessing", _make("outcomes", score), *shown, earned)


def _feedback(name: str, html: str) -> Element:
    return _make("itemfeedback", _make("flow_mat", _material(html)), ident=name)


def _choice(item: ItemSpec, html: Html, report: Report) -> list[Element]:
    many = item["kind"] == "multiple" or (item["kind"] == "hotspot" and taps(item)[1] != 1)
    options = item["options"]
    replies = [(o["key"], f"fb_{o['key']}") for o in options if o.get("reply")]
    said = [_feedback(f"fb_{o['key']}", html(o["reply"])) for o in options if o.get("reply")]
    right = [_equal(o["key"]) for o in options if o.get("correct")]
    wrong = [_make("not", _equal(o["key"])) for o in options if not o.get("correct")]
    asked = _make("presentation", _stem(item, html), _choices("response1", options, html, many=many))
    rules = _rules(_make("and", *right, *wrong) if many else right[0], replies)
    profile = "cc.multiple_response.v0p1" if many else "cc.multiple_choice.v0p1"
    return [_item(item, profile, asked, rules, said)]


def _hotspot(item: ItemSpec, html: Html, report: Report) -> list[Element]:
    """Areas are chosen by name below the picture."""
    report.add(Level.CHANGED, item["id"], "点图题改成了看着图按名字选，图上的位置没有了")
    return _choice(item, html, report)


def _one_by_one(item: ItemSpec, html: Html, report: Report) -> list[Element]:
    """Lines to draw and things to sort: a choice for each thing."""
    match = item["kind"] == "match"
    things, places = (item["left"], item["right"]) if match else (item["entries"], item["bins"])
    report.add(Level.CHANGED, item["id"], f"{'连线' if match else '分类'}题拆成了{len(things)}道单选题")
    found = []
    for thing in things:
        wanted = item["pairs"][thing["key"]] if match else thing["bin"]
        traps = [
            (trap["pair"][1] if match else trap["bin"], trap["reply"])
            for trap in item.get("traps", ())
            if (trap["pair"][0] if match else trap["entry"]) == thing["key"] and trap.get("reply")
        ]
        asked = _make(
            "presentation",
            _stem(item, html, f"\n\n{'和哪一个配对' if match else '放进哪一类'}：{thing['text']}"),
            _choices("response1", places, html, many=False),
        )
        rules = _rules(_equal(wanted), [(value, f"fb_{value}") for value, _ in traps])
        said = [_feedback(f"fb_{value}", html(reply)) for value, reply in traps]
        found.append(_item(item, "cc.multiple_choice.v0p1", asked, rules, said, part=f".{thing['key']}"))
    return found


def _order(item: ItemSpec, html: Html, report: Report) -> list[Element]:
    """The entries with letters; the answer is their letters in order."""
    report.add(Level.CHANGED, item["id"], "排序题改成了填字母")
    shown = sorted(item["entries"], key=lambda entry: (len(entry["text"]) % 3, entry["text"]))
    if [entry["key"] for entry in shown] == [entry["key"] for entry in item["entries"]]:
        shown.reverse()
    letters = {entry["key"]: letter for entry, letter in zip(shown, _LETTERS, strict=False)}
    listed = "".join(f"\n\n{letters[entry['key']]}　{entry['text']}" for entry in shown)
    answer = "".join(letters[entry["key"]] for entry in item["entries"])
    return [_filled(item, html, f"{listed}\n\n按顺序写出字母，中间不空格。", [answer])]


def _numeric(item: ItemSpec, html: Html, report: Report) -> list[Element]:
    answer = item["answer"]
    unit = str(answer.get("unit") or "")
    if answer.get("tolerance"):
        report.add(
            Level.CHANGED, item["id"], f"允许误差{answer['tolerance']:g}没有了，只认 {answer['value']:g}"
        )
    value = f"{answer['value']:.12g}"
    accepted = [value, *([value + unit] if unit else [])]
    return [_filled(item, html, f"\n\n（单位：{unit}）" if unit else "", accepted)]


def _filled(item: ItemSpec, html: Html, more: str, accepted: Sequence[str]) -> Element:
    fib = _make(
        "response_str", _make("render_fib", columns="30", rows="1"), ident="response1", rcardinality="Single"
    )
    asked = _make("presentation", _stem(item, html, more), fib)
    score = _make("decvar", maxvalue="100", minvalue="0", varname="SCORE", vartype="Decimal")
    tests = [_make("varequal", text=value, respident="response1", case="No") for value in accepted]
    points = _make("setvar", text="100", action="Set", varname="SCORE")
    earned = _make("respcondition", _make("conditionvar", *tests), points, continue_="No")
    rules = _make("resprocessing", _make("outcomes", score), earned)
    return _item(item, "cc.fib.v0p1", asked, rules, [])


def _short(item: ItemSpec, html: Html, report: Report) -> list[Element]:
    if item.get("accept"):
        report.add(Level.CHANGED, item["id"], "简答题都由老师看，写对了也不自动给分")
    fib = _make(
        "response_str", _make("render_fib", columns="60", rows="6"), ident="response1", rcardinality="Single"
    )
    asked = _make("presentation", _stem(item, html), fib)
    score = _make("decvar", maxvalue="100", minvalue="0", varname="SCORE", vartype="Decimal")
    waits = _make("respcondition", _make("conditionvar", _make("other")), continue_="No")
    rules = _make("resprocessing", _make("outcomes", score), waits)
    return [_item(item, "cc.essay.v0p1", asked, rules, [])]


_KINDS: dict[str, Callable[[ItemSpec, Html, Report], list[Element]]] = {
    "single": _choice,
    "multiple": _choice,
    "hotspot": _hotspot,
    "match": _one_by_one,
    "classify": _one_by_one,
    "order": _order,
    "numeric": _numeric,
    "short": _short,
}
