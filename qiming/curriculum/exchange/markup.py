"""Page markup (HTML, the bodies of QTI items) into our Markdown. What Markdown has no word for is told, never dropped unsaid."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from qiming.curriculum.exchange.maths import as_tex, in_markdown
from qiming.curriculum.exchange.xml import MOST_DEPTH, Element, local, words

Tell = Callable[[str], None]
# (address in the file, words for those who don't see it) -> `media/x.png`, or "" when it could not come along.
Picture = Callable[[str, str], str]

_SPECIAL = re.compile(r"([\\`*_\[\]<>~|&$])")
_LINE_START = re.compile(r"^(\s*)([#+=-])(?=\s|[-=]|#|$)", re.MULTILINE)
_NUMBER_START = re.compile(r"^(\s*\d+)([.)])(?=\s|$)", re.MULTILINE)
_SPACES = re.compile(r"[ \t\r\n\f]+")
_BLOCKS = frozenset(
    [
        "p",
        "div",
        "section",
        "article",
        "header",
        "footer",
        "main",
        "aside",
        "address",
        "figure",
        "figcaption",
        "blockquote",
        "ul",
        "ol",
        "li",
        "dl",
        "dt",
        "dd",
        "pre",
        "hr",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "table",
        "thead",
        "tbody",
        "tfoot",
        "tr",
        "td",
        "th",
        "caption",
        "details",
        "summary",
        "center",
        "fieldset",
        "form",
        "item-body",
        "prompt",
        "rubric-block",
        "feedback-block",
        "template-block",
        "content-body",
        "stimulus-body",
        "body",
    ]
)
_SILENT = frozenset(
    [
        "stylesheet",
        "style",
        "link",
        "meta",
        "title",
        "head",
        "colgroup",
        "col",
        "catalog-info",
        "template",
        "noscript",
    ]
)
_ACTIVE = {
    "script": "脚本", "iframe": "嵌入的网页", "embed": "嵌入的内容", "applet": "小程序", "canvas": "画布",
    "video": "视频", "audio": "声音", "object": "嵌入的文件", "svg": "画在页面里的图", "input": "输入框",
    "select": "选择框", "textarea": "输入框", "button": "按钮",
    "printed-variable": "随机生成的数", "media-interaction": "播放的媒体", "ruby": "注音",
}  # fmt: skip
_RAISED = str.maketrans("0123456789+-=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ")
_LOWERED = str.maketrans("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎")


def escaped(text: str) -> str:
    """Plain text that Markdown shows as it is."""
    marked = _SPECIAL.sub(r"\\\1", text)
    return _NUMBER_START.sub(r"\1\\\2", _LINE_START.sub(r"\1\\\2", marked))


@dataclass(slots=True)
class Writer:
    """Turns elements into Markdown. `special` writes the elements it knows (interactions) as inline text."""

    tell: Tell
    picture: Picture
    special: Callable[[Element], str | None] | None = None
    skip: Callable[[Element], bool] | None = None
    _told: set[str] = field(default_factory=set)

    def block(self, element: Element | None) -> str:
        """The content of an element as Markdown of its own."""
        if element is None:
            return ""
        return re.sub(r"\n{3,}", "\n\n", "\n\n".join(self._blocks(element, 0))).strip()

    def line(self, element: Element | None) -> str:
        """The content of an element as Markdown of one line."""
        return " ".join(self.block(element).replace("\\\n", " ").split())

    def _blocks(self, element: Element, depth: int) -> list[str]:
        """Paragraphs of an element's content: inline runs between its block children."""
        found: list[str] = []
        run = self._text(element.text)
        for child in element:
            if self._is_block(child):
                _add(found, run)
                run = ""
                _add(found, self._block(child, depth + 1), trim=False)
            else:
                run += self._inline(child, depth + 1)
            run += self._text(child.tail)
        _add(found, run)
        return found

    def _is_block(self, element: Element) -> bool:
        name = local(element)
        if self.skip is not None and self.skip(element):
            return False
        return name in _BLOCKS or (name not in _SILENT and self._holds_blocks(element))

    def _holds_blocks(self, element: Element) -> bool:
        return local(element) not in _ACTIVE and any(
            local(one) in ("p", "div", "table", "ul", "ol", "prompt") for one in element
        )

    def _block(self, element: Element, depth: int) -> str:
        name = local(element)
        if depth > MOST_DEPTH:
            return escaped(words(element))
        if name in _WHOLE:
            return _WHOLE[name](self, element, depth)
        inner = "\n\n".join(self._blocks(element, depth))
        if len(name) == 2 and name[0] == "h" and name[1].isdigit() and inner:
            return "#" * min(6, int(name[1]) + 1) + " " + " ".join(inner.split())
        if name == "blockquote":
            return "\n".join(f"> {line}".rstrip() for line in inner.splitlines())
        return inner

    def _list(self, element: Element, depth: int) -> str:
        lines = []
        for n, entry in enumerate((one for one in element if local(one) == "li"), start=1):
            mark = f"{n}. " if local(element) == "ol" else "- "
            inner = "\n".join(block for block in self._blocks(entry, depth) if block)
            pad = " " * len(mark)
            lines.append(mark + inner.replace("\n", "\n" + pad))
        return "\n".join(lines)

    def _table(self, element: Element, _depth: int) -> str:
        rows = [one for one in element.iter() if local(one) == "tr"]
        cells = [[self._cell(cell) for cell in row if local(cell) in ("td", "th")] for row in rows]
        width = max((len(row) for row in cells), default=0)
        if not width:
            return ""
        spans = any(
            cell.get("colspan", "1") != "1" or cell.get("rowspan", "1") != "1" for row in rows for cell in row
        )
        if spans:
            self._say("表格里合并的单元格拆开了")
        full = [row + [""] * (width - len(row)) for row in cells]
        caption = next((self.line(one) for one in element if local(one) == "caption"), "")
        lines = ["| " + " | ".join(row) + " |" for row in full]
        lines.insert(1, "|" + " --- |" * width)
        return (caption + "\n\n" if caption else "") + "\n".join(lines)

    def _cell(self, cell: Element) -> str:
        return " ".join(self._blocks(cell, 0)).replace("\n", " ")

    def _inline(self, element: Element, depth: int) -> str:
        name = local(element)
        if not name or name in _SILENT or (self.skip is not None and self.skip(element)):
            return ""
        written = self.special(element) if self.special is not None else None
        if written is not None:
            return written
        if depth > MOST_DEPTH:
            return escaped(words(element))
        if name in ("img", "math", "br") or name in _ACTIVE:
            return self._thing(name, element, depth)
        return self._marked(name, element, self._inner(element, depth))

    def _thing(self, name: str, element: Element, depth: int) -> str:
        """What is no text: a picture, a formula, a break, something that plays or runs."""
        if name == "br":
            return "\\\n"
        if name == "math":
            tex = as_tex(element)
            if not tex:
                self._say("有一个公式太长或写法认不出，只留下文字")
            return in_markdown(tex) or escaped(words(element))
        if name == "img" or (name == "object" and (element.get("type") or "").startswith("image/")):
            return self._image(element)
        self._say(f"{_ACTIVE[name]}没有收")
        # What a page says to those who cannot play it is of use only where it is words.
        return self._inner(element, depth) if name in ("object", "ruby") else ""

    def _marked(self, name: str, element: Element, inner: str) -> str:
        if not inner.strip():
            return inner
        if name == "span" and "math" in (element.get("class") or "").split():
            tex = "".join(element.itertext()).strip().removeprefix("\\(").removesuffix("\\)").strip()
            return in_markdown(tex) if "$" not in tex else inner
        if name in _MARKS:
            return _around(_MARKS[name], inner)
        if name in ("code", "kbd", "samp", "tt"):
            text = " ".join("".join(element.itertext()).split())
            return f"`{text}`" if "`" not in text else inner
        if name in ("sup", "sub"):
            return _shifted(inner, up=name == "sup")
        return self._link(element, inner) if name == "a" else inner

    def _link(self, element: Element, inner: str) -> str:
        address = (element.get("href") or "").strip()
        if urlsplit_scheme(address) in ("http", "https"):
            return (
                f"[{inner.strip()}](<{address.replace('>', '%3E').replace('<', '%3C').replace(chr(10), '')}>)"
            )
        if address and not address.startswith("#"):
            self._say(f"链接没有收，只留下文字：{words(element)[:40]}")
        return inner

    def _inner(self, element: Element, depth: int) -> str:
        parts = [self._text(element.text)]
        for one in element:
            parts.append(self._inline(one, depth + 1))
            parts.append(self._text(one.tail))
        return "".join(parts)

    def _image(self, element: Element) -> str:
        # One platform keeps a formula as a picture with its TeX beside it.
        tex = " ".join((element.get("data-equation-content") or "").split())
        if tex and "$" not in tex:
            return in_markdown(tex)
        source = element.get("src") or element.get("data") or ""
        said = " ".join((element.get("alt") or element.get("title") or words(element)).split())
        name = self.picture(source, said) if source else ""
        if not name:
            return escaped(f"〔图：{said}〕") if said else ""
        return f"![{escaped(said)}]({name})"

    def _say(self, what: str) -> None:
        if what not in self._told:
            self._told.add(what)
            self.tell(what)

    def _text(self, text: str | None) -> str:
        return _SPECIAL.sub(r"\\\1", _SPACES.sub(" ", text)) if text else ""


_WHOLE: dict[str, Callable[[Writer, Element, int], str]] = {
    "ul": Writer._list,
    "ol": Writer._list,
    "table": Writer._table,
    "pre": lambda _, element, __: f"```\n{''.join(element.itertext()).strip(chr(10))}\n```",
    "hr": lambda *_: "---",
}
_MARKS = {
    **dict.fromkeys(("strong", "b"), "**"),
    **dict.fromkeys(("em", "i", "cite", "dfn", "var"), "*"),
    **dict.fromkeys(("del", "s", "strike"), "~~"),
}


def urlsplit_scheme(address: str) -> str:
    """The scheme of an address in lower case; empty when it has none or is no address."""
    try:
        return urlsplit(address).scheme.lower()
    except ValueError:
        return ""


def _add(found: list[str], text: str, *, trim: bool = True) -> None:
    text = _trimmed(text) if trim else text
    if text.strip():
        found.append(text)


def _trimmed(run: str) -> str:
    """One paragraph of inline text: no breaks at its ends, nothing at a line's start that means something else."""
    run = re.sub(r"(?:\\\n|\s)+\Z", "", re.sub(r"\A(?:\\\n|\s)+", "", run))
    run = re.sub(r"[ ]*\\\n[ ]*", "\\\n", run)
    return _NUMBER_START.sub(r"\1\\\2", _LINE_START.sub(r"\1\\\2", run))


def _around(mark: str, inner: str) -> str:
    """Emphasis right at the words: spaces stay outside, or it would be no emphasis."""
    stripped = inner.strip()
    lead, trail = inner[: len(inner) - len(inner.lstrip())], inner[len(inner.rstrip()) :]
    return f"{lead}{mark}{stripped}{mark}{trail}"


def _shifted(inner: str, *, up: bool) -> str:
    turned = inner.translate(_RAISED if up else _LOWERED)
    ready = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ" if up else "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎"
    if all(letter in ready for letter in turned):
        return turned
    return ("^" if up else "\\_") + (inner if len(inner) == 1 else f"({inner})")
