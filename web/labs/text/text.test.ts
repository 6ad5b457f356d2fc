import { readFileSync } from "node:fs";
import { describe, expect, it, vi } from "vitest";
import { parseTexts } from "../datasets";
import { count } from "../image-classifier/model";
import { FORMAT, predict, readModel, type TrainedModel } from "../models";
import { standIn } from "../testing";
import { Bench } from "./bench";
import { type Asked, check, type Facts, GOAL_TYPES, type Test } from "./checks";
import { textCode } from "./code";
import manifest from "./manifest.json";
import { cut, examine, learn, pairs, strongest, tell, typical } from "./model";
import { freshState, keepAsked, lessons, readSettings, resume } from "./state";

const FOLDER = "../content/datasets/school-letters";
const set = parseTexts(
  readFileSync(`${FOLDER}/dataset.yaml`, "utf8"),
  readFileSync(`${FOLDER}/texts.csv`, "utf8"),
);
const settings = readSettings({}, set);
const labels = set.labels.map(({ key }) => key);
const all = learn(settings.train, labels, "words");

const bench = (given = standIn(), chosen: Record<string, unknown> = {}) =>
  new Bench(
    set,
    { id: "text", dataset: "school-letters", settings: chosen, goals: [], hints: [] },
    given,
    () => undefined,
  );

// Expected: scikit-learn 1.9, CountVectorizer with the given words (or char bigrams) and MultinomialNB(alpha=1).
describe("naive Bayes, against scikit-learn", () => {
  it("counts the same words", () => {
    expect(all.words).toHaveLength(641);
    expect(all.counts.map((row) => row.reduce((a, b) => a + b, 0))).toEqual([485, 451, 452]);
    const at = all.places.get("谢谢") as number;
    for (const [label, value] of [-4.829202, -6.995766, -6.996681].entries())
      expect(all.likelihoods[label]?.[at]).toBeCloseTo(value, 5);
  });

  it.each([
    ["谢谢老师", ["谢谢", "老师"], [0.944274, 0.027889, 0.027838]],
    ["食堂的饭不好吃", ["食堂", "的", "饭", "不", "好吃"], [0.507447, 0.409514, 0.083039]],
    ["请问图书馆几点开门？", ["请问", "图书馆", "几点", "开", "门"], [0.126817, 0.554353, 0.31883]],
  ])("%s", (text, words, shares) => {
    const told = tell(all, text);
    expect(told.cuts.map((one) => one.text)).toEqual(words);
    for (const [i, share] of shares.entries()) expect(told.shares[i]).toBeCloseTo(share, 5);
  });

  it.each([
    [5, "words", 45],
    [10, "words", 46],
    [20, "words", 45],
    [60, "words", 46],
    [5, "pairs", 40],
    [10, "pairs", 42],
    [60, "pairs", 44],
  ] as const)("learns %i of each as %s and gets %i of 60 right", (amount, pieces, right) => {
    const machine = learn(lessons(settings, amount), labels, pieces);
    // sentences that are level go to the first label, and the labels stand in another order there
    const found = count(examine(machine, settings.test));
    expect(found.all).toBe(60);
    expect(Math.abs(found.right - right)).toBeLessThanOrEqual(2);
  });

  it("pushes add up to the difference of the two scores", () => {
    const told = tell(all, "谢谢师傅把门修好了");
    const [said, second] = [told.shares[told.said] as number, told.shares[told.second] as number];
    const sum = told.parts.reduce((total, { push }) => total + push, 0);
    expect(sum).toBeCloseTo(Math.log(said / second), 9);
    expect(strongest(told).length).toBeGreaterThan(0);
  });
});

describe("cutting", () => {
  it("takes the longest known word from the left and passes over what it never learnt", () => {
    const cuts = cut(all, "图书馆里有恐龙化石，好吃！");
    expect(cuts.map(({ text }) => text)).toContain("图书馆");
    expect(cuts.find(({ at }) => at < 0)?.text).toMatch(/^[恐龙化石]+$/);
    expect(cut(all, "，。！")).toEqual([]);
  });

  it("makes pairs over the signs between", () => {
    expect(pairs("好，吃的")).toEqual(["好吃", "吃的"]);
    expect(pairs("好")).toEqual([]);
  });

  it("of nothing known, only how many were learnt counts", () => {
    const told = tell(all, "恐龙");
    expect(told.parts).toEqual([]);
    expect(strongest(told)).toEqual([]);
    for (const share of told.shares) expect(share).toBeCloseTo(1 / 3, 9);
  });

  it("finds the words that stand for a label", () => {
    expect(typical(all, 1, 3).map(({ text }) => text)).toContain("建议");
    expect(typical(all, 2, 3).map(({ text }) => text)).toContain("请问");
  });
});

describe("settings", () => {
  it("read every setting of the manifest", () => {
    const given = { level: "senior", labels: ["idea", "help"], amounts: [20, 5, 900], pieces: "pairs" };
    expect(Object.keys(given).sort()).toEqual(Object.keys(manifest.settings.properties).sort());
    const read = readSettings(given, set);
    expect(read).toMatchObject({ level: "senior", amounts: [5, 20, 60], pieces: "pairs" });
    expect([read.train.length, read.test.length]).toEqual([120, 40]);
  });

  it("are usual where a value makes no sense", () => {
    expect(readSettings({ labels: ["x"], amounts: "a", pieces: 3 }, set)).toMatchObject({
      amounts: [3, 10, 60],
      pieces: "choose",
    });
    expect(readSettings({ level: "primary" }, set)).toMatchObject({ amounts: [3, 60], pieces: "words" });
  });
});

const test = (right: number, given: Partial<Test> = {}): Test => ({
  run: 1,
  amount: 60,
  pieces: "words",
  guess: "most",
  answers: Array.from({ length: 10 }, (_, i) => ({
    id: `${i}`,
    truth: "praise",
    said: i < right ? "praise" : "idea",
  })),
  ...given,
});
const asked = (given: Partial<Asked>): Asked => ({
  text: "好",
  truth: "praise",
  said: "praise",
  way: "none",
  word: null,
  ...given,
});

describe("goals", () => {
  it("are those of the manifest", () => {
    expect(GOAL_TYPES.sort()).toEqual(Object.keys(manifest.goals).sort());
    expect(GOAL_TYPES).toContain(manifest.break_it.goal.goal);
    for (const { goal } of manifest.free.goals) expect(GOAL_TYPES).toContain(goal);
  });

  it.each<[string, Record<string, unknown>, Partial<Facts>, boolean]>([
    ["test-accuracy-at-least", { value: 0.7 }, { tests: [test(7)] }, true],
    ["test-accuracy-at-least", { value: 0.7 }, { tests: [test(6)] }, false],
    ["test-accuracy-at-least", { value: 0.7 }, {}, false],
    ["forecast-right", { count: 1 }, { tests: [test(9)] }, true],
    ["forecast-right", { count: 1 }, { tests: [test(7)] }, false],
    ["word-guessed", { count: 1 }, { asked: [asked({ word: true })] }, true],
    ["word-guessed", { count: 1 }, { asked: [asked({ word: false })] }, false],
    ["own-right", { count: 1 }, { asked: [asked({})] }, true],
    ["own-right", { count: 1 }, { asked: [asked({ said: "idea" })] }, false],
    ["fooled", {}, { asked: [asked({ said: "idea", way: "not" })] }, true],
    ["fooled", {}, { asked: [asked({ said: "idea" })] }, false],
    ["fooled", {}, { asked: [asked({ way: "not" })] }, false],
    [
      "fooled",
      { count: 2, ways: 2 },
      { asked: [1, 2].map(() => asked({ said: "idea", way: "not" })) },
      false,
    ],
    ["amounts-compared", {}, { tests: [test(1), test(1, { amount: 3 })] }, true],
    ["amounts-compared", {}, { tests: [test(1), test(1, { pieces: "pairs" })] }, false],
    ["unknown", {}, {}, false],
  ])("%s %j holds: %#", (goal, rest, facts, done) => {
    expect(check([{ goal, text: "", ...rest }], { tests: [], asked: [], ...facts })[0]?.done).toBe(done);
  });
});

describe("on the bench", () => {
  it("answers only after the pupil said what it is and which word decides", () => {
    const given = standIn();
    const one = bench(given);
    expect(one.put("谢谢")).toBe(false);
    one.learn();
    expect(one.put(" ，")).toBe(false);
    one.put("歌声不好听");
    one.reveal();
    one.setTruth("idea");
    one.reveal();
    expect(one.state.asked).toEqual([]);
    one.setWay("not");
    one.setWord("好听");
    one.reveal();
    expect(one.state.asked).toEqual([
      { text: "歌声不好听", truth: "idea", said: "praise", way: "not", word: true },
    ]);
    one.setTruth("praise");
    one.reveal();
    expect(one.state.asked).toHaveLength(1);
    const words = vi.mocked(given.did).mock.calls.map(([what]) => what);
    expect(words).toEqual(["trained", "saw-prediction", "tested", "broke"]);
    // what was typed stays out of the record
    expect(JSON.stringify(vi.mocked(given.did).mock.calls)).not.toContain("歌声不");
  });

  it("a sentence of unknown words is answered without naming one", () => {
    const one = bench();
    one.learn();
    one.put("恐龙");
    one.setTruth("help");
    expect(one.ready).toBe(true);
    one.reveal();
    expect(one.state.asked[0]).toMatchObject({ said: "praise", word: null });
  });

  it("is tested after a guess, and again only when it learnt what is chosen", () => {
    const one = bench();
    one.exam("most");
    one.learn();
    one.exam("half");
    one.setAmount(3);
    one.exam("half");
    expect(one.state.tests.map(({ amount }) => amount)).toEqual([60]);
    one.learn();
    one.exam("few");
    expect(one.state.tests.map(({ amount }) => amount)).toEqual([60, 3]);
    expect(one.lastTest()?.score.right).toBeGreaterThan(30);
  });

  it("gives its model to other labs, with the same answers", () => {
    const one = bench();
    expect(one.draft()).toBeNull();
    one.learn();
    const model = readModel({ ...one.draft(), format: FORMAT, id: "m", made: {} });
    for (const { text } of settings.test) {
      const told = tell(all, text);
      expect(predict(model as TrainedModel, text).index).toBe(told.said);
    }
    one.setPieces("pairs");
    one.learn();
    expect(one.draft()).toBeNull();
  });

  it("writes a program with every sentence in it", () => {
    const one = bench(standIn(), { level: "senior" });
    one.learn();
    expect(textCode(one).match(/^ {4}\("/gm)).toHaveLength(240);
  });
});

describe("resuming", () => {
  it("gives back what was saved", () => {
    const one = bench();
    one.learn();
    one.exam("half");
    one.put("谢谢老师", "praise");
    keepAsked(one.state, asked({ text: "好吃" }));
    const saved = JSON.parse(JSON.stringify(one.state));
    expect(resume(saved, settings)).toEqual(saved);
    const again = bench(standIn(saved));
    expect(again.told()?.said).toBe(0);
  });

  it.each([null, undefined, 3, "x", [], {}, { v: 2 }])("starts afresh from %j", (saved) => {
    expect(resume(saved, settings)).toEqual(freshState(settings));
  });

  it("makes broken parts fit", () => {
    const read = resume(
      {
        v: 1,
        amount: 7,
        pieces: "letters",
        run: { no: 1 },
        tests: [{ run: 1 }, 3],
        draft: { text: "好" },
        asked: [{ text: "，", truth: "a", said: "b" }, null],
        reached: ["a", 2],
      },
      settings,
    );
    expect(read).toEqual({ ...freshState(settings), reached: [2] });
  });

  it("keeps a sentence asked twice once", () => {
    const state = freshState(settings);
    keepAsked(state, asked({ text: "好吃", said: "idea" }));
    keepAsked(state, asked({ text: "好，吃" }));
    expect(state.asked.map(({ said }) => said)).toEqual(["praise"]);
  });
});
