import { readFileSync } from "node:fs";
import { describe, expect, it, vi } from "vitest";
import { parseTable } from "../datasets";
import { standIn } from "../testing";
import { Bench, wrongCell } from "./bench";
import { check, type Facts, GOAL_TYPES } from "./checks";
import { dataCode } from "./code";
import manifest from "./manifest.json";
import {
  agreement,
  faults,
  type GroupErrors,
  gap,
  kappa,
  mended,
  middle,
  steps,
  threshold,
  worst,
} from "./model";
import { MATES, mateLabels, NOTES } from "./notes";
import { freshState, readSettings, resume } from "./state";

const FOLDER = "../content/datasets/voice-light";
const set = parseTable(
  readFileSync(`${FOLDER}/dataset.yaml`, "utf8"),
  readFileSync(`${FOLDER}/table.csv`, "utf8"),
);
const settings = readSettings({}, set);
const bench = (given = standIn(), chosen: Record<string, unknown> = {}) =>
  new Bench(
    set,
    { id: "data", dataset: "voice-light", settings: chosen, goals: [], hints: [] },
    given,
    () => undefined,
  );
const yes = (bits: number[]): boolean[] => bits.map((one) => one === 1);

/** Mends every fault; what has to be thrown away goes. */
function clean(one: Bench): void {
  for (let fault = one.left()[0]; fault; fault = one.left()[0])
    one.mend(fault, fault.kind === "unit" ? "convert" : "drop");
}

// Expected: scikit-learn 1.9.1, sklearn.metrics.cohen_kappa_score on the same labels.
describe("agreement, against scikit-learn", () => {
  it.each<readonly [number[], number[], number]>([
    [[1, 0, 1, 0, 1, 1], [1, 1, 1, 0, 0, 1], 0.25],
    [NOTES.map(({ name }) => Number(name)), NOTES.map(({ want }) => Number(want)), -0.235294117647],
    ...(["name", "want", "both"] as const).map((rule, i) => {
      const [a, b] = MATES.map((mate) => mateLabels(mate, rule, 12).map(Number));
      return [
        a as number[],
        b as number[],
        [0.666666666667, 0.636363636364, 0.657142857143][i] as number,
      ] as const;
    }),
  ])("%j and %j", (a, b, value) => {
    expect(kappa(yes(a), yes(b))).toBeCloseTo(value, 9);
  });

  it("is not to be had where chance alone agrees", () => {
    expect(kappa([true, true], [true, true])).toBeNull();
    expect(kappa([], [])).toBeNull();
    expect(agreement([true, false], [true, true])).toBe(0.5);
  });
});

describe("faults", () => {
  it("finds the nine that were put in", () => {
    const found = faults(settings.train, settings.columns);
    const of = (kind: string) => found.filter((one) => one.kind === kind).length;
    expect([found.length, of("missing"), of("impossible"), of("unit"), of("twice")]).toEqual([9, 2, 3, 2, 2]);
    expect(faults(settings.test, settings.columns).filter(({ kind }) => kind !== "twice")).toEqual([]);
  });

  it("are mended: converted, filled with the middle, thrown away", () => {
    const found = faults(settings.train, settings.columns);
    const far = found.find(({ kind }) => kind === "unit");
    const empty = found.find(({ kind, column }) => kind === "missing" && column === "loudness");
    const twice = found.find(({ kind }) => kind === "twice");
    if (!far || !empty || !twice) throw new Error("no such fault");
    const rows = mended(settings.train, settings.columns, [
      { ...far, how: "convert" },
      { ...empty, how: "middle" },
      { ...twice, how: "drop" },
    ]);
    expect(rows).toHaveLength(65);
    expect(rows.find(({ no }) => no === far.no)?.values["distance"]).toBeLessThan(3);
    // statistics.median of the 64 values that make sense
    expect(rows.find(({ no }) => no === empty.no)?.values["loudness"]).toBe(57);
    expect(faults(rows, settings.columns)).toHaveLength(6);
  });

  it("counts middles and steps", () => {
    expect(middle([3, Number.NaN, 1, 2])).toBe(2);
    expect(middle([])).toBeNaN();
    expect(steps([0, 1, 2, 4, Number.NaN], 2).map(({ n }) => n)).toEqual([2, 2]);
    expect(steps([], 2)).toEqual([]);
  });
});

// Expected: every threshold halfway between two values tried by a plain loop in Python, the first with the fewest mistakes.
describe("the machine", () => {
  it.each([
    [[-1, -1, -1], 60, [0, 3, 10], [1, 0, 0]],
    [[8, 8, 8], 57.5, [0, 1, 9], [3, 0, 0]],
    [[0, 0, -1], 45.5, [0, 0, 0], [10, 10, 3]],
    [[-1, 0, 0], 62, [1, 5, 10], [0, 0, 0]],
  ])("that learnt %j of each has its threshold at %d", (amounts, at, missed, wrongly) => {
    const one = bench();
    const errors = one.errors(one.lessons(amounts), false) as GroupErrors[];
    expect(threshold(one.lessons(amounts), "loudness", "yes")).toBe(at);
    expect(errors.map((each) => each.missed)).toEqual(missed);
    expect(errors.map((each) => each.wrongly)).toEqual(wrongly);
  });

  it("with a threshold for each group fails nobody much more", () => {
    const one = bench();
    expect(gap(one.errors(one.lessons(), true) as GroupErrors[])).toBeLessThanOrEqual(0.15);
    expect(one.errors([], false)).toBeNull();
  });
});

const errors = (...missed: number[]): GroupErrors[] =>
  missed.map((n, i) => ({ group: "abc"[i] as string, at: 1, missed: n, calls: 10, wrongly: 0, others: 0 }));
const nothing: Facts = {
  rounds: [],
  faults: 9,
  left: 9,
  misses: 0,
  collected: 0,
  plots: [],
  tried: [],
  named: false,
  meanGuess: null,
};
const round = (share: number, kappa: number | null, rule: string | null = null) => ({
  rule,
  share,
  kappa,
  right: false,
});

describe("goals", () => {
  it("are those of the manifest", () => {
    expect(GOAL_TYPES.sort()).toEqual(Object.keys(manifest.goals).sort());
    expect(GOAL_TYPES).toContain(manifest.break_it.goal.goal);
    for (const { goal } of manifest.free.goals) expect(GOAL_TYPES).toContain(goal);
  });

  it.each<[string, Record<string, unknown>, Partial<Facts>, boolean]>([
    ["agreement-at-least", {}, { rounds: [round(0.8, 0.6)] }, true],
    ["agreement-at-least", {}, { rounds: [round(0.9, 0.59)] }, false],
    ["agreement-at-least", {}, { rounds: [round(1, null)] }, false],
    ["agreement-at-least", { by: "share", value: 0.8 }, { rounds: [round(0.8, null)] }, true],
    ["rule-helped", {}, { rounds: [round(0.5, 0), round(0.8, 0, "both")] }, true],
    ["rule-helped", {}, { rounds: [round(0.8, 0, "both")] }, false],
    ["rule-helped", {}, { rounds: [round(0.8, 0), round(0.8, 0, "both")] }, false],
    ["all-cleaned", {}, { left: 0 }, true],
    ["all-cleaned", {}, { left: 1 }, false],
    ["all-cleaned", {}, { faults: 0, left: 0 }, false],
    ["all-cleaned", { wrong_at_most: 2 }, { left: 0, misses: 3 }, false],
    ["rows-collected", { count: 2 }, { collected: 2 }, true],
    ["rows-collected", { count: 2 }, { collected: 1 }, false],
    ["plotted", { kinds: 2 }, { plots: ["bar", "scatter"] }, true],
    ["plotted", {}, { plots: ["bar"] }, false],
    ["failed-group-found", {}, { named: true }, true],
    ["failed-group-found", {}, {}, false],
    ["forecast-right", { count: 2 }, { meanGuess: true, tried: [{ errors: [], right: true }] }, true],
    ["forecast-right", { count: 2 }, { meanGuess: true }, false],
    ["gap-at-most", { value: 0.1 }, { tried: [{ errors: errors(1, 2, 1), right: false }] }, true],
    ["gap-at-most", { value: 0.1 }, { tried: [{ errors: errors(1, 3, 1), right: false }] }, false],
    ["gap-at-most", {}, {}, false],
    ["group-broken", { group: "a" }, { tried: [{ errors: errors(4, 1, 9), right: false }] }, true],
    ["group-broken", { group: "b" }, { tried: [{ errors: errors(4, 1, 9), right: false }] }, false],
    ["unknown", {}, {}, false],
  ])("%s %j holds: %#", (goal, rest, facts, done) => {
    expect(check([{ goal, text: "", ...rest }], { ...nothing, ...facts })[0]?.done).toBe(done);
  });

  it("name no worst group where two are level", () => {
    expect(worst(errors(3, 3, 1))).toBeNull();
    expect(worst(errors(3, 4, 1))?.group).toBe("b");
  });
});

describe("settings", () => {
  it("read every setting of the manifest", () => {
    const given = { level: "senior", stages: ["plot", "clean"], group: "group", feature: "pitch" };
    expect(Object.keys(given).sort()).toEqual(Object.keys(manifest.settings.properties).sort());
    const read = readSettings(given, set);
    expect([read.level, read.stages, read.feature.key]).toEqual(["senior", ["clean", "plot"], "pitch"]);
  });

  it("are usual where a value makes no sense, and fewer for the little ones", () => {
    const usual = readSettings({ stages: [3], group: "x", feature: "group" }, set);
    expect([usual.stages.length, usual.group.key, usual.feature.key]).toEqual([5, "group", "loudness"]);
    const primary = readSettings({ level: "primary" }, set);
    expect([primary.stages.length, primary.notes, primary.columns.length]).toEqual([3, 8, 3]);
  });
});

describe("on the bench", () => {
  it("compares labels only after all are given and a guess was made", () => {
    const given = standIn();
    const one = bench(given);
    one.compare("few");
    expect(one.state.rounds).toEqual([]);
    for (const [i, note] of NOTES.entries()) one.label(i, note.want);
    one.compare("few");
    one.setRule("both");
    for (const [i, note] of NOTES.entries()) one.label(i, note.both);
    one.compare("half");
    expect(one.state.rounds.map(({ kappa: k }) => k?.toFixed(2))).toEqual(["-0.24", "0.66"]);
    expect(one.disputed(one.state.own as boolean[], "both")).toEqual([5, 9]);
    const words = vi.mocked(given.did).mock.calls.map(([what]) => what);
    expect(words).toEqual(["predicted", "saw-prediction", "explained", "predicted", "saw-prediction"]);
  });

  it("mends only what is wrong, and says what became of the mean", () => {
    const given = standIn();
    const one = bench(given);
    one.guessShift("less");
    expect(one.isFault(1, "loudness", "missing")).toBe(false);
    one.mend({ no: 1, column: "loudness", kind: "missing" }, "drop");
    expect([one.state.misses, one.state.mends.length]).toEqual([1, 0]);
    clean(one);
    expect([one.left().length, one.shift(), one.facts().meanGuess]).toEqual([0, "less", true]);
    // the mean of the filled cells of the raw column, by plain Python: 67.3077
    expect(one.means().before).toBeCloseTo(67.307692, 5);
    expect(one.means().after).toBeLessThan(62);
    expect(vi.mocked(given.did).mock.calls.at(-1)?.[0]).toBe("saw-prediction");
    one.undo();
    expect(one.left()).toHaveLength(1);
  });

  it("takes rows that make sense, and says what is wrong with others", () => {
    const one = bench();
    const row = { group: "老师", distance: "1.5", loudness: "60", pitch: "200" };
    expect(one.add({ ...row, distance: "150" }, "yes")).toContain("0 到 10 米");
    expect(one.add({ ...row, distance: "" }, "yes")).toContain("空着");
    expect(one.add({ ...row, pitch: "高" }, "yes")).toContain("数字");
    expect(one.add({ ...row, group: "猫" }, "yes")).toContain("选");
    expect(one.add(row, "x")).toContain("选");
    expect(one.add(row, "yes")).toBe("");
    expect(one.add(row, "yes")).toContain("一模一样");
    expect(one.rows()).toHaveLength(67);
    one.dropOwn(0);
    expect(one.rows()).toHaveLength(66);
    for (const column of set.columns) expect(wrongCell("Infinity", column)).not.toBe("");
  });

  it("finds whom the machine fails", () => {
    const one = bench();
    one.learn("老师");
    expect(one.facts().tried[0]?.right).toBe(false);
    expect(one.name("低年级", "wrongly")).toBe(false);
    expect(one.name("低年级", "missed")).toBe(true);
    expect(one.facts().named).toBe(true);
    for (const [i, amount] of [0, 0, 0].entries()) one.setAmount(i, amount);
    one.learn("老师");
    expect(one.state.tried).toHaveLength(1);
  });

  it("writes a program with every row in it", () => {
    expect(dataCode(bench()).match(/^ {4}\("/gm)).toHaveLength(65 + 60);
  });
});

describe("resuming", () => {
  it("gives back what was saved", () => {
    const one = bench();
    for (const [i, note] of NOTES.entries()) one.label(i, note.want);
    one.compare("few");
    one.guessShift("more");
    clean(one);
    one.add({ group: "低年级", distance: "2", loudness: "50", pitch: "300" }, "no");
    one.plotted("bar");
    one.learn("低年级");
    const saved = JSON.parse(JSON.stringify(one.state));
    expect(resume(saved, settings, set)).toEqual(saved);
  });

  it.each([null, undefined, 3, "x", [], {}, { v: 2 }])("starts afresh from %j", (saved) => {
    expect(resume(saved, settings, set)).toEqual(freshState(settings));
  });

  it("makes broken parts fit", () => {
    const read = resume(
      {
        v: 1,
        stage: "x",
        own: [true],
        rounds: [{ share: 1 }, 3],
        rows: [{ values: { group: "老师", distance: 1e9 }, label: "yes" }, null],
        mends: [{ no: 1 }, { no: 1, column: "a", kind: "missing", how: "eat" }],
        plot: { kind: 3, x: "nowhere" },
        amounts: [1],
        tried: [{ guess: "a", errors: [] }],
        reached: ["a", 2],
      },
      settings,
      set,
    );
    expect(read).toEqual({ ...freshState(settings), reached: [2] });
  });
});
