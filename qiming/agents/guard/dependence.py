"""How a pupil uses the companion: three figures and plain words for pupil, teacher and guardian. No score, no rank.

The bounds are our proposal (status: proposal); what they rest on is in docs: an open chat raised practice and lowered
the later test, one that only hints did not.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Level = Literal["few", "fine", "watch", "talk"]
LEAST_TURNS = 8
ASKING_WATCH, ASKING_TALK = 0.4, 0.65
TRYING_WATCH, TRYING_TALK = 0.6, 0.35
_ASKS = re.compile(
    r"答案(?:是|呢|给|告诉|多少|什么)|(?:直接|快|帮我|给我|替我)[^。？！\n]{0,8}(?:答案|做完|写完|写一篇|做了|算出来|结果)|选(?:哪个|什么|几|A还是|ABCD)|"
    r"(?:等于|得)(?:多少|几)[?？]?$|帮我写|替我写|代写|抄|不想(?:自己)?(?:想|做|写|算)|懒得|填什么|怎么填|只要结果|告诉我结果"
)
_TRIES = re.compile(
    r"(?<![帮替给])我(?:觉得|认为|算|想|试|猜|先|写|做|得到|的想法|的答案|是这样)|因为|所以|对吗|对不对|为什么|哪里错|是不是"
)


@dataclass(frozen=True, slots=True)
class Turn:
    """One thing a pupil said: whether it asks for the answer, and whether an own attempt came before this help."""

    asks_answer: bool
    attempt_before: bool
    item: bool = True


@dataclass(frozen=True, slots=True)
class Use:
    """Shares are None without turns about items. `minutes` per day over the days counted."""

    turns: int
    asking: float | None
    trying: float | None
    minutes: float
    level: Level


def asks_answer(text: str) -> bool:
    """Does the pupil want the answer rather than help? An own attempt or a why in the same turn says no."""
    return bool(_ASKS.search(text)) and not _TRIES.search(text)


def read(turns: Iterable[Turn], minutes: float, limit: int) -> Use:
    """`minutes`: mean per day of use; `limit`: what the stage's rule allows a day."""
    told = list(turns)
    about = [turn for turn in told if turn.item]
    return of_counts(
        turns=len(told),
        about=len(about),
        asking=sum(turn.asks_answer for turn in about),
        trying=sum(turn.attempt_before for turn in about),
        minutes=minutes,
        limit=limit,
    )


def of_counts(*, turns: int, about: int, asking: int, trying: int, minutes: float, limit: int) -> Use:
    """The same from counts: all turns, those about items, of these asking for the answer and after an own attempt."""
    if not about:
        return Use(turns, None, None, minutes, "watch" if minutes >= limit else "few")
    shares = asking / about, trying / about
    return Use(turns, *shares, minutes, _level(about, *shares, minutes >= limit))


def _level(count: int, asking: float, trying: float, full: bool) -> Level:
    if count < LEAST_TURNS:
        return "watch" if full else "few"
    if asking >= ASKING_TALK or trying <= TRYING_TALK:
        return "talk"
    if asking >= ASKING_WATCH or trying <= TRYING_WATCH or full:
        return "watch"
    return "fine"


def for_pupil(use: Use) -> str:
    return {
        "few": "用得还少，先不下结论。遇到题，记得先写下自己的想法再来问。",
        "fine": "你大多先自己试过再来问，这样学得牢。",
        "watch": "最近有几次是直接来要答案的，或用得久了。下次先写一步，哪怕不确定，再来问。",
        "talk": "最近多半是先问再想。试试看：合上学伴想三分钟，写下卡住的那一步，只问那一步。",
    }[use.level]


def for_teacher(use: Use) -> str:
    if use.asking is None or use.trying is None:
        return f"还没有和题目有关的提问；平均每天用 {use.minutes:.0f} 分钟。"
    facts = f"提问 {use.turns} 次：直接要答案的占 {use.asking:.0%}，先自己试过的占 {use.trying:.0%}；平均每天 {use.minutes:.0f} 分钟。"
    return (
        facts
        + {
            "few": "次数还少，不作判断。",
            "fine": "用法是好的。",
            "watch": "可以提醒先试后问。",
            "talk": "建议当面聊一次：是题太难，还是习惯了先问？先看他卡在哪一步。",
        }[use.level]
    )


def for_guardian(use: Use) -> str:
    return {
        "few": "孩子用学伴还不多，暂时看不出习惯。",
        "fine": "孩子大多先自己想过再问学伴，这是好习惯，不必限制。",
        "watch": "孩子有时没有先想就去问，或用得稍久。可以问一句：“你先写到哪一步了？”",
        "talk": "孩子近来常常先问再想。不必责备，可以约定：先自己写三分钟，再打开学伴。老师也会和他聊。",
    }[use.level]
