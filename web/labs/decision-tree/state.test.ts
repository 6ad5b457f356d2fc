import { describe, expect, it } from "vitest";
import { parseTable } from "../datasets";
import manifest from "./manifest.json";
import type { Question } from "./model";
import {
  ask,
  factsOf,
  freshState,
  handTree,
  learnerTree,
  markTested,
  readSettings,
  resume,
  takeAway,
  undo,
} from "./state";

const YAML = `
key: tiny
title: 小表
kind: table
origin: 合成数据
labels: [{key: a, text: 甲}, {key: b, text: 乙}]
columns: [{key: x, text: 长, kind: number, unit: 厘米}, {key: c, text: 色, kind: choice, choices: [红, 绿]}, {key: kind, text: 种, kind: choice}]
label: kind
file: table.csv
`;
const CSV =
  "part,x,c,kind\ntrain,1,红,a\ntrain,2,绿,a\ntrain,3,红,b\ntrain,4,绿,b\ntrain,5,红,b\ntrain,6,绿,b\ntest,1.5,红,a\ntest,9,绿,b\n";
const table = parseTable(YAML, CSV);
const labels = ["a", "b"];
const settings = readSettings({}, table);
const byX: Question = { column: "x", kind: "number", at: 2.5 };

describe("settings", () => {
  it("leave out the answer's column and read every setting of the manifest", () => {
    expect(settings.columns.map(({ key }) => key)).toEqual(["x", "c"]);
    const given = {
      mode: "hand",
      columns: ["c"],
      max_depth: 2,
      rows: 6,
      criterion: "gain",
      min_leaf: 2,
      level: "senior",
    };
    expect(Object.keys(given).sort()).toEqual(Object.keys(manifest.settings.properties).sort());
    const read = readSettings(given, table);
    expect(read).toMatchObject({ level: "senior", mode: "hand", maxDepth: 2, criterion: "gain", minLeaf: 2 });
    expect(read.columns.map(({ key }) => key)).toEqual(["c"]);
    expect(read.train).toHaveLength(6);
  });

  it("ask less of the youngest, unless the lesson says more", () => {
    expect(readSettings({ level: "primary" }, table)).toMatchObject({ mode: "hand", maxDepth: 3 });
    const named = readSettings({ level: "primary", mode: "both", max_depth: 5 }, table);
    expect(named).toMatchObject({ mode: "both", maxDepth: 5 });
    expect(settings).toMatchObject({ level: "junior", mode: "both", maxDepth: 8 });
  });

  it("fall back where a value makes no sense", () => {
    const read = readSettings({ mode: "x", columns: ["nothing"], max_depth: 99, min_leaf: "a" }, table);
    expect(read).toMatchObject({ mode: "both", maxDepth: 10, minLeaf: 1 });
    expect(read.columns).toHaveLength(2);
  });
});

describe("the hand tree", () => {
  it("grows by questions, is pruned and comes back by undo", () => {
    const state = freshState(settings);
    expect(ask(state, settings, labels, "", byX)).toBe(true);
    expect(ask(state, settings, labels, "n", { column: "c", kind: "choice", is: "红" })).toBe(true);
    expect(factsOf(handTree(state, settings, labels), null, settings, labels)).toMatchObject({
      questions: 2,
      depth: 2,
    });
    takeAway(state, "n");
    expect(factsOf(handTree(state, settings, labels), null, settings, labels).questions).toBe(1);
    expect(undo(state)).toBe(true);
    expect(factsOf(handTree(state, settings, labels), null, settings, labels).questions).toBe(2);
    undo(state);
    undo(state);
    expect(undo(state)).toBe(false);
    expect(state.hand).toBeNull();
  });

  it("refuses a question that leaves a side empty, and one too deep", () => {
    const state = freshState(settings);
    expect(ask(state, settings, labels, "", { ...byX, at: 100 })).toBe(false);
    const shallow = { ...settings, maxDepth: 1 };
    expect(ask(state, shallow, labels, "", byX)).toBe(true);
    expect(ask(state, shallow, labels, "n", { column: "c", kind: "choice", is: "红" })).toBe(false);
  });
});

describe("tested trees", () => {
  it("are untested again as soon as they change", () => {
    const state = freshState(settings);
    ask(state, settings, labels, "", byX);
    expect(markTested(state, "hand", handTree(state, settings, labels), settings, labels).test).toEqual({
      right: 2,
      all: 2,
    });
    ask(state, settings, labels, "n", { column: "c", kind: "choice", is: "红" });
    expect(factsOf(handTree(state, settings, labels), state.tested.hand, settings, labels).test).toBeNull();
  });

  it("become points of the plot only when the learner is done", () => {
    const state = freshState(settings);
    markTested(state, "algorithm", learnerTree(state, settings, labels), settings, labels);
    expect(state.points).toEqual([]);
    state.learner.shown = null;
    markTested(state, "algorithm", learnerTree(state, settings, labels), settings, labels);
    expect(state.points).toEqual([{ depth: 3, train: { right: 6, all: 6 }, test: { right: 2, all: 2 } }]);
  });
});

describe("resuming", () => {
  it("gives back what was saved", () => {
    const state = freshState(settings);
    ask(state, settings, labels, "", byX);
    state.traced = [7];
    expect(resume(JSON.parse(JSON.stringify(state)), settings)).toEqual(state);
  });

  it("drops questions about columns that are no longer allowed", () => {
    const state = freshState(settings);
    ask(state, settings, labels, "", byX);
    expect(resume(state, readSettings({ columns: ["c"] }, table)).hand).toBeNull();
  });

  it.each([null, undefined, 3, "x", {}, { v: 2 }])("starts afresh from %j", (saved) => {
    expect(resume(saved, settings)).toEqual(freshState(settings));
  });
});
