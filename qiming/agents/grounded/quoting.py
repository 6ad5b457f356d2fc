"""For agents that answer from documents: what stands there, word for word, with its place and version; else that it doesn't."""

from typing import Final

from qiming.agents.grounded import matching
from qiming.agents.grounded.engine import Reply
from qiming.agents.talk.types import Citation, Context

MOST: Final = 3  # passages quoted at once
MOST_QUOTE: Final = 160
_FOUND: Final = "查到的原文："
_MISSING: Final = "给我的资料里没有找到这个问题的答案，我不猜。请换个说法再问，或者找人问。"


def reply(context: Context, text: str) -> Reply:
    """The passages that speak most of what was asked."""
    found = matching.ranked(text, context.passages)[:MOST]
    if not found:
        return Reply("unknown", _MISSING)
    lines = [f"“{matching.quote(text, one.text, MOST_QUOTE)}”（{one.title}，{one.version}）" for one in found]
    cited = tuple(Citation(one.key, one.title, one.version, one.url) for one in found)
    return Reply("quote", "\n".join((_FOUND, *lines)), citations=cited)
