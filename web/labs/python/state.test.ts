import { describe, expect, it } from "vitest";
import { check, GOAL_TYPES } from "./checks";
import manifest from "./manifest.json";
import {
  answerLines,
  fingerprint,
  type Last,
  MOST_CODE,
  note,
  readSettings,
  reset,
  resume,
  takeBack,
} from "./state";

const CLEAN: Last = {
  ending: "clean",
  changed: true,
  error: null,
  asked: null,
  output: "1\n",
  drawings: [],
  checks: {},
  ms: 12,
  cell: 0,
  before: [],
  server: "",
};
const ERROR: Last = {
  ...CLEAN,
  ending: "error",
  error: { kind: "NameError", line: 2, says: "没有", python: "NameError" },
};
const fresh = () => resume(null, "print(1)\n", "5");

describe("settings", () => {
  it("read every setting of the manifest and stay within bounds", () => {
    expect(Object.keys(manifest.settings.properties).sort()).toEqual(["seconds", "task"]);
    expect(readSettings({ task: "mean", seconds: 5 })).toEqual({ task: "mean", seconds: 5 });
    for (const [given, kept] of [
      [0, 1],
      [999, 60],
      ["x", 10],
      [undefined, 10],
    ])
      expect(readSettings({ task: "a", seconds: given }).seconds).toBe(kept);
  });
});

describe("a saved work", () => {
  it("begins with the starter and is resumed as it was", () => {
    const state = fresh();
    expect([state.code, state.answers, state.last]).toEqual(["print(1)\n", "5", null]);
    note(state, { ...ERROR, output: "x".repeat(9000) }, state.code, "");
    note(state, { ...CLEAN, checks: { mean: { ok: false, hint: "先加起来" } } }, "print(2)", "");
    expect(resume(JSON.parse(JSON.stringify(state)), "other", "")).toEqual(state);
  });

  it.each([
    null,
    3,
    "x",
    [],
    { code: 4, tried: "a", last: 3, reached: ["x"], hints: -2 },
    { last: { ending: "fun" } },
  ])("that does not fit begins anew: %j", (saved) =>
    expect(resume(saved, "s", "a")).toEqual(resume(null, "s", "a")),
  );

  it("keeps no endless program, output or drawing", () => {
    const state = resume({ code: "x".repeat(99_999) }, "s", "");
    expect(state.code).toHaveLength(MOST_CODE);
    const points = Array.from({ length: 2000 }, (_, at): [number, number, string] => [at, at * 1.5, "组"]);
    const drawings: Last["drawings"] = [{ kind: "plot", title: "", x: "", y: "", points, lines: [] }];
    note(state, { ...CLEAN, output: "y".repeat(99_999), drawings }, "a", "");
    expect(JSON.stringify(state).length).toBeLessThan(30_000);
  });

  it("can be put back to the starter, and taken back again", () => {
    const state = { ...fresh(), code: "mine" };
    reset(state, "start");
    expect([state.code, state.before]).toEqual(["start", "mine"]);
    reset(state, "start");
    expect(state.before).toBe("mine");
    takeBack(state);
    expect([state.code, state.before]).toEqual(["mine", null]);
  });
});

describe("different programs", () => {
  it("differ by more than spaces and comments; answers count where there is a question", () => {
    expect(fingerprint("a = 1 # eins\n", "")).toBe(fingerprint("a=1\n\n# zwei", "3"));
    expect(fingerprint("a = 1", "")).not.toBe(fingerprint("a = 2", ""));
    expect(fingerprint("input('a')", "1")).not.toBe(fingerprint("input('a')", "2"));
  });

  it("take one answer from each line", () => {
    expect(answerLines("3\r\n\r\n5\n\n")).toEqual(["3", "", "5"]);
    expect(answerLines("")).toEqual([]);
  });
});

describe("goals", () => {
  const having = (...runs: [Last, string][]) => {
    const state = fresh();
    for (const [last, code] of runs) note(state, last, code, "");
    return state;
  };
  const bars = { kind: "bars" as const, title: "", unit: "", bars: [["a", 1]] as [string, number][] };
  const checked = (ok: boolean): Last => ({ ...CLEAN, checks: { mean: { ok, hint: ok ? "" : "先加起来" } } });

  it("are those of the manifest", () => {
    expect(GOAL_TYPES.sort()).toEqual(Object.keys(manifest.goals).sort());
  });

  it.each([
    ["runs", {}, having([CLEAN, "a"]), true],
    ["runs", {}, having([ERROR, "a"]), false],
    ["runs", {}, having([{ ...CLEAN, ending: "timeout" }, "a"]), false],
    ["runs", { changed: true }, having([{ ...CLEAN, changed: false }, "a"]), false],
    ["runs", { changed: true }, having([CLEAN, "a"]), true],
    ["check", { check: "mean" }, having([checked(true), "a"]), true],
    ["check", { check: "mean" }, having([checked(false), "a"]), false],
    ["check", { check: "mean" }, having([checked(true), "a"], [ERROR, "b"]), false],
    ["check", { check: "other" }, having([checked(true), "a"]), false],
    ["drew", {}, having([{ ...CLEAN, drawings: [bars] }, "a"]), true],
    ["drew", { kind: "plot" }, having([{ ...CLEAN, drawings: [bars] }, "a"]), false],
    ["drew", { kind: "bars", count: 2 }, having([{ ...CLEAN, drawings: [bars] }, "a"]), false],
    ["tried", { count: 2 }, having([CLEAN, "a"], [CLEAN, "a #"]), false],
    ["tried", { count: 2 }, having([CLEAN, "a"], [ERROR, "b"]), false],
    ["tried", { count: 2 }, having([CLEAN, "a"], [CLEAN, "b"]), true],
    ["mended", {}, having([CLEAN, "a"]), false],
    ["mended", {}, having([ERROR, "a"]), false],
    ["mended", {}, having([ERROR, "a"], [CLEAN, "b"]), true],
    ["win", {}, having([CLEAN, "a"]), false],
  ])("%s %j", (goal, parameters, facts, done) => {
    expect(check([{ goal, text: "", ...parameters }], facts)[0]?.done).toBe(done);
  });

  it("say how far one is, with the hint of the check that failed", () => {
    const far = (goal: object, facts = fresh()) => check([{ goal: "", text: "", ...goal }], facts)[0]?.far;
    expect(far({ goal: "check", check: "mean" }, having([checked(false), "a"]))).toBe("先加起来");
    expect(far({ goal: "check", check: "mean" }, having([ERROR, "a"]))).toBe("先让程序跑到尾");
    expect(far({ goal: "tried", count: 3 }, having([CLEAN, "a"]))).toBe("试过 1 种，要 3 种");
    expect(far({ goal: "runs", changed: true }, having([{ ...CLEAN, changed: false }, "a"]))).toBe(
      "程序还和开头一样",
    );
    expect(far({ goal: "check", check: "mean" })).toBe("");
  });
});
