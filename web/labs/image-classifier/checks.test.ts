import { describe, expect, it } from "vitest";
import type { Goal } from "../host";
import { check, type Facts, GOAL_TYPES } from "./checks";
import manifest from "./manifest.json";

const answers = (right: number, all: number) =>
  Array.from({ length: all }, (_, i) => ({ id: `p${i}`, truth: "a", said: i < right ? "a" : "b" }));

function facts(more: Partial<Facts> = {}): Facts {
  return { perClass: [], run: null, errorsSeen: 0, confusedRight: null, withTrait: () => [], ...more };
}
const run = (train: number, test: number | null) => ({
  run: { train: { right: train, all: 18 }, answers: test === null ? null : answers(test, 12) },
});
const classes = (...pictures: number[]) => ({
  perClass: pictures.map((n, i) => ({ name: `类${i}`, pictures: n })),
});
const verdict = (goal: Record<string, unknown>, given: Facts) =>
  check([{ text: "", ...goal } as unknown as Goal], given)[0];

describe("goals of the picture lab", () => {
  it("are those of the manifest", () => {
    expect([...GOAL_TYPES].sort()).toEqual(Object.keys(manifest.goals).sort());
  });

  it.each([
    ["examples: enough in each", { goal: "examples-per-class", min: 4 }, facts(classes(4, 6, 5)), true],
    ["examples: one class short", { goal: "examples-per-class", min: 4 }, facts(classes(4, 3, 5)), false],
    ["test: 9 of 12", { goal: "test-accuracy-at-least", value: 0.75 }, facts(run(18, 9)), true],
    ["test: 8 of 12", { goal: "test-accuracy-at-least", value: 0.75 }, facts(run(18, 8)), false],
    ["test: not examined", { goal: "test-accuracy-at-least", value: 0.1 }, facts(run(18, null)), false],
    [
      "below: broken",
      { goal: "test-accuracy-below", value: 0.75, with_train_at_least: 1 },
      facts(run(18, 8)),
      true,
    ],
    [
      "below: exactly at the value",
      { goal: "test-accuracy-below", value: 0.75, with_train_at_least: 1 },
      facts(run(18, 9)),
      false,
    ],
    ["below: learnt badly", { goal: "test-accuracy-below", value: 0.75 }, facts(run(17, 5)), false],
    [
      "below: learnt well enough",
      { goal: "test-accuracy-below", value: 0.75, with_train_at_least: 0.9 },
      facts(run(17, 5)),
      true,
    ],
    ["errors: enough seen", { goal: "find-errors", count: 2 }, facts({ errorsSeen: 2 }), true],
    ["errors: one short", { goal: "find-errors", count: 2 }, facts({ errorsSeen: 1 }), false],
    ["confused: named", { goal: "name-most-confused" }, facts({ confusedRight: true }), true],
    ["confused: wrong pair", { goal: "name-most-confused" }, facts({ confusedRight: false }), false],
    ["confused: not said", { goal: "name-most-confused" }, facts(), false],
    ["unknown goals never hold", { goal: "win" }, facts(run(18, 12)), false],
  ] as const)("%s", (_name, goal, given, done) => {
    expect(verdict(goal, given)?.done).toBe(done);
  });

  it("look at one kind of picture only where asked", () => {
    const goal = { goal: "group-accuracy-at-least", trait: "crushed", value: 0.6 };
    const given = (right: number) =>
      facts({
        ...run(18, 10),
        withTrait: (trait) => (trait === "crushed" ? answers(right, 6) : answers(6, 6)),
      });
    expect(verdict(goal, given(4))?.done).toBe(true);
    expect(verdict(goal, given(3))).toMatchObject({ done: false, far: "认对 3 张，要 4 张" });
    expect(verdict(goal, facts({ ...run(18, 10) }))?.done).toBe(false);
  });

  it("say how far it is", () => {
    expect(verdict({ goal: "examples-per-class", min: 4 }, facts(classes(4, 1)))?.far).toBe(
      "类1有 1 张，还差 3 张",
    );
    expect(verdict({ goal: "test-accuracy-at-least", value: 0.75 }, facts(run(18, 7)))?.far).toBe(
      "认对 7 张，要 9 张",
    );
  });
});
