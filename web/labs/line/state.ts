// What is kept of a pupil's work in this lab, and how settings are read. Plain JSON, pure functions.

import type { TableSet } from "../datasets";
import { type Level, readLevel } from "../level";
import type { Axis, Spot } from "../plane";
import { readSettings as readSheet } from "../points/state";
import type { Walk } from "./checks";
import type { Line } from "./model";

export const RATES = [0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.9, 1, 1.1, 1.3];
export const MOST_STEPS = 300;
const MOST_WALKS = 12;
const FARTHEST = 1e6;

export type Tab = "hand" | "descent";

export interface Settings {
  tabs: Tab[];
  axes: [Axis, Axis];
  dots: Spot[];
  rate: number;
  level: Level;
}

export interface LabState {
  v: 1;
  tab: Tab;
  hand: Line;
  handBest: number | null;
  closed: boolean;
  start: Line;
  path: Line[];
  /** Index into RATES. */
  rate: number;
  guesses: { right: number; wrong: number };
  /** The last one is the walk on the sheet. */
  walks: Walk[];
  reached: number[];
  hints: number;
}

type Raw = Record<string, unknown>;
const raw = (value: unknown): Raw =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Raw) : {};
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const finite = (value: unknown): value is number => typeof value === "number" && Number.isFinite(value);
const whole = (value: unknown, otherwise: number, most: number): number =>
  finite(value) ? Math.min(most, Math.max(0, Math.round(value))) : otherwise;

export function readSettings(given: Raw, table: TableSet): Settings {
  const { axes, learnt } = readSheet({ columns: given["columns"] }, table);
  const level = readLevel(given);
  const mode = given["mode"] ?? (level === "primary" ? "hand" : "both");
  const rate = RATES.indexOf(given["rate"] as number);
  return {
    tabs: mode === "hand" ? ["hand"] : mode === "descent" ? ["descent"] : ["hand", "descent"],
    axes,
    dots: learnt.map(({ x, y }) => ({ x, y })),
    rate: rate < 0 ? 3 : rate,
    level,
  };
}

export function freshState(settings: Settings): LabState {
  return {
    v: 1,
    tab: settings.tabs[0] ?? "hand",
    hand: { rise: 0, height: 30 },
    handBest: null,
    closed: false,
    start: { rise: -20, height: 70 },
    path: [],
    rate: settings.rate,
    guesses: { right: 0, wrong: 0 },
    walks: [],
    reached: [],
    hints: 0,
  };
}

function readLine(value: unknown): Line | null {
  const { rise, height } = raw(value);
  return finite(rise) && finite(height) && Math.abs(rise) <= FARTHEST && Math.abs(height) <= FARTHEST
    ? { rise, height }
    : null;
}

function readWalk(value: unknown): Walk | null {
  const { rate, steps, first, last } = raw(value);
  return finite(rate) && finite(steps) && finite(first) && finite(last) ? { rate, steps, first, last } : null;
}

/** Makes any saved state fit; what does not is as it was at the beginning. */
export function resume(saved: unknown, settings: Settings): LabState {
  const fresh = freshState(settings);
  const given = raw(saved);
  if (given["v"] !== 1) return fresh;
  const guesses = raw(given["guesses"]);
  const path = list(given["path"]).slice(0, MOST_STEPS).map(readLine);
  return {
    ...fresh,
    tab: settings.tabs.find((tab) => tab === given["tab"]) ?? fresh.tab,
    hand: readLine(given["hand"]) ?? fresh.hand,
    handBest: finite(given["handBest"]) ? given["handBest"] : null,
    closed: given["closed"] === true,
    start: readLine(given["start"]) ?? fresh.start,
    path: path.every((one) => one !== null) ? path : [],
    rate: whole(given["rate"], fresh.rate, RATES.length - 1),
    guesses: { right: whole(guesses["right"], 0, 1e5), wrong: whole(guesses["wrong"], 0, 1e5) },
    walks: list(given["walks"])
      .map(readWalk)
      .filter((one) => one !== null)
      .slice(-MOST_WALKS),
    reached: list(given["reached"]).filter((one): one is number => Number.isInteger(one)),
    hints: whole(given["hints"], 0, 1e5),
  };
}

/** Puts the walk on the sheet into the list, or brings its line there up to date. */
export function noteWalk(state: LabState, walk: Walk): void {
  const others = walk.steps > 1 ? state.walks.slice(0, -1) : state.walks;
  state.walks = [...others, walk].slice(-MOST_WALKS);
}

/** So far off that nothing is to be seen any more. */
export const flownOff = ({ rise, height }: Line): boolean => Math.abs(rise) > 5000 || Math.abs(height) > 5000;
