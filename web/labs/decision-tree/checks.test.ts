import { describe, expect, it } from "vitest";
import type { Goal } from "../host";
import { check, type Facts, GOAL_TYPES, type TreeFacts } from "./checks";
import manifest from "./manifest.json";

const none: TreeFacts = { questions: 0, depth: 0, train: { right: 4, all: 10 }, test: null };
const tree = (questions: number, depth: number, train: number, test: number | null): TreeFacts => ({
  questions,
  depth,
  train: { right: train, all: 10 },
  test: test === null ? null : { right: test, all: 4 },
});
const facts = (hand: TreeFacts, algorithm: TreeFacts = none, traced = 0): Facts => ({
  hand,
  algorithm,
  traced,
  measure: "片",
});
const holds = (goal: Record<string, unknown>, given: Facts): boolean =>
  check([{ text: "", ...goal } as unknown as Goal], given)[0]?.done ?? false;

describe("goals of the tree lab", () => {
  it("are those of the manifest", () => {
    expect([...GOAL_TYPES].sort()).toEqual(Object.keys(manifest.goals).sort());
  });

  it.each([
    ["train: reached", { goal: "train-accuracy-at-least", value: 0.8 }, facts(tree(2, 2, 8, null)), true],
    [
      "train: one row short",
      { goal: "train-accuracy-at-least", value: 0.8 },
      facts(tree(2, 2, 7, null)),
      false,
    ],
    ["train: a tree without questions", { goal: "train-accuracy-at-least", value: 0.4 }, facts(none), false],
    [
      "train: by the other tree",
      { goal: "train-accuracy-at-least", value: 0.8, tree: "hand" },
      facts(none, tree(2, 2, 9, 4)),
      false,
    ],
    [
      "test: not tested yet",
      { goal: "test-accuracy-at-least", value: 0.5 },
      facts(tree(2, 2, 10, null)),
      false,
    ],
    [
      "test: reached by either",
      { goal: "test-accuracy-at-least", value: 0.75 },
      facts(tree(1, 1, 5, 1), tree(2, 2, 9, 3)),
      true,
    ],
    [
      "questions: few and good",
      { goal: "questions-at-most", value: 2, with_train_at_least: 0.8 },
      facts(tree(2, 2, 8, null)),
      true,
    ],
    [
      "questions: too many",
      { goal: "questions-at-most", value: 2, with_train_at_least: 0.8 },
      facts(tree(3, 2, 10, null)),
      false,
    ],
    [
      "questions: not good enough",
      { goal: "questions-at-most", value: 2, with_train_at_least: 0.9 },
      facts(tree(2, 2, 8, null)),
      false,
    ],
    ["depth: shallow, no exam asked", { goal: "depth-at-most", value: 2 }, facts(tree(2, 2, 8, null)), true],
    [
      "depth: exam asked",
      { goal: "depth-at-most", value: 2, with_test_at_least: 0.5 },
      facts(tree(2, 2, 8, null)),
      false,
    ],
    [
      "depth: shallow and good",
      { goal: "depth-at-most", value: 2, with_test_at_least: 0.75 },
      facts(tree(2, 2, 8, 3)),
      true,
    ],
    [
      "depth: too deep",
      { goal: "depth-at-most", value: 2, with_test_at_least: 0.75 },
      facts(tree(4, 3, 8, 4)),
      false,
    ],
    ["trace: enough", { goal: "trace-row", count: 2 }, facts(none, none, 2), true],
    ["trace: one short", { goal: "trace-row", count: 2 }, facts(none, none, 1), false],
    [
      "overfit: shown",
      { goal: "overfit-shown", train_at_least: 0.95, test_at_most: 0.5 },
      facts(none, tree(9, 6, 10, 2)),
      true,
    ],
    [
      "overfit: tests well",
      { goal: "overfit-shown", train_at_least: 0.95, test_at_most: 0.5 },
      facts(none, tree(9, 6, 10, 3)),
      false,
    ],
    [
      "overfit: learnt too little",
      { goal: "overfit-shown", train_at_least: 0.95, test_at_most: 0.5 },
      facts(none, tree(9, 6, 9, 2)),
      false,
    ],
    [
      "overfit: two trees don't add up",
      { goal: "overfit-shown", train_at_least: 0.95, test_at_most: 0.5 },
      facts(tree(1, 1, 5, 1), tree(9, 6, 10, 4)),
      false,
    ],
    ["beat: better", { goal: "beat-hand-tree" }, facts(tree(2, 2, 8, 2), tree(5, 3, 9, 3)), true],
    ["beat: level but shorter", { goal: "beat-hand-tree" }, facts(tree(5, 2, 8, 3), tree(2, 2, 9, 3)), true],
    ["beat: level and longer", { goal: "beat-hand-tree" }, facts(tree(2, 2, 8, 3), tree(5, 2, 9, 3)), false],
    [
      "beat: hand tree untested",
      { goal: "beat-hand-tree" },
      facts(tree(2, 2, 8, null), tree(5, 2, 9, 3)),
      false,
    ],
    [
      "beat: hand tree too small",
      { goal: "beat-hand-tree", min_questions: 3 },
      facts(tree(2, 2, 8, 1), tree(5, 2, 9, 3)),
      false,
    ],
    ["unknown goals never hold", { goal: "win" }, facts(tree(2, 2, 10, 4)), false],
  ] as const)("%s", (_name, goal, given, done) => {
    expect(holds(goal, given)).toBe(done);
  });

  it("say how far it is", () => {
    const goals = [{ goal: "train-accuracy-at-least", value: 0.75, text: "" }];
    expect(check(goals, facts(tree(1, 1, 5, null)))[0]?.far).toBe("分对 5 片，要 8 片");
  });
});
