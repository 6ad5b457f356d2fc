"""What people type at the year end."""

from django import forms

MAX_WORDS = 1000


class StepForm(forms.Form):
    """One step of a school's year, in words."""

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)
    words = forms.CharField(
        label="写清理由",
        max_length=MAX_WORDS,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "请写几句话，对方会看到"},
    )


class AttestForm(StepForm):
    """The head signs what the page shows."""

    saw = forms.CharField(widget=forms.HiddenInput, required=False)
    words = forms.CharField(
        label="没有满的班是为什么",
        help_text="都满了就不用写。病休、中途转入要写明人数，不写学生姓名。",
        max_length=MAX_WORDS,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    agreed = forms.BooleanField(
        label="这些数我核对过，和学校的实际情况一致",
        error_messages={"required": "核对过以后请打勾"},
    )


class CheckForm(StepForm):
    """What an inspector saw."""

    checked = forms.CharField(
        label="看了什么",
        help_text="哪一节、看了哪些作品和记录、问了几名学生；不写学生姓名。",
        max_length=MAX_WORDS,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "请写看了什么"},
    )


class VerifyForm(CheckForm):
    """Seen and found right: words beyond the record are welcome and not needed."""

    words = forms.CharField(
        label="还想说的", max_length=MAX_WORDS, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    field_order = ("seen", "checked", "words")
