import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { parseTable } from "../datasets";
import { dice, normal, shuffled } from "../dice";
import {
  type Activation,
  type Example,
  FEATURES,
  freshNet,
  inputOf,
  learn,
  lost,
  type Net,
  score,
  slopes,
} from "./model";
import { examplesOf, orderOf, type Plan, pointsOf, readSettings, sizesOf } from "./state";

// Made once with NumPy 2.4.6: h1 = f(X W1ᵀ + b1), h2 = f(h1 W2ᵀ + b2), p = 1 / (1 + e^−(h2 W3ᵀ + b3)), loss the mean of
// −log p of the right kind, slopes by the chain rule written out; "after" is one step with rate 0.1 and decay 0.01.
const EXAMPLES: Example[] = [
  { input: [1, -0.5], target: 1 },
  { input: [-0.4, 1.2], target: 0 },
  { input: [0.3, 0.3], target: 1 },
];
const net = (activation: Activation): Net => ({
  sizes: [2, 3, 2, 1],
  activation,
  weights: [
    [0.5, -0.3, 0.8, 0.2, -0.6, 0.9],
    [0.7, -0.4, 0.25, -0.9, 0.6, 0.3],
    [1.1, -0.8],
  ],
  biases: [[0.1, -0.2, 0.05], [0, 0.15], [0.05]],
});
const NUMPY = {
  tanh: {
    loss: 0.562654,
    weights: [
      [-0.235511, 0.154361, 0.171476, -0.117654, -0.006593, 0.004282],
      [-0.184388, -0.125422, 0.218106, 0.111025, 0.075806, -0.11848],
      [-0.022314, 0.106684],
    ],
    biases: [[-0.200349, 0.136883, -0.005596], [-0.16983, 0.144871], [-0.156706]],
    after: { loss: 0.524842, top: [1.101131, -0.809868] },
  },
  relu: {
    loss: 0.615173,
    weights: [
      [-0.174015, -0.020203, 0.102726, 0.014834, -0.003987, 0.005244],
      [-0.138007, -0.090832, 0.223774, 0.020467, 0.012792, -0.162745],
      [-0.003935, 0.075201],
    ],
    biases: [[-0.340785, 0.205699, 0.000173], [-0.14106, -0.003947], [-0.128237]],
    after: { loss: 0.581381, top: [1.099294, -0.80672] },
  },
  sigmoid: {
    loss: 0.648828,
    weights: [
      [-0.021891, 0.020965, 0.014224, -0.013612, -0.000389, 0.000329],
      [-0.028069, -0.023132, 0.008386, 0.021106, 0.017474, -0.005656],
      [-0.059576, -0.042993],
    ],
    biases: [[-0.008794, 0.005701, -0.000221], [-0.027934, 0.021442], [-0.103839]],
    after: { loss: 0.646824, top: [1.104858, -0.794901] },
  },
} as const;

const near = (found: readonly (readonly number[])[], expected: readonly (readonly number[])[]) => {
  for (const [i, row] of expected.entries())
    for (const [j, value] of row.entries()) expect(found[i]?.[j]).toBeCloseTo(value, 5);
};

describe("one step forward and back, against NumPy", () => {
  it.each(["tanh", "relu", "sigmoid"] as const)("%s", (how) => {
    const one = net(how);
    const expected = NUMPY[how];
    expect(score(one, EXAMPLES).loss).toBeCloseTo(expected.loss, 5);
    const found = slopes(one, EXAMPLES);
    near(found.weights, expected.weights);
    near(found.biases, expected.biases);
    learn(one, EXAMPLES, 0.1, 0.01);
    expect(score(one, EXAMPLES).loss).toBeCloseTo(expected.after.loss, 5);
    near([one.weights[2] as number[]], [expected.after.top]);
  });

  it("brings places to inputs", () => {
    const found = inputOf(FEATURES, 75, 37.5);
    for (const [i, value] of [1, -0.5, 1, 0.25, -0.5, 0, -1].entries())
      expect(found[i]).toBeCloseTo(value, 9);
  });

  it("says when weights are beyond all numbers", () => {
    const one = net("relu");
    expect(lost(one)).toBe(false);
    (one.weights[0] as number[])[0] = Number.NaN;
    expect(lost(one)).toBe(true);
  });
});

describe("the dice", () => {
  it("throw the same again, evenly, and any order at most once", () => {
    const one = dice(42);
    // worked out with 32-bit whole numbers in Python
    expect([one(), one(), one()].map((value) => value.toFixed(6))).toEqual([
      "0.601104",
      "0.448291",
      "0.852466",
    ]);
    const many = Array.from({ length: 4000 }, dice(3));
    expect(many.reduce((sum, value) => sum + value, 0) / 4000).toBeCloseTo(0.5, 1);
    const next = dice(5);
    const spread = Array.from({ length: 4000 }, () => normal(next));
    expect(spread.reduce((sum, value) => sum + value * value, 0) / 4000).toBeCloseTo(1, 1);
    expect([...shuffled(30, dice(9))].sort((a, b) => a - b)).toEqual(Array.from({ length: 30 }, (_, i) => i));
  });
});

const folder = resolve(import.meta.dirname, "../../../content/datasets/plane-shapes");
const read = (file: string) => readFileSync(resolve(folder, file), "utf-8");
const settings = readSettings({}, parseTable(read("dataset.yaml"), read("table.csv")));

function trained(change: Partial<Plan>, epochs: number): number {
  const plan = { ...settings.plan, ...change };
  const points = pointsOf(settings, plan);
  const [train, test] = [examplesOf(points, plan, "train"), examplesOf(points, plan, "test")];
  const one = freshNet(sizesOf(plan), plan.activation, plan.seed);
  for (let epoch = 0; epoch < epochs; epoch += 1) {
    const order = orderOf(plan, epoch, train.length);
    for (let at = 0; at < order.length; at += plan.batch)
      learn(
        one,
        order.slice(at, at + plan.batch).map((i) => train[i] as Example),
        plan.rate,
        plan.decay,
      );
  }
  const { right, all } = score(one, test);
  return right / all;
}

// Bands: the middle half of 20 seeds with scikit-learn 1.9.1, MLPClassifier(solver="sgd", momentum=0, alpha=0, batch_size=10,
// learning_rate_init=0.1) on the same points, inputs from −2 to 2; ours is the median of five seeds, it must lie in the band widened by 0.05.
const BANDS: [string, Partial<Plan>, number, number, number][] = [
  ["交叉", { layers: [4], activation: "tanh" }, 200, 0.89, 0.94],
  ["圆环", { layers: [4], activation: "tanh" }, 200, 1.0, 1.0],
  ["圆环", { layers: [1], activation: "tanh" }, 200, 0.59, 0.64],
  ["圆环", { layers: [4, 4], activation: "relu" }, 200, 1.0, 1.0],
  ["月牙", { layers: [4, 4], activation: "tanh" }, 300, 0.99, 0.99],
  ["螺旋", { layers: [8, 8], activation: "tanh" }, 600, 0.91, 0.98],
];

describe("trained networks, in the bands of scikit-learn", () => {
  it.each(BANDS)("%s %o, %i epochs", (shape, change, epochs, low, high) => {
    const found = [1, 2, 3, 4, 5].map((seed) => trained({ ...change, shape, seed }, epochs)).sort();
    expect(found[2]).toBeGreaterThanOrEqual(low - 0.05);
    expect(found[2]).toBeLessThanOrEqual(high + 0.05);
  });
});
