import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { parseImages } from "../datasets";
import { withoutLocal } from "../host";
import manifest from "./manifest.json";
import {
  addClass,
  addOwn,
  addRun,
  canLearn,
  dropCamera,
  dropClass,
  dropOwn,
  examOf,
  freshState,
  isCurrent,
  MAX_OWN,
  readSettings,
  resume,
  supply,
} from "./state";
import { justTaken } from "./view-own";

const folder = resolve(import.meta.dirname, "../../../content/datasets/recyclables");
const set = parseImages(readFileSync(resolve(folder, "dataset.yaml"), "utf8"));
const settings = readSettings({});
const fresh = () => freshState(set, settings);
const right = { right: 1, all: 1 };

describe("without consent to the camera", () => {
  it("what the camera took goes, with its place; chosen and bundled pictures stay", () => {
    const state = fresh();
    state.placed["can-01.svg"] = "can";
    const shot = addOwn(state, "data:1", "can", "train", "camera");
    const file = addOwn(state, "data:2", "can", "train", "file");
    const old = addOwn(state, "data:3", "box", "test", "file");
    if (old) delete old.from; // kept before pictures said where they came from
    expect(dropCamera(state)).toBe(2);
    expect(state.own.map((one) => one.id)).toEqual([file?.id]);
    expect(Object.keys(state.local.pictures)).toEqual([file?.id]);
    expect(state.placed).toEqual({ "can-01.svg": "can", [file?.id ?? ""]: "can" });
    expect(shot?.id).not.toBe(file?.id);
    expect(dropCamera(state)).toBe(0);
  });

  it("a picture made this minute is taken for a photograph", () => {
    const now = 1_000_000_000;
    expect(justTaken({ lastModified: now - 5_000 }, now)).toBe(true);
    expect(justTaken({ lastModified: now - 90_000 }, now)).toBe(false);
  });
});

describe("the bundled pictures", () => {
  it("are all there, each with a part, one way of standing and words", () => {
    expect(set.images).toHaveLength(57);
    for (const one of set.images) {
      expect(existsSync(resolve(folder, one.file)), one.file).toBe(true);
      expect(["upright", "tilted", "lying", "crushed"]).toContain(one.traits[0]);
      expect(one.alt.length).toBeGreaterThan(5);
      for (const trait of one.traits) expect(set.traits.map(({ key }) => key)).toContain(trait);
    }
  });

  it("come with weights that match their checksum", () => {
    const weights = resolve(import.meta.dirname, "weights");
    const [sum, name] = readFileSync(resolve(weights, "SHA256"), "utf8").trim().split(/\s+/);
    const bytes = readFileSync(resolve(weights, name ?? ""));
    expect(createHash("sha256").update(bytes).digest("hex")).toBe(sum);
  });
});

describe("settings", () => {
  it("read every setting of the manifest", () => {
    const given = {
      train_traits: ["upright"],
      labels: ["can", "box"],
      method: "head",
      start: "filled",
      allow_own_pictures: false,
      show_matrix: false,
      show_groups: true,
      level: "senior",
    };
    expect(Object.keys(given).sort()).toEqual(Object.keys(manifest.settings.properties).sort());
    expect(readSettings(given)).toEqual({
      trainTraits: ["upright"],
      labels: ["can", "box"],
      method: "head",
      filled: true,
      ownPictures: false,
      matrix: false,
      groups: true,
      level: "senior",
    });
    expect(readSettings({ level: "primary" })).toMatchObject({ matrix: false, ownPictures: true });
    expect(readSettings({ level: "primary", show_matrix: true }).matrix).toBe(true);
  });

  it("limit what may be learnt from, never what is tested", () => {
    const upright = supply(set, readSettings({ train_traits: ["upright"] }));
    expect(upright.train).toHaveLength(18);
    expect(upright.test).toHaveLength(12);
    const two = supply(set, readSettings({ labels: ["can", "box"] }));
    expect([two.train.length, two.test.length]).toEqual([30, 8]);
  });

  it("can fill the shelves before the pupil comes", () => {
    const state = freshState(set, readSettings({ start: "filled", train_traits: ["upright"] }));
    expect(Object.keys(state.placed)).toHaveLength(18);
    expect(state.placed["can-01.svg"]).toBe("can");
  });
});

describe("learning", () => {
  it("needs pictures in two classes", () => {
    const state = fresh();
    state.placed["can-01.svg"] = "can";
    expect(canLearn(state)).toBe(false);
    state.placed["box-01.svg"] = "box";
    expect(canLearn(state)).toBe(true);
  });

  it("is out of date as soon as a picture moves, and up to date when it moves back", () => {
    const state = fresh();
    state.placed["can-01.svg"] = "can";
    expect(isCurrent(state)).toBe(false);
    addRun(state, right);
    expect(isCurrent(state)).toBe(true);
    state.placed["can-01.svg"] = "box";
    expect(isCurrent(state)).toBe(false);
    state.placed["can-01.svg"] = "can";
    expect(isCurrent(state)).toBe(true);
  });

  it("keeps the last six runs and forgets which pair was named", () => {
    const state = fresh();
    for (let i = 0; i < 8; i += 1) {
      state.confusedSaid = "a|b";
      addRun(state, right);
    }
    expect(state.runs.map(({ no }) => no)).toEqual([3, 4, 5, 6, 7, 8]);
    expect(state.confusedSaid).toBeNull();
  });
});

describe("own pictures and classes", () => {
  it("are learnt from or tested with, never both", () => {
    const state = fresh();
    const learnt = addOwn(state, "data:1", "can", "train", "file");
    const kept = addOwn(state, "data:2", "box", "test", "file");
    expect(state.placed).toEqual({ [learnt?.id ?? ""]: "can" });
    expect(examOf(state, supply(set, settings).test)).toContainEqual({ id: kept?.id, truth: "box" });
    expect(examOf(state, supply(set, settings).test)).toHaveLength(13);
    dropOwn(state, learnt?.id ?? "");
    expect(state.placed).toEqual({});
    expect(Object.keys(state.local.pictures)).toEqual([kept?.id]);
  });

  it("end at the limit", () => {
    const state = fresh();
    for (let i = 0; i < MAX_OWN; i += 1) addOwn(state, "data:x", "can", "test", "file");
    expect(addOwn(state, "data:x", "can", "test", "file")).toBeNull();
    expect(state.own).toHaveLength(MAX_OWN);
  });

  it("stay behind when the state leaves the device", () => {
    const state = fresh();
    addOwn(state, "data:1", "can", "train", "file");
    expect(JSON.stringify(withoutLocal(state))).not.toContain("data:1");
    expect(resume(withoutLocal(state), set, settings).own).toEqual([]);
  });

  it("go with a class that is taken away; the dataset's pictures of it are no longer tested", () => {
    const state = fresh();
    const made = addClass(state);
    addOwn(state, "data:1", made?.key ?? "", "train", "file");
    dropClass(state, made?.key ?? "");
    expect([state.classes.length, state.own.length, Object.keys(state.placed).length]).toEqual([3, 0, 0]);
    dropClass(state, "can");
    expect(examOf(state, supply(set, settings).test)).toHaveLength(8);
    dropClass(state, "box");
    expect(state.classes).toHaveLength(2);
  });
});

describe("resuming", () => {
  it("gives back what was saved", () => {
    const state = fresh();
    state.placed["can-01.svg"] = "can";
    addOwn(state, "data:1", "can", "train", "file");
    addRun(state, right).answers = [{ id: "x", truth: "can", said: "box" }];
    expect(resume(JSON.parse(JSON.stringify(state)), set, settings)).toEqual(state);
  });

  it("drops pictures this lesson does not allow", () => {
    const state = fresh();
    state.placed["can-15.svg"] = "can";
    expect(resume(state, set, readSettings({ train_traits: ["upright"] })).placed).toEqual({});
  });

  it.each([null, 3, {}, { v: 7 }])("starts afresh from %j", (saved) => {
    expect(resume(saved, set, settings)).toEqual(fresh());
  });
});
