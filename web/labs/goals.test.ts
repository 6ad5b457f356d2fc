import { describe, expect, it, vi } from "vitest";
import { GoalsView, type Verdict } from "./goals";
import { readSpec } from "./registry";
import { standIn } from "./testing";

const goals = [
  { goal: "one", text: "第一" },
  { goal: "two", text: "第二" },
];
const verdict = (done: boolean, far = ""): Verdict => ({ done, far, detail: { n: 1 } });

describe("the goals of a lab", () => {
  it("tell the host once when a goal holds, and keep it reached", () => {
    const [given, state, changed] = [standIn(), { reached: [], hints: 0 }, vi.fn()];
    const view = new GoalsView(goals, [], state, given, changed);
    view.update([verdict(false, "还差 2 张"), verdict(true)]);
    view.update([verdict(false, "还差 1 张"), verdict(false)]);
    expect(given.reached).toHaveBeenCalledOnce();
    expect(given.reached).toHaveBeenCalledWith(1, { goal: "two", n: 1 });
    expect(given.say).toHaveBeenCalledWith("做到了：第二。还有 1 个挑战。");
    expect(changed).toHaveBeenCalledOnce();
    expect(state.reached).toEqual([1]);
    expect(view.element.querySelectorAll("li.done")).toHaveLength(1);
    expect(view.element.textContent).toContain("还差 1 张");
  });

  it("tell a host on another device what was reached before", () => {
    const given = standIn();
    new GoalsView(goals, [], { reached: [0], hints: 0 }, given, () => {});
    expect(given.reached).toHaveBeenCalledWith(0, { goal: "one", again: true });
    expect(given.say).not.toHaveBeenCalled();
  });

  it("give hints one by one", () => {
    const [given, state] = [standIn(), { reached: [], hints: 0 }];
    const view = new GoalsView([], ["甲", "乙"], state, given, () => {});
    const ask = () => view.element.querySelector<HTMLButtonElement>("[data-key='hint']")?.click();
    ask();
    expect(view.element.textContent).toContain("甲");
    expect(view.element.textContent).not.toContain("乙");
    ask();
    expect(state.hints).toBe(2);
    expect(view.element.querySelector("[data-key='hint']")).toBeNull();
    expect(given.did).toHaveBeenLastCalledWith("asked-hint", { hint: 2 });
  });
});

describe("a lab's section", () => {
  it("carries its settings as JSON", () => {
    const section = document.createElement("section");
    section.dataset["lab"] = "decision-tree";
    section.innerHTML = `<script type="application/json" data-lab-spec>{"dataset": "umbrella", "goals": [{"goal": "x", "text": "y"}]}</script>`;
    expect(readSpec(section)).toEqual({
      id: "decision-tree",
      dataset: "umbrella",
      settings: {},
      goals: [{ goal: "x", text: "y" }],
      hints: [],
    });
  });
});
