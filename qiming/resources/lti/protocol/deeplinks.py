"""What a tool hands back when a teacher chose something in it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final, TypeGuard

from qiming.resources.lti.protocol.facts import MAX_CUSTOM, MAX_CUSTOM_CHARS, belongs
from qiming.resources.lti.protocol.names import (
    CONTENT_ITEMS,
    DEEP_DATA,
    DEEP_ERROR,
    DEEP_MESSAGE,
    DEEP_RESPONSE,
    DEPLOYMENT,
    LTI_VERSION,
    MESSAGE_TYPE,
    VERSION,
    Plain,
)
from qiming.resources.lti.protocol.refusals import Code, Refused

MAX_ITEMS: Final = 20
MAX_TITLE: Final = 120
MAX_TEXT: Final = 600


@dataclass(frozen=True, slots=True)
class Chosen:
    """One thing chosen. `kind` is ltiResourceLink or link; `max_score` None: the tool asked for no line item."""

    kind: str
    url: str
    title: str
    text: str = ""
    custom: tuple[tuple[str, str], ...] = ()
    max_score: float | None = None
    score_label: str = ""
    resource_id: str = ""
    tag: str = ""


@dataclass(frozen=True, slots=True)
class Response:
    """`left_out` says in Chinese what cannot be placed, item by item."""

    chosen: tuple[Chosen, ...]
    left_out: tuple[str, ...]
    message: str
    data: str
    nonce: str


def read(claims: Plain, *, deployment_id: str, launch_url: str, origins: Collection[str]) -> Response:
    """A checked response out of verified claims; `Refused` when the whole cannot be taken."""
    if claims.get(MESSAGE_TYPE) != DEEP_RESPONSE or claims.get(LTI_VERSION) != VERSION:
        raise Refused(Code.WRONG_MESSAGE, "not a deep linking response of 1.3.0")
    if claims.get(DEPLOYMENT) != deployment_id:
        raise Refused(Code.WRONG_DEPLOYMENT)
    nonce, data = claims.get("nonce"), claims.get(DEEP_DATA)
    if not isinstance(nonce, str) or not 1 <= len(nonce) <= 200:
        raise Refused(Code.NONCE_MISSING)
    if not isinstance(data, str):
        raise Refused(Code.WRONG_MESSAGE, "the data of the request did not come back")
    items = claims.get(CONTENT_ITEMS, [])
    if not isinstance(items, list) or len(items) > MAX_ITEMS:
        raise Refused(Code.BAD_CONTENT, f"more than {MAX_ITEMS} items, or no list")
    chosen, left_out = [], []
    for no, item in enumerate(items, 1):
        made = _item(item, launch_url, origins)
        if isinstance(made, Chosen):
            chosen.append(made)
        else:
            left_out.append(f"第{no}项：{made}")
    message = _text(claims.get(DEEP_ERROR), 200) or _text(claims.get(DEEP_MESSAGE), 200)
    return Response(tuple(chosen), tuple(left_out), message, data, nonce)


def _item(item: Any, launch_url: str, origins: Collection[str]) -> Chosen | str:
    kind = item.get("type") if isinstance(item, dict) else None
    if kind not in {"ltiResourceLink", "link"}:
        return f"这一种（{_text(kind, 30) or '没有写'}）放不进课里，只能放工具里的活动和链接"
    url = item.get("url") or (launch_url if kind == "ltiResourceLink" else "")
    if not isinstance(url, str) or not belongs(url, origins):
        return "地址不在这个工具登记的网站里"
    custom = _custom(item.get("custom"))
    if custom is None:
        return "自定义参数太多或太长"
    title = _text(item.get("title"), MAX_TITLE) or "没有标题的活动"
    text = _text(item.get("text"), MAX_TEXT)
    line = item.get("lineItem")
    if kind == "link" or not isinstance(line, dict):
        return Chosen(kind, url, title, text, custom)
    most = line.get("scoreMaximum")
    if not is_number(most) or not 0 < most <= 10_000:
        return "成绩项的满分要大于0，不超过10000"
    label = _text(line.get("label"), MAX_TITLE) or title
    return Chosen(
        kind,
        url,
        title,
        text,
        custom,
        float(most),
        label,
        _text(line.get("resourceId"), 200),
        _text(line.get("tag"), 100),
    )


def is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e12


def _text(value: object, longest: int) -> str:
    if not isinstance(value, str):
        return ""
    return "".join(one if one.isprintable() else " " for one in value).strip()[:longest]


def _custom(value: object) -> tuple[tuple[str, str], ...] | None:
    if value is None:
        return ()
    if not isinstance(value, dict) or len(value) > MAX_CUSTOM:
        return None
    pairs = tuple((str(name), str(said)) for name, said in value.items())
    too_long = any(len(name) > 100 or len(said) > MAX_CUSTOM_CHARS or "\x00" in said for name, said in pairs)
    return None if too_long else pairs
