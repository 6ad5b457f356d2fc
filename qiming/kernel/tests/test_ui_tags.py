from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, Template, TemplateSyntaxError
from django.test import RequestFactory
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from qiming.kernel.templatetags import ui

HOSTILE = '"><script>alert(1)</script>'


def render(source: str, **context: Any) -> str:
    return Template("{% load ui %}" + source).render(Context(context))


def test_an_icon_is_silent_unless_it_has_a_title() -> None:
    assert 'aria-hidden="true"' in render('{% icon "flag" cls="m" %}')
    assert 'role="img" aria-label="卡住"' in render('{% icon "flag" title="卡住" %}')
    assert HOSTILE not in render('{% icon "flag" title=t %}', t=HOSTILE)


def test_an_icon_that_is_not_there_is_an_error_not_a_gap() -> None:
    with pytest.raises(TemplateSyntaxError, match="没有图标"):
        render('{% icon "unicorn" %}')


def test_every_picture_has_a_name_and_four_hues_at_most() -> None:
    for key, drawing in ui.pictures().items():
        assert ui.picture_name(key)
        assert all(0 <= hue <= 4 for _, hue in drawing["parts"])
        assert "<svg" in ui.picture(key)


@pytest.mark.parametrize(
    ("counts", "cells", "spoken", "beside"),
    [
        ((3, 5, 0), "done*3 plan*5", "已确认3节，已排5节", "确认3，已排5"),
        ((2, 3, 1), "done*2 late*1 plan*3 *2", "已确认2节，1节等确认，已排3节，还差2节没排", "确认2，待确认1，已排3，还差2"),
        ((0, 0, 0), "*8", "已确认0节，还差8节没排", "一节也没有排"),
        ((9, 1, 0), "done*9 plan*1", "已确认9节，已排1节", "确认9，已排1"),
    ],
)  # fmt: skip
def test_the_eight_ruler(counts: tuple[int, int, int], cells: str, spoken: str, beside: str) -> None:
    drawn = ui.eight(*counts)
    for part in cells.split():
        name, times = part.split("*")
        assert drawn.count(f'<i class="{name}"></i>' if name else "<i></i>") == int(times)
    assert f'aria-label="{spoken}"' in drawn
    words = ui.eight_words(*counts).replace('<span class="need">', "").replace("</span>", "")
    assert words == beside


@given(st.integers(0, 12), st.integers(0, 12), st.integers(0, 12))
def test_the_ruler_always_has_a_cell_for_every_period(confirmed: int, planned: int, unconfirmed: int) -> None:
    cells = ui.eight(confirmed, planned, unconfirmed, next=True).count("<i")
    assert cells == max(8, confirmed + planned + unconfirmed)


def test_the_next_period_is_the_first_planned_one() -> None:
    assert '<i class="done"></i><i class="late"></i><i class="plan now"></i><i class="plan"></i>' in ui.eight(
        1, 2, 1, next=True
    )


class Band(Enum):
    NEARLY = "nearly"


@pytest.mark.parametrize(
    ("band", "words"),
    [
        ("known", "已经掌握"),
        (Band.NEARLY, "快了"),
        ("practise", "还要练"),
        ("unsure", "证据不够"),
        (None, "证据不够"),
    ],
)
def test_mastery_is_always_words_too(band: object, words: str) -> None:
    assert ui.mastery_words(band) == words
    assert words in ui.mastery_mark(band)
    assert f'aria-label="{words}"' in ui.mastery_mark(band, words=False)
    assert f'<span class="say">{words}</span></td>' in ui.mastery_cell(band)


@pytest.mark.parametrize(
    ("kind", "words"), [("platform", "平台记录"), ("documented", "有材料"), ("declared", "仅声明")]
)
def test_evidence_says_what_it_is(kind: str, words: str) -> None:
    assert words in ui.evidence_badge(kind)


@pytest.mark.parametrize(
    ("value", "name", "said"),
    [
        (1862, "人", "1,862人"),
        (0, "节", "0节"),
        (4.1, "节", "4.1节"),
        (4.0, "节", "4节"),
        (Decimal("12.50"), "课时", "12.5课时"),
        (None, "人", "—"),
        ("", "人", "—"),
        ("4至5", "节", "4至5节"),
    ],
)
def test_a_number_travels_with_its_unit(value: object, name: str, said: str) -> None:
    assert ui.unit(value, name) == said


MOMENT = datetime(2026, 11, 24, 16, 30, tzinfo=UTC)  # half past midnight on the 25th in Beijing


def test_dates_are_beijing_dates() -> None:
    assert ui.zh_date(MOMENT) == "11月25日，星期三"
    assert ui.zh_date(date(2026, 11, 24)) == "11月24日，星期二"
    assert ui.zh_time(MOMENT) == "00:30"
    assert ui.iso_day(MOMENT) == "2026-11-25"
    assert ui.zh_weekday(MOMENT) == "周三"
    assert ui.zh_date(None) == ui.zh_day(None) == ui.zh_moment(None) == "—"


def test_a_date_of_another_year_says_so() -> None:
    today = timezone.localdate()
    assert ui.zh_day(today) == f"{today.month}月{today.day}日"
    assert ui.zh_day(date(2019, 9, 1)) == "2019年9月1日"


@pytest.mark.parametrize(
    ("seconds", "said"), [(580, "9:40"), (0, "0:00"), (59.9, "0:59"), (-4, "0:00"), (None, "—")]
)
def test_minutes(seconds: float | None, said: str) -> None:
    assert ui.minutes(seconds) == said


@given(
    st.floats(allow_nan=False, allow_infinity=False, width=32),
    st.floats(min_value=0, max_value=1e6, width=32),
)
def test_a_share_is_always_a_class_that_exists(done: float, total: float) -> None:
    assert 0 <= ui.percent(done, total) <= 100


def test_progress_is_spoken() -> None:
    bar = render('{% progress 31 45 "已算31人" %}')
    assert 'aria-valuenow="31"' in bar
    assert 'class="p-69"' in bar


class Form(forms.Form):
    size = forms.IntegerField(
        label="人数", help_text="在册的人数", max_value=60, error_messages={"max_value": "最多60人"}
    )
    note = forms.CharField(label="话", required=False, widget=forms.Textarea)
    pace = forms.ChoiceField(label="步子", choices=[("a", "甲"), ("b", "乙")], widget=forms.RadioSelect)
    agreed = forms.BooleanField(label="核对过")
    sheet = forms.FileField(label="名单", required=False)


def test_a_field_keeps_what_was_typed_and_says_what_is_wrong_beside_it() -> None:
    form = Form({"size": "450", "note": HOSTILE, "pace": "a"})
    html = render("{% form_errors form %}{% for f in form %}{% field f %}{% endfor %}", form=form)
    assert 'value="450"' in html
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_size_helptext id_size_error"' in html
    assert 'id="id_size_helptext"' in html
    assert 'id="id_size_error"' in html
    assert "有2处要改" in html
    assert '<a href="#id_size">人数</a>：最多60人' in html
    assert HOSTILE not in html
    assert "可不填" in html
    assert html.count("<fieldset") == 1
    assert 'data-controller="filebox"' in html


def test_a_good_form_has_no_summary_of_errors() -> None:
    assert render("{% form_errors form %}", form=Form()).strip() == ""


def test_the_pager_keeps_the_rest_of_the_address() -> None:
    request = RequestFactory().get("/x", {"stage": "junior", "page": "4"})
    html = render('{% pager page unit="所" %}', page=Paginator(range(1400), 20).page(4), request=request)
    assert "?stage=junior&amp;page=5" in html
    assert "第61至80所，共1400所" in html
    assert 'aria-current="page">4<' in html


def test_a_short_list_only_says_how_many() -> None:
    html = render('{% pager page unit="所" %}', page=Paginator(range(12), 20).page(1))
    assert "共12所" in html
    assert "<nav" not in html


def test_a_square_holds_its_text() -> None:
    drawn = ui.qr("http://localhost/c/QM7F3K", "班级卡")
    assert 'aria-label="班级卡"' in drawn
    assert drawn.count("M") > 100
