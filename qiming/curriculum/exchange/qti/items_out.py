"""Our items as QTI 3.0: each kind as the interaction other players have, marked as we mark it where QTI can say so."""

from collections.abc import Callable, Sequence
from typing import Any

from qiming.curriculum.exchange.qti.names import QTI3
from qiming.curriculum.exchange.qti.spots import coords_of
from qiming.curriculum.exchange.writing import Maker, document
from qiming.curriculum.exchange.xml import Element
from qiming.curriculum.rules import taps
from qiming.curriculum.types import ItemSpec

make = Maker(QTI3)
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
RESPONSE, FEEDBACK = "RESPONSE", "FEEDBACK"
Picture = Callable[[str], str]
# (what must hold, name of the feedback, its words, the misconception)
Reply = tuple[Element, str, str, str]
_VERSION = "1"


def write_item(item: ItemSpec, picture: Picture) -> bytes:
    """The item as a QTI 3.0 document; `picture` says where `media/x.svg` lies, seen from it."""
    parts = _KINDS[item["kind"]](item, picture)
    replies = parts["replies"]
    shown = [(name, text, known) for _, name, text, known in replies if text]
    if item.get("otherwise"):
        shown.append(("otherwise", item["otherwise"], ""))
    root = make(
        "qti-assessment-item",
        parts["declared"],
        _outcome("SCORE", "float", "0", **parts.get("score", {})),
        _outcome("MAXSCORE", "float", str(parts.get("most", 1))),
        make("qti-outcome-declaration", identifier=FEEDBACK, cardinality="single", base_type="identifier"),
        _body(item, parts["asked"], picture),
        make("qti-response-processing", *_processing(item, parts, bool(shown))),
        *(_feedback(name, text, known, picture) for name, text, known in shown),
        identifier=item["id"],
        title=plain(item["stem"]),
        adaptive="false",
        time_dependent="false",
        tool_name="Qiming",
        tool_version=_VERSION,
    )
    root.set(XML_LANG, "zh-CN")
    return document(root)


def plain(text: str, most: int = 40) -> str:
    """The beginning of a Markdown text on one line, for a title."""
    words = " ".join(text.replace("#", " ").replace("*", "").replace("`", "").split())
    return words if len(words) <= most else words[: most - 1] + "…"


def _outcome(name: str, base_type: str, value: str, **attributes: Any) -> Element:
    default = make("qti-default-value", make("qti-value", text=value))
    return make(
        "qti-outcome-declaration",
        default,
        identifier=name,
        cardinality="single",
        base_type=base_type,
        **attributes,
    )


def _body(item: ItemSpec, asked: Element, picture: Picture) -> Element:
    drawing = None
    if item.get("picture") and item["kind"] != "hotspot":
        image = make("img", src=picture(item["picture"]), alt=item.get("picture_alt", ""))
        drawing = make("p", image, class_="qiming-picture")
    return make(
        "qti-item-body",
        make.markdown(item["stem"], picture, class_="qiming-stem"),
        drawing,
        asked,
        _for_teachers(item, picture),
        _for_markers(item),
    )


def _for_teachers(item: ItemSpec, picture: Picture) -> Element | None:
    """Hints and solution: other platforms have no ladder of hints, so they are words for the teacher."""
    parts = []
    if item.get("hints"):
        hints = []
        for hint in item["hints"]:
            written = make.markdown(hint, picture)
            written.tag = f"{{{QTI3}}}li"
            hints.append(written)
        parts.append(make("ol", *hints, class_="qiming-hints"))
    if item.get("solution"):
        parts.append(make.markdown(item["solution"], picture, class_="qiming-solution"))
    return (
        make("qti-rubric-block", make("qti-content-body", *parts), use="instructions", view="tutor")
        if parts
        else None
    )


def _for_markers(item: ItemSpec) -> Element | None:
    if item["kind"] != "short":
        return None
    lines = [
        make("li", text=line["text"], id=f"rubric-{line['key']}", class_=f"points-{line['points']}")
        for line in item.get("rubric", ())
    ]
    sample = make("p", text=item["sample"], class_="qiming-sample") if item.get("sample") else None
    rubric = make("ul", *lines, class_="qiming-rubric") if lines else None
    if rubric is None and sample is None:
        return None
    return make("qti-rubric-block", make("qti-content-body", rubric, sample), use="scoring", view="scorer")


def _feedback(name: str, text: str, misconception: str, picture: Picture) -> Element:
    words = make.markdown(text, picture, class_=" ".join(("qiming-reply", misconception)).strip())
    return make(
        "qti-modal-feedback",
        make("qti-content-body", words),
        outcome_identifier=FEEDBACK,
        show_hide="show",
        identifier=name,
    )


def _processing(item: ItemSpec, parts: dict[str, Any], speaks: bool) -> list[Element]:
    """First the points, then the words: those of the first mistake that fits, else `otherwise`."""
    rules = list(parts["points"])
    if not speaks:
        return rules
    tests = [(test, name) for test, name, text, _ in parts["replies"] if text]
    if not parts.get("each_said"):
        tests.insert(0, (parts["right"], ""))
    branches = []
    for n, (test, name) in enumerate(tests):
        said = (
            make("qti-set-outcome-value", _value(name, "identifier"), identifier=FEEDBACK)
            if name
            else _nothing()
        )
        branches.append(make("qti-response-if" if n == 0 else "qti-response-else-if", test, said))
    if item.get("otherwise"):
        said = make("qti-set-outcome-value", _value("otherwise", "identifier"), identifier=FEEDBACK)
        branches.append(make("qti-response-else", said))
    return [*rules, make("qti-response-condition", *branches)]


def _nothing() -> Element:
    return make("qti-set-outcome-value", make("qti-null"), identifier=FEEDBACK)


def _value(text: str, base_type: str) -> Element:
    return make("qti-base-value", text=text, base_type=base_type)


def _variable(name: str = RESPONSE) -> Element:
    return make("qti-variable", identifier=name)


def _is_right() -> Element:
    return make("qti-match", _variable(), make("qti-correct", identifier=RESPONSE))


def _holds(value: str, base_type: str) -> Element:
    return make("qti-member", _value(value, base_type), _variable())


def _all_or_nothing(test: Element) -> Element:
    points = make("qti-set-outcome-value", _value("1", "float"), identifier="SCORE")
    none = make("qti-set-outcome-value", _value("0", "float"), identifier="SCORE")
    return make(
        "qti-response-condition", make("qti-response-if", test, points), make("qti-response-else", none)
    )


def _by_mapping() -> Element:
    points = make("qti-map-response", identifier=RESPONSE)
    return make("qti-set-outcome-value", points, identifier="SCORE")


def _declared(
    cardinality: str,
    base_type: str,
    right: Sequence[str],
    mapped: Sequence[tuple[str, float]] = (),
    **attributes: Any,
) -> Element:
    correct = (
        make("qti-correct-response", *(make("qti-value", text=value) for value in right)) if right else None
    )
    mapping = None
    if mapped:
        entries = [
            make("qti-map-entry", map_key=key, mapped_value=f"{points:.4g}", **attributes)
            for key, points in mapped
        ]
        mapping = make("qti-mapping", *entries, lower_bound="0", upper_bound="1", default_value="0")
    return make(
        "qti-response-declaration",
        correct,
        mapping,
        identifier=RESPONSE,
        cardinality=cardinality,
        base_type=base_type,
    )


def _choice(item: ItemSpec, picture: Picture) -> dict[str, Any]:
    many = item["kind"] == "multiple"
    options = item["options"]
    choices = [_piece("qti-simple-choice", option, picture) for option in options]
    asked = make(
        "qti-choice-interaction",
        *choices,
        response_identifier=RESPONSE,
        shuffle="false",
        max_choices="0" if many else "1",
    )
    return _chosen(item, asked, many=many)


def _hotspot(item: ItemSpec, picture: Picture) -> dict[str, Any]:
    """The picture stands inside the question, the names of its areas are their labels."""
    least, most = taps(item)
    spots = []
    for option in item["options"]:
        shape, coords = coords_of(option["area"])
        name = {"identifier": option["key"], "hotspot_label": option["text"]}
        spots.append(make("qti-hotspot-choice", shape=shape, coords=coords, **name))
    wide, high = (f"{side:g}" for side in item["size"])
    asked = make(
        "qti-hotspot-interaction",
        make("img", src=picture(item["picture"]), alt=item["picture_alt"], width=wide, height=high),
        *spots,
        response_identifier=RESPONSE,
        max_choices="0" if most == len(spots) else str(most),
        min_choices=str(least),
        class_="qiming-hotspot",
    )
    return _chosen(item, asked, many=most != 1)


def _chosen(item: ItemSpec, asked: Element, *, many: bool) -> dict[str, Any]:
    """What is right of `options`, and what is said to each."""
    options = item["options"]
    right = [option["key"] for option in options if option.get("correct")]
    share = 1 / max(1, len(right))
    mapped = [(o["key"], share if o.get("correct") else -share) for o in options] if many else []
    replies = [
        (
            _holds(o["key"], "identifier")
            if many
            else make("qti-match", _variable(), _value(o["key"], "identifier")),
            f"reply-{o['key']}",
            o.get("reply", ""),
            o.get("misconception", ""),
        )
        for o in sorted(options, key=lambda option: bool(option.get("correct")))
    ]
    return {
        "declared": _declared("multiple" if many else "single", "identifier", right, mapped),
        "asked": asked,
        "right": _is_right(),
        "points": [_by_mapping() if many else _all_or_nothing(_is_right())],
        "replies": replies,
        "each_said": not many,
    }


def _order(item: ItemSpec, picture: Picture) -> dict[str, Any]:
    entries = item["entries"]
    right = [entry["key"] for entry in entries]
    shown = sorted(entries, key=lambda entry: (len(entry["text"]) % 3, entry["text"]))
    asked = make(
        "qti-order-interaction",
        *(_piece("qti-simple-choice", entry, picture) for entry in shown),
        response_identifier=RESPONSE,
        shuffle="true",
    )
    replies = [
        (
            _before(trap["before"][0], trap["before"][1], len(right)),
            f"trap-{n}",
            trap.get("reply", ""),
            trap.get("misconception", ""),
        )
        for n, trap in enumerate(item.get("traps", ()), start=1)
    ]
    return {
        "declared": _declared("ordered", "identifier", right),
        "asked": asked,
        "right": _is_right(),
        "points": [_all_or_nothing(_is_right())],
        "replies": replies,
    }


def _before(first: str, second: str, places: int) -> Element:
    """One is put before the other: at 1 and 2, or at 1 and 3, …"""

    def stands(key: str, place: int) -> Element:
        index = make("qti-index", _variable(), n=str(place))
        return make("qti-match", index, _value(key, "identifier"))

    return make(
        "qti-or",
        *(
            make("qti-and", stands(first, at), stands(second, then))
            for at in range(1, places + 1)
            for then in range(at + 1, places + 1)
        ),
    )


def _match(item: ItemSpec, picture: Picture) -> dict[str, Any]:
    pairs = [f"{a} {b}" for a, b in item["pairs"].items()]
    traps = [(" ".join(trap["pair"]), trap) for trap in item.get("traps", ())]
    return _paired(item, picture, left=item["left"], right=item["right"], pairs=pairs, traps=traps)


def _classify(item: ItemSpec, picture: Picture) -> dict[str, Any]:
    pairs = [f"{entry['key']} {entry['bin']}" for entry in item["entries"]]
    traps = [(f"{trap['entry']} {trap['bin']}", trap) for trap in item.get("traps", ())]
    return _paired(item, picture, left=item["entries"], right=item["bins"], pairs=pairs, traps=traps)


def _paired(
    item: ItemSpec,
    picture: Picture,
    *,
    left: Sequence[dict[str, Any]],
    right: Sequence[dict[str, Any]],
    pairs: Sequence[str],
    traps: Sequence[tuple[str, dict[str, Any]]],
) -> dict[str, Any]:
    name = "qti-simple-associable-choice"
    first = [_piece(name, piece, picture, match_max="1", match_min="1") for piece in left]
    second = [_piece(name, piece, picture, match_max=str(len(left))) for piece in right]
    asked = make(
        "qti-match-interaction",
        make("qti-simple-match-set", *first),
        make("qti-simple-match-set", *second),
        response_identifier=RESPONSE,
        shuffle="true",
        max_associations=str(len(left)),
        class_=f"qiming-{item['kind']}",
    )
    replies = [
        (_holds(pair, "directedPair"), f"trap-{n}", trap.get("reply", ""), trap.get("misconception", ""))
        for n, (pair, trap) in enumerate(traps, start=1)
    ]
    return {
        "declared": _declared(
            "multiple", "directedPair", pairs, [(pair, 1 / max(1, len(pairs))) for pair in pairs]
        ),
        "asked": asked,
        "right": _is_right(),
        "points": [_by_mapping()],
        "replies": replies,
    }


def _numeric(item: ItemSpec, picture: Picture) -> dict[str, Any]:
    answer = item["answer"]
    unit = make("span", text=str(answer["unit"]), class_="qiming-unit") if answer.get("unit") else None
    entry = make("qti-text-entry-interaction", response_identifier=RESPONSE, expected_length="12")
    asked = make("p", entry, unit, class_="qiming-answer")

    def near(target: Element, tolerance: float) -> Element:
        return make(
            "qti-equal",
            _variable(),
            target,
            tolerance_mode="absolute",
            tolerance=f"{tolerance!r} {tolerance!r}",
        )

    def is_right() -> Element:
        return near(make("qti-correct", identifier=RESPONSE), answer["tolerance"])

    replies = [
        (
            near(_value(repr(trap["value"]), "float"), trap.get("tolerance", 0)),
            f"trap-{n}",
            trap.get("reply", ""),
            trap.get("misconception", ""),
        )
        for n, trap in enumerate(item.get("traps", ()), start=1)
    ]
    return {
        "declared": _declared("single", "float", [repr(answer["value"])]),
        "asked": asked,
        "right": is_right(),
        "points": [_all_or_nothing(is_right())],
        "replies": replies,
    }


def _short(item: ItemSpec, picture: Picture) -> dict[str, Any]:
    accept = [str(value) for value in item.get("accept", ())]
    asked = make(
        "qti-extended-text-interaction",
        response_identifier=RESPONSE,
        expected_length="200",
        class_="qiming-short",
    )
    mapped = [(value, 1.0) for value in accept]
    return {
        "declared": _declared("single", "string", accept[:1], mapped, case_sensitive="false"),
        "asked": asked,
        "right": _is_right(),
        "points": [_by_mapping()] if accept else [],
        "replies": [],
        "score": {"external_scored": "human"},
    }


def _piece(name: str, piece: dict[str, Any], picture: Picture, **attributes: Any) -> Element:
    """A thing to choose or move: one line of Markdown, without the paragraph around it."""
    written = make.markdown(piece["text"], picture, **attributes)
    written.tag = f"{{{QTI3}}}{name}"
    written.set("identifier", piece["key"])
    if len(written) == 1 and written[0].tag == f"{{{QTI3}}}p" and not (written.text or "").strip():
        only = written[0]
        written.text = only.text
        written.remove(only)
        for one in list(only):
            written.append(one)
    return written


_KINDS: dict[str, Callable[[ItemSpec, Picture], dict[str, Any]]] = {
    "single": _choice,
    "multiple": _choice,
    "hotspot": _hotspot,
    "order": _order,
    "match": _match,
    "classify": _classify,
    "numeric": _numeric,
    "short": _short,
}
