import { readFileSync } from "node:fs";
import { describe, expect, it, vi } from "vitest";
import { parseSounds } from "../datasets";
import type { Microphone } from "../host";
import { FORMAT, predict, readModel, type TrainedModel } from "../models";
import { standIn } from "../testing";
import { Bench } from "./bench";
import { bandOf, check, type Facts, GOAL_TYPES, type Test } from "./checks";
import { soundCode } from "./code";
import { loudestSecond } from "./device";
import { packed } from "./ear";
import manifest from "./manifest.json";
import { addOwn, freshState, isCurrent, keepTest, readSettings, resume } from "./state";
import { LENGTH, synth } from "./synth";

const set = parseSounds(readFileSync("../content/datasets/six-sounds/dataset.yaml", "utf8"));
const settings = readSettings({}, set);
const host = (state: unknown = null, microphone: Microphone = "allowed") =>
  standIn(state, { microphone: () => microphone });
const bench = (given = host(), chosen: Record<string, unknown> = {}) =>
  new Bench(
    set,
    { id: "sound", dataset: "six-sounds", settings: chosen, goals: [], hints: [] },
    given,
    () => undefined,
  );
const recorded = () => packed(synth(set.sounds[0] as (typeof set.sounds)[0]));

describe("settings", () => {
  it("read every setting of the manifest", () => {
    const given = {
      level: "senior",
      labels: ["bell", "rain"],
      places: ["quiet", "hall"],
      method: "head",
      allow_own_sounds: false,
    };
    expect(Object.keys(given).sort()).toEqual(Object.keys(manifest.settings.properties).sort());
    const read = readSettings(given, set);
    expect(read).toMatchObject({ level: "senior", places: ["quiet", "hall"], method: "head", own: false });
    expect(read.labels.map(({ key }) => key)).toEqual(["bell", "rain"]);
    expect([read.train.length, read.test.length]).toEqual([20, 12]);
  });

  it("make it smaller for primary classes, and usual where a value makes no sense", () => {
    const small = readSettings({ level: "primary" }, set);
    expect([small.labels.length, small.places, small.method]).toEqual([4, ["quiet", "street"], "nearest"]);
    const usual = readSettings({ level: 7, labels: ["none"], places: ["hall"], method: "x" }, set);
    expect([usual.labels.length, usual.places.length, usual.method]).toEqual([6, 5, "choose"]);
  });
});

const test = (given: Partial<Test>, right: number, all = 10): Test => ({
  run: 1,
  method: "nearest",
  noisy: false,
  place: "quiet",
  guess: "most",
  answers: Array.from({ length: all }, (_, i) => ({
    id: `s${i}`,
    truth: "a",
    said: i < right ? "a" : "b",
  })),
  ...given,
});

describe("goals", () => {
  it("are those of the manifest", () => {
    expect(GOAL_TYPES.sort()).toEqual(Object.keys(manifest.goals).sort());
    expect(GOAL_TYPES).toContain(manifest.break_it.goal.goal);
  });

  it.each<[string, Record<string, unknown>, Partial<Facts>, boolean]>([
    ["pictures-guessed", { count: 2 }, { spotted: 2 }, true],
    ["pictures-guessed", { count: 3 }, { spotted: 2 }, false],
    ["test-accuracy-at-least", { value: 0.9 }, { tests: [test({}, 9)] }, true],
    ["test-accuracy-at-least", { value: 0.9 }, { tests: [test({ place: "hall" }, 9)] }, false],
    ["forecast-right", { count: 1 }, { tests: [test({}, 9)] }, true],
    ["forecast-right", { count: 1 }, { tests: [test({}, 6)] }, false],
    ["broken-by-noise", {}, { tests: [test({}, 9), test({ place: "street" }, 4)] }, true],
    ["broken-by-noise", {}, { tests: [test({}, 9), test({ place: "street", run: 2 }, 4)] }, false],
    ["broken-by-noise", {}, { tests: [test({}, 8), test({ place: "street" }, 4)] }, false],
    ["mended", { value: 0.8 }, { tests: [test({ place: "street", noisy: true }, 8)] }, true],
    ["mended", { value: 0.8 }, { tests: [test({ place: "street" }, 8)] }, false],
    ["mended", { value: 0.8, place: "loud" }, { tests: [test({ place: "street", noisy: true }, 8)] }, false],
    ["why-noise", {}, { why: true }, true],
    ["why-noise", {}, {}, false],
    ["both-methods", {}, { tests: [test({}, 1), test({ method: "head", run: 2 }, 1)] }, true],
    ["both-methods", {}, { tests: [test({}, 1), test({ method: "head", place: "hall" }, 1)] }, false],
    ["unknown", {}, {}, false],
  ])("%s %j holds: %#", (goal, rest, facts, done) => {
    const usual: Facts = { spotted: 0, tests: [], why: false };
    expect(check([{ goal, text: "", ...rest }], { ...usual, ...facts })[0]?.done).toBe(done);
  });

  it("count bands of scores from 85 and 50 of a hundred", () => {
    expect([85, 84, 50, 49].map((right) => bandOf(right, 100))).toEqual(["most", "half", "half", "few"]);
    expect(bandOf(0, 0)).toBe("few");
  });
});

describe("on the bench", () => {
  it("a guess of a picture counts once and comes before the answer", () => {
    const one = bench();
    const sound = one.quizSound();
    one.guessSound(sound?.label ?? "");
    one.guessSound(sound?.label ?? "");
    expect(one.state.quiz).toMatchObject({ right: 1, wrong: 0 });
    one.nextQuiz();
    expect(one.quizSound()).not.toBe(sound);
  });

  it("learns, is tested after a guess, and breaks in the street", async () => {
    const given = host();
    const one = bench(given, { level: "primary" });
    await one.exam("most");
    expect(one.state.tests).toEqual([]);
    await one.learn();
    expect(one.state.run).toMatchObject({ no: 1, train: { all: 40 } });
    await one.exam("most");
    one.setPlace("street");
    await one.exam("most");
    expect(one.state.tests.map(({ place }) => place)).toEqual(["quiet", "street"]);
    const words = vi.mocked(given.did).mock.calls.map(([what]) => what);
    expect(words).toEqual([
      "trained",
      "predicted",
      "saw-prediction",
      "tested",
      "predicted",
      "saw-prediction",
      "tested",
      "broke",
    ]);
    one.setNoisy(true);
    expect(isCurrent(one.state)).toBe(false);
    await one.exam("most");
    expect(one.state.tests).toHaveLength(2);
  });

  it("answers the same after it was left and opened again", async () => {
    const one = bench(host(), { level: "primary" });
    await one.learn();
    await one.askShown();
    const saved = JSON.parse(JSON.stringify(one.state));
    const again = bench(host(saved), { level: "primary" });
    await again.askShown();
    expect(again.asked).toEqual(one.asked);
    expect(again.state.run).toEqual(one.state.run);
  });

  it.each(["nearest", "head"])(
    "gives its model (%s) to other labs, with the same answers",
    async (method) => {
      const one = bench(host(), { level: "primary", method });
      expect(await one.draft()).toBeNull();
      await one.learn();
      const draft = await one.draft();
      const model = readModel({ ...draft, format: FORMAT, id: "m", made: {} });
      expect(model?.input).toMatchObject({ of: "sound", size: 48 });
      for (const { key } of one.settings.test) {
        one.show(key);
        await one.askShown();
        const said = predict(model as TrainedModel, one.ear.features(key, "quiet"));
        expect(said.text).toBe(one.labelText(one.asked?.said ?? ""));
      }
    },
  );

  it("stops where it is told to and keeps what was", async () => {
    const one = bench();
    const work = one.learn();
    one.stop();
    await work;
    expect([one.state.run, one.progress]).toEqual([null, null]);
  });

  it("keeps recordings under `local` only, learns from them and takes them away when refused", async () => {
    const one = bench(host(), { level: "primary" });
    one.keepRecording(synth(set.sounds[0] as (typeof set.sounds)[0]), "drum", "train");
    expect(Object.keys(one.state.local.sounds)).toEqual(["own-1"]);
    await one.learn();
    expect(one.state.run).toMatchObject({ own: ["own-1"], train: { all: 41 } });
    const saved = JSON.parse(JSON.stringify(one.state));
    const { local: _, ...sent } = saved;
    expect(JSON.stringify(sent)).not.toContain("data:");
    const refused = bench(host(saved, "refused"), { level: "primary" });
    expect([refused.dropped, refused.state.own, refused.state.local.sounds]).toEqual([1, [], {}]);
    expect(bench(host(saved, "absent"), { level: "primary" }).state.own).toHaveLength(1);
    one.dropRecording("own-1");
    expect([one.state.run, one.state.local.sounds]).toEqual([null, {}]);
  });

  it("writes a program with every sound's numbers in it", () => {
    const program = soundCode(bench(host(), { level: "senior" }));
    expect(program.match(/"\d{96}"/g)).toHaveLength(96);
  });
});

describe("resuming", () => {
  it("gives back what was saved", () => {
    const state = freshState(settings);
    addOwn(state, recorded(), "bell", "test");
    keepTest(state, test({}, 9));
    const saved = JSON.parse(JSON.stringify(state));
    expect(resume(saved, settings)).toEqual(saved);
  });

  it.each([null, undefined, 3, "x", [], {}, { v: 2 }])("starts afresh from %j", (saved) => {
    expect(resume(saved, settings)).toEqual(freshState(settings));
  });

  it("makes broken parts fit", () => {
    const read = resume(
      {
        v: 1,
        shown: "none",
        method: 4,
        place: "moon",
        quiz: 7,
        run: { no: "x" },
        tests: [{ run: 1, answers: [3] }, 5],
        own: [{ id: "own-9", label: "bell" }, null],
        local: { sounds: [] },
        reached: ["a", 1],
      },
      settings,
    );
    expect(read).toEqual({ ...freshState(settings), reached: [1] });
  });
});

it("the loudest second of a recording is taken", () => {
  const heard = new Float32Array(LENGTH * 3);
  for (let i = 0; i < 800; i += 1) heard[LENGTH * 2 + i] = 0.3 * Math.sin(i);
  const cut = loudestSecond(heard);
  expect(cut).toHaveLength(LENGTH);
  expect(Math.max(...cut)).toBeCloseTo(0.9, 2);
});
