import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { standIn } from "../testing";
import { Bench } from "./bench";
import { NET_TIMES, readSettings } from "./state";
import { View } from "./view";

const SET = {
  key: "rain",
  title: "短文",
  origin: "自己写的",
  prose: "小雨点，落下来，落在花上花儿开。大槐树，高又高。",
  asks: [],
};

function open(given: Record<string, unknown> = {}) {
  const host = standIn();
  const root = document.createElement("div");
  document.body.append(root);
  const goals = [{ goal: "net-learnt", loss: 1, text: "训练小网络" }];
  const spec = { id: "next-char", dataset: "school-stories", settings: given, goals, hints: [] };
  let view: View | null = null;
  const bench = new Bench(
    readSettings(given, SET),
    spec,
    host,
    () => view?.draw(),
    () => view?.move(),
  );
  view = new View(root, bench, "");
  return { root, bench };
}

const key = (root: Element, name: string) => root.querySelector<HTMLElement>(`[data-key='${name}']`);
const text = (root: Element, where: string) => root.querySelector(where)?.textContent ?? "";

describe("a net that learns", () => {
  beforeEach(() => {
    vi.useFakeTimers();
    let now = 0;
    vi.spyOn(performance, "now").mockImplementation(() => (now += 1)); // three steps a piece
  });
  afterEach(() => {
    vi.useRealTimers();
    document.body.replaceChildren();
  });

  it("shows how far it is, and leaves its button and all beside it where they are", () => {
    const { root, bench } = open();
    key(root, "teach")?.focus();
    key(root, "teach")?.click();
    const stays = [...root.querySelectorAll("button, input, section, .goal-list li")];
    while (bench.times < 3) vi.advanceTimersToNextTimer();
    expect(text(root, ".c-net .verdict")).toBe(bench.netWords());
    expect(root.querySelector(".c-net .prog")?.getAttribute("aria-valuenow")).toBe(
      String(Math.round((bench.times / NET_TIMES) * 100)),
    );
    expect(root.querySelector(".losses .loss")?.getAttribute("d")).toMatch(/^M.+L/);
    expect(stays.filter((one) => !one.isConnected)).toEqual([]);
    expect(document.activeElement).toBe(key(root, "teach"));
    while (bench.learning) vi.advanceTimersToNextTimer();
    expect(root.querySelectorAll(".c-net .prog")).toHaveLength(0);
    expect(text(root, "[data-key='teach']")).toBe("学完了");
    expect(text(root, ".c-net .verdict")).toContain(`学了 ${NET_TIMES} 遍`);
    expect(key(root, "n-0")?.getAttribute("aria-disabled")).toBeNull();
    expect(document.activeElement).toBe(key(root, "teach"));
  });

  it("is not there for the youngest", () => {
    const { root } = open({ level: "primary" });
    expect(root.querySelector(".c-net")).toBeNull();
    expect(text(root, ".lab")).not.toContain("小网络");
  });
});
