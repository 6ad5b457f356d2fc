import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { standIn } from "../testing";
import { Bench } from "./bench";
import { readSettings } from "./state";
import { View } from "./view";

const MAP = "S..\n.#.\n..G";
const SET = {
  key: "room",
  title: "小房间",
  origin: "自己画的",
  mazes: [{ key: "a", title: "甲", map: MAP }],
};

function open(given: Record<string, unknown> = {}) {
  const host = standIn();
  const root = document.createElement("div");
  document.body.append(root);
  const spec = { id: "reward", dataset: "robot-rooms", settings: given, goals: [], hints: [] };
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
const tones = (root: Element) =>
  [...root.querySelectorAll<HTMLElement>(".tone")].map(({ style }) => style.opacity);

describe("what is drawn", () => {
  const frames: FrameRequestCallback[] = [];
  beforeEach(() => {
    frames.length = 0;
    vi.stubGlobal("requestAnimationFrame", (act: FrameRequestCallback) => frames.push(act));
    vi.stubGlobal("cancelAnimationFrame", () => frames.splice(0));
    let now = 0;
    vi.spyOn(performance, "now").mockImplementation(() => (now += 1)); // two episodes a frame
  });
  afterEach(() => document.body.replaceChildren());

  it("learning touches no button, and what is set by hand stays to its end", () => {
    const { root, bench } = open();
    key(root, "teach")?.focus();
    key(root, "teach")?.click();
    const stays = [...root.querySelectorAll("button, select, section, table, details")];
    const set = ["rooms", "tool-look", "less-goal", "set-explore", "reseed"].map((name) => key(root, name));
    const said = text(root, ".c-sheet .verdict");
    frames.shift()?.(0);
    expect(bench.playing).toBe(true);
    expect(text(root, ".c-sheet .verdict")).not.toBe(said);
    expect(root.querySelector(".prog")?.getAttribute("aria-valuenow")).toBe(
      String(Math.round(bench.done * 100)),
    );
    expect(stays.filter((one) => !one.isConnected)).toEqual([]);
    while (bench.playing) frames.shift()?.(0);
    expect(bench.state.episode).toBe(100);
    expect(set.filter((one) => !one?.isConnected)).toEqual([]);
    expect(document.activeElement).toBe(key(root, "teach"));
    expect(text(root, "[data-key='teach']")).toBe("学 100 回");
    expect(text(root, ".c-sheet .verdict")).toContain("学了 100 回");
  });

  it("says of every cell at the end what is known there, and where the robot is", () => {
    const { root, bench } = open();
    bench.teach(100);
    while (bench.playing) frames.shift()?.(0);
    const start = root.querySelector("[data-cell='0']");
    expect(start?.getAttribute("aria-label")).toMatch(
      /^第 1 行第 1 列，起点，往[右下]最好，.+ 分，机器人在这里$/,
    );
    expect(start?.querySelector(".robot")).not.toBeNull();
    expect(tones(root).some((one) => one !== "0")).toBe(true);
    bench.again();
    expect(start?.getAttribute("aria-label")).toBe("第 1 行第 1 列，起点，机器人在这里");
    expect(tones(root)).toEqual(Array(9).fill("0"));
  });

  it.each(["primary", "senior"])("what is set is drawn anew when it was changed: %s", (level) => {
    const { root, bench } = open({ level });
    expect(text(root, ".c-reward output")).toBe("10");
    key(root, "more-goal")?.focus();
    key(root, "more-goal")?.click();
    expect(text(root, ".c-reward output")).toBe("11");
    expect(document.activeElement).toBe(key(root, "more-goal"));
    key(root, "tool-*")?.click();
    expect(key(root, "tool-*")?.getAttribute("aria-pressed")).toBe("true");
    bench.touch(1);
    expect(text(root, ".reward-tools")).toContain("★ 星星");
    expect(root.querySelectorAll(".c-close")).toHaveLength(level === "primary" ? 0 : 1);
    expect(text(root, ".c-close small")).toBe(level === "primary" ? "" : "第 1 行第 2 列");
  });
});
