// What is kept of a pupil's work in this lab, and how settings are read. Plain JSON, pure functions.
import type { Case, Drawn, RuleSet } from "../datasets";
import { finite, list, oneOf, type Raw, raw, strings, whole } from "../given";
import { type Level, readLevel } from "../level";
import type { Facts, Trial } from "./checks";
import { type Rule, STRATEGIES, type Strategy, sameRule } from "./model";

export const MOST_RULES = 24;
export const MOST_PRIORITY = 9;
const MOST_TRIALS = 20;
const MOST_NOTES = 60;
/** Key of the case a pupil makes; no key of a data set begins so. */
export const OWN = "_own";

export interface Settings {
  level: Level;
  facts: Drawn[];
  middles: Drawn[];
  labels: Drawn[];
  cases: Case[];
  rules: { if: string[]; so: string }[];
  strategy: Strategy;
  own: boolean;
}

export interface LabState {
  v: 1;
  rules: Rule[];
  strategy: Strategy;
  /** What is being put together for the next rule. */
  draft: { if: string[]; so: string };
  /** The case looked at; `own` for one's own. */
  at: string;
  own: string[];
  /** New cases that have come. */
  come: string[];
  /** The guess for the case looked at: a label, `none`, or "" before. */
  guess: string;
  /** Firings shown of the case looked at; -1 before it runs. */
  shown: number;
  /** Facts chosen as the reason; told once the chain is open. */
  because: string[];
  told: boolean;
  /** Whether the table of the last trial is that of the rules as they are now. */
  current: boolean;
  trials: Trial[];
  foretold: { right: boolean }[];
  explained: { right: boolean; steps: number }[];
  fresh: Facts["fresh"];
  reached: number[];
  hints: number;
}

export function readSettings(given: Raw, set: RuleSet): Settings {
  const conditions = new Set([...set.facts, ...set.middles].map(({ key }) => key));
  const conclusions = new Set([...set.middles, ...set.labels].map(({ key }) => key));
  const rules = set.rules.filter(
    (rule) => rule.if.every((key) => conditions.has(key)) && conclusions.has(rule.so),
  );
  return {
    level: readLevel(given),
    facts: set.facts,
    middles: set.middles,
    labels: set.labels,
    cases: set.cases,
    rules: given["start"] === "empty" ? [] : rules,
    strategy: oneOf(given["strategy"], STRATEGIES, "first"),
    own: given["own"] !== false,
  };
}

export function freshState(settings: Settings): LabState {
  return {
    v: 1,
    rules: settings.rules.map((rule, at) => ({ id: at + 1, if: [...rule.if], so: rule.so, priority: 1 })),
    strategy: settings.strategy,
    draft: { if: [], so: "" },
    at: settings.cases.find(({ fresh }) => !fresh)?.key ?? OWN,
    own: [],
    come: [],
    guess: "",
    shown: -1,
    because: [],
    told: false,
    current: false,
    trials: [],
    foretold: [],
    explained: [],
    fresh: [],
    reached: [],
    hints: 0,
  };
}

const keysOf = (all: { key: string }[]) => new Set(all.map(({ key }) => key));
const among = (value: unknown, known: ReadonlySet<string>): string[] => [
  ...new Set(strings(value).filter((key) => known.has(key))),
];

function readRules(value: unknown, settings: Settings): Rule[] {
  const conditions = keysOf([...settings.facts, ...settings.middles]);
  const conclusions = keysOf([...settings.middles, ...settings.labels]);
  const found: Rule[] = [];
  for (const one of list(value).map(raw)) {
    const rule = {
      id: whole(one["id"], 0, 0, 100_000),
      if: among(one["if"], conditions),
      so: String(one["so"]),
      priority: whole(one["priority"], 1, 1, MOST_PRIORITY),
    };
    const fits = rule.id > 0 && rule.if.length > 0 && conclusions.has(rule.so);
    const twice = found.some((other) => other.id === rule.id || sameRule(other, rule));
    if (fits && !twice && found.length < MOST_RULES) found.push(rule);
  }
  return found;
}

function readTrial(value: unknown, cases: ReadonlySet<string>): Trial {
  const given = raw(value);
  return {
    rules: whole(given["rules"], 0, 0, MOST_RULES),
    right: among(given["right"], cases),
    wrong: among(given["wrong"], cases),
    uncovered: among(given["uncovered"], cases),
    disputed: among(given["disputed"], cases),
  };
}

/** Makes any saved state fit; what does not is as it was at the beginning. */
export function resume(saved: unknown, settings: Settings): LabState {
  const start = freshState(settings);
  const given = raw(saved);
  if (given["v"] !== 1) return start;
  const cases = keysOf(settings.cases);
  const facts = keysOf(settings.facts);
  const draft = raw(given["draft"]);
  const come = among(given["come"], keysOf(settings.cases.filter(({ fresh }) => fresh)));
  const there = [OWN, ...come, ...settings.cases.filter(({ fresh }) => !fresh).map(({ key }) => key)];
  const notes = (key: string) => list(given[key]).map(raw).slice(-MOST_NOTES);
  return {
    ...start,
    rules: readRules(given["rules"], settings),
    strategy: oneOf(given["strategy"], STRATEGIES, start.strategy),
    draft: {
      if: among(draft["if"], keysOf([...settings.facts, ...settings.middles])),
      so: oneOf(
        draft["so"],
        [...settings.middles, ...settings.labels].map(({ key }) => key),
        "",
      ),
    },
    at: oneOf(given["at"], there, start.at),
    own: among(given["own"], facts),
    come,
    guess: oneOf(given["guess"], ["none", ...settings.labels.map(({ key }) => key)], ""),
    shown: whole(given["shown"], -1, -1, 99),
    because: among(given["because"], facts),
    told: given["told"] === true,
    current: given["current"] === true,
    trials: list(given["trials"])
      .slice(-MOST_TRIALS)
      .map((one) => readTrial(one, cases)),
    foretold: notes("foretold").map((one) => ({ right: one["right"] === true })),
    explained: notes("explained").map((one) => ({
      right: one["right"] === true,
      steps: whole(one["steps"], 0, 0, 99),
    })),
    fresh: notes("fresh").map((one) => ({
      key: oneOf(one["key"], [OWN, ...cases], OWN),
      own: one["own"] === true,
      became: oneOf(one["became"], ["right", "wrong", "uncovered"] as const, "right"),
    })),
    reached: list(given["reached"]).filter((one): one is number => finite(one) && Number.isInteger(one)),
    hints: whole(given["hints"], 0, 0, 99),
  };
}

export function keep<T>(notes: T[], note: T): T[] {
  return [...notes, note].slice(-MOST_NOTES);
}
export function keepTrial(state: LabState, trial: Trial): void {
  state.trials = [...state.trials, trial].slice(-MOST_TRIALS);
}
