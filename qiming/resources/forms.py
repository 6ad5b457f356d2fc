"""What people fill in about resources."""

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any
from uuid import UUID

from django import forms

from qiming.registry.types import OrgRef
from qiming.resources.models import Resource
from qiming.resources.queries.scenarios import scenarios
from qiming.resources.rules.cards import LONGEST
from qiming.resources.services.adopting import MOST_REASON, MOST_WORDS
from qiming.resources.services.offering import LONGEST_ADDRESS
from qiming.resources.services.opinions import MOST_WORDS as MOST_SAID
from qiming.resources.types import CAREFUL, STAGES, Area, Card, Licence

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


class What(StrEnum):
    """What is offered: a model is a file, or an endpoint at an address."""

    PACK = "pack"
    TOOL = "tool"
    MODEL = "model"
    ENDPOINT = "endpoint"


class CardForm(forms.Form):
    """What stands on the shelf about a version. `address` is a tool's, `resource` of which the version is a new one."""

    title = _text("标题", "title")
    says = _text("介绍", "says", lines=True, help_text="教什么、怎么用、和市里的版本有什么不同")
    stage = forms.ChoiceField(label="学段", choices=list(STAGES.items()))
    subject = _text("学科", "subject", initial="人工智能")
    area = forms.ChoiceField(label="帮在哪里", choices=[(one.value, one.zh) for one in Area])
    scenario = forms.ChoiceField(label="哪一类场景", required=False)
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
    careful = forms.MultipleChoiceField(
        label="有没有要慎重的内容",
        choices=list(CAREFUL.items()),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="有的，评审以后还要过审核委员会",
    )

    def __init__(
        self,
        *args: Any,
        earlier: Sequence[Resource] = (),
        schools: Iterable[OrgRef] = (),
        shared_in: Mapping[UUID, str] | None = None,
        what: What = What.PACK,
        products: Sequence[tuple[str, str]] = (),
        has_file: bool = False,
        tags: Sequence[tuple[str, str]] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        kinds = [("", "说不准，先不归类"), *scenarios().items()]
        self.fields["scenario"].choices = kinds  # type: ignore[attr-defined]  # a choice field
        if tags:
            self._add_tags(tags)
        if what in (What.TOOL, What.ENDPOINT):
            self._add_address(
                "网址" if what is What.TOOL else "接口的网址",
                may_be_ours=what is What.TOOL and bool(products),
            )
            self._add_product(products)
        if what in (What.MODEL, What.ENDPOINT):
            self._add_model_words()
        if what is What.ENDPOINT:
            self.fields["filing"] = _text(
                "备案或登记的号", "filing", help_text="生成式服务的备案号、算法备案号；没有的写“没有”和原因"
            )
        if what is What.MODEL:
            self._add_file(has_file)
        places = [(str(one.id), one.name) for one in schools]
        if len(places) > 1:
            self.fields["school"] = forms.ChoiceField(label="代表哪所学校", choices=places)
        if shared_in:
            wide = [
                ("", "全市的学校"),
                *((str(key), f"只给“{name}”里的学校") for key, name in shared_in.items()),
            ]
            self.fields["alliance"] = forms.ChoiceField(label="给谁用", choices=wide, required=False)
        if earlier:
            new = [("", "新的资源"), *((str(one.id), f"“{one.title}”的新版") for one in earlier)]
            self.fields["resource"] = forms.ChoiceField(label="当作", choices=new, required=False)

    def _add_tags(self, tags: Sequence[tuple[str, str]]) -> None:
        self.fields["teaches"] = forms.MultipleChoiceField(
            label="它还教这些概念吗",
            choices=list(tags),
            widget=forms.CheckboxSelectMultiple,
            required=False,
            help_text="按写的字建议的，不一定对：是的才勾",
            error_messages={"invalid_choice": "有一个概念已经不在图谱里"},
        )

    def _add_address(self, label: str, *, may_be_ours: bool) -> None:
        told = "；在平台里打开的智能体不用写" if may_be_ours else ""
        self.fields["address"] = forms.CharField(
            label=label,
            max_length=LONGEST_ADDRESS,
            required=not may_be_ours,
            help_text=f"完整的 https:// 地址；以后换网址要再送一版{told}",
            error_messages={"required": "请写完整的网址"},
        )

    def _add_product(self, products: Sequence[tuple[str, str]]) -> None:
        self.fields["generates"] = forms.BooleanField(
            label="它会生成内容（文字、图片、声音、代码）", required=False
        )
        self.fields["product"] = forms.ChoiceField(
            label="是哪一个准入的产品",
            choices=[("", "不生成内容"), *products],
            required=False,
            help_text="会生成内容的一定要选；没有的先请厂家申报",
        )

    def _add_model_words(self) -> None:
        self.fields["made_of"] = _text(
            "用什么做的", "made_of", lines=True, help_text="用了哪些数据、从哪里来、有没有学生的数据"
        )
        self.fields["does_well"] = _text(
            "做得怎样",
            "does_well",
            lines=True,
            help_text="在没见过的例子上对多少，什么时候会错，不能用在哪里",
        )

    def _add_file(self, has_file: bool) -> None:
        self.fields["file"] = forms.FileField(
            label="模型文件",
            required=not has_file,
            help_text="实验里“带走模型”得到的 ZIP，或者里面的 model.json；最多500 KB"
            + ("。不选就还用原来的" if has_file else ""),
            error_messages={"required": "请选模型文件", "empty": "这个文件是空的"},
        )

    def card(self) -> Card:
        """The card that was filled in."""
        return Card.of(self.cleaned_data)

    def alliance_id(self) -> UUID | None:
        said = self.cleaned_data.get("alliance")
        return UUID(said) if said else None

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


class ReturnForm(forms.Form):
    """What became of the data after a use that others ended."""

    data_return = forms.CharField(
        label="数据怎样交回或删除",
        max_length=MOST_REASON,
        widget=_LINES,
        help_text="谁在哪天交回、删除，证明放在哪里",
        error_messages={"required": "请写数据怎样交回或删除"},
    )


class RateForm(forms.Form):
    """How many stars, and why."""

    stars = forms.ChoiceField(
        label="几分",
        choices=[
            ("5", "5分，很合适"),
            ("4", "4分，合适"),
            ("3", "3分，能用"),
            ("2", "2分，要改不少"),
            ("1", "1分，不合适"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "请选几分"},
    )
    why = forms.CharField(
        label="理由",
        max_length=MOST_SAID,
        widget=_LINES,
        help_text="哪里好用、哪里要改。别人看得到，不显示你是谁；不写学生的姓名",
        error_messages={"required": "请写理由"},
    )


class AnswerForm(forms.Form):
    """What became of something to mend."""

    state = forms.ChoiceField(
        label="怎么办的",
        choices=[("done", "改好了"), ("left", "看过，不用改")],
        widget=forms.RadioSelect,
        error_messages={"required": "请选一项"},
    )
    answer = forms.CharField(
        label="改了什么，或者为什么不用改",
        max_length=MOST_SAID,
        widget=_LINES,
        error_messages={"required": "请写一句"},
    )


class ExcludeForm(forms.Form):
    """From which district's shelf, and why."""

    district = forms.ChoiceField(label="哪个区", error_messages={"required": "请选区"})
    why = forms.CharField(
        label="原因",
        max_length=MOST_SAID,
        widget=_LINES,
        help_text="区里的学校和老师会看到",
        error_messages={"required": "请写原因"},
    )

    def __init__(self, *args: Any, districts: Sequence[OrgRef], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["district"].choices = [(str(one.id), one.name) for one in districts]  # type: ignore[attr-defined]
