"""Forms of the teaching pages: what was typed is kept, what is wrong is said beside its field."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms

from qiming.kernel.time import SHANGHAI
from qiming.registry.types import SlotTime
from qiming.teaching.types import DeliveryMode

WEEKDAYS = [(str(number), f"星期{'一二三四五六日'[number - 1]}") for number in range(1, 8)]
HOSTS = (
    "信息科技",
    "科学",
    "数学",
    "语文",
    "英语",
    "物理",
    "生物学",
    "地理",
    "历史",
    "道德与法治",
    "劳动",
    "综合实践活动",
)
Choices = Sequence[tuple[str, str]]

_needed = {"required": "这一项要填"}


class DayInput(forms.DateInput):
    """The browser's own calendar, which wants its days as 2026-11-24."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


def slot_choices(times: Sequence[SlotTime]) -> list[tuple[str, str]]:
    return [(str(one.no), f"第{one.no}节 {one.starts:%H:%M}–{one.ends:%H:%M}") for one in times]


class OpenForm(forms.Form):
    """Everything on one page: class, course, how it is delivered, when."""

    class_id = forms.ChoiceField(label="给哪个班开课", error_messages=_needed)
    course = forms.ChoiceField(label="开哪门课", error_messages=_needed)
    mode = forms.ChoiceField(
        label="怎么开",
        choices=[(one.value, one.zh) for one in DeliveryMode],
        widget=forms.RadioSelect,
        initial=DeliveryMode.STANDALONE.value,
    )
    host_subject = forms.CharField(
        label="和哪门学科融合",
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"list": "hosts", "autocomplete": "off"}),
    )
    share_minutes = forms.IntegerField(
        label="每节课里人工智能用多少分钟",
        required=False,
        min_value=5,
        max_value=90,
        help_text="只有这些分钟计入课时。",
    )
    timetable = forms.CharField(
        label="照课表排",
        required=False,
        max_length=60,
        widget=forms.Select,
        help_text="课表由学校管理员导入。",
    )
    weekday = forms.TypedChoiceField(label="星期几", choices=WEEKDAYS[:5], coerce=int)
    slot_no = forms.TypedChoiceField(label="第几节", coerce=int)
    every_weeks = forms.TypedChoiceField(
        label="多久一次", choices=[("1", "每周一次"), ("2", "隔周一次")], coerce=int
    )
    starts_on = forms.DateField(label="从哪天开始", required=False, widget=DayInput())
    accept_short = forms.BooleanField(label="排得不够也先开课，以后补排", required=False)

    def __init__(
        self,
        *args: Any,
        classes: Choices,
        courses: Choices,
        slots: Choices,
        timetable: Choices = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.in_timetable = {key for key, _ in timetable}
        chooser = self.fields["timetable"].widget
        assert isinstance(chooser, forms.Select)
        chooser.choices = [("", "不照课表，下面自己选"), *timetable]
        for name, choices in (("class_id", classes), ("course", courses), ("slot_no", slots)):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = list(choices)

    def clean_timetable(self) -> str:
        """A course of the timetable of the class chosen; one of another class is no choice here."""
        given: str = self.cleaned_data["timetable"]
        return given if given in self.in_timetable else ""


class SlotForm(forms.Form):
    """A day and a period of the day."""

    planned_date = forms.DateField(label="哪一天", widget=DayInput())
    slot_no = forms.TypedChoiceField(label="第几节", coerce=int)
    reason = forms.CharField(label="为什么改", required=False, max_length=300)

    def __init__(self, *args: Any, slots: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["slot_no"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(slots)


class AddPeriodForm(SlotForm):
    lesson_key = forms.ChoiceField(label="上哪一课")

    def __init__(self, *args: Any, lessons: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["lesson_key"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(lessons)
        del self.fields["reason"]
        self.order_fields(["lesson_key", "planned_date", "slot_no"])


class ReasonForm(forms.Form):
    reason = forms.CharField(label="原因", max_length=300, error_messages=_needed)


class ManyFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class PhotosField(forms.FileField):
    """Several pictures at once; none is fine."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("widget", ManyFiles(attrs={"accept": "image/*,application/pdf"}))
        super().__init__(*args, **kwargs)

    def clean(self, data: Any, initial: Any = None) -> Any:
        given = data if isinstance(data, list | tuple) else [data] if data else []
        if not given and self.required:
            raise forms.ValidationError("请选照片")
        return [super(PhotosField, self).clean(one, initial) for one in given]


class StatedPhotos(forms.Form):
    """Photos come with a statement: can pupils be recognised, and who. Only those who consent can be chosen."""

    photos = PhotosField(label="照片", required=False)
    faces = forms.ChoiceField(
        label="照片里认得出学生吗",
        choices=[("none", "认不出：板书、学习单、背影"), ("some", "认得出")],
        widget=forms.RadioSelect,
        required=False,
    )
    pictured = forms.MultipleChoiceField(
        label="认得出的是谁", widget=forms.CheckboxSelectMultiple, required=False
    )

    def offer(self, agree: Choices, others: Sequence[str]) -> None:
        """Whom one can choose; the names of the others stand beside."""
        field = self.fields["pictured"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = list(agree)
        if others:
            field.help_text = f"没有同意拍照的：{'、'.join(others)}。拍到他们，请换一张，或裁掉、遮住。"

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if given.get("photos") and not given.get("faces"):
            self.add_error("faces", "请说明照片里认得出学生吗")
        if given.get("photos") and given.get("faces") == "some" and not given.get("pictured"):
            self.add_error("pictured", "请勾出认得出的是谁；他们都没有同意，就换一张")
        return given


class OtherForm(StatedPhotos):
    """A period the platform did not see."""

    class_id = forms.ChoiceField(label="哪个班", error_messages=_needed)
    on = forms.DateField(label="哪一天上的", widget=DayInput(), error_messages=_needed)
    slot_no = forms.TypedChoiceField(label="第几节", coerce=int, empty_value=None, required=False)
    title = forms.CharField(label="上了什么", max_length=120, error_messages=_needed)
    materials = forms.CharField(
        label="用的材料", max_length=200, required=False, help_text="比如：校本教材、不插电活动、别的平台。"
    )
    credited_minutes = forms.IntegerField(
        label="人工智能用了多少分钟", min_value=1, max_value=90, error_messages=_needed
    )
    outcome_ids = forms.MultipleChoiceField(
        label="对应课程纲要的哪几条",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    photos = PhotosField(
        label="板书或学习单的照片",
        required=False,
        help_text="有照片，台账上写“有材料”；没有，写“仅声明”。尽量不拍学生的脸。",
    )
    note = forms.CharField(
        label="补充说明", max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(
        self,
        *args: Any,
        classes: Choices,
        slots: Choices,
        outcomes: Choices,
        fixed: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (
            ("class_id", classes),
            ("slot_no", [("", "记不清了"), *slots]),
            ("outcome_ids", outcomes),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = list(choices)
        if not outcomes:
            del self.fields["outcome_ids"]
        if fixed:
            for name in ("class_id", "on", "slot_no", "title"):
                del self.fields[name]


class PhotosForm(StatedPhotos):
    photos = PhotosField(label="加照片", required=True)


class PastForm(forms.Form):
    file = forms.FileField(
        label="填好的表格",
        help_text=".xlsx 或 .csv，一次最多600行。",
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv"}),
        error_messages=_needed,
    )


class DueField(forms.DateTimeField):
    """A moment on the school wall clock."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault(
            "widget", forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        )
        kwargs.setdefault("input_formats", ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"])
        super().__init__(*args, **kwargs)

    def clean(self, value: Any) -> datetime | None:
        moment: datetime | None = super().clean(value)
        if moment is None:
            return None
        return moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)


class HomeworkForm(forms.Form):
    title = forms.CharField(label="作业名", max_length=80, error_messages=_needed)
    parts = forms.MultipleChoiceField(
        label="做哪些",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "至少选一个环节或一道题"},
    )
    whom = forms.ChoiceField(
        label="给谁",
        choices=[("class", "全班"), ("some", "只给选中的学生")],
        widget=forms.RadioSelect,
        initial="class",
    )
    pupil_ids = forms.MultipleChoiceField(label="选学生", required=False, widget=forms.CheckboxSelectMultiple)
    due_at = DueField(label="什么时候交", error_messages=_needed)
    note = forms.CharField(
        label="给学生的话", max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, parts: Choices, pupils: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (("parts", parts), ("pupil_ids", pupils)):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = list(choices)


class DueForm(forms.Form):
    due_at = DueField(label="新的截止时间", error_messages=_needed)
