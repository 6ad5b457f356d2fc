import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { parseTable } from "../datasets";
import type { Goal } from "../host";
import { standIn } from "../testing";
import { Bench, fromLand, toLand } from "./bench";
import { check, type Facts, GOAL_TYPES } from "./checks";
import manifest from "./manifest.json";
import { at, best, type Line, loss, ring, slope, step } from "./model";
import { freshState, RATES, readSettings, resume } from "./state";

const folder = resolve(import.meta.dirname, "../../../content/datasets/ice-pops");
const read = (file: string) => readFileSync(resolve(folder, file), "utf-8");
const table = parseTable(read("dataset.yaml"), read("table.csv"));
const settings = readSettings({}, table);
const { dots } = settings;

// Made once with NumPy 2.4.6 from content/datasets/ice-pops, columns brought to the sheet as readSettings does:
// numpy.linalg.lstsq, one gradient step from (-20, 70) with rate 0.1, fifty of them, eigenvalues of the loss's curvature.
const START: Line = { rise: -20, height: 70 };
const BEST: Line = { rise: 45.567263, height: 52.67926 };
const LARGEST_RATE = 0.98143;

function near(line: Line, expected: Line): void {
  expect(line.rise).toBeCloseTo(expected.rise, 4);
  expect(line.height).toBeCloseTo(expected.height, 4);
}

const bench = (state: unknown = null) =>
  new Bench(
    settings,
    { id: "line", dataset: "ice-pops", settings: {}, goals: [], hints: [] },
    standIn(state),
    () => undefined,
  );

describe("the model, against NumPy", () => {
  it("finds the least squares line at once", () => {
    near(best(dots), BEST);
    expect(loss(dots, best(dots))).toBeCloseTo(65.432718, 4);
    near(slope(dots, best(dots)), { rise: 0, height: 0 });
  });

  it("takes one step and fifty", () => {
    expect(loss(dots, START)).toBeCloseTo(1955.262171, 4);
    near(slope(dots, START), { rise: -44.478552, height: 49.84325 });
    near(step(dots, START, 0.1), { rise: -15.552145, height: 65.015675 });
    let line = START;
    for (let i = 0; i < 50; i += 1) line = step(dots, line, 0.1);
    near(line, { rise: 42.474535, height: 52.174867 });
  });

  it.each(RATES)("with rate %f comes nearer or flies off as the curvature says", (rate) => {
    let line = START;
    for (let i = 0; i < 200; i += 1) line = step(dots, line, rate);
    expect(loss(dots, line) < loss(dots, START)).toBe(rate < LARGEST_RATE);
  });

  it("draws rings of equal loss, and copes with points that decide nothing", () => {
    for (const line of ring(dots, 300, 12)) expect(loss(dots, line)).toBeCloseTo(365.432718, 3);
    expect(
      best([
        { x: 30, y: 10 },
        { x: 30, y: 20 },
      ]),
    ).toEqual({ rise: 0, height: 15 });
    expect(
      at(
        best([
          { x: 0, y: 10 },
          { x: 100, y: 30 },
        ]),
        50,
      ),
    ).toBeCloseTo(20, 9);
    expect(loss([], START)).toBe(0);
  });
});

const none: Facts = { least: 10, hand: null, closed: false, guessed: 0, walks: [] };
const walk = (steps: number, first: number, last: number) => ({ rate: 0.1, steps, first, last });

describe("goals of the line lab", () => {
  it("are those of the manifest", () => {
    expect([...GOAL_TYPES].sort()).toEqual(Object.keys(manifest.goals).sort());
    expect(manifest.settings.properties.rate.enum).toEqual(RATES);
  });

  it.each([
    ["hand", { goal: "hand-near-best", within: 1.2 }, { hand: 12 }, true],
    ["hand: not near", { goal: "hand-near-best", within: 1.2 }, { hand: 12.1 }, false],
    ["hand: nothing drawn", { goal: "hand-near-best" }, {}, false],
    ["guessed", { goal: "steps-guessed", count: 2 }, { guessed: 2 }, true],
    ["guessed: one short", { goal: "steps-guessed", count: 2 }, { guessed: 1 }, false],
    [
      "arrived",
      { goal: "descent-arrives", within: 1.1, steps_at_most: 20 },
      { walks: [walk(20, 90, 11)] },
      true,
    ],
    [
      "arrived: late",
      { goal: "descent-arrives", within: 1.1, steps_at_most: 20 },
      { walks: [walk(21, 90, 11)] },
      false,
    ],
    ["arrived: short of it", { goal: "descent-arrives", within: 1.1 }, { walks: [walk(9, 90, 12)] }, false],
    ["small", { goal: "rate-too-small", steps: 20, still_over: 2 }, { walks: [walk(20, 90, 21)] }, true],
    ["small: too few steps", { goal: "rate-too-small", steps: 20 }, { walks: [walk(19, 90, 50)] }, false],
    [
      "small: growing is not small",
      { goal: "rate-too-small", steps: 20 },
      { walks: [walk(30, 90, 95)] },
      false,
    ],
    ["compared", { goal: "closed-compared" }, { closed: true, walks: [walk(9, 90, 10.2)] }, true],
    ["compared: not seen", { goal: "closed-compared" }, { walks: [walk(9, 90, 10.2)] }, false],
    ["blown up", { goal: "blown-up", times: 10 }, { walks: [walk(9, 90, 900)] }, true],
    ["blown up: not far", { goal: "blown-up", times: 10 }, { walks: [walk(9, 90, 899)] }, false],
    ["unknown goals never hold", { goal: "win" }, {}, false],
  ] as const)("%s", (_name, goal, facts, done) => {
    const given = { ...none, ...facts } as Facts;
    expect(check([{ text: "", ...goal } as unknown as Goal], given)[0]?.done).toBe(done);
  });
});

describe("on the bench", () => {
  it("a line by hand counts until the best one was seen", () => {
    const one = bench();
    one.take({ x: 90, y: 95 });
    one.nudge(-1, 0);
    one.nudge(0, -2);
    one.drawnByHand();
    const kept = one.state.handBest;
    expect(kept).toBe(one.loss(one.state.hand));
    expect(at(one.state.hand, 95)).toBeCloseTo(95, 9);
    one.showBest();
    one.state.hand = { ...one.best };
    one.drawnByHand();
    expect(one.state.handBest).toBe(kept);
  });

  it("walks, guesses, flies off and stops; every start and rate is a line of the table", () => {
    const one = bench();
    one.walk(5);
    expect(one.state.walks).toEqual([]);
    one.show("descent");
    one.guess(true);
    one.guess(false);
    expect(one.state.guesses).toEqual({ right: 1, wrong: 1 });
    one.walk(10);
    expect(one.state.walks).toHaveLength(1);
    expect(one.state.walks[0]).toMatchObject({ rate: 0.1, steps: 12 });
    one.setRate(RATES.length - 1);
    one.walk(300);
    expect(one.over).toBe(true);
    expect(one.standing()).toContain("飞走了");
    one.guess(true);
    expect(one.state.walks).toHaveLength(2);
    one.setStart({ x: 40, y: 60 });
    expect(one.line).toEqual(fromLand({ x: 40, y: 60 }));
    expect(toLand(one.line)).toEqual({ x: 40, y: 60 });
  });

  it("resumes in the middle of a walk, and from anything broken", () => {
    const one = bench();
    one.show("descent");
    one.walk(10);
    const saved = JSON.parse(JSON.stringify(one.state));
    expect(resume(saved, settings)).toEqual(saved);
    for (const broken of [null, 3, "x", [], {}, { v: 2 }])
      expect(resume(broken, settings)).toEqual(freshState(settings));
    expect(resume({ v: 1, path: [{ rise: 1e9, height: 0 }], rate: 99, hand: "x" }, settings)).toMatchObject({
      path: [],
      rate: RATES.length - 1,
      hand: freshState(settings).hand,
    });
  });

  it("reads every setting of the manifest", () => {
    const given = { mode: "descent", columns: ["sold", "heat"], rate: 0.5, code: true, level: "junior" };
    expect(Object.keys(given).sort()).toEqual(Object.keys(manifest.settings.properties).sort());
    expect(readSettings(given, table)).toMatchObject({
      tabs: ["descent"],
      rate: RATES.indexOf(0.5),
      level: "senior",
    });
  });
});
