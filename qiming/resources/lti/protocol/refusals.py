"""Every refusal by name: what the log says, what the person on the page reads, what the tool is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Code(StrEnum):
    """Why something was refused; kept in the log under this word."""

    UNKNOWN_TOOL = "unknown-tool"
    TOOL_PAUSED = "tool-paused"
    NEEDS_RETEST = "needs-retest"
    NOT_ALLOWED = "not-allowed"
    WRONG_DEPLOYMENT = "wrong-deployment"
    WRONG_REDIRECT = "wrong-redirect"
    BAD_LOGIN = "bad-login"
    LAUNCH_EXPIRED = "launch-expired"
    LAUNCH_USED = "launch-used"
    OTHER_PERSON = "other-person"
    NONCE_MISSING = "nonce-missing"
    NONCE_REPLAYED = "nonce-replayed"
    MALFORMED = "malformed"
    WRONG_ALGORITHM = "wrong-algorithm"
    UNKNOWN_KEY = "unknown-key"
    BAD_SIGNATURE = "bad-signature"
    WRONG_ISSUER = "wrong-issuer"
    WRONG_AUDIENCE = "wrong-audience"
    EXPIRED = "expired"
    CLOCK = "clock"
    TOO_LONG = "too-long"
    REPLAYED = "replayed"
    WRONG_MESSAGE = "wrong-message"
    BAD_CONTENT = "bad-content"
    KEYS_UNREACHABLE = "keys-unreachable"
    BAD_KEYS = "bad-keys"
    WRONG_SCOPE = "wrong-scope"
    NO_TOKEN = "no-token"  # noqa: S105  # the name of a refusal
    BAD_REQUEST = "bad-request"
    MISSING = "missing"
    BAD_SCORE = "bad-score"
    OLD_SCORE = "old-score"
    UNKNOWN_PERSON = "unknown-person"
    REGISTRATION_TOKEN = "registration-token"  # noqa: S105  # the name of a refusal
    BAD_REGISTRATION = "bad-registration"


@dataclass(frozen=True, slots=True)
class Says:
    """`happened` and `mend` for people; `oauth` is the standard's own word, `status` the answer to a program."""

    happened: str
    mend: str
    oauth: str = "invalid_request"
    status: int = 400


_AGAIN: Final = "回到这节课，再点一次“打开”。"
_VENDOR: Final = "请把这一行日志转给工具的提供方。"

SAYS: Final[Mapping[Code, Says]] = {
    Code.UNKNOWN_TOOL: Says("没有登记过这个工具", _VENDOR, "invalid_client", 401),
    Code.TOOL_PAUSED: Says("这个工具现在停用", "恢复以后就能再用，已有的成绩都在。", "access_denied", 403),
    Code.NEEDS_RETEST: Says(
        "这个工具的地址或密钥改过，还没有重新核对", "重新测过、核对过才能再打开。", "access_denied", 403
    ),
    Code.NOT_ALLOWED: Says("这个工具现在不能在这个班用", "请问学校管理员。", "access_denied", 403),
    Code.WRONG_DEPLOYMENT: Says("工具报的部署编号不是给这里的那一个", _VENDOR, "invalid_request", 400),
    Code.WRONG_REDIRECT: Says("工具要求回到一个没有登记的地址", "把这个地址登记上，或改正工具的设置。"),
    Code.BAD_LOGIN: Says("工具发起的登录不合规范", _VENDOR),
    Code.LAUNCH_EXPIRED: Says("打开工具用的时间太长了，这次已经作废", _AGAIN),
    Code.LAUNCH_USED: Says("这次打开已经用过了", _AGAIN),
    Code.OTHER_PERSON: Says(
        "这次打开是另一个人发起的", "用自己的账号从课里重新打开。", "login_required", 403
    ),
    Code.NONCE_MISSING: Says("工具没有给一次性口令（nonce）", _VENDOR),
    Code.NONCE_REPLAYED: Says("工具重复用了一次性口令（nonce）", _VENDOR),
    Code.MALFORMED: Says("工具送来的凭据读不出来", _VENDOR, "invalid_client", 401),
    Code.WRONG_ALGORITHM: Says("工具的凭据没有用 RS256 签名", "让工具用 RS256 签名。", "invalid_client", 401),
    Code.UNKNOWN_KEY: Says(
        "签名用的密钥不在工具的密钥集里", "让工具把公钥放进登记的密钥集。", "invalid_client", 401
    ),
    Code.BAD_SIGNATURE: Says("签名对不上", _VENDOR, "invalid_client", 401),
    Code.WRONG_ISSUER: Says("凭据的签发者不是这个工具", _VENDOR, "invalid_client", 401),
    Code.WRONG_AUDIENCE: Says(
        "凭据不是给本平台的（aud 不对）", "让工具把 aud 写成本平台的地址。", "invalid_client", 401
    ),
    Code.EXPIRED: Says("凭据已经过期", "让工具现做现用；也查一查它的时钟。", "invalid_client", 401),
    Code.CLOCK: Says("凭据的签发时间在将来，两边的时钟对不上", "让工具校准时钟。", "invalid_client", 401),
    Code.TOO_LONG: Says("凭据的有效期太长", "让工具把有效期写到一小时以内。", "invalid_client", 401),
    Code.REPLAYED: Says(
        "同一张凭据用了两次", "让工具每次做一张新的（jti 或 nonce）。", "invalid_client", 401
    ),
    Code.WRONG_MESSAGE: Says("工具送来的不是约好的那种消息", _VENDOR),
    Code.BAD_CONTENT: Says("工具选好的内容不能放进来", "在工具里重新选；还不行就转给提供方。"),
    Code.KEYS_UNREACHABLE: Says(
        "取不到工具的密钥集", "请运维看外连名单里有没有这个地址，或改为贴公钥。", "invalid_client", 401
    ),
    Code.BAD_KEYS: Says("工具的密钥集读不懂", "密钥集应是 JWKS，里面有 RSA 公钥。", "invalid_client", 401),
    Code.WRONG_SCOPE: Says(
        "没有给这个工具这项权限", "要用就先在登记里加上，并重新核对。", "invalid_scope", 403
    ),
    Code.NO_TOKEN: Says("没有带访问凭证，或已经过期", "让工具重新取一张。", "invalid_token", 401),
    Code.BAD_REQUEST: Says("请求不合规范", _VENDOR),
    Code.MISSING: Says("没有这个成绩项，或不归这个工具", _VENDOR, "not_found", 404),
    Code.BAD_SCORE: Says("送来的成绩读不懂", _VENDOR, "invalid_request", 422),
    Code.OLD_SCORE: Says("送来的成绩比已有的旧", "不用处理：留着新的那个。", "conflict", 409),
    Code.UNKNOWN_PERSON: Says(
        "成绩的假名编号不是这个班现在的学生", "学生转走后送来的成绩不收。", "not_found", 404
    ),
    Code.REGISTRATION_TOKEN: Says(
        "登记口令不对、用过了或过期了", "请管理员重新做一个登记口令。", "invalid_token", 401
    ),
    Code.BAD_REGISTRATION: Says("工具的自动登记不合要求", _VENDOR, "invalid_client_metadata", 400),
}


class Refused(Exception):
    """Something a tool asked or sent was refused. `detail` goes to the log: short, and about nobody."""

    def __init__(self, code: Code, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else str(code))
        self.code = code
        self.detail = detail[:300]

    @property
    def says(self) -> Says:
        return SAYS[self.code]
