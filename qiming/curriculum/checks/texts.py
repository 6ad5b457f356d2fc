"""Markdown: no raw HTML, no pictures from elsewhere, every picture there and described."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.token import Token

from qiming.curriculum.reading import CourseFolder, LessonFolder, Library, split_slides
from qiming.curriculum.types import AI
from qiming.kernel.content import Document, Place, Problem
from qiming.kernel.content_words import Words

GUIDE_HEADINGS = (
    "本课一眼看完",
    "目标与重难点",
    "课前准备",
    "一步一步上",
    "可能的误解",
    "分层与支持",
    "没有设备时",
    "伦理线",
    "评价与作业",
    "背景知识与来源",
)
STEPS = "一步一步上"
ETHICS = "伦理线"
LEAST_SLIDES = 4
FORM = "text-form"  # how guide and slides are laid out, as against what they show
# What pupils choose from or move: a word or, for the youngest, a picture.
PIECES = ("options", "entries", "left", "right", "bins")
# Whose pictures a text may show: a lesson's, or those of a course for its tests and its project.
Folder = LessonFolder | CourseFolder


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": True}).enable("table")


def check_texts(read: LessonFolder, library: Library, subject: str = AI) -> Iterator[Problem]:
    """guide.md, slides.md, tasksheet.md of a lesson of this subject."""
    for name, text in read.texts.items():
        file = read.file(name, library.root)
        for line, words in markdown_problems(text, read):
            yield Problem(file, line, "", words)
    if "guide.md" in read.texts and read.lesson:
        yield from _guide(read, library, guide_headings(subject))
    slides = split_slides(read.texts.get("slides.md", "###"))
    if "slides.md" in read.texts and len(slides) < LEAST_SLIDES:
        yield Problem(read.file("slides.md", library.root), 1, "", _FEW_SLIDES, rule=FORM)


def check_inner_text(document: Document, place: Place, text: str, read: Folder) -> Iterator[Problem]:
    """Markdown inside a YAML file."""
    for _, words in markdown_problems(text, read):
        yield document.problem(place, words)


def markdown_problems(text: str, read: Folder) -> Iterator[tuple[int, Words]]:
    for token, line in _tokens(text):
        if token.type in ("html_block", "html_inline") and not token.content.startswith("<!--"):
            yield line, _raw_html(token.content.strip())
        if token.type == "text" and "**" in token.content:
            yield line, _BOLD_LEFT
        if token.type == "image":
            source = str(token.attrGet("src") or "")
            if not source.startswith("media/"):
                yield line, _outside(source)
            elif source not in read.media:
                yield line, _no_picture(source)
            if not token.content.strip():
                yield line, _NO_ALT


def check_item_texts(items: Document, read: Folder) -> Iterator[Problem]:
    """Everything of an item that a pupil sees; the pictures it names are there."""
    for at, item in enumerate(items.data):
        if item.get("picture") and item["picture"] not in read.media:
            yield items.problem((at, "picture"), _no_picture(item["picture"]))
        for part in ("stem", "solution"):
            yield from check_inner_text(items, (at, part), item[part], read)
        for n, hint in enumerate(item["hints"]):
            yield from check_inner_text(items, (at, "hints", n), hint, read)
        for part in PIECES:
            for n, piece in enumerate(item.get(part, ())):
                yield from check_inner_text(items, (at, part, n, "text"), piece["text"], read)


def pictures_of(items: Document) -> set[str]:
    used: set[str] = set()
    for item in items.data:
        texts = [item["stem"], item["solution"], *item["hints"]]
        texts += [piece["text"] for part in PIECES for piece in item.get(part, ())]
        used |= {item.get("picture", "")}.union(*map(pictures_in, texts))
    return used


def guide_headings(subject: str) -> tuple[str, ...]:
    """The parts of a guide; the ethics thread runs through courses on AI."""
    return tuple(part for part in GUIDE_HEADINGS if subject == AI or part != ETHICS)


def pictures_in(text: str) -> set[str]:
    if "![" not in text:
        return set()
    return {str(token.attrGet("src")) for token, _ in _tokens(text) if token.type == "image"}


# The same short words (an option, a hint) stand in many places.
@lru_cache(maxsize=8192)
def _tokens(text: str) -> tuple[tuple[Token, int], ...]:
    found: list[tuple[Token, int]] = []
    line = 1
    for block in _parser().parse(text):
        line = block.map[0] + 1 if block.map else line
        found.append((block, line))
        found += [(child, line) for child in block.children or ()]
    return tuple(found)


def headings(text: str) -> list[tuple[str, str, int]]:
    """(tag, text, line) of every heading."""
    blocks = _parser().parse(text)
    return [
        (opening.tag, inline.content.strip(), (opening.map or [0])[0] + 1)
        for opening, inline in pairwise(blocks)
        if opening.type == "heading_open"
    ]


def _guide(read: LessonFolder, library: Library, wanted: Sequence[str]) -> Iterator[Problem]:
    file = read.file("guide.md", library.root)
    found = headings(read.texts["guide.md"])
    parts = [text for tag, text, _ in found if tag == "h2"]
    if parts != list(wanted):
        missing = [name for name in wanted if name not in parts]
        yield Problem(file, 1, "", _guide_parts(missing, wanted), rule=FORM)
        return
    start = next(line for _, text, line in found if text == STEPS)
    after = wanted[wanted.index(STEPS) + 1]
    end = next(line for _, text, line in found if text == after)
    steps = [text for tag, text, line in found if tag == "h3" and start < line < end]
    assert read.lesson is not None
    for activity in read.lesson.data["activities"]:
        if not any(activity["title"] in step for step in steps):
            yield Problem(file, start, STEPS, _no_step(activity["title"]), rule=FORM)


def _raw_html(tag: str) -> Words:
    return Words(
        f"不能直接写 HTML（{tag[:30]}）。",
        f"No raw HTML ({tag[:30]}).",
        "请用 Markdown；小于号写成 &lt;。",
        "Use Markdown; write &lt; for a less-than sign.",
    )


def _outside(source: str) -> Words:
    return Words(
        f"图片不在 media/ 里：{source[:60]}。",
        f"The picture isn't in media/: {source[:60]}.",
        "请放进 media/ 再引用。",
        "Put it into media/.",
    )


def _no_picture(source: str) -> Words:
    return Words(
        f"没有图片 {source}。",
        f"There is no picture {source}.",
        "请画好放进去，或改名字。",
        "Draw it or mend the name.",
    )


def _guide_parts(missing: list[str], headings_wanted: Sequence[str]) -> Words:
    wanted = " · ".join(headings_wanted)
    lacks = f"缺：{'、'.join(missing)}。" if missing else "次序或数目不对。"
    return Words(
        f"教案的二级标题不对，{lacks}",
        f"The guide's level-two headings are not the agreed ones ({len(missing)} missing).",
        f"依次应为：{wanted}。",
        "They are listed in content/README.md, in order.",
    )


def _no_step(title: str) -> Words:
    return Words(
        f"教案“一步一步上”里没有环节“{title}”。",
        f"The guide has no step titled '{title}'.",
        "加一个三级标题，写上 lesson.yaml 里的环节名。",
        "Add a level-three heading with the activity's title.",
    )


UNUSED = Words("这张图没有用到。", "This picture isn't used.", "用上它，或删去。", "Use it or remove it.")
# CommonMark doesn't open or close bold between a letter and a full-width mark: the stars stay on the page.
_BOLD_LEFT = Words(
    "加粗没有生效，** 会照样印出来。",
    "This bold isn't recognised, the stars would be printed.",
    "把标点移到星号外面，或去掉加粗。",
    "Move the punctuation outside the stars or drop them.",
)
_NO_ALT = Words(
    "图片没有文字说明。",
    "The picture has no description.",
    "在方括号里写清图里有什么。",
    "Describe it between the brackets.",
)
_FEW_SLIDES = Words(
    f"幻灯片少于{LEAST_SLIDES}张。",
    f"Fewer than {LEAST_SLIDES} slides.",
    "用单独一行 --- 隔开。",
    "Separate slides by a line ---.",
)
