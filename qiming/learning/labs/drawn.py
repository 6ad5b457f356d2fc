"""The teacher's grid as HTML. Forty-five pupils by four goals are joined here once, not one tag at a time."""

from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from qiming.kernel.templatetags.ui import BAND_DRAWINGS
from qiming.learning.labs.grid import Grid, Line, Mark

# mark → (class of the cell, drawing, what a screen reader says)
MARKS: dict[Mark, tuple[str, str, str]] = {
    Mark.REACHED: ("yes", BAND_DRAWINGS["yes"], "做到了"),
    Mark.TRIED: ("soon", BAND_DRAWINGS["soon"], "在试"),
    Mark.NOTHING: ("few", BAND_DRAWINGS["few"], "还没做"),
}


def key() -> SafeString:
    """What the marks mean."""
    said = (f'<span class="b">{_svg(shape)} {words}</span>' for _, shape, words in MARKS.values())
    return mark_safe(f'<p class="small soft row gridkey">{"".join(said)}</p>')


def _svg(shape: str) -> str:
    return (
        '<svg viewBox="0 0 14 14" width="14" height="14" fill="none" stroke="currentColor" stroke-width="2"'
        f' stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">{shape}</svg>'
    )


_CELLS = {
    mark: f'<td class="{cls}">{_svg(shape)}<span class="say">{words}</span></td>'
    for mark, (cls, shape, words) in MARKS.items()
}


def rows(grid: Grid, *, opens: bool = True) -> SafeString:
    """One row a pupil: name (to the work, for who `opens` it), a mark per goal, hints, handed in."""
    return mark_safe("".join(_row(line, opens=opens) for line in grid.lines))


def _row(line: Line, *, opens: bool) -> str:
    name = f"<small>{line.pupil.seat_no}</small>{escape(line.pupil.name)}"
    if line.work_id and opens:
        name = f'<a href="{reverse("learning.work", args=[line.work_id])}">{name}</a>'
    else:
        name = f"<span>{name}</span>"
    hints = str(line.tally.hints) if line.tally.hints else ""
    handed = "交了" if line.is_handed_in else ""
    cells = "".join(_CELLS[mark] for mark in line.marks)
    return f'<tr><th scope="row">{name}</th>{cells}<td class="num">{hints}</td><td class="num">{handed}</td></tr>'
