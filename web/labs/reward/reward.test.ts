import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { parseMazes } from "../datasets";
import type { Goal, LabHost } from "../host";
import { standIn } from "../testing";
import { Bench } from "./bench";
import { check, type Facts, GOAL_TYPES, type Run } from "./checks";
import manifest from "./manifest.json";
import {
  bestOf,
  bestWays,
  brings,
  freshValues,
  type Learning,
  leads,
  learnMove,
  MOST_MOVES,
  type Room,
  readRoom,
  walk,
} from "./model";
import {
  DISCOUNTS,
  EXPLORES,
  freshState,
  noteReturn,
  put,
  RATES,
  REWARDS,
  readSettings,
  resume,
  roomOf,
} from "./state";

const file = resolve(import.meta.dirname, "../../../content/datasets/robot-rooms/dataset.yaml");
const set = parseMazes(readFileSync(file, "utf-8"));
const settings = readSettings({}, set);
const map = (key: string) => set.mazes.find((one) => one.key === key)?.map ?? "";
const starred = readSettings({ maze: "yard", stars: [[2, 2]] }, set).map;
const usual = settings.learning;

function learnt(
  room: Room,
  change: Partial<Learning>,
  episodes: number,
): { values: number[]; returns: number[] } {
  const learning = { ...usual, ...change };
  const values = freshValues(room);
  const returns: number[] = [];
  for (let episode = 0; episode < episodes; episode += 1) {
    let [cell, total] = [room.start, 0];
    for (let move = 0; move < MOST_MOVES; move += 1) {
      const made = learnMove(room, values, learning, cell, episode, move);
      cell = made.to;
      total += made.reward;
      if (made.arrived) break;
    }
    returns.push(total);
  }
  return { values, returns };
}

// Made once with NumPy 2.4.6: Q-learning written out plainly over an array of cells by ways, the dice of ../dice.ts ported
// (32-bit whole numbers), the same episodes: sum of all values, the four at the start, the first three returns and the last.
const NUMPY: [string, string, Partial<Learning>, number, number, number[], number[], number][] = [
  [
    "edge",
    map("edge"),
    {},
    200,
    -108.549947,
    [-1.821123, -6.82046, -3.640821, -3.642296],
    [-169, -121, -18],
    1,
  ],
  [
    "yard",
    map("yard"),
    { explore: 0.5, seed: 3 },
    150,
    -70.124161,
    [-5.633841, -4.037599, -4.200793, -5.633839],
    [-117, -76, -34],
    -14,
  ],
  [
    "yard with a star",
    starred,
    { rate: 0.3 },
    100,
    103.627608,
    [1.768143, 4.210526, 4.198873, 1.771415],
    [-54, 5, 29],
    38,
  ],
  [
    "detour, water free",
    map("detour"),
    { rewards: { ...usual.rewards, water: 0, step: 0 }, discount: 0.95, explore: 0, seed: 7 },
    60,
    34.743812,
    [-0.5, 8.145062, 0, -0.5],
    [-11, 10, 10],
    10,
  ],
];
// Value iteration with NumPy (discount 0.9, rewards as they come): the value of the start and the sum over all cells.
const ITERATED: [string, string, number, number][] = [
  ["room", map("room"), -0.912359, 63.717218],
  ["detour", map("detour"), -3.37511, 32.013408],
  ["edge", map("edge"), -1.821123, 67.152541],
  ["yard", map("yard"), -4.037599, 67.257498],
  ["yard with a star", starred, 4.210526, 168.514336],
];

describe("the model, against NumPy", () => {
  it("makes one update as the formula says", () => {
    const room = roomOf("S.G\n...");
    const values = freshValues(room);
    values[1 * 4 + 1] = 4;
    // explore 0 and nothing known at the start: any of four ways; what is learnt is 0 + 0.5 (r + 0.9 · best − 0)
    const made = learnMove(room, values, { ...usual, explore: 0 }, 0, 0, 0);
    const ahead = made.to === 1 ? 4 : 0;
    const reward = made.to === 0 ? -2 : -1;
    expect(made.after).toBeCloseTo(0.5 * (reward + 0.9 * ahead), 9);
    const last = learnMove(room, values, { ...usual, explore: 0 }, 1, 0, 1);
    expect(last).toMatchObject({ way: 1, to: 2, arrived: true, reward: 9, before: 4, ahead: 0 });
    expect(last.after).toBeCloseTo(4 + 0.5 * (9 - 4), 9);
  });

  it.each(NUMPY)(
    "%s: the same seed learns the same",
    (_name, text, change, episodes, sum, start, first, end) => {
      const room = roomOf(text);
      const { values, returns } = learnt(room, change, episodes);
      expect(values.reduce((a, b) => a + b, 0)).toBeCloseTo(sum, 4);
      for (const [way, value] of start.entries()) expect(values[room.start * 4 + way]).toBeCloseTo(value, 4);
      expect(returns.slice(0, 3)).toEqual(first);
      expect(returns.at(-1)).toBe(end);
    },
  );

  it.each(ITERATED)("%s: after 2000 episodes within 0.05 of value iteration", (_name, text, start, sum) => {
    const room = roomOf(text);
    const { values } = learnt(room, { explore: 1 }, 2000);
    const cells = [...room.cells].flatMap((sign, cell) => ("#G".includes(sign) ? [] : [cell]));
    expect(bestOf(values, room.start)).toBeCloseTo(start, 1);
    const all = cells.reduce((total, cell) => total + bestOf(values, cell), 0);
    expect(Math.abs(all - sum) / cells.length).toBeLessThan(0.05);
  });

  it("walks to the goal, or round and round for stars", () => {
    const edge = roomOf(map("edge"));
    const { rewards } = usual;
    expect(walk(edge, learnt(edge, {}, 200).values, rewards)).toMatchObject({
      arrived: true,
      total: 1,
      wet: 0,
    });
    const yard = roomOf(starred);
    const found = walk(yard, learnt(yard, {}, 100).values, rewards);
    expect(found).toMatchObject({ arrived: false, total: 50, stars: 50 });
    expect(found.cells).toHaveLength(MOST_MOVES + 1);
  });

  it("knows rooms, walls and ends", () => {
    const room = roomOf("S#\n~G");
    expect(leads(room, 0, 1)).toEqual({ to: 0, bumped: true });
    expect(leads(room, 0, 0)).toEqual({ to: 0, bumped: true });
    expect(brings(room, usual.rewards, 0, 2)).toEqual({ to: 2, reward: -6 });
    expect(brings(room, usual.rewards, 2, 1)).toEqual({ to: 3, reward: 9 });
    expect(bestWays(freshValues(room), 0)).toEqual([0, 1, 2, 3]);
    for (const wrong of [
      "",
      "S",
      "SG",
      "S.\n.",
      "SS\n.G",
      "S?\n.G",
      `S${".".repeat(12)}\nG${".".repeat(12)}`,
    ])
      expect(readRoom(wrong)).toBeNull();
  });
});

const spec = { id: "reward", dataset: "robot-rooms", settings: {}, goals: [], hints: [] };
const bench = (state: unknown = null, to: LabHost = standIn(state)) =>
  new Bench(
    settings,
    spec,
    to,
    () => undefined,
    () => undefined,
  );

const run = (change: Partial<Run> = {}): Run => ({
  ...usual,
  map: starred,
  episodes: 100,
  outcome: "arrives",
  moves: 12,
  total: -2,
  stars: 0,
  wet: 0,
  ...change,
});
const hack = run({ outcome: "circles", moves: 100, stars: 50 });

describe("goals of the reward lab", () => {
  it("are those of the manifest", () => {
    expect([...GOAL_TYPES].sort()).toEqual(Object.keys(manifest.goals).sort());
    expect(GOAL_TYPES).toContain(manifest.break_it.goal.goal);
    const { properties } = manifest.settings;
    expect(properties.discount.enum).toEqual(DISCOUNTS);
    expect(properties.explore.enum).toEqual(EXPLORES);
    expect(properties.rate.enum).toEqual(RATES);
    expect(Object.keys(properties.rewards.properties)).toEqual(REWARDS);
  });

  it.each<[string, Record<string, unknown>, Partial<Facts>, boolean]>([
    ["arrives", { goal: "arrives", moves_at_most: 12 }, { runs: [run()] }, true],
    ["arrives: too long", { goal: "arrives", moves_at_most: 11 }, { runs: [run()] }, false],
    ["arrives: too late", { goal: "arrives", episodes_at_most: 99 }, { runs: [run()] }, false],
    ["arrives: wet", { goal: "arrives", dry: true }, { runs: [run({ wet: 1 })] }, false],
    ["arrives: not", { goal: "arrives" }, { runs: [hack] }, false],
    ["foretold", { goal: "foretold" }, { foretold: [{ guess: "lost", came: "arrives" }] }, true],
    [
      "foretold: wrong",
      { goal: "foretold", right: true },
      { foretold: [{ guess: "lost", came: "arrives" }] },
      false,
    ],
    ["compared", { goal: "explore-compared" }, { runs: [run({ explore: 0 }), run()] }, true],
    [
      "compared: short",
      { goal: "explore-compared" },
      { runs: [run({ explore: 0, episodes: 49 }), run()] },
      false,
    ],
    [
      "compared: other room",
      { goal: "explore-compared" },
      { runs: [run({ explore: 0, map: "x" }), run()] },
      false,
    ],
    [
      "compared: no better",
      { goal: "explore-compared", better: true },
      { runs: [run({ explore: 0 }), run()] },
      false,
    ],
    [
      "compared: better",
      { goal: "explore-compared", better: true },
      { runs: [run({ explore: 0, moves: 14 }), run()] },
      true,
    ],
    ["hacked", { goal: "hacked" }, { runs: [hack] }, true],
    ["hacked: hardly taught", { goal: "hacked" }, { runs: [{ ...hack, episodes: 49 }] }, false],
    [
      "hacked: the goal was worth nothing",
      { goal: "hacked" },
      { runs: [{ ...hack, rewards: { ...usual.rewards, goal: 0 } }] },
      false,
    ],
    ["mended", { goal: "mended" }, { runs: [hack, run()] }, true],
    ["mended: star taken away", { goal: "mended" }, { runs: [hack, run({ map: map("yard") })] }, false],
    [
      "mended: star worth nothing",
      { goal: "mended" },
      { runs: [hack, run({ rewards: { ...usual.rewards, star: 0 } })] },
      false,
    ],
    ["unknown goals never hold", { goal: "win" }, { runs: [run()] }, false],
  ])("%s", (_name, goal, facts, done) => {
    const given = { runs: [], foretold: [], ...facts };
    expect(check([{ text: "", ...goal } as Goal], given)[0]?.done).toBe(done);
  });
});

describe("on the bench", () => {
  afterEach(() => vi.useRealTimers());

  it("learns a hundred in small pieces, can be stopped, and tells once", () => {
    const frames: FrameRequestCallback[] = [];
    vi.stubGlobal("requestAnimationFrame", (act: FrameRequestCallback) => frames.push(act));
    vi.stubGlobal("cancelAnimationFrame", () => undefined);
    const to = standIn();
    const one = bench(null, to);
    one.teach(100);
    expect(one.playing).toBe(true);
    for (let i = 0; i < 5000 && one.playing; i += 1) frames.shift()?.(0);
    expect(one.state.episode).toBe(100);
    one.teach(100);
    one.stop();
    expect(one.playing).toBe(false);
    const kept = to.save.mock.calls.length;
    one.teach(100);
    one.close();
    expect(to.save.mock.calls.length).toBe(kept + 2);
    expect(to.did.mock.calls.map(([what]) => what)).toEqual(["trained", "trained"]);
  });

  it("a guess comes first and is settled by the walk of a taught robot", () => {
    const to = standIn();
    const one = bench(null, to);
    one.guess("arrives");
    one.test();
    expect(one.state.foretold).toEqual([]);
    for (let i = 0; i < 30; i += 1) one.finish();
    one.guess("lost");
    one.test();
    expect(one.state.foretold).toEqual([{ guess: "arrives", came: "arrives" }]);
    expect(one.walkText()).toBe("走到了：8 步，一共得 2。");
    expect(to.did.mock.calls.map(([what]) => what)).toEqual([
      "predicted",
      "tested",
      "tested",
      "saw-prediction",
    ]);
  });

  it("learns the same from the same seed, move by move or episode by episode", () => {
    const [one, two] = [bench(), bench()];
    for (let i = 0; i < 3; i += 1) one.finish();
    while (two.state.episode < 3) two.step();
    expect(two.state.values).toEqual(one.state.values);
    expect(two.formula()).toContain("新分 = ");
  });

  it("a changed room or reward starts afresh; start and goal stay", () => {
    const one = bench();
    one.finish();
    one.pick("*");
    one.touch(one.room.start);
    expect(one.state.episode).toBe(1);
    one.touch(1);
    expect(one.state.map.startsWith("S*...")).toBe(true);
    expect(one.untouched).toBe(true);
    one.finish();
    one.reward("star", 1);
    expect(one.state.learning.rewards.star).toBe(4);
    expect(one.state.values.every((value) => value === 0)).toBe(true);
    one.takeRoom(map("yard"));
    expect(one.room.columns).toBe(8);
  });

  it("says once what was broken", () => {
    const to = standIn();
    const one = bench(null, to);
    one.takeRoom(starred);
    for (let i = 0; i < 100; i += 1) one.finish();
    one.test();
    one.test();
    expect(to.did.mock.calls.filter(([what]) => what === "broke")).toHaveLength(1);
  });

  it("goes on where it was left, in the middle of an episode", () => {
    const one = bench();
    one.finish();
    for (let i = 0; i < 5; i += 1) one.step();
    const saved = JSON.parse(JSON.stringify(one.state));
    expect(resume(saved, settings)).toEqual(saved);
    const two = bench(saved);
    one.finish();
    two.finish();
    expect(two.state.values).toEqual(one.state.values);
  });
});

describe("states and settings", () => {
  it.each([null, 3, "x", [], {}, { v: 2 }])("%j is a fresh start", (broken) => {
    expect(resume(broken, settings)).toEqual(freshState(settings));
  });

  it("values that do not fit their room are learnt anew", () => {
    const odd = {
      v: 1,
      map: "S.\n.G",
      values: [1, 2],
      episode: 9,
      robot: 77,
      tool: "bomb",
      runs: [{ map: 3 }],
    };
    expect(resume(odd, settings)).toMatchObject({
      map: "S.\n.G",
      episode: 0,
      robot: 0,
      tool: "look",
      runs: [],
    });
    expect(resume({ v: 1, map: "S#" }, settings).map).toBe(settings.map);
  });

  it("reads every setting of the manifest", () => {
    const given = {
      level: "senior",
      maze: "yard",
      stars: [
        [2, 2],
        [3, 4],
        [1, 1],
        [99, 99],
      ],
      edit: false,
      rewards: { goal: 20, step: 0, star: 999 },
      discount: 0.99,
      explore: 0,
      rate: 1,
      seed: 7,
    };
    expect(Object.keys(given).sort()).toEqual(Object.keys(manifest.settings.properties).sort());
    const found = readSettings(given, set);
    expect(found).toMatchObject({ level: "senior", edit: false, map: starred });
    expect(found.learning).toEqual({
      rewards: { ...usual.rewards, goal: 20, step: 0, star: 50 },
      discount: 0.99,
      explore: 0,
      rate: 1,
      seed: 7,
    });
  });

  it("puts things down, never on start and goal; keeps a long curve short", () => {
    const state = freshState(settings);
    expect(put(state, roomOf(state.map).goal, "#")).toBe(false);
    expect(put(state, 1, "~")).toBe(true);
    expect(put(state, 1, "~")).toBe(false);
    for (let episode = 1; episode <= 3000; episode += 1) {
      state.episode = episode;
      state.gathered = episode;
      noteReturn(state);
    }
    expect(state.returns.length).toBeLessThanOrEqual(400);
    expect(state.stride).toBe(8);
    expect(state.returns.slice(0, 3)).toEqual([1, 9, 17]);
  });
});
