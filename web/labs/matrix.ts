// A confusion matrix as a table: rows what it really is, columns what the machine said; a cell may be opened.
import { h } from "./dom";

export interface Cell {
  truth: number;
  said: number;
}

export interface MatrixOptions {
  /** Counts: [truth][said]. */
  counts: number[][];
  names: string[];
  open: Cell | null;
  choose: (cell: Cell | null) => void;
}

function cellOf({ names, open, choose }: MatrixOptions, truth: number, said: number, n: number): HTMLElement {
  if (!n) return h("td", {}, "0");
  const isOpen = open?.truth === truth && open.said === said;
  return h(
    "td",
    { class: truth === said ? "hit" : "miss" },
    h(
      "button",
      {
        type: "button",
        "data-key": `cell-${truth}-${said}`,
        "aria-expanded": String(isOpen),
        click: () => choose(isOpen ? null : { truth, said }),
      },
      h("span", { class: "say" }, `真的是${names[truth]}，它说是${names[said]}：`),
      n,
      h("small", {}, truth === said ? "认对" : "认错"),
    ),
  );
}

/** In a frame of its own, which scrolls where the screen is narrow. */
export function matrixTable(options: MatrixOptions): HTMLElement {
  const { counts, names } = options;
  const head = h(
    "thead",
    {},
    h(
      "tr",
      {},
      h("td", { class: "corner" }),
      h("th", { colspan: names.length, class: "axis", scope: "colgroup" }, "它说是"),
    ),
    h(
      "tr",
      {},
      h("th", { class: "axis left", scope: "col" }, "真的是"),
      ...names.map((name) => h("th", { scope: "col" }, name)),
    ),
  );
  const rows = counts.map((row, truth) =>
    h(
      "tr",
      {},
      h("th", { scope: "row" }, names[truth]),
      ...row.map((n, said) => cellOf(options, truth, said, n)),
    ),
  );
  const table = h(
    "table",
    { class: "cm" },
    h("caption", { class: "say" }, "混淆矩阵：行是真的东西，列是它说的。"),
    head,
    h("tbody", {}, ...rows),
  );
  return h(
    "div",
    { class: "scroll wide-matrix", tabindex: 0, role: "region", "aria-label": "混淆矩阵" },
    table,
  );
}
