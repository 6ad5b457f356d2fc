// What is kept of a pupil's work in this lab, and how settings are read. Plain JSON, pure functions.
import type { Column, Row, TableSet } from "../datasets";
import { finite, list, oneOf, raw, strings, whole } from "../given";
import { type Level, readLevel } from "../level";
import type { Round } from "./checks";
import { FAULTS, type GroupErrors, MENDS, type Mend } from "./model";
import { NOTES, RULES, type Rule } from "./notes";

export const STAGES = ["label", "collect", "clean", "plot", "audit"] as const;
export type Stage = (typeof STAGES)[number];
export const BANDS = ["most", "half", "few"] as const;
export type Band = (typeof BANDS)[number];
export const SHIFTS = ["less", "same", "more"] as const;
export type Shift = (typeof SHIFTS)[number];
export const PLOTS = ["bar", "histogram", "scatter"] as const;
export type PlotKind = (typeof PLOTS)[number];
export const MOST_OWN = 12;
const MOST_ROUNDS = 12;
const MOST_TRIED = 12;

export interface Settings {
  level: Level;
  stages: Stage[];
  /** Columns to work with, the group among them. */
  columns: Column[];
  group: Column;
  feature: Column;
  yes: string;
  notes: number;
  train: Row[];
  test: Row[];
}

export interface Tried {
  amounts: number[];
  each: boolean;
  guess: string;
  errors: GroupErrors[];
}

export interface LabState {
  v: 1;
  stage: Stage;
  own: (boolean | null)[];
  rule: Rule | null;
  rounds: (Round & { guess: Band; own: boolean[] })[];
  rows: { values: Record<string, number | string>; label: string }[];
  mends: Mend[];
  misses: number;
  shift: Shift | null;
  sort: string;
  at: number | null;
  plot: { kind: PlotKind; x: string; y: string; raw: boolean };
  plots: PlotKind[];
  /** How many rows of each group it learns from; −1 is all. */
  amounts: number[];
  each: boolean;
  tried: Tried[];
  named: boolean;
  reached: number[];
  hints: number;
}

export function readSettings(given: Record<string, unknown>, set: TableSet): Settings {
  const level = readLevel(given);
  const choices = set.columns.filter(({ kind }) => kind === "choice");
  const numbers = set.columns.filter(({ kind }) => kind === "number");
  const group = choices.find(({ key }) => key === given["group"]) ?? choices[0];
  const bounded = numbers.filter(({ least, most }) => Number.isFinite(least) && Number.isFinite(most));
  const feature =
    numbers.find(({ key }) => key === given["feature"]) ?? bounded[1] ?? bounded[0] ?? numbers[0];
  if (!group || !feature) throw new Error(`dataset ${set.key} has no group or no number`);
  const wanted = strings(given["stages"]);
  const chosen = STAGES.filter((one) => wanted.includes(one));
  const usual =
    level === "primary" ? STAGES.filter((one) => one !== "collect" && one !== "plot") : [...STAGES];
  const columns = level === "primary" ? [group, ...numbers.slice(0, 2)] : set.columns;
  return {
    level,
    stages: chosen.length ? chosen : usual,
    columns: columns.includes(feature) ? columns : [...columns, feature],
    group,
    feature,
    yes: set.labels[0]?.key ?? "",
    notes: level === "primary" ? 8 : NOTES.length,
    train: set.rows.filter(({ part }) => part === "train"),
    test: set.rows.filter(({ part }) => part === "test"),
  };
}

export function freshState(settings: Settings): LabState {
  const { group, feature } = settings;
  return {
    v: 1,
    stage: settings.stages[0] ?? "label",
    own: Array.from({ length: settings.notes }, () => null),
    rule: null,
    rounds: [],
    rows: [],
    mends: [],
    misses: 0,
    shift: null,
    sort: "",
    at: null,
    plot: { kind: "bar", x: group.key, y: feature.key, raw: false },
    plots: [],
    amounts: group.choices.map(() => -1),
    each: false,
    tried: [],
    named: false,
    reached: [],
    hints: 0,
  };
}

const flag = (value: unknown): boolean | null => (typeof value === "boolean" ? value : null);

function readRound(value: unknown, notes: number): LabState["rounds"][0] | null {
  const { rule, share, kappa, right, guess, own } = raw(value);
  const labels = list(own).map(flag);
  if (!finite(share) || labels.length !== notes || labels.includes(null)) return null;
  return {
    rule: RULES.find((one) => one === rule) ?? null,
    share,
    kappa: finite(kappa) ? kappa : null,
    right: right === true,
    guess: oneOf(guess, BANDS, "half"),
    own: labels as boolean[],
  };
}

/** A row of the pupil's own, with every column of the table filled in as it announces; null otherwise. */
export function readOwn(value: unknown, set: TableSet): LabState["rows"][0] | null {
  const given = raw(value);
  const values = raw(given["values"]);
  const fits = set.columns.every((column) => {
    const one = values[column.key];
    if (column.kind === "choice") return typeof one === "string" && column.choices.includes(one);
    return finite(one) && one >= column.least && one <= column.most;
  });
  const label = set.labels.find(({ key }) => key === given["label"])?.key;
  if (!fits || !label) return null;
  const kept = set.columns.map(({ key }) => [key, values[key] as number | string] as const);
  return { values: Object.fromEntries(kept), label };
}

function readMend(value: unknown): Mend | null {
  const { no, column, kind, how } = raw(value);
  const [fault, mend] = [FAULTS.find((one) => one === kind), MENDS.find((one) => one === how)];
  return finite(no) && typeof column === "string" && fault && mend
    ? { no, column, kind: fault, how: mend }
    : null;
}

function readErrors(value: unknown): GroupErrors | null {
  const { group, at, missed, calls, wrongly, others } = raw(value);
  const fits = finite(at) && finite(missed) && finite(calls) && finite(wrongly) && finite(others);
  return typeof group === "string" && fits ? { group, at, missed, calls, wrongly, others } : null;
}

const readAmounts = (value: unknown, groups: number): number[] => {
  const found = list(value).map((one) => whole(one, -1, -1, 1000));
  return found.length === groups ? found : Array.from({ length: groups }, () => -1);
};

function readTried(value: unknown, groups: number): Tried | null {
  const given = raw(value);
  const errors = list(given["errors"])
    .map(readErrors)
    .filter((one) => one !== null);
  if (errors.length !== groups || typeof given["guess"] !== "string") return null;
  return {
    amounts: readAmounts(given["amounts"], groups),
    each: given["each"] === true,
    guess: given["guess"],
    errors,
  };
}

/** Makes any saved state fit; what does not is as it was at the beginning. */
export function resume(saved: unknown, settings: Settings, set: TableSet): LabState {
  const fresh = freshState(settings);
  const given = raw(saved);
  if (given["v"] !== 1) return fresh;
  const groups = settings.group.choices.length;
  const own = list(given["own"]).map(flag);
  const plot = raw(given["plot"]);
  const column = (key: unknown, otherwise: string) =>
    settings.columns.find((one) => one.key === key)?.key ?? otherwise;
  return {
    ...fresh,
    stage: settings.stages.find((one) => one === given["stage"]) ?? fresh.stage,
    own: own.length === settings.notes ? own : fresh.own,
    rule: RULES.find((one) => one === given["rule"]) ?? null,
    rounds: list(given["rounds"])
      .map((one) => readRound(one, settings.notes))
      .filter((one) => one !== null)
      .slice(-MOST_ROUNDS),
    rows: list(given["rows"])
      .map((one) => readOwn(one, set))
      .filter((one) => one !== null)
      .slice(0, MOST_OWN),
    mends: list(given["mends"])
      .map(readMend)
      .filter((one) => one !== null)
      .slice(0, 200),
    misses: whole(given["misses"], 0, 0, 1e5),
    shift: SHIFTS.find((one) => one === given["shift"]) ?? null,
    sort: column(given["sort"], ""),
    at: finite(given["at"]) ? given["at"] : null,
    plot: {
      kind: oneOf(plot["kind"], PLOTS, "bar"),
      x: column(plot["x"], fresh.plot.x),
      y: column(plot["y"], fresh.plot.y),
      raw: plot["raw"] === true,
    },
    plots: PLOTS.filter((one) => list(given["plots"]).includes(one)),
    amounts: readAmounts(given["amounts"], groups),
    each: given["each"] === true,
    tried: list(given["tried"])
      .map((one) => readTried(one, groups))
      .filter((one) => one !== null)
      .slice(-MOST_TRIED),
    named: given["named"] === true,
    reached: list(given["reached"]).filter((one): one is number => Number.isInteger(one)),
    hints: whole(given["hints"], 0, 0, 1e5),
  };
}

export const keepTried = (state: LabState, one: Tried): void => {
  state.tried = [...state.tried, one].slice(-MOST_TRIED);
};
export const keepRound = (state: LabState, one: LabState["rounds"][0]): void => {
  state.rounds = [...state.rounds, one].slice(-MOST_ROUNDS);
};
