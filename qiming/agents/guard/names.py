"""Names of people: those of a class, however spaced, and the one a writer introduces as the own."""

import re
from collections import defaultdict
from collections.abc import Iterable

from ahocorasick_rs import AhoCorasick, MatchKind

from qiming.agents.guard.types import Span
from qiming.assurance.graders.text import squeezed

# The commonest family names, double ones first; enough to tell a name from another word after 我叫.
_FAMILY = (
    "欧阳|司马|上官|诸葛|东方|皇甫|尉迟|公孙|慕容|令狐|司徒|夏侯|"
    "[王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏"
    "韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦"
    "俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦]"
)
_SAYS = re.compile(
    rf"(?:我(?:的名字|的姓名|本名|大名|全名)?(?:叫做?|是叫)|我的(?:名字|姓名)(?:叫|是|为|:|：)|姓名(?:是|为|:|：)|名字(?:叫|是|:|：)|本人)"
    rf"\s?(?P<name>(?:{_FAMILY})[\s·]?[\u4e00-\u9fff][\s·]?[\u4e00-\u9fff]?)(?=[,，。.、；;！!？?\s:：（(”\"]|$|今年|来自|是|在|住|家|的|我|，)"
)
_NOT_NAMES = frozenset(
    [
        "高兴",
        "安静",
        "成功",
        "任何",
        "向上",
        "时间",
        "马上",
        "方便",
        "文明",
        "关于",
        "于是",
        "解决",
        "解答",
        "单独",
        "管理",
        "连续",
        "简单",
        "包子",
        "白天",
        "成长",
    ]
)
_GAP_MAX = 3


class Roster:
    """The names of the people a conversation may touch, compiled once. Nothing of it leaves this object."""

    def __init__(self, names: Iterable[str]) -> None:
        """`names`: full names. Those of one character are left out: nobody could tell them from a word."""
        by_plain: dict[str, set[str]] = defaultdict(set)
        for name in names:
            plain = squeezed(name).text
            if len(plain) >= 2:
                by_plain[plain].add(name)
                if len(plain) == 4 and plain[:2] not in by_plain:  # 欧阳小雨 is also called 小雨
                    by_plain[plain[2:]].add(name)
                elif len(plain) == 3 and not plain.isascii():
                    by_plain[plain[1:]].add(name)
        self._names = tuple(by_plain)
        self._full = frozenset(squeezed(name).text for found in by_plain.values() for name in found)
        self._automaton = AhoCorasick(list(self._names), matchkind=MatchKind.LeftmostLongest)

    def __len__(self) -> int:
        return len(self._full)

    def __repr__(self) -> str:
        return f"Roster({len(self)} names)"

    def find(self, text: str) -> tuple[Span, ...]:
        """Where a name stands, with spaces, dots or invisible marks between its characters."""
        if not self._names:
            return ()
        seen = squeezed(text)
        found = []
        for at, start, end in self._automaton.find_matches_as_indexes(seen.text):
            span = seen.span(start, end)
            between = text[slice(*span)]
            if re.search(r"[。！？!?\n]", between) or len(between) > (end - start) * (_GAP_MAX + 1):
                continue
            if self._names[at] not in self._full and not _called(text, span):
                continue
            if seen.text[start].isascii() and _inside_word(text, span):
                continue
            found.append(span)
        return tuple(found)


def _called(text: str, span: Span) -> bool:
    """A given name alone (小雨) is also a word: it counts where somebody is addressed or spoken of by it."""
    after, before = text[span[1] : span[1] + 3], text[max(0, span[0] - 3) : span[0]]
    return bool(
        re.match(r"\s?(?:同学|老师|说|她|他|和我|跟我|欺负|打了)", after)
        or re.search(r"(?:我叫|叫我|同桌|同学|跟|让)$", before)
    )


def _inside_word(text: str, span: Span) -> bool:
    before, after = text[span[0] - 1 : span[0]] if span[0] else "", text[span[1] : span[1] + 1]
    return (before.isascii() and before.isalpha()) or (after.isascii() and after.isalpha())


def introduced(text: str) -> tuple[Span, ...]:
    """The name in 我叫王小明，今年…: a family name and one or two characters, where a name would end."""
    if "叫" not in text and "名" not in text and "本人" not in text:
        return ()
    return tuple(
        match.span("name")
        for match in _SAYS.finditer(text)
        if not {match["name"].strip(), match["name"][:2]} & _NOT_NAMES
    )
