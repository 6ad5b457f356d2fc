// Leading one row down the tree, and the table it comes from.

import { readAloud } from "../aloud";
import type { Row } from "../datasets";
import { button, type Child, h, section } from "../dom";
import type { Grove } from "./grove";
import { at } from "./model";
import { questionText, valueText } from "./words";

export function traceSection(grove: Grove): HTMLElement {
  const tree = grove.tree();
  const note = `走过 ${grove.state.traced.length} ${grove.table.measure}`;
  if (!tree.question)
    return section(
      "c-trace",
      `带一${grove.table.measure}走一遍`,
      note,
      h("p", { class: "soft" }, "树上有了问题，才能走。"),
    );
  const { walk } = grove;
  const rows = order(grove);
  const parts: Child[] = [];
  if (!walk) parts.push(h("p", { class: "soft" }, "替它回答每个问题，看它落到哪一堆。"));
  else parts.push(card(grove, walk.row), step(grove));
  const current = walk ? rows.indexOf(walk.row) : -1;
  const next = rows[(current + 1) % rows.length];
  if (next && (!walk || walk.arrived))
    parts.push(
      h(
        "div",
        { class: "row lab-tools" },
        button(
          walk ? `换一${grove.table.measure}再走` : `拿一${grove.table.measure}来`,
          () => grove.startWalk(next),
          {
            key: "walk",
            after: "turn-yes",
            icon: "right",
          },
        ),
      ),
    );
  return section("c-trace", `带一${grove.table.measure}走一遍`, note, ...parts);
}

/** Rows not led down yet first, unseen ones before those learnt from. */
function order(grove: Grove): Row[] {
  const all = [...grove.settings.test, ...grove.settings.train];
  const fresh = all.filter((row) => !grove.state.traced.includes(row.no) || row === grove.walk?.row);
  return fresh.length ? fresh : all;
}

function card(grove: Grove, row: Row): HTMLElement {
  const facts = grove.settings.columns.map((column) =>
    h(
      "div",
      {},
      h("dt", {}, column.text),
      h("dd", {}, valueText(grove.language, column.key, row.values[column.key])),
    ),
  );
  return h(
    "div",
    { class: "row-card" },
    h(
      "p",
      {},
      h("strong", {}, `第 ${row.no} ${grove.table.measure}`),
      row.part === "test" ? "，没见过的" : "，学过的",
    ),
    h("dl", {}, ...facts),
  );
}

function step(grove: Grove): HTMLElement {
  const { walk } = grove;
  const node = walk ? at(grove.tree(), walk.path) : null;
  const reply = walk?.reply ? h("p", { class: walk.arrived ? "verdict" : "soft" }, walk.reply) : null;
  if (!walk || !node?.question || walk.arrived) return h("div", { "aria-live": "polite" }, reply);
  return h(
    "div",
    { class: "walk", "aria-live": "polite" },
    reply,
    h("p", { class: "verdict", id: "tree-asks" }, questionText(grove.language, node.question)),
    grove.settings.level === "primary" ? readAloud("tree-asks") : null,
    h(
      "div",
      { class: "row" },
      button("是", () => grove.turn(true), { key: "turn-yes", after: "walk", class: "way" }),
      button("否", () => grove.turn(false), { key: "turn-no", after: "walk", class: "way" }),
    ),
  );
}

export function tableSection(grove: Grove): HTMLElement {
  const { columns, train, test } = grove.settings;
  const name = (row: Row) => grove.table.labels.find(({ key }) => key === row.label)?.text ?? row.label;
  const line = (row: Row): HTMLElement =>
    h(
      "tr",
      {},
      h("th", { scope: "row" }, row.no),
      ...columns.map((column) => h("td", {}, valueText(grove.language, column.key, row.values[column.key]))),
      h("td", {}, name(row)),
    );
  return h(
    "details",
    { class: "twin data" },
    h(
      "summary",
      {},
      `看看数据：给树学的 ${train.length} ${grove.table.measure}，另有 ${test.length} ${grove.table.measure}留着考`,
    ),
    h(
      "div",
      { class: "scroll", tabindex: 0, role: "region", "aria-label": "给树学的数据" },
      h(
        "table",
        { class: "tb" },
        h(
          "thead",
          {},
          h(
            "tr",
            {},
            h("th", { scope: "col" }, "号"),
            ...columns.map((column) => h("th", { scope: "col" }, column.text)),
            h("th", { scope: "col" }, grove.table.labelText),
          ),
        ),
        h("tbody", {}, ...train.map(line)),
      ),
    ),
  );
}
