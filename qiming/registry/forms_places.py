"""What people type about schools that work together, last days and moves between schools."""

from collections.abc import Iterable
from typing import Any

from django import forms

from qiming.registry.models import Alliance
from qiming.registry.types import OrgRef


class DayInput(forms.DateInput):
    """The browser's own calendar, which wants its days as 2026-11-24."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


def day_field(label: str, help_text: str = "", *, required: bool = False) -> forms.DateField:
    return forms.DateField(
        label=label,
        required=required,
        help_text=help_text,
        error_messages={"required": "日期还没有填", "invalid": "日期看不懂"},
        widget=DayInput(),
    )


class AllianceForm(forms.Form):
    """A new alliance."""

    lead = forms.ChoiceField(label="牵头校")
    kind = forms.ChoiceField(label="哪一种", choices=Alliance.Kind.choices, widget=forms.RadioSelect)
    name = forms.CharField(label="名称", max_length=60, error_messages={"required": "名称还没有填"})
    schools = forms.CharField(
        label="成员校",
        help_text="一行写一所，写全称；同名的学校前面写上区，中间空一格。",
        max_length=4000,
        error_messages={"required": "成员校还没有写"},
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    starts_on = day_field("从哪天起", "不填就是今天。")
    ends_on = day_field("到哪天为止", "不填就是一直有效，以后可以再定。")

    def __init__(self, *args: Any, schools: Iterable[OrgRef] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lead"].choices = [(str(one.id), one.name) for one in schools]  # type: ignore[attr-defined]


class SchoolNameForm(forms.Form):
    """One more school."""

    school = forms.CharField(
        label="再请一所学校", max_length=80, error_messages={"required": "学校名称还没有写"}
    )


class EndForm(forms.Form):
    """The last day's morrow."""

    ends_on = day_field("从哪天起不再有效", "不填就是从现在起。")


class UntilForm(forms.Form):
    """Until when something holds; empty: no end."""

    ends_on = day_field("到哪天为止", "那一天起不再有效。不填就是没有期限。")


class InviteForm(forms.Form):
    """An account name of somebody at another school."""

    username = forms.CharField(
        label="对方的账号",
        max_length=32,
        error_messages={"required": "账号还没有填"},
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )
    works_until = day_field("任职到哪天为止", "不填就是没有期限。")


class BorrowForm(forms.Form):
    """An account name of a teacher of the lead school."""

    borrow = forms.CharField(
        label="牵头校老师的账号",
        max_length=32,
        error_messages={"required": "账号还没有填"},
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )


class LeaveForm(forms.Form):
    """The day a pupil leaves."""

    on = day_field("从哪天起不在本校", "不填就是今天。")


class ReleaseForm(forms.Form):
    """To which school a pupil goes."""

    school = forms.CharField(
        label="转到哪所学校",
        help_text="写学校的全称；同名的学校前面写上区，中间空一格。",
        max_length=80,
        error_messages={"required": "学校名称还没有写"},
    )
    note = forms.CharField(label="留一句话给新学校", required=False, max_length=200)


class AskPupilForm(forms.Form):
    """A pupil of another school."""

    from_school = forms.CharField(
        label="原来的学校",
        help_text="写学校的全称；同名的学校前面写上区，中间空一格。",
        max_length=80,
        error_messages={"required": "学校名称还没有写"},
    )
    name = forms.CharField(label="学生姓名", max_length=60, error_messages={"required": "姓名还没有填"})
    class_words = forms.CharField(label="原来的年级和班", required=False, max_length=40)
    pupil_number = forms.CharField(
        label="学籍号",
        required=False,
        max_length=40,
        help_text="写了的话，原学校一直不办时区里能代为放行。只留不能还原的摘要用来核对。",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    note = forms.CharField(label="留一句话给原学校", required=False, max_length=200)


class FindPupilForm(forms.Form):
    """Which pupil is meant, by class and seat."""

    class_id = forms.ChoiceField(label="班级")
    seat_no = forms.IntegerField(
        label="座号", min_value=1, max_value=99, error_messages={"required": "座号还没有填"}
    )
    note = forms.CharField(label="留一句话给新学校", required=False, max_length=200)

    def __init__(self, *args: Any, classes: Iterable[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["class_id"].choices = list(classes)  # type: ignore[attr-defined]


class PackageForm(forms.Form):
    """A OneRoster package."""

    file = forms.FileField(
        label="名单包",
        help_text="OneRoster 1.1 或 1.2 的 .zip：manifest.csv 和各个 .csv。最大 512 MB。",
        error_messages={"required": "还没有选文件", "empty": "这个文件是空的"},
        widget=forms.ClearableFileInput(attrs={"accept": ".zip"}),
    )


class KeepBackForm(forms.Form):
    """A pupil who repeats the grade, by class and seat."""

    class_id = forms.ChoiceField(label="班级")
    seat_no = forms.IntegerField(
        label="座号", min_value=1, max_value=99, error_messages={"required": "座号还没有填"}
    )

    def __init__(self, *args: Any, classes: Iterable[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["class_id"].choices = list(classes)  # type: ignore[attr-defined]


class TurnDayForm(forms.Form):
    """From which day the classes are one grade up."""

    on = day_field("从哪天起升级", "一般是新学年开学那天。还没到的日子，到那天夜里自动办。", required=True)


class TermForm(forms.Form):
    """A term of the school that differs from the city's."""

    no = forms.TypedChoiceField(label="学期", coerce=int, choices=[("1", "第一学期"), ("2", "第二学期")])
    starts = day_field("开学", required=True)
    ends = day_field("结束", required=True)


class TimetableForm(forms.Form):
    """A timetable for a term."""

    term = forms.ChoiceField(label="哪个学期")
    file = forms.FileField(
        label="课表文件",
        help_text="Excel（.xlsx）或CSV，第一行是表头。一次最多6000行、10 MB。",
        error_messages={"required": "还没有选文件", "empty": "这个文件是空的"},
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv,.txt"}),
    )

    def __init__(self, *args: Any, terms: Iterable[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["term"].choices = list(terms)  # type: ignore[attr-defined]
