// What is kept of a pupil's work in this lab, and how settings are read. Plain JSON, pure functions.
import type { Column, Named, TableSet } from "../datasets";
import { dice, normal, shuffled } from "../dice";
import { type Level, readLevel } from "../level";
import type { Axis } from "../plane";
import { axisOf, toSheet } from "../points/state";
import type { Foretold, Run } from "./checks";
import { ACTIVATIONS, type Activation, type Example, FEATURES, type Feature, inputOf } from "./model";

export const RATES = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10];
export const BATCHES = [1, 5, 10, 30, 100];
export const NOISES = [0, 10, 20, 30, 40, 50];
export const SHARES = [10, 20, 30, 50, 80];
export const DECAYS = [0, 0.001, 0.003, 0.01, 0.03];
export const MOST_LAYERS = 3;
export const MOST_NEURONS = 8;
export const MOST_EPOCHS = 3000;
const MOST_RUNS = 16;
const MOST_FORETOLD = 30;
const MOST_CURVE = 160;

/** Everything a pupil sets before training; another one is another network. */
export interface Plan {
  shape: string;
  features: Feature[];
  layers: number[];
  activation: Activation;
  rate: number;
  batch: number;
  noise: number;
  share: number;
  decay: number;
  seed: number;
}

export interface Spotted {
  x: number;
  y: number;
  kind: 0 | 1;
  part: "train" | "test";
}

export interface Settings {
  level: Level;
  axes: [Axis, Axis];
  /** What lies along the axes: columns of the table. */
  columns: [Column, Column];
  labels: [Named, Named];
  kinds: [string, string];
  shapes: string[];
  /** Column that says which shape a point belongs to; empty when the table has one shape only. */
  sort: string;
  /** Places on the sheet, by shape, those of the table's training part first. */
  rows: { shape: string; x: number; y: number; kind: 0 | 1 }[];
  plan: Plan;
}

export interface LabState {
  v: 1;
  plan: Plan;
  epoch: number;
  /** Batches done of this epoch. */
  at: number;
  weights: number[][] | null;
  biases: number[][] | null;
  /** Losses now and then: [epoch, train, test]. */
  curve: [number, number, number][];
  guess: boolean | null;
  foretold: Foretold[];
  runs: Run[];
  showTest: boolean;
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

const readFeatures = (value: unknown, otherwise: Feature[]): Feature[] => {
  const found = FEATURES.filter((one) => list(value).includes(one));
  return found.length ? found : otherwise;
};

const readLayers = (value: unknown, otherwise: number[]): number[] =>
  Array.isArray(value) && value.length <= MOST_LAYERS
    ? value.map((one) => Math.max(1, count(one, MOST_NEURONS)))
    : otherwise;

function readPlan(value: unknown, otherwise: Plan, shapes: string[]): Plan {
  const given = raw(value);
  return {
    shape: oneOf(given["shape"], shapes, otherwise.shape),
    features: readFeatures(given["features"], otherwise.features),
    layers: readLayers(given["layers"], otherwise.layers),
    activation: oneOf(given["activation"], ACTIVATIONS, otherwise.activation),
    rate: oneOf(given["rate"], RATES, otherwise.rate),
    batch: oneOf(given["batch"], BATCHES, otherwise.batch),
    noise: oneOf(given["noise"], NOISES, otherwise.noise),
    share: oneOf(given["share"], SHARES, otherwise.share),
    decay: oneOf(given["decay"], DECAYS, otherwise.decay),
    seed: count(given["seed"]) || otherwise.seed,
  };
}

export function readSettings(given: Raw, table: TableSet): Settings {
  const [across, up] = table.columns.filter(({ kind }) => kind === "number");
  const sort = table.columns.find(({ kind }) => kind === "choice");
  const [first, second] = table.labels;
  if (!across || !up || !first || !second)
    throw new Error(`dataset ${table.key} has no two columns of numbers and two kinds`);
  const values = (key: string) => table.rows.map((row) => Number(row.values[key]));
  const axes: [Axis, Axis] = [axisOf(across, values(across.key)), axisOf(up, values(up.key))];
  const shapes = sort ? sort.choices : [table.title];
  const usable = table.rows.filter(({ label }) => label === first.key || label === second.key);
  const order = shuffled(usable.length, dice(1)).map((i) => usable[i] as (typeof usable)[number]);
  const ordered = [
    ...order.filter(({ part }) => part === "train"),
    ...order.filter(({ part }) => part === "test"),
  ];
  const rows = ordered.map((row) => ({
    shape: sort ? String(row.values[sort.key]) : table.title,
    x: toSheet(axes[0], Number(row.values[across.key])),
    y: toSheet(axes[1], Number(row.values[up.key])),
    kind: row.label === second.key ? (1 as const) : (0 as const),
  }));
  const usual: Plan = {
    shape: shapes[0] ?? "",
    features: ["x", "y"],
    layers: [4],
    activation: "tanh",
    rate: 0.1,
    batch: 10,
    noise: 0,
    share: 50,
    decay: 0,
    seed: 1,
  };
  const plan = readPlan(given, usual, shapes);
  return {
    level: readLevel(given),
    axes,
    columns: [across, up],
    labels: [first, second],
    kinds: [first.text, second.text],
    shapes,
    sort: sort?.key ?? "",
    rows,
    plan,
  };
}

export function freshState(settings: Settings): LabState {
  return {
    v: 1,
    plan: structuredClone(settings.plan),
    epoch: 0,
    at: 0,
    weights: null,
    biases: null,
    curve: [],
    guess: null,
    foretold: [],
    runs: [],
    showTest: true,
    reached: [],
    hints: 0,
  };
}

export const sizesOf = (plan: Plan): number[] => [plan.features.length, ...plan.layers, 1];

function readRows(value: unknown, lengths: number[]): number[][] | null {
  const rows = list(value).map((row) => list(row).filter(finite));
  return rows.length === lengths.length && rows.every((row, i) => row.length === lengths[i]) ? rows : null;
}

function readRun(value: unknown, fresh: Plan, shapes: string[]): Run | null {
  const given = raw(value);
  const { epochs, train, test, least, trainRight, testRight } = given;
  const all = [epochs, train, test, least, trainRight, testRight];
  if (!all.every(finite)) return null;
  const [e, t, u, l, r, s] = all as [number, number, number, number, number, number];
  const plan = readPlan(given, fresh, shapes);
  return { ...plan, epochs: e, train: t, test: u, least: l, trainRight: r, testRight: s };
}

/** Makes any saved state fit; what does not is as it was at the beginning. */
export function resume(saved: unknown, settings: Settings): LabState {
  const fresh = freshState(settings);
  const given = raw(saved);
  if (given["v"] !== 1) return fresh;
  const plan = readPlan(given["plan"], fresh.plan, settings.shapes);
  const sizes = sizesOf(plan);
  const outs = sizes.slice(1);
  const weights = readRows(
    given["weights"],
    outs.map((n, i) => n * (sizes[i] as number)),
  );
  const biases = readRows(given["biases"], outs);
  const trained = weights !== null && biases !== null;
  const curve = list(given["curve"])
    .map((one) => list(one).filter(finite))
    .filter((one): one is [number, number, number] => one.length === 3);
  return {
    ...fresh,
    plan,
    epoch: trained ? count(given["epoch"], MOST_EPOCHS) : 0,
    at: trained ? count(given["at"], 200) : 0,
    weights: trained ? weights : null,
    biases: trained ? biases : null,
    curve: trained ? curve.slice(0, MOST_CURVE * 2) : [],
    guess: typeof given["guess"] === "boolean" ? given["guess"] : null,
    foretold: list(given["foretold"])
      .map(raw)
      .flatMap(({ shape, learns, came }) =>
        typeof shape === "string" && typeof learns === "boolean" && typeof came === "boolean"
          ? [{ shape, learns, came }]
          : [],
      )
      .slice(-MOST_FORETOLD),
    runs: list(given["runs"])
      .map((one) => readRun(one, fresh.plan, settings.shapes))
      .filter((one) => one !== null)
      .slice(-MOST_RUNS),
    showTest: given["showTest"] !== false,
    reached: list(given["reached"]).filter((one): one is number => Number.isInteger(one)),
    hints: count(given["hints"]),
  };
}

/** The points of a plan: its shape, moved by its noise, shared out between learning and testing. */
export function pointsOf(settings: Settings, plan: Plan): Spotted[] {
  const mine = settings.rows.filter(({ shape }) => shape === plan.shape);
  const learnt = Math.max(2, Math.round((mine.length * plan.share) / 100));
  const next = dice(97);
  const held = (value: number) => Math.min(100, Math.max(0, Math.round(value * 100) / 100));
  return mine.map(({ x, y, kind }, i) => {
    // 100 % of noise is half the sheet, as a standard deviation
    const [dx, dy] = [normal(next) * plan.noise * 0.25, normal(next) * plan.noise * 0.25];
    return { x: held(x + dx), y: held(y + dy), kind, part: i < learnt ? "train" : "test" };
  });
}

export const examplesOf = (points: Spotted[], plan: Plan, part: "train" | "test"): Example[] =>
  points
    .filter((point) => point.part === part)
    .map(({ x, y, kind }) => ({ input: inputOf(plan.features, x, y), target: kind }));

/** The order in which an epoch goes through the examples. */
export const orderOf = (plan: Plan, epoch: number, count: number): number[] =>
  shuffled(count, dice(plan.seed * 1000 + epoch));

/** Keeps the curve short: when it is full, every second point goes. */
export function noteLosses(state: LabState, train: number, test: number): void {
  state.curve.push([state.epoch, train, test]);
  if (state.curve.length > MOST_CURVE)
    state.curve = state.curve.filter((_, i) => i % 2 === 0 || i === state.curve.length - 1);
}

/** The run that is going on stands last; the first epoch of a new one puts a line of its own. */
export function noteRun(state: LabState, run: Run, isNew: boolean): void {
  state.runs = [...(isNew ? state.runs : state.runs.slice(0, -1)), run].slice(-MOST_RUNS);
}

export function keepForetold(state: LabState, one: Foretold): void {
  state.foretold = [...state.foretold, one].slice(-MOST_FORETOLD);
}
