import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { parseProse } from "../datasets";
import type { Goal, LabHost } from "../host";
import { standIn } from "../testing";
import { Bench } from "./bench";
import { check, type Facts, GOAL_TYPES, type Passage } from "./checks";
import manifest from "./manifest.json";
import { chances, count, drawn, known, likeliest, looked, reach, tempered } from "./model";
import { blank, Learner, PARTS, recall, slopes } from "./recurrent";
import { freshState, NET_TIMES, readSettings, resume, TEMPERATURES } from "./state";

const folder = resolve(import.meta.dirname, "../../../content/datasets/school-stories");
const read = (name: string) => readFileSync(`${folder}/${name}`, "utf-8");
const set = parseProse(read("dataset.yaml"), ["rhymes.txt", "stories.txt", "cards.txt"].map(read));
const settings = readSettings({}, set);

// Made once with NumPy from the same prose: counts row by row, Witten–Bell, power 1 / temperature; the two likeliest.
const NUMPY: [string, number, number, string, number, string, number][] = [
  ["小雨", 1, 1, "，", 0.051818, "。", 0.046224],
  ["小雨", 2, 1, "说", 0.20969, "，", 0.058132],
  ["小雨", 3, 1, "说", 0.319897, "点", 0.085206],
  ["小猫米", 4, 1, "粒", 0.990642, "一", 0.003278],
  ["鱼雨", 3, 1, "说", 0.20969, "，", 0.058132],
  ["小雨", 2, 0.5, "说", 0.710863, "，", 0.054634],
  ["小雨", 3, 3, "说", 0.018446, "点", 0.011869],
];

describe("counting, against NumPy", () => {
  const counts = count(settings.prose);

  it.each(NUMPY)("%s, n %i, temperature %d", (text, n, temperature, first, most, second, next) => {
    const given = tempered(chances(counts, text, n), temperature);
    const [one, two] = likeliest(counts.signs, given, 2);
    expect([one?.sign, two?.sign]).toEqual([first, second]);
    expect(one?.chance).toBeCloseTo(most, 5);
    expect(two?.chance).toBeCloseTo(next, 5);
    expect(given.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 9);
  });

  it("falls back to what it has seen", () => {
    expect([reach(counts, "小雨点", 4), reach(counts, "鱼雨", 4), reach(counts, "Ω", 4)]).toEqual([3, 1, 0]);
    expect(chances(counts, "Ω", 4)).toEqual(chances(counts, "", 1));
  });

  it("draws by chances", () => {
    expect([0, 0.29, 0.3, 0.99, 1].map((thrown) => drawn([0.3, 0.6, 0.1], thrown))).toEqual([0, 0, 1, 2, 2]);
  });

  it("knows what stands in the prose", () => {
    expect(known("天地人", "天地玄黄", 2)).toBe(0.5);
    expect([known("天", "天地", 2), known("天地玄", "天地玄黄", 3)]).toEqual([0, 1]);
    expect(looked(settings.prose, "小猫米粒住在")[0]).toBe("小猫米粒住在图书馆的窗台上。");
  });
});

// Central differences (1e-6) of the mean loss in NumPy 2.4: 5 signs, 3 units, weights 0.5 · sin(1.3 i + k) for the k-th part.
const SLOPES = {
  into: [
    -0.03891, 0.024757, 0.056231, 0.039893, -0.035399, -0.066768, 0.056889, 0.03174, -0.096628, -0.021819,
    -0.058317, -0.005671, 0.088374, 0.047555, -0.052582,
  ],
  self: [0.046022, -0.097616, -0.047394, -0.0102, -0.073534, -0.003811, -0.073808, 0.089813, 0.06614],
  bias: [0.124428, 0.010336, -0.165419],
  out: [
    0.063968, -0.046723, -0.039346, -0.033162, 0.017538, -0.04471, -0.165797, 0.136384, 0.123341, 0.110034,
    -0.200534, -0.051713, 0.024956, 0.093336, 0.012428,
  ],
  last: [0.151917, -0.079727, -0.237222, 0.207762, -0.042729],
};

describe("the small net", () => {
  it("has the loss and the slopes that NumPy finds", () => {
    const net = blank([..."甲乙丙丁戊"], 3);
    for (const [k, part] of PARTS.entries())
      for (let i = 0; i < net[part].length; i += 1) net[part][i] = 0.5 * Math.sin(1.3 * i + k);
    const { loss, by } = slopes(net, new Float64Array([0.1, -0.2, 0.3]), [0, 3, 1, 4, 2, 2]);
    expect(loss).toBeCloseTo(1.7953893, 6);
    for (const part of PARTS)
      for (const [i, slope] of SLOPES[part].entries()) expect(by[part][i]).toBeCloseTo(slope, 5);
  });

  it("learns a line by heart, the same each time", () => {
    const line = "小雨点，落下来，落在花上花儿开。";
    const [one, two] = [new Learner(line, 3, 16), new Learner(line, 3, 16)];
    while (one.losses.length < 120) one.step();
    while (two.losses.length < 120) two.step();
    expect(two.losses).toEqual(one.losses);
    expect(one.losses.at(-1)).toBeLessThan(0.2);
    const given = recall(one.net, "小雨点，落下");
    expect(likeliest(one.net.signs, given, 1)[0]?.sign).toBe("来");
    expect(recall(one.net, "小Ω雨点，落下")).toEqual(given);
  });
});

function bench(state: unknown = null, to: LabHost = standIn(state), given = settings): Bench {
  return new Bench(
    given,
    { id: "next-char", dataset: "school-stories", settings: {}, goals: [], hints: [] },
    to,
    () => undefined,
    () => undefined,
  );
}

const passage = (change: Partial<Passage> = {}): Passage => ({
  n: 4,
  temperature: 0.1,
  long: 40,
  copied: 1,
  strange: 0,
  ...change,
});
const wild = passage({ temperature: 3, copied: 0, strange: 0.9 });
const made = { start: "校长说", own: false, true: false, fluent: 1, right: true };

describe("goals of the lab", () => {
  it("are those of the manifest", () => {
    expect([...GOAL_TYPES].sort()).toEqual(Object.keys(manifest.goals).sort());
    expect(GOAL_TYPES).toContain(manifest.break_it.goal.goal);
    expect(manifest.settings.properties.temperature.enum).toEqual([...TEMPERATURES]);
  });

  it.each<[string, Record<string, unknown>, Partial<Facts>, boolean]>([
    ["foretold", { goal: "foretold" }, { guesses: [{ right: true }] }, true],
    ["foretold: wrong", { goal: "foretold" }, { guesses: [{ right: false }] }, false],
    ["both ends", { goal: "both-ends" }, { passages: [passage(), wild] }, true],
    ["both ends: other n", { goal: "both-ends" }, { passages: [passage(), { ...wild, n: 3 }] }, false],
    ["both ends: short", { goal: "both-ends" }, { passages: [passage({ long: 20 }), wild] }, false],
    ["both ends: turned", { goal: "both-ends" }, { passages: [passage({ temperature: 3 }), wild] }, false],
    ["caught", { goal: "caught" }, { judged: [made] }, true],
    ["caught: judged wrong", { goal: "caught" }, { judged: [{ ...made, right: false }] }, false],
    ["caught: it was true", { goal: "caught" }, { judged: [{ ...made, true: true }] }, false],
    ["caught: not fluent", { goal: "caught" }, { judged: [{ ...made, fluent: 0.8 }] }, false],
    ["net", { goal: "net-learnt" }, { losses: [5, 0.9] }, true],
    ["net: not yet", { goal: "net-learnt", loss: 0.5 }, { losses: [5, 0.9] }, false],
    ["net: never", { goal: "net-learnt" }, {}, false],
    ["babbles", { goal: "babbles" }, { passages: [wild] }, true],
    ["babbles: looks at nothing", { goal: "babbles" }, { passages: [{ ...wild, n: 1 }] }, false],
    ["babbles: net", { goal: "babbles" }, { passages: [{ ...wild, n: 0 }] }, true],
    ["babbles: makes sense", { goal: "babbles" }, { passages: [passage()] }, false],
    ["unknown goals never hold", { goal: "win" }, { passages: [wild] }, false],
  ])("%s", (_name, goal, facts, done) => {
    const given = { guesses: [], passages: [], judged: [], losses: [], ...facts };
    expect(check([{ text: "", ...goal } as Goal], given)[0]?.done).toBe(done);
  });
});

describe("on the bench", () => {
  afterEach(() => vi.useRealTimers());

  it("a guess comes before the chances; a typed start goes nowhere", () => {
    const to = standIn();
    const one = bench(null, to);
    one.begin(" 我家的小狗 ");
    expect(one.state.text).toBe("我家的小狗");
    const [best] = one.candidates(1);
    expect(one.offered()).toContain(best?.sign);
    one.guess(best?.sign ?? "");
    one.guess("。");
    expect(one.state.guesses).toEqual([{ right: true }]);
    expect(to.did.mock.calls.map(([what]) => what)).toEqual(["predicted", "saw-prediction"]);
    expect(JSON.stringify(to.did.mock.calls)).not.toContain("我家");
  });

  it("copies when cold, babbles when hot; what is made up is caught", () => {
    const to = standIn();
    const one = bench(null, to);
    one.setN(4);
    one.setTemperature(0.1);
    one.passage();
    one.ask("小猫米粒住在");
    expect([one.state.ask?.came, one.stands]).toEqual(["小猫米粒住在图书馆的窗台上。", true]);
    one.judge(true);
    one.ask("小猫米粒今年");
    expect([one.state.ask?.came, one.stands, one.fluent]).toEqual(["小猫米粒今年五岁。", false, 1]);
    one.judge(false);
    one.judge(true);
    expect(one.state.judged.map(({ right }) => right)).toEqual([true, true]);
    one.setTemperature(3);
    one.passage();
    one.passage();
    const found = check(
      ["both-ends", "caught", "babbles"].map((goal) => ({ goal, text: "" })),
      one.facts(),
    );
    expect(found.map(({ done }) => done)).toEqual([true, true, true]);
    expect(to.did.mock.calls.filter(([what]) => what === "broke")).toHaveLength(1);
  });

  it("the net learns in pieces, is stopped, and is there again after leaving", () => {
    vi.useFakeTimers();
    let now = 0;
    vi.spyOn(performance, "now").mockImplementation(() => (now += 1)); // three steps a piece
    const short = { ...settings, prose: "小雨点，落下来，落在花上花儿开。大槐树，高又高。" };
    const one = bench(null, standIn(), short);
    one.setN(0);
    expect(one.state.n).toBe(2);
    one.teach();
    while (one.times < 3) vi.advanceTimersToNextTimer();
    one.teach();
    expect(one.learning).toBe(false);
    const saved = JSON.parse(JSON.stringify(one.state));
    const two = bench({ ...saved, n: 0 }, standIn({ ...saved, n: 0 }), short);
    expect(two.waiting).toBe(true);
    while (two.learning) vi.advanceTimersToNextTimer();
    expect([two.waiting, two.times]).toEqual([false, one.times]);
    two.teach();
    while (two.learning) vi.advanceTimersToNextTimer();
    expect(two.times).toBe(NET_TIMES);
    expect(two.state.losses.slice(0, 3)).toEqual(saved.losses.slice(0, 3));
    two.passage(30);
    expect(two.state.passages.at(-1)).toMatchObject({ n: 0, long: 30 });
    two.close();
    vi.restoreAllMocks();
  });

  it("goes on where it was left, with the same throws", () => {
    const one = bench();
    one.one();
    const saved = JSON.parse(JSON.stringify(one.state));
    expect(resume(saved, settings)).toEqual(saved);
    const two = bench(saved);
    one.one();
    two.one();
    expect(two.state.text).toBe(one.state.text);
  });
});

describe("states and settings", () => {
  it.each([null, 3, "x", [], {}, { v: 2 }])("%j is a fresh start", (odd) => {
    expect(resume(odd, settings)).toEqual(freshState(settings));
  });

  it("what does not fit is left out", () => {
    const odd = {
      v: 1,
      n: 9,
      temperature: 77,
      text: "小".repeat(9999),
      from: -3,
      ask: { start: 3 },
      losses: ["x", 2],
    };
    const found = resume(odd, settings);
    expect(found).toMatchObject({ n: 2, temperature: 1, from: 0, ask: null, losses: [2] });
    expect(found.text).toHaveLength(400);
  });

  it("reads every setting of the manifest", () => {
    const given = { level: "senior", start: "小北", looks_back: 3, temperature: 0.5, net: false };
    expect(Object.keys(given).sort()).toEqual(Object.keys(manifest.settings.properties).sort());
    expect(readSettings(given, set)).toMatchObject({
      level: "senior",
      start: "小北",
      n: 4,
      temperature: 0.5,
      net: false,
    });
  });
});
