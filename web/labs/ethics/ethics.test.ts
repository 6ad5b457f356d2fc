import { readFileSync } from "node:fs";
import { describe, expect, it, vi } from "vitest";
import { parseTexts } from "../datasets";
import { standIn } from "../testing";
import { Bench } from "./bench";
import { CASES } from "./cases";
import { check, type Decision, type Facts, GOAL_TYPES, type Guess, type Trial } from "./checks";
import { ethicsCode } from "./code";
import manifest from "./manifest.json";
import { PICTURES } from "./pictures";
import { freshState, readSettings, resume } from "./state";
import { familiar, knownPairs, LOOKS, learn, tells, write } from "./writer";

const FOLDER = "../content/datasets/school-letters";
const set = parseTexts(
  readFileSync(`${FOLDER}/dataset.yaml`, "utf8"),
  readFileSync(`${FOLDER}/texts.csv`, "utf8"),
);
const settings = readSettings({}, set);
const bench = (given = standIn(), chosen: Record<string, unknown> = {}) =>
  new Bench(
    set,
    { id: "ethics", dataset: "school-letters", settings: chosen, goals: [], hints: [] },
    given,
    () => undefined,
  );

describe("the writing program", () => {
  it("counts what follows, in a table small enough to count by hand", () => {
    const counts = learn(["天好", "天黑", "天好了"], 1);
    expect(Object.fromEntries(counts.get("天") ?? [])).toEqual({ 好: 2, 黑: 1 });
    expect(Object.fromEntries(counts.get("^") ?? [])).toEqual({ 天: 3 });
    expect(Object.fromEntries(counts.get("好") ?? [])).toEqual({ $: 1, 了: 1 });
  });

  it.each(LOOKS)("looking back %i writes the same from the same seed, and only what it saw", (look) => {
    const counts = learn(settings.train, look);
    const all = Array.from({ length: 60 }, (_, i) => write(counts, look, i));
    expect(all).toEqual(Array.from({ length: 60 }, (_, i) => write(counts, look, i)));
    for (const one of all) expect(Array.from(one).length).toBeLessThanOrEqual(24);
    const known = knownPairs(settings.train);
    if (look)
      for (const one of all) expect(Array.from(one).length < 2 || familiar(one, known) === 1).toBe(true);
  });

  it("comes nearer to people's sentences the farther it looks back", () => {
    const copied = LOOKS.map((look) => {
      const counts = learn(settings.train, look);
      return Array.from({ length: 200 }, (_, i) => write(counts, look, i)).filter((one) =>
        settings.train.includes(one),
      ).length;
    });
    expect(copied[0]).toBeLessThan(5);
    expect(copied[3]).toBeGreaterThan(copied[1] as number);
  });
});

describe("the telling program", () => {
  const known = knownPairs(settings.train);

  it("is wrong both ways", () => {
    const salad = Array.from({ length: 50 }, (_, i) => write(learn(settings.train, 0), 0, i));
    expect(salad.filter((one) => tells(one, known) === "human").length).toBeGreaterThan(25);
    const accused = settings.people.filter((one) => tells(one, known) === "machine");
    expect(accused.length).toBeGreaterThan(0);
    expect(accused.length).toBeLessThan(settings.people.length / 2);
  });

  it("has a share for everything", () => {
    expect(familiar("", known)).toBe(0);
    expect(familiar("谢谢", known)).toBe(1);
  });
});

describe("things to guess about", () => {
  it("are as many by people as by machines, none copied, none twice", () => {
    const { things } = settings;
    expect(things).toHaveLength(18);
    expect(things.filter(({ maker }) => maker === "human")).toHaveLength(9);
    expect(new Set(things.map(({ id }) => id)).size).toBe(18);
    for (const { text, maker, picture } of things)
      if (!picture && maker === "machine") expect(settings.train).not.toContain(text);
    expect(readSettings({ seed: 2 }, set).things.map(({ id }) => id)).not.toEqual(things.map(({ id }) => id));
    for (const { alt, strokes } of PICTURES)
      expect([alt.length > 5, strokes.length > 0]).toEqual([true, true]);
    for (const { strokes } of PICTURES) for (const { d } of strokes) expect(d).not.toContain("NaN");
  });

  it("are pictures first for the little ones", () => {
    const primary = readSettings({ level: "primary" }, set);
    expect(primary.things.slice(0, 8).every(({ picture }) => picture)).toBe(true);
    expect(primary.cases.map(({ key }) => key)).toEqual(["photo", "voice", "cart", "club"]);
  });
});

describe("settings", () => {
  it("read every setting of the manifest", () => {
    const given = { level: "senior", rooms: ["fool", "made"], cases: ["essay"], pictures: false, seed: 5 };
    expect(Object.keys(given).sort()).toEqual(Object.keys(manifest.settings.properties).sort());
    const read = readSettings(given, set);
    expect([read.rooms, read.cases.map(({ key }) => key), read.things.length]).toEqual([
      ["made", "fool"],
      ["essay"],
      10,
    ]);
    expect(manifest.settings.properties.cases.items.enum).toEqual(CASES.map(({ key }) => key));
  });

  it("are usual where a value makes no sense", () => {
    const read = readSettings({ rooms: ["x"], cases: 3, seed: "a" }, set);
    expect([read.rooms.length, read.cases.length, read.things.length]).toEqual([3, 6, 18]);
  });
});

const guess = (given: Partial<Guess> = {}): Guess => ({
  id: "a",
  said: "human",
  reason: "只是感觉",
  maker: "human",
  ...given,
});
const decision = (given: Partial<Decision> = {}): Decision => ({
  case: "photo",
  kind: "consent",
  first: "ask",
  reason: "甲",
  other: "乙",
  last: "ask",
  ...given,
});
const trial = (given: Partial<Trial> = {}): Trial => ({
  text: "好的",
  maker: "machine",
  look: 0,
  guess: "human",
  came: "human",
  ...given,
});

describe("goals", () => {
  it("are those of the manifest", () => {
    expect(GOAL_TYPES.sort()).toEqual(Object.keys(manifest.goals).sort());
    expect(GOAL_TYPES).toContain(manifest.break_it.goal.goal);
    for (const { goal } of manifest.free.goals) expect(GOAL_TYPES).toContain(goal);
  });

  it.each<[string, Record<string, unknown>, Partial<Facts>, boolean]>([
    ["guessed", { count: 1 }, { guesses: [guess({ maker: "machine" })] }, true],
    ["guessed", { count: 1 }, { guesses: [guess({ reason: "" })] }, false],
    ["hits-at-least", { count: 2, value: 0.5 }, { guesses: [guess(), guess({ maker: "machine" })] }, true],
    ["hits-at-least", { count: 3, value: 0.5 }, { guesses: [guess(), guess()] }, false],
    ["hits-at-least", { count: 1, value: 0.5 }, { guesses: [guess({ said: "machine" })] }, false],
    ["two-sides", {}, { decisions: [decision({ last: "" })] }, true],
    ["two-sides", { kind: "dilemma" }, { decisions: [decision()] }, false],
    ["two-sides", {}, { decisions: [decision({ other: "" })] }, false],
    ["mind-made-up", {}, { decisions: [decision()] }, true],
    ["mind-made-up", {}, { decisions: [decision({ last: "use" })] }, true],
    ["mind-made-up", {}, { decisions: [decision({ last: "" })] }, false],
    ["forecast-right", {}, { trials: [trial()] }, true],
    ["forecast-right", {}, { trials: [trial({ guess: "machine" })] }, false],
    ["fooled", {}, { trials: [trial()] }, true],
    ["fooled", {}, { trials: [trial({ came: "machine" })] }, false],
    ["fooled", { count: 2, ways: 2 }, { trials: [trial(), trial()] }, false],
    [
      "fooled",
      { count: 2, ways: 2 },
      { trials: [trial(), trial({ maker: "human", came: "machine" })] },
      true,
    ],
    ["unknown", {}, {}, false],
  ])("%s %j holds: %#", (goal, rest, facts, done) => {
    const all = { guesses: [], decisions: [], trials: [], ...facts };
    expect(check([{ goal, text: "", ...rest }], all)[0]?.done).toBe(done);
  });
});

describe("on the bench", () => {
  it("shows who made it only after a guess and a reason, once", () => {
    const given = standIn();
    const one = bench(given);
    one.reveal();
    one.say("human");
    one.reveal();
    expect(one.state.guesses).toEqual([]);
    one.because("只是感觉");
    one.reveal();
    one.say("machine");
    one.because("只是感觉");
    one.reveal();
    expect(one.state.guesses).toHaveLength(1);
    expect(one.reasons()[0]).toMatchObject({ reason: "只是感觉", n: 1 });
    one.next();
    expect(one.guessOf(one.thing()?.id ?? "")).toBeUndefined();
    expect(vi.mocked(given.did).mock.calls.map(([what]) => what)).toEqual(["saw-prediction"]);
  });

  it("takes a case from choice to reason to the other side to the last word, in that order", () => {
    const given = standIn();
    const one = bench(given);
    const [ask, use] = CASES[0]?.sides ?? [];
    if (!ask || !use) throw new Error("no sides");
    one.settle(ask);
    one.other("早");
    expect(one.state.decisions).toEqual([]);
    one.choose(ask);
    one.choose(use);
    one.other("早");
    one.reason(use.reasons[0]);
    one.choose(ask);
    one.settle(ask);
    expect(one.decision()).toMatchObject({ first: "use", other: "", last: "" });
    one.other(ask.reasons[0]);
    one.settle(ask);
    expect(one.decision()).toMatchObject({ first: "use", last: "ask" });
    expect(vi.mocked(given.did).mock.calls.map(([what]) => what)).toEqual([
      "predicted",
      "explained",
      "explained",
      "chose",
    ]);
    expect(vi.mocked(given.did).mock.lastCall).toEqual([
      "chose",
      { about: CASES[0]?.title, choice: ask.text },
    ]);
    one.again();
    expect(one.decision()).toBeUndefined();
  });

  it("shows numbers of the class where five have chosen, and says why where it cannot", async () => {
    const title = CASES[0]?.title ?? "";
    const counts = [{ choice: "先问一问", n: 4, share: 67 }];
    const given = standIn(null, { choices: vi.fn() });
    const one = bench(given);
    for (const [answer, said] of [
      [null, "这里看不到"],
      [[], "还不到5个"],
      [[{ about: "别的", answered: 9, counts }], "还不到5个"],
      [[{ about: title, answered: 6, counts }], "6个同学选过"],
    ] as const) {
      vi.mocked(given.choices ?? vi.fn()).mockResolvedValueOnce(answer as never);
      await one.askClass();
      expect(one.classSaid()).toContain(said);
    }
  });

  it("keeps what a pupil wrote out of the record", () => {
    const given = standIn();
    const one = bench(given);
    one.setOwn(`  ${"谢谢老师".repeat(20)}`);
    expect(one.state.trial.own).toHaveLength(40);
    one.ask(one.state.trial.own, "human", "human");
    one.ask("谢", "human", "human");
    expect(one.state.trials).toHaveLength(1);
    expect(JSON.stringify(vi.mocked(given.did).mock.calls)).not.toContain("谢谢老师");
  });

  it("writes a program with every sentence in it", () => {
    expect(ethicsCode(bench()).match(/^ {4}"/gm)).toHaveLength(settings.train.length);
  });
});

describe("resuming", () => {
  it("gives back what was saved", () => {
    const one = bench();
    one.say("human");
    one.because("只是感觉");
    one.reveal();
    const [ask] = CASES[0]?.sides ?? [];
    if (ask) one.choose(ask);
    one.reason("甲");
    one.other("乙");
    one.ask(one.written(), "machine", "machine");
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
        room: "x",
        guesses: [{ id: "x" }, 3],
        decisions: [{ case: "photo", first: "x" }, null],
        trial: { look: 9 },
        trials: [{ text: "a" }],
        reached: ["a", 1],
      },
      settings,
    );
    expect(read).toEqual({ ...freshState(settings), reached: [1] });
  });
});
