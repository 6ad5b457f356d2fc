// Guessing, the results side by side, and the maze in words.
import { button, type Child, h, section } from "../dom";
import type { Bench } from "./bench";
import type { Run } from "./checks";
import { frontier } from "./model";
import { fewest, runsOf } from "./state";
import { placeText, runName } from "./words";

export function guessSection(bench: Bench): HTMLElement {
  const { state, settings } = bench;
  const begun = state.runs.length > 0 || state.shown !== null;
  if (begun && !state.guess)
    return section(
      "c-guess",
      "先猜一猜",
      null,
      h("p", { class: "soft" }, "已经走过了。换一个迷宫，或改几格，再来猜。"),
    );
  const choices = settings.methods.map((method) =>
    button(bench.name(method), () => bench.guess(method), {
      key: `guess-${method}`,
      pressed: state.guess === method,
      disabled: begun,
    }),
  );
  return section(
    "c-guess",
    "先猜一猜",
    "哪种办法打开的格子最少？",
    h("div", { class: "row target", role: "group", "aria-label": "我猜" }, ...choices),
    h("p", { class: "soft", "aria-live": "polite" }, verdict(bench)),
  );
}

function verdict(bench: Bench): string {
  const { state, settings } = bench;
  if (!state.guess) return "走之前猜，走完再看对不对。";
  const runs = runsOf(state, settings);
  const left = settings.methods.filter((one) => !runs.some(({ method }) => method === one));
  if (left.length) return `还要走完：${left.map((one) => bench.name(one)).join("、")}。`;
  const least = fewest(runs);
  const names = least.map((one) => bench.name(one)).join("、");
  return least.includes(state.guess)
    ? `猜对了，${names} 打开得最少。为什么？`
    : `这回是 ${names} 最少。为什么不是你猜的？`;
}

export function tableSection(bench: Bench): HTMLElement {
  const runs = runsOf(bench.state, bench.settings);
  if (!runs.length)
    return section("c-runs", "比一比", null, h("p", { class: "soft" }, "走完一种办法，结果就写在这里。"));
  const opened = Math.min(...runs.map((run) => run.opened));
  const cost = Math.min(...runs.map((run) => run.cost ?? Number.POSITIVE_INFINITY));
  const { level } = bench.settings;
  const names =
    level === "primary" ? ["办法", "打开", "走几步"] : ["办法", "打开几格", "路长几步", "路的代价"];
  const head = names.map((text) => h("th", { scope: "col" }, text));
  return section(
    "c-runs",
    "比一比",
    "同一个迷宫",
    h(
      "div",
      { class: "runs" },
      h(
        "table",
        {},
        h("thead", {}, h("tr", {}, ...head)),
        h("tbody", {}, ...runs.map((run) => line(bench, run, run.opened === opened, run.cost === cost))),
      ),
    ),
  );
}

function line(bench: Bench, run: Run, fewestOpened: boolean, cheapest: boolean): HTMLElement {
  const { level } = bench.settings;
  const best = (is: boolean, text: string): Child => (is ? h("strong", {}, ` ${text}`) : null);
  return h(
    "tr",
    {},
    h("th", { scope: "row" }, runName(run.method, run.factor, level)),
    h("td", {}, run.opened, best(fewestOpened, "最少")),
    h("td", {}, run.length ?? "没有路"),
    level === "primary" ? null : h("td", {}, run.cost ?? "没有路", best(cheapest, "最省")),
  );
}

/** The maze as text, one line a row, and below it what is said of the search. */
export function textTwin({ maze }: Bench, searched: HTMLElement): HTMLElement {
  const rows = Array.from({ length: maze.rows }, (_, row) => {
    const names = { floor: "空", wall: "墙", mud: "泥" };
    const cells = maze.cells.slice(row * maze.columns, (row + 1) * maze.columns).map((ground, column) => {
      const cell = row * maze.columns + column;
      return cell === maze.start ? "起" : cell === maze.goal ? "终" : names[ground];
    });
    return h("li", {}, cells.join(""));
  });
  return h("details", { class: "twin" }, h("summary", {}, "用文字看迷宫"), h("ol", {}, ...rows), searched);
}

/** The search as text: how many were opened, who waits, and the path. */
export function searchText(bench: Bench): Child[] {
  const { maze, state } = bench;
  const found = bench.search();
  if (!found || !state.shown) return [];
  const places = (cells: Iterable<number>) => Array.from(cells, (cell) => placeText(maze, cell)).join("；");
  const waits = places(frontier(maze, found, state.shown.steps)) || "没有";
  return [
    h("p", {}, `打开了 ${state.shown.steps} 格。在排队的：${waits}。`),
    bench.atEnd() && found.path ? h("p", {}, `路：${places(found.path)}。`) : null,
  ];
}
