// The goals of this studio, checked against what the pupil has done. Pure. No choice in a case is ever right or wrong.
import type { Verdict } from "../goals";
import type { Goal } from "../host";
import type { Maker } from "./writer";

export interface Guess {
  id: string;
  said: Maker;
  reason: string;
  maker: Maker;
}

export interface Decision {
  case: string;
  kind: "consent" | "dilemma";
  first: string;
  reason: string;
  /** The best reason found for the other side; empty before. */
  other: string;
  /** The choice after that; empty before. */
  last: string;
}

/** A sentence put before the telling program, with what the pupil said it would say. */
export interface Trial {
  text: string;
  maker: Maker;
  look: number;
  guess: Maker;
  came: Maker;
}

export interface Facts {
  guesses: Guess[];
  decisions: Decision[];
  trials: Trial[];
}

const number = (value: unknown, otherwise: number): number => (typeof value === "number" ? value : otherwise);
const verdict = (done: boolean, far = "", detail: Record<string, unknown> = {}): Verdict => ({
  done,
  far,
  detail,
});
const far = (n: number, wanted: number, unit: string): string =>
  n ? `${n} ${unit}，要 ${wanted} ${unit}` : "";
const ofKind = (goal: Goal, all: Decision[]): Decision[] =>
  all.filter(({ kind }) => typeof goal["kind"] !== "string" || goal["kind"] === kind);

const CHECKS: Record<string, (goal: Goal, facts: Facts) => Verdict> = {
  guessed: (goal, { guesses }) => {
    const wanted = number(goal["count"], 6);
    const n = guesses.filter(({ reason }) => reason).length;
    return verdict(n >= wanted, far(n, wanted, "个"), { n });
  },
  "hits-at-least": (goal, { guesses }) => {
    const [wanted, value] = [number(goal["count"], 6), number(goal["value"], 0.6)];
    const right = guesses.filter(({ said, maker }) => said === maker).length;
    const done = guesses.length >= wanted && right / guesses.length >= value;
    return verdict(done, guesses.length ? `猜了 ${guesses.length} 个，中了 ${right} 个` : "", { right });
  },
  "two-sides": (goal, { decisions }) => {
    const wanted = number(goal["count"], 1);
    const n = ofKind(goal, decisions).filter(({ reason, other }) => reason && other).length;
    return verdict(n >= wanted, far(n, wanted, "件事"), { n });
  },
  "mind-made-up": (goal, { decisions }) => {
    const wanted = number(goal["count"], 1);
    const made = ofKind(goal, decisions).filter(({ other, last }) => other && last);
    const changed = made.filter(({ first, last }) => first !== last).length;
    return verdict(made.length >= wanted, far(made.length, wanted, "件事"), { n: made.length, changed });
  },
  "forecast-right": (goal, { trials }) => {
    const wanted = number(goal["count"], 1);
    const n = trials.filter(({ guess, came }) => guess === came).length;
    return verdict(n >= wanted, far(n, wanted, "次"), { n });
  },
  fooled: (goal, { trials }) => {
    const [wanted, ways] = [number(goal["count"], 1), number(goal["ways"], 1)];
    const found = trials.filter(({ maker, came }) => maker !== came);
    const kinds = new Set(found.map(({ maker }) => maker)).size;
    const said = found.length ? `骗过 ${found.length} 次、${kinds} 种，要 ${wanted} 次、${ways} 种` : "";
    return verdict(found.length >= wanted && kinds >= ways, said, { count: found.length, ways: kinds });
  },
};

/** One verdict per goal, in order; a goal this lab doesn't know never holds. */
export function check(goals: Goal[], facts: Facts): Verdict[] {
  return goals.map((goal) => CHECKS[goal.goal]?.(goal, facts) ?? verdict(false));
}

export const GOAL_TYPES = Object.keys(CHECKS);
