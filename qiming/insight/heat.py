"""The heat map as HTML. A class has hundreds of cells: they are joined here once instead of one tag at a time."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from qiming.insight.types import Bands, Column
from qiming.kernel.templatetags.ui import BAND_DRAWINGS, BANDS
from qiming.registry.types import PupilRef

_NOBODY = str(UUID(int=0))


def symbols() -> SafeString:
    """The four marks, drawn once for the page."""
    drawn = "".join(
        f'<symbol id="m-{cls}" viewBox="0 0 14 14"><g fill="none" stroke="currentColor" stroke-width="2" '
        f'stroke-linecap="round" stroke-linejoin="round">{shape}</g></symbol>'
        for cls, shape in BAND_DRAWINGS.items()
    )
    return mark_safe(f'<svg width="0" height="0" class="say" aria-hidden="true"><defs>{drawn}</defs></svg>')


_CELLS: Mapping[str, str] = {
    band: f'<svg aria-hidden="true"><use href="#m-{cls}"/></svg><span class="say">{said}</span>'
    for band, (cls, said) in BANDS.items()
}


def rows(pupils: Sequence[PupilRef], concepts: Sequence[Column], bands: Bands, *, opens: bool) -> SafeString:
    """One row per pupil by seat, one cell per concept; `opens` links each to the answers behind it."""
    base = _pupil_base()
    keys = [one.key for one in concepts]
    lines: list[str] = []
    for pupil in pupils:
        who = str(pupil.id)
        address = base.replace(_NOBODY, who)
        lines.append(f'<tr><th scope="row">{_name(pupil, address, opens=opens)}</th>')
        for key in keys:
            band = bands.get((who, key), "unsure")
            cell = _CELLS[band]
            inside = f'<a href="{address}{key}/">{cell}</a>' if opens else cell
            lines.append(f'<td class="{BANDS[band][0]}">{inside}</td>')
        lines.append("</tr>")
    return mark_safe("".join(lines))


def text_rows(
    pupils: Sequence[PupilRef], concepts: Sequence[Column], bands: Bands, *, opens: bool
) -> SafeString:
    """The same in words: what each pupil must practise, nearly has, has, and what cannot be said."""
    base = _pupil_base()
    titles = [(one.key, escape(one.short)) for one in concepts]
    lines: list[str] = []
    for pupil in pupils:
        who = str(pupil.id)
        address = base.replace(_NOBODY, who)
        by_band: dict[str, list[str]] = {band: [] for band in _WORDS_ORDER}
        for key, title in titles:
            by_band[bands.get((who, key), "unsure")].append(title)
        said = "；".join(f"{BANDS[band][1]}：{'、'.join(names)}" for band, names in by_band.items() if names)
        lines.append(f'<tr><th scope="row">{_name(pupil, address, opens=opens)}</th><td>{said}</td></tr>')
    return mark_safe("".join(lines))


_WORDS_ORDER = ("practise", "nearly", "known", "unsure")


def _name(pupil: PupilRef, address: str, *, opens: bool) -> str:
    name = f"<small>{pupil.seat_no}</small>{escape(pupil.name)}"
    return f'<a href="{address}">{name}</a>' if opens else f"<span>{name}</span>"


def _pupil_base() -> str:
    return reverse("insight.pupil", args=[_NOBODY])
