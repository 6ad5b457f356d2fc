import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { parseTable } from "../datasets";
import type { Goal, LabHost } from "../host";
import { emptyCard, predict, readModel, type TrainedModel } from "../models";
import { toSheet } from "../points/state";
import { standIn } from "../testing";
import { Bench, GUESS_EPOCHS } from "./bench";
import { check, type Facts, GOAL_TYPES, type Run } from "./checks";
import { CELLS, fill, freshGrid, inSigns } from "./field";
import manifest from "./manifest.json";
import { ACTIVATIONS, chance, FEATURES, inputOf } from "./model";
import {
  BATCHES,
  DECAYS,
  freshState,
  type LabState,
  NOISES,
  pointsOf,
  RATES,
  readSettings,
  resume,
  SHARES,
} from "./state";

const folder = resolve(import.meta.dirname, "../../../content/datasets/plane-shapes");
const read = (file: string) => readFileSync(resolve(folder, file), "utf-8");
const table = parseTable(read("dataset.yaml"), read("table.csv"));
const settings = readSettings({}, table);

const spec = { id: "network", dataset: "plane-shapes", settings: {}, goals: [], hints: [] };
const bench = (state: unknown = null, to: LabHost = standIn(state)) =>
  new Bench(
    settings,
    spec,
    to,
    () => undefined,
    () => undefined,
  );

const run = (change: Partial<Run> = {}): Run => ({
  ...settings.plan,
  epochs: 100,
  train: 0.2,
  test: 0.25,
  least: 0.24,
  trainRight: 0.95,
  testRight: 0.92,
  ...change,
});
const over = run({ noise: 40, train: 0.1, test: 0.6, least: 0.4 });

describe("goals of the network lab", () => {
  it("are those of the manifest", () => {
    expect([...GOAL_TYPES].sort()).toEqual(Object.keys(manifest.goals).sort());
    expect(GOAL_TYPES).toContain(manifest.break_it.goal.goal);
    const { properties } = manifest.settings;
    expect(properties.rate.enum).toEqual(RATES);
    expect(properties.batch.enum).toEqual(BATCHES);
    expect(properties.noise.enum).toEqual(NOISES);
    expect(properties.share.enum).toEqual(SHARES);
    expect(properties.decay.enum).toEqual(DECAYS);
    expect([...properties.activation.enum].sort()).toEqual([...ACTIVATIONS].sort());
    expect(properties.features.items.enum).toEqual(FEATURES);
  });

  it.each<[string, Record<string, unknown>, Partial<Facts>, boolean]>([
    ["separated", { goal: "separates", neurons_at_most: 4 }, { runs: [run()] }, true],
    ["separated: another shape", { goal: "separates", shape: "圆环" }, { runs: [run()] }, false],
    ["separated: too many", { goal: "separates", neurons_at_most: 3 }, { runs: [run()] }, false],
    ["separated: not quite", { goal: "separates", test_at_least: 0.93 }, { runs: [run()] }, false],
    [
      "separated: with help",
      { goal: "separates", plain: true },
      { runs: [run({ features: ["xy"] })] },
      false,
    ],
    ["foretold", { goal: "foretold" }, { foretold: [{ shape: "圆环", learns: true, came: false }] }, true],
    [
      "foretold: wrong",
      { goal: "foretold", right: true },
      { foretold: [{ shape: "圆环", learns: true, came: false }] },
      false,
    ],
    [
      "foretold: can't",
      { goal: "foretold", cannot: true, shape: "圆环" },
      { foretold: [{ shape: "圆环", learns: false, came: false }] },
      true,
    ],
    ["over-fitting", { goal: "overfit-seen" }, { runs: [over] }, true],
    ["over-fitting: too early", { goal: "overfit-seen" }, { runs: [{ ...over, epochs: 20 }] }, false],
    ["over-fitting: both bad", { goal: "overfit-seen" }, { runs: [{ ...over, train: 0.6 }] }, false],
    [
      "stopped",
      { goal: "overfit-stopped" },
      { runs: [over, run({ noise: 40, test: 0.4, least: 0.4 })] },
      true,
    ],
    [
      "stopped: other data",
      { goal: "overfit-stopped" },
      { runs: [over, run({ test: 0.4, least: 0.4 })] },
      false,
    ],
    ["stopped: nothing to stop", { goal: "overfit-stopped" }, { runs: [run()] }, false],
    ["compared", { goal: "compared", of: "rate" }, { runs: [run(), run({ rate: 1 })] }, true],
    [
      "compared: short",
      { goal: "compared", of: "rate" },
      { runs: [run(), run({ rate: 1, epochs: 49 })] },
      false,
    ],
    ["spoilt", { goal: "spoilt" }, { runs: [run(), run({ rate: 10, testRight: 0.5 })] }, true],
    [
      "spoilt: other layers",
      { goal: "spoilt" },
      { runs: [run(), run({ layers: [1], testRight: 0.5 })] },
      false,
    ],
    ["unknown goals never hold", { goal: "win" }, {}, false],
  ])("%s", (_name, goal, facts, done) => {
    const given = { runs: [], foretold: [], ...facts };
    expect(check([{ text: "", ...goal } as Goal], given)[0]?.done).toBe(done);
  });
});

describe("on the bench", () => {
  it("a guess comes first, is settled by what came, and counts once", () => {
    const to = standIn();
    const one = bench(null, to);
    one.set({ layers: [] });
    one.guess(false);
    one.epochs(GUESS_EPOCHS);
    expect(one.state.foretold).toEqual([{ shape: "交叉", learns: false, came: false }]);
    expect(one.reply).toContain("猜对了");
    one.guess(true);
    expect(one.state.guess).toBeNull();
    expect(to.did.mock.calls.map(([what]) => what)).toEqual(["predicted", "saw-prediction", "trained"]);
  });

  it("learns the same from the same seed, batch by batch or epoch by epoch", () => {
    const [one, two] = [bench(), bench()];
    one.epochs(3);
    for (let i = 0; i < 30; i += 1) two.step();
    expect(two.net.weights).toEqual(one.net.weights);
    expect(two.state.epoch).toBe(3);
    const three = bench();
    three.reseed();
    three.epochs(3);
    expect(three.net.weights).not.toEqual(one.net.weights);
  });

  it("left while it learns, keeps what it has learnt", () => {
    const frames: FrameRequestCallback[] = [];
    vi.stubGlobal("requestAnimationFrame", (act: FrameRequestCallback) => frames.push(act));
    vi.stubGlobal("cancelAnimationFrame", () => undefined);
    const to = standIn();
    const one = bench(null, to);
    one.play();
    for (let i = 0; i < 6; i += 1) frames.shift()?.(0);
    const before = to.save.mock.calls.length;
    one.close();
    expect(one.state.epoch).toBeGreaterThan(0);
    expect(to.save.mock.calls.length).toBe(before + 1);
    const saved = to.save.mock.calls.at(-1)?.[0] as LabState;
    expect(bench(JSON.parse(JSON.stringify(saved))).net).toEqual(one.net);
    expect(to.did.mock.calls.at(-1)?.[0]).toBe("trained");
  });

  it("gives other labs a model that answers alike", () => {
    const one = bench();
    one.epochs(30);
    const draft = one.draft();
    const card = emptyCard();
    const model = readModel({
      ...draft,
      format: "qiming-model/1",
      id: "m",
      made: { lab: "network", at: "", camera: false },
      card,
    });
    expect(model).not.toBeNull();
    for (const row of table.rows.slice(0, 50)) {
      const input = inputOf(
        ["x", "y"],
        toSheet(settings.axes[0], Number(row.values["x"])),
        toSheet(settings.axes[1], Number(row.values["y"])),
      );
      // a sheet keeps two decimals of a hundred
      expect(predict(model as TrainedModel, row.values).shares[1]).toBeCloseTo(chance(one.net, input), 2);
    }
    one.toggleFeature("xy");
    one.epochs(1);
    expect(one.draft()).toBeNull();
  });

  it("goes on where it was left, in the middle of an epoch", () => {
    const one = bench();
    one.epochs(5);
    one.step();
    const saved = JSON.parse(JSON.stringify(one.state));
    expect(resume(saved, settings)).toEqual(saved);
    const two = bench(saved);
    one.epochs(2);
    two.epochs(2);
    expect(two.net).toEqual(one.net);
    expect(two.state.runs).toHaveLength(1);
  });

  it("sets, grows, shrinks within bounds; every plan is a run of its own", () => {
    const one = bench();
    one.epochs(1);
    one.toggleFeature("xy");
    one.epochs(1);
    for (let i = 0; i < 9; i += 1) one.grow(0, 1);
    for (let i = 0; i < 4; i += 1) one.addLayer();
    expect(one.state.plan.layers).toEqual([8, 8, 8]);
    one.dropLayer();
    expect(one.net.sizes).toEqual([3, 8, 8, 1]);
    expect(one.state.runs.map(({ features }) => features.length)).toEqual([2, 3]);
    for (const feature of ["x", "y", "xy"] as const) one.toggleFeature(feature);
    expect(one.state.plan.features).toEqual(["xy"]);
  });

  it("stops when weights run away, and says so", () => {
    const one = bench();
    one.set({ rate: 10, features: [...FEATURES], activation: "relu", layers: [8, 8, 8], noise: 50 });
    one.epochs(60);
    const { epoch } = one.state;
    expect(one.standing()).toMatch(/算不下去|第 60 轮/);
    one.epochs(0);
    expect(one.state.epoch).toBe(epoch);
  });
});

describe("states and settings", () => {
  it.each([null, 3, "x", [], {}, { v: 2 }])("%j is a fresh start", (broken) => {
    expect(resume(broken, settings)).toEqual(freshState(settings));
  });

  it("weights that do not fit are trained anew", () => {
    const odd = { v: 1, plan: { layers: [3] }, weights: [[1, 2]], biases: [[1]], epoch: 7, curve: [[1, 2]] };
    expect(resume(odd, settings)).toMatchObject({
      weights: null,
      epoch: 0,
      curve: [],
      plan: { layers: [3] },
    });
  });

  it("reads every setting of the manifest", () => {
    const given = {
      level: "senior",
      shape: "螺旋",
      features: ["sy", "x"],
      layers: [8, 2],
      activation: "relu",
      rate: 0.3,
      batch: 1,
      noise: 20,
      share: 10,
      decay: 0.01,
      seed: 5,
    };
    expect(Object.keys(given).sort()).toEqual(Object.keys(manifest.settings.properties).sort());
    const { level, ...plan } = given;
    expect(readSettings(given, table)).toMatchObject({ level, plan: { ...plan, features: ["x", "sy"] } });
  });

  it("shares points out and moves them by noise, the same each time", () => {
    const plain = pointsOf(settings, settings.plan);
    expect(plain.filter(({ part }) => part === "train")).toHaveLength(100);
    const noisy = pointsOf(settings, { ...settings.plan, noise: 50, share: 10 });
    expect(noisy.filter(({ part }) => part === "train")).toHaveLength(20);
    expect(noisy).toEqual(pointsOf(settings, { ...settings.plan, noise: 50, share: 10 }));
    expect(noisy[0]?.x).not.toBe(plain[0]?.x);
  });
});

describe("the pictures", () => {
  it("say the same as the signs", () => {
    const one = bench();
    one.set({ features: ["xy"], layers: [] });
    one.epochs(20);
    const grid = freshGrid(one.net);
    for (let row = 0; row < CELLS; row += 1) fill(one.net, ["xy"], grid, row);
    const out = grid.layers[1]?.[0] as Float32Array;
    // squares where the signs differ: top left and bottom right
    expect(out[0]).toBeGreaterThan(0.9);
    expect(out[CELLS - 1]).toBeLessThan(0.1);
    const signs = inSigns(one.net, ["xy"]);
    expect([signs[0]?.[0], signs[0]?.[8], signs[4]?.[0], signs[4]?.[8]]).toEqual(["■", "●", "●", "■"]);
  });
});
