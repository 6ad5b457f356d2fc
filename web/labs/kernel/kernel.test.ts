import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { parseGreys } from "../datasets";
import type { Goal, LabHost } from "../host";
import { standIn } from "../testing";
import { Bench } from "./bench";
import { check, type Facts, GOAL_TYPES, type Run } from "./checks";
import manifest from "./manifest.json";
import {
  answers,
  clipped,
  convolve,
  difference,
  divisorOf,
  type Grey,
  type Layer,
  noisy,
  PADDINGS,
  type Padding,
  POOLS,
  pooled,
  readGrey,
  sumAt,
} from "./model";
import { greyOf } from "./pixels";
import { isOwn, PRESETS, presetOf } from "./presets";
import { freshState, NOISES, readSettings, resume, STRIDES } from "./state";

const file = resolve(import.meta.dirname, "../../../content/datasets/grey-pictures/dataset.yaml");
const set = parseGreys(readFileSync(file, "utf-8"));
const settings = readSettings({}, set);
const picture = (key: string) => settings.pictures.find((one) => one.key === key)?.grey as Grey;
const preset = (key: string) => PRESETS.find((one) => one.key === key) as (typeof PRESETS)[number];
const layer = (key: string, padding: Padding, stride = 1): Layer => ({
  kernel: preset(key),
  padding,
  stride,
  pool: "none",
});

// Made once with NumPy 2.4.6 and SciPy: ndimage.correlate (mode constant with 0, nearest, or its inner part), every stride-th
// value: width, sum of all values, mean of their sizes, the value in row 7 column 5 (counted from 0).
const SCIPY: [string, string, Padding, number, number, number, number, number][] = [
  ["moon", "blur", "zero", 1, 24, 54101.555556, 93.926312, 175.666667],
  ["moon", "blur", "edge", 2, 12, 13641.555556, 94.733025, 238],
  ["moon", "blur", "none", 1, 22, 53074, 109.657025, 236.111111],
  ["moon", "upright", "zero", 2, 12, 799, 129.743056, 0],
  ["moon", "upright", "edge", 1, 24, 0, 121.184028, 714],
  ["moon", "upright", "none", 2, 11, 0, 144.14876, -17],
  ["moon", "emboss", "zero", 2, 12, 15130, 196.444444, 238],
  ["gate", "blur", "none", 2, 17, 45446.666667, 157.254902, 187],
  ["gate", "upright", "zero", 1, 36, 0, 143.00463, -153],
  ["gate", "emboss", "edge", 2, 18, 51884, 238, 187],
  ["gate", "emboss", "none", 1, 34, 175984, 238.058824, -544],
];

describe("the model, against SciPy", () => {
  it.each(SCIPY)("%s, %s, padding %s, stride %i", (name, kernel, padding, stride, width, sum, size, one) => {
    const found = convolve(picture(name), layer(kernel, padding, stride));
    expect([found.width, found.height]).toEqual([width, width]);
    expect(found.values.reduce((a, b) => a + b, 0)).toBeCloseTo(sum, 4);
    expect(found.values.reduce((a, b) => a + Math.abs(b), 0) / found.values.length).toBeCloseTo(size, 4);
    expect(found.values[7 * width + 5]).toBeCloseTo(one, 4);
  });

  it("pools two by two, as NumPy does by reshaping", () => {
    const grey = convolve(picture("moon"), layer("upright", "none"));
    const [most, mean] = [pooled(grey, "max"), pooled(grey, "mean")];
    expect([most.width, mean.height]).toEqual([11, 11]);
    expect(most.values.reduce((a, b) => a + b, 0)).toBeCloseTo(9571, 4);
    expect(most.values[3 * 11 + 4]).toBeCloseTo(153, 4);
    expect(mean.values.reduce((a, b) => a + b, 0)).toBeCloseTo(0, 4);
    expect(mean.values[3 * 11 + 4]).toBeCloseTo(42.5, 4);
    expect(pooled(grey, "none")).toBe(grey);
  });

  it("shows every sum of one place", () => {
    const found = sumAt(picture("stripes"), layer("level", "none"), 4, 2);
    expect(found.points).toEqual([51, 51, 51, 51, 51, 51, 204, 204, 204]);
    expect(found.products).toEqual([-51, -102, -51, 0, 0, 0, 204, 408, 204]);
    expect([found.total, found.value]).toEqual([612, 612]);
    expect(divisorOf({ weights: [1, 2, 1, 0, 0, 0, 0, 0, 0], divisor: 0 })).toBe(4);
    expect(divisorOf({ weights: [-1, 0, 1, 0, 0, 0, 0, 0, 0], divisor: 0 })).toBe(1);
  });

  it("knows what each kernel finds", () => {
    expect(answers(preset("upright"))).toEqual({ upright: 1020, level: 0, flat: 0 });
    expect(answers(preset("level"))).toEqual({ upright: 0, level: 1020, flat: 0 });
    expect(answers(preset("blur")).flat).toBeCloseTo(128, 9);
  });

  it("brings a blurred sign nearer again, by the share SciPy finds", () => {
    const sign = picture("sign");
    const soft = clipped(convolve(sign, layer("soft", "edge")));
    const sharp = clipped(convolve(soft, layer("sharp", "edge")));
    expect(difference(soft, sign)).toBeCloseTo(26.67, 2);
    expect((difference(sharp, sign) as number) / (difference(soft, sign) as number)).toBeCloseTo(0.35, 2);
    expect(difference(sign, picture("gate"))).toBeNull();
  });

  it("refuses rows that are no picture; noise is the same each time and stays grey", () => {
    expect(readGrey(["01", "23", "45"])).toBeNull();
    expect(readGrey(["012", "345", "67"])).toBeNull();
    expect(readGrey(["01x", "345", "678"])).toBeNull();
    const moon = picture("moon");
    expect(noisy(moon, 40)).toEqual(noisy(moon, 40));
    expect(noisy(moon, 40).values.every((one) => one >= 0 && one <= 255 && Number.isInteger(one))).toBe(true);
    expect(noisy(moon, 0)).toBe(moon);
  });

  it("draws values beyond black and white as asked", () => {
    expect([-100, 300].map((value) => greyOf(value, "clip"))).toEqual([0, 255]);
    expect([-100, 300].map((value) => greyOf(value, "size"))).toEqual([100, 255]);
    expect([-100, 0, 100].map((value) => greyOf(value, "middle"))).toEqual([78, 128, 178]);
  });
});

const spec = { id: "kernel", dataset: "grey-pictures", settings: {}, goals: [], hints: [] };
const bench = (state: unknown = null, to: LabHost = standIn(state)) =>
  new Bench(
    settings,
    spec,
    to,
    () => undefined,
    () => undefined,
  );

const run = (change: Partial<Run> = {}): Run => ({
  picture: "moon",
  noise: 0,
  depth: 0,
  weights: [-1, 0, 1, -1, 0, 1, -1, 0, 1],
  divisor: 1,
  padding: "none",
  stride: 1,
  pool: "none",
  own: true,
  answers: { upright: 765, level: 0, flat: 0 },
  spreadIn: 238,
  spreadOut: 900,
  strength: 50,
  most: 600,
  from: 24,
  to: 22,
  closer: null,
  ...change,
});

describe("goals of the kernel lab", () => {
  it("are those of the manifest", () => {
    expect([...GOAL_TYPES].sort()).toEqual(Object.keys(manifest.goals).sort());
    expect(GOAL_TYPES).toContain(manifest.break_it.goal.goal);
    const { properties } = manifest.settings;
    expect(properties.padding.enum).toEqual(PADDINGS);
    expect(properties.pool.enum).toEqual(POOLS);
    expect(properties.stride.enum).toEqual(STRIDES);
    expect(properties.noise.enum).toEqual(NOISES);
    expect(properties.kernel.enum).toEqual(PRESETS.map(({ key }) => key));
  });

  it.each<[string, Record<string, unknown>, Partial<Facts>, boolean]>([
    ["foretold", { goal: "foretold", count: 2, within: 5 }, { guesses: [3, 40, 5] }, true],
    ["foretold: too far", { goal: "foretold", count: 2, within: 4 }, { guesses: [3, 40, 5] }, false],
    ["finds", { goal: "finds", edges: "upright", own: true }, { runs: [run()] }, true],
    [
      "finds: not own",
      { goal: "finds", edges: "upright", own: true },
      { runs: [run({ own: false })] },
      false,
    ],
    ["finds: the other", { goal: "finds", edges: "level" }, { runs: [run()] }, false],
    [
      "finds: a plain wall too",
      { goal: "finds", edges: "upright" },
      { runs: [run({ answers: { upright: 765, level: 0, flat: 128 } })] },
      false,
    ],
    ["nearer", { goal: "unblurred", closer: 0.8 }, { runs: [run({ depth: 1, closer: 0.8 })] }, true],
    ["nearer: first layer", { goal: "unblurred" }, { runs: [run({ closer: 0.5 })] }, false],
    ["small", { goal: "shrunk" }, { runs: [run({ to: 12 })] }, true],
    ["small: nothing left", { goal: "shrunk" }, { runs: [run({ to: 12, most: 100 })] }, false],
    ["small: not small", { goal: "shrunk" }, { runs: [run({ to: 13 })] }, false],
    ["nothing", { goal: "finds-nothing" }, { runs: [run({ spreadOut: 0 })] }, true],
    [
      "nothing: plain picture",
      { goal: "finds-nothing" },
      { runs: [run({ spreadOut: 0, spreadIn: 3 })] },
      false,
    ],
    [
      "nothing: an empty kernel",
      { goal: "finds-nothing" },
      { runs: [run({ spreadOut: 0, weights: [0, 0, 0, 0, 0, 0, 0, 0, 0] })] },
      false,
    ],
    ["fooled", { goal: "noise-fools" }, { runs: [run(), run({ noise: 40, strength: 90 })] }, true],
    ["fooled: hardly", { goal: "noise-fools" }, { runs: [run(), run({ noise: 40, strength: 89 })] }, false],
    [
      "fooled: another picture",
      { goal: "noise-fools" },
      { runs: [run({ picture: "sign" }), run({ noise: 40, strength: 90 })] },
      false,
    ],
    ["unknown goals never hold", { goal: "win" }, { runs: [run()] }, false],
  ])("%s", (_name, goal, facts, done) => {
    const given = { runs: [], guesses: [], ...facts };
    expect(check([{ text: "", ...goal } as Goal], given)[0]?.done).toBe(done);
  });
});

describe("on the bench", () => {
  it("a guess comes before the result, once a place", () => {
    const to = standIn();
    const one = bench(null, to);
    one.setKernel(preset("upright"));
    one.moveToPoint(3, 5);
    const { value } = one.sum;
    one.guess(value + 4);
    one.guess(value);
    expect(one.state.guesses).toEqual([4]);
    expect(one.isFilled(one.place)).toBe(true);
    expect(to.did.mock.calls.map(([what]) => what)).toEqual(["predicted", "saw-prediction"]);
    one.next();
    one.guess(1, true);
    expect(one.state.guesses).toHaveLength(2);
  });

  it("walks by hand, by row and to the end; what went over a whole picture is a run", () => {
    const one = bench();
    one.setKernel(preset("level"));
    one.reveal();
    one.nudge(1, 0);
    one.finishRow();
    expect(one.filledCount).toBe(22);
    one.next();
    expect(one.state.at).toEqual({ column: 0, row: 1 });
    one.finish();
    expect(one.state.runs).toHaveLength(1);
    expect(one.state.runs[0]).toMatchObject({ picture: "fence", to: 22, own: false, closer: null });
    one.setWeight(0, -1.5);
    expect(one.filledCount).toBe(0);
    expect(isOwn(one.state.layer.kernel)).toBe(true);
    expect(presetOf(one.state.layer.kernel)).toBeNull();
  });

  it("goes deeper, back, and never below a picture that is too small", () => {
    const one = bench();
    one.setPicture("sign");
    one.setLayer({ padding: "edge" });
    one.setKernel(preset("soft"));
    one.deeper();
    expect(one.state.chain).toHaveLength(0);
    one.finish();
    one.deeper();
    one.setKernel(preset("sharp"));
    one.finish();
    expect(one.state.runs[1]?.closer).toBeCloseTo(0.35, 2);
    one.back();
    expect(one.state.layer.kernel.weights).toEqual(preset("soft").weights);
    one.setLayer({ stride: 3, pool: "max", padding: "none" });
    one.finish();
    expect(one.pooledResult.width).toBe(4);
    expect(one.mayGoDeeper).toBe(false);
  });

  it("says once what was broken", () => {
    const to = standIn();
    const one = bench(null, to);
    one.setPicture("stripes");
    one.setKernel(preset("upright"));
    one.finish();
    one.restart();
    one.finish();
    expect(to.did.mock.calls.filter(([what]) => what === "broke")).toHaveLength(1);
  });

  it("left while it walks, keeps how far it came", () => {
    const frames: FrameRequestCallback[] = [];
    vi.stubGlobal("requestAnimationFrame", (act: FrameRequestCallback) => frames.push(act));
    vi.stubGlobal("cancelAnimationFrame", () => undefined);
    vi.spyOn(performance, "now").mockReturnValueOnce(0).mockReturnValue(1000);
    const to = standIn();
    const one = bench(null, to);
    one.play();
    frames.shift()?.(0);
    one.close();
    expect(one.filledCount).toBe(121);
    expect(bench(structuredClone(to.save.mock.calls.at(-1)?.[0])).filledCount).toBe(121);
  });

  it("goes on where it was left, also in the middle of a picture", () => {
    const one = bench();
    one.setKernel(preset("edges"));
    one.finishRow();
    const saved = JSON.parse(JSON.stringify(one.state));
    expect(resume(saved, settings)).toEqual(saved);
    const two = bench(saved);
    expect(two.filledCount).toBe(22);
    two.finish();
    expect(two.state.runs).toHaveLength(1);
  });
});

describe("states and settings", () => {
  it.each([null, 3, "x", [], {}, { v: 2 }])("%j is a fresh start", (broken) => {
    expect(resume(broken, settings)).toEqual(freshState(settings));
  });

  it("what does not fit is as it was at the beginning", () => {
    const odd = {
      v: 1,
      picture: "cat",
      layer: { kernel: { weights: [1, 2], divisor: "x" }, stride: 9 },
      filled: "012",
      runs: [{ picture: "moon" }],
      at: { column: 1e9 },
    };
    expect(resume(odd, settings)).toMatchObject({
      picture: "fence",
      layer: settings.layer,
      filled: "",
      runs: [],
    });
    expect(bench(odd).state.at).toEqual({ column: 21, row: 0 });
  });

  it("reads every setting of the manifest", () => {
    const given = {
      level: "senior",
      picture: "gate",
      kernel: "blur",
      weights: [1, 0, 0, 0, 0, 0, 0, 0, -1],
      divisor: 2,
      padding: "edge",
      stride: 2,
      pool: "mean",
      noise: 20,
    };
    expect(Object.keys(given).sort()).toEqual(Object.keys(manifest.settings.properties).sort());
    expect(readSettings(given, set)).toMatchObject({
      level: "senior",
      picture: "gate",
      noise: 20,
      layer: { kernel: { weights: given.weights, divisor: 2 }, padding: "edge", stride: 2, pool: "mean" },
    });
    expect(readSettings({ kernel: "soft" }, set).layer.kernel).toMatchObject({ divisor: 16 });
  });
});
