"""What people type on the registry's pages."""

from collections.abc import Iterable
from typing import Any

from django import forms

from qiming.kernel.errors import UserError
from qiming.registry.services.families import RELATIONS


def refuse(form: forms.BaseForm, error: UserError) -> None:
    """Show a service's refusal beside the field it speaks of, or above the form."""
    said = "".join(part for part in (error.message, error.next) if part)
    if error.next and not error.message.endswith(("。", "！", "？")):
        said = f"{error.message}。{error.next}"
    form.add_error(error.field if error.field in form.fields else None, said)


class SignInForm(forms.Form):
    """Account and password."""

    username = forms.CharField(
        label="账号",
        max_length=60,
        error_messages={"required": "账号还没有填"},
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )
    password = forms.CharField(
        label="密码",
        strip=False,
        max_length=200,
        error_messages={"required": "密码还没有填"},
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class PasswordForm(forms.Form):
    """Changing the own password."""

    old_password = forms.CharField(
        label="现在的密码",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    new_password = forms.CharField(
        label="新密码",
        strip=False,
        help_text="至少10个字符，不要只用数字，不要带账号。几个不相干的词连起来就很好。",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label="再写一遍新密码",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("new_password") and given.get("again") and given["new_password"] != given["again"]:
            self.add_error("again", "两遍写得不一样")
        return given


class CodeForm(forms.Form):
    """The join code on the board."""

    code = forms.CharField(
        label="黑板上的入课码",
        max_length=12,
        error_messages={"required": "入课码还没有填"},
        widget=forms.TextInput(
            attrs={
                "class": "code-in",
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
            }
        ),
    )


class FamilyCodeForm(forms.Form):
    """One more child of a guardian who is signed in."""

    code = forms.CharField(
        label="家长码",
        help_text="学校发的8位码，只能用一次。",
        max_length=12,
        error_messages={"required": "家长码还没有填"},
        widget=forms.TextInput(
            attrs={
                "class": "code-in",
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
            }
        ),
    )
    relation = forms.ChoiceField(label="和孩子的关系", choices=[(word, word) for word in RELATIONS])


class FamilyForm(FamilyCodeForm):
    """A new guardian: the code and an own account."""

    name = forms.CharField(label="您的姓名", max_length=60, error_messages={"required": "姓名还没有填"})
    username = forms.CharField(
        label="给自己起一个账号",
        help_text="小写字母开头，3到32个字母或数字。",
        max_length=32,
        error_messages={"required": "账号还没有填"},
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )
    new_password = forms.CharField(
        label="设一个密码",
        strip=False,
        help_text="至少10个字符，不要只用数字。",
        error_messages={"required": "密码还没有填"},
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


class UploadForm(forms.Form):
    """A roster file."""

    file = forms.FileField(
        label="名单文件",
        help_text="Excel（.xlsx）或CSV，第一行是表头。一次最多5000行、10 MB。",
        error_messages={"required": "还没有选文件", "empty": "这个文件是空的"},
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv,.txt"}),
    )


class PupilForm(forms.Form):
    """One new pupil."""

    name = forms.CharField(label="姓名", max_length=60, error_messages={"required": "姓名还没有填"})
    seat_no = forms.IntegerField(
        label="座号", min_value=1, max_value=99, error_messages={"required": "座号还没有填"}
    )


class GroupNameForm(forms.Form):
    """What a teaching group is called."""

    name = forms.CharField(
        label="名称",
        max_length=60,
        help_text="比如“七年级人工智能走班A”。",
        error_messages={"required": "名称还没有填"},
    )


class GroupForm(GroupNameForm):
    """A new teaching group."""

    grade = forms.TypedChoiceField(label="年级", required=False, coerce=int, empty_value=None)

    def __init__(self, *args: Any, grades: Iterable[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["grade"].choices = [*grades, ("", "几个年级一起")]  # type: ignore[attr-defined]


class NameForm(forms.Form):
    """A pupil's corrected name."""

    name = forms.CharField(label="姓名", max_length=60, error_messages={"required": "姓名还没有填"})


class MoveForm(forms.Form):
    """Another class or seat for a pupil."""

    class_id = forms.TypedChoiceField(label="班级")
    seat_no = forms.IntegerField(
        label="座号", min_value=1, max_value=99, error_messages={"required": "座号还没有填"}
    )

    def __init__(self, *args: Any, classes: Iterable[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["class_id"].choices = list(classes)  # type: ignore[attr-defined]


class StaffForm(forms.Form):
    """A new account for somebody who works at the school."""

    name = forms.CharField(label="姓名", max_length=60, error_messages={"required": "姓名还没有填"})
    username = forms.CharField(
        label="账号",
        help_text="小写字母开头，3到32个字母或数字，比如姓名的拼音。",
        max_length=32,
        error_messages={"required": "账号还没有填"},
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )


class AssignForm(forms.Form):
    """A class to teach."""

    class_id = forms.ChoiceField(label="班级")

    def __init__(self, *args: Any, classes: Iterable[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["class_id"].choices = list(classes)  # type: ignore[attr-defined]


class HolidayForm(forms.Form):
    """A day of the school's own."""

    day = forms.DateField(
        label="哪一天",
        error_messages={"required": "日期还没有填", "invalid": "日期看不懂"},
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    label = forms.CharField(label="原因", max_length=40, error_messages={"required": "原因还没有填"})
    makeup_weekday = forms.TypedChoiceField(
        label="这一天",
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", "不上课"), *((str(n), f"上星期{day}的课") for n, day in enumerate("一二三四五", 1))],
    )


class SlotForm(forms.Form):
    """One line of the period table; a line without times is left out."""

    starts = forms.TimeField(
        label="开始", required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    ends = forms.TimeField(
        label="结束", required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    label = forms.CharField(label="名称", required=False, max_length=20)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if bool(given.get("starts")) != bool(given.get("ends")):
            self.add_error("ends", "开始和结束要一起填")
        return given
