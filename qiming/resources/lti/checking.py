"""The configuration checker: each address, key and clock of a tool is looked at, and what to mend is said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum

from qiming.kernel import fetch, time
from qiming.resources.lti import products
from qiming.resources.lti.models import LtiNote, LtiTool
from qiming.resources.lti.protocol import keys
from qiming.resources.lti.protocol.facts import origin, trouble_of_url
from qiming.resources.lti.protocol.refusals import Code, Refused
from qiming.resources.lti.services import tool_keys

LIMITS = fetch.Limits(seconds=3.0, bytes=300 * 1024)
MOST_SKEW = timedelta(seconds=60)


class Mark(StrEnum):
    GOOD = "ok"
    NEEDS = "need"
    UNKNOWN = "maybe"

    @property
    def zh(self) -> str:
        return {"ok": "没问题", "need": "要改", "maybe": "没法查"}[self.value]


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at, what was found, and what to do about it."""

    what: str
    mark: Mark
    found: str
    mend: str = ""


def check(tool: LtiTool) -> list[Check]:
    """Everything, in the order in which a launch needs it."""
    return [
        _registration(tool),
        _product(tool),
        _address("登录发起地址", tool.login_url),
        *(_redirect(tool, one) for one in tool.redirect_urls),
        _address("打开的地址", tool.launch_url),
        _choosing(tool),
        _key_set(tool),
        _clock(tool),
        _lately(tool),
    ]


def _registration(tool: LtiTool) -> Check:
    if tool.is_checked:
        return Check("登记", Mark.GOOD, "地址、密钥和权限核对过，之后没有改")
    return Check(
        "登记", Mark.NEEDS, "改过或还没有人核对，现在打不开", "看过下面每一项，在工具页点“核对通过”。"
    )


def _product(tool: LtiTool) -> Check:
    if tool.product_id and (said := products.trouble(tool.product_id, tool.launch_url)):
        return Check("准入产品", Mark.NEEDS, said, "请企业按现在的地址申报、复测，或改回原来的地址。")
    if tool.product_id:
        return Check("准入产品", Mark.GOOD, "写了对应的产品；能不能用由准入和学校的选用决定")
    return Check("准入产品", Mark.NEEDS, "没有写对应的产品，打不开", "在“改登记”里选上。")


def _address(what: str, url: str) -> Check:
    if said := trouble_of_url(url):
        return Check(what, Mark.NEEDS, said, "在“改登记”里改正。")
    try:
        answer = fetch.session(LIMITS).get(url)
    except fetch.OutwardRefused:
        return Check(
            what,
            Mark.UNKNOWN,
            "写法没问题；没有列入外连名单，服务器不去访问",
            f"想让它查，请运维把 {origin(url)} 加进 QIMING_OUTWARD。",
        )
    except (OSError, ValueError) as error:
        return Check(what, Mark.NEEDS, f"访问不到：{str(error)[:80]}", "请工具的提供方看服务器是不是开着。")
    # A login that is asked without parameters answers 400: it is there.
    if answer.status_code in {404, 410} or answer.status_code >= 500:
        return Check(what, Mark.NEEDS, f"回答 HTTP {answer.status_code}", "请提供方核对地址。")
    return Check(what, Mark.GOOD, f"有回答（HTTP {answer.status_code}）")


def _redirect(tool: LtiTool, url: str) -> Check:
    if said := trouble_of_url(url):
        return Check("登录返回地址", Mark.NEEDS, f"{url[:80]}：{said}", "在“改登记”里改正。")
    if origin(url) != origin(tool.launch_url):
        return Check(
            "登录返回地址", Mark.UNKNOWN, f"{origin(url)} 和打开的地址不在一个网站", "问提供方是不是他们的。"
        )
    return Check("登录返回地址", Mark.GOOD, "写法没问题，和打开的地址在一个网站；要和工具报的一字不差")


def _choosing(tool: LtiTool) -> Check:
    if not tool.deep_link_url:
        return Check("挑选内容", Mark.GOOD, "没有登记，老师只能整个放进课里")
    return _address("挑选内容的地址", tool.deep_link_url)


def _key_set(tool: LtiTool) -> Check:
    try:
        found = tool_keys.asked(tool.key_set_url) if tool.key_set_url else keys.tools_set(tool.key_set)
    except Refused as refusal:
        mend = refusal.says.mend
        if refusal.code is Code.KEYS_UNREACHABLE:
            mend = f"请运维把 {origin(tool.key_set_url)} 加进 QIMING_OUTWARD，或改为贴公钥。"
        return Check("密钥集", Mark.NEEDS, f"{refusal.says.happened}：{refusal.detail[:80]}", mend)
    return Check("密钥集", Mark.GOOD, f"有{len(found['keys'])}把能用的 RSA 公钥")


def _clock(tool: LtiTool) -> Check:
    """By the `Date` of the tool's answer."""
    try:
        answer = fetch.session(LIMITS).get(tool.key_set_url or tool.launch_url)
        there = parsedate_to_datetime(answer.headers["Date"])
    except (OSError, ValueError, KeyError, TypeError):
        return Check("时钟", Mark.UNKNOWN, "问不到工具服务器的时间", "凭据总被说过期时，请提供方校准时钟。")
    apart = abs(there - time.shared())
    if apart > MOST_SKEW:
        return Check("时钟", Mark.NEEDS, f"两边差{int(apart.total_seconds())}秒", "两边都用网络校时。")
    return Check("时钟", Mark.GOOD, "两边差不到一分钟")


def _lately(tool: LtiTool) -> Check:
    """What was refused in the last day: the checker's own eyes are the tool's real calls."""
    rows = LtiNote.objects.unscoped("the tool was loaded through the access table").filter(
        tool=tool, created_at__gt=time.now() - timedelta(days=1)
    )
    refused = rows.exclude(code="").count()
    if refused:
        return Check("最近一天", Mark.NEEDS, f"{refused}次被拒", "看工具页的往来记录，每条都写着怎么改。")
    return Check("最近一天", Mark.GOOD, f"{rows.count()}次往来，没有被拒的")
