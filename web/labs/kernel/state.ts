// What is kept of a pupil's work in this lab, and how settings are read. Plain JSON, pure functions.
import type { GreySet } from "../datasets";
import { type Level, readLevel } from "../level";
import type { Run } from "./checks";
import { type Grey, type Kernel, type Layer, PADDINGS, POOLS, readGrey, SIDE } from "./model";
import { PRESETS } from "./presets";

export const NOISES = [0, 10, 20, 40, 80];
export const STRIDES = [1, 2, 3];
export const SHOWS = ["clip", "size", "middle"] as const;
/** How results beyond 0 and 255 are drawn: cut off, by their size, or around a middle grey. */
export type Show = (typeof SHOWS)[number];
export const MOST_WEIGHT = 99;
export const MOST_DIVISOR = 99;
export const MOST_LAYERS = 3;
const MOST_RUNS = 16;
const MOST_GUESSES = 60;

export interface Picture {
  key: string;
  title: string;
  alt: string;
  grey: Grey;
}

export interface Settings {
  level: Level;
  pictures: Picture[];
  picture: string;
  noise: number;
  layer: Layer;
}

export interface LabState {
  v: 1;
  picture: string;
  noise: number;
  layer: Layer;
  /** Layers that the picture went through before this one. */
  chain: Layer[];
  show: Show;
  /** The place of the result that the window is over. */
  at: { column: number; row: number };
  /** Places of the result worked out so far, one sign each: 1 done, 0 not. */
  filled: string;
  guesses: number[];
  runs: Run[];
  reached: number[];
  hints: number;
}

type Raw = Record<string, unknown>;
const raw = (value: unknown): Raw =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Raw) : {};
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const finite = (value: unknown): value is number => typeof value === "number" && Number.isFinite(value);
const oneOf = <T>(value: unknown, of: readonly T[], otherwise: T): T =>
  of.includes(value as T) ? (value as T) : otherwise;
const count = (value: unknown, most = 100_000): number =>
  finite(value) ? Math.min(most, Math.max(0, Math.round(value))) : 0;

export const tidyWeight = (value: number): number =>
  Math.min(MOST_WEIGHT, Math.max(-MOST_WEIGHT, Math.round(value * 100) / 100));
export const tidyDivisor = (value: number): number =>
  Math.min(MOST_DIVISOR, Math.max(0, Math.round(value * 100) / 100));

function readKernel(weights: unknown, divisor: unknown, otherwise: Kernel): Kernel {
  const nine = list(weights).filter(finite).map(tidyWeight);
  return {
    weights: nine.length === SIDE * SIDE ? nine : [...otherwise.weights],
    divisor: finite(divisor) ? tidyDivisor(divisor) : otherwise.divisor,
  };
}

function readLayer(value: unknown, otherwise: Layer): Layer {
  const given = raw(value);
  const kernel = raw(given["kernel"]);
  return {
    kernel: readKernel(kernel["weights"], kernel["divisor"], otherwise.kernel),
    padding: oneOf(given["padding"], PADDINGS, otherwise.padding),
    stride: oneOf(given["stride"], STRIDES, otherwise.stride),
    pool: oneOf(given["pool"], POOLS, otherwise.pool),
  };
}

export function readSettings(given: Raw, set: GreySet): Settings {
  const pictures = set.pictures.flatMap(({ key, title, alt, rows }) => {
    const grey = readGrey(rows);
    return grey ? [{ key, title, alt, grey }] : [];
  });
  const [first] = pictures;
  if (!first) throw new Error("no picture");
  const named = PRESETS.find(({ key }) => key === given["kernel"]) ?? (PRESETS[0] as Kernel);
  const kernel = readKernel(given["weights"], given["divisor"], named);
  const usual: Layer = { kernel, padding: "none", stride: 1, pool: "none" };
  const { padding, stride, pool } = readLayer(given, usual);
  return {
    level: readLevel(given),
    pictures,
    picture: pictures.find(({ key }) => key === given["picture"])?.key ?? first.key,
    noise: oneOf(given["noise"], NOISES, 0),
    layer: { kernel, padding, stride, pool },
  };
}

export function freshState(settings: Settings): LabState {
  return {
    v: 1,
    picture: settings.picture,
    noise: settings.noise,
    layer: structuredClone(settings.layer),
    chain: [],
    show: "clip",
    at: { column: 0, row: 0 },
    filled: "",
    guesses: [],
    runs: [],
    reached: [],
    hints: 0,
  };
}

const NUMBERS = [
  "noise",
  "depth",
  "divisor",
  "stride",
  "spreadIn",
  "spreadOut",
  "strength",
  "most",
  "from",
  "to",
];

function readRun(value: unknown): Run | null {
  const given = raw(value);
  const answers = raw(given["answers"]);
  const weights = list(given["weights"]).filter(finite);
  const whole =
    NUMBERS.every((name) => finite(given[name])) &&
    ["upright", "level", "flat"].every((name) => finite(answers[name])) &&
    (given["closer"] === null || finite(given["closer"])) &&
    typeof given["picture"] === "string" &&
    typeof given["own"] === "boolean" &&
    PADDINGS.some((one) => one === given["padding"]) &&
    POOLS.some((one) => one === given["pool"]) &&
    weights.length === SIDE * SIDE;
  return whole ? (given as unknown as Run) : null;
}

/** Makes any saved state fit; what does not is as it was at the beginning. */
export function resume(saved: unknown, settings: Settings): LabState {
  const fresh = freshState(settings);
  const given = raw(saved);
  if (given["v"] !== 1) return fresh;
  const at = raw(given["at"]);
  const { filled } = given;
  return {
    ...fresh,
    picture: settings.pictures.find(({ key }) => key === given["picture"])?.key ?? fresh.picture,
    noise: oneOf(given["noise"], NOISES, fresh.noise),
    layer: readLayer(given["layer"], fresh.layer),
    chain: list(given["chain"])
      .slice(0, MOST_LAYERS - 1)
      .map((one) => readLayer(one, fresh.layer)),
    show: oneOf(given["show"], SHOWS, fresh.show),
    at: { column: count(at["column"], 99), row: count(at["row"], 99) },
    filled: typeof filled === "string" && /^[01]{0,2500}$/.test(filled) ? filled : "",
    guesses: list(given["guesses"]).filter(finite).slice(-MOST_GUESSES),
    runs: list(given["runs"])
      .map(readRun)
      .filter((one) => one !== null)
      .slice(-MOST_RUNS),
    reached: list(given["reached"]).filter((one): one is number => Number.isInteger(one)),
    hints: count(given["hints"]),
  };
}

export function keepRun(state: LabState, run: Run): void {
  state.runs = [...state.runs, run].slice(-MOST_RUNS);
}

export function keepGuess(state: LabState, off: number): void {
  state.guesses = [...state.guesses, Math.round(off * 100) / 100].slice(-MOST_GUESSES);
}
