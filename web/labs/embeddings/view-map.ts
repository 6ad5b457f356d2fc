// The map: words of a few groups along the two directions they differ most in; which are near, guessed first.
import { button, type Child, h, s, section, share } from "../dom";
import { mark, px, py, SHAPE_SIGNS } from "../plane";
import type { Bench } from "./bench";
import { pca } from "./model";

const [WIDE, HIGH, EDGE, LINE] = [640, 480, 34, 17];

interface Spot {
  word: string;
  group: number;
  x: number;
  y: number;
  /** Where its name stands, so that names don't cover each other. */
  up: number;
}

function spots(bench: Bench): { all: Spot[]; shown: number } {
  const { groups } = bench.state;
  const words = groups.flatMap((key, group) => bench.wordsOf(key).map((word) => ({ word, group })));
  const { places, shown } = pca(words.map(({ word }) => bench.set.vectors[bench.at(word)] ?? []));
  const scale = (axis: 0 | 1, room: number) => {
    const all = places.map((place) => place[axis]);
    const [low, high] = [Math.min(...all), Math.max(...all)];
    return (value: number) => EDGE + ((value - low) / (high - low || 1)) * (room - 2 * EDGE);
  };
  const [toX, toY] = [scale(0, WIDE - 60), scale(1, HIGH)];
  const all = words.map(({ word, group }, i) => {
    const [x, y] = places[i] ?? [0, 0];
    return { word, group, x: toX(x), y: HIGH - toY(y), up: HIGH - toY(y) };
  });
  return { all: apart(all), shown };
}

/** Names that would cover one another step up or down until they stand free. */
function apart(all: Spot[]): Spot[] {
  const placed: Spot[] = [];
  for (const spot of [...all].sort((a, b) => a.y - b.y)) {
    const free = (up: number) =>
      up > 14 &&
      up < HIGH - 4 &&
      placed.every((one) => {
        const gap = Math.max(one.word.length, spot.word.length) * 15 + 16;
        return Math.abs(one.up - up) >= LINE || Math.abs(one.x - spot.x) >= gap;
      });
    const steps = Array.from({ length: 60 }, (_, i) => (i % 2 ? 1 : -1) * Math.ceil(i / 2) * 6);
    spot.up = spot.y + (steps.find((step) => free(spot.y + step)) ?? 0);
    placed.push(spot);
  }
  return all;
}

function drawing(bench: Bench): HTMLElement {
  const { all, shown } = spots(bench);
  const { word, groups } = bench.state;
  const svg = s("svg", {
    class: "plane word-map",
    viewBox: `0 0 ${WIDE} ${HIGH}`,
    role: "img",
    "aria-label": `词语地图：${groups.map((key) => bench.groupText(key)).join("、")}。下面可以一个一个选词。`,
  });
  svg.append(s("rect", { class: "sheet", width: WIDE, height: HIGH }));
  for (const spot of all) {
    const chosen = spot.word === word;
    const one = s("g", { class: chosen ? "at chosen" : "at", click: () => bench.look(spot.word) });
    if (Math.abs(spot.up - spot.y) > 8)
      one.append(s("path", { class: "lead", d: `M${spot.x} ${spot.y}L${spot.x + 9} ${spot.up - 4}` }));
    const dot = mark(spot.group, { x: 50, y: 50 }, 6, { class: "dot" });
    one.append(moved(dot, spot), s("text", { x: spot.x + 11, y: spot.up }, spot.word));
    svg.append(one);
  }
  return h(
    "div",
    {},
    h(
      "p",
      { class: "legend" },
      ...groups.map((key, at) => h("span", {}, `${SHAPE_SIGNS[at]} ${bench.groupText(key)}`)),
    ),
    svg,
    h(
      "p",
      { class: "soft small" },
      `把 ${bench.set.vectors[0]?.length ?? 0} 个数压成两个来画，只看得见差别的百分之 ${Math.round(shown * 100)}：图上近的，不一定真的近。`,
    ),
  );
}

/** `mark` draws on a sheet of its own size; here it is put where the map wants it. */
function moved(dot: SVGElement, { x, y }: Spot): SVGElement {
  const holder = s("g", { transform: `translate(${x - px(50)} ${y - py(50)})` });
  holder.append(dot);
  return holder;
}

export function mapPart(bench: Bench): HTMLElement[] {
  const { groups } = bench.state;
  const keys = [...new Set(bench.set.group)];
  return [
    section(
      "c-map",
      "词语地图",
      "最多四组",
      h(
        "details",
        { class: "twin" },
        h("summary", {}, `画的是：${groups.map((key) => bench.groupText(key)).join("、")}（换几组）`),
        h(
          "div",
          { class: "row", role: "group", "aria-label": "画哪几组词" },
          ...keys.map((key) =>
            button(bench.groupText(key), () => bench.toggleGroup(key), {
              key: `group-${key}`,
              pressed: groups.includes(key),
            }),
          ),
        ),
      ),
      drawing(bench),
      wordChoice(bench),
    ),
    nearSection(bench),
  ];
}

function wordChoice(bench: Bench): HTMLElement {
  return h(
    "label",
    { class: "slide" },
    h("span", {}, "看哪个词"),
    wordSelect(bench, bench.state.word, (word) => bench.look(word), "word", bench.state.groups),
  );
}

/** All words, or those of some groups, to choose from. */
export function wordSelect(
  bench: Bench,
  chosen: string,
  choose: (word: string) => void,
  key: string,
  groups: string[] = [...new Set(bench.set.group)],
): HTMLSelectElement {
  const select = h("select", {
    "data-key": key,
    change: (event) => choose((event.target as HTMLSelectElement).value),
  });
  const shown = groups.includes(bench.groupOf(chosen)) ? groups : [bench.groupOf(chosen), ...groups];
  for (const group of shown)
    select.append(
      h(
        "optgroup",
        { label: bench.groupText(group) },
        ...bench.wordsOf(group).map((word) => h("option", { value: word, selected: word === chosen }, word)),
      ),
    );
  return select;
}

export function likeBars(found: { word: string; like: number }[]): HTMLElement {
  return h(
    "ol",
    { class: "likes" },
    ...found.map(({ word, like }) =>
      h(
        "li",
        {},
        h("strong", {}, word),
        share(h("span", { class: "bar", "aria-hidden": "true" }, h("i")), Math.max(0, like)),
        h("span", {}, like.toFixed(2)),
      ),
    ),
  );
}

function nearSection(bench: Bench): HTMLElement {
  const { word } = bench.state;
  const guess = bench.nearGuess();
  const right = bench.state.near.filter((one) => one.guess === one.came).length;
  const note = bench.state.near.length ? `猜过 ${bench.state.near.length} 个，猜对 ${right} 个` : null;
  const asked: Child = h(
    "div",
    { class: "guessing" },
    h("p", {}, `先猜：下面哪个词离“${word}”最近？`),
    h(
      "div",
      { class: "row", role: "group", "aria-label": `离“${word}”最近的词` },
      ...bench
        .nearChoice()
        .map((one) => button(one, () => bench.guessNear(one), { key: `near-${one}`, after: "word" })),
    ),
  );
  const found: Child = guess
    ? h(
        "div",
        { class: "answer" },
        h(
          "p",
          { class: "verdict" },
          `${guess.guess === guess.came ? "猜对了" : `你猜“${guess.guess}”`}，离“${word}”最近的是“${guess.came}”。`,
        ),
        likeBars(bench.neighbours()),
        h("p", { class: "soft small" }, "数是两个词方向有多像：1 是一样，0 是没关系。"),
        h("p", {}, `“${word}”站在这样的句子里：`),
        h("ul", { class: "letters" }, ...bench.examples(word).map((text) => h("li", {}, text))),
      )
    : null;
  return section("c-near", "谁离谁近", note, guess ? found : asked);
}
