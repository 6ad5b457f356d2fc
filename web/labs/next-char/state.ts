// What is kept of a pupil's work in this lab, and how settings are read. Plain JSON, pure functions.
import type { ProseSet } from "../datasets";
import { finite, list, type Raw, raw, whole } from "../given";
import { type Level, readLevel } from "../level";
import type { Judged, Passage } from "./checks";

/** Signs looked back on and one more: one less is what a pupil reads. 0 is the small net. */
export const NS = [1, 2, 3, 4] as const;
export const TEMPERATURES = [0.1, 0.3, 0.5, 1, 1.5, 2, 3] as const;
export const MOST_START = 20;
export const MOST_TEXT = 400;
/** Signs of the prose, from its beginning, that the net learns; times it goes through them. */
export const NET_TEXT = 680;
export const NET_TIMES = 25;
const MOST_NOTES = 40;

export interface Settings {
  level: Level;
  prose: string;
  asks: ProseSet["asks"];
  start: string;
  n: number;
  temperature: number;
  net: boolean;
}

export interface LabState {
  v: 1;
  n: number;
  temperature: number;
  /** What stands there; the first `from` signs are the pupil's. */
  text: string;
  from: number;
  /** The chances of the next sign may be seen. */
  seen: boolean;
  /** Throws of the dice so far. */
  thrown: number;
  guesses: { right: boolean }[];
  passages: Passage[];
  judged: Judged[];
  /** What was asked, what came, and whether the pupil has judged it. */
  ask: { start: string; came: string; judged: boolean; looked: boolean } | null;
  /** Mean loss after each time the net went through its text; the net itself is learnt again the same. */
  losses: number[];
  reached: number[];
  hints: number;
}

const near = (value: unknown, all: readonly number[], otherwise: number): number =>
  all.find((one) => one === value) ?? otherwise;
export const tidyStart = (value: unknown): string =>
  typeof value === "string" ? [...value.replace(/\s+/g, "")].slice(0, MOST_START).join("") : "";

export function readSettings(given: Raw, set: ProseSet): Settings {
  const level = readLevel(given);
  return {
    level,
    prose: set.prose.replaceAll("\n", ""),
    asks: set.asks,
    start: tidyStart(given["start"]) || "小雨",
    n: near(whole(given["looks_back"], 1, 0, 3) + 1, NS, 2),
    temperature: near(given["temperature"], TEMPERATURES, 1),
    net: given["net"] !== false && level !== "primary",
  };
}

export function freshState(settings: Settings): LabState {
  return {
    v: 1,
    n: settings.n,
    temperature: settings.temperature,
    text: settings.start,
    from: [...settings.start].length,
    seen: false,
    thrown: 0,
    guesses: [],
    passages: [],
    judged: [],
    ask: null,
    losses: [],
    reached: [],
    hints: 0,
  };
}

const share = (value: unknown): number => (finite(value) ? Math.min(1, Math.max(0, value)) : 0);

function readAsk(value: unknown): LabState["ask"] {
  const given = raw(value);
  const start = tidyStart(given["start"]);
  const came = typeof given["came"] === "string" ? given["came"].slice(0, MOST_TEXT) : "";
  if (!start || !came) return null;
  return { start, came, judged: given["judged"] === true, looked: given["looked"] === true };
}

/** Makes any saved state fit; what does not is as it was at the beginning. */
export function resume(saved: unknown, settings: Settings): LabState {
  const start = freshState(settings);
  const given = raw(saved);
  if (given["v"] !== 1) return start;
  const written = typeof given["text"] === "string" ? [...given["text"]].slice(0, MOST_TEXT).join("") : "";
  const text = written || start.text;
  const notes = (key: string) => list(given[key]).map(raw).slice(-MOST_NOTES);
  return {
    ...start,
    n: near(given["n"], settings.net ? [0, ...NS] : NS, start.n),
    temperature: near(given["temperature"], TEMPERATURES, start.temperature),
    text,
    from: whole(given["from"], start.from, 0, [...text].length),
    seen: given["seen"] === true,
    thrown: whole(given["thrown"], 0, 0, 1e6),
    guesses: notes("guesses").map((one) => ({ right: one["right"] === true })),
    passages: notes("passages").map((one) => ({
      n: near(one["n"], [0, ...NS], 1),
      temperature: near(one["temperature"], TEMPERATURES, 1),
      long: whole(one["long"], 0, 0, MOST_TEXT),
      copied: share(one["copied"]),
      strange: share(one["strange"]),
    })),
    judged: notes("judged").map((one) => ({
      start: tidyStart(one["start"]),
      own: one["own"] === true,
      true: one["true"] === true,
      fluent: share(one["fluent"]),
      right: one["right"] === true,
    })),
    ask: readAsk(given["ask"]),
    losses: settings.net ? list(given["losses"]).filter(finite).slice(0, NET_TIMES) : [],
    reached: list(given["reached"]).filter((one): one is number => Number.isInteger(one)),
    hints: whole(given["hints"], 0, 0, 99),
  };
}

export function keep<T>(notes: T[], note: T): T[] {
  return [...notes, note].slice(-MOST_NOTES);
}
