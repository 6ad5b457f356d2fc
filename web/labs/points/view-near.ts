// Guess, see the vote, choose k, test.
import { button, h, section } from "../dom";
import type { Bench } from "./bench";
import { MOST_K } from "./state";

export function nearSection(bench: Bench): HTMLElement {
  const { state, settings } = bench;
  const kinds = settings.kinds.map((_, kind) =>
    button(bench.kindText(kind), () => bench.guessKind(kind), { key: `guess-${kind}`, after: "k" }),
  );
  const judged =
    bench.guess === null ? "" : bench.guess === bench.vote()?.kind ? "猜对了。" : "和你猜的不一样。";
  const told = bench.shown
    ? h("p", { class: "verdict" }, judged, bench.voteText())
    : h(
        "div",
        { class: "guessing" },
        h("p", {}, "先猜：问号会被认成哪一种？"),
        h("div", { class: "row" }, ...kinds),
      );
  return section(
    "c-near",
    "问问最近的邻居",
    bench.shown ? null : "数一数最近的几个",
    h(
      "div",
      { "aria-live": "polite", id: "near-says" },
      state.dots.length ? told : h("p", {}, "纸上还没有点。先放几个。"),
    ),
    settings.level === "primary" ? fewK(bench) : sliderK(bench),
    h(
      "div",
      { class: "row" },
      button("一直看邻居", () => bench.toggle("watch"), { key: "watch", pressed: state.watch }),
      settings.level === "primary"
        ? null
        : button("看分界", () => bench.toggle("regions"), { key: "regions", pressed: state.regions }),
    ),
    bench.shown && bench.guess === null && settings.level !== "primary"
      ? h("p", { class: "soft tiny" }, "关掉这两个，就能先猜再看。")
      : null,
  );
}

/** For the youngest: how many neighbours is one tap. */
function fewK(bench: Bench): HTMLElement {
  const one = (k: number) =>
    button(`${k} 个`, () => bench.setK(k), { key: `k-${k}`, pressed: bench.state.k === k });
  return h(
    "div",
    { class: "row target", role: "group", "aria-label": "问几个邻居" },
    h("span", {}, "问"),
    ...[1, 3, 5].map(one),
  );
}

function sliderK(bench: Bench): HTMLElement {
  const slider = h("input", {
    type: "range",
    min: 1,
    max: MOST_K,
    step: 1,
    "data-key": "k",
    "aria-valuetext": `问 ${bench.state.k} 个邻居`,
    input: (event) => bench.setK(Number((event.target as HTMLInputElement).value)),
  });
  slider.value = String(bench.state.k);
  return h(
    "label",
    { class: "slide" },
    h("span", {}, "问几个邻居"),
    slider,
    h("output", {}, `k = ${bench.state.k}`),
  );
}

export function testSection(bench: Bench): HTMLElement {
  const { settings, state } = bench;
  const line = ({ k, right, all }: { k: number; right: number; all: number }) =>
    h(
      "tr",
      {},
      h("th", { scope: "row" }, settings.level === "primary" ? `问 ${k} 个` : `k = ${k}`),
      h("td", {}, `${all} 个，认对 ${right} 个`),
    );
  return section(
    "c-score",
    "考一考没见过的",
    `${settings.unseen.length} 个，没放在纸上`,
    button(settings.level === "primary" ? "考一考" : `用 k = ${state.k} 考一考`, () => bench.test(), {
      class: "go",
      key: "test",
      disabled: !state.dots.length || !settings.unseen.length,
      icon: "right",
    }),
    state.tests.length
      ? h(
          "div",
          { class: "runs" },
          h("table", {}, h("caption", { class: "say" }, "考过的"), h("tbody", {}, ...state.tests.map(line))),
        )
      : h(
          "p",
          { class: "soft" },
          settings.level === "primary"
            ? "换一换问几个，再考。"
            : "换几个 k 都考一考，再比一比。改了点，就要重新考。",
        ),
  );
}
