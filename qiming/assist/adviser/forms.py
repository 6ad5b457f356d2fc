"""What people fill in."""

from collections.abc import Iterable
from typing import Any

from django import forms

from qiming.assist.adviser.services import MOST_REPLY, MOST_TYPED
from qiming.registry.types import OrgRef

_DAY = forms.DateInput(attrs={"type": "date"})
_BAD_DAY = {"invalid": "日期写成 2026-03-01 这样"}


class AskForm(forms.Form):
    """A question."""

    words = forms.CharField(
        label="您想问什么",
        max_length=MOST_TYPED,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="一次问一件事，不写学生的姓名和身份证号。",
        error_messages={"required": "请写下问题", "max_length": f"最多{MOST_TYPED}个字"},
    )


class HandForm(forms.Form):
    """Giving a talk to people."""

    desk = forms.ChoiceField(label="转给哪里", error_messages={"invalid_choice": "从列出的单位里选一个"})
    words = forms.CharField(
        label="还想补充什么", max_length=MOST_TYPED, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, desks: Iterable[OrgRef], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["desk"].choices = [(str(one.id), one.name) for one in desks]  # type: ignore[attr-defined]  # a ChoiceField


class ReplyForm(forms.Form):
    """An officer's answer."""

    words = forms.CharField(
        label="答复",
        max_length=MOST_REPLY,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="提问的人会看到。说到规定时写明哪份文件、第几条。",
        error_messages={"required": "请写答复", "max_length": f"最多{MOST_REPLY}个字"},
    )
    closes = forms.BooleanField(label="这件事办结了", required=False)


class BringForm(forms.Form):
    """A document: a file or pasted text, and what is written down of it."""

    place = forms.ChoiceField(label="在哪里适用", help_text="这个单位和它下面的人都能查到。")
    title = forms.CharField(label="标题", max_length=200, error_messages={"required": "请照文件写标题"})
    file = forms.FileField(
        label="文件",
        required=False,
        help_text=".txt、.md、.docx 或有文字的 PDF，最大 12 MB。扫描的图片读不出文字。",
    )
    text = forms.CharField(
        label="或者粘贴正文", required=False, widget=forms.Textarea(attrs={"rows": 8}), strip=False
    )
    issued_by = forms.CharField(label="发文单位", max_length=120, error_messages={"required": "请写发文单位"})
    number = forms.CharField(label="文号", max_length=80, required=False)
    issued_on = forms.DateField(
        label="印发日期", widget=_DAY, error_messages=_BAD_DAY | {"required": "请写印发日期"}
    )
    source = forms.CharField(
        label="从哪里来", max_length=300, required=False, help_text="例如公开发布的网址、来文登记号。"
    )

    def __init__(self, *args: Any, places: Iterable[OrgRef], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].choices = [(str(one.id), one.name) for one in places]  # type: ignore[attr-defined]  # a ChoiceField

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if not said.get("file") and not (said.get("text") or "").strip() and "file" not in self.errors:
            self.add_error("file", "选一个文件，或把正文粘贴到下面")
        return said


class ApproveForm(forms.Form):
    """From when to when it holds."""

    valid_from = forms.DateField(label="从哪天起有效", required=False, widget=_DAY, error_messages=_BAD_DAY)
    valid_until = forms.DateField(
        label="到哪天失效",
        required=False,
        widget=_DAY,
        error_messages=_BAD_DAY,
        help_text="没有写失效日期就空着。",
    )


class WithdrawForm(forms.Form):
    """Why it is taken away."""

    why = forms.CharField(label="为什么撤下", max_length=300, error_messages={"required": "请写原因"})
