"""Text into words. Chinese is cut by jieba (`rjieba`, its Rust form) the way search engines cut it: long words and the
short ones in them. Normalising is the house's own (`curriculum.search.words`), and so are the pairs of characters with
which words no dictionary has are told apart."""

from functools import lru_cache
from types import ModuleType

from qiming.curriculum.search.words import HAN, RUN, flat, tokens

MOST_ASKED = 24
# Words that stand in every question and every text: they find nothing.
_EMPTY_WORDS = """
的 了 是 在 和 与 或 吗 呢 吧 啊 嘛 呀 怎么 怎样 怎么样 怎么办 什么 为什么 哪 哪个 哪些 哪里
哪几 有 没有 有没有 会 能 能不能 可以 可不可以 要 我 你 您 他 她 它 我们 你们 他们 它们 这 那
这个 那个 就 也 都 还 再 把 被 给 让 用 到 从 对 很 更 最 不 没 一 一个 几 时候 如果 因为
所以 如何 多少 是不是 叫 说 做 去 来 上 下 里 中 个 种 地 得 着 过 要是 应该 需要 之 其 等 及
而 且 但 但是 并 请 请问 有什么 为 以 于 该 想 知道 告诉 一下 东西 事情 意思 算 样 些 只 又 才
吗 到底 究竟 关于 对于 谁 多长 长时间 多长时间 多久 几天
"""
_EMPTY = frozenset(_EMPTY_WORDS.split())


@lru_cache(maxsize=1)
def _jieba() -> ModuleType:
    import rjieba  # noqa: PLC0415 - its dictionary takes 33 MB and half a second: only who searches loads it

    return rjieba


def words(text: str) -> list[tuple[str, int]]:
    """Every word of `text` with its place in the order of words; a word and the short ones in it share a place."""
    found: list[tuple[str, int]] = []
    at = 0
    for run in RUN.findall(flat(text)):
        if not HAN.match(run):
            at += 1
            found.append((run, at))
            continue
        for word in _jieba().cut_for_search(run):
            at += 1
            if word not in _EMPTY:
                found.append((word, at))
    return found


def asked(question: str) -> tuple[str, ...]:
    """The words of a question that can find something, each once, in order."""
    return tuple(dict.fromkeys(word for word, _ in words(question)))[:MOST_ASKED]


def pairs(text: str) -> frozenset[str]:
    """The pairs of neighbouring characters and the other words of `text`."""
    return frozenset(one for one in tokens(text) if len(one) > 1)


def vector(*parts: tuple[str, str]) -> str:
    """Texts and their weights (A to D) as PostgreSQL reads a tsvector: words with their places."""
    places: dict[str, list[str]] = {}
    before = 0
    for text, weight in parts:
        last = before
        for word, at in words(text):
            last = before + at
            if last > 16_000:
                break
            places.setdefault(word, []).append(f"{last}{weight}")
        before = last + 1
    return " ".join(f"'{word}':{','.join(at[:200])}" for word, at in places.items())
