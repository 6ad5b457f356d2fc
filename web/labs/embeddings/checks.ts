// The goals of this lab, checked against what the pupil has done. Pure.
import type { Verdict } from "../goals";
import type { Goal } from "../host";
import { type Side, sideOf } from "./model";

/** What the pupil thought was nearest, before seeing. */
export interface NearGuess {
  word: string;
  guess: string;
  came: string;
}

/** What the pupil said an analogy should give, before seeing. */
export interface AnalogyGuess {
  a: string;
  b: string;
  c: string;
  guess: string;
  came: string;
}

export interface LeanGuess {
  word: string;
  guess: Side;
  /** Lean in the sentences as written, and in the evened ones once those were looked at. */
  value: number;
  even: number | null;
}

export interface Facts {
  near: NearGuess[];
  analogies: AnalogyGuess[];
  leans: LeanGuess[];
  why: boolean;
}

type Check = (goal: Goal, facts: Facts) => Verdict;

const number = (value: unknown, otherwise: number): number => (typeof value === "number" ? value : otherwise);
const verdict = (done: boolean, far = "", detail: Record<string, unknown> = {}): Verdict => ({
  done,
  far,
  detail,
});
const counted = (n: number, wanted: number, unit: string): Verdict =>
  verdict(n >= wanted, n ? `${n} ${unit}，要 ${wanted} ${unit}` : "", { count: n });

const CHECKS: Record<string, Check> = {
  "neighbours-guessed": (goal, { near }) =>
    counted(near.filter(({ guess, came }) => guess === came).length, number(goal["count"], 2), "个"),

  "analogies-found": (goal, { analogies }) =>
    counted(analogies.filter(({ guess, came }) => guess === came).length, number(goal["count"], 2), "个"),

  "analogy-broken": (goal, { analogies }) =>
    counted(analogies.filter(({ guess, came }) => guess !== came).length, number(goal["count"], 1), "个"),

  "leans-guessed": (goal, { leans }) =>
    counted(
      leans.filter(({ guess, value }) => guess === sideOf(value)).length,
      number(goal["count"], 3),
      "个",
    ),

  "bias-mended": (goal, { leans }) => {
    const mended = leans.filter(
      ({ value, even }) => sideOf(value) !== "level" && even !== null && sideOf(even) === "level",
    );
    return counted(mended.length, number(goal["count"], 2), "个");
  },

  "bias-explained": (_goal, { why }) => verdict(why),
};

/** One verdict per goal, in order; a goal this lab doesn't know never holds. */
export function check(goals: Goal[], facts: Facts): Verdict[] {
  return goals.map((goal) => CHECKS[goal.goal]?.(goal, facts) ?? verdict(false));
}

export const GOAL_TYPES = Object.keys(CHECKS);
