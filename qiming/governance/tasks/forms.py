"""What people type in the task ledger."""

from django import forms

from qiming.governance.tasks.rules import MAX_WORDS


class PlanForm(forms.Form):
    """A plan from a sheet."""

    title = forms.CharField(
        label="计划叫什么", max_length=60, error_messages={"required": "请写计划的名字，全区都看得懂的"}
    )
    source = forms.CharField(label="出自哪份文件", max_length=120, required=False)
    file = forms.FileField(
        label="任务表",
        help_text=".xlsx 或 .csv，一行一项任务，最多300行。",
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv"}),
        error_messages={"required": "请选一个文件", "empty": "这个文件是空的"},
    )


class StepForm(forms.Form):
    """One step of a task, in words."""

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)
    words = forms.CharField(
        label="写清做到哪一步",
        max_length=MAX_WORDS,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "请写几句话，看的人才知道做到了哪一步"},
    )


class ReportForm(StepForm):
    """Said to be done: with the proof."""

    proof = forms.CharField(
        label="凭什么说完成了",
        help_text="文号、链接、平台上的页面名称；一行一样。",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "请写至少一样证明材料"},
    )


class MoveDayForm(StepForm):
    """Another day, with the reason."""

    due_on = forms.DateField(
        label="改到哪天",
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"required": "请选一个日子", "invalid": "日期写成 2026-11-30 这样"},
    )


class AcceptForm(StepForm):
    """Checked: words are welcome and not needed."""

    words = forms.CharField(
        label="核对意见", max_length=MAX_WORDS, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
