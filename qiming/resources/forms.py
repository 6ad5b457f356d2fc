"""What people fill in about resources."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django import forms

from qiming.registry.types import OrgRef
from qiming.resources.models import Resource
from qiming.resources.rules.cards import LONGEST
from qiming.resources.services.adopting import MOST_REASON, MOST_WORDS
from qiming.resources.services.offering import LONGEST_ADDRESS
from qiming.resources.types import STAGES, Area, Card, Licence

_LINES = forms.Textarea(attrs={"rows": 3})


def _text(
    label: str, name: str, *, required: bool = True, lines: bool = False, **more: Any
) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=LONGEST[name],
        required=required,
        error_messages={"required": f"请写“{label}”", "max_length": f"最多{LONGEST[name]}个字"},
        widget=forms.Textarea(attrs={"rows": 3}) if lines else forms.TextInput(),
        **more,
    )


class CardForm(forms.Form):
    """What stands on the shelf about a version. `address` is a tool's, `resource` of which the version is a new one."""

    title = _text("标题", "title")
    says = _text("介绍", "says", lines=True, help_text="教什么、怎么用、和市里的版本有什么不同")
    stage = forms.ChoiceField(label="学段", choices=list(STAGES.items()))
    subject = _text("学科", "subject", initial="人工智能")
    area = forms.ChoiceField(label="帮在哪里", choices=[(one.value, one.zh) for one in Area])
    licence = forms.ChoiceField(label="授权", choices=[(one.value, one.zh) for one in Licence])
    ai_share = forms.IntegerField(
        label="人工智能生成的占比（%）",
        min_value=0,
        max_value=100,
        initial=0,
        error_messages={"required": "没有就写0", "invalid": "请填整数"},
    )
    ai_says = _text("哪些是人工智能生成的", "ai_says", required=False, help_text="用什么做的、老师改过没有")
    accessibility = _text("无障碍说明", "accessibility", help_text="图有没有文字说明，能不能只用键盘")
    data_needs = _text("要用哪些数据", "data_needs", help_text="不用就写“不用学生数据”")
    cost = _text("费用", "cost", help_text="没有就写“没有”")

    def __init__(
        self,
        *args: Any,
        earlier: Sequence[Resource] = (),
        schools: Iterable[OrgRef] = (),
        is_tool: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        if is_tool:
            self.fields["address"] = forms.CharField(
                label="网址",
                max_length=LONGEST_ADDRESS,
                help_text="完整的 https:// 地址；以后换网址要再送一版",
                error_messages={"required": "请写完整的网址"},
            )
        places = [(str(one.id), one.name) for one in schools]
        if len(places) > 1:
            self.fields["school"] = forms.ChoiceField(label="代表哪所学校", choices=places)
        if earlier:
            new = [("", "新的资源"), *((str(one.id), f"“{one.title}”的新版") for one in earlier)]
            self.fields["resource"] = forms.ChoiceField(label="当作", choices=new, required=False)

    def card(self) -> Card:
        """The card that was filled in."""
        return Card.of(self.cleaned_data)

    def resource_id(self) -> UUID | None:
        said = self.cleaned_data.get("resource")
        return UUID(said) if said else None


class AdoptForm(forms.Form):
    """For which place, and what was decided."""

    place = forms.ChoiceField(label="给谁用", error_messages={"required": "请选学校或班"})
    minutes = forms.CharField(
        label="集体决定的要点",
        max_length=MOST_WORDS,
        widget=_LINES,
        help_text="什么时候、哪些人商量的、为什么选它",
        error_messages={"required": "请写集体决定的要点"},
    )

    def __init__(self, *args: Any, places: Sequence[OrgRef], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].choices = [(str(one.id), one.name) for one in places]  # type: ignore[attr-defined]


class EndForm(forms.Form):
    """Why it is used no longer, and what became of the data."""

    why = forms.CharField(
        label="为什么不用了", max_length=MOST_REASON, error_messages={"required": "请写为什么不用了"}
    )
    data_return = forms.CharField(
        label="数据怎样交回或删除",
        max_length=MOST_REASON,
        required=False,
        widget=_LINES,
        help_text="谁在哪天交回、删除，证明放在哪里",
    )
