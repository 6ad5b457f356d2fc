"""What companies and officers fill in at the gate."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django import forms

from qiming.assurance.admission import (
    ANY,
    Authority,
    Conditions,
    DataUse,
    Facts,
    FilingKind,
    Function,
    ProductKind,
    Scope,
    Tier,
)
from qiming.assurance.keywords import LONGEST_CLASS
from qiming.assurance.queries.subjects import subject_choices, subject_keys
from qiming.assurance.rules.filing import AGENT, INSIDE, LONG, LONGEST_ADDRESS, MOST
from qiming.assurance.services.keyword_libraries import ListWish
from qiming.assurance.services.own_banks import MOST_BYTES, BankWish
from qiming.registry.types import STAGE_NAMES

_LINES = {"rows": 3}
STAGES = [(stage.value, name) for stage, name in STAGE_NAMES.items()]
FUNCTIONS = [(one.value, one.zh) for one in Function]
SCOPES = [(one.value, one.zh) for one in Scope]
HOSTING = [("vendor", "在企业的服务器上"), ("city", "在本市的服务器上")]


def _words(
    label: str, most: int, *, lines: bool = False, required: bool = True, **more: Any
) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=most,
        required=required,
        widget=forms.Textarea(attrs=_LINES) if lines else forms.TextInput(),
        error_messages={"required": f"请写“{label}”", "max_length": f"最多{most}个字"},
        **more,
    )


def _day(label: str, *, required: bool = True, **more: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        required=required,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": f"请选“{label}”", "invalid": "日期写成2026-11-20这样"},
        **more,
    )


def _several(
    label: str, choices: Sequence[tuple[str, str]], *, required: bool = True, **more: Any
) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label,
        choices=choices,
        required=required,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": f"请选“{label}”"},
        **more,
    )


def _split(said: str) -> tuple[str, ...]:
    return tuple(one.strip() for one in re.split(r"[、,，;；\n]", said) if one.strip())


class FactsForm(forms.Form):
    """Everything a version is judged by. The key for the test address is kept apart and never shown again."""

    title = _words("产品名称", MOST["title"])
    kind = forms.ChoiceField(label="产品类型", choices=[(one.value, one.zh) for one in ProductKind])
    says = _words("产品介绍", MOST["says"], lines=True, help_text="给谁用、做什么、不做什么")
    stages = _several("学段", STAGES)
    functions = _several("功能", FUNCTIONS)
    launch_kind = forms.ChoiceField(
        label="怎样打开",
        choices=[("link", "网页"), ("lti", "LTI 1.3"), (INSIDE, "在平台里打开（本平台的智能体）")],
    )
    launch_url = _words("启动地址", LONGEST_ADDRESS, help_text="准入以后换地址、换密钥，都要复测")
    launch_keys = _words("公钥地址（LTI）", LONGEST_ADDRESS, required=False)
    endpoint_kind = forms.ChoiceField(
        label="检测接口",
        choices=[
            ("openai", "chat/completions 形式"),
            ("mapped", "自己的 JSON 接口，下面写映射"),
            (AGENT, "本平台的智能体，下面写它的名字"),
        ],
    )
    endpoint_url = _words("检测接口的地址", LONGEST_ADDRESS, required=False, help_text="本平台的智能体不用写")
    endpoint_model = _words(
        "检测接口的模型名", 80, required=False, help_text="本平台的智能体写它的名字，如 companion"
    )
    endpoint_mapping = _words("映射（YAML）", 4000, lines=True, required=False)
    endpoint_key = forms.CharField(
        label="检测接口的密钥",
        max_length=400,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text="加密保存，只有检测程序用；不改就空着",
    )
    hosting = forms.ChoiceField(label="在哪里运行", choices=HOSTING)
    model_name = _words("用的模型", MOST["model_name"])
    model_version = _words("模型版本", MOST["model_version"])
    subprocessors = _words(
        "分包和转交的单位", 1000, lines=True, required=False, help_text="一行一个，没有就空着"
    )
    minor_audit = _words("未成年人保护审计", LONG, lines=True, help_text="谁在什么时候做的、结论、整改")
    label_method = _words("生成内容的标识办法", LONG, lines=True)
    price = _words("价格", MOST["price"])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["subjects"] = _several(
            "学科", subject_choices(), help_text="平台有课的学科；哪一科都能用的选“各学科通用”"
        )
        for scope in Scope:
            self.fields[f"data_{scope}_why"] = _words(f"{scope.zh}：用途", 120, required=False)
            self.fields[f"data_{scope}_where"] = _words(f"{scope.zh}：存在哪里", 120, required=False)
            self.fields[f"data_{scope}_days"] = forms.IntegerField(
                label=f"{scope.zh}：保存几天", required=False, min_value=1, max_value=3650
            )

    def data_rows(self) -> list[tuple[str, Any, Any, Any]]:
        """For each kind of data its three fields."""
        return [
            (scope.zh, self[f"data_{scope}_why"], self[f"data_{scope}_where"], self[f"data_{scope}_days"])
            for scope in Scope
        ]

    def facts(self) -> Facts:
        """What was filled in."""
        said = self.cleaned_data
        launch = {"kind": said["launch_kind"], "url": said["launch_url"].strip()}
        if said["launch_keys"].strip():
            launch["jwks_url"] = said["launch_keys"].strip()
        endpoint = {
            "kind": said["endpoint_kind"],
            "url": said["endpoint_url"].strip(),
            "model": said["endpoint_model"].strip(),
        }
        if said["endpoint_kind"] == "mapped":
            endpoint["mapping"] = said["endpoint_mapping"]
        return Facts(
            title=said["title"].strip(),
            kind=said["kind"],
            says=said["says"].strip(),
            stages=tuple(said["stages"]),
            subjects=(ANY,) if ANY in said["subjects"] else tuple(said["subjects"]),
            functions=tuple(said["functions"]),
            launch=launch,
            endpoint=endpoint,
            hosting=said["hosting"],
            model_name=said["model_name"].strip(),
            model_version=said["model_version"].strip(),
            subprocessors=_split(said["subprocessors"]),
            data_map=tuple(self._data()),
            minor_audit=said["minor_audit"].strip(),
            label_method=said["label_method"].strip(),
            price=said["price"].strip(),
        )

    def _data(self) -> list[DataUse]:
        said, found = self.cleaned_data, []
        for scope in Scope:
            why, where = said[f"data_{scope}_why"].strip(), said[f"data_{scope}_where"].strip()
            days = said[f"data_{scope}_days"]
            if why or where or days:
                found.append(DataUse(scope.value, why, where, days or 0))
        return found

    @staticmethod
    def start(facts: Facts) -> dict[str, Any]:
        """What stands in the form at first."""
        said: dict[str, Any] = facts.as_json()
        said |= {
            "subjects": sorted(subject_keys(facts.subjects)),
            "subprocessors": "\n".join(facts.subprocessors),
            "launch_kind": facts.launch.get("kind"),
            "launch_url": facts.launch.get("url"),
            "launch_keys": facts.launch.get("jwks_url", ""),
            "endpoint_kind": facts.endpoint.get("kind"),
            "endpoint_url": facts.endpoint.get("url"),
            "endpoint_model": facts.endpoint.get("model", ""),
            "endpoint_mapping": facts.endpoint.get("mapping", ""),
        }
        for one in facts.data_map:
            said[f"data_{one.scope}_why"], said[f"data_{one.scope}_where"] = one.why, one.where
            said[f"data_{one.scope}_days"] = one.keep_days
        return said


class NumbersForm(forms.Form):
    """The five filing numbers, each with its end or why it is not needed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind in FilingKind:
            self.fields[f"{kind}_number"] = _words(f"{kind.zh}：号码", 80, required=False)
            self.fields[f"{kind}_until"] = _day("有效期到", required=False)
            self.fields[f"{kind}_why"] = _words("不需要的原因", 200, required=False)

    def rows(self) -> list[tuple[str, Any, Any, Any]]:
        return [
            (kind.zh, self[f"{kind}_number"], self[f"{kind}_until"], self[f"{kind}_why"])
            for kind in FilingKind
        ]


class LaunchForm(forms.Form):
    """How a product in use is opened from now on, and why that is another way."""

    kind = forms.ChoiceField(label="怎样打开", choices=[("link", "网页"), ("lti", "LTI 1.3")])
    url = _words("启动地址", LONGEST_ADDRESS)
    keys = _words("公钥地址（LTI）", LONGEST_ADDRESS, required=False)
    why = _words("改了什么、为什么", 300, lines=True)

    def launch(self, before: Mapping[str, Any]) -> dict[str, Any]:
        said = {**before, "kind": self.cleaned_data["kind"], "url": self.cleaned_data["url"].strip()}
        keys = self.cleaned_data["keys"].strip()
        if keys:
            said["jwks_url"] = keys
        return said


class SendForm(forms.Form):
    """The company's word that what it filed is true."""

    sure = forms.BooleanField(
        label="以上都是真的，变了会先报新的一版；知道准入由有权的部门决定",
        error_messages={"required": "请先确认"},
    )


class ReportForm(forms.Form):
    """A third-party report."""

    body = _words("检测机构", 80)
    accreditation = _words("机构的资质编号", 80)
    dated = _day("报告日期")
    valid_until = _day("有效期到", help_text="最长十二个月")
    is_full = forms.BooleanField(label="是全面的安全检测", required=False)
    file = forms.FileField(label="报告（PDF）", error_messages={"required": "请选报告文件"})


class BankForm(forms.Form):
    """A bank of the authority's own."""

    title = _words("题库名称", 80)
    key = _words("简称", 24, help_text="小写字母和数字，写在每道题号前面，如 bj-2026")
    made = _words("谁做的、怎样做的", 300, lines=True)
    licence = _words("许可", 120, help_text="如：仅限内部检测")
    file = forms.FileField(
        label="题库文件（jsonl、csv、xlsx，最大 16 MB）", error_messages={"required": "请选题库文件"}
    )
    seals_all = forms.BooleanField(label="全部作密封题，不给企业看", required=False, initial=True)

    def wish(self) -> BankWish:
        """The file read whole."""
        said, file = self.cleaned_data, self.cleaned_data["file"]
        words = {name: said[name] for name in ("title", "key", "made", "licence", "seals_all")}
        return BankWish(**words, name=file.name, data=file.read(MOST_BYTES + 1))


class ListForm(forms.Form):
    """A list of words of the authority's own."""

    prefix = "words"

    title = _words("词库名称", 80)
    key = _words("简称", 24, help_text="小写字母和数字，如 bj-words-2026")
    made = _words("谁做的、怎样做的", 300, lines=True)
    licence = _words("许可", 120, help_text="如：仅限内部检测")
    category = _words("没写类别的词算哪一类", LONGEST_CLASS, required=False, help_text="不写就记作未分类")
    file = forms.FileField(
        label="词库文件（txt、csv、xlsx、jsonl，最大 16 MB）", error_messages={"required": "请选词库文件"}
    )

    def wish(self) -> ListWish:
        """The file read whole."""
        said, file = self.cleaned_data, self.cleaned_data["file"]
        words = {name: said[name] for name in ("title", "key", "made", "licence", "category")}
        return ListWish(**words, name=file.name, data=file.read(MOST_BYTES + 1))


class CheckForm(forms.Form):
    """A clerk looked one number up."""

    kind = forms.ChoiceField(choices=[(one.value, one.zh) for one in FilingKind], widget=forms.HiddenInput)
    found = forms.ChoiceField(
        label="查到没有",
        choices=[("yes", "名单上有，主体一致"), ("no", "没有查到或不一致")],
        widget=forms.RadioSelect,
    )
    link = _words("查到的那一页的网址", LONGEST_ADDRESS, required=False)
    said = _words("怎么核验的、看到了什么", 300)


class TierForm(forms.Form):
    tier = forms.ChoiceField(label="风险等级", choices=[(one.value, one.zh) for one in Tier])
    why = _words("补充说明", 300, required=False)


class RunForm(forms.Form):
    """Which suites to run."""

    def __init__(self, *args: Any, suites: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["suites"] = _several("跑哪些题库", list(suites.items()), initial=list(suites))


class ReportCheckForm(forms.Form):
    accepted = forms.ChoiceField(
        label="结论", choices=[("yes", "收下"), ("no", "不收")], widget=forms.RadioSelect
    )
    said = _words("怎么核对的", 300)


class ConditionsForm(forms.Form):
    """Conditions under which it may be used; what is not ticked stays closed."""

    stages = _several("哪些学段可以用", STAGES)
    functions_off = _several("关掉哪些功能", FUNCTIONS, required=False)
    data_scopes = _several("可以交出哪些数据", SCOPES, required=False, help_text="代号、年级、班号总是可以的")
    daily_launches = forms.IntegerField(label="每天最多打开几次", min_value=1, required=False)
    supervised_only = forms.BooleanField(label="只能在老师带着的课上用", required=False)
    until = _day("到哪天为止")

    def conditions(self, subjects: Iterable[str]) -> Conditions:
        said = self.cleaned_data
        return Conditions(
            stages=frozenset(said["stages"]),
            subjects=frozenset(subjects),
            functions_off=frozenset(said["functions_off"]),
            data_scopes=frozenset(said["data_scopes"]),
            daily_launches=said["daily_launches"],
            until=said["until"],
            supervised_only=said["supervised_only"],
        )


class ProposalForm(ConditionsForm):
    """The verdict as the panel proposes it."""

    grounds = _words("准入的理由", 2000, lines=True)


class TrialForm(ConditionsForm):
    """Which schools try it."""

    def __init__(self, *args: Any, schools: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["schools"] = _several("哪些学校试用（最多10所）", schools)

    def school_ids(self) -> list[UUID]:
        return [UUID(one) for one in self.cleaned_data["schools"]]


class FoundForm(forms.Form):
    found = _words("试用发现了什么", 2000, lines=True)


class SignForm(forms.Form):
    authority = forms.ChoiceField(
        choices=[(one.value, one.zh) for one in Authority], widget=forms.HiddenInput
    )
    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)
    said = _words("附言", 300, required=False)


class MarkForm(forms.Form):
    """What a person thinks of one reply."""

    sample = forms.CharField(widget=forms.HiddenInput, max_length=80)
    passed = forms.ChoiceField(
        label="合格吗", choices=[("yes", "合格"), ("no", "不合格")], widget=forms.RadioSelect
    )
    said = _words("理由", 300, required=False)


class StopForm(forms.Form):
    reason = _words("为什么停用（学校和企业会看到）", 300, lines=True)


class VendorForm(forms.Form):
    """A company, and the first person who acts for it."""

    name = _words("企业名称", 60)
    person = _words("企业人员的姓名", 30)
    account = _words("登录账号", 32, help_text="小写字母开头，字母、数字、点")
