// What is kept of a pupil's work in this lab, and how settings are read. Plain JSON, pure functions.
import type { WordSet } from "../datasets";
import { finite, list, oneOf, raw, strings, whole } from "../given";
import { type Level, readLevel } from "../level";
import type { AnalogyGuess, LeanGuess, NearGuess } from "./checks";

export const MOST_GROUPS = 4;
const MOST_KEPT = 40;
const SIDES = ["first", "second", "level"] as const;
const TABS = ["map", "analogy", "bias"] as const;
export type Tab = (typeof TABS)[number];

export interface Settings {
  level: Level;
  tabs: Tab[];
  groups: string[];
  probe: string;
}

export interface LabState {
  v: 1;
  tab: Tab;
  /** Groups on the map, and the word looked at there. */
  groups: string[];
  word: string;
  near: NearGuess[];
  a: string;
  b: string;
  c: string;
  analogies: AnalogyGuess[];
  leans: LeanGuess[];
  even: boolean;
  why: string | null;
  reached: number[];
  hints: number;
}

export function readSettings(given: Record<string, unknown>, set: WordSet): Settings {
  const level = readLevel(given);
  const tabs = TABS.filter((tab) => strings(given["parts"]).includes(tab));
  const known = (key: string) => set.group.includes(key);
  const groups = strings(given["groups"]).filter(known).slice(0, MOST_GROUPS);
  const probe = given["probe"];
  return {
    level,
    tabs: tabs.length ? tabs : level === "primary" ? ["map", "analogy"] : [...TABS],
    groups: groups.length
      ? groups
      : ["animal", "fruit", "vehicle"].filter(known).concat(set.group.slice(0, 1)).slice(0, 3),
    probe: typeof probe === "string" && known(probe) ? probe : "job",
  };
}

export function freshState(settings: Settings, set: WordSet): LabState {
  const [first] = set.analogies;
  const word = set.words.find((_, at) => set.group[at] === settings.groups[0]) ?? set.words[0] ?? "";
  return {
    v: 1,
    tab: settings.tabs[0] ?? "map",
    groups: [...settings.groups],
    word,
    near: [],
    a: first?.a ?? word,
    b: first?.b ?? word,
    c: first?.c ?? word,
    analogies: [],
    leans: [],
    even: false,
    why: null,
    reached: [],
    hints: 0,
  };
}

/** Makes any saved state fit; what does not is as it was at the beginning. */
export function resume(saved: unknown, settings: Settings, set: WordSet): LabState {
  const fresh = freshState(settings, set);
  const given = raw(saved);
  if (given["v"] !== 1) return fresh;
  const word = (value: unknown, otherwise: string) =>
    typeof value === "string" && set.words.includes(value) ? value : otherwise;
  const all = (one: unknown, ...keys: string[]) =>
    keys.every((key) => set.words.includes(String(raw(one)[key])));
  const groups = strings(given["groups"]).filter((key) => set.group.includes(key));
  return {
    ...fresh,
    tab: oneOf(given["tab"], settings.tabs, fresh.tab),
    groups: groups.length ? groups.slice(0, MOST_GROUPS) : fresh.groups,
    word: word(given["word"], fresh.word),
    near: list(given["near"])
      .filter((one) => all(one, "word", "guess", "came"))
      .slice(-MOST_KEPT) as NearGuess[],
    a: word(given["a"], fresh.a),
    b: word(given["b"], fresh.b),
    c: word(given["c"], fresh.c),
    analogies: list(given["analogies"])
      .filter((one) => all(one, "a", "b", "c", "guess", "came"))
      .slice(-MOST_KEPT) as AnalogyGuess[],
    leans: list(given["leans"])
      .filter((one) => all(one, "word") && finite(raw(one)["value"]))
      .map((one) => {
        const { word: name, guess, value, even } = raw(one);
        return {
          word: String(name),
          guess: oneOf(guess, SIDES, "level"),
          value: value as number,
          even: finite(even) ? even : null,
        };
      })
      .slice(-MOST_KEPT),
    even: given["even"] === true,
    why: typeof given["why"] === "string" ? given["why"] : null,
    reached: list(given["reached"]).filter((one): one is number => Number.isInteger(one)),
    hints: whole(given["hints"], 0, 0, 1e5),
  };
}

/** The last entry for the same question stands. */
export function keptLast<T>(all: T[], one: T, same: (other: T) => boolean): T[] {
  return [...all.filter((other) => !same(other)), one].slice(-MOST_KEPT);
}
