// Where it goes wrong: the confusion matrix, the pair confused most, and results by kind of picture.
import { button, type Child, h, icon, section } from "../dom";
import type { Bench } from "./bench";
import { confusedPairs, confusion, count, mostConfused } from "./model";
import { lastRun, type Run } from "./state";
import { pictureImage } from "./view-train";

/** The cell of the table the pupil has opened: row and column. */
export interface Cell {
  truth: string;
  said: string;
}

export function matrixSection(
  bench: Bench,
  cell: Cell | null,
  openCell: (cell: Cell | null) => void,
): HTMLElement | null {
  const run = lastRun(bench.state);
  if (!run?.answers) return null;
  const parts: Child[] = [];
  if (bench.settings.matrix) {
    parts.push(matrixTable(bench, run, cell, openCell));
    if (cell) parts.push(cellPictures(bench, run, cell));
    parts.push(confusedPart(bench));
  }
  if (bench.settings.groups) parts.push(groupsPart(bench));
  if (!parts.length) return null;
  return section("c-cm", "它错在哪", bench.settings.matrix ? "点一格，看是哪几张" : null, ...parts);
}

function matrixTable(
  bench: Bench,
  run: Run,
  cell: Cell | null,
  openCell: (cell: Cell | null) => void,
): HTMLElement {
  const labels = bench.labels();
  const matrix = confusion(run.answers ?? [], labels);
  const names = labels.map((label) => bench.className(label));
  const body = labels.map((truth, i) =>
    h(
      "tr",
      {},
      h("th", { scope: "row" }, names[i]),
      ...labels.map((said, j) => {
        const n = matrix[i]?.[j] ?? 0;
        if (!n) return h("td", {}, "0");
        const word = i === j ? "认对" : "认错";
        const open = cell?.truth === truth && cell.said === said;
        return h(
          "td",
          { class: i === j ? "hit" : "miss" },
          h(
            "button",
            {
              type: "button",
              "data-key": `cell-${truth}-${said}`,
              "aria-expanded": String(open),
              click: () => openCell(open ? null : { truth, said }),
            },
            h("span", { class: "say" }, `真的是${names[i]}，它说是${names[j]}：`),
            n,
            h("small", {}, word),
          ),
        );
      }),
    ),
  );
  return h(
    "table",
    { class: "cm" },
    h("caption", { class: "say" }, "混淆矩阵：行是真的东西，列是它说的。"),
    h(
      "thead",
      {},
      h(
        "tr",
        {},
        h("td", { class: "corner" }),
        h("th", { colspan: labels.length, class: "axis", scope: "colgroup" }, "它说是"),
      ),
      h(
        "tr",
        {},
        h("th", { class: "axis left", scope: "col" }, "真的是"),
        ...names.map((name) => h("th", { scope: "col" }, name)),
      ),
    ),
    h("tbody", {}, ...body),
  );
}

function cellPictures(bench: Bench, run: Run, cell: Cell): HTMLElement {
  const ids = (run.answers ?? []).filter((one) => one.truth === cell.truth && one.said === cell.said);
  const words = cell.truth === cell.said ? "都认对了" : `它说成了${bench.className(cell.said)}`;
  return h(
    "div",
    { class: "cell-pics" },
    h("h3", {}, `${ids.length} 张${bench.className(cell.truth)}，${words}`),
    h(
      "div",
      { class: "pics" },
      ...ids.map((one) =>
        h(
          "button",
          {
            type: "button",
            class: "pickup",
            "data-key": `cell-pic-${one.id}`,
            "aria-label": `${bench.says(one.id)}。点开看`,
            click: () => void bench.open(one.id, one.truth),
          },
          pictureImage(bench, one.id),
        ),
      ),
    ),
  );
}

function confusedPart(bench: Bench): HTMLElement | null {
  const answers = bench.answers() ?? [];
  if (!mostConfused(answers, bench.labels()).length)
    return h("p", { class: "soft" }, "这次没有认错的，没有哪两类弄混。");
  const said = bench.state.confusedSaid;
  const right = bench.confusedRight();
  const pairs = confusedPairs(answers, bench.labels()).sort((x, y) =>
    `${x.a}${x.b}`.localeCompare(`${y.a}${y.b}`),
  );
  return h(
    "div",
    { class: "reasons" },
    h("h3", {}, "哪两类最容易弄混？"),
    h(
      "div",
      { class: "row", role: "group", "aria-label": "哪两类最容易弄混" },
      ...pairs.map(({ a, b }) =>
        button(`${bench.className(a)}和${bench.className(b)}`, () => bench.sayConfused(`${a}|${b}`), {
          key: `pair-${a}-${b}`,
          pressed: said === `${a}|${b}`,
        }),
      ),
    ),
    said
      ? h(
          "p",
          { class: right ? "b right" : "soft" },
          right ? icon("check") : null,
          right
            ? "对，这两类认错的最多。"
            : "还差一点。沿“真的是”那一行走，找认错的格子里最大的数；来回两个方向加在一起。",
        )
      : null,
  );
}

function groupsPart(bench: Bench): HTMLElement {
  const groups = bench.set.traits
    .map(({ key, text }) => ({ text, counted: count(bench.withTrait(key)) }))
    .filter(({ counted }) => counted.all > 0);
  return h(
    "div",
    { class: "groups" },
    h("h3", {}, "分开数一数", h("small", {}, "没见过的图片")),
    h("ul", { class: "tally" }, ...groups.map(({ text, counted }) => tallyRow(text, counted))),
  );
}

function tallyRow(name: string, counted: { right: number; all: number }): HTMLElement {
  const marks = Array.from({ length: counted.all }, (_, i) =>
    h("i", { class: i < counted.right ? "yes" : "no" }),
  );
  return h(
    "li",
    {},
    h("span", {}, name),
    h("span", { class: "marks", "aria-hidden": "true" }, ...marks),
    h(
      "span",
      { class: "soft" },
      `${counted.all} 张，${counted.right === counted.all ? "全认对" : `认对 ${counted.right} 张`}`,
    ),
  );
}
