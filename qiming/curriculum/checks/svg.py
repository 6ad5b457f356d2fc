"""Drawings: safe to serve, and small."""

import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

from qiming.kernel.content import Problem, relative
from qiming.kernel.content_words import Words

MAX_BYTES = 128 * 1024
FORBIDDEN = {"script", "foreignobject", "iframe", "embed", "object", "audio", "video", "handler", "set"}
_OUTSIDE = re.compile(r"(url\(\s*['\"]?(?!#)[^)]*\)|@import|javascript:)", re.IGNORECASE)


def check_svg(path: Path, root: Path) -> Iterator[Problem]:
    """Nothing that runs, nothing from outside, a viewBox, a decent size."""
    yield from drawing_problems(relative(path, root), path.read_bytes())


def drawing_problems(name: str, data: bytes) -> Iterator[Problem]:
    """The same for bytes in hand."""
    if len(data) > MAX_BYTES:
        yield Problem(name, 1, "", _TOO_BIG)
        return
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        yield Problem(name, 1, "", _DOCTYPE)
        return
    try:
        # Without a document type there are no entities to expand.
        drawing = ElementTree.fromstring(data)  # noqa: S314
    except ElementTree.ParseError as error:
        yield Problem(name, error.position[0], "", _NOT_XML)
        return
    if _local(drawing.tag) != "svg" or "viewBox" not in drawing.attrib:
        yield Problem(name, 1, "", _NO_VIEWBOX)
    for element in drawing.iter():
        yield from _element(name, element)


def _element(name: str, element: ElementTree.Element) -> Iterator[Problem]:
    tag = _local(element.tag)
    if tag in FORBIDDEN:
        yield Problem(name, 1, tag, _unsafe(f"<{tag}>"))
    if tag == "style" and _OUTSIDE.search(element.text or ""):
        yield Problem(name, 1, tag, _unsafe("style"))
    for raw, value in element.attrib.items():
        attribute = _local(raw)
        outside = attribute in ("href", "src") and not value.startswith("#")
        if attribute.startswith("on") or outside or _OUTSIDE.search(value):
            yield Problem(name, 1, f"{tag}@{attribute}", _unsafe(attribute))


def _local(tag: object) -> str:
    return str(tag).rsplit("}", 1)[-1].lower() if isinstance(tag, str) else ""


def _unsafe(what: str) -> Words:
    return Words(
        f"图里有不能用的“{what}”。",
        f"The drawing holds '{what}', which is not allowed.",
        "不要脚本、外部引用和嵌入网页，引用只能指向图内的 #id。",
        "No scripts, no outside references, no embedded pages; references may only point to #id inside.",
    )


_TOO_BIG = Words(
    f"图大于 {MAX_BYTES // 1024} KiB。",
    f"The drawing is larger than {MAX_BYTES // 1024} KiB.",
    "请简化。",
    "Simplify it.",
)
_DOCTYPE = Words("图里有 DOCTYPE。", "The drawing has a DOCTYPE.", "请删去。", "Remove it.")
_NOT_XML = Words("不是合格的 SVG。", "Not well-formed SVG.", "请重新导出。", "Export it again.")
_NO_VIEWBOX = Words(
    "根元素不是带 viewBox 的 svg。",
    "The root is not an svg with a viewBox.",
    "请补上 viewBox。",
    "Add a viewBox.",
)
