// Analogies and leaning: each guessed before it is shown.
import { button, type Child, h, section, share } from "../dom";
import type { Bench } from "./bench";
import { type Side, sideOf } from "./model";
import { likeBars, wordSelect } from "./view-map";
import { REASONS, sideText } from "./words";

// --- analogies

export function analogyPart(bench: Bench): HTMLElement[] {
  const { state, set } = bench;
  const { a, b, c } = state;
  const guess = bench.analogyGuess();
  const select = (part: "a" | "b" | "c", label: string) =>
    h(
      "label",
      {},
      h("span", { class: "say" }, label),
      wordSelect(bench, state[part], (word) => bench.setAnalogy(part, word), part),
    );
  const right = state.analogies.filter((one) => one.guess === one.came).length;
  const note = state.analogies.length ? `试过 ${state.analogies.length} 个，${right} 个和你想的一样` : null;
  return [
    section(
      "c-analogy",
      "类比",
      note,
      h("p", { class: "soft" }, "从第一个词走到第二个词，是一个方向。从第三个词照着同样的方向走，会到哪里？"),
      h(
        "div",
        { class: "row", role: "group", "aria-label": "现成的类比" },
        ...set.analogies.map((one) =>
          button(`${one.a}：${one.b}，${one.c}：？`, () => bench.takeAnalogy(one.a, one.b, one.c), {
            key: `take-${one.a}-${one.c}`,
            pressed: one.a === a && one.b === b && one.c === c,
          }),
        ),
      ),
      h("p", {}, "也可以自己换词："),
      h(
        "div",
        { class: "equation" },
        select("a", "第一个词"),
        h("span", {}, "对"),
        select("b", "第二个词"),
        h("span", {}, "就像"),
        select("c", "第三个词"),
        h("span", {}, "对 ？"),
      ),
    ),
    section(
      "c-answer",
      `${a} 对 ${b}，就像 ${c} 对……`,
      null,
      guess ? analogyShown(bench) : analogyAsked(bench),
    ),
  ];
}

function analogyAsked(bench: Bench): HTMLElement {
  return h(
    "div",
    { class: "guessing" },
    h("p", {}, "先说你想的是哪个："),
    h(
      "div",
      { class: "row", role: "group", "aria-label": "你想的是哪个" },
      ...bench
        .analogyChoice()
        .map((word) => button(word, () => bench.guessAnalogy(word), { key: `say-${word}`, after: "a" })),
    ),
  );
}

function analogyShown(bench: Bench): HTMLElement {
  const guess = bench.analogyGuess();
  const same = guess?.guess === guess?.came;
  return h(
    "div",
    { class: "answer" },
    h(
      "p",
      { class: "verdict" },
      `它说：${guess?.came}。${same ? "和你想的一样。" : `你想的是“${guess?.guess}”。`}`,
    ),
    likeBars(bench.analogyAnswers()),
    same
      ? null
      : h(
          "p",
          { class: "note" },
          "它只认句子里的邻居：两个词的句子太像，或者太少，方向就会走偏。看看第三个词的句子。",
        ),
    h("ul", { class: "letters" }, ...bench.examples(bench.state.c).map((text) => h("li", {}, text))),
  );
}

// --- leaning

const SIDES: Side[] = ["first", "level", "second"];

export function biasPart(bench: Bench): HTMLElement[] {
  const { state, set } = bench;
  const poles = set.poles.map(({ words }) => words.join("、"));
  const open = bench.probe().filter((word) => !bench.leanOf(word));
  return [
    section(
      "c-lean",
      "哪些词偏了",
      state.leans.length ? `猜过 ${state.leans.length} 个` : null,
      h(
        "p",
        { class: "soft" },
        `一头是“${poles[0]}”，另一头是“${poles[1]}”。比一比：每个职业在句子里离哪一头近？这些句子是故意写偏的。`,
      ),
      open.length ? leanAsked(bench, open) : h("p", { class: "verdict" }, "都猜过了。"),
    ),
    section("c-leans", state.even ? "一半一半的句子" : "写偏的句子", null, leanShown(bench), whyPart(bench)),
  ];
}

function leanAsked(bench: Bench, open: string[]): HTMLElement {
  const { probed, set } = bench;
  return h(
    "div",
    { class: "guessing" },
    h(
      "div",
      { class: "row", role: "group", "aria-label": "猜哪个职业" },
      ...open.map((word) =>
        button(word, () => bench.ask(word), { key: `probe-${word}`, pressed: probed === word }),
      ),
    ),
    h("p", {}, `先猜：“${probed}”……`),
    h(
      "div",
      { class: "row", role: "group", "aria-label": `“${probed}”偏哪头` },
      ...SIDES.map((side) =>
        button(sideText(side, set.poles), () => bench.guessLean(side), { key: `side-${side}` }),
      ),
    ),
  );
}

function leanShown(bench: Bench): Child {
  const { state, set } = bench;
  if (!state.leans.length) return h("p", { class: "soft" }, "先猜几个，结果画在这里。");
  const value = (one: (typeof state.leans)[0]) => (state.even ? (one.even ?? 0) : one.value);
  const rows = [...state.leans].sort((x, y) => value(y) - value(x));
  return h(
    "div",
    {},
    h(
      "div",
      { class: "row", role: "group", "aria-label": "用哪些句子算" },
      button("写偏的句子", () => bench.setEven(false), { key: "skewed", pressed: !state.even }),
      button("一半一半的句子", () => bench.setEven(true), { key: "even", pressed: state.even }),
    ),
    h(
      "div",
      { class: "ends", "aria-hidden": "true" },
      h("span", {}, `◀ 偏${set.poles[1]?.text ?? ""}`),
      h("span", {}, `偏${set.poles[0]?.text ?? ""} ▶`),
    ),
    h(
      "ul",
      { class: "leans" },
      ...rows.map((one) => {
        const now = value(one);
        const counts = bench.counts(one.word);
        const bar = share(
          h("span", { class: now < 0 ? "lean left" : "lean", "aria-hidden": "true" }, h("i")),
          0,
        );
        bar.style.setProperty("--p", `${Math.min(50, Math.abs(now) * 100)}%`);
        const hit = one.guess === sideOf(one.value);
        return h(
          "li",
          {},
          h("strong", {}, one.word),
          bar,
          h(
            "span",
            {},
            `${sideText(sideOf(now), set.poles)} ${now.toFixed(2)}。`,
            set.poles.map(({ text }, i) => `和“${text}”一起 ${counts[i]} 次`).join("，"),
            state.even ? "" : hit ? "。猜对了" : "。没猜对",
          ),
        );
      }),
    ),
  );
}

function whyPart(bench: Bench): Child {
  const { state } = bench;
  if (!state.leans.some(({ value }) => sideOf(value) !== "level")) return null;
  const chosen = REASONS.find(({ key }) => key === state.why);
  return h(
    "div",
    { class: "reasons" },
    h("h3", {}, "这些词为什么偏？"),
    h(
      "div",
      { class: "answers-list", role: "group", "aria-label": "这些词为什么偏" },
      ...REASONS.map(({ key, text }) =>
        button(text, () => bench.sayWhy(key), { key: `why-${key}`, pressed: state.why === key }),
      ),
    ),
    chosen ? h("p", { class: chosen.right ? "b right" : "soft" }, chosen.reply) : null,
  );
}
