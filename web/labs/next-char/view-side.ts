// Which model and how daring, what it is asked, and the small net that learns.
import { button, type Child, h, refresh, s, section, share, uid } from "../dom";
import type { Bench } from "./bench";
import { MOST_START, NET_TIMES, NS, TEMPERATURES } from "./state";

const BACK_TEXT = ["不看", "1 个字", "2 个字", "3 个字"];
const PLAIN: Record<number, string> = { 0.3: "稳一点", 1: "平常", 2: "活一点" };

export function modelSection(bench: Bench): HTMLElement {
  const { settings, state } = bench;
  const primary = settings.level === "primary";
  return section(
    "c-model",
    "怎样猜下一个字",
    null,
    h(
      "div",
      { class: "guessing", role: "group", "aria-label": "看前面几个字" },
      h("p", {}, "看前面几个字"),
      h(
        "div",
        { class: "row" },
        ...NS.map((n) =>
          button(BACK_TEXT[n - 1] ?? "", () => bench.setN(n), { key: `n-${n}`, pressed: state.n === n }),
        ),
        settings.net
          ? button("小网络", () => bench.setN(0), {
              key: "n-0",
              pressed: state.n === 0,
              disabled: !bench.netReady,
            })
          : null,
      ),
    ),
    h(
      "div",
      { class: "guessing", role: "group", "aria-label": "温度" },
      h("p", {}, primary ? "写得稳还是活" : "温度：低了稳，高了活"),
      h(
        "div",
        { class: "row" },
        ...TEMPERATURES.filter((one) => !primary || one in PLAIN).map((one) =>
          button(primary ? (PLAIN[one] ?? "") : String(one), () => bench.setTemperature(one), {
            key: `temperature-${one}`,
            label: primary ? (PLAIN[one] ?? "") : `温度 ${one}`,
            pressed: state.temperature === one,
          }),
        ),
      ),
    ),
  );
}

/** A short text to type and what is done with it. */
export function typed(label: string, act: string, key: string, send: (text: string) => void): HTMLElement {
  const id = uid("next");
  const input = h("input", { id, type: "text", maxlength: MOST_START, autocomplete: "off", "data-key": key });
  const go = () => send(input.value);
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.isComposing) go();
  });
  return h(
    "div",
    { class: "guessing" },
    h("label", { for: id }, label),
    h("div", { class: "row" }, input, button(act, go, { key: `${key}-go` })),
  );
}

export function askSection(bench: Bench): HTMLElement {
  const { settings, state, waiting } = bench;
  const { ask } = state;
  return section(
    "c-ask",
    "问它一件事",
    "它会把话接完",
    h(
      "div",
      { class: "row", role: "group", "aria-label": "问什么" },
      ...settings.asks.map(({ start }) =>
        button(`${start}……`, () => bench.ask(start), {
          key: `ask-${start}`,
          pressed: ask?.start === start,
          disabled: waiting,
        }),
      ),
    ),
    typed("或者自己写一个开头", "问", "own-ask", (text) => bench.ask(text)),
    ask ? h("blockquote", { class: "came" }, h("b", {}, ask.start), ask.came.slice(ask.start.length)) : null,
    ask && !ask.judged ? judging(bench) : null,
    ask?.judged ? h("p", { class: "verdict" }, bench.judgedText()) : null,
    ask?.looked || ask?.judged ? pages(bench) : null,
  );
}

function judging(bench: Bench): HTMLElement {
  return h(
    "div",
    { class: "guessing", role: "group", "aria-label": "这句话是哪来的" },
    h("p", {}, "先说：这句话短文里有吗？"),
    h(
      "div",
      { class: "row" },
      button("短文里有", () => bench.judge(true), { key: "judge-true" }),
      button("它编的", () => bench.judge(false), { key: "judge-made" }),
      button("翻短文查一查", () => bench.look(), { key: "look", after: "judge-made" }),
    ),
  );
}

function pages(bench: Bench): HTMLElement {
  const found = bench.found();
  return h(
    "div",
    { class: "pages" },
    h("p", { class: "soft" }, found.length ? `短文里有这个开头的句子：` : "短文里没有这个开头。"),
    found.length ? h("ul", {}, ...found.slice(0, 4).map((one) => h("li", {}, one))) : null,
  );
}

/** `words` and `curve` hold what each time through the text changes: learning draws them anew, not the button. */
export function netSection(bench: Bench, words: HTMLElement, curve: HTMLElement): Child {
  if (!bench.settings.net) return null;
  const { learning, times } = bench;
  const { losses } = bench.state;
  const over = times >= NET_TIMES;
  return section(
    "c-net",
    "小小循环网络",
    `读短文开头的 ${[...bench.netText].length} 个字`,
    h(
      "p",
      { class: "soft" },
      "它不数次数：一个字一个字地读，用 48 个数记住读过的，再猜下一个字；猜错就改一点。",
    ),
    h(
      "div",
      { class: "row" },
      button(
        learning ? "停一停" : over ? "学完了" : losses.length ? "接着学" : "让它学",
        () => bench.teach(),
        {
          key: "teach",
          disabled: over,
        },
      ),
    ),
    learning
      ? h(
          "div",
          {
            class: "prog",
            role: "progressbar",
            "aria-label": "学到哪里",
            "aria-valuemin": 0,
            "aria-valuemax": 100,
          },
          h("i", {}),
        )
      : null,
    words,
    curve,
  );
}

export function showProgress(bar: HTMLElement, bench: Bench): void {
  const done = bench.times / NET_TIMES;
  share(bar, done);
  refresh(bar, { "aria-valuenow": String(Math.round(done * 100)) });
}

const [W, H, LEFT, BOTTOM] = [400, 140, 36, 22];

export function lossCurve(losses: number[]): Child {
  if (losses.length < 2) return null;
  const high = Math.max(...losses);
  const x = (i: number) => LEFT + (i / (NET_TIMES - 1)) * (W - LEFT - 8);
  const y = (value: number) => 8 + (1 - value / high) * (H - BOTTOM - 8);
  const d = losses.map((loss, i) => `${i ? "L" : "M"}${x(i).toFixed(1)} ${y(loss).toFixed(1)}`).join("");
  return h(
    "figure",
    { class: "losses" },
    s(
      "svg",
      {
        viewBox: `0 0 ${W} ${H}`,
        role: "img",
        "aria-label": `损失从 ${losses[0]} 到 ${losses[losses.length - 1]}，越低越会猜`,
      },
      s("path", { class: "axis", d: `M${LEFT} 8V${H - BOTTOM}H${W - 8}` }),
      s("text", { x: LEFT - 5, y: 18, class: "end" }, high.toFixed(1)),
      s("text", { x: LEFT - 5, y: H - BOTTOM, class: "end" }, "0"),
      s("text", { x: W - 8, y: H - 4, class: "end" }, `${NET_TIMES} 遍`),
      s("path", { class: "loss", d }),
    ),
    h("figcaption", {}, "每学一遍的损失，越低越会猜"),
  );
}
