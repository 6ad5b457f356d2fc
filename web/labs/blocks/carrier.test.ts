// The belt for models of every kind: made by the labs' own code, put to the bundled sets.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { parseImages, parseSounds, parseTable, parseTexts } from "../datasets";
import { predict, readModel, type TrainedModel } from "../models";
import { Bench as NetworkBench } from "../network/bench";
import { readSettings as networkSettings } from "../network/state";
import { labSpec, standIn } from "../testing";
import { Bench } from "./bench";
import { Carrier } from "./carrier";
import { steps } from "./programs";
import { STARTER, starterFor } from "./starter";
import { fits, type Supply, setFor } from "./supply";
import { worn } from "./things";
import { USUAL } from "./world";

const FOLDER = resolve(import.meta.dirname, "../../../content/datasets");
const read = (path: string) => readFileSync(resolve(FOLDER, path), "utf8");
const table = (name: string): Supply => ({
  of: "rows",
  set: parseTable(read(`${name}/dataset.yaml`), read(`${name}/table.csv`)),
});
const SOUNDS: Supply = { of: "sounds", set: parseSounds(read("six-sounds/dataset.yaml")) };
const TEXTS: Supply = {
  of: "texts",
  set: parseTexts(read("school-letters/dataset.yaml"), read("school-letters/texts.csv")),
};
const LEAVES = table("campus-leaves");
const PICTURES: Supply = { of: "pictures", set: parseImages(read("recyclables/dataset.yaml")) };

const noPictures = async () => {
  throw new Error("no pictures here");
};
/** What a lab would keep: the small model under a name of its own. */
async function kept(supply: Supply, more: Partial<TrainedModel["made"]> = {}): Promise<TrainedModel> {
  const found = await starterFor(supply, noPictures);
  const made = { lab: "x", at: "", camera: false, ...more };
  const model = readModel({ ...found, id: `own-${supply.of}`, name: `我的${supply.of}`, made });
  if (!model) throw new Error("not whole");
  return model;
}
const host = (models: TrainedModel[]) =>
  standIn(null, { models: async () => models, datasetUrl: (name, file) => `/${name}/${file}` });

beforeEach(() => {
  vi.stubGlobal("fetch", async (url: string) => new Response(read(url.slice(1))));
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

describe("which things suit a model", () => {
  it("the lesson's own where they fit, else what it learnt from, else the usual of its kind", async () => {
    const [sound, text, tree] = await Promise.all([kept(SOUNDS), kept(TEXTS), kept(LEAVES)]);
    expect(fits(sound, SOUNDS) && fits(text, TEXTS) && fits(tree, LEAVES)).toBe(true);
    expect(fits(sound, TEXTS) || fits(text, LEAVES) || fits(tree, PICTURES)).toBe(false);
    expect(setFor(sound, SOUNDS)).toBe("six-sounds");
    expect(setFor(sound, PICTURES)).toBe("six-sounds");
    expect(setFor(text, LEAVES)).toBe("school-letters");
    expect(setFor(tree, LEAVES)).toBe("campus-leaves");
    expect(setFor(tree, PICTURES)).toBeNull();
    expect(setFor(await kept(LEAVES, { data: { set: "campus-leaves", only: {} } }), PICTURES)).toBe(
      "campus-leaves",
    );
  });

  it("a model that answers with a number sorts nothing, and rows of other columns are no use", async () => {
    const tree = await kept(LEAVES);
    expect(setFor({ ...tree, labels: [] } as TrainedModel, LEAVES)).toBeNull();
    expect(fits(tree, table("small-fruits"))).toBe(false);
  });

  it("what was written of the data it learnt from is read with care", async () => {
    const data = { set: "../x", only: {} };
    expect((await kept(LEAVES, { data })).made.data).toBeUndefined();
    const odd = { set: "campus-leaves", only: { a: 3 } } as unknown as {
      set: string;
      only: Record<string, string>;
    };
    expect((await kept(LEAVES, { data: odd })).made.data).toEqual({ set: "campus-leaves", only: { a: "" } });
  });
});

describe("the belt of a lesson about leaves", () => {
  it.each([
    ["sounds", SOUNDS, "sound", 6],
    ["texts", TEXTS, "text", 3],
  ] as const)("carries %s for a model of theirs", async (_, supply, shown, labels) => {
    const model = await kept(supply);
    const carrier = new Carrier(LEAVES, 8, host([model]));
    await carrier.fetchModels();
    expect(await carrier.lay(model.id, USUAL, () => undefined)).toBe(true);
    expect([carrier.away, carrier.trouble, carrier.busy, carrier.laid.length]).toEqual([true, "", "", 8]);
    expect(carrier.laid.every((one) => one.shown.of === shown)).toBe(true);
    expect(carrier.labels(model.id)).toHaveLength(labels);
    const right = carrier.laid.filter(({ asked, truth }) => predict(model, asked).text === truth);
    expect(right.length).toBeGreaterThan(4);
    const before = carrier.laid.map(({ asked }) => asked);
    await carrier.lay(model.id, { ...USUAL, noise: 100 }, () => undefined);
    expect(carrier.laid.map(({ asked }) => asked)).not.toEqual(before);
    const again = carrier.laid;
    await carrier.lay("", USUAL, () => undefined);
    expect(carrier.away).toBe(false);
    await carrier.lay(model.id, { ...USUAL, noise: 100 }, () => undefined);
    expect(carrier.laid).toEqual(again);
    carrier.close();
  });

  it("asks a network only with the shape it learnt", async () => {
    const shapes = table("plane-shapes") as Extract<Supply, { of: "rows" }>;
    const settings = networkSettings({ shape: "月牙" }, shapes.set);
    const net = new NetworkBench(settings, labSpec("network", "plane-shapes"), standIn(), vi.fn(), vi.fn());
    net.epochs(25);
    const draft = net.draft();
    const model = readModel({
      ...draft,
      format: "qiming-model/1",
      id: "net",
      made: { lab: "network", at: "", camera: false, data: { set: "plane-shapes", only: draft?.only } },
    }) as TrainedModel;
    const carrier = new Carrier(LEAVES, 20, host([model]));
    await carrier.fetchModels();
    await carrier.lay("net", USUAL, () => undefined);
    expect(carrier.laid).toHaveLength(20);
    expect(carrier.laid.every(({ shown }) => shown.of === "row" && shown.cells[0]?.[1] === "月牙")).toBe(
      true,
    );
    const right = carrier.laid.filter(({ asked, truth }) => predict(model, asked).text === truth);
    expect(right.length).toBeGreaterThan(13);
  });

  it("only carries what the model has a word for", async () => {
    const model = await kept(SOUNDS);
    const few = { ...model, labels: model.labels.slice(0, 2) } as TrainedModel;
    const carrier = new Carrier(SOUNDS, 8, host([few]));
    await carrier.fetchModels();
    await carrier.lay(model.id, USUAL, () => undefined);
    expect(carrier.labels(model.id)).toHaveLength(2);
    expect(new Set(carrier.laid.map(({ truth }) => truth)).size).toBe(2);
  });

  it("says so when the things can't be had, and has them when it is asked again", async () => {
    vi.spyOn(console, "error").mockImplementation(() => undefined);
    const model = await kept(TEXTS);
    const carrier = new Carrier(LEAVES, 8, host([model]));
    await carrier.fetchModels();
    const there = globalThis.fetch;
    vi.stubGlobal("fetch", async () => new Response("", { status: 503 }));
    await carrier.lay(model.id, USUAL, () => undefined);
    expect([carrier.trouble.length > 0, carrier.laid.length, carrier.away]).toEqual([true, 0, false]);
    vi.stubGlobal("fetch", there);
    await carrier.lay(model.id, USUAL, () => undefined);
    expect([carrier.trouble, carrier.laid.length]).toEqual(["", 8]);
  });

  it("the model chosen last is the one that counts", async () => {
    const [text, sound] = [await kept(TEXTS), await kept(SOUNDS)];
    const carrier = new Carrier(LEAVES, 8, host([text, sound]));
    await carrier.fetchModels();
    const first = carrier.lay(text.id, USUAL, () => undefined);
    expect(await carrier.lay(sound.id, USUAL, () => undefined)).toBe(true);
    expect(await first).toBe(false);
    expect(carrier.supply.of).toBe("sounds");
  });
});

it("a program sorts sentences by the pupil's own model, and the record says so", async () => {
  const [model, given] = [await kept(TEXTS), vi.fn()];
  const to = { ...host([model]), did: given };
  const spec = labSpec("blocks", "campus-leaves", { settings: { scenes: ["belt"] } });
  const bench = new Bench(
    LEAVES,
    spec,
    to,
    () => undefined,
    () => undefined,
  );
  await vi.waitFor(() => expect(bench.carrier.models).toHaveLength(1));
  await bench.pickModel(model.id);
  bench.setProgram(steps(["until", ["not", "more"], ["take", ["put", "answer"]]]));
  vi.useFakeTimers();
  bench.start();
  vi.runAllTimers();
  vi.useRealTimers();
  expect(bench.state.runs.at(-1)).toMatchObject({
    how: "done",
    ok: true,
    own: true,
    place: model.id,
    all: 8,
  });
  expect(given.mock.lastCall?.[1]).toMatchObject({ settings: { scene: "belt", own: true } });
  expect(bench.code()).toContain("belt.put(belt.answer())");
  bench.close();
});

describe("a sentence that comes through badly", () => {
  it("is whole without disturbance and loses more the more there is, the same every time", () => {
    const said = "图书角的书架坏了请来修一修谢谢老师";
    const lost = (noise: number) => worn(said, noise, 1).split("…").length - 1;
    expect(worn(said, 0, 1)).toBe(said);
    expect(worn(said, 50, 1)).toBe(worn(said, 50, 1));
    expect(lost(20)).toBeLessThanOrEqual(lost(60));
    expect(lost(60)).toBeLessThan(lost(100));
  });
});

it("the small model of each kind is whole", async () => {
  for (const supply of [SOUNDS, TEXTS, LEAVES])
    expect((await starterFor(supply, noPictures))?.id).toBe(STARTER);
});
