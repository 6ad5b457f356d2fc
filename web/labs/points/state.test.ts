import { describe, expect, it } from "vitest";
import { parseTable } from "../datasets";
import { standIn } from "../testing";
import { Bench } from "./bench";
import manifest from "./manifest.json";
import { addDot, freshState, moveDot, putBack, readSettings, removeDot, resume, testNow } from "./state";

const YAML = `
key: tiny
kind: table
title: 小表
origin: 合成数据
labels: [{key: a, text: 甲}, {key: b, text: 乙}]
columns: [{key: x, text: 长, kind: number, unit: 厘米}, {key: y, text: 宽, kind: number}, {key: z, text: 高, kind: number}]
label: kind
part: part
file: table.csv
`;
const CSV =
  "part,x,y,z,kind\ntrain,1,1,5,a\ntrain,2,1,6,a\ntrain,1,2,7,a\ntrain,8,8,1,b\ntrain,9,8,2,b\ntrain,8,9,3,b\ntest,2,2,4,a\ntest,9,9,4,b\n";
const table = parseTable(YAML, CSV);
const settings = readSettings({}, table);

const bench = (state: unknown = null, given = settings) =>
  new Bench(
    given,
    { id: "points", dataset: "tiny", settings: {}, goals: [], hints: [] },
    standIn(state),
    () => undefined,
  );

describe("settings", () => {
  it("read every setting of the manifest", () => {
    const given = {
      mode: "groups",
      columns: ["z", "x"],
      start: "empty",
      k: 7,
      centres: 2,
      code: true,
      level: "junior",
    };
    expect(Object.keys(given).sort()).toEqual(Object.keys(manifest.settings.properties).sort());
    const read = readSettings(given, table);
    expect(read).toMatchObject({ tabs: ["groups"], learnt: [], k: 7, level: "senior" });
    expect(readSettings({ level: "primary" }, table)).toMatchObject({ tabs: ["near"], level: "primary" });
    expect(readSettings({ level: "primary", mode: "both" }, table).tabs).toHaveLength(2);
    expect(read.axes.map(({ text }) => text)).toEqual(["高", "长"]);
    expect(read.centres).toHaveLength(2);
    expect(read.unseen).toHaveLength(2);
  });

  it("fall back where a value makes no sense", () => {
    const read = readSettings({ mode: 3, columns: ["x"], k: 99, centres: "a" }, table);
    expect(read).toMatchObject({ tabs: ["near", "groups"], k: 15 });
    expect(read.axes[1].text).toBe("宽");
    expect(read.learnt[0]).toMatchObject({ kind: 0 });
    for (const { x, y } of read.learnt) expect(x >= 0 && x <= 100 && y >= 0 && y <= 100).toBe(true);
  });
});

describe("points", () => {
  it("know which are the pupil's own, and forget results when they change", () => {
    const state = freshState(settings);
    testNow(state, settings);
    expect(state.tests).toEqual([{ k: 3, right: 2, all: 2 }]);
    addDot(state, { x: 50, y: 140, kind: 1 });
    expect(state).toMatchObject({ added: 1, taken: 0, tests: [] });
    expect(state.dots[6]).toEqual({ x: 50, y: 100, kind: 1 });
    expect(moveDot(state, 6, { x: 40, y: 40 })).toBe(6);
    expect(moveDot(state, 0, { x: 41, y: 41 })).toBe(6);
    expect(state).toMatchObject({ added: 2, taken: 1 });
    removeDot(state, 6);
    expect(state).toMatchObject({ added: 1, taken: 1 });
    putBack(state, settings);
    expect(state).toMatchObject({ added: 0, taken: 0, dots: settings.learnt });
  });
});

describe("on the bench", () => {
  it("a guess counts once at a place, and not while neighbours are seen", () => {
    const one = bench();
    one.guessKind(one.vote()?.kind ?? 0);
    expect(one.state.guesses.right).toBe(1);
    one.moveTo({ x: 51, y: 51 });
    one.guessKind(one.vote()?.kind ?? 0);
    expect(one.state.guesses.right).toBe(1);
    one.moveTo({ x: 5, y: 5 });
    one.guessKind(1);
    expect(one.state.guesses).toMatchObject({ right: 1, wrong: 1 });
    one.toggle("watch");
    one.moveTo({ x: 90, y: 90 });
    one.guessKind(1);
    expect(one.state.guesses.right).toBe(1);
  });

  it("notices that another k answers differently at the same place only", () => {
    const one = bench();
    addDot(one.state, { x: 10, y: 10, kind: 1 });
    one.toggle("watch");
    one.moveTo({ x: 10, y: 10 });
    one.setK(1);
    one.moveTo({ x: 20, y: 5 });
    one.setK(3);
    expect(one.state.flip).toBeNull();
    one.moveTo({ x: 10, y: 10 });
    one.setK(3);
    one.setK(1);
    expect(one.state.flip).toEqual({ few: 1, many: 3 });
  });

  it("walks k-means to its rest by halves, as it does in one go", () => {
    const [slow, fast] = [bench(), bench()];
    for (const one of [slow, fast]) one.show("groups");
    for (let i = 0; i < 60 && slow.state.next !== "rest"; i += 1) slow.step();
    fast.runOn();
    expect(slow.state.runs).toEqual(fast.state.runs);
    expect(slow.state.runs).toHaveLength(1);
    slow.restart(slow.state.start);
    expect(slow.state).toMatchObject({ next: "assign", groups: null, rounds: 0 });
    slow.setCentres(4);
    slow.scatter();
    slow.runOn();
    expect(slow.state.runs).toHaveLength(2);
  });

  it("has keys for everything: choose, move, put, take away", () => {
    const one = bench();
    one.nudge(2, 0);
    expect(one.state.query).toEqual({ x: 52, y: 50 });
    one.pen = 1;
    one.add();
    expect(one.state).toMatchObject({ added: 1 });
    expect(one.chosen).toEqual({ what: "dot", at: 6 });
    one.remove();
    expect(one.state.dots).toHaveLength(6);
    for (let i = 0; i < 7; i += 1) one.chooseNext();
    expect(one.chosen).toEqual({ what: "query" });
  });
});

describe("resuming", () => {
  it("gives back what was saved, in the middle of a run too", () => {
    const one = bench();
    one.show("groups");
    one.step();
    one.step();
    const saved = JSON.parse(JSON.stringify(one.state));
    expect(resume(saved, settings)).toEqual(saved);
  });

  it.each([null, undefined, 3, "x", [], {}, { v: 2 }])("starts afresh from %j", (saved) => {
    expect(resume(saved, settings)).toEqual(freshState(settings));
  });

  it("makes broken parts fit", () => {
    const read = resume(
      {
        v: 1,
        tab: "x",
        dots: [{ x: 1 }, { x: 5, y: 500, kind: 1 }, { x: 5, y: 5, kind: 9 }],
        groups: [7],
        next: "rest",
        runs: [1],
        tests: "a",
        k: -3,
      },
      settings,
    );
    expect(read).toMatchObject({
      tab: "near",
      dots: [{ x: 5, y: 100, kind: 1 }],
      groups: null,
      next: "assign",
      runs: [],
      tests: [],
      k: 1,
    });
  });
});
