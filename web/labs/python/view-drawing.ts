// Draws what a program asked for, as SVG with a twin in words.
import { type Child, h, s } from "../dom";
import {
  type Axis,
  axisOf,
  type Bars,
  type Drawing,
  type Grid,
  groupsOf,
  type Plot,
  sentence,
  shown,
  twin,
} from "./drawing";

// drawn narrower on a narrow screen, so that its words stay as large as those around it
const NARROW = 620;
let WIDE = 480;
const HIGH = 320;
const LEFT = 58;
const RIGHT = 16;
const TOP = 14;
const BOTTOM = 48;
const HUES = 4;
const NUMBERS_UP_TO = 12;

export function figure(drawing: Drawing): HTMLElement {
  WIDE = window.innerWidth < NARROW ? 340 : 480;
  const says = sentence(drawing);
  const shown = drawing.kind === "table" ? tableOf(drawing.head, drawing.body) : picture(drawing, says);
  return h(
    "figure",
    { class: `drawn drawn-${drawing.kind}` },
    drawing.title ? h("figcaption", {}, drawing.title) : null,
    drawing.kind === "plot" ? legend(drawing) : null,
    drawing.kind === "table" ? h("div", scroller(says), shown) : shown,
    drawing.kind === "table" ? null : words(drawing, says),
  );
}

const scroller = (label: string) => ({ class: "wide", tabindex: 0, role: "region", "aria-label": label });

function words(drawing: Drawing, says: string): HTMLElement {
  const { head, body, left } = twin(drawing);
  return h(
    "details",
    {},
    h("summary", {}, "用文字看这张图"),
    h("p", {}, says),
    h("div", scroller(says), tableOf(head, body)),
    left ? h("p", { class: "tiny faint" }, `还有 ${left} 行没有列出。`) : null,
  );
}

function tableOf(head: string[], body: string[][]): HTMLElement {
  const cells = (row: string[], tag: "th" | "td") =>
    row.map((cell) => (tag === "th" && cell ? h("th", { scope: "col" }, cell) : h("td", {}, cell)));
  return h(
    "table",
    {},
    head.some(Boolean) ? h("thead", {}, h("tr", {}, ...cells(head, "th"))) : null,
    h("tbody", {}, ...body.map((row) => h("tr", {}, ...cells(row, "td")))),
  );
}

function picture(drawing: Exclude<Drawing, { kind: "table" }>, says: string): SVGSVGElement {
  const parts =
    drawing.kind === "plot" ? plot(drawing) : drawing.kind === "bars" ? bars(drawing) : grid(drawing);
  return s(
    "svg",
    { viewBox: `0 0 ${WIDE} ${parts.high}`, role: "img", "aria-label": says },
    ...parts.children,
  );
}

interface Parts {
  high: number;
  children: Child[];
}

const hueOf = (at: number): string => `hue-${(at % HUES) + 1}`;
const scale = (axis: Axis, from: number, to: number) => (value: number) =>
  from + ((value - axis.from) / (axis.to - axis.from || 1)) * (to - from);
const round = (value: number): number => Math.round(value * 100) / 100;

/** Each group has a colour and a shape, so that it can be told without colour. */
function dot(x: number, y: number, group: number): SVGElement {
  const hue = hueOf(group);
  const [cx, cy] = [round(x), round(y)];
  if (group % HUES === 1) return s("rect", { class: hue, x: cx - 4.5, y: cy - 4.5, width: 9, height: 9 });
  if (group % HUES === 2) return s("path", { class: hue, d: `M${cx} ${cy - 6}l5.5 10h-11z` });
  if (group % HUES === 3) return s("path", { class: hue, d: `M${cx} ${cy - 6.5}l6 6.5-6 6.5-6-6.5z` });
  return s("circle", { class: hue, cx, cy, r: 5 });
}

const DASHES = ["", "8 5", "2 5", "12 4 2 4"];

function plot(drawing: Plot): Parts {
  const all: [number, number][] = [
    ...drawing.points.map(([x, y]): [number, number] => [x, y]),
    ...drawing.lines.flatMap((line) => line.points),
  ];
  const [ax, ay] = [axisOf(all.map(([x]) => x)), axisOf(all.map(([, y]) => y))];
  const [px, py] = [scale(ax, LEFT, WIDE - RIGHT), scale(ay, HIGH - BOTTOM, TOP)];
  const groups = groupsOf(drawing);
  const lines = drawing.lines.map((line, at) =>
    s("polyline", {
      class: `${hueOf(groups.length + at)} line`,
      points: line.points.map(([x, y]) => `${round(px(x))},${round(py(y))}`).join(" "),
      "stroke-dasharray": DASHES[at % DASHES.length] || null,
    }),
  );
  const dots = drawing.points.map(([x, y, name]) => dot(px(x), py(y), groups.indexOf(name)));
  return { high: HIGH, children: [...axes(ax, ay, px, py, drawing.x, drawing.y), ...lines, ...dots] };
}

type Place = (value: number) => number;

function axes(ax: Axis | null, ay: Axis, px: Place, py: Place, x: string, y: string): Child[] {
  const floor = HIGH - BOTTOM;
  return [
    ...ay.ticks.flatMap((tick) => [
      s("line", { class: "guide", x1: LEFT, x2: WIDE - RIGHT, y1: round(py(tick)), y2: round(py(tick)) }),
      s("text", { class: "tick end", x: LEFT - 7, y: round(py(tick)) + 5 }, shown(tick)),
    ]),
    ...(ax?.ticks ?? []).flatMap((tick) => [
      s("line", { class: "guide", x1: round(px(tick)), x2: round(px(tick)), y1: TOP, y2: floor }),
      s("text", { class: "tick mid", x: round(px(tick)), y: floor + 18 }, shown(tick)),
    ]),
    x ? s("text", { class: "name mid", x: (LEFT + WIDE - RIGHT) / 2, y: HIGH - 8 }, x) : null,
    y ? s("text", { class: "name", x: 4, y: HIGH - 8 }, `↑ ${y}`) : null,
  ];
}

function legend(drawing: Plot): HTMLElement | null {
  const groups = groupsOf(drawing);
  const entries = [
    ...groups.map((name, at) => ({ name, mark: dot(11, 8, at) })),
    ...drawing.lines.map((line, at) => ({
      name: line.name,
      mark: s("path", {
        class: `${hueOf(groups.length + at)} line`,
        d: "M0 8h22",
        "stroke-dasharray": DASHES[at % DASHES.length] || null,
      }),
    })),
  ].filter(({ name }) => name);
  if (!entries.length) return null;
  const key = (mark: SVGElement) => s("svg", { viewBox: "0 0 22 16", "aria-hidden": "true" }, mark);
  return h("ul", { class: "key" }, ...entries.map(({ name, mark }) => h("li", {}, key(mark), name)));
}

const BAR = 30;
const NAME_WIDE = 110;
const VALUE_WIDE = 74;

/** Bars lie: names of any length stay readable on a narrow screen. */
function bars(drawing: Bars): Parts {
  const axis = axisOf(
    drawing.bars.map(([, value]) => value),
    true,
  );
  const at = scale(axis, NAME_WIDE, WIDE - VALUE_WIDE);
  const rows = drawing.bars.flatMap(([name, value], row): Child[] => {
    const [from, to] = [at(Math.min(0, value)), at(Math.max(0, value))];
    const middle = row * BAR + BAR / 2;
    return [
      s("rect", {
        class: "hue-1",
        x: round(from),
        y: row * BAR + 5,
        width: round(Math.max(1, to - from)),
        height: BAR - 10,
      }),
      s("text", { class: "tick end", x: NAME_WIDE - 8, y: middle + 5 }, cut(name, 7)),
      s("text", { class: "tick", x: round(to) + 6, y: middle + 5 }, `${shown(value)}${drawing.unit}`),
    ];
  });
  const high = drawing.bars.length * BAR;
  const zero = round(at(0));
  return { high, children: [...rows, s("line", { class: "axis", x1: zero, x2: zero, y1: 0, y2: high })] };
}

const cut = (text: string, most: number): string =>
  [...text].length > most ? `${[...text].slice(0, most - 1).join("")}…` : text;

function grid(drawing: Grid): Parts {
  const { cells, rows, columns } = drawing;
  const wide = cells[0]?.length ?? 1;
  const left = rows.length ? 92 : 0;
  const top = columns.length ? 28 : 0;
  const side = Math.min((WIDE - left) / wide, rows.length || wide <= NUMBERS_UP_TO ? 84 : 40);
  const tall = Math.min(side, 56);
  const values = cells.flat();
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const shade = (value: number) => round(0.05 + (0.5 * (value - least)) / (most - least || 1));
  const numbered = wide <= NUMBERS_UP_TO;
  const boxes = cells.flatMap((row, y) =>
    row.flatMap((value, x): Child[] => [
      s("rect", {
        class: "cell",
        x: round(left + x * side),
        y: round(top + y * tall),
        width: round(side),
        height: round(tall),
        "fill-opacity": numbered ? shade(value) : round(shade(value) * 1.8),
      }),
      numbered
        ? s(
            "text",
            { class: "tick mid", x: left + (x + 0.5) * side, y: top + (y + 0.5) * tall + 5 },
            shown(value),
          )
        : null,
    ]),
  );
  const names = [
    ...rows.map((name, y) =>
      s("text", { class: "tick end", x: left - 8, y: top + (y + 0.5) * tall + 5 }, cut(name, 6)),
    ),
    ...columns.map((name, x) =>
      s(
        "text",
        { class: "tick mid", x: left + (x + 0.5) * side, y: top - 9 },
        cut(name, Math.max(2, Math.floor(side / 15))),
      ),
    ),
  ];
  return { high: Math.ceil(top + cells.length * tall + 2), children: [...boxes, ...names] };
}
