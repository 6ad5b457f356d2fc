// Choosing a question for a pile: the column, then the limit or the choice, with both piles shown at once.

import { readAloud } from "../aloud";
import type { Column } from "../datasets";
import { button, type Child, h, s, section } from "../dom";
import type { Grove } from "./grove";
import { at, mixed, type Question, questionsOf, type Tree, thresholds, weigh } from "./model";
import { stack } from "./view-tree";
import { countsText, labelText, nodeText, questionText, valueText } from "./words";

/** What is being chosen; not kept. */
export interface HandPart {
  selected: string;
  column: string | null;
  /** Index of the limit or choice among those possible. */
  option: number;
}

export function handSection(grove: Grove, part: HandPart, draw: () => void): HTMLElement {
  const tree = grove.tree("hand");
  const node = at(tree, part.selected) ?? tree;
  return section(
    "c-ask",
    "问一个问题",
    pileNote(grove, node),
    h("div", {}, ...panel(grove, part, node, draw)),
    undoRow(grove),
  );
}

function pileNote(grove: Grove, node: Tree): string {
  return `这一堆有 ${node.rows.length} ${grove.table.measure}：${countsText(grove.language, node.counts)}`;
}

function undoRow(grove: Grove): HTMLElement | null {
  if (!grove.state.undo.length) return null;
  return h(
    "div",
    { class: "row lab-tools" },
    button("撤回一步", () => grove.undo(), { key: "undo", icon: "undo" }),
  );
}

function panel(grove: Grove, part: HandPart, node: Tree, draw: () => void): Child[] {
  if (node.question) {
    return [
      h("p", {}, nodeText(grove.language, node)),
      twoPiles(grove, node.yes?.counts ?? [], node.no?.counts ?? []),
      h("p", { class: "soft" }, "点下面的一堆接着问；觉得这个问题不好，就撤掉它。"),
      button("撤掉这个问题", () => grove.takeAway(node.path), { key: "take-away", icon: "cross" }),
    ];
  }
  if (mixed(node.counts, "gini") === 0)
    return [h("p", {}, `这一堆都是${labelText(grove.language, node.says)}，不用再问了。点别的堆接着问。`)];
  if (node.path.length >= grove.settings.maxDepth)
    return [h("p", {}, `已经问了 ${node.path.length} 层，这里不能再深了。点别的堆，或者撤回换一种问法。`)];
  return [columnPart(grove, part, node, draw), optionPart(grove, part, node, draw)];
}

function columnPart(grove: Grove, part: HandPart, node: Tree, draw: () => void): HTMLElement {
  const able = grove.settings.columns.filter((column) => questionsOf(node.rows, column).length > 0);
  if (!able.some((column) => column.key === part.column)) part.column = null;
  return h(
    "div",
    { class: "row target", role: "group", "aria-label": "问哪一列" },
    h("span", {}, "问"),
    ...able.map((column) =>
      button(
        column.text,
        () => {
          part.column = column.key;
          part.option = Math.floor(questionsOf(node.rows, column).length / 2);
          draw();
        },
        { key: `column-${column.key}`, pressed: part.column === column.key },
      ),
    ),
  );
}

function optionPart(grove: Grove, part: HandPart, node: Tree, draw: () => void): HTMLElement {
  const column = grove.settings.columns.find((one) => one.key === part.column);
  if (!column) return h("p", { class: "soft" }, "选一列，看看这一堆怎么分。");
  const questions = questionsOf(node.rows, column);
  part.option = Math.min(part.option, questions.length - 1);
  const question = questions[part.option];
  if (!question) return h("p", { class: "soft" }, "这一列在这一堆里都一样，分不开。");
  const preview = h("div", { class: "preview", "aria-live": "polite" });
  const show = (asked: Question) => {
    const { yes, no } = weigh(node.rows, asked, grove.labels, grove.settings.criterion);
    preview.replaceChildren(
      h("p", { class: "verdict", id: "tree-question" }, questionText(grove.language, asked)),
      twoPiles(grove, yes, no),
    );
  };
  show(question);
  const askIt = () => {
    const chosen = questions[part.option];
    if (chosen && grove.ask(node.path, chosen)) {
      part.selected = node.path;
      part.column = null;
      draw();
    }
  };
  return h(
    "div",
    { class: "asking" },
    column.kind === "number"
      ? limitPart(grove, part, node, column, questions, show)
      : choicePart(part, questions, draw),
    preview,
    grove.settings.level === "primary" ? readAloud("tree-question") : null,
    button("就这样问", askIt, { class: "go", key: "ask", icon: "check" }),
  );
}

function choicePart(part: HandPart, questions: Question[], draw: () => void): HTMLElement {
  return h(
    "div",
    { class: "row target", role: "group", "aria-label": "是哪一种" },
    h("span", {}, "是不是"),
    ...questions.map((question, index) =>
      button(
        question.kind === "choice" ? question.is : "",
        () => {
          part.option = index;
          draw();
        },
        { key: `choice-${index}`, pressed: part.option === index },
      ),
    ),
  );
}

/** Each row a dot over its value, and a slider that moves the limit between neighbouring values. */
function limitPart(
  grove: Grove,
  part: HandPart,
  node: Tree,
  column: Column,
  questions: Question[],
  show: (question: Question) => void,
): HTMLElement {
  const strip = dotStrip(grove, node, column);
  const limits = thresholds(node.rows, column.key);
  strip.move(limits[part.option] ?? 0);
  const slider = h("input", {
    type: "range",
    min: 0,
    max: questions.length - 1,
    step: 1,
    value: part.option,
    "data-key": "limit",
    "aria-label": `${column.text}的分界`,
    "aria-valuetext": `不超过 ${valueText(grove.language, column.key, limits[part.option])}`,
    input: () => {
      part.option = Number(slider.value);
      const question = questions[part.option];
      const limit = limits[part.option] ?? 0;
      slider.setAttribute("aria-valuetext", `不超过 ${valueText(grove.language, column.key, limit)}`);
      strip.move(limit);
      if (question) show(question);
    },
  });
  return h("div", { class: "limit" }, strip.element, slider);
}

function dotStrip(
  grove: Grove,
  node: Tree,
  column: Column,
): { element: SVGSVGElement; move: (limit: number) => void } {
  const values = node.rows.map((row) => Number(row.values[column.key]));
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const W = 320;
  const LANE = 18;
  const x = (value: number) => 10 + ((value - low) / (high - low || 1)) * (W - 20);
  const height = grove.labels.length * LANE + 22;
  const dots = node.rows.map((row) => {
    const lane = grove.labels.indexOf(row.label);
    return s("circle", {
      cx: x(Number(row.values[column.key])),
      cy: lane * LANE + 10,
      r: 4.5,
      class: `hue-${lane + 1}`,
    });
  });
  const line = s("path", { class: "cut" });
  const element = s(
    "svg",
    {
      class: "strip-dots",
      viewBox: `0 0 ${W} ${height}`,
      role: "img",
      "aria-label": `每个点是一${grove.table.measure}，从左到右${column.text}从 ${valueText(grove.language, column.key, low)} 到 ${valueText(grove.language, column.key, high)}，一行一种`,
    },
    ...dots,
    line,
    s("text", { x: 10, y: height - 3 }, valueText(grove.language, column.key, low)),
    s("text", { x: W - 10, y: height - 3, class: "end" }, valueText(grove.language, column.key, high)),
  );
  const move = (limit: number) => line.setAttribute("d", `M${x(limit)} 0V${height - 16}`);
  return { element, move };
}

export function twoPiles(grove: Grove, yes: number[], no: number[]): HTMLElement {
  const pile = (word: string, counts: number[]) =>
    h("div", { class: "pile-row" }, h("b", {}, word), stack(grove, counts));
  return h("div", { class: "piles" }, pile("是", yes), pile("否", no));
}
