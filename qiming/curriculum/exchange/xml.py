"""XML from outside: no entities, no document types, no network; text in the encodings that Chinese schools send."""

import codecs
import re
from typing import Any

from lxml import etree, html

from qiming.kernel.text import UnreadableText, decode

# An lxml element; the library carries no types.
Element = Any

_DECLARED = re.compile(r"""\A\s*<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["'][^>]*\?>""")
_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>")
_DOCTYPE = re.compile(r"<!DOCTYPE[^\[>]*>", re.IGNORECASE)
_TRICKS = re.compile(r"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
MOST_DEPTH = 120


class NotReadable(ValueError):
    """Not XML we read; the message says why, in Chinese."""


def text_of(data: bytes) -> tuple[str, str]:
    """The text and the encoding it was read in: the declared one when it fits, else what it turns out to be."""
    declared = _DECLARED.match(data[:300].decode("latin-1"))
    name = declared.group(1).lower() if declared else ""
    if name and not data.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        # What says GB2312 or GBK is read as their superset.
        name = "gb18030" if name in ("gb2312", "gbk", "gb_2312-80", "hz-gb-2312") else name
        try:
            return data.decode(name), name
        except (LookupError, UnicodeDecodeError, ValueError):
            pass
    try:
        found = decode(data)
    except UnreadableText:
        raise NotReadable("文字读不出来，请另存为 UTF-8") from None
    return found.text, found.encoding


def parse(data: bytes) -> Element:
    """The root element; raises `NotReadable`."""
    text, _ = text_of(data)
    text = _DOCTYPE.sub("", _DECLARATION.sub("", text.lstrip("\ufeff"), count=1), count=1)
    if _TRICKS.search(_COMMENT.sub("", text)):
        raise NotReadable("文件里有实体定义，为安全起见不读")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False,
        remove_comments=True, remove_pis=True, encoding="utf-8",
    )  # fmt: skip
    try:
        return etree.fromstring(text.encode("utf-8"), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None)
        raise NotReadable(f"不是合格的 XML{f'（第{line}行附近）' if line else ''}") from None


def parse_page(data: bytes | str) -> Element | None:
    """The body of an HTML page or fragment, however untidy; None when there is nothing in it."""
    text = data if isinstance(data, str) else text_of(data)[0]
    text = _DECLARATION.sub("", text.lstrip("\ufeff"), count=1).replace("\0", "")
    if not text.strip():
        return None
    parser = html.HTMLParser(
        no_network=True, huge_tree=False, remove_comments=True, remove_pis=True, encoding="utf-8"
    )
    try:
        page = html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None
    body = page.find("body")
    return page if body is None else body


def local(element: Element) -> str:
    """An element's name without its namespace; empty for what is no element."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def namespace(element: Element) -> str:
    return etree.QName(element).namespace or ""


def child(element: Element, *names: str) -> Element | None:
    """The first child of one of these names."""
    return next((one for one in element if local(one) in names), None)


def children(element: Element, *names: str) -> list[Element]:
    return [one for one in element if local(one) in names]


def below(element: Element, *names: str) -> list[Element]:
    """All descendants of these names, in document order."""
    return [one for one in element.iter() if one is not element and local(one) in names]


def words(element: Element | None) -> str:
    """All text of an element on one line."""
    return " ".join("".join(element.itertext()).split()) if element is not None else ""
