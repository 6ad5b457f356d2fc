// Results: what was learnt from and what was not, side by side; both trees; how depth changes them.
import { button, type Child, h, s, section, share } from "../dom";
import type { TreeFacts } from "./checks";
import type { Grove } from "./grove";
import type { Count } from "./model";
import type { Point } from "./state";

const NAMES = { hand: "自己的树", algorithm: "算法的树" } as const;

export function scoreSection(grove: Grove): HTMLElement {
  const { which } = grove.state;
  const mine = grove.treeFacts(which);
  const both = grove.settings.mode === "both" ? (["hand", "algorithm"] as const) : ([which] as const);
  const parts: Child[] = [table(grove, [...both])];
  if (mine.questions > 0 && !mine.test)
    parts.push(
      button("考一考没见过的", () => grove.test(which), { class: "go", key: "test", icon: "right" }),
    );
  if (!mine.questions) parts.push(h("p", { class: "soft" }, "还没有问题。先问一个，再来考。"));
  if (grove.state.points.length && grove.settings.level !== "primary") parts.push(plotPart(grove));
  return section(
    "c-score",
    "两个成绩分开看",
    `考题有 ${grove.settings.test.length} ${grove.table.measure}，没给树看过`,
    ...parts,
  );
}

function table(grove: Grove, rows: ("hand" | "algorithm")[]): HTMLElement {
  const row = (which: "hand" | "algorithm"): HTMLElement => {
    const facts = grove.treeFacts(which);
    return h(
      "tr",
      {},
      h("th", { scope: "row" }, NAMES[which], h("small", {}, sizeText(facts))),
      scoreCell(grove, facts.questions ? facts.train : null, "还没种"),
      scoreCell(grove, facts.test, facts.questions ? "还没考" : "还没种"),
    );
  };
  return h(
    "div",
    { class: "runs" },
    h(
      "table",
      {},
      h(
        "thead",
        {},
        h("tr", {}, h("td"), h("th", { scope: "col" }, "学过的"), h("th", { scope: "col" }, "没见过的")),
      ),
      h("tbody", {}, ...rows.map(row)),
    ),
  );
}

function sizeText(facts: TreeFacts): string {
  return facts.questions ? `${facts.questions} 个问题，${facts.depth} 层` : "";
}

function scoreCell(grove: Grove, count: Count | null, otherwise: string): HTMLElement {
  if (!count) return h("td", { class: "soft" }, otherwise);
  const bar = h("i");
  share(bar, count.all ? count.right / count.all : 0);
  const { measure } = grove.table;
  const words =
    count.right === count.all
      ? `${count.all} ${measure}，全分对`
      : `${count.all} ${measure}，分对 ${count.right} ${measure}`;
  return h("td", {}, h("span", { class: "bar", "aria-hidden": "true" }, bar), words);
}

const PLOT = { w: 360, h: 190, left: 46, right: 74, top: 14, bottom: 34 };

/** Every depth the pupil has tested is a pair of marks; the table says the same. */
function plotPart(grove: Grove): HTMLElement {
  const { points } = grove.state;
  return h(
    "div",
    { class: "by-depth" },
    h("h3", {}, "层数和成绩", h("small", {}, "每考一个层数，图上多一对点")),
    plot(grove, points),
    h(
      "details",
      { class: "twin" },
      h("summary", {}, "用表看"),
      h(
        "table",
        { class: "tb" },
        h(
          "thead",
          {},
          h("tr", {}, ...["层数", "学过的", "没见过的"].map((text) => h("th", { scope: "col" }, text))),
        ),
        h("tbody", {}, ...points.map((point) => pointRow(point))),
      ),
    ),
    h("p", { class: "soft" }, readPoints(points)),
  );
}

function pointRow({ depth, train, test }: Point): HTMLElement {
  const words = ({ right, all }: Count) => `${all} 里分对 ${right}`;
  return h(
    "tr",
    {},
    h("th", { scope: "row" }, `${depth} 层`),
    h("td", {}, words(train)),
    h("td", {}, words(test)),
  );
}

function plot(grove: Grove, points: Point[]): SVGSVGElement {
  const most = grove.settings.maxDepth;
  const x = (depth: number) =>
    PLOT.left + ((depth - 1) / Math.max(1, most - 1)) * (PLOT.w - PLOT.left - PLOT.right);
  const y = (count: Count) =>
    PLOT.top + (1 - count.right / (count.all || 1)) * (PLOT.h - PLOT.top - PLOT.bottom);
  const path = (pick: (point: Point) => Count) =>
    points.map((point, i) => `${i ? "L" : "M"}${x(point.depth)} ${y(pick(point))}`).join("");
  const last = points[points.length - 1];
  const bottom = PLOT.h - PLOT.bottom;
  const apart = last ? Math.abs(y(last.train) - y(last.test)) : 99;
  const lift = apart < 18 ? (18 - apart) / 2 : 0;
  const marks = points.flatMap((point) => [
    s("circle", { class: "learnt", cx: x(point.depth), cy: y(point.train), r: 5 }),
    s("rect", { class: "unseen", x: x(point.depth) - 5, y: y(point.test) - 5, width: 10, height: 10 }),
  ]);
  return s(
    "svg",
    {
      class: "depth-plot",
      viewBox: `0 0 ${PLOT.w} ${PLOT.h}`,
      role: "img",
      "aria-label": `层数和成绩：${readPoints(points)}`,
    },
    s("path", { class: "ax", d: `M${PLOT.left} ${PLOT.top}V${bottom}H${PLOT.w - PLOT.right}` }),
    s("text", { x: PLOT.left - 6, y: PLOT.top + 6, class: "end" }, "全对"),
    s("text", { x: PLOT.left - 6, y: (PLOT.top + bottom) / 2 + 5, class: "end" }, "一半"),
    ...Array.from({ length: most }, (_, i) =>
      s("text", { x: x(i + 1), y: bottom + 18, class: "mid" }, i + 1),
    ),
    s("text", { x: PLOT.w - PLOT.right + 8, y: bottom + 18 }, "层"),
    s("path", { class: "learnt", d: path((point) => point.train) }),
    s("path", { class: "unseen", d: path((point) => point.test) }),
    ...marks,
    last ? s("text", { x: x(last.depth) + 10, y: y(last.train) + 5 - lift }, "学过的") : null,
    last ? s("text", { x: x(last.depth) + 10, y: y(last.test) + 5 + lift }, "没见过的") : null,
  );
}

/** What the marks show, in a sentence; only what has been tested is spoken of. */
function readPoints(points: Point[]): string {
  const [first] = points;
  if (!first || points.length < 2) return "再换一个层数考一考，就能比较了。";
  const best = points.reduce((a, b) => (b.test.right > a.test.right ? b : a), first);
  const deepest = points[points.length - 1] ?? first;
  const start = `考过的层数里，没见过的在 ${best.depth} 层时分对最多。`;
  return deepest.depth > best.depth &&
    deepest.train.right > best.train.right &&
    deepest.test.right < best.test.right
    ? `${start}到了 ${deepest.depth} 层，学过的分对更多，没见过的反而少了。`
    : start;
}
