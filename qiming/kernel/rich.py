"""Our own HTML (made from Markdown by `kernel.text`) as plain data, for documents that are not web pages."""

from html.parser import HTMLParser
from typing import Any

from qiming.kernel.formula import readable

# A node is a string or {"t": tag, "c": [nodes], …}; `img` carries src and alt instead of children.
Node = str | dict[str, Any]

_VOID = frozenset({"img", "br", "hr"})
_KEPT = frozenset(
    [
        "p",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "ul",
        "ol",
        "li",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "blockquote",
        "strong",
        "em",
        "code",
        "pre",
        "del",
        "a",
    ]
)


def tree(html: str) -> list[Node]:
    """The nodes of `html`; a tag that is not ours gives only what stands in it, white space between blocks goes."""
    builder = _Builder()
    builder.feed(html)
    builder.close()
    return _tidy(builder.root["c"])


def pictures(nodes: list[Node]) -> set[str]:
    """The addresses of every picture in it."""
    found: set[str] = set()
    for node in nodes:
        if isinstance(node, dict):
            if node["t"] == "img":
                found.add(node["src"])
            found |= pictures(node.get("c", []))
    return found


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root: dict[str, Any] = {"t": "", "c": []}
        self.open = [self.root]
        self.in_formula = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "span":
            self.in_formula = "math" in (dict(attrs).get("class") or "").split()
        if tag in _VOID:
            given = dict(attrs)
            node: dict[str, Any] = {"t": tag}
            if tag == "img":
                node |= {"src": given.get("src") or "", "alt": given.get("alt") or ""}
            self.open[-1]["c"].append(node)
        elif tag in _KEPT:
            node = {"t": tag, "c": []}
            self.open[-1]["c"].append(node)
            self.open.append(node)

    def handle_endtag(self, tag: str) -> None:
        if tag == "span":
            self.in_formula = False
        if tag in _KEPT and any(node["t"] == tag for node in self.open[1:]):
            while self.open.pop()["t"] != tag:
                pass

    def handle_data(self, data: str) -> None:
        self.open[-1]["c"].append(readable(data) if self.in_formula else data)


_HOLDS_BLOCKS = frozenset({"", "ul", "ol", "table", "thead", "tbody", "tr", "blockquote"})


def _tidy(nodes: list[Node], parent: str = "") -> list[Node]:
    kept: list[Node] = []
    for node in nodes:
        if isinstance(node, str):
            text = node if parent in ("pre", "code") else node.replace("\n", "")
            if text.strip() or (text and parent not in _HOLDS_BLOCKS):
                kept.append(text)
        else:
            kept.append(node | {"c": _tidy(node["c"], node["t"])} if "c" in node else node)
    return kept
