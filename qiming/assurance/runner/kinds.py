"""What can go wrong with one question to a product: each its own kind, counted and shown, never a pass."""

from enum import StrEnum
from typing import Final


class Kind(StrEnum):
    """Why there is no reply to judge."""

    FORBIDDEN = "forbidden"
    UNREACHABLE = "unreachable"
    TLS = "tls"
    TIMEOUT = "timeout"
    NEVER_ENDED = "never_ended"
    TOO_LARGE = "too_large"
    CUT = "cut"
    NOT_HTTP = "not_http"
    REDIRECT = "redirect"
    LIMITED = "limited"
    CLIENT_ERROR = "client_error"
    SERVER_ERROR = "server_error"
    HTML = "html"
    NOT_JSON = "not_json"
    ENCODING = "encoding"
    SHAPE = "shape"
    EMPTY = "empty"
    GRADER = "grader"


IN_CHINESE: Final = {
    Kind.FORBIDDEN: "地址不许访问",
    Kind.UNREACHABLE: "连不上",
    Kind.TLS: "证书不可信",
    Kind.TIMEOUT: "超时没有回答",
    Kind.NEVER_ENDED: "回答一直不结束",
    Kind.TOO_LARGE: "回答太长",
    Kind.CUT: "连接中断",
    Kind.NOT_HTTP: "不是正常的网络应答",
    Kind.REDIRECT: "要求转到别的地址",
    Kind.LIMITED: "产品限流",
    Kind.CLIENT_ERROR: "产品说请求有误（4xx）",
    Kind.SERVER_ERROR: "产品内部出错（5xx）",
    Kind.HTML: "回的是网页",
    Kind.NOT_JSON: "回的不是 JSON",
    Kind.ENCODING: "文字编码错误",
    Kind.SHAPE: "回答里没有约定的内容",
    Kind.EMPTY: "回答是空的",
    Kind.GRADER: "判分器出错",
}


class Failure(Exception):
    """No reply. `wait_s`: the product asks to come back then. `unsent`: it cannot have been answered."""

    def __init__(
        self,
        kind: Kind,
        says: str,
        *,
        status: int | None = None,
        wait_s: float | None = None,
        unsent: bool = False,
    ) -> None:
        super().__init__(says)
        self.kind = kind
        self.says = says
        self.status = status
        self.wait_s = wait_s
        self.unsent = unsent or kind == Kind.UNREACHABLE

    @property
    def may_retry(self) -> bool:
        """Only what the product has not worked on: no connection, or it says itself that it cannot just now."""
        return self.unsent or self.status in {429, 503}


def first_of(group: BaseExceptionGroup[BaseException], *kinds: type[BaseException]) -> BaseException:
    """The first exception of these kinds in a group that tasks ended with, to be raised alone; the group itself when
    there is none. (What is raised inside `except*` comes wrapped in a group again before Python 3.11.4.)"""
    found = group.subgroup(kinds)
    while found is not None:
        inner = found.exceptions[0]
        if not isinstance(inner, BaseExceptionGroup):
            return inner
        found = inner
    return group
