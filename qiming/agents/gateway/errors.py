"""Errors in the form OpenAI's clients know, with a sentence a person can act on."""

from typing import Any, Final

from qiming.agents.rules.choosing import No
from qiming.assurance.runner.kinds import Failure, Kind

_TYPES: Final = {
    400: "invalid_request_error",
    401: "authentication_error",
    403: "permission_error",
    404: "invalid_request_error",
    413: "invalid_request_error",
    429: "rate_limit_error",
}


GONE: Final = 499  # nobody is there to read it


class Trouble(Exception):
    """A call that is not made, or not finished. `param`: the field of the request it belongs to."""

    def __init__(
        self, status: int, code: str, says: str, *, param: str | None = None, wait_s: int | None = None
    ) -> None:
        super().__init__(says)
        self.status = status
        self.code = code
        self.says = says
        self.param = param
        self.wait_s = wait_s

    def body(self) -> dict[str, Any]:
        kind = _TYPES.get(self.status, "server_error")
        return {"error": {"message": self.says, "type": kind, "param": self.param, "code": self.code}}


def refused(no: No) -> Trouble:
    return Trouble(no.status, no.code, no.says, param="model" if no.status == 404 else None)


# What went wrong on the other side: status, code, sentence.
_OTHER_SIDE: Final = {
    Kind.LIMITED: (429, "upstream_limited", "模型那边现在太忙，没有回答。过一会儿再试。"),
    Kind.TIMEOUT: (504, "upstream_timeout", "模型很久没有回答，已经停下。再试一次，或换一个模型。"),
    Kind.NEVER_ENDED: (504, "upstream_timeout", "模型的回答一直没有结束，已经停下。"),
    Kind.CUT: (502, "upstream_cut", "模型的回答中途断了。已经显示的部分不完整，请再试一次。"),
    Kind.TOO_LARGE: (502, "upstream_too_large", "模型的回答太长，已经停下。"),
    Kind.ENCODING: (502, "upstream_malformed", "模型回的文字编码不对，没有显示。请再试一次。"),
    Kind.NOT_JSON: (502, "upstream_malformed", "模型回的格式不对，已经停下。请再试一次。"),
    Kind.SHAPE: (502, "upstream_malformed", "模型回的格式不对，已经停下。请再试一次。"),
    Kind.CLIENT_ERROR: (502, "upstream_refused", "模型那边不接受这个请求。请运维人员核对它的地址和钥匙。"),
    Kind.FORBIDDEN: (503, "upstream_forbidden", "这个模型的地址不在允许访问的服务器里。请运维人员核对。"),
}


def of_failure(failure: Failure) -> Trouble:
    """What the caller reads; neither address nor key of the model is in it."""
    status, code, says = _OTHER_SIDE.get(
        failure.kind, (502, "upstream_failed", "模型现在用不了，没有回答。过一会儿再试。")
    )
    wait_s = int(failure.wait_s or 5) if status == 429 else None
    return Trouble(status, code, says, wait_s=wait_s)


NO_LEDGER: Final = "记账的数据库暂时打不开，没有发给模型，你写的还在。请过一会儿再试。"
