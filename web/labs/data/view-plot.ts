// Three plots of the table, before and after cleaning; each with its counts in words.

import type { Column, Row } from "../datasets";
import { button, type Child, h, s, section } from "../dom";
import type { Bench } from "./bench";
import { steps } from "./model";
import { PLOTS, type PlotKind } from "./state";
import { PLOT_TEXT } from "./words";

const [WIDE, HIGH, LEFT, LOW] = [640, 300, 46, 34];
const BINS = 8;

interface Bar {
  text: string;
  n: number;
}

export function plotSection(bench: Bench): HTMLElement {
  const { plot } = bench.state;
  return section(
    "c-plot",
    "画出来，看一看",
    null,
    h(
      "div",
      { class: "row", role: "group", "aria-label": "哪种图" },
      ...PLOTS.map((kind) =>
        button(PLOT_TEXT[kind], () => choose(bench, kind), {
          key: `plot-${kind}`,
          pressed: plot.kind === kind,
        }),
      ),
    ),
    h(
      "div",
      { class: "row" },
      pick(bench, "x", plot.kind === "scatter" ? "横着看" : "看哪一列"),
      plot.kind === "scatter" ? pick(bench, "y", "竖着看") : null,
      button("洗以前", () => bench.setPlot({ raw: true }), { key: "raw", pressed: plot.raw }),
      button("洗以后", () => bench.setPlot({ raw: false }), { key: "clean", pressed: !plot.raw }),
    ),
    drawn(bench),
    bench.state.plots.includes(plot.kind)
      ? null
      : button("看好了，记下这张图", () => bench.plotted(plot.kind), {
          key: "plotted",
          class: "go",
          after: `plot-${plot.kind}`,
        }),
  );
}

const offered = (bench: Bench): Column[] =>
  bench.settings.columns.filter(({ kind }) => (kind === "choice") === (bench.state.plot.kind === "bar"));

/** The column chosen, or the first (for the second axis the second) that fits the plot. */
function columnOf(bench: Bench, axis: "x" | "y"): Column {
  const all = offered(bench);
  const found = all.find(({ key }) => key === bench.state.plot[axis]);
  return found ?? all[axis === "y" ? 1 : 0] ?? bench.settings.feature;
}

function choose(bench: Bench, kind: PlotKind): void {
  bench.setPlot({ kind });
}

function pick(bench: Bench, axis: "x" | "y", text: string): HTMLElement {
  const chosen = columnOf(bench, axis).key;
  const select = h("select", {
    "data-key": `axis-${axis}`,
    change: (event) => bench.setPlot({ [axis]: (event.target as HTMLSelectElement).value }),
  });
  select.append(
    ...offered(bench).map(({ key, text: name }) =>
      h("option", { value: key, selected: key === chosen }, name),
    ),
  );
  return h("label", { class: "axis-pick" }, h("span", {}, text), select);
}

function drawn(bench: Bench): HTMLElement {
  const { plot } = bench.state;
  const rows = plot.raw ? bench.raw() : bench.rows();
  const x = columnOf(bench, "x");
  if (plot.kind === "scatter") return scatter(rows, x, columnOf(bench, "y"));
  const bars =
    plot.kind === "bar"
      ? x.choices.map((text) => ({ text, n: rows.filter(({ values }) => values[x.key] === text).length }))
      : steps(
          rows.map(({ values }) => Number(values[x.key])),
          BINS,
        ).map(({ from, to, n }) => ({ text: `${short(from)}–${short(to)}`, n }));
  const most = Math.max(1, ...bars.map(({ n }) => n));
  const tallest = bars.find(({ n }) => n === most)?.text ?? "";
  const missing = rows.length - bars.reduce((sum, { n }) => sum + n, 0);
  const said = `${PLOT_TEXT[plot.kind]}：${x.text}${x.unit ? `（${x.unit}）` : ""}，${rows.length} 行。最多的是 ${tallest}，${most} 行。${missing ? `${missing} 行空着，没有画。` : ""}`;
  return figure(
    said,
    barShapes(bars, most, plot.kind === "histogram"),
    twin(
      [x.text, "行数"],
      bars.map(({ text, n }) => [text, String(n)]),
    ),
  );
}

const short = (value: number): string =>
  String(Math.abs(value) >= 20 ? Math.round(value) : Math.round(value * 10) / 10);

function barShapes(bars: Bar[], most: number, edges: boolean): SVGElement[] {
  const step = (WIDE - LEFT) / Math.max(1, bars.length);
  const full = edges ? 0.96 : 0.6;
  return bars.flatMap(({ text, n }, i) => {
    const high = (n / most) * (HIGH - LOW - 24);
    const middle = LEFT + step * (i + 0.5);
    return [
      s("rect", {
        class: "bar-shape",
        x: middle - (step * full) / 2,
        y: HIGH - LOW - high,
        width: step * full,
        height: high,
      }),
      s("text", { x: middle, y: HIGH - LOW - high - 6, class: "count" }, String(n)),
      // a step is told by where it begins, at its left edge
      edges
        ? s("text", { x: middle - step / 2, y: HIGH - 10, class: "tick fine" }, text.split("–")[0])
        : s("text", { x: middle, y: HIGH - 10, class: "tick" }, text),
    ];
  });
}

function scatter(rows: Row[], x: Column, y: Column): HTMLElement {
  const points = rows
    .map(({ values }) => [Number(values[x.key]), Number(values[y.key])] as const)
    .filter(([a, b]) => Number.isFinite(a) && Number.isFinite(b));
  const range = (at: 0 | 1) => {
    const all = points.map((one) => one[at]);
    const [low, high] = [Math.min(...all), Math.max(...all)];
    return { low, wide: high - low || 1, high };
  };
  const [rx, ry] = [range(0), range(1)];
  const shapes = points.map(([a, b]) =>
    s("circle", {
      class: "dot",
      r: 5,
      cx: LEFT + 8 + ((a - rx.low) / rx.wide) * (WIDE - LEFT - 20),
      cy: 12 + (1 - (b - ry.low) / ry.wide) * (HIGH - LOW - 24),
    }),
  );
  const ticks: [number, number, string][] = [
    [LEFT + 14, HIGH - 10, short(rx.low)],
    [WIDE - 22, HIGH - 10, short(rx.high)],
    [LEFT / 2, HIGH - LOW - 8, short(ry.low)],
    [LEFT / 2, 18, short(ry.high)],
  ];
  const name = ({ text, unit }: Column) => `${text}（${unit}）`;
  const said = `${PLOT_TEXT.scatter}：横着是${name(x)}，竖着是${name(y)}，${points.length} 个点；横着从 ${short(rx.low)} 到 ${short(rx.high)}，竖着从 ${short(ry.low)} 到 ${short(ry.high)}。`;
  return figure(
    said,
    [...shapes, ...ticks.map(([a, b, text]) => s("text", { x: a, y: b, class: "tick" }, text))],
    twin(
      [x.text, y.text],
      points.map(([a, b]) => [String(a), String(b)]),
    ),
  );
}

function figure(said: string, shapes: SVGElement[], below: Child): HTMLElement {
  return h(
    "figure",
    { class: "drawn" },
    s(
      "svg",
      { viewBox: `0 0 ${WIDE} ${HIGH}`, role: "img", "aria-label": said },
      s("path", { class: "axis", d: `M${LEFT} 8V${HIGH - LOW}H${WIDE}` }),
      ...shapes,
    ),
    h("figcaption", {}, said),
    below,
  );
}

function twin(heads: string[], rows: string[][]): HTMLElement {
  return h(
    "details",
    { class: "twin", "data-fold": "numbers" },
    h("summary", {}, "看图里的数"),
    h(
      "div",
      { class: "runs scroll", tabindex: 0, role: "region", "aria-label": "图里的数" },
      h(
        "table",
        {},
        h("thead", {}, h("tr", {}, ...heads.map((text) => h("th", { scope: "col" }, text)))),
        h(
          "tbody",
          {},
          ...rows.map(([first, ...rest]) =>
            h("tr", {}, h("th", { scope: "row" }, first), ...rest.map((one) => h("td", {}, one))),
          ),
        ),
      ),
    ),
  );
}
