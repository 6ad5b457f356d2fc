// What is kept of a pupil's work in this lab, and how settings are read. Plain JSON, pure functions.

import type { Column, Named, TableSet } from "../datasets";
import { type Level, readLevel } from "../level";
import { type Axis, inside, type Spot } from "../plane";
import type { Run, Test } from "./checks";
import { type Dot, score } from "./model";

export const MOST_DOTS = 120;
export const MOST_K = 15;
export const MOST_CENTRES = 4;
const MOST_KINDS = 3;
const MOST_RUNS = 12;

export type Tab = "near" | "groups";

export interface Settings {
  tabs: Tab[];
  axes: [Axis, Axis];
  kinds: Named[];
  learnt: Dot[];
  unseen: Dot[];
  k: number;
  centres: Spot[];
  level: Level;
}

export interface LabState {
  v: 1;
  tab: Tab;
  dots: Dot[];
  added: number;
  taken: number;
  query: Spot;
  k: number;
  /** Neighbours shown without a guess; regions shown. */
  watch: boolean;
  regions: boolean;
  guesses: { right: number; wrong: number; contested: number; centres: number };
  flip: { few: number; many: number } | null;
  tests: Test[];
  start: Spot[];
  centres: Spot[];
  groups: number[] | null;
  /** What the next step of k-means does. */
  next: "assign" | "move" | "rest";
  rounds: number;
  runs: Run[];
  reached: number[];
  hints: number;
}

type Raw = Record<string, unknown>;
const raw = (value: unknown): Raw =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Raw) : {};
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const finite = (value: unknown): value is number => typeof value === "number" && Number.isFinite(value);
const whole = (value: unknown, otherwise: number, least: number, most: number): number =>
  finite(value) ? Math.min(most, Math.max(least, Math.round(value))) : otherwise;

const STARTS: Spot[] = [
  { x: 10, y: 90 },
  { x: 20, y: 90 },
  { x: 30, y: 90 },
  { x: 40, y: 90 },
];

/** An axis with a twentieth of room on either side of the values. */
export function axisOf(column: Column, values: number[]): Axis {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const room = (high - low || 1) / 18;
  const round = (value: number) => Math.round(value * 10) / 10;
  return { text: column.text, unit: column.unit, low: round(low - room), high: round(high + room) };
}

export const toSheet = ({ low, high }: Axis, value: number): number =>
  inside(((value - low) / (high - low)) * 100);
export const fromSheet = ({ low, high }: Axis, at: number): number => low + (at / 100) * (high - low);

export function readSettings(given: Raw, table: TableSet): Settings {
  const numbers = table.columns.filter(({ kind }) => kind === "number");
  const chosen = list(given["columns"]).flatMap((key) => numbers.filter((column) => column.key === key));
  const [across, up] = chosen.length === 2 ? chosen : numbers;
  if (!across || !up) throw new Error(`dataset ${table.key} has no two columns of numbers`);
  const kinds = table.labels.slice(0, MOST_KINDS);
  const values = (column: Column) => table.rows.map((row) => Number(row.values[column.key]));
  const axes: [Axis, Axis] = [axisOf(across, values(across)), axisOf(up, values(up))];
  const dots = (part: "train" | "test"): Dot[] =>
    table.rows.flatMap((row) => {
      const kind = kinds.findIndex(({ key }) => key === row.label);
      const x = toSheet(axes[0], Number(row.values[across.key]));
      const y = toSheet(axes[1], Number(row.values[up.key]));
      return row.part === part && kind >= 0 ? [{ x, y, kind }] : [];
    });
  const level = readLevel(given);
  const mode = given["mode"] ?? (level === "primary" ? "neighbours" : "both");
  return {
    tabs: mode === "neighbours" ? ["near"] : mode === "groups" ? ["groups"] : ["near", "groups"],
    axes,
    kinds,
    learnt: given["start"] === "empty" ? [] : dots("train").slice(0, MOST_DOTS),
    unseen: dots("test"),
    k: whole(given["k"], 3, 1, MOST_K),
    centres: STARTS.slice(0, whole(given["centres"], 3, 2, MOST_CENTRES)),
    level,
  };
}

export function freshState(settings: Settings): LabState {
  return {
    v: 1,
    tab: settings.tabs[0] ?? "near",
    dots: structuredClone(settings.learnt),
    added: 0,
    taken: 0,
    query: { x: 50, y: 50 },
    k: settings.k,
    watch: false,
    regions: false,
    guesses: { right: 0, wrong: 0, contested: 0, centres: 0 },
    flip: null,
    tests: [],
    start: structuredClone(settings.centres),
    centres: structuredClone(settings.centres),
    groups: null,
    next: "assign",
    rounds: 0,
    runs: [],
    reached: [],
    hints: 0,
  };
}

const readSpot = (value: unknown): Spot | null => {
  const { x, y } = raw(value);
  const held = (value: number) => Math.min(100, Math.max(0, value));
  return finite(x) && finite(y) ? { x: held(x), y: held(y) } : null;
};
const readSpots = (value: unknown, most: number): Spot[] =>
  list(value)
    .slice(0, most)
    .flatMap((one) => readSpot(one) ?? []);

function readDots(value: unknown, kinds: number): Dot[] {
  return list(value)
    .slice(0, MOST_DOTS)
    .flatMap((one) => {
      const spot = readSpot(one);
      const kind = raw(one)["kind"];
      return spot && Number.isInteger(kind) && (kind as number) >= 0 && (kind as number) < kinds
        ? [{ ...spot, kind: kind as number }]
        : [];
    });
}

/** Makes any saved state fit; what does not is as it was at the beginning. */
export function resume(saved: unknown, settings: Settings): LabState {
  const fresh = freshState(settings);
  const given = raw(saved);
  if (given["v"] !== 1) return fresh;
  const count = (value: unknown) => whole(value, 0, 0, 100_000);
  const guesses = raw(given["guesses"]);
  const centres = readSpots(given["centres"], MOST_CENTRES);
  const start = readSpots(given["start"], MOST_CENTRES);
  const dots = readDots(given["dots"], settings.kinds.length);
  const groups = list(given["groups"]).map((one) => whole(one, 0, 0, MOST_CENTRES - 1));
  const fits = centres.length >= 2 && start.length === centres.length;
  const grouped = fits && groups.length === dots.length && groups.every((group) => group < centres.length);
  const next = given["next"];
  const flip = raw(given["flip"]);
  return {
    ...fresh,
    tab: settings.tabs.find((tab) => tab === given["tab"]) ?? fresh.tab,
    dots,
    added: count(given["added"]),
    taken: count(given["taken"]),
    query: readSpot(given["query"]) ?? fresh.query,
    k: whole(given["k"], fresh.k, 1, MOST_K),
    watch: given["watch"] === true,
    regions: given["regions"] === true,
    guesses: {
      right: count(guesses["right"]),
      wrong: count(guesses["wrong"]),
      contested: count(guesses["contested"]),
      centres: count(guesses["centres"]),
    },
    flip: finite(flip["few"]) && finite(flip["many"]) ? { few: flip["few"], many: flip["many"] } : null,
    tests: list(given["tests"])
      .map(readTest)
      .filter((one) => one !== null),
    start: fits ? start : fresh.start,
    centres: fits ? centres : fresh.centres,
    groups: grouped ? groups : null,
    next: grouped && (next === "move" || next === "rest") ? next : "assign",
    rounds: count(given["rounds"]),
    runs: list(given["runs"])
      .map(readRun)
      .filter((one) => one !== null)
      .slice(-MOST_RUNS),
    reached: list(given["reached"]).filter((one): one is number => Number.isInteger(one)),
    hints: count(given["hints"]),
  };
}

function readTest(value: unknown): Test | null {
  const { k, right, all } = raw(value);
  return finite(k) && finite(right) && finite(all) ? { k, right, all } : null;
}

function readRun(value: unknown): Run | null {
  const { groups, rounds, spread } = raw(value);
  return finite(groups) && finite(rounds) && finite(spread) ? { groups, rounds, spread } : null;
}

/** Points changed: results belonged to the old ones, and k-means starts again. */
export function dotsChanged(state: LabState): void {
  state.tests = [];
  state.runs = [];
  state.centres = structuredClone(state.start);
  again(state);
}

export function again(state: LabState): void {
  state.groups = null;
  state.next = "assign";
  state.rounds = 0;
}

export function addDot(state: LabState, dot: Dot): boolean {
  if (state.dots.length >= MOST_DOTS) return false;
  state.dots.push({ x: inside(dot.x), y: inside(dot.y), kind: dot.kind });
  state.added += 1;
  dotsChanged(state);
  return true;
}

/** Points of the data set come first; later ones are the pupil's own. */
export function removeDot(state: LabState, index: number): void {
  if (!state.dots[index]) return;
  const original = state.dots.length - state.added;
  if (index < original) state.taken += 1;
  else state.added -= 1;
  state.dots.splice(index, 1);
  dotsChanged(state);
}

/** A moved point of the data set counts as taken away and put elsewhere. */
export function moveDot(state: LabState, index: number, to: Spot): number {
  const dot = state.dots[index];
  if (!dot) return index;
  const own = index >= state.dots.length - state.added;
  if (own) {
    Object.assign(dot, { x: inside(to.x), y: inside(to.y) });
    dotsChanged(state);
    return index;
  }
  removeDot(state, index);
  addDot(state, { ...dot, ...to });
  return state.dots.length - 1;
}

export function putBack(state: LabState, settings: Settings): void {
  state.dots = structuredClone(settings.learnt);
  state.added = 0;
  state.taken = 0;
  dotsChanged(state);
}

export function testNow(state: LabState, settings: Settings): Test {
  const test = { k: state.k, ...score(state.dots, settings.unseen, state.k, settings.kinds.length) };
  state.tests = [...state.tests.filter(({ k }) => k !== state.k), test].sort((a, b) => a.k - b.k);
  return test;
}

export function keepRun(state: LabState, run: Run): void {
  state.runs = [...state.runs, run].slice(-MOST_RUNS);
}
