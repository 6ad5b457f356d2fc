"""What a tool is, as it was registered: the one form for a person's entry and for dynamic registration."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from qiming.resources.lti.protocol.names import SCOPES, Plain

MAX_URL: Final = 1000
MAX_REDIRECTS: Final = 10
MAX_CUSTOM: Final = 30
MAX_CUSTOM_CHARS: Final = 1000
LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class ToolFacts:
    """Addresses, keys and rights of a tool. `key_set` holds the keys themselves when there is no `key_set_url`."""

    name: str
    login_url: str
    launch_url: str
    redirect_urls: tuple[str, ...]
    key_set_url: str = ""
    key_set: Plain | None = None
    deep_link_url: str = ""
    scopes: tuple[str, ...] = ()
    custom: tuple[tuple[str, str], ...] = ()
    description: str = ""

    @property
    def origins(self) -> tuple[str, ...]:
        """Where pages of the tool may come from, in a fixed order."""
        urls = [self.login_url, self.launch_url, self.deep_link_url, *self.redirect_urls]
        return tuple(sorted({origin(one) for one in urls if one}))

    @property
    def digest(self) -> str:
        """Changes with everything that decides where a pupil is led and whose signature counts."""
        told = {
            name: value for name, value in asdict(self).items() if name not in {"name", "description"}
        } | {"redirect_urls": sorted(self.redirect_urls), "scopes": sorted(self.scopes)}
        return hashlib.sha256(json.dumps(told, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def origin(url: str) -> str:
    """`https://tool.example:8443` of an address; empty when it is none."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return ""
    if parts.scheme not in {"https", "http"} or not host or not _is_host(host):
        return ""
    shown = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{shown}" + (f":{port}" if port else "")


def _is_host(host: str) -> bool:
    # It ends up in a content policy: nothing but what a host name is made of.
    try:
        ip_address(host)
        return True
    except ValueError:
        return host.isascii() and all(one.isalnum() or one in "-." for one in host)


def trouble_of_url(url: str) -> str:
    """What is wrong with an address of a tool, in Chinese; empty when nothing is."""
    if len(url) > MAX_URL:
        return f"地址太长，最多{MAX_URL}个字符"
    if any(one.isspace() or ord(one) < 32 for one in url) or not origin(url):
        return "要写完整的地址，如 https://tool.example.cn/login"
    parts = urlsplit(url)
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        return "地址要用 https（只有本机可以用 http）"
    if "@" in parts.netloc or parts.fragment:
        return "地址里不能有账号或 # 后面的部分"
    return ""


def troubles(facts: ToolFacts) -> dict[str, str]:
    """Field → what is wrong with it, in Chinese."""
    found: dict[str, str] = {}
    if not 1 <= len(facts.name.strip()) <= 60:
        found["name"] = "工具要有名字，不超过60个字"
    for field in ("login_url", "launch_url"):
        if said := trouble_of_url(getattr(facts, field)):
            found[field] = said
    if facts.deep_link_url and (said := trouble_of_url(facts.deep_link_url)):
        found["deep_link_url"] = said
    if not 1 <= len(facts.redirect_urls) <= MAX_REDIRECTS:
        found["redirect_urls"] = f"写1至{MAX_REDIRECTS}个登录返回地址，一行一个"
    elif said := next((said for one in facts.redirect_urls if (said := trouble_of_url(one))), ""):
        found["redirect_urls"] = said
    found |= _trouble_of_keys(facts) | _trouble_of_rest(facts)
    return found


def _trouble_of_keys(facts: ToolFacts) -> dict[str, str]:
    if facts.key_set_url:
        said = trouble_of_url(facts.key_set_url)
        return {"key_set_url": said} if said else {}
    return {} if facts.key_set else {"key_set_url": "写密钥集的地址，或把公钥贴在下面"}


def _trouble_of_rest(facts: ToolFacts) -> dict[str, str]:
    found = {}
    if not set(facts.scopes) <= set(SCOPES):
        found["scopes"] = "有一项权限本平台没有"
    if len(facts.custom) > MAX_CUSTOM or any(
        not name or len(name) > 100 or len(value) > MAX_CUSTOM_CHARS for name, value in facts.custom
    ):
        found["custom"] = f"自定义参数最多{MAX_CUSTOM}条，每条不超过{MAX_CUSTOM_CHARS}个字"
    if len(facts.description) > 1000:
        found["description"] = "说明不超过1000个字"
    return found


def custom_of(text: str) -> tuple[tuple[str, str], ...]:
    """`name=value` lines as typed."""
    pairs = (line.partition("=") for line in text.splitlines() if line.strip())
    return tuple((name.strip(), value.strip()) for name, _, value in pairs)


def belongs(url: str, origins: Iterable[str]) -> bool:
    """Whether an address lies on one of a tool's registered origins."""
    return not trouble_of_url(url) and origin(url) in set(origins)
