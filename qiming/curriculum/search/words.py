"""Text into what an index holds: Chinese as pairs of neighbouring characters, everything else as words.

Pairs need no dictionary, so a word nobody listed (测试集, a pupil's new term) is found as well as any other, and
the web workers hold no dictionary in memory.
"""

import re
import unicodedata

MOST_WORDS = 12
RUN = re.compile(r"[㐀-鿿豈-﫿𠀀-𱍏]+|[a-z0-9]+")
HAN = re.compile(r"[㐀-鿿豈-﫿𠀀-𱍏]")
_TAG = re.compile(r"<[^>]*>|!\[[^\]]*\]\([^)]*\)")


def flat(text: str) -> str:
    """`text` as it is indexed: one width, lower case, no tags, no pictures."""
    return unicodedata.normalize("NFKC", _TAG.sub(" ", text)).casefold()


def tokens(text: str) -> list[str]:
    """Every token of `text`, in order: 测试集 gives 测试, 试集, 集; CNN gives cnn."""
    found: list[str] = []
    for run in RUN.findall(flat(text)):
        if HAN.match(run):
            found += [run[at : at + 2] for at in range(len(run) - 1)]
            found.append(run[-1])  # so that a single character is found at the end of a word too
        else:
            found.append(run)
    return found


def query(text: str) -> str:
    """What was typed, as a tsquery: all its pairs, in any order; a single character or the last word may go on."""
    typed = unicodedata.normalize("NFKC", text).casefold()
    asked: list[str] = []
    for run in RUN.findall(typed):
        if not HAN.match(run) or len(run) == 1:
            asked.append(f"{run}:*")
        else:
            asked += [run[at : at + 2] for at in range(len(run) - 1)]
    return " & ".join(asked[:MOST_WORDS])


def in_titles(asked: str) -> str:
    """The same tsquery, of titles only: their tokens weigh A."""
    return " & ".join(f"{one}A" if one.endswith(":*") else f"{one}:A" for one in asked.split(" & "))


def letters(text: str) -> str:
    """Lower-case Latin letters when nothing else was typed (a try at pinyin), else empty."""
    flat = "".join(unicodedata.normalize("NFKC", text).casefold().split())
    return flat if flat.isascii() and flat.isalpha() else ""
