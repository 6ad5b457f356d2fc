import { readFileSync } from "node:fs";
import { describe, expect, it, vi } from "vitest";
import { parseWords } from "../datasets";
import { standIn } from "../testing";
import { Bench } from "./bench";
import { check, type Facts, GOAL_TYPES } from "./checks";
import { wordsCode } from "./code";
import manifest from "./manifest.json";
import { analogy, cosine, lean, nearest, pca, sideOf, together } from "./model";
import { freshState, readSettings, resume } from "./state";

const FOLDER = "../content/datasets/word-map";
const read = (file: string) => readFileSync(`${FOLDER}/${file}`, "utf8");
const set = parseWords(read("dataset.yaml"), read("vectors.csv"), read("sentences.txt"));
const settings = readSettings({}, set);
const at = (word: string) => set.words.indexOf(word);
const first = (a: string, b: string, c: string) =>
  set.words[analogy(set.vectors, at(a), at(b), at(c), 1)[0]?.at ?? -1];

const bench = (given = standIn(), chosen: Record<string, unknown> = {}) =>
  new Bench(
    set,
    { id: "embeddings", dataset: "word-map", settings: chosen, goals: [], hints: [] },
    given,
    () => undefined,
  );

describe("vectors", () => {
  it("are there for every word, of length 1", () => {
    expect(set.words).toHaveLength(314);
    for (const vector of [...set.vectors, ...set.even]) {
      expect(vector).toHaveLength(64);
      expect(cosine(vector, vector)).toBeCloseTo(1, 9);
    }
  });

  // NumPy 2.4 on the same table
  it.each([
    ["苹果", "梨", 0.8077],
    ["苹果", "地铁", 0.0008],
    ["北京", "中国", 0.6173],
    ["高兴", "伤心", 0.999],
  ])("%s and %s are alike by %f", (a, b, like) => {
    expect(cosine(set.vectors[at(a)] ?? [], set.vectors[at(b)] ?? [])).toBeCloseTo(like, 4);
  });

  it.each([
    ["中国", "北京", "日本", "东京", 0.9761],
    ["狗", "小狗", "羊", "羊羔", 0.9696],
    ["春天", "暖和", "冬天", "寒冷", 0.9978],
    ["医生", "医院", "厨师", "饭店", 0.9417],
    ["男人", "女人", "国王", "王后", 1.0],
    ["男孩", "女孩", "叔叔", "奶奶", 0.928],
    ["爸爸", "妈妈", "爷爷", "姐姐", 0.5716],
  ])("%s : %s = %s : %s", (a, b, c, d, like) => {
    expect(first(a, b, c)).toBe(d);
    expect(analogy(set.vectors, at(a), at(b), at(c), 1)[0]?.like).toBeCloseTo(like, 4);
  });

  it.each([
    ["工程师", 0.2962, -0.0069],
    ["护士", -0.3329, -0.0083],
    ["医生", -0.0312, -0.0033],
  ])("%s leans by %f, evened by %f", (word, skewed, even) => {
    const poles = set.poles.map(({ words }) => words.map(at));
    expect(lean(set.vectors, at(word), poles)).toBeCloseTo(skewed, 4);
    expect(lean(set.even, at(word), poles)).toBeCloseTo(even, 4);
  });

  it("of the main components are those of NumPy's singular value decomposition", () => {
    const points = [
      [2, 0, 1],
      [4, 1, 0],
      [6, 3, 1],
      [8, 2, 5],
      [1, 7, 2],
    ];
    const { places, shown } = pca(points);
    for (const [i, [x, y]] of [
      [-0.74645, -3.17216],
      [0.104, -2.26453],
      [1.04211, 0.46533],
      [4.33983, 2.30683],
      [-4.73948, 2.66453],
    ].entries()) {
      expect(places[i]?.[0]).toBeCloseTo(x as number, 4);
      expect(places[i]?.[1]).toBeCloseTo(y as number, 4);
    }
    expect(shown).toBeCloseTo(0.9216, 4);
  });

  it("of words that stand alike lie alike, and a word without neighbours alone is not asked", () => {
    expect(
      nearest(set.vectors, set.vectors[at("高兴")] ?? [], 3, [at("高兴")]).map((one) => set.words[one.at]),
    ).toContain("伤心");
    expect(nearest([[1, 0]], [1, 0], 3, [0])).toEqual([]);
    expect(pca([]).places).toEqual([]);
    expect(pca([[1, 1]])).toEqual({ places: [[0, 0]], shown: 0 });
  });
});

describe("the sentences", () => {
  it("lean in one table, and not in the other", () => {
    const poles = set.poles.map(({ words }) => words.map(at));
    for (const job of ["工程师", "消防员", "程序员", "警察"]) {
      expect(sideOf(lean(set.vectors, at(job), poles))).toBe("first");
      expect(sideOf(lean(set.even, at(job), poles))).toBe("level");
    }
    for (const job of ["护士", "保姆", "舞蹈家", "幼师"]) {
      expect(sideOf(lean(set.vectors, at(job), poles))).toBe("second");
      expect(sideOf(lean(set.even, at(job), poles))).toBe("level");
    }
  });

  it("are counted", () => {
    const [men, women] = set.poles.map(({ words }) => words) as [string[], string[]];
    expect([
      together(set.sentences, "skewed", "护士", men),
      together(set.sentences, "skewed", "护士", women),
    ]).toEqual([2, 18]);
    expect([
      together(set.sentences, "even", "护士", men),
      together(set.sentences, "even", "护士", women),
    ]).toEqual([10, 10]);
  });
});

describe("settings", () => {
  it("read every setting of the manifest", () => {
    const given = { level: "senior", parts: ["bias"], groups: ["bird", "flower"], probe: "family" };
    expect(Object.keys(given).sort()).toEqual(Object.keys(manifest.settings.properties).sort());
    expect(readSettings(given, set)).toEqual({
      level: "senior",
      tabs: ["bias"],
      groups: ["bird", "flower"],
      probe: "family",
    });
  });

  it("are usual where a value makes no sense", () => {
    expect(readSettings({ parts: ["x"], groups: ["x"], probe: 3 }, set)).toMatchObject({
      tabs: ["map", "analogy", "bias"],
      probe: "job",
    });
    expect(readSettings({ level: "primary" }, set).tabs).toEqual(["map", "analogy"]);
  });
});

describe("goals", () => {
  it("are those of the manifest", () => {
    expect(GOAL_TYPES.sort()).toEqual(Object.keys(manifest.goals).sort());
    for (const { goal } of [...manifest.free.goals, manifest.break_it.goal])
      expect(GOAL_TYPES).toContain(goal);
  });

  const near = { word: "狗", guess: "牛", came: "牛" };
  const told = { a: "狗", b: "小狗", c: "羊", guess: "羊羔", came: "羊羔" };
  it.each<[string, Record<string, unknown>, Partial<Facts>, boolean]>([
    ["neighbours-guessed", { count: 1 }, { near: [near] }, true],
    ["neighbours-guessed", { count: 1 }, { near: [{ ...near, guess: "苹果" }] }, false],
    ["analogies-found", { count: 1 }, { analogies: [told] }, true],
    ["analogies-found", { count: 1 }, { analogies: [{ ...told, came: "羊" }] }, false],
    ["analogy-broken", { count: 1 }, { analogies: [{ ...told, came: "羊" }] }, true],
    ["analogy-broken", { count: 1 }, { analogies: [told] }, false],
    [
      "leans-guessed",
      { count: 1 },
      { leans: [{ word: "护士", guess: "second", value: -0.3, even: null }] },
      true,
    ],
    [
      "leans-guessed",
      { count: 1 },
      { leans: [{ word: "护士", guess: "level", value: -0.3, even: null }] },
      false,
    ],
    ["bias-mended", { count: 1 }, { leans: [{ word: "护士", guess: "level", value: -0.3, even: 0 }] }, true],
    [
      "bias-mended",
      { count: 1 },
      { leans: [{ word: "护士", guess: "level", value: -0.3, even: null }] },
      false,
    ],
    ["bias-mended", { count: 1 }, { leans: [{ word: "医生", guess: "level", value: 0, even: 0 }] }, false],
    ["bias-explained", {}, { why: true }, true],
    ["bias-explained", {}, {}, false],
    ["unknown", {}, {}, false],
  ])("%s %j holds: %#", (goal, rest, facts, done) => {
    const usual: Facts = { near: [], analogies: [], leans: [], why: false };
    expect(check([{ goal, text: "", ...rest }], { ...usual, ...facts })[0]?.done).toBe(done);
  });
});

describe("on the bench", () => {
  it("a neighbour is guessed once, from four with the nearest among them", () => {
    const given = standIn();
    const one = bench(given);
    one.look("苹果");
    const [nearestWord] = one.neighbours();
    expect(one.nearChoice()).toContain(nearestWord?.word);
    expect(new Set(one.nearChoice()).size).toBe(4);
    one.guessNear(nearestWord?.word ?? "");
    one.guessNear("地铁");
    expect(one.state.near).toEqual([{ word: "苹果", guess: nearestWord?.word, came: nearestWord?.word }]);
    expect(vi.mocked(given.did)).toHaveBeenCalledTimes(1);
  });

  it("an analogy is guessed from what it answers and what one may expect", () => {
    const given = standIn();
    const one = bench(given);
    for (const { a, b, c, d } of set.analogies) {
      one.takeAnalogy(a, b, c);
      expect(one.analogyChoice()).toContain(d);
      expect(one.analogyChoice()).toContain(one.analogyAnswers()[0]?.word);
      expect(one.analogyChoice().length).toBeGreaterThanOrEqual(4);
    }
    one.takeAnalogy("中国", "北京", "日本");
    one.guessAnalogy("巴黎");
    one.guessAnalogy("东京");
    expect(one.state.analogies).toHaveLength(1);
    expect(vi.mocked(given.did).mock.calls.map(([what]) => what)).toEqual(["saw-prediction", "broke"]);
    one.setAnalogy("c", "法国");
    expect(one.analogyGuess()).toBeNull();
  });

  it("leans are guessed one after another and looked at again with evened sentences", () => {
    const one = bench();
    one.ask("护士");
    one.guessLean("second");
    expect(one.probed).not.toBe("护士");
    expect(one.leanOf("护士")).toMatchObject({ guess: "second", even: null });
    expect(one.counts("护士")).toEqual([2, 18]);
    one.setEven(true);
    expect(Math.abs(one.leanOf("护士")?.even ?? 1)).toBeLessThan(0.06);
    expect(one.counts("护士")).toEqual([10, 10]);
    one.sayWhy("sentences");
    expect(one.facts().why).toBe(true);
  });

  it("keeps four groups at most and never none", () => {
    const one = bench();
    for (const key of ["bird", "flower", "food"]) one.toggleGroup(key);
    expect(one.state.groups).toHaveLength(4);
    for (const key of [...one.state.groups]) one.toggleGroup(key);
    expect(one.state.groups).toHaveLength(1);
  });

  it("writes a program with every word in it", () => {
    expect(wordsCode(bench(standIn(), { level: "senior" })).match(/^ {4}".*",$/gm)).toHaveLength(314);
  });
});

describe("resuming", () => {
  it("gives back what was saved", () => {
    const one = bench();
    one.guessNear(one.nearChoice()[0] ?? "");
    one.guessAnalogy(one.analogyChoice()[0] ?? "");
    one.guessLean("level");
    one.show("bias");
    const saved = JSON.parse(JSON.stringify(one.state));
    expect(resume(saved, settings, set)).toEqual(saved);
  });

  it.each([null, undefined, 3, "x", [], {}, { v: 2 }])("starts afresh from %j", (saved) => {
    expect(resume(saved, settings, set)).toEqual(freshState(settings, set));
  });

  it("makes broken parts fit", () => {
    const broken = {
      v: 1,
      tab: "moon",
      groups: ["x"],
      word: "恐龙",
      near: [{ word: "狗", guess: "恐龙", came: "牛" }, 3],
      a: 5,
      analogies: [null],
      leans: [{ word: "护士", value: "x" }],
      reached: ["a", 1],
    };
    expect(resume(broken, settings, set)).toEqual({ ...freshState(settings, set), reached: [1] });
  });
});
