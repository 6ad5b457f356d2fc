import { describe, expect, it } from "vitest";
import type { Goal } from "../host";
import { check, type Facts, GOAL_TYPES } from "./checks";
import manifest from "./manifest.json";

const none: Facts = {
  counts: [4, 4, 2],
  guesses: { right: 0, contested: 0, centres: 0 },
  flip: null,
  tests: [],
  added: 0,
  taken: 0,
  runs: [],
};
const one = (goal: Record<string, unknown>, facts: Partial<Facts>) =>
  check([{ text: "", ...goal } as unknown as Goal], { ...none, ...facts })[0];
const test = (k: number, right: number) => ({ k, right, all: 10 });
const run = (groups: number, spread: number) => ({ groups, rounds: 3, spread });

describe("goals of the points lab", () => {
  it("are those of the manifest", () => {
    expect([...GOAL_TYPES].sort()).toEqual(Object.keys(manifest.goals).sort());
    expect(GOAL_TYPES).toContain(manifest.break_it.goal.goal);
  });

  it.each([
    ["placed", { goal: "placed", per_kind: 2 }, {}, true],
    ["placed: one kind short", { goal: "placed", per_kind: 3 }, {}, false],
    ["guessed", { goal: "guess-right", count: 2 }, { guesses: { right: 2, contested: 0, centres: 0 } }, true],
    [
      "guessed: only the easy ones",
      { goal: "guess-right", count: 1, contested: true },
      { guesses: { right: 2, contested: 0, centres: 0 } },
      false,
    ],
    ["flip", { goal: "k-flips" }, { flip: { few: 1, many: 9 } }, true],
    ["flip: none", { goal: "k-flips" }, {}, false],
    ["compared", { goal: "k-compared", count: 2 }, { tests: [test(1, 5), test(3, 5)] }, true],
    ["compared: one", { goal: "k-compared", count: 2 }, { tests: [test(1, 5)] }, false],
    ["tested", { goal: "test-accuracy-at-least", value: 0.8 }, { tests: [test(1, 5), test(3, 8)] }, true],
    ["tested: one short", { goal: "test-accuracy-at-least", value: 0.8 }, { tests: [test(3, 7)] }, false],
    ["tested: not yet", { goal: "test-accuracy-at-least", value: 0.1 }, {}, false],
    [
      "broken",
      { goal: "broken-by-few", added_at_most: 3, test_at_most: 0.5 },
      { added: 3, tests: [test(1, 5)] },
      true,
    ],
    [
      "broken: too many",
      { goal: "broken-by-few", added_at_most: 3, test_at_most: 0.5 },
      { added: 4, tests: [test(1, 5)] },
      false,
    ],
    [
      "broken: points taken away",
      { goal: "broken-by-few", added_at_most: 3, test_at_most: 0.5 },
      { added: 2, taken: 1, tests: [test(1, 0)] },
      false,
    ],
    [
      "broken: nothing added",
      { goal: "broken-by-few", added_at_most: 3, test_at_most: 0.5 },
      { tests: [test(1, 0)] },
      false,
    ],
    [
      "centres",
      { goal: "centres-guessed", count: 1 },
      { guesses: { right: 0, contested: 0, centres: 1 } },
      true,
    ],
    ["settled", { goal: "settled", groups: 3 }, { runs: [run(3, 5)] }, true],
    ["settled: other number", { goal: "settled", groups: 2 }, { runs: [run(3, 5)] }, false],
    ["settled: any number", { goal: "settled" }, { runs: [run(4, 5)] }, true],
    ["starts", { goal: "starts-matter", ratio: 1.5 }, { runs: [run(3, 100), run(3, 160)] }, true],
    ["starts: alike", { goal: "starts-matter", ratio: 1.5 }, { runs: [run(3, 100), run(3, 140)] }, false],
    [
      "starts: other number of centres",
      { goal: "starts-matter" },
      { runs: [run(2, 300), run(3, 100)] },
      false,
    ],
    ["unknown goals never hold", { goal: "win" }, {}, false],
  ] as const)("%s", (_name, goal, facts, done) => {
    expect(one(goal, facts as Partial<Facts>)?.done).toBe(done);
  });

  it("say how far it is", () => {
    expect(one({ goal: "test-accuracy-at-least", value: 0.75 }, { tests: [test(3, 5)] })?.far).toBe(
      "认对 5 个，要 8 个",
    );
  });
});
