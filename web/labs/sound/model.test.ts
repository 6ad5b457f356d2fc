import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parseSounds } from "../datasets";
import { PLACES, type Place } from "./checks";
import { Ear, packed, unpacked } from "./ear";
import { BANDS, decibels, EDGES, features, fft, filters, inWords, picture, toMel } from "./mel";
import { count, examine, nearestThree, ROUNDS, SoundHead } from "./model";
import { inHall, LENGTH, RATE, synth, withNoise } from "./synth";
import { colour } from "./view-picture";

const set = parseSounds(readFileSync("../content/datasets/six-sounds/dataset.yaml", "utf8"));
const all = new Map(set.sounds.map((one) => [one.key, one]));
const ear = new Ear(all, () => undefined);
const labels = set.labels.map(({ key }) => key);
const examples = (part: "train" | "test", place: Place, copy = false, of = labels) =>
  set.sounds
    .filter((one) => one.part === part && of.includes(one.label))
    .map(({ key, label }) => ({ id: key, label, features: ear.features(key, place, copy) }));

// 440 Hz from the beginning, 3000 Hz from the middle. Expected: NumPy 2.4, np.fft.rfft over the same frames.
const tones = Float64Array.from(
  { length: RATE },
  (_, i) =>
    0.5 * Math.sin((2 * Math.PI * 440 * i) / RATE) +
    (i > RATE / 2 ? 0.2 * Math.sin((2 * Math.PI * 3000 * i) / RATE) : 0),
);

describe("the picture of a sound, against NumPy", () => {
  it("transforms as np.fft.fft", () => {
    const re = Float64Array.from({ length: 16 }, (_, i) => Math.cos(i ** 1.5));
    const im = new Float64Array(16);
    fft(re, im);
    expect([re[1], im[1], re[3], im[3], re[7], im[7]].map((v) => Number((v as number).toFixed(6)))).toEqual([
      -0.03083, -1.07287, 4.082768, 0.838718, 0.925427, -2.616496,
    ]);
  });

  it("has the mel scale and its triangles", () => {
    expect(toMel(1000)).toBeCloseTo(999.9855, 3);
    for (const [at, hertz] of [
      [0, 80],
      [1, 157.3812],
      [13, 1967.6326],
      [25, 7600],
    ] as const)
      expect(EDGES[at]).toBeCloseTo(hertz, 3);
    const sums = filters().map((one) => one.reduce((a, b) => a + b, 0));
    for (const [band, sum] of [
      [0, 2.669],
      [5, 4.1436],
      [12, 8.1092],
      [23, 22.8906],
    ] as const)
      expect(sums[band]).toBeCloseTo(sum, 3);
  });

  it("gives the decibels of two tones", () => {
    const found = decibels(tones);
    expect(found).toHaveLength(61);
    const [first, later] = [found[0] as Float64Array, found[50] as Float64Array];
    for (const [frame, band, db] of [
      [first, 0, -37.9514],
      [first, 4, 25.3454],
      [first, 5, -26.7441],
      [later, 15, 27.3542],
      [later, 16, 26.4273],
      [later, 23, -100],
    ] as const)
      expect(frame[band]).toBeCloseTo(db, 3);
  });

  it("makes means and spreads of it, in whole hundredths", () => {
    const found = features(picture(tones));
    expect([15, 16].map((band) => Math.round((found[band] as number) * 100))).toEqual([42, 41]);
    expect([5, 15, 16].map((band) => Math.round((found[BANDS + band] as number) * 100))).toEqual([2, 41, 41]);
  });

  it("says it in words", () => {
    expect(inWords(picture(tones))).toContain("0.0 秒开始，响 1.0 秒，最强的是中音，集中在 440 赫兹上下");
    expect(inWords(picture(new Float32Array(LENGTH)))).toBe("几乎没有声音。");
  });

  it("is lighter the louder, so that it reads in grey", () => {
    const light = ([r, g, b]: [number, number, number]) => 0.3 * r + 0.6 * g + 0.1 * b;
    const steps = Array.from({ length: 21 }, (_, i) => light(colour(i / 20)));
    for (let i = 1; i < steps.length; i += 1) expect(steps[i]).toBeGreaterThan(steps[i - 1] as number);
  });
});

describe("sounds", () => {
  it("come out the same each time, one second, no louder than full", () => {
    for (const one of set.sounds) {
      const sound = synth(one);
      expect(sound).toHaveLength(LENGTH);
      expect(Math.max(...sound.map(Math.abs))).toBeLessThan(1);
    }
    const [first] = set.sounds;
    if (!first) throw new Error("no sounds");
    expect(synth(first)).toEqual(synth(first));
  });

  it("lie above the noise by as many decibels as said", () => {
    const sound = synth(set.sounds[0] as (typeof set.sounds)[0]);
    const noise = withNoise(sound, 10, 7).map((value, i) => value - (sound[i] as number));
    const power = (values: Float32Array) => values.reduce((sum, value) => sum + value * value, 0);
    expect(10 * Math.log10(power(sound) / power(noise))).toBeCloseTo(10, 2);
    expect(inHall(sound, 3)).not.toEqual(sound);
  });

  it("are kept in eight bits a sample and come back nearly the same", () => {
    const sound = synth(set.sounds[20] as (typeof set.sounds)[0]);
    const back = unpacked(packed(sound)) as Float32Array;
    const off = back.map((value, i) => Math.abs(value - (sound[i] as number)));
    expect(Math.max(...off)).toBeLessThan(0.03);
    expect(unpacked("data:image/png;base64,AA")).toBeNull();
    expect(unpacked("data:audio/x-qiming-pcm8;base64,%%")).toBeNull();
  });
});

describe("what the machine makes of them", () => {
  // scikit-learn 1.9 with these features: KNeighborsClassifier(3) 35 / 16 / 6 and with copies 33 / 34 / 34,
  // LogisticRegression(C=1) 35 / 21 / 6 and with copies 32 / 32 / 31 of 36 (quiet, light, street).
  const LONG = 30_000; // other tests run beside it
  it.each([
    [false, [35, 16, 6], [35, 20, 6]],
    [true, [34, 34, 33], [32, 32, 30]],
  ])(
    "with noisy copies: %s",
    (noisy, near, head) => {
      const places: Place[] = noisy ? ["quiet", "light", "street"] : ["quiet"];
      const lessons = places.flatMap((place) => examples("train", place, true));
      const trained = new SoundHead(lessons, labels);
      let loss = Number.POSITIVE_INFINITY;
      while (trained.round < ROUNDS) {
        const now = trained.step();
        expect(now).toBeLessThan(loss + 1e-9);
        loss = now;
      }
      const right = (machine: Parameters<typeof examine>[0]) =>
        PLACES.slice(0, 3).map((place) => count(examine(machine, examples("test", place))).right);
      for (const [found, expected] of [
        [right(nearestThree(lessons, labels)), near],
        [right(trained), head],
      ] as const)
        for (const [i, value] of found.entries())
          expect(Math.abs(value - (expected[i] as number)), `${found}`).toBeLessThanOrEqual(3);
    },
    LONG,
  );

  it("calls every loud place rain", () => {
    const machine = nearestThree(examples("train", "quiet", true), labels);
    const said = examine(machine, examples("test", "loud")).map((one) => one.said);
    expect(said.filter((one) => one === "rain").length).toBe(36);
  });

  it("asks three neighbours, the nearest one when all differ", () => {
    const at = (id: string, label: string, x: number) => ({ id, label, features: Float32Array.of(x, 0) });
    const machine = nearestThree([at("1", "a", 0), at("2", "b", 2), at("3", "c", 3)], ["a", "b", "c"]);
    expect(machine.predict(Float32Array.of(1.4, 0))).toMatchObject({ said: "b" });
    expect(machine.predict(Float32Array.of(0.1, 0)).nearest.map(({ id }) => id)).toEqual(["1", "2", "3"]);
  });

  it("has four kinds that go well together for primary classes", () => {
    const few = labels.slice(0, 4);
    expect(few).toEqual(["drum", "bell", "bird", "rain"]);
    const machine = nearestThree(examples("train", "quiet", true, few), few);
    const right = (place: Place) => count(examine(machine, examples("test", place, false, few))).right;
    expect(right("quiet")).toBeGreaterThanOrEqual(22);
    expect(right("street")).toBeLessThan(12);
  });
});
