// The map: words of a few groups along the two directions they differ most in; which are near, guessed first.
import { button, type Child, h, s, section, share } from "../dom";
import { mark, px, py, SHAPE_SIGNS } from "../plane";
import type { Bench } from "./bench";
import { pca } from "./model";

const [WIDE, HIGH, EDGE, LINE] = [440, 460, 70, 18];

interface Spot {
  word: string;
  group: number;
  x: number;
  y: number;
  /** Where its name stands, so that names don't cover each other; `left` when it ends there. */
  name: { x: number; y: number; left: boolean };
}

interface Drawn {
  all: Spot[];
  shown: number;
}

/** The map of the groups drawn last; the same groups give the same map. */
let last: { key: string; drawn: Drawn } | null = null;

function spots(bench: Bench): Drawn {
  const { groups } = bench.state;
  const key = `${bench.set.key} ${groups.join(" ")}`;
  if (last?.key === key) return last.drawn;
  const words = groups.flatMap((one, group) => bench.wordsOf(one).map((word) => ({ word, group })));
  const { places, shown } = pca(words.map(({ word }) => bench.set.vectors[bench.at(word)] ?? []));
  const scale = (axis: 0 | 1, room: number) => {
    const all = places.map((place) => place[axis]);
    const [low, high] = [Math.min(...all), Math.max(...all)];
    return (value: number) => EDGE + ((value - low) / (high - low || 1)) * (room - 2 * EDGE);
  };
  const [toX, toY] = [scale(0, WIDE), scale(1, HIGH)];
  const all = words.map(({ word, group }, i): Spot => {
    const [x, y] = [toX(places[i]?.[0] ?? 0), HIGH - toY(places[i]?.[1] ?? 0)];
    return { word, group, x, y, name: { x, y, left: false } };
  });
  apart(all);
  last = { key, drawn: { all, shown } };
  return last.drawn;
}

const NAME_STEPS = Array.from({ length: 76 }, (_, i) => (i % 2 ? 1 : -1) * Math.ceil(i / 2) * 6);
const NAME_SIDES = [11, -11, 78, -78];
const LETTER = 15;

/** Puts each name beside its point, or as near as it stands free of the names before it. */
function apart(all: Spot[]): void {
  const taken: { from: number; to: number; y: number }[] = [];
  const places = NAME_STEPS.flatMap((dy) => NAME_SIDES.map((dx) => ({ dx, dy }))).sort(
    (a, b) => Math.abs(a.dy) + Math.abs(a.dx) / 2 - Math.abs(b.dy) - Math.abs(b.dx) / 2,
  );
  for (const spot of [...all].sort((a, b) => a.y - b.y)) {
    const size = spot.word.length * LETTER + 4;
    for (const { dx, dy } of places) {
      const [x, y] = [spot.x + dx, spot.y + 5 + dy];
      const [from, to] = dx < 0 ? [x - size, x] : [x, x + size];
      if (from < 2 || to > WIDE - 2 || y < LETTER || y > HIGH - 4) continue;
      if (taken.some((one) => Math.abs(one.y - y) < LINE && one.from < to && from < one.to)) continue;
      taken.push({ from, to, y });
      spot.name = { x, y, left: dx < 0 };
      break;
    }
  }
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
    const { name } = spot;
    if (Math.hypot(name.x - spot.x, name.y - spot.y) > 16)
      one.append(s("path", { class: "lead", d: `M${spot.x} ${spot.y}L${name.x} ${name.y - 5}` }));
    const dot = mark(spot.group, { x: 50, y: 50 }, 6, { class: "dot" });
    const text = s("text", { x: name.x, y: name.y, class: name.left ? "end" : "" }, spot.word);
    one.append(moved(dot, spot), text);
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
