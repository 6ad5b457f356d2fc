"""What people fill in about LTI tools."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django import forms

from qiming.registry.types import OrgRef
from qiming.resources.lti.models import LtiTool
from qiming.resources.lti.protocol import keys
from qiming.resources.lti.protocol.facts import MAX_URL, ToolFacts, custom_of
from qiming.resources.lti.protocol.names import SCOPE_NAMES, Plain
from qiming.resources.lti.protocol.refusals import Refused

_LINES = forms.Textarea(attrs={"rows": 3})


def _url(label: str, help_text: str = "", *, required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=MAX_URL,
        required=required,
        help_text=help_text,
        error_messages={"required": f"请写“{label}”", "max_length": f"最多{MAX_URL}个字符"},
    )


class ToolForm(forms.Form):
    """A tool's registration, as its vendor writes it down."""

    name = forms.CharField(label="名称", max_length=60, error_messages={"required": "请写名称"})
    description = forms.CharField(label="说明", max_length=1000, required=False, widget=_LINES)
    login_url = _url("登录发起地址", "工具叫它 OIDC login / initiate login URL")
    launch_url = _url("打开的地址", "target link URI")
    redirect_urls = forms.CharField(
        label="登录返回地址",
        widget=_LINES,
        help_text="redirect URIs，一行一个",
        error_messages={"required": "请写至少一个登录返回地址"},
    )
    deep_link_url = _url("挑选内容的地址", "deep linking URL，没有就空着", required=False)
    key_set_url = _url("密钥集地址", "JWKS URL；没有就把公钥贴在下面", required=False)
    key_set = forms.CharField(
        label="公钥",
        max_length=20_000,
        required=False,
        widget=_LINES,
        help_text="JWKS 或 PEM；写了地址就不用贴",
    )
    scopes = forms.MultipleChoiceField(
        label="给它哪些权限",
        required=False,
        choices=[(one, words) for one, words in SCOPE_NAMES.items()],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "有一项权限本平台没有"},
    )
    custom = forms.CharField(
        label="自定义参数", max_length=20_000, required=False, widget=_LINES, help_text="一行一条：名字=值"
    )
    in_frame = forms.BooleanField(
        label="在本页里打开", required=False, initial=True, help_text="不勾就在新窗口打开"
    )

    def __init__(
        self,
        *args: Any,
        places: Iterable[OrgRef] = (),
        products: Mapping[str, str] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        found = [(str(one.id), one.name) for one in places]
        if found:
            self.fields["place"] = forms.ChoiceField(label="由哪里登记", choices=found)
        self.fields["product"] = forms.ChoiceField(
            label="对应的准入产品",
            choices=[("", "还没有对应的产品"), *(products or {}).items()],
            required=False,
            help_text="没有准入的产品，登记了也打不开",
        )

    def clean_key_set(self) -> Plain | None:
        said = self.cleaned_data["key_set"].strip()
        if not said:
            return None
        try:
            return keys.tools_set(said if "-----BEGIN" in said else json.loads(said))
        except (ValueError, RecursionError):
            raise forms.ValidationError("读不懂：贴 JWKS（JSON）或 PEM 格式的公钥") from None
        except Refused as refusal:
            raise forms.ValidationError(f"{refusal.says.happened}。{refusal.says.mend}") from None

    def facts(self) -> ToolFacts:
        """What was filled in."""
        said = self.cleaned_data
        return ToolFacts(
            name=said["name"],
            login_url=said["login_url"],
            launch_url=said["launch_url"],
            redirect_urls=tuple(one.strip() for one in said["redirect_urls"].splitlines() if one.strip()),
            key_set_url=said["key_set_url"],
            key_set=None if said["key_set_url"] else said["key_set"],
            deep_link_url=said["deep_link_url"],
            scopes=tuple(one for one in SCOPE_NAMES if one in said["scopes"]),
            custom=custom_of(said["custom"]),
            description=said["description"],
        )

    def product_id(self) -> UUID | None:
        said = self.cleaned_data.get("product")
        return UUID(said) if said else None


def initial_of(tool: LtiTool) -> dict[str, Any]:
    """A registration as the form shows it."""
    return {
        "name": tool.name,
        "description": tool.description,
        "login_url": tool.login_url,
        "launch_url": tool.launch_url,
        "redirect_urls": "\n".join(tool.redirect_urls),
        "deep_link_url": tool.deep_link_url,
        "key_set_url": tool.key_set_url,
        "key_set": json.dumps(tool.key_set) if tool.key_set else "",
        "scopes": tool.scopes,
        "custom": "\n".join(f"{name}={value}" for name, value in tool.custom),
        "in_frame": tool.in_frame,
        "product": str(tool.product_id or ""),
    }


class InviteForm(forms.Form):
    """Where a tool begins to register itself."""

    registration_url = _url("工具的自动登记地址", "dynamic registration URL，工具的提供方给的")

    def __init__(
        self,
        *args: Any,
        places: Iterable[OrgRef] = (),
        products: Mapping[str, str] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        found = [(str(one.id), one.name) for one in places]
        self.fields["place"] = forms.ChoiceField(label="由哪里登记", choices=found)
        self.fields["product"] = forms.ChoiceField(
            label="对应的准入产品",
            choices=[("", "登记以后再选"), *(products or {}).items()],
            required=False,
        )

    def product_id(self) -> UUID | None:
        said = self.cleaned_data.get("product")
        return UUID(said) if said else None


class ChooseForm(forms.Form):
    """In which tool, for which lesson."""

    tool = forms.ChoiceField(label="工具")
    lesson = forms.ChoiceField(label="哪节课")

    def __init__(
        self, *args: Any, tools: Iterable[LtiTool], lessons: Mapping[str, str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["tool"].choices = [(str(one.id), one.name) for one in tools]  # type: ignore[attr-defined]
        self.fields["lesson"].choices = list(lessons.items())  # type: ignore[attr-defined]
