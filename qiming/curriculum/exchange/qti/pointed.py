"""Questions that point at a picture: hotspot, and select point where the areas are written down."""

from collections.abc import Callable

from qiming.curriculum.exchange.model import Level
from qiming.curriculum.exchange.qti.asked import Asking, NotOurs, Part, options_of
from qiming.curriculum.exchange.qti.declared import number
from qiming.curriculum.exchange.qti.spots import LETTERS, area_of, image_of, shown_size
from qiming.curriculum.exchange.xml import Element, below, words
from qiming.curriculum.picture_size import size_of


def _hotspot(asking: Asking) -> Part:
    choices = below(asking.element, "hotspot-choice")
    names = [one.get("identifier", "") for one in choices]
    if len(names) > len(LETTERS) or len(set(names)) != len(names):
        raise NotOurs("图上的位置太多，或两处用了同一个标识")
    kept = set(names) <= set(LETTERS)
    asking.keys.update({name: name if kept else letter for name, letter in zip(names, LETTERS, strict=False)})
    placed = _on_picture(asking, [(one.get("shape", ""), one.get("coords", "")) for one in choices])
    pieces = []
    for one, area in zip(choices, placed["areas"], strict=True):
        key = asking.keys[one.get("identifier", "")]
        label = " ".join((one.get("hotspot-label") or "").split())
        pieces.append({"key": key, "text": label or f"位置{key}", "area": area})
    picture: Part = placed["picture"]
    return picture | _taps(asking, options_of(asking, pieces)) | asking.otherwise()


def _taps(asking: Asking, part: Part) -> Part:
    """How many places are asked for, where it is not what our format takes for granted."""
    options = part["options"]
    right = sum(bool(option.get("correct")) for option in options)
    least = int(number(asking.element.get("min-choices") or "") or 0) or 1
    most = int(number(asking.element.get("max-choices") or "1") or 0) or len(options)
    if not least <= right <= most <= len(options):
        asking.say(Level.CHANGED, "能点几处和对的有几处合不上，改成了按对的来")
        least, most = 1, 1 if right == 1 else len(options)
    usual = 1 if right == 1 else len(options)
    more = ({"least": least} if least != 1 else {}) | ({"most": most} if most != usual else {})
    return part | {"kind": "hotspot"} | more


def _on_picture(asking: Asking, drawn: list[tuple[str, str]]) -> Part:
    """`areas` in the picture's own units, and `picture` with what it needs beside it."""
    image = image_of(asking.element)
    href = (image.get("data") or image.get("src") or "") if image is not None else ""
    name = asking.pictures.take(href, asking.where, lambda what: asking.say(Level.LOST, what)) if href else ""
    size = size_of(asking.pictures.media[name]) if name else None
    if image is None or size is None:
        raise NotOurs("题里的图没有收，这道题没法做")
    shown = shown_size(image, size)
    areas = []
    for shape, coords in drawn:
        area, changed = area_of(shape, coords, shown, size)
        if area is None:
            raise NotOurs("图上的位置写得不完整")
        if changed:
            asking.say(Level.CHANGED, "图上有的位置换了相近的形状，或收回到图里来了")
        areas.append(area)
    alt = " ".join((image.get("alt") or words(image) or "图").split())
    wide, high = (int(side) if side == int(side) else side for side in size)
    return {"areas": areas, "picture": {"picture": name, "picture_alt": alt, "size": [wide, high]}}


def _select_point(asking: Asking) -> Part:
    """Anywhere on the picture may be pointed at; ours shows the places, so that a keyboard can reach them too."""
    entries = [
        (one, number(one.get("mapped-value") or "") or 0.0)
        for one in below(asking.item, "area-map-entry")
        if _of_response(one, asking.declared.identifier)
    ]
    most = max((points for _, points in entries), default=0.0)
    if most <= 0 or len(entries) > len(LETTERS):
        raise NotOurs("在图上点位置，没有写点在哪个范围里算对")
    one_point = asking.declared.cardinality == "single"
    placed = _on_picture(asking, [(one.get("shape", ""), one.get("coords", "")) for one, _ in entries])
    options = [
        {"key": letter, "text": f"位置{letter}", "area": area}
        | ({"correct": True} if points == most or (points > 0 and not one_point) else {})
        for letter, area, (_, points) in zip(LETTERS, placed["areas"], entries, strict=False)
    ]
    asking.say(Level.CHANGED, "原来可以点图上任何地方，改成了从图上画出的位置里点")
    if one_point and any(0 < points < most for _, points in entries):
        asking.say(Level.CHANGED, "点了别的也给一部分分，这一条没有收")
    if all(option.get("correct") for option in options):
        asking.say(Level.TO_DO, "只画了对的位置，请再画上几处别的位置，不然一看就知道")
    part: Part = placed["picture"] | {"options": options}
    right = sum(bool(option.get("correct")) for option in options)
    return part | {"kind": "hotspot"} | ({"most": 1} if one_point and right > 1 else {}) | asking.otherwise()


def _of_response(entry: Element, name: str) -> bool:
    return any(
        up.tag == "response-declaration" and up.get("identifier") == name for up in entry.iterancestors()
    )


POINTED: dict[str, Callable[[Asking], Part]] = {
    "hotspot-interaction": _hotspot,
    "select-point-interaction": _select_point,
}
