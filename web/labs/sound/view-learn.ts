// Teaching and testing: how it learns, the guess before each exam, results side by side, where it goes wrong.
import { button, type Child, h, section, share } from "../dom";
import { type Cell, matrixTable } from "../matrix";
import type { Bench } from "./bench";
import { BANDS_OF_SCORE, bandOf, type Test } from "./checks";
import { confusion, count } from "./model";
import { isCurrent, lastTest } from "./state";
import { BAND_TEXT, METHOD_TEXT, PLACE_TEXT, REASONS } from "./words";

export function teachSection(bench: Bench): HTMLElement {
  const { state, settings, progress } = bench;
  const current = isCurrent(state);
  const methods = settings.method === "choose" ? (["nearest", "head"] as const) : [];
  return section(
    "c-teach",
    "教它听",
    `准备好的 ${settings.train.length} 个声音`,
    methods.length
      ? h(
          "div",
          { class: "row", role: "group", "aria-label": "怎样学" },
          ...methods.map((method) =>
            button(METHOD_TEXT[method], () => bench.setMethod(method), {
              key: `method-${method}`,
              pressed: state.method === method,
            }),
          ),
        )
      : null,
    button("练习里也混进杂音", () => bench.setNoisy(!state.noisy), { key: "noisy", pressed: state.noisy }),
    h(
      "p",
      { class: "soft" },
      state.noisy
        ? "每个声音学三遍：安静的、有一点杂音的、马路边的。考试用的是另外的声音、另外的杂音。"
        : "只听安静时的声音。",
    ),
    progress
      ? working(bench)
      : button(state.run ? "再学一遍" : "让它学", () => void bench.learn(), {
          key: "learn",
          class: current ? "" : "go",
        }),
    state.run
      ? h(
          "p",
          { class: "verdict" },
          current
            ? `学过的 ${state.run.train.all} 个声音，认对 ${state.run.train.right} 个。`
            : "你改了教法，要再学一遍才算。",
        )
      : null,
  );
}

function working(bench: Bench): HTMLElement {
  const { what, share: done } = bench.progress ?? { what: "", share: 0 };
  return h(
    "div",
    { class: "lab-do" },
    h("p", {}, what),
    h("div", { class: "prog", "aria-hidden": "true" }, share(h("i"), done)),
    button("停下", () => bench.stop(), { key: "stop", after: "learn" }),
  );
}

export function examSection(bench: Bench): HTMLElement | null {
  const { state, settings } = bench;
  if (!state.run || !isCurrent(state)) return null;
  return section(
    "c-exam",
    "考一考",
    `没听过的 ${bench.examSize()} 个声音`,
    h("p", {}, "在哪里考？"),
    h(
      "div",
      { class: "row", role: "group", "aria-label": "在哪里考" },
      ...settings.places.map((place) =>
        button(PLACE_TEXT[place], () => bench.setPlace(place), {
          key: `exam-${place}`,
          pressed: state.place === place,
        }),
      ),
    ),
    h(
      "div",
      { class: "guessing" },
      h("p", {}, "先猜再考：它能……"),
      h(
        "div",
        { class: "row" },
        ...BANDS_OF_SCORE.map((band) =>
          button(BAND_TEXT[band], () => void bench.exam(band), {
            key: `guess-${band}`,
            disabled: bench.progress !== null,
          }),
        ),
      ),
      h("p", { class: "soft small" }, "“几乎全”是十个里八九个以上，“一大半”是一半以上。"),
    ),
    results(bench),
  );
}

function results(bench: Bench): HTMLElement | null {
  const { tests } = bench.state;
  if (!tests.length) return null;
  const row = (test: Test) => {
    const { right, all } = count(test.answers);
    const met = test.guess === bandOf(right, all);
    const how = bench.settings.level === "primary" ? "" : `${METHOD_TEXT[test.method]}，`;
    return h(
      "tr",
      {},
      h("th", { scope: "row" }, PLACE_TEXT[test.place]),
      h("td", {}, `${how}${test.noisy ? "学过杂音" : "只学安静"}`),
      h("td", {}, `${all} 个，认对 ${right} 个`, share(h("span", { class: "bar" }, h("i")), right / all)),
      h("td", {}, met ? "猜中了" : `猜的是${BAND_TEXT[test.guess]}`),
    );
  };
  return h(
    "div",
    { class: "runs" },
    h(
      "table",
      {},
      h("caption", {}, "每次考试"),
      h(
        "thead",
        {},
        h("tr", {}, ...["在哪里", "怎样学", "成绩", "你猜的"].map((text) => h("th", { scope: "col" }, text))),
      ),
      h("tbody", {}, ...[...tests].reverse().map(row)),
    ),
  );
}

export function wrongSection(
  bench: Bench,
  cell: Cell | null,
  choose: (cell: Cell | null) => void,
): HTMLElement | null {
  const test = lastTest(bench.state);
  if (!test || bench.settings.level === "primary") return null;
  const { labels, texts } = { labels: bench.labels(), texts: bench.settings.labels.map((one) => one.text) };
  const counts = confusion(test.answers, labels);
  return section(
    "c-cm",
    "它错在哪",
    `${PLACE_TEXT[test.place]}，点一格听那几个`,
    matrixTable({ counts, names: texts, open: cell, choose }),
    cell ? inCell(bench, test, cell) : null,
    whyPart(bench, test),
  );
}

function inCell(bench: Bench, test: Test, { truth, said }: Cell): Child {
  const labels = bench.labels();
  const ids = test.answers.filter((one) => one.truth === labels[truth] && one.said === labels[said]);
  return h(
    "div",
    { class: "row", role: "group", "aria-label": "这一格里的声音" },
    ...ids.map(({ id }) =>
      button(bench.nameOf(id), () => bench.show(id), { key: `in-${id}`, icon: "right" }),
    ),
  );
}

/** Asked once noise has broken it. */
export function whyPart(bench: Bench, test: Test | null): HTMLElement | null {
  const broken = bench.state.tests.some((one) => {
    const { right, all } = count(one.answers);
    return one.place !== "quiet" && one.place !== "hall" && bandOf(right, all) === "few";
  });
  if (!broken || !test) return null;
  const chosen = REASONS.find(({ key }) => key === bench.state.why);
  return h(
    "div",
    { class: "reasons" },
    h("h3", {}, "为什么一吵就认错？"),
    h(
      "div",
      { class: "answers-list", role: "group", "aria-label": "为什么一吵就认错" },
      ...REASONS.map(({ key, text }) =>
        button(text, () => bench.sayWhy(key), { key: `why-${key}`, pressed: bench.state.why === key }),
      ),
    ),
    chosen ? h("p", { class: chosen.right ? "b right" : "soft" }, chosen.reply) : null,
  );
}
