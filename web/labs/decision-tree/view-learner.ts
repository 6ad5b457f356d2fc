// The learner at work: what it compares before each question, and how deep it may go.
import { button, type Child, h, section, share } from "../dom";
import type { Grove } from "./grove";
import type { NextStep } from "./model";
import { mixed } from "./model";
import { twoPiles } from "./view-hand";
import { pileName, questionText } from "./words";

export function learnerSection(grove: Grove): HTMLElement {
  const next = grove.next();
  const { shown } = grove.state.learner;
  const { questions } = grove.treeFacts("algorithm");
  const note = next ? `已经问了 ${questions} 个` : `种完了，${questions} 个问题`;
  const parts: Child[] = [depthPart(grove)];
  if (next && shown !== null) parts.push(comparing(grove, next));
  if (!next) parts.push(h("p", { class: "soft" }, "到了这个层数，或者每一堆都清楚了，它就停下。"));
  parts.push(
    h(
      "div",
      { class: "row lab-tools" },
      next && shown !== null
        ? button("问排在最前面的", () => grove.step(), { class: "go", key: "step", icon: "check" })
        : null,
      next ? button("一直种到底", () => grove.growAll(), { key: "grow", icon: "right" }) : null,
      questions ? button("从头再种", () => grove.startOver(), { key: "over", icon: "undo" }) : null,
    ),
  );
  return section("c-ask", "算法怎么挑问题", note, ...parts);
}

function depthPart(grove: Grove): HTMLElement {
  const { depth } = grove.state.learner;
  const out = h("output", {}, `${depth} 层`);
  const slider = h("input", {
    type: "range",
    min: 1,
    max: grove.settings.maxDepth,
    step: 1,
    value: depth,
    "data-key": "depth",
    "aria-label": "最多几层",
    "aria-valuetext": `${depth} 层`,
    input: () => {
      out.textContent = `${slider.value} 层`;
    },
    change: () => grove.setDepth(Number(slider.value)),
  });
  const to = (value: number) => grove.setDepth(value);
  return h(
    "div",
    { class: "depth" },
    h("span", {}, "最多"),
    button("少一层", () => to(depth - 1), { key: "less", disabled: depth <= 1 }),
    grove.settings.level === "primary" ? null : slider,
    button("多一层", () => to(depth + 1), { key: "more", disabled: depth >= grove.settings.maxDepth }),
    out,
  );
}

const MOST = 5;

function comparing(grove: Grove, { node, ranked }: NextStep): HTMLElement {
  const before = mixed(node.counts, grove.settings.criterion);
  const rows = ranked.slice(0, MOST).map((candidate, index) => {
    const bar = h("i");
    share(bar, before > 0 ? candidate.after / before : 0, "var(--d4)");
    return h(
      "li",
      { class: index === 0 ? "first" : "" },
      h("p", {}, h("b", {}, `${index + 1} `), questionText(grove.language, candidate.question)),
      h(
        "div",
        { class: "after" },
        h("span", { class: "bar", "aria-hidden": "true" }, bar),
        h("span", { class: "small soft" }, mixWord(before > 0 ? candidate.after / before : 0)),
      ),
      index === 0 ? twoPiles(grove, candidate.yes, candidate.no) : null,
    );
  });
  return h(
    "div",
    { class: "comparing" },
    h(
      "h3",
      {},
      `轮到框粗的这一堆：${pileName(node.path)}`,
      h("small", {}, `${node.rows.length} ${grove.table.measure}`),
    ),
    h("p", { class: "small soft" }, "每一列它都试过所有的问法，留下最好的一个。条越短，问完越不混。"),
    h("ol", {}, ...rows),
  );
}

function mixWord(left: number): string {
  if (left <= 0.001) return "问完全清楚了";
  if (left < 0.4) return "清楚多了";
  if (left < 0.75) return "清楚一些";
  return left < 0.95 ? "还是很混" : "几乎没变";
}
