import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { parseTable } from "../datasets";
import type { Spot } from "../plane";
import {
  assign,
  contested,
  type Dot,
  moved,
  neighbours,
  regions,
  score,
  spread,
  squared,
  vote,
} from "./model";
import { readSettings } from "./state";

const folder = resolve(import.meta.dirname, "../../../content/datasets/small-fruits");
const read = (file: string) => readFileSync(resolve(folder, file), "utf-8");
const settings = readSettings({}, parseTable(read("dataset.yaml"), read("table.csv")));
const { learnt, unseen } = settings;

// Made once with NumPy 2.4.6 and scikit-learn 1.9.1 from content/datasets/small-fruits, columns brought to the sheet as
// readSettings does: NearestNeighbors(5), KNeighborsClassifier(k).score on the test rows, one step of Lloyd by NumPy,
// KMeans(3, init=start, n_init=1, tol=0, algorithm="lloyd").
const NEAREST: [Spot, number[]][] = [
  [{ x: 50, y: 50 }, [36, 1, 40, 33, 16]],
  [{ x: 80, y: 55 }, [29, 33, 25, 19, 26]],
];
const RIGHT = [
  [1, 19],
  [3, 21],
  [5, 23],
] as const;
const BAD_START = [
  { x: 10, y: 90 },
  { x: 20, y: 90 },
  { x: 30, y: 90 },
];
const ONE_STEP = [
  [8.617778, 56.028889],
  [19.2675, 55.0325],
  [75.640645, 56.333548],
];
const RESTS: [Spot[], number, number[][]][] = [
  [
    BAD_START,
    27424.23922,
    [
      [9.366, 56.28],
      [24.682, 49.026],
      [78.704138, 57.337931],
    ],
  ],
  [
    [
      { x: 20, y: 60 },
      { x: 80, y: 80 },
      { x: 60, y: 20 },
    ],
    9728.84031,
    [
      [14.471333, 53.862],
      [79.407143, 83.58],
      [78.048, 32.845333],
    ],
  ],
];

function near(spots: readonly Spot[], expected: number[][]): void {
  for (const [i, spot] of spots.entries()) {
    expect(spot.x).toBeCloseTo(expected[i]?.[0] ?? Number.NaN, 4);
    expect(spot.y).toBeCloseTo(expected[i]?.[1] ?? Number.NaN, 4);
  }
}

describe("nearest neighbours", () => {
  it.each(NEAREST)("at %j are those scikit-learn finds", (at, expected) => {
    expect(neighbours(learnt, at, 5)).toEqual(expected);
  });

  it.each(RIGHT)("with k = %i get %i of 24 right, as with scikit-learn", (k, right) => {
    expect(score(learnt, unseen, k, 3)).toEqual({ right, all: 24 });
  });

  it("agree with sorting everything, also where points coincide", () => {
    const dots = Array.from({ length: 60 }, (_, i) => ({ x: (i * 37) % 20, y: (i * 11) % 20, kind: i % 3 }));
    for (const at of [
      { x: 3, y: 4 },
      { x: 10, y: 10 },
      { x: 19.5, y: 0 },
    ]) {
      const sorted = dots
        .map((dot, i) => [squared(dot, at), i] as const)
        .sort((a, b) => a[0] - b[0] || a[1] - b[1]);
      expect(neighbours(dots, at, 9)).toEqual(sorted.slice(0, 9).map(([, i]) => i));
    }
  });

  it("of a tie listen to the nearest, and with nothing on the sheet say nothing", () => {
    const dots: Dot[] = [
      { x: 0, y: 0, kind: 1 },
      { x: 4, y: 0, kind: 0 },
    ];
    expect(vote(dots, { x: 1, y: 0 }, 2, 2)).toEqual({ kind: 1, votes: [1, 1], nearest: [0, 1] });
    expect(vote(dots, { x: 3, y: 0 }, 9, 2)?.kind).toBe(0);
    expect(vote([], { x: 1, y: 0 }, 3, 2)).toBeNull();
  });

  it("answer in the middle of every cell of the sheet", () => {
    const dots = Array.from({ length: 120 }, (_, i) => ({
      x: (i * 37) % 100,
      y: (i * 61) % 100,
      kind: i % 3,
    }));
    const grid = regions(dots, 15, 3, 48);
    expect(grid).toHaveLength(48 * 48);
    expect(grid[0]).toBe(vote(dots, { x: 100 / 96, y: 100 / 96 }, 15, 3)?.kind);
    expect(regions([], 3, 3, 2)).toEqual(new Int8Array([-1, -1, -1, -1]));
  });
});

describe("k-means", () => {
  it("takes the step NumPy takes", () => {
    const groups = assign(learnt, BAD_START);
    expect([0, 1, 2].map((group) => groups.filter((one) => one === group).length)).toEqual([9, 4, 31]);
    expect(spread(learnt, groups, BAD_START)).toBeCloseTo(146760.002, 3);
    near(moved(learnt, groups, BAD_START), ONE_STEP);
  });

  it.each(RESTS)("from %j comes to rest where scikit-learn does", (start, sum, expected) => {
    let centres = start;
    let groups = assign(learnt, centres);
    let before = Number.POSITIVE_INFINITY;
    for (let i = 0; i < 50; i += 1) {
      const now = spread(learnt, groups, centres);
      expect(now).toBeLessThanOrEqual(before + 1e-9);
      before = now;
      centres = moved(learnt, groups, centres);
      groups = assign(learnt, centres);
    }
    expect(spread(learnt, groups, centres)).toBeCloseTo(sum, 4);
    near(centres, expected);
  });

  it("leaves a centre nobody chose where it is, and asks only what can be told", () => {
    const dots = [
      { x: 10, y: 10 },
      { x: 40, y: 10 },
      { x: 50, y: 10 },
    ];
    const centres = [
      { x: 0, y: 10 },
      { x: 90, y: 10 },
      { x: 50, y: 90 },
    ];
    expect(assign(dots, centres)).toEqual([0, 0, 1]);
    expect(moved(dots, [0, 0, 1], centres)[2]).toEqual(centres[2]);
    expect(contested(dots, centres)).toBe(1);
    expect(contested(dots, centres.slice(0, 1))).toBeNull();
    expect(contested([{ x: 45, y: 10 }], centres.slice(0, 2))).toBeNull();
  });
});
