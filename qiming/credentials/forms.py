"""What is typed or sent to the room's pages."""

from django import forms

from qiming.credentials.rules.reading import MAX_TEXT
from qiming.credentials.services.revoking import MAX_REASON


class CheckForm(forms.Form):
    """A certificate to check: a file or its text."""

    file = forms.FileField(
        label="证书文件", required=False, help_text="下载得到的 .json、.jwt 或 .png 原文件。"
    )
    text = forms.CharField(
        label="或者粘贴证书的文字",
        required=False,
        max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
        error_messages={"max_length": "这段文字太长，不会是证书。"},
    )


class RevokeForm(forms.Form):
    """Why a certificate is taken back."""

    reason = forms.CharField(
        label="撤销的原因",
        help_text="会写在公开的核验页上，不要写个人信息。",
        max_length=MAX_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "请写明撤销的原因"},
    )
