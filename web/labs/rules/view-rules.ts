// Putting a rule together, the rules there are, and how they settle a dispute.
import type { Drawn } from "../datasets";
import { button, type Child, h, s, section } from "../dom";
import { type Bench, STRATEGY_TEXT } from "./bench";
import { MOST_PRIORITY } from "./state";

/** The strokes of a thing on a sheet of 24 by 24; its name stands beside it. */
export function drawing(draw: string, big = false): Child {
  if (!draw) return null;
  return s(
    "svg",
    { class: big ? "drawing big" : "drawing", viewBox: "0 0 24 24", "aria-hidden": "true" },
    s("path", { d: draw }),
  );
}

/** A button with a picture before its word. */
export function tile(thing: Drawn, act: () => void, options: Parameters<typeof button>[2]): HTMLElement {
  const made = button(thing.text, act, { ...options, class: "tile" });
  const picture = drawing(thing.draw);
  if (picture) made.prepend(picture as Node);
  return made;
}

export function builderSection(bench: Bench): HTMLElement {
  const { settings, state, lacking } = bench;
  const { draft } = state;
  const ifs = (things: Drawn[]) =>
    things.map((one) =>
      tile(one, () => bench.toggleIf(one.key), {
        key: `if-${one.key}`,
        label: `如果：${one.text}`,
        pressed: draft.if.includes(one.key),
      }),
    );
  const thens = (things: Drawn[]) =>
    things.map((one) =>
      tile(one, () => bench.setThen(one.key), {
        key: `then-${one.key}`,
        label: `那么：${one.text}`,
        pressed: draft.so === one.key,
      }),
    );
  const whole = draft.if.length > 0 && draft.so !== "";
  return section(
    "c-build",
    "写一条规则",
    null,
    h("h3", {}, "如果", h("small", {}, "可以选几个，要都符合")),
    h("div", { class: "tiles", role: "group", "aria-label": "如果" }, ...ifs(settings.facts)),
    settings.middles.length
      ? h("div", { class: "tiles", role: "group", "aria-label": "如果已经推出" }, ...ifs(settings.middles))
      : null,
    h("h3", {}, "那么"),
    h(
      "div",
      { class: "tiles", role: "group", "aria-label": "那么" },
      ...thens(settings.labels),
      ...thens(settings.middles),
    ),
    h("p", { class: "draft" }, whole ? `${bench.ruleText(draft)}。` : lacking),
    whole && lacking ? h("p", { class: "soft" }, lacking) : null,
    button("加上这条规则", () => bench.add(), { key: "add", disabled: lacking !== "" }),
  );
}

export function rulesSection(bench: Bench): HTMLElement {
  const { rules } = bench.state;
  return section(
    "c-rules",
    "我的规则",
    `${rules.length} 条`,
    rules.length
      ? h("ol", { class: "rule-list" }, ...rules.map((rule, at) => line(bench, rule.id, at)))
      : h("p", { class: "soft" }, "还没有规则。先写一条。"),
    strategies(bench),
  );
}

function line(bench: Bench, id: number, at: number): HTMLElement {
  const { state } = bench;
  const rule = state.rules[at];
  if (!rule) return h("li");
  const no = at + 1;
  const ranked = state.strategy === "priority";
  return h(
    "li",
    {},
    h("span", { class: "rule-text" }, `${bench.ruleText(rule)}`),
    h(
      "span",
      { class: "row" },
      button("↑", () => bench.move(id, -1), {
        key: `up-${id}`,
        label: `第 ${no} 条往前`,
        disabled: at === 0,
      }),
      button("↓", () => bench.move(id, 1), {
        key: `down-${id}`,
        label: `第 ${no} 条往后`,
        disabled: no === state.rules.length,
      }),
      ranked
        ? button("−", () => bench.rank(id, -1), {
            key: `less-${id}`,
            label: `第 ${no} 条优先级低一点`,
            disabled: rule.priority <= 1,
          })
        : null,
      ranked ? h("output", {}, `优先级 ${rule.priority}`) : null,
      ranked
        ? button("＋", () => bench.rank(id, 1), {
            key: `more-${id}`,
            label: `第 ${no} 条优先级高一点`,
            disabled: rule.priority >= MOST_PRIORITY,
          })
        : null,
      button("去掉", () => bench.drop(id), { key: `drop-${id}`, label: `去掉第 ${no} 条`, after: "add" }),
    ),
  );
}

function strategies(bench: Bench): Child {
  const all = (Object.keys(STRATEGY_TEXT) as (keyof typeof STRATEGY_TEXT)[]).filter(
    (one) => bench.settings.level !== "primary" || one !== "priority",
  );
  return h(
    "div",
    { class: "guessing", role: "group", "aria-label": "规则说得不一样时" },
    h("p", {}, "几条规则说得不一样时"),
    h(
      "div",
      { class: "row" },
      ...all.map((one) =>
        button(STRATEGY_TEXT[one], () => bench.setStrategy(one), {
          key: `strategy-${one}`,
          pressed: bench.state.strategy === one,
        }),
      ),
    ),
  );
}
