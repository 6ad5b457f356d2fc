"""The page that shows every component in every state (/design/): for those who build pages and those who test them."""

from datetime import UTC, datetime
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from qiming.kernel.http import public_page
from qiming.kernel.templatetags.ui import icons, pictures

TONES = (
    "paper", "sheet", "sunk", "ink", "ink-2", "ink-3", "line", "edge",
    "jade", "jade-wash", "verm", "verm-wash", "d1", "d2", "d3", "d4",
)  # fmt: skip

LESSON_STEPS: list[dict[str, Any]] = [
    {"label": "看一看", "minutes": 6, "state": "done", "note": "用了6分", "url": "#"},
    {"label": "猜一猜", "minutes": 7, "state": "done", "note": "用了8分", "url": "#"},
    {"label": "动手", "minutes": 17, "state": "now", "note": "10:24发出，到10:41", "needle": 43, "url": "#"},
    {"label": "答一答", "minutes": 10, "state": "", "url": "#"},
    {"label": "说收获", "minutes": 5, "state": "", "url": "#"},
]
WIZARD = [
    {"label": "选文件", "state": "done", "url": "#stepper"},
    {"label": "核对名单", "state": "now"},
    {"label": "写入", "state": ""},
]
HAPPENED = [
    {"at": datetime(2026, 11, 24, 3, 2, tzinfo=UTC), "text": "第3课等你确认，今天18:00前", "state": "need"},
    {
        "at": datetime(2026, 11, 24, 2, 55, tzinfo=UTC),
        "text": "下课，44人到",
        "by": "沈老师",
        "state": "done",
    },
    {"at": datetime(2026, 11, 24, 2, 10, tzinfo=UTC), "text": "开课", "by": "沈老师", "state": "done"},
]
UPLOADED: list[dict[str, Any]] = [
    {"number": 2, "cells": [{"value": "1"}, {"value": "陈一诺"}, {"value": "7031"}], "problems": []},
    {
        "number": 3,
        "cells": [{"value": "1", "problem": True}, {"value": "李沐阳"}, {"value": "7032"}],
        "problems": ["座号1已经给了陈一诺，请改成没用过的号。"],
    },
    {
        "number": 4,
        "cells": [{"value": "3"}, {"value": "", "problem": True}, {"value": "7033"}],
        "problems": ["没有写姓名。"],
    },
]


class ExampleForm(forms.Form):
    """Every kind of field once."""

    name = forms.CharField(label="班级名称", initial="七年级（3）班")
    size = forms.IntegerField(
        label="人数",
        help_text="在册的人数，不含借读。",
        max_value=60,
        error_messages={"max_value": "一个班最多60人。是45吗？"},
    )
    mode = forms.ChoiceField(label="怎么开课", choices=[("own", "单独开课"), ("in", "融入一门学科")])
    opens = forms.DateField(label="从哪天开始", widget=forms.DateInput(attrs={"type": "date"}))
    pace = forms.ChoiceField(
        label="步子", choices=[("teacher", "跟着老师走"), ("free", "各走各的")], widget=forms.RadioSelect
    )
    sheet = forms.FileField(label="名单", help_text="Excel或CSV，第一行是表头，最大10 MB。", required=False)
    note = forms.CharField(label="给班主任的话", widget=forms.Textarea(attrs={"rows": 3}), required=False)
    agreed = forms.BooleanField(label="已经和班主任核对过名单", help_text="写入以后还能改。")


@public_page("设计部件一览，没有任何数据")
def components_page(request: HttpRequest) -> HttpResponse:
    """Everything the design system has; the same page the browser tests look at."""
    wrong = ExampleForm(
        {
            "name": "七年级（3）班",
            "size": "450",
            "mode": "own",
            "opens": "2026-11-24",
            "pace": "teacher",
            "agreed": "on",
        }
    )
    context = {
        "crumbs": [("示例市", "#"), ("示例区", "#"), ("部件和状态", "")],
        "tones": TONES,
        "steps": LESSON_STEPS,
        "wizard": WIZARD,
        "events": HAPPENED,
        "uploaded": UPLOADED,
        "sheet_columns": ["座号", "姓名", "学号"],
        "form": ExampleForm(auto_id="empty_%s"),
        "wrong": wrong,
        "page": Paginator(range(1, 1401), 20).page(4),
        "few": Paginator(range(1, 13), 20).page(1),
        "icons": sorted(icons()),
        "pictures": sorted(pictures()),
        "seats": [(1, "陈一诺", 2), (2, "李沐阳", 3), (4, "张浩然", 5)],
        "pad": sorted(pictures())[:8],
        "facts": [
            ("开课方式", "单独开课"),
            ("任课老师", "沈老师"),
            ("教材", "第4课 背答案还是真会"),
            ("备注", ""),
        ],
    }
    return render(request, "kernel/components_page.html", context)
