"""Words of a child in need: explicit and implicit; they end generation with fixed, reviewed text and the way to people.

What is found is never an estimate of a person: only that an adult must look now. Entries of weight
`direct` count wherever they stand; `told` count unless a story, a lesson or the news is spoken of in the same sentence.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from qiming.agents.guard.hearing import Hearing
from qiming.agents.guard.lexicon import Lexicon
from qiming.agents.guard.types import Act, Hit, Source

KINDS = ("self_harm", "abuse", "violence_home", "bullying", "others")
ASKED = "ask"  # the text that asks a child whether it wants an adult
UNSAID = (
    "self_harm"  # where no word said what happened: the text that supposes nothing, with the gravest help
)
_END = re.compile(r"[。！？!?\n]")
_STUDY = re.compile(
    r"课文|小说|作文题|阅读|这首诗|诗人|诗里|诗句|词人|文章|作者|主人公|主角|人物|故事|剧本|剧情|电影|电视剧|动画|动漫|漫画|游戏(?!里认识|里的人|好友|上认识)|歌词|《|"
    r"历史|古代|朝|皇帝|战国|新闻|报道|报纸|热搜|纪录片|统计|数据集|法律|法条|未成年人保护法|预防|宣传|班会|主题|演讲|手抄报|辩论|"
    r"成语|造句|近义词|反义词|翻译|英语|单词|是什么意思|的意思|怎么读|哲学|名言|聊天机器人|拼音|例句|程序|代码|进程|模型|分类器|识别|标注|算法|AI|人工智能|"
    r"实验|生物课|历史课|语文课|道法|心理课|课上|老师讲|书里|书上|鲁迅|祥林嫂|屈原|项羽|红楼梦|水浒|三国|凡卡|祥子|骆驼"
)
_OWN = re.compile(
    r"我(?:自己)?(?:也|真的|就是|现在|其实|好像|一样)|和我一样|跟我一样|就像我|像我(?:家|现在|一样)|我也"
)


@dataclass(frozen=True, slots=True)
class Hotline:
    """A number a child can call. `hours` as published; `status` says how well that is known."""

    number: str
    name: str
    hours: str
    source: str
    status: Source


@dataclass(frozen=True, slots=True)
class Help:
    """Fixed text for one kind of need and one stage, with the numbers it names and the date of its review."""

    text: str
    numbers: tuple[str, ...]
    reviewed: str


@dataclass(frozen=True, slots=True)
class Alarm:
    """Generation ends; `say` is shown as it is. `kind` and `hit` are for the adult who is told, not for the pupil.

    Not `sure`: it may be a cry. The child is asked whether it wants an adult, and nobody is told unless it does.
    """

    kind: str
    explicit: bool
    hit: Hit
    say: str
    sure: bool = True


class Crisis:
    """The words, the texts and the numbers of content/guard/crisis.yaml, and the hearing for what no word of them says."""

    def __init__(
        self,
        lexicon: Lexicon,
        hotlines: tuple[Hotline, ...],
        texts: Mapping[tuple[str, str], Help],
        hearing: Hearing,
    ) -> None:
        self.lexicon = lexicon
        self.hotlines = hotlines
        self.hearing = hearing
        self._texts = dict(texts)
        self._weights = {entry.key: entry.weight for entry in lexicon.entries}

    def find(self, text: str) -> tuple[Hit, ...]:
        """Every place that asks for an adult. `category` is the kind, the entry's key tells how plainly."""
        found = self.lexicon.find(text)
        return tuple(hit for hit in found if self._counts(text, hit)) if found else ()

    def alarm(self, text: str, stage: str) -> Alarm | None:
        """What must be said and done now, or None: adults are told."""
        heard = self.heard(text, stage)
        return heard if heard and heard.sure else None

    def heard(self, text: str, stage: str, *, by_words_only: bool = False) -> Alarm | None:
        """What the words or, where they find nothing, the hearing makes of it; `sure` says how strongly."""
        return self._by_words(text, stage) or (None if by_words_only else self._by_ear(text, stage))

    def told_of(self, alarm: Alarm, stage: str) -> Alarm:
        """The same need, heard without a word of the lists, with the text of those of whom adults are told."""
        return replace(alarm, say=self.text(UNSAID, stage), sure=True)

    def _by_words(self, text: str, stage: str) -> Alarm | None:
        """The plainest and gravest hit decides which text."""
        hits = self.find(text)
        if not hits:
            return None
        hit = min(hits, key=lambda one: (KINDS.index(one.category), not self.is_explicit(one), one.start))
        explicit = any(self.is_explicit(one) for one in hits)
        return Alarm(hit.category, explicit, hit, self.text(hit.category, stage))

    def _by_ear(self, text: str, stage: str) -> Alarm | None:
        mark = self.hearing.mark(text)
        if mark.value < self.hearing.weights.ask:
            return None
        sure = mark.value >= self.hearing.weights.alarm
        word = text[mark.start : mark.end]
        kind = self.hearing.kind(word)
        hit = Hit(mark.start, mark.end, f"h-{kind}", kind, Act.CRISIS, word)
        return Alarm(kind, False, hit, self.text(UNSAID if sure else ASKED, stage), sure)

    def is_explicit(self, hit: Hit) -> bool:
        return hit.key.startswith("x-")

    def text(self, kind: str, stage: str) -> str:
        """The reviewed text with the numbers in it; the one for any stage where a stage has none of its own."""
        found = self._texts.get((kind, stage)) or self._texts[kind, "any"]
        lines = [
            f"{one.number} {one.name}（{one.hours}）" for one in self.hotlines if one.number in found.numbers
        ]
        return "\n".join((found.text.strip(), *lines))

    def _counts(self, text: str, hit: Hit) -> bool:
        if self._weights[hit.key] == "direct":
            return True
        start = max(
            (match.end() for match in _END.finditer(text, max(0, hit.start - 60), hit.start)), default=0
        )
        start = max(start, hit.start - 40)
        end = _END.search(text, hit.end)
        sentence = text[start : min(end.start() if end else len(text), hit.end + 40)]
        return not _STUDY.search(sentence) or bool(_OWN.search(sentence))
