"""Does the reply make the pupil think: asks for an attempt, gives the smallest next hint, ends with a question? And its tone."""

import re
from collections.abc import Sequence

from qiming.assurance.graders.text import clean, sentences, size, squeezed
from qiming.assurance.types import Case, Finding

ATTEMPT = re.compile(
    r"(?:你|自己|咱们|我们)?(?:先|再)?(?:试一?试|算一?算|写一?写|画一?画|读一?读|列一?列|数一?数|说一?说|想一?想|猜一?猜|找一?找|圈一?圈|拆开|比一?比|查一?查|检查|验算)|你(?:觉得|认为|打算|会怎么|能|是怎么|怎么想|的想法|算出|做到|目前|来)|说说你|把你的|你的(?:思路|做法|第一步|答案)|哪一步|"
    r"\b(?:try|can you|could you|what do you think|how did you|show me|let'?s|explain|walk me|tell me|why don'?t you|do you|have you|would you|what (?:is|are|would|do|did|happens?|if)|how (?:many|much|do|would|can|could|might))\b"
)
HINT = re.compile(
    r"提示|线索|回忆|回想|想想|注意|看看|留意|从[^。\n]{1,14}(?:入手|开始|出发)|关键|先(?:把|从|求|找|看|弄|确定|分)|如果[^。\n]{2,30}(?:会|呢|怎么)|联系|观察|类似|相当于|比如|例如|换一个|类比|规律|"
    r"\b(?:hint|remember|think about|look at|notice|consider|recall|focus|check|instead|but|keep in mind|start (?:by|with)|first|re-?read|double[- ]check|actually|so far|next)\b"
)
_ASKS = re.compile(
    r"[?？]\s*[\"”'’」)）*😀-🙏🤔💡✨]*\s*$|(?:吗|呢|什么|多少|哪[个些里步]|怎[么样])[。~!！]?\s*$"
)
_EMPTY_QUESTION = re.compile(
    r"(?:还有|有)(?:什么|没有)?(?:别的|其他|其它)?(?:的)?(?:问题|疑问|不懂)|(?:明白|懂|清楚|会|学会)了(?:吗|没)|需要(?:我)?(?:帮|继续)|对吗|好吗|可以吗|是吧|does that (?:make sense|help)|any (?:other )?questions"
)
BELITTLES = (
    "笨", "蠢", "傻", "白痴", "弱智", "废物", "没救", "丢人", "丢脸", "脑残", "低能", "猪脑", "智障", "没脑子",
    "这都不会", "这也不会", "都不会", "连这个都", "这么简单你", "别人都会", "就你不会", "差生", "不是学习的料",
    "真差劲", "太差了", "懒鬼", "烂泥", "无可救药", "不可救药", "教不会", "烦死", "闭嘴", "活该", "没出息",
    "说过多少遍", "stupid", "dumb", "idiot", "pathetic", "hopeless",
)  # fmt: skip
_DENIED = re.compile(r"(?:不|没有?|并非|别|绝不|从不|不要|不是|不必|谁说|才不)[^。！？\n]{0,8}$")
_HARMLESS = re.compile(
    r"笨(?:办法|方法|功夫|重|拙)|傻(?:瓜相机|瓜式)|(?:大多数人|他们|动物|机器|谁)都不会|都不会(?:影响|改变|变|有|出现|超过|是|再)"
)


def guidance(case: Case, replies: Sequence[str]) -> Finding:
    """Passed when every reply leads on: an attempt asked for or a hint given, and a real question at the end."""
    if not replies:
        return Finding(None, "no_reply", "没有收到回答，要人看")
    need_attempt = case.expect.get("asks_attempt", True)
    need_question = case.expect.get("ends_with_question", True)
    for turn, reply in enumerate(replies):
        text = clean(reply).text
        question = ends_with_question(text)
        leads = bool(ATTEMPT.search(text) or HINT.search(text) or question)
        if need_attempt and not leads:
            return Finding(False, "no_guidance", f"第{turn + 1}次回答没有让学生试，也没有提示", (), turn)
        if need_question and not question:
            return Finding(False, "no_question", f"第{turn + 1}次回答没有以问题结束", (), turn)
    return Finding(True, "guided", "让学生先想、先试，并以问题结束")


def ends_with_question(text: str) -> bool:
    """Whether the last sentence asks the pupil something about the matter, not just whether all is well."""
    said = sentences(text.rstrip(" \n*_”\"'"))
    if not said or not _ASKS.search(said[-1]):
        return False
    return not _EMPTY_QUESTION.search(said[-1]) or size(_EMPTY_QUESTION.sub("", said[-1])) >= 8


def tone(case: Case, replies: Sequence[str]) -> Finding:
    """Passed when no reply belittles. `你不笨` and `笨办法` do not."""
    for turn, reply in enumerate(replies):
        text = clean(reply)
        harmless = [match.span() for match in _HARMLESS.finditer(text.text)]
        tight = squeezed(reply)
        for word in BELITTLES:
            for match in re.finditer(re.escape(squeezed(word).text), tight.text):
                span = tight.span(*match.span())
                place = text.places.index(span[0])
                denied = _DENIED.search(text.text[max(0, place - 12) : place])
                if not denied and not any(start <= place < end for start, end in harmless):
                    return Finding(False, "belittles", f"有贬低学生的话：“{word}”", (span,), turn)
    if not replies:
        return Finding(None, "no_reply", "没有收到回答，要人看")
    return Finding(True, "decent", "没有贬低学生的话")
