import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { standIn } from "../testing";
import { Bench } from "./bench";
import { View } from "./view";

const MAP = "S..\n.#.\n..G";
const SET = {
  key: "little",
  title: "小迷宫",
  origin: "自己画的",
  mazes: [{ key: "a", title: "甲", map: MAP }],
};

function open(settings: Record<string, unknown> = {}) {
  const host = standIn();
  const root = document.createElement("div");
  document.body.append(root);
  const goals = [{ goal: "compare-methods", count: 1, text: "走到终点" }];
  const spec = { id: "maze", dataset: "mazes", settings, goals, hints: [] };
  let view: View | null = null;
  const bench = new Bench(
    SET,
    spec,
    host,
    () => view?.draw(),
    () => view?.move(),
  );
  view = new View(root, bench);
  return { root, bench };
}

const key = (root: Element, name: string) => root.querySelector<HTMLElement>(`[data-key='${name}']`);
const text = (root: Element, where: string) => root.querySelector(where)?.textContent ?? "";
const cell = (root: Element, at: number) => root.querySelector<HTMLElement>(`[data-cell='${at}']`);

describe("a search that plays", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
    document.body.replaceChildren();
  });

  it("draws at a step only the cells, the words and the text: what stands beside the maze stays", () => {
    const { root } = open({ level: "senior" });
    key(root, "play")?.focus();
    key(root, "play")?.click();
    const stays = [...root.querySelectorAll("button, select, table, details, ol, pre, .goal-list li")];
    const [said, twin] = [text(root, ".maze-said"), text(root, "details.twin")];
    expect(said).toContain("第 1 次打开");
    vi.advanceTimersToNextTimer();
    expect(text(root, ".maze-said")).toContain("第 2 次打开");
    expect(text(root, "details.twin")).not.toBe(twin);
    expect(text(root, "details.twin")).toContain("打开了 2 格");
    expect(stays.length).toBeGreaterThan(10);
    expect(stays.filter((one) => !one.isConnected)).toEqual([]);
    expect(document.activeElement).toBe(key(root, "play"));
  });

  it("gives every cell its look and name, and touches only those that change", () => {
    const { root } = open();
    key(root, "play")?.click();
    expect(cell(root, 0)?.className).toBe("cell floor opened now");
    expect(cell(root, 1)?.getAttribute("aria-label")).toBe("第 1 行第 2 列，空地，在排队");
    const watch = new MutationObserver(() => undefined);
    const grid = root.querySelector(".maze-grid") as Element;
    watch.observe(grid, { attributes: true, childList: true, subtree: true });
    vi.advanceTimersToNextTimer();
    const touched = watch.takeRecords().map(({ target }) => (target as HTMLElement).dataset["cell"]);
    watch.disconnect();
    expect([...new Set(touched)].sort()).toEqual(["0", "1", "2"]);
    expect(cell(root, 0)?.className).toBe("cell floor opened");
    expect(cell(root, 1)?.className).toBe("cell floor opened now");
    expect(cell(root, 1)?.textContent).toBe("·");
    expect(cell(root, 2)?.getAttribute("aria-label")).toBe("第 1 行第 3 列，空地，在排队");
    expect(cell(root, 0)?.tabIndex).toBe(0);
  });

  it("draws all of it at the end: table, goal, path, buttons", () => {
    const { root, bench } = open();
    key(root, "play")?.click();
    while (bench.playing) vi.advanceTimersToNextTimer();
    expect(text(root, ".maze-said")).toContain("到了！");
    expect(text(root, ".c-runs tbody")).toContain("BFS");
    expect(root.querySelectorAll(".goal-list li.done")).toHaveLength(1);
    expect(text(root, "details.twin")).toContain("路：第 1 行第 1 列；");
    expect(cell(root, 8)?.className).toBe("cell floor path");
    expect(text(root, "[data-key='play']")).toBe("自动走");
    expect(key(root, "step")?.getAttribute("aria-disabled")).toBe("true");
  });
});
