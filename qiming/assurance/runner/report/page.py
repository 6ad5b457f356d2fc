"""The report as one HTML file that stands by itself: no script, nothing is fetched, prints well."""

from html import escape
from typing import Final

from qiming.assurance.runner.report.data import Dimension, Failure, Plot, Report, Row, Size

_STYLE: Final = """
:root{--ink:#18211f;--soft:#47524e;--line:#cfd8d6;--jade:#0b6657;--need:#a83a1c;--wait:#7a5b00;--paper:#fdfcf9;--wash:#eef4f2}
@media (prefers-color-scheme:dark){:root{--ink:#e8ecea;--soft:#aab5b1;--line:#3a4643;--jade:#6cc7b4;--need:#f09a80;--wait:#e3c065;--paper:#141a18;--wash:#1d2624}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:64rem;padding:2rem 1.25rem 4rem;background:var(--paper);color:var(--ink);font:1rem/1.65 "PingFang SC","Noto Sans CJK SC","Microsoft YaHei",sans-serif}
h1{font-size:1.7rem;line-height:1.3;margin:0 0 .25rem}h2{font-size:1.25rem;color:var(--jade);margin:2.5rem 0 .75rem}
.dim h2{font-size:1.05rem;margin:0 0 .25rem;color:var(--ink)}p{margin:.4rem 0}.soft{color:var(--soft)}
.dims{display:grid;grid-template-columns:repeat(auto-fit,minmax(14rem,1fr));gap:1rem;margin:1.25rem 0}
.dim{border-top:3px solid var(--line);padding:.6rem .2rem}.dim.yes{border-color:var(--jade)}.dim.no{border-color:var(--need)}.dim.open{border-color:var(--wait)}
.yes b,.yes.word{color:var(--jade)}.no b,.no.word{color:var(--need)}.open b,.open.word{color:var(--wait)}
.word{font-weight:600;white-space:nowrap}
.wide{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:.92rem}
th,td{text-align:left;vertical-align:top;padding:.45rem .6rem .45rem 0;border-bottom:1px solid var(--line)}
th{border-bottom:2px solid var(--jade)}td.n,th.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
svg{display:block;min-width:11rem}.axis{stroke:var(--line)}.span{stroke:var(--ink)}.dot{fill:var(--ink)}.gate{stroke:var(--need)}
details{border-bottom:1px solid var(--line);padding:.5rem 0}summary{cursor:pointer}
.said{margin:.4rem 0 .4rem 1rem;padding:.3rem .8rem;border-left:3px solid var(--line);white-space:pre-wrap;overflow-wrap:anywhere}
.said.they{border-color:var(--need);background:var(--wash)}
dl{display:grid;grid-template-columns:minmax(7rem,auto) 1fr;gap:.3rem 1rem}dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}
@media print{body{max-width:none;padding:0}details{break-inside:avoid}}
"""


def page(report: Report) -> str:
    """The whole file."""
    title = f"测试报告：{report.product}"
    return (
        f'<!DOCTYPE html>\n<html lang="zh-CN"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body><main>\n"
        + "\n".join(part for part in _parts(report, title) if part)
        + "\n</main></body></html>\n"
    )


def _parts(report: Report, title: str) -> list[str]:
    return [
        f"<h1>{escape(report.says)}</h1>",
        f'<p class="soft">{escape(title)} · {escape(report.when)} · 由测试程序生成，是否准入由主管部门决定</p>',
        "".join(f'<p class="open word">{escape(note)}</p>' for note in report.notes),
        '<div class="dims">' + "".join(_dimension(one) for one in report.dimensions) + "</div>",
        _first_plots(report),
        "<h2>逐项指标</h2>" + _metrics(report),
        _groups(report),
        _failures(report),
        _latency(report),
        _how(report),
        _sizes(report.sizes),
    ]


def _mark(passed: bool | None) -> str:
    return {True: "yes", False: "no", None: "open"}[passed]


def _word(one: Dimension) -> str:
    if not one.rows:
        return "没有测"
    return {True: "达到要求", False: "没有达到要求", None: "待定"}[one.passed]


def _dimension(one: Dimension) -> str:
    return (
        f'<section class="dim {_mark(one.passed) if one.rows else "none"}"><h2>{escape(one.title)}</h2>'
        f"<p><b>{_word(one)}</b></p><p>{escape(one.says)}</p></section>"
    )


def _rows(report: Report) -> list[Row]:
    return [row for one in report.dimensions for row in one.rows]


def _first_plots(report: Report) -> str:
    rows = [row for row in _rows(report) if row.plot]
    if not rows:
        return ""
    body = "".join(
        f"<tr><td>{escape(row.title)}</td><td>{_plot(row.plot, row)}</td>"
        f'<td class="word {_mark(row.passed)}">{escape(row.verdict)}</td></tr>'
        for row in rows
    )
    return (
        f'<div class="wide"><table><thead><tr><th>指标</th><th>测得的值和 95% 区间，红线是门槛</th><th>结论</th></tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def _plot(plot: Plot | None, row: Row) -> str:
    if plot is None:
        return ""

    def x(share: float) -> str:
        return f"{8 + 204 * min(1.0, max(0.0, share)):.1f}"

    gate = (
        f'<line class="gate" x1="{x(plot.gate)}" x2="{x(plot.gate)}" y1="3" y2="21" stroke-width="2"/>'
        if plot.gate is not None
        else ""
    )
    says = f"{row.value}，区间 {row.low}—{row.high}，门槛{row.gate}"
    return (
        f'<svg viewBox="0 0 220 24" width="220" height="24" role="img" aria-label="{escape(says, quote=True)}">'
        f'<line class="axis" x1="8" x2="212" y1="12" y2="12"/>{gate}'
        f'<line class="span" x1="{x(plot.low)}" x2="{x(plot.high)}" y1="12" y2="12" stroke-width="4"/>'
        f'<circle class="dot" cx="{x(plot.value)}" cy="12" r="5"/></svg>'
    )


def _metrics(report: Report) -> str:
    body = "".join(
        f"<tr><td>{escape(row.title)}<br><span class='soft'>{escape(row.suite)} · {escape(row.name)}</span></td>"
        f'<td class="n">{escape(row.value)}</td><td class="n">{escape(row.low)}</td><td class="n">{escape(row.high)}</td>'
        f'<td class="n">{row.n}</td><td>{escape(row.gate)}</td><td class="word {_mark(row.passed)}">{escape(row.verdict)}</td>'
        f"<td>{escape(row.note)}{'<br>' if row.note else ''}<span class='soft'>依据：{escape(row.source)}</span></td></tr>"
        for row in _rows(report)
    )
    heads = '<th>指标</th><th class="n">值</th><th class="n">下限</th><th class="n">上限</th><th class="n">n</th><th>门槛</th><th>结论</th><th>说明</th>'
    told = f'<div class="wide"><table><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table></div>'
    if report.troubles:
        kinds = "，".join(f"{escape(kind)} {times} 次" for kind, times in report.troubles)
        told += f"<p>没有得到回答：{kinds}。都按没过算。</p>"
    told += "".join(f"<p>{escape(line)}。</p>" for line in report.judging)
    return told + (f"<p>{escape(report.agreement)}</p>" if report.agreement else "")


def _groups(report: Report) -> str:
    if not report.groups:
        return ""
    body = "".join(
        f'<tr><td>{escape(suite)}</td><td>{escape(name)}</td><td class="n">{good}</td><td class="n">{n}</td></tr>'
        for suite, name, good, n in report.groups
    )
    return (
        '<h2>有题没过的类</h2><div class="wide"><table><thead><tr><th>套件</th><th>类</th><th class="n">过</th>'
        f'<th class="n">题</th></tr></thead><tbody>{body}</tbody></table></div>'
    )


def _failures(report: Report) -> str:
    if not report.failures:
        return "<h2>没过的题</h2><p>没有。</p>"
    told = "".join(map(_failure, report.failures))
    more = f"<p>另有 {report.left_out} 题没过，都在记录文件里。</p>" if report.left_out else ""
    return f"<h2>没过的题，连同说的话</h2>{told}{more}"


def _failure(one: Failure) -> str:
    talk = "".join(
        f'<div class="said{" they" if who == "产品" else ""}"><span class="soft">{escape(who)}</span>\n{escape(text)}</div>'
        for who, text in one.talk
    )
    hidden = '<p class="soft">盲测题，不公开内容。</p>' if one.sealed else ""
    return (
        f"<details><summary>{escape(one.metric)} · <b>{escape(one.why)}</b> <span class='soft'>{escape(one.id)}</span></summary>"
        f"<p class='soft'>{escape(one.category)}</p>{talk}{hidden}</details>"
    )


def _latency(report: Report) -> str:
    if not report.latency:
        return ""
    body = "".join(
        f'<tr><td>{escape(suite)}</td><td>{escape(which)}</td><td>{escape(value)}</td><td class="n">{n}</td></tr>'
        for suite, which, value, n in report.latency
    )
    return (
        '<h2>回答多快</h2><div class="wide"><table><thead><tr><th>怎样问的</th><th>多少</th><th>时间（95% 区间）</th>'
        f'<th class="n">n</th></tr></thead><tbody>{body}</tbody></table></div>'
    )


def _how(report: Report) -> str:
    facts = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in report.facts)
    heads = "<th>套件</th><th>开始（UTC）</th><th>样本</th><th>用时</th><th>题库、版本、摘要</th>"
    runs = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in run) + "</tr>" for run in report.runs
    )
    return f'<h2>怎样测的</h2><dl>{facts}</dl><div class="wide"><table><thead><tr>{heads}</tr></thead><tbody>{runs}</tbody></table></div>'


def _sizes(sizes: tuple[Size, ...]) -> str:
    told = "<h2>题库离国家规定的规模还差多少</h2>"
    if not sizes:
        return (
            told + "<p>这些题库没有写明对应的规模要求。题库是本平台自写的建议，不能代替主管部门的题库。</p>"
        )
    body = "".join(
        f'<tr><td>{escape(one.bank)}</td><td>{escape(one.what)}</td><td class="n">{one.least}</td><td class="n">{one.has}</td>'
        f'<td class="n">{one.short or "够"}</td><td>{escape(one.source)}（{escape(one.status)}）</td></tr>'
        for one in sizes
    )
    heads = '<th>题库</th><th>要求</th><th class="n">至少</th><th class="n">有</th><th class="n">还差</th><th>依据</th>'
    return (
        f'{told}<div class="wide"><table><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table></div>'
    )
