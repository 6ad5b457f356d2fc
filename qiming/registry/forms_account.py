"""What people type about their own account, about somebody else's, and for an emergency power."""

from typing import Any

from django import forms

from qiming.registry.types import HELP_NAMES, POWER_NAMES, Help, Power


class SecondCodeForm(forms.Form):
    """A code of the app, or a recovery code."""

    code = forms.CharField(
        label="手机上的六位动态码",
        help_text="手机不在身边，填一个备用码也可以。",
        max_length=40,
        error_messages={"required": "码还没有填"},
        widget=forms.TextInput(
            attrs={
                "class": "code-in",
                "autocomplete": "one-time-code",
                "inputmode": "numeric",
                "spellcheck": "false",
            }
        ),
    )


class AppCodeForm(forms.Form):
    """The first code of a new app."""

    code = forms.CharField(
        label="手机上现在的六位码",
        max_length=20,
        error_messages={"required": "码还没有填"},
        widget=forms.TextInput(
            attrs={
                "class": "code-in",
                "autocomplete": "one-time-code",
                "inputmode": "numeric",
                "spellcheck": "false",
            }
        ),
    )


class AgainForm(forms.Form):
    """The own password once more."""

    password = forms.CharField(
        label="你的密码",
        strip=False,
        max_length=200,
        error_messages={"required": "密码还没有填"},
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class RecoverForm(forms.Form):
    """What to do to somebody's account, and why."""

    what = forms.MultipleChoiceField(
        label="要做什么",
        choices=[(one.value, name) for one, name in HELP_NAMES.items()],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "还没有选要做什么", "invalid_choice": "没有这一项"},
    )
    reason = forms.CharField(
        label="为什么",
        help_text="本人下次登录会看到这句话，也记在操作记录里。",
        max_length=200,
        error_messages={"required": "原因还没有写"},
    )

    def clean_what(self) -> list[Help]:
        return [Help(one) for one in self.cleaned_data["what"]]


class PowerForm(forms.Form):
    """An emergency power."""

    power = forms.ChoiceField(
        label="要做什么",
        choices=[(one.value, name) for one, name in POWER_NAMES.items()],
        widget=forms.RadioSelect,
        error_messages={"required": "还没有选要做什么"},
    )
    seat_no = forms.IntegerField(
        label="只看一名学生：座号",
        required=False,
        min_value=1,
        max_value=99,
        help_text="只和一名学生有关就填座号，其他学生就看不到。",
    )
    minutes = forms.TypedChoiceField(
        label="用多久", coerce=int, choices=[(15, "15分钟"), (30, "30分钟"), (60, "1小时")], initial=30
    )
    reason = forms.CharField(
        label="为什么",
        help_text="校长会看到；和一名学生有关的，学生和家长也会看到。至少10个字。",
        max_length=300,
        error_messages={"required": "原因还没有写"},
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, for_class: bool, powers: list[Power], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["power"].choices = [(one.value, POWER_NAMES[one]) for one in powers]  # type: ignore[attr-defined]
        if not for_class:
            del self.fields["seat_no"]
