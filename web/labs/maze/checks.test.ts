import { describe, expect, it } from "vitest";
import type { Goal } from "../host";
import { check, type Facts, GOAL_TYPES, type Run } from "./checks";
import manifest from "./manifest.json";

const run = (method: Run["method"], opened: number, cost: number | null, factor = 1): Run => ({
  method,
  factor,
  opened,
  length: cost,
  cost,
});
const facts = (...runs: Run[]): Facts => ({ runs, settled: 0, right: 0 });
const verdict = (goal: Record<string, unknown>, given: Facts) =>
  check([{ text: "", ...goal } as unknown as Goal], given)[0];

describe("goals of the maze lab", () => {
  it("are those of the manifest", () => {
    expect([...GOAL_TYPES].sort()).toEqual(Object.keys(manifest.goals).sort());
    expect(GOAL_TYPES).toContain(manifest.break_it.goal.goal);
  });

  const fewer = { goal: "fewer-opened", method: "astar", than: "bfs", times: 2 };
  const worse = { goal: "worse-path", method: "astar", more_by: 4 };
  it.each<[string, Record<string, unknown>, Facts, boolean]>([
    ["one method", { goal: "compare-methods", count: 2 }, facts(run("bfs", 9, 4)), false],
    [
      "the same twice",
      { goal: "compare-methods", count: 2 },
      facts(run("astar", 9, 4), run("astar", 9, 4, 2)),
      false,
    ],
    ["two", { goal: "compare-methods", count: 2 }, facts(run("bfs", 9, 4), run("dfs", 9, 4)), true],
    [
      "two, no way",
      { goal: "compare-methods", count: 2 },
      facts(run("bfs", 9, null), run("dfs", 9, null)),
      false,
    ],
    ["half as many", fewer, facts(run("bfs", 20, 8), run("astar", 10, 8)), true],
    ["one cell too many", fewer, facts(run("bfs", 20, 8), run("astar", 11, 8)), false],
    ["few but dear", fewer, facts(run("bfs", 20, 8), run("astar", 5, 9, 2)), false],
    [
      "few by another factor",
      fewer,
      facts(run("bfs", 20, 8), run("astar", 5, 9, 2), run("astar", 9, 8)),
      true,
    ],
    ["no way", fewer, facts(run("bfs", 20, null), run("astar", 5, null)), false],
    ["nothing to compare", worse, facts(run("astar", 9, 23, 2)), false],
    ["dear by four", worse, facts(run("astar", 9, 23, 2), run("astar", 20, 19)), true],
    ["dear by three", worse, facts(run("astar", 9, 22, 2), run("astar", 20, 19)), false],
    ["by another method", worse, facts(run("dfs", 9, 30), run("astar", 20, 19)), false],
    ["nothing run", { goal: "no-way" }, facts(), false],
    ["a way", { goal: "no-way" }, facts(run("bfs", 9, 4)), false],
    ["no way at all", { goal: "no-way" }, facts(run("bfs", 9, null)), true],
    ["not guessed", { goal: "predict" }, facts(), false],
    ["guessed and seen", { goal: "predict" }, { runs: [], settled: 1, right: 0 }, true],
    ["guessed wrong", { goal: "predict", right: true }, { runs: [], settled: 1, right: 0 }, false],
    ["an unknown goal", { goal: "fly" }, facts(run("bfs", 9, 4)), false],
  ])("%s", (_, goal, given, done) => {
    expect(verdict(goal, given)?.done).toBe(done);
  });

  it("say what is missing", () => {
    expect(verdict(worse, facts(run("astar", 9, 22, 2), run("astar", 20, 19)))?.far).toBe("多花 3，要多花 4");
    expect(verdict(worse, facts(run("astar", 9, 22, 2)))?.far).toContain("倍数不超过 1");
    expect(verdict(fewer, facts(run("bfs", 20, 8)))?.far).toContain("都要走完");
  });
});
