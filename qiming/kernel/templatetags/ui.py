"""Tags and filters of the design system: icons, the eight-ruler, marks, badges, fields, Chinese dates."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import segno
from django import template
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, ClearableFileInput, RadioSelect
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

KERNEL = Path(__file__).resolve().parents[1]
WEEKDAYS = ("星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日")
FILLS = ("none", "var(--d1)", "var(--d2)", "var(--d3)", "var(--d4)")

# band → (class, words); the four ways to speak of mastery
BANDS: Mapping[str, tuple[str, str]] = {
    "known": ("yes", "已经掌握"),
    "nearly": ("soon", "快了"),
    "practise": ("not", "还要练"),
    "unsure": ("few", "证据不够"),
}
BAND_DRAWINGS: Mapping[str, str] = {
    "yes": '<path d="m2 7.5 3.5 3.5L12 3.5" stroke-width="2.4"/>',
    "soon": '<circle cx="7" cy="7" r="5.5"/><path d="M7 1.5a5.5 5.5 0 0 0 0 11Z" fill="currentColor" stroke="none"/>',
    "not": '<circle cx="7" cy="7" r="5.5"/>',
    "few": '<path d="M4 7h6"/>',
}
# kind of evidence → (class, words)
EVIDENCE: Mapping[str, tuple[str, str]] = {
    "platform": ("platform", "平台记录"),
    "documented": ("doc", "有材料"),
    "declared": ("said", "仅声明"),
}


@cache
def icons() -> Mapping[str, str]:
    shapes: dict[str, str] = json.loads((KERNEL / "icons.json").read_text(encoding="utf-8"))
    return shapes


@cache
def pictures() -> Mapping[str, dict[str, Any]]:
    """The small pictures a young pupil taps instead of a password, and sheets print: key → name, parts."""
    drawn: dict[str, dict[str, Any]] = json.loads((KERNEL / "pictures.json").read_text(encoding="utf-8"))
    return drawn


@register.simple_tag
def icon(name: str, title: str = "", cls: str = "") -> SafeString:
    """A line drawing that takes the colour and size of its text; silent unless it has a title."""
    try:
        shape = icons()[name]
    except KeyError as error:
        raise template.TemplateSyntaxError(f"没有图标 {name!r}，可用的见 /design/") from error
    spoken = format_html('role="img" aria-label="{}"', title) if title else mark_safe('aria-hidden="true"')
    return format_html(
        '<svg class="ic{}" viewBox="0 0 24 24" {}><path d="{}"/></svg>',
        f" {cls}" if cls else "",
        spoken,
        shape,
    )


@register.simple_tag
def picture(key: str, cls: str = "pic", title: str = "") -> SafeString:
    """One of the small pictures, 64 units square; its name is spoken only when asked for."""
    parts = format_html_join(
        "", '<path d="{}" fill="{}"/>', ((d, FILLS[hue]) for d, hue in pictures()[key]["parts"])
    )
    spoken = format_html('role="img" aria-label="{}"', title) if title else mark_safe('aria-hidden="true"')
    return format_html(
        '<svg class="{}" viewBox="0 0 64 64" {}><g class="dr" stroke="var(--draw)" stroke-linejoin="round" '
        'stroke-linecap="round">{}</g></svg>',
        cls,
        spoken,
        parts,
    )


@register.simple_tag
def qr(text: str, title: str = "") -> SafeString:
    """A square that a camera reads, as one path; black on whatever lies under it, so put it on white."""
    code = segno.make(text, error="m", micro=False)
    rows = [list(row) for row in code.matrix_iter(border=2)]
    path = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark)
    return format_html(
        '<svg viewBox="0 0 {0} {0}" shape-rendering="crispEdges" role="img" aria-label="{1}"><path d="{2}"/></svg>',
        len(rows),
        title or "二维码",
        path,
    )


@register.filter
def picture_name(key: str) -> str:
    return str(pictures()[key]["name"])


def _eight_parts(confirmed: int, planned: int, unconfirmed: int, total: int) -> list[tuple[int, str, str]]:
    missing = max(total - confirmed - planned - unconfirmed, 0)
    return [
        (confirmed, "已确认{}节", "确认{}"),
        (unconfirmed, "{}节等确认", "待确认{}"),
        (planned, "已排{}节", "已排{}"),
        (missing, "还差{}节没排", "还差{}"),
    ]


@register.simple_tag
def eight(
    confirmed: int = 0,
    planned: int = 0,
    unconfirmed: int = 0,
    total: int = 8,
    next: bool = False,
) -> SafeString:
    """The periods of a school year: full, slashed (to confirm), ring (planned), dashed (not planned)."""
    missing = max(total - confirmed - planned - unconfirmed, 0)
    cells = ["done"] * confirmed + ["late"] * unconfirmed + ["plan"] * planned + [""] * missing
    if next and planned:
        cells[confirmed + unconfirmed] = "plan now"
    parts = _eight_parts(confirmed, planned, unconfirmed, total)
    words = "，".join(said.format(n) for i, (n, said, _) in enumerate(parts) if n or i == 0)
    drawn = format_html_join("", "<i{}></i>", ((format_html(' class="{}"', c) if c else "",) for c in cells))
    return format_html('<span class="eight" role="img" aria-label="{}">{}</span>', words, drawn)


@register.simple_tag
def eight_words(confirmed: int = 0, planned: int = 0, unconfirmed: int = 0, total: int = 8) -> SafeString:
    """The same in words, to stand beside it: 确认3，待确认1，已排3，还差1 (the last asks for a person)."""
    if not (confirmed or planned or unconfirmed):
        return format_html('<span class="need">{}</span>', "一节也没有排")
    parts = _eight_parts(confirmed, planned, unconfirmed, total)
    shown = [
        format_html('<span class="need">{}</span>', short.format(n)) if i == 3 else short.format(n)
        for i, (n, _, short) in enumerate(parts)
        if n or i == 0
    ]
    return format_html_join("，", "{}", ((part,) for part in shown))


def _band(band: object) -> tuple[str, str]:
    key = str(getattr(band, "value", band) or "unsure").lower()
    return BANDS.get(key, BANDS["unsure"])


def _band_svg(cls: str) -> SafeString:
    return mark_safe(
        '<svg viewBox="0 0 14 14" aria-hidden="true" fill="none" stroke="currentColor" stroke-width="2" '
        f'stroke-linecap="round" stroke-linejoin="round">{BAND_DRAWINGS[cls]}</svg>'
    )


@register.simple_tag
def mastery_mark(band: object, words: bool = True) -> SafeString:
    """已经掌握 / 快了 / 还要练 / 证据不够: the mark, with its words beside it or only spoken."""
    cls, said = _band(band)
    if words:
        return format_html('<span class="b"><i class="hk {}">{}</i>{}</span>', cls, _band_svg(cls), said)
    return format_html('<i class="hk {}" role="img" aria-label="{}">{}</i>', cls, said, _band_svg(cls))


@register.simple_tag
def mastery_cell(band: object) -> SafeString:
    """The same as a cell of the heat map."""
    cls, said = _band(band)
    return format_html('<td class="{}">{}<span class="say">{}</span></td>', cls, _band_svg(cls), said)


@register.filter
def mastery_words(band: object) -> str:
    return _band(band)[1]


@register.simple_tag
def evidence_badge(kind: object) -> SafeString:
    """What stands behind a number: 平台记录 / 有材料 / 仅声明."""
    cls, said = EVIDENCE[str(getattr(kind, "value", kind))]
    return format_html('<span class="ev {}">{}</span>', cls, said)


@register.simple_tag
def demo_flag() -> SafeString:
    return format_html('<span class="flag">{}</span>', "示例数据")


@register.simple_tag
def proposal_flag(words: str = "原创建议稿") -> SafeString:
    """Our own proposal, not the official text."""
    return format_html('<span class="flag proposal">{}</span>', words)


@register.simple_tag
def progress(done: float, total: float, label: str = "", cls: str = "") -> SafeString:
    """A bar of true length, spoken as a progress bar."""
    share = percent(done, total)
    return format_html(
        '<span class="prog{}" role="progressbar" aria-valuemin="0" aria-valuemax="{}" aria-valuenow="{}" '
        'aria-label="{}"><i class="p-{}"></i></span>',
        f" {cls}" if cls else "",
        total,
        done,
        label or "进度",
        share,
    )


@register.filter
def percent(done: float | None, total: float | None) -> int:
    """A whole share of 0 to 100, for the classes p-0 … p-100."""
    if not done or not total:
        return 0
    return max(0, min(100, round(100 * float(done) / float(total))))


@register.filter
def share(value: float | None) -> int:
    """A share given as 0 … 1, as a whole percentage for the classes p-0 … p-100."""
    return percent(value, 1)


# ---------- numbers and dates ----------


@register.filter
def unit(value: object, name: str = "") -> str:
    """1862 → 1,862人; nothing known → —. A number never travels without its unit."""
    if value is None or value == "":
        return "—"
    if isinstance(value, (float, Decimal)):
        return f"{value:,.1f}".removesuffix(".0") + name
    if isinstance(value, int):
        return f"{value:,}{name}"
    return f"{value}{name}"


def _local(moment: date | datetime) -> date | datetime:
    if isinstance(moment, datetime) and timezone.is_aware(moment):
        return timezone.localtime(moment)
    return moment


@register.filter
def zh_date(moment: date | datetime | None) -> str:
    """11月24日，星期二"""
    if moment is None:
        return "—"
    day = _local(moment)
    return f"{day.month}月{day.day}日，{WEEKDAYS[day.weekday()]}"


@register.filter
def zh_day(moment: date | datetime | None) -> str:
    """11月24日, with the year when it is not this one"""
    if moment is None:
        return "—"
    day = _local(moment)
    year = "" if day.year == timezone.localdate().year else f"{day.year}年"
    return f"{year}{day.month}月{day.day}日"


@register.filter
def zh_weekday(moment: date | datetime | None) -> str:
    return "" if moment is None else WEEKDAYS[_local(moment).weekday()].replace("星期", "周")


@register.filter
def zh_time(moment: datetime | None) -> str:
    """10:10"""
    return "" if moment is None else f"{_local(moment):%H:%M}"


@register.filter
def zh_moment(moment: datetime | None) -> str:
    """11月24日 10:10"""
    return "—" if moment is None else f"{zh_day(moment)} {zh_time(moment)}"


@register.filter
def iso_day(moment: date | datetime | None) -> str:
    """2026-11-24, for tables and as-of lines"""
    return "" if moment is None else f"{_local(moment):%Y-%m-%d}"


@register.filter
def minutes(seconds: float | None) -> str:
    """580 → 9:40"""
    if seconds is None:
        return "—"
    whole = max(int(seconds), 0)
    return f"{whole // 60}:{whole % 60:02d}"


@register.filter
def get(mapping: Mapping[Any, Any] | None, key: object) -> Any:
    """mapping|get:key, for a table whose columns are known only when it is drawn."""
    return None if mapping is None else mapping.get(key)


# ---------- forms ----------


@register.inclusion_tag("kernel/components/field.html")
def field(bound: BoundField, unit: str = "", optional: str = "") -> dict[str, Any]:
    """One field of a form: label, help, control, what is wrong, the typed value kept."""
    widget = bound.field.widget
    kind = "line"
    if isinstance(widget, (CheckboxSelectMultiple, RadioSelect)):
        kind = "group"
    elif isinstance(widget, CheckboxInput):
        kind = "check"
    elif isinstance(widget, ClearableFileInput):
        kind = "file"
    return {
        "field": bound,
        "kind": kind,
        "unit": unit,
        "optional": optional or ("" if bound.field.required else "可不填"),
    }


@register.inclusion_tag("kernel/components/errors.html")
def form_errors(form: Any) -> dict[str, Any]:
    """What is wrong with the form as a whole, with a link to each field; takes the focus."""
    wrong = [bound for bound in form.visible_fields() if bound.errors]
    return {"form": form, "wrong": wrong, "count": len(wrong) + len(form.non_field_errors())}


@register.inclusion_tag("kernel/components/pager.html", takes_context=True)
def pager(context: Mapping[str, Any], page: Any, unit: str = "条") -> dict[str, Any]:
    """Where one is in a long list. Keeps the other parameters of the address."""
    return {
        "page": page,
        "unit": unit,
        "request": context.get("request"),
        "numbers": page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1),
    }
