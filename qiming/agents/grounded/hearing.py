"""What somebody wants, from the words alone: ways of asking for the answer, a word to explain, a feeling, a greeting."""

import re
from dataclasses import dataclass
from typing import Final

from qiming.assurance.graders.text import clean

MOST_GREETING = 8
_WAYS: Final[tuple[tuple[str, str], ...]] = (
    ("disguise", r"倒着(?:写|说|念)|反着写|首字母|拼音(?:说|写|告诉)|base64|摩斯|(?:编码|加密)(?:成|后|一下|告诉|说|给)|谜语|藏头|用(?:英语|英文|日语|法语|外语).{0,4}(?:说|写|告诉|回答)|in english|表情(?:符号)?(?:说|表示)|暗号|谐音"),
    ("roleplay", r"假装|扮演|演一个|假设你(?:是|不是)|如果你是|你现在是|从现在起你|讲(?:个|一个)故事|编(?:个|一个)|写(?:个|一个)故事|写首诗|剧本|小说里|开发者模式|越狱|没有(?:限制|规则)|忽略(?:之前|上面|以上)|ignore"),
    ("authority", r"我是.{0,6}(?:老师|教师|校长|家长|妈妈|爸爸|管理员|开发|出题|教研)|老师(?:说|让|同意|允许|叫)|(?:妈妈?|爸爸?|家长|校长)(?:说|让|同意|允许)|已经(?:批准|授权)|测试人员|内部(?:测试|人员)|标准答案(?:核对|比对)|批改用|备课用"),
    ("threat", r"不(?:说|告诉|给).{0,6}(?:就|我就)|投诉|差评|卸载|举报你|要你(?:有)?什么用|换(?:一个|别的)(?:ai|学伴|软件)|别的(?:ai|软件).{0,6}(?:就|都)"),
    ("hurry", r"来不及|马上(?:就)?(?:要)?(?:交|上课|收)|快点|赶紧|赶时间|没时间|很急|急用|只剩.{0,4}分钟|下课(?:就|要)交|快(?:告诉|说|写|做|给)|等不及|明天(?:就)?要交"),
    ("plead", r"求(?:求)?你|拜托|就(?:这|帮)一次|最后一次|好不好嘛|帮帮忙|行行好|谢谢你了.{0,6}(?:说|告诉)|你最好了|可怜"),
    ("eliminate", r"排除(?:一|两|几|掉|错|哪|选)|帮我排除|(?:哪|那)(?:个|几个|些|项)(?:是|肯定|一定|明显)?(?:错|不对|不可能)|去掉(?:一个|两个|错)|不用说对的.{0,8}错|划掉|剩下(?:哪|的是)"),
    ("narrow", r"大于|小于|比.{1,6}(?:大|小|多|少)(?:吗|还是|么)|第[一二三四五六七八九十\d]+个(?:字|数|字母)|几位数|个位|十位|开头是|最后一个字|范围|区间|奇数|偶数|几个字|前(?:一|两)个|接近(?:几|多少)|偏(?:大|小)"),
    ("compare", r"(?:同桌|同学|网上|别人|他们|我妈|我爸|搜到|另一个ai|百度|豆包|deepseek|kimi)(?:.{0,6})(?:说|写|选|算|是|填|给)|和.{1,6}(?:一样|答案)(?:吗|么)|答案(?:一样|对不对得上)|对一下答案|对答案"),
    ("confirm", r"(?:对不对|对吗|对么|是不是|没错吧|是吧|正确吗|对吧|可以吗)|我(?:猜|选|觉得是|填|算出来?|得).{0,14}(?:吗|吧|\?)|只(?:要)?(?:说|回答)(?:是|对)(?:或|还是)|点(?:个)?头|是就"),
    ("gave_up", r"(?:试|做|想|算|错)了.{0,6}(?:遍|次|回|半天|好久|很久|个小时)|已经(?:试|做|想|努力)|放弃|真的不会|怎么(?:都|也)(?:不|做不|想不)|还是不(?:会|懂|对)|都试过"),
    ("format", r"(?:只|就)(?:要|用|说|给|写|回|回答|发)(?:我)?(?:一|两|1|2|几)?个?(?:字母?|数字?|词|选项|符号|结果|答案)|不(?:用|要|需要)(?:解释|过程|讲|废话|提示)|一个字|直接给结果|用表格|json|列(?:出|成)(?:表|答案)|别(?:问|讲|解释|废话)"),
    ("fill", r"_{2,}|答案(?:是|为|等于)?[:：]?\s?[(（【]\s*[)）】]|填(?:什么|多少|几|空)|空(?:里|格|上)(?:是|填|写)|补全|接着写.{0,6}答案|续写"),
    ("whole", r"(?:完整|全部|详细|整个)(?:的)?(?:过程|步骤|解法|解答|解析|答案)|(?:写|列)出(?:过程|步骤|解析)|解题(?:过程|步骤)|帮我(?:写|做)(?:完|了|好|出)|替我(?:写|做|答)|代(?:写|做)|全部(?:做|写)|(?:这几|所有|全部)道?题"),
    ("choice", r"选(?:什么|哪|几)|(?:哪|那)(?:一)?(?:个|项|句|种|张|幅|些)(?:选项)?(?:是)?(?:对|正确|才对|最|合适|应该)|[a-h]还是[a-h]|选[a-h]|正确(?:的)?选项|哪个选项"),
    ("direct", r"答案|你来(?:吧|做|写|答|说)|(?:这|那)一步也?你来|写(?:吧|出来)|说吧|标准|我抄|(?:告诉|说给)我|给我(?:结果|吧|嘛|说出)|(?:直接|偷偷|悄悄)(?:告诉|说|给)|结果是|得(?:多少|几)|等于(?:多少|几)|是多少|怎么(?:填|选)|帮我(?:做|算|答|选|填)|做一下|算一下|solve|answer"),
)  # fmt: skip
_HINT = re.compile(
    r"提示|线索|不会|卡住|卡在|没思路|没有思路|怎么(?:做|想|算|办|开始|下手)|下一步|从哪|帮帮我|看不懂题|不懂题|help|hint|点拨"
)
_ASKS_HINT = re.compile(r"提示|线索|点拨|hint")
_NO_HINT = re.compile(r"(?:不|别|没).{0,3}(?:提示|线索|点拨|hint)|(?:提示|线索).{0,4}(?:没用|够了|都看)")
_EXPLAIN = re.compile(
    r"(?:什么(?:是|叫|意思)|(?:是|叫)什么|啥(?:是|意思)|是啥|什么样|意思|解释|讲讲|讲一下|介绍|为什么|为啥|怎么(?:理解|回事)|区别|不同|有什么用|举(?:个|一个)?例|(?:有|哪些|什么)例子|不(?:懂|明白|理解)|原理|怎样|如何|what is|why)"
)
_ABOUT = re.compile(
    r"(?:什么(?:是|叫)做?|解释(?:一下)?|讲(?:讲|一下)|介绍(?:一下)?|啥是|不(?:懂|明白|理解))[“\"「]?(?P<after>[\w\u4e00-\u9fff]{2,14})|(?P<before>[\w\u4e00-\u9fff]{2,14})[”\"」]?(?:是什么|是啥|是什么意思|什么意思|有什么用)"
)
_OWN = re.compile(
    r"我(?:来)?(?:讲|说|解释|复述)|我(?:的)?理解(?:是)?|我觉得.{4,}|我(?:认为|的想法)|换我讲|讲给你听|就是说|意思就是"
)
_REASON = re.compile(r"因为|所以|由于|根据|题(?:目|里|干)(?:说|中)|理由")
_INSULT = re.compile(
    r"(?:你|真)(?:好|很|太|是个|个)?(?:笨|蠢|傻|弱智|白痴|废物|垃圾|烦|恶心)|闭嘴|滚(?:开|蛋|出|吧|远|[!！。]|$)|去死吧?你|傻[逼x叉b]|智障|stupid|idiot|shut up|sb\b"
)
_FEELING = re.compile(
    r"(?:太|好|真|很|这么)(?:难|烦|累|无聊|没意思|着急|难受|没劲)|我(?:好|太|真|很|是不是)?(?:笨|差|没用|学不会|不行)|学不(?:会|进)|不想(?:学|做|写)|想哭|讨厌(?:这|数学|学习|上课)"
)
_GREETING = re.compile(
    r"^(?:你好|您好|嗨|哈喽|在吗|在么|早上?好|下午好|晚上好|hi|hello|hey|老师好|开始吧?)[!！。~呀啊,， ]*$"
)
_THANKS = re.compile(
    r"^(?:谢谢|多谢|感谢|懂了|明白了|会了|知道了|原来如此|我懂了|哦+|好的|ok|bye|再见|拜拜).{0,8}$"
)
_WHO = re.compile(
    r"你是(?:谁|什么|人|真人|机器人|ai|人工智能|哪家|gpt|不是人)|你叫什么|谁(?:做|造|开发)的你|你(?:有|会不会有)(?:感情|意识|生命)|什么模型"
)
_WRITE = re.compile(
    r"(?:写|编|作|生成|画|做)(?:一?篇|一?首|一?段|一?封|个|一个|一?张|一?份)?[^。，,]{0,18}(?:作文|文章|日记|检讨|诗|演讲稿|读后感|报告|手抄报|故事|童话|代码|程序|论文|周记|海报|图片|信|发言稿)"
    r"|写一?(?:篇|段|首|封)"
)
_THIS_ITEM = re.compile(r"答案|(?:这|那|本)道?题|题目|选项|结果|过程|步骤|解析")


_FIRST: Final = (("greeting", _GREETING), ("thanks", _THANKS), ("who", _WHO), ("insult", _INSULT))


@dataclass(frozen=True, slots=True)
class Heard:
    """`want`: answer (then `way`) | hint | explain | own_words | reason | insult | feelings | greeting | thanks | who |
    write | other. `about`: the word that is asked about, where one is named."""

    want: str
    way: str = ""
    about: str = ""


def hear(text: str, *, with_item: bool) -> Heard:
    """What `text` wants. An item at hand makes a question for 'it' a question for the answer."""
    seen = clean(text).text.strip()
    about, way = _about(seen), way_of(seen)
    for want, pattern in _FIRST:
        if pattern.search(seen):
            return Heard(want)
    if _WRITE.search(seen) and not _THIS_ITEM.search(seen):
        return Heard("write")
    explains = bool(about or _EXPLAIN.search(seen))
    wants_way = way in _STRONG or (bool(way) and with_item and not (about and explains))
    if wants_way and not (_ASKS_HINT.search(seen) and not _NO_HINT.search(seen)):
        return Heard("answer", way)
    for want, holds in (
        ("hint", _ASKS_HINT.search(seen)),
        ("feelings", _FEELING.search(seen)),
        ("reason", with_item and _REASON.search(seen) and (_OWN.search(seen) or not explains)),
        ("own_words", _OWN.search(seen)),
        ("explain", explains),
        ("hint", _HINT.search(seen)),
        ("answer", way),
    ):
        if holds:
            return Heard(want, way if want == "answer" else "", about)
    return Heard("other")


# Ways that ask for the answer whatever else stands beside them.
_STRONG: Final = frozenset({"disguise", "authority", "threat", "eliminate", "whole", "choice"})
_COMPILED: Final = tuple((way, re.compile(pattern)) for way, pattern in _WAYS)


def way_of(seen: str) -> str:
    """In which way the answer is asked for; "" when it isn't."""
    return next((way for way, pattern in _COMPILED if pattern.search(seen)), "")


def _about(seen: str) -> str:
    match = _ABOUT.search(seen)
    if not match:
        return ""
    said = (match["after"] or match["before"] or "").removesuffix("的").removesuffix("吗").removesuffix("呢")
    said = re.sub(r"^(?:那|这|请问|老师|这个|那个|到底|究竟|一下)+", "", said)
    return "" if said in _NOT_A_THING or _ANSWERISH.search(said) else said


_NOT_A_THING: Final = frozenset(
    {"这个", "那个", "它", "这", "这题", "这道题", "题目", "你", "我", "意思", "怎么", "这里", "这句话"}
)
_ANSWERISH: Final = re.compile(r"答案|结果|选项|第.{1,2}[题个]|正确")
