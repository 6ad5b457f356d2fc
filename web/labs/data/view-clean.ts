// Cleaning: look for what is wrong, say what it is, mend it; counts before and after.

import type { Row } from "../datasets";
import { button, type Child, h, section } from "../dom";
import type { Bench } from "./bench";
import { FAULTS, type Fault, type FaultKind, waysFor } from "./model";
import { SHIFTS } from "./state";
import { FAULT_TEXT, MEND_TEXT, SHIFT_TEXT } from "./words";

export interface Diagnosis {
  /** The cell being looked at; "" is the whole row, null none yet. */
  column: string | null;
  fault: Fault | null;
  said: string;
}

export function cleanSection(bench: Bench, diagnosis: Diagnosis, draw: () => void): HTMLElement {
  const { state } = bench;
  const left = bench.left();
  return section(
    "c-clean",
    left.length ? "这张表里有错，把它们找出来" : "洗干净了",
    `${bench.settings.train.length} 行`,
    state.shift === null && left.length ? guessing(bench) : null,
    counts(bench),
    left.length ? null : outcome(bench),
    state.shift !== null && left.length ? sorting(bench) : null,
    state.shift !== null && left.length ? inspector(bench, diagnosis, draw) : null,
    state.shift !== null ? table(bench, diagnosis) : null,
    state.mends.length ? button("退回上一步", () => bench.undo(), { key: "undo", icon: "undo" }) : null,
  );
}

function guessing(bench: Bench): HTMLElement {
  return h(
    "div",
    { class: "guessing" },
    h("p", {}, `许多人一起登记，难免写错。先猜：${bench.shiftAbout}会……`),
    h(
      "div",
      { class: "row" },
      ...SHIFTS.map((one) => button(SHIFT_TEXT[one], () => bench.guessShift(one), { key: `shift-${one}` })),
    ),
  );
}

function counts(bench: Bench): Child {
  if (bench.state.shift === null) return null;
  const [before, left] = [bench.found(), bench.left()];
  const of = (all: Fault[], kind: FaultKind) => all.filter((one) => one.kind === kind).length;
  const rows = FAULTS.map(
    (kind) => [FAULT_TEXT[kind], of(before, kind) - of(left, kind), of(left, kind)] as const,
  );
  return h(
    "div",
    { class: "runs" },
    h(
      "table",
      {},
      h(
        "caption",
        {},
        `一共 ${before.length} 处，处理了 ${before.length - left.length} 处，还有 ${left.length} 处`,
      ),
      h(
        "thead",
        {},
        h("tr", {}, ...["哪种错", "处理了", "还有"].map((text) => h("th", { scope: "col" }, text))),
      ),
      h(
        "tbody",
        {},
        ...rows.map(([text, done, rest]) =>
          h("tr", {}, h("th", { scope: "row" }, text), h("td", {}, `${done} 处`), h("td", {}, `${rest} 处`)),
        ),
      ),
    ),
  );
}

function outcome(bench: Bench): HTMLElement {
  const { feature } = bench.settings;
  const { before, after } = bench.means();
  const [came, guess] = [bench.shift(), bench.state.shift];
  const met =
    guess === null || !came ? "" : came === guess ? "和你猜的一样。" : `你猜的是${SHIFT_TEXT[guess]}。`;
  return h(
    "p",
    { class: "verdict", tabindex: -1, "data-rest": true },
    `“${feature.text}”的平均数：洗以前 ${before.toFixed(1)} ${feature.unit}，洗以后 ${after.toFixed(1)} ${feature.unit}。${met}剩 ${bench.rows().length} 行。`,
  );
}

function sorting(bench: Bench): HTMLElement {
  const pick = (key: string, text: string) =>
    button(text, () => bench.sortBy(key), { key: `sort-${key}`, pressed: bench.state.sort === key });
  return h(
    "div",
    { class: "row", role: "group", "aria-label": "怎么排" },
    h("span", {}, "怎么排："),
    pick("", "登记的先后"),
    ...bench.settings.columns.map(({ key, text }) => pick(key, text)),
  );
}

function sorted(bench: Bench): Row[] {
  const { sort } = bench.state;
  const rows = bench.rows();
  const column = bench.settings.columns.find(({ key }) => key === sort);
  if (!column) return rows;
  const order = (row: Row) => {
    const n = Number(row.values[column.key]);
    return column.kind === "choice"
      ? column.choices.indexOf(String(row.values[column.key]))
      : Number.isNaN(n)
        ? -1e9
        : n;
  };
  const rest = (row: Row) => bench.settings.columns.map(({ key }) => String(row.values[key])).join();
  return [...rows].sort((a, b) => order(a) - order(b) || rest(a).localeCompare(rest(b)) || a.no - b.no);
}

const shown = (value: number | string | undefined): string =>
  typeof value === "number" ? (Number.isNaN(value) ? "（空）" : String(value)) : String(value ?? "");

function table(bench: Bench, diagnosis: Diagnosis): HTMLElement {
  const { columns } = bench.settings;
  const { labels, labelText } = bench.set;
  const look = (row: Row) => {
    Object.assign(diagnosis, { column: null, fault: null, said: "" });
    bench.look(bench.state.at === row.no ? null : row.no);
  };
  const line = (row: Row) =>
    h(
      "tr",
      { class: bench.state.at === row.no ? "here" : "" },
      h(
        "th",
        { scope: "row" },
        button(String(row.no), () => look(row), {
          key: `row-${row.no}`,
          after: "stage-clean",
          label: `看第 ${row.no} 行`,
          pressed: bench.state.at === row.no,
        }),
      ),
      ...columns.map(({ key }) => h("td", {}, shown(row.values[key]))),
      h("td", {}, labels.find(({ key }) => key === row.label)?.text ?? ""),
    );
  const heads = columns.map(({ text, unit }) => (unit ? `${text}（${unit}）` : text));
  return h(
    "div",
    { class: "scroll sheet-rows", tabindex: 0, role: "region", "aria-label": "登记表" },
    h(
      "table",
      {},
      h("caption", { class: "say" }, "登记表，点行号看那一行"),
      h(
        "thead",
        {},
        h("tr", {}, ...["行", ...heads, labelText].map((text) => h("th", { scope: "col" }, text))),
      ),
      h("tbody", {}, ...sorted(bench).map(line)),
    ),
  );
}

function inspector(bench: Bench, diagnosis: Diagnosis, draw: () => void): HTMLElement {
  const row = bench.rows().find(({ no }) => no === bench.state.at);
  if (!row)
    return h(
      "p",
      { class: "soft" },
      "哪一行可疑？点它的行号。换个排法，怪的数会跑到两头，一样的行会挨在一起。",
    );
  const set = (given: Partial<Diagnosis>) => {
    Object.assign(diagnosis, given);
    draw();
  };
  const { columns } = bench.settings;
  const cells: [string, string][] = [
    ...columns
      .filter(({ kind }) => kind === "number")
      .map(({ key, text, unit }): [string, string] => [key, `${text} ${shown(row.values[key])} ${unit}`]),
    ["", "整行"],
  ];
  const kinds = diagnosis.column === "" ? (["twice"] as const) : FAULTS.filter((kind) => kind !== "twice");
  const say = (kind: FaultKind) => {
    const column = diagnosis.column ?? "";
    const right = bench.isFault(row.no, column, kind);
    set(
      right
        ? { fault: { no: row.no, column, kind }, said: "" }
        : { fault: null, said: `这里不是“${FAULT_TEXT[kind]}”。再看看数和单位。` },
    );
  };
  return h(
    "div",
    { class: "guessing inspector", role: "group", "aria-label": `第 ${row.no} 行` },
    h("h3", {}, `第 ${row.no} 行哪里不对？`),
    h(
      "div",
      { class: "row" },
      ...cells.map(([key, text]) =>
        button(text, () => set({ column: key, fault: null, said: "" }), {
          key: `cell-${key}`,
          pressed: diagnosis.column === key,
        }),
      ),
    ),
    diagnosis.column === null
      ? null
      : h(
          "div",
          { class: "row", role: "group", "aria-label": "怎么不对" },
          h("span", {}, "它是："),
          ...kinds.map((kind) =>
            button(FAULT_TEXT[kind], () => say(kind), {
              key: `kind-${kind}`,
              pressed: diagnosis.fault?.kind === kind,
            }),
          ),
        ),
    diagnosis.said ? h("p", { class: "verdict" }, diagnosis.said) : null,
    diagnosis.fault ? mending(bench, diagnosis) : null,
  );
}

function mending(bench: Bench, diagnosis: Diagnosis): Child {
  const { fault } = diagnosis;
  if (!fault) return null;
  return h(
    "div",
    { class: "row", role: "group", "aria-label": "怎么办" },
    h("span", {}, "说对了。怎么办："),
    ...waysFor(fault.kind).map((how) =>
      button(
        MEND_TEXT[how],
        () => {
          Object.assign(diagnosis, { column: null, fault: null, said: "" });
          bench.mend(fault, how);
        },
        { key: `mend-${how}`, after: "stage-clean" },
      ),
    ),
  );
}
