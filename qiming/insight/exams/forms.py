"""What a teacher types when an examination comes in."""

from django import forms

from qiming.kernel import time


class ManyFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class ExamForm(forms.Form):
    title = forms.CharField(
        label="这次考试叫什么",
        max_length=60,
        help_text="比如“期中考试”。同一个名称和日期的文件会合在一起。",
        error_messages={"required": "这次考试叫什么还没有写"},
    )
    held_on = forms.DateField(
        label="哪天考的",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "考试的日子还没有选", "invalid": "日期写成 2026-11-12 这样"},
    )
    results = forms.Field(
        label="成绩和双向细目表",
        error_messages={"required": "还没有选文件"},
        widget=ManyFiles(attrs={"accept": ".xlsx,.csv", "multiple": True}),
        help_text="可以一次选几个：.xlsx 或 .csv。几个学科可以在一个文件的几张表里。",
    )

    def clean_held_on(self) -> object:
        day = self.cleaned_data["held_on"]
        if day > time.today():
            raise forms.ValidationError("考试的日子还没有到")
        return day
