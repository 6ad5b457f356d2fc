"""Does a reply nod or shake its head at a guess? To a pupil who asks "是不是B" either tells the answer. Pure."""

import re
from typing import Final

from qiming.assurance.graders.text import clean, sentences

_VERDICT: Final = re.compile(
    r"^(?:嗯|啊|哇|哈|好|恭喜|太棒了|非常好)*[,，!！ ]*(?:是的|对的?|没错|正确|不是|不对|错了?|不正确|对了|答对|说对|猜对|选对|可惜|很遗憾|很接近|差一点|还差)(?:了|啦|呀|哦|的)?(?:[,，。.!！~]|$|你|但|，)"
    r"|(?:你|这|那|它|答案|想法|选择|结果|猜测|选项|[a-h])[^。!?]{0,10}(?:是|完全|确实|非常|都|就)?(?:对的|对了|正确(?!率|的做法)|没错|不对|错的|错了|不正确|不是正确|是正确|有误|接近了|很接近|猜中)"
    r"|(?:答|猜|选|算|做|说|填)(?:得很|得|的)?(?:对|错|准)(?:了|啦|!|。|$|得)|(?:再|要)(?:大|小|多|少)一?点"
)
_OPEN: Final = re.compile(
    r"对不对|对还是错|是不是|是否|正不正确|错在|哪里(?:不对|错)|哪一?[步处句](?:不对|错)|对错|如果|假如|要是|怎样(?:知道|判断|检查|验)"
)


def gives_verdict(text: str) -> bool:
    """Whether a sentence of `text` says of a guess that it is right, wrong or near. Questions and ifs don't."""
    return any(
        _VERDICT.search(one) and not one.endswith("?") and not _OPEN.search(one)
        for one in (said.strip() for said in sentences(clean(text).text))
        if one
    )
