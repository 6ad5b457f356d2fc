"""What a filing must hold before it may be sent, and which numbers a product needs."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

from qiming.assurance.admission import ANY, Facts, FilingKind, Function, ProductKind, Scope

STAGES = ("primary", "junior", "senior")
MOST = {"title": 60, "says": 600, "model_name": 60, "model_version": 60, "price": 200}
LONG = 2000
LONGEST_ADDRESS = 400
AGENT = "agent"  # an endpoint: one of this platform's own agents
INSIDE = "inside"  # a launch: a page of this platform
_PATH = re.compile(r"/(?:[A-Za-z0-9_-]+/)*")
GENERATES = frozenset({Function.OPEN_GENERATION.value, Function.IMAGE.value, Function.CHAT.value})


@dataclass(frozen=True, slots=True)
class Number:
    """A filing number as it stands in the table: `found` None until a person looked it up."""

    kind: str
    number: str
    not_needed_why: str
    valid_until: date | None
    found: bool | None


def faults(facts: Facts, subjects: Collection[str], agents: Collection[str] = ()) -> list[str]:
    """Everything that is missing or wrong, for who fills it in. `subjects`: the keys of those there are lessons of;
    `agents`: the keys of this platform's own."""
    found = [f"请写“{zh}”。" for name, zh in _WORDS.items() if not str(getattr(facts, name)).strip()]
    found += [
        f"“{_WORDS[name]}”最多{most}个字。" for name, most in MOST.items() if len(getattr(facts, name)) > most
    ]
    found += [
        f"“{zh}”最多{LONG}个字。"
        for name, zh in (("minor_audit", "未成年人保护审计"), ("label_method", "标识办法"))
        if len(getattr(facts, name)) > LONG
    ]
    if facts.kind not in {one.value for one in ProductKind}:
        found.append("请选产品类型。")
    if not facts.stages or not set(facts.stages) <= set(STAGES):
        found.append("请选学段。")
    if not facts.subjects:
        found.append("请选学科。")
    elif unknown := set(facts.subjects) - set(subjects) - {ANY}:
        found.append(f"平台没有“{'、'.join(sorted(unknown))}”这门学科，请重新选学科。")
    if not set(facts.functions) <= {one.value for one in Function} or not facts.functions:
        found.append("请选功能。")
    if facts.hosting not in {"vendor", "city"}:
        found.append("请选在哪里运行。")
    return [*found, *_launch_faults(facts), *_endpoint_faults(facts, agents), *_data_faults(facts)]


_WORDS = {
    "title": "产品名称",
    "says": "产品介绍",
    "model_name": "用的模型",
    "model_version": "模型版本",
    "minor_audit": "未成年人保护审计",
    "label_method": "生成内容的标识办法",
    "price": "价格",
}


def _launch_faults(facts: Facts) -> list[str]:
    launch = facts.launch
    if launch.get("kind") == INSIDE:
        if facts.endpoint.get("kind") != AGENT:
            return ["只有本平台的智能体在平台里打开。"]
        return [] if is_inside(launch.get("url", "")) else ["在平台里打开的，写本平台里的路径，以 / 开头。"]
    if launch.get("kind") not in {"lti", "link"}:
        return ["请选启动方式。"]
    return [] if is_address(launch.get("url", "")) else ["启动地址请写完整的 https:// 网址。"]


def _endpoint_faults(facts: Facts, agents: Collection[str]) -> list[str]:
    endpoint = facts.endpoint
    if endpoint.get("kind") == AGENT:
        found = [] if facts.kind == ProductKind.AGENT else ["本平台的智能体，产品类型选“智能体”。"]
        found += [] if facts.hosting == "city" else ["本平台的智能体在本市的服务器上运行。"]
        known = endpoint.get("model", "") in agents
        return [*found, *([] if known else [f"没有这个智能体，可用：{'、'.join(agents) or '无'}。"])]
    if endpoint.get("kind") not in {"openai", "mapped"}:
        return ["请选检测接口的种类。"]
    if not is_address(endpoint.get("url", "")):
        return ["检测接口请写完整的网址。"]
    if endpoint["kind"] == "openai" and not str(endpoint.get("model", "")).strip():
        return ["请写检测接口的模型名。"]
    return []


def _data_faults(facts: Facts) -> list[str]:
    known = {one.value for one in Scope}
    return [
        f"数据清单里的“{one.scope}”要写清用途、存放地点和保存天数。"
        for one in facts.data_map
        if one.scope not in known
        or not one.why.strip()
        or not one.where.strip()
        or not 0 < one.keep_days <= 3650
    ]


def is_inside(said: object) -> bool:
    """A path of this platform: no other server, nothing a browser would read as one."""
    return isinstance(said, str) and len(said) <= LONGEST_ADDRESS and bool(_PATH.fullmatch(said))


def is_address(said: object) -> bool:
    """A whole web address without an account in it."""
    if not isinstance(said, str) or len(said) > LONGEST_ADDRESS:
        return False
    try:
        parts = urlsplit(said)
        port_fits = parts.port is None or parts.port > 0
    except ValueError:
        return False
    return parts.scheme in {"https", "http"} and bool(parts.hostname) and not parts.username and port_fits


def needed(facts: Facts) -> frozenset[FilingKind]:
    """The numbers this product cannot do without; the others may be given a reason instead."""
    always = {FilingKind.ICP, FilingKind.MLPS}
    return frozenset(always | ({FilingKind.GENERATIVE} if GENERATES & set(facts.functions) else set()))


def missing_numbers(facts: Facts, given: Iterable[Number]) -> list[str]:
    """What keeps the filing from being sent: every kind is answered, needed ones with a number."""
    by_kind = {one.kind: one for one in given}
    found = []
    for kind in FilingKind:
        one = by_kind.get(kind)
        if one is None or (not one.number and not one.not_needed_why):
            found.append(f"请填“{kind.zh}”的号码，不需要的写明为什么。")
        elif kind in needed(facts) and not one.number:
            found.append(f"“{kind.zh}”必须有号码。")
    return found


def unchecked_numbers(given: Collection[Number], today: date) -> list[str]:
    """What keeps the clerk from accepting: every number looked up, found, and still valid."""
    titles = {one.value: one.zh for one in FilingKind}
    found = []
    for one in given:
        if one.found is None:
            found.append(f"“{titles[one.kind]}”还没有核验。")
        elif not one.found:
            found.append(f"“{titles[one.kind]}”在公开名单上没有查到。")
        if one.valid_until is not None and one.valid_until < today:
            found.append(f"“{titles[one.kind]}”已过有效期。")
    return found
