"""Forms of copies, erasure and holds."""

from django import forms

_LINES = forms.Textarea(attrs={"rows": 4})


class EraseForm(forms.Form):
    """Why everything should be erased, and that one knows it cannot be undone."""

    text = forms.CharField(
        label="为什么要删除", max_length=1000, widget=_LINES, error_messages={"required": "请写为什么要删除"}
    )
    understood = forms.BooleanField(
        label="我知道删除以后不能恢复，作品、作答和学习记录都没有了",
        error_messages={"required": "请先看清楚，再勾上这一条"},
    )


class HoldForm(forms.Form):
    """Why nothing may be deleted for now."""

    reason = forms.CharField(
        label="为什么暂停删除",
        help_text="如：家长起诉、正在调查。写明案由，不写经过。",
        max_length=500,
        widget=_LINES,
        error_messages={"required": "请写为什么"},
    )
