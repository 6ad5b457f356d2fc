import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { labSpec, standIn } from "../testing";
import { Bench, SPEED_MS } from "./bench";
import { steps } from "./programs";
import type { Supply } from "./supply";
import { View } from "./view";

const SUPPLY = {
  of: "rows",
  set: { key: "t", title: "", origin: "", labels: [], columns: [], labelText: "", measure: "片", rows: [] },
} as Supply;

function open(settings: Record<string, unknown> = {}) {
  const root = document.createElement("div");
  document.body.append(root);
  let view: View | null = null;
  const bench = new Bench(
    SUPPLY,
    labSpec("blocks", "t", { settings }),
    standIn({ v: 1, editor: "list" }),
    () => view?.draw(),
    () => view?.move(),
  );
  view = new View(root, bench);
  return { root, bench };
}

const text = (root: Element, where: string) => root.querySelector(where)?.textContent ?? "";

describe("a program that runs", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => {
    vi.useRealTimers();
    document.body.replaceChildren();
  });
  const beat = () => vi.advanceTimersByTime(SPEED_MS[1]);

  it("moves the robot and marks its step; nothing is built anew until it ends", () => {
    const { root, bench } = open();
    bench.setProgram(steps("forward", ["say", '"到了"'], "right"));
    bench.start();
    const stays = [...root.querySelectorAll("button, select, input, rect, svg, li, details")];
    const robot = root.querySelector(".robot");
    const from = robot?.getAttribute("transform");
    beat();
    expect(root.querySelectorAll(".now").length).toBeGreaterThan(0);
    beat();
    expect(robot?.getAttribute("transform")).not.toBe(from);
    expect(root.querySelector(".trail")?.getAttribute("d")).toMatch(/^M.+L/);
    beat();
    expect(text(root, ".bl-said")).toBe("“到了”");
    expect(stays.filter((one) => !one.isConnected)).toEqual([]);
    beat();
    expect(root.querySelector(".bl-floor")?.getAttribute("aria-label")).toContain("朝南，走了 1 格");
    expect(text(root, ".bl-result")).toBe("跑完了。");
    expect(root.querySelector(".now")).toBeNull();
  });

  it("the stage changes face and place, and follows the light while it runs", () => {
    const { root, bench } = open({ scenes: ["stage"] });
    bench.setProgram(steps(["costume", "开心"], ["move", 20], "stop"));
    bench.start();
    const [face, figure] = [root.querySelector(".face"), root.querySelector(".figure")];
    const plain = face?.getAttribute("d");
    for (const _ of [1, 2, 3]) beat();
    expect(face?.getAttribute("d")).not.toBe(plain);
    expect(figure?.getAttribute("transform")).toBe("translate(-40 14)");
    bench.setAround("light", 5);
    expect(root.querySelector(".bl-stage")?.getAttribute("class")).toContain("dark");
    expect(face?.isConnected).toBe(true);
  });
});
