import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { type Column, parseTable, type Row } from "../datasets";
import {
  answers,
  at,
  candidates,
  countLabels,
  depthOf,
  fill,
  follow,
  type Growth,
  graft,
  grow,
  mixed,
  nextStep,
  nodes,
  type Question,
  questionCount,
  questionsOf,
  type Shape,
  score,
  shapeOf,
  thresholds,
} from "./model";

const number = (key: string): Column => ({
  key,
  text: key,
  kind: "number",
  unit: "",
  choices: [],
  least: -1e9,
  most: 1e9,
});
const choice = (key: string, ...choices: string[]): Column => ({
  key,
  text: key,
  kind: "choice",
  unit: "",
  least: -1e9,
  most: 1e9,
  choices,
});
const row = (no: number, label: string, values: Record<string, number | string>): Row => ({
  no,
  part: "train",
  label,
  values,
});

function growth(columns: Column[], labels: string[], more: Partial<Growth> = {}): Growth {
  return { columns, labels, criterion: "gini", maxDepth: 8, minLeaf: 1, ...more };
}

function table(name: string) {
  const folder = resolve(import.meta.dirname, "../../../content/datasets", name);
  const read = (file: string) => readFileSync(resolve(folder, file), "utf8");
  const set = parseTable(read("dataset.yaml"), read("table.csv"));
  const part = (which: string) => set.rows.filter((one) => one.part === which);
  return { set, labels: set.labels.map(({ key }) => key), train: part("train"), test: part("test") };
}

/** The same learner written the slow and plain way: every question of every column is tried at every pile. */
function reference(rows: Row[], given: Growth, depth = 0): Shape {
  const before = mixed(countLabels(rows, given.labels), given.criterion);
  if (depth >= given.maxDepth || before === 0) return null;
  let best: { gain: number; q: Question | null } = { gain: 1e-12, q: null };
  for (const column of given.columns) {
    for (const q of questionsOf(rows, column)) {
      const yes = rows.filter((one) => answers(q, one));
      const no = rows.filter((one) => !answers(q, one));
      if (yes.length < given.minLeaf || no.length < given.minLeaf) continue;
      const part = (some: Row[]) =>
        (some.length / rows.length) * mixed(countLabels(some, given.labels), given.criterion);
      const gain = before - part(yes) - part(no);
      if (gain > best.gain + 1e-12) best = { gain, q };
    }
  }
  const { q } = best;
  if (!q) return null;
  const side = (way: boolean) =>
    reference(
      rows.filter((one) => answers(q, one) === way),
      given,
      depth + 1,
    );
  return { q, yes: side(true), no: side(false) };
}

describe("how mixed a pile is", () => {
  it.each([
    [[4, 0], "gini", 0],
    [[2, 2], "gini", 0.5],
    [[1, 1, 1, 1], "gini", 0.75],
    [[9, 5], "gini", 0.45918367],
    [[2, 2], "gain", 1],
    [[9, 5], "gain", 0.94028596],
    [[], "gain", 0],
  ] as const)("%j by %s is %d", (counts, criterion, value) => {
    expect(mixed([...counts], criterion)).toBeCloseTo(value, 7);
  });
});

describe("questions", () => {
  it("split a number column in the middle between neighbouring values", () => {
    const rows = [3, 1, 1, 2].map((x, i) => row(i, "a", { x }));
    expect(thresholds(rows, "x")).toEqual([1.5, 2.5]);
  });

  it("ask one of two choices only once, and nothing when all rows agree", () => {
    const column = choice("c", "u", "v", "w");
    const rows = (...values: string[]) => values.map((c, i) => row(i, "a", { c }));
    expect(questionsOf(rows("u", "v"), column)).toEqual([{ column: "c", kind: "choice", is: "u" }]);
    expect(questionsOf(rows("u", "v", "w"), column)).toHaveLength(3);
    expect(questionsOf(rows("v", "v"), column)).toEqual([]);
  });

  it("sends a number at the limit to yes", () => {
    const q = { column: "x", kind: "number", at: 2 } as const;
    expect(answers(q, row(1, "a", { x: 2 }))).toBe(true);
    expect(answers(q, row(1, "a", { x: 2.01 }))).toBe(false);
  });
});

describe("the learner", () => {
  const rows = [
    row(1, "a", { x: 1, c: "u" }),
    row(2, "a", { x: 2, c: "v" }),
    row(3, "b", { x: 3, c: "u" }),
    row(4, "b", { x: 4, c: "v" }),
  ];

  it("takes the question that leaves the piles least mixed", () => {
    const ranked = candidates(rows, growth([choice("c", "u", "v"), number("x")], ["a", "b"]));
    expect(ranked[0]).toMatchObject({
      question: { column: "x", at: 2.5 },
      yes: [2, 0],
      no: [0, 2],
      after: 0,
      drop: 0.5,
    });
    expect(ranked[1]?.drop).toBeCloseTo(0);
  });

  it("keeps the order of columns between equal questions", () => {
    const twins = rows.map((one) => ({
      ...one,
      values: { x: one.values["x"] ?? 0, y: one.values["x"] ?? 0 },
    }));
    const ranked = candidates(twins, growth([number("y"), number("x")], ["a", "b"]));
    expect(ranked.map(({ question }) => question.column)).toEqual(["y", "x"]);
  });

  it("stops at pure piles, at its depth and at the least size of a pile", () => {
    const columns = [number("x")];
    expect(questionCount(grow(rows, growth(columns, ["a", "b"])))).toBe(1);
    expect(questionCount(grow(rows, growth(columns, ["a", "b"], { minLeaf: 3 })))).toBe(0);
    const { train, labels, set } = table("campus-leaves");
    for (const maxDepth of [1, 2, 3, 5])
      expect(depthOf(grow(train, growth(set.columns, labels, { maxDepth })))).toBe(maxDepth);
    const big = grow(train, growth(set.columns, labels, { minLeaf: 5 }));
    expect(Math.min(...nodes(big).map((node) => node.rows.length))).toBeGreaterThanOrEqual(5);
  });

  it.each([
    ["umbrella", "gini"],
    ["umbrella", "gain"],
    ["campus-leaves", "gini"],
    ["campus-leaves", "gain"],
  ] as const)("on %s by %s is the tree of the plain reference", (name, criterion) => {
    const { set, labels, train } = table(name);
    const given = growth(set.columns, labels, { criterion });
    expect(shapeOf(grow(train, given))).toEqual(reference(train, given));
  });

  it("step by step comes to the same tree as at once", () => {
    const { set, labels, train } = table("campus-leaves");
    const given = growth(set.columns, labels, { maxDepth: 4 });
    let shape: Shape = null;
    for (let i = 1; ; i += 1) {
      const tree = fill(shape, train, labels);
      const next = nextStep(tree, given);
      if (!next) break;
      shape = graft(shape, next.node.path, { q: next.ranked[0]?.question as never, yes: null, no: null });
      expect(shapeOf(grow(train, given, i))).toEqual(shape);
    }
    expect(shape).toEqual(shapeOf(grow(train, given)));
  });
});

describe("a tree", () => {
  const { set, labels, train, test } = table("umbrella");
  const tree = grow(train, growth(set.columns, labels));

  it("leads every row to the pile that counted it", () => {
    for (const one of train) expect(follow(tree, one).rows).toContain(one);
    expect(score(tree, train, labels)).toEqual({ right: 10, all: 10 });
    expect(score(tree, test, labels)).toEqual({ right: 4, all: 4 });
  });

  it("is found again by its path", () => {
    for (const node of nodes(tree)) expect(at(tree, node.path)).toBe(node);
    expect(at(tree, "yyyyyy")).toBeNull();
  });

  it("lets an empty pile say what the pile above it says", () => {
    const none = fill(
      { q: { column: "humidity", kind: "number", at: 1 }, yes: null, no: null },
      train,
      labels,
    );
    expect(none.yes?.rows).toEqual([]);
    expect(none.yes?.says).toBe(none.says);
  });

  it("gives the numbers that the dataset's README promises", () => {
    const leaves = table("campus-leaves");
    const results = [1, 2, 3, 4, 8].map((maxDepth) => {
      const one = grow(leaves.train, growth(leaves.set.columns, leaves.labels, { maxDepth }));
      return [score(one, leaves.train, leaves.labels).right, score(one, leaves.test, leaves.labels).right];
    });
    expect(results).toEqual([
      [38, 19],
      [53, 28],
      [66, 35],
      [70, 33],
      [80, 25],
    ]);
  });
});
