// k-means: where the centres start, one half step after another, and how each start ended.
import { button, type Child, h, section } from "../dom";
import { SHAPE_SIGNS } from "../plane";
import type { Bench } from "./bench";
import { MOST_CENTRES } from "./state";

const NEXT = { assign: "归组：找最近的中心", move: "移动：中心到正中间", rest: "已经停下" } as const;

export function groupsSection(bench: Bench): HTMLElement {
  const { state } = bench;
  const many = (count: number) =>
    button(String(count), () => bench.setCentres(count), {
      key: `many-${count}`,
      label: `${count} 个中心`,
      pressed: state.centres.length === count,
    });
  const counts = Array.from({ length: MOST_CENTRES - 1 }, (_, i) => i + 2);
  return section(
    "c-groups",
    "不看种类，自己分组",
    null,
    h(
      "div",
      { class: "row", role: "group", "aria-label": "几个中心" },
      h("span", {}, "中心有几个"),
      ...counts.map(many),
    ),
    h("p", { class: "soft" }, "先把中心拖到你想开始的地方，再一步一步走。"),
    guessing(bench),
    h(
      "div",
      { class: "row" },
      button(NEXT[state.next], () => bench.step(), {
        class: "go",
        key: "step",
        after: "again",
        disabled: state.next === "rest" || !state.dots.length,
      }),
      state.next === "rest" ? null : button("走到底", () => bench.runOn(), { key: "run", after: "again" }),
      button("回到起点", () => bench.restart(state.start), { key: "again", icon: "undo" }),
      button("随便撒", () => bench.scatter(), { key: "scatter" }),
    ),
    h("p", { class: "verdict", "aria-live": "polite" }, standing(bench)),
    runs(bench),
  );
}

function guessing(bench: Bench): HTMLElement | null {
  const { asked, state } = bench;
  if (!asked || state.next !== "assign") return null;
  const answers = state.centres.map((_, i) =>
    button(`${SHAPE_SIGNS[i]} ${i + 1}`, () => bench.guessCentre(i), {
      key: `centre-${i}`,
      after: "step",
      label: `归中心 ${i + 1}`,
    }),
  );
  return h(
    "div",
    { class: "guessing" },
    h("p", {}, "先猜：圈出来的点，这一步归哪个中心？"),
    h("div", { class: "row" }, ...answers),
  );
}

function standing(bench: Bench): string {
  const { state, asked } = bench;
  if (!state.dots.length) return "纸上还没有点。先放几个。";
  if (!state.groups) return "还没有归组。";
  const reply =
    asked && asked.guess !== null
      ? asked.guess === asked.truth
        ? "猜对了。"
        : `圈出来的点归了中心 ${asked.truth + 1}，和你猜的不一样。`
      : "";
  const sizes = state.centres.map(
    (_, i) => `${i + 1} 组 ${state.groups?.filter((group) => group === i).length} 个`,
  );
  const spread = `散开的程度 ${Math.round(bench.spread())}`;
  const end = state.next === "rest" ? "没有点换组，停下了。" : "";
  return `${reply}${end}走了 ${state.rounds} 轮，${sizes.join("，")}，${spread}。`;
}

function runs(bench: Bench): Child {
  const { runs: kept } = bench.state;
  if (!kept.length)
    return h("p", { class: "soft" }, "走到底一次，这里记一行。换个起点再走，看看结果一样不一样。");
  return h(
    "div",
    { class: "runs" },
    h(
      "table",
      {},
      h("caption", {}, "散开的程度：每个点到自己中心的距离，先平方再加起来。越小，组越紧。"),
      h(
        "thead",
        {},
        h("tr", {}, ...["中心", "走了", "散开的程度"].map((text) => h("th", { scope: "col" }, text))),
      ),
      h(
        "tbody",
        {},
        ...kept.map((run) =>
          h(
            "tr",
            {},
            h("th", { scope: "row" }, `${run.groups} 个`),
            h("td", {}, `${run.rounds} 轮`),
            h("td", {}, Math.round(run.spread)),
          ),
        ),
      ),
    ),
  );
}
