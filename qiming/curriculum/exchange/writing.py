"""XML we write: elements by name, Markdown as the XHTML that other platforms show, packages whole or not at all."""

import io
import posixpath
import re
import zipfile
from collections.abc import Callable, Iterable
from typing import Any

from lxml import etree

from qiming.curriculum.exchange.xml import Element, local
from qiming.kernel.text import render_markdown

_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
_FORMULA = re.compile(r'<span class="math(?: wide)?">([^<]*)</span>')
# Always the same moment: the same course gives the same package.
_MOMENT = (2020, 1, 1, 0, 0, 0)


class Maker:
    """Makes elements of one namespace: `make("qti-value", text="A")`, `make("p", child, child, class_="x")`."""

    def __init__(self, namespace: str, prefixes: dict[str | None, str] | None = None) -> None:
        self._namespace = namespace
        self._prefixes = prefixes or {None: namespace}

    def __call__(self, name: str, *children: Any, text: str | None = None, **attributes: Any) -> Element:
        element = etree.Element(f"{{{self._namespace}}}{name}", nsmap=self._prefixes)
        for key, value in attributes.items():
            if value is not None:
                element.set(key.rstrip("_").replace("_", "-"), legal(str(value)))
        if text is not None:
            element.text = legal(text)
        for one in children:
            if one is not None:
                element.append(one)
        return element

    def markdown(self, text: str, picture: Callable[[str], str], **attributes: Any) -> Element:
        """A `div` with the Markdown as XHTML of this namespace; `picture` says where `media/x.svg` lies for the reader."""
        html = str(render_markdown(text))
        parsed = etree.fromstring(f"<div>{legal(html)}</div>".encode(), _PARSER)
        holder = self("div", **attributes)
        holder.text = parsed.text
        for one in parsed:
            holder.append(self._moved(one, picture))
        return holder

    def _moved(self, element: Element, picture: Callable[[str], str]) -> Element:
        name = {"s": "span", "del": "span"}.get(local(element), local(element))
        made = self(name)
        for key, value in element.attrib.items():
            if key in ("src", "alt", "href", "start") or (key == "class" and value):
                made.set(key, value)
        if name == "img":
            made.set("src", picture(element.get("src", "")))
            made.set("alt", element.get("alt", ""))
        made.text, made.tail = element.text, element.tail
        if "math" in (element.get("class") or "").split():
            # What other platforms draw as a formula.
            made.text = f"\\({element.text or ''}\\)"
        for one in element:
            made.append(self._moved(one, picture))
        return made


def for_others(html: str) -> str:
    """HTML of ours with its formulas marked the way other platforms draw them."""
    return _FORMULA.sub(r'<span class="math">\\(\1\\)</span>', html)


def legal(text: str) -> str:
    """Without the characters XML cannot hold."""
    return "".join(
        c
        for c in text
        if c in "\t\n\r" or (c >= " " and c not in "\ufffe\uffff" and not "\ud800" <= c <= "\udfff")
    )


def document(root: Element) -> bytes:
    """The document as UTF-8 with its declaration."""
    written: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    return written


def beside(file: str, other: str) -> str:
    """How a file names another of the package."""
    return posixpath.relpath(other, posixpath.dirname(file) or ".")


def packed(files: Iterable[tuple[str, bytes]]) -> bytes:
    """A zip of these files, the same for the same files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in files:
            entry = zipfile.ZipInfo(name, _MOMENT)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, body)
    return out.getvalue()
