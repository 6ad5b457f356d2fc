"""Text: Markdown to safe HTML, folding for comparison, bytes of unknown encoding to text."""

import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from charset_normalizer import from_bytes
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

MAX_FORMULA = 1000
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text and the encoding it was read in."""

    text: str
    encoding: str


class UnreadableText(ValueError):
    """The bytes are not text in any encoding a Chinese office program writes."""


def decode(data: bytes) -> Decoded:
    """Read bytes as UTF-8, GB 18030 (what Excel writes on Chinese Windows) or UTF-16."""
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return _decode_as(data, encoding)
    if b"\x00" in data:
        best = from_bytes(data, cp_isolation=["utf_16_le", "utf_16_be"]).best()
        if best is None:
            raise UnreadableText
        return Decoded(str(best), best.encoding)
    for encoding in ("utf-8", "gb18030"):
        try:
            return Decoded(data.decode(encoding), encoding)
        except UnicodeDecodeError:
            continue
    raise UnreadableText


def _decode_as(data: bytes, encoding: str) -> Decoded:
    try:
        return Decoded(data.decode(encoding), encoding)
    except UnicodeDecodeError as error:
        raise UnreadableText from error


def fold(text: str) -> str:
    """`text` for comparison: one width, lower case, no spaces, no punctuation at either end."""
    flat = unicodedata.normalize("NFKC", text).casefold()
    kept = "".join(char for char in flat if not char.isspace() and unicodedata.category(char) != "Cf")
    return kept.strip(".,;:!?。，；：！？、\"'“”‘’（）()《》")


def render_markdown(source: str, media_base: str = "") -> SafeString:
    """Markdown (CommonMark with tables and $formulas$, raw HTML shown as text) as HTML; `media/x` is looked up at
    `media_base`. A formula stays its source in an element of class `math`; the browser draws it."""
    html: str = _markdown().render(source, {"media_base": media_base})
    return mark_safe(html)


@lru_cache(maxsize=1)
def _markdown() -> MarkdownIt:
    markdown = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    markdown.inline.ruler.before("escape", "math", _math)
    markdown.add_render_rule("math", _math_html)
    markdown.core.ruler.push("media", _point_media)
    return markdown


def _math(state: StateInline, silent: bool) -> bool:
    """`$x^2$` in a line, `$$…$$` by itself. As in Pandoc: nothing blank inside the marks, no digit after the second,
    so that prices stay prices; `\\$` is a dollar."""
    text, start = state.src, state.pos
    if text[start] != "$":
        return False
    mark = "$$" if text.startswith("$$", start) else "$"
    begin = start + len(mark)
    end = _closing(text, begin, mark)
    inside = text[begin:end] if end > 0 else ""
    if not inside or inside[0].isspace() or inside[-1].isspace() or len(inside) > MAX_FORMULA:
        return False
    after = text[end + len(mark) : end + len(mark) + 1]
    if mark == "$" and after.isdecimal():
        return False
    if not silent:
        token = state.push("math", "", 0)
        token.content, token.markup = inside, mark
    state.pos = end + len(mark)
    return True


def _closing(text: str, begin: int, mark: str) -> int:
    """Where the next `mark` begins that isn't written `\\$`; -1 when there is none."""
    at = text.find(mark, begin)
    while at > 0 and text[at - 1] == "\\":
        at = text.find(mark, at + 1)
    return at


def _math_html(renderer: object, tokens: list[Token], at: int, options: object, env: object) -> str:
    kind = "math wide" if tokens[at].markup == "$$" else "math"
    return f'<span class="{kind}">{escapeHtml(tokens[at].content)}</span>'


def _point_media(state: object) -> None:
    env: dict[str, str] = state.env  # type: ignore[attr-defined]
    tokens: list[Token] = state.tokens  # type: ignore[attr-defined]
    for token in tokens:
        for child in token.children or []:
            source = str(child.attrGet("src") or "")
            if child.type == "image":
                child.attrSet("src", env["media_base"] + source if source.startswith("media/") else "")
