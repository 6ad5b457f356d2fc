// The goals of this lab, checked against what the pupil has done. Pure.
import type { Verdict } from "../goals";
import type { Goal } from "../host";
import { count } from "../image-classifier/model";
import { bandOf, type ScoreBand } from "../sound/checks";
import type { Answer, Pieces } from "./model";

/** How a sentence was meant to fool it; "none" when it wasn't. */
export const WAYS = ["not", "irony", "new", "plain"] as const;
export type Way = (typeof WAYS)[number] | "none";

export interface Test {
  run: number;
  amount: number;
  pieces: Pieces;
  answers: Answer[];
  guess: ScoreBand;
}

/** A sentence the pupil asked it about, having said first what it is. */
export interface Asked {
  text: string;
  truth: string;
  said: string;
  way: Way;
  /** Whether the word the pupil named first was the one that decided; null when there was none to name. */
  word: boolean | null;
}

export interface Facts {
  tests: Test[];
  asked: Asked[];
}

type Check = (goal: Goal, facts: Facts) => Verdict;

const number = (value: unknown, otherwise: number): number => (typeof value === "number" ? value : otherwise);
const verdict = (done: boolean, far = "", detail: Record<string, unknown> = {}): Verdict => ({
  done,
  far,
  detail,
});
const fooled = (asked: Asked[]): Asked[] =>
  asked.filter(({ truth, said, way }) => truth !== said && way !== "none");

const CHECKS: Record<string, Check> = {
  "test-accuracy-at-least": (goal, { tests }) => {
    const value = number(goal["value"], 0.7);
    const scores = tests.map(({ answers }) => count(answers));
    const best = scores.sort((a, b) => b.right / b.all - a.right / a.all)[0];
    const far = best ? `${best.all} 句认对 ${best.right} 句` : "";
    return verdict(best !== undefined && best.right / best.all >= value, far, { ...best });
  },

  "forecast-right": (goal, { tests }) => {
    const wanted = number(goal["count"], 1);
    const right = tests.filter(
      ({ guess, answers }) => guess === bandOf(count(answers).right, answers.length),
    ).length;
    return verdict(right >= wanted, tests.length ? `猜中 ${right} 次，要 ${wanted} 次` : "", { right });
  },

  "word-guessed": (goal, { asked }) => {
    const wanted = number(goal["count"], 2);
    const right = asked.filter(({ word }) => word === true).length;
    return verdict(right >= wanted, right ? `猜中 ${right} 句，要 ${wanted} 句` : "", { right });
  },

  "own-right": (goal, { asked }) => {
    const wanted = number(goal["count"], 3);
    const right = asked.filter(({ truth, said }) => truth === said).length;
    return verdict(right >= wanted, right ? `认对 ${right} 句，要 ${wanted} 句` : "", { right });
  },

  fooled: (goal, { asked }) => {
    const [wanted, ways] = [number(goal["count"], 1), number(goal["ways"], 1)];
    const found = fooled(asked);
    const kinds = new Set(found.map(({ way }) => way)).size;
    const far = found.length ? `骗过 ${found.length} 句、${kinds} 种办法，要 ${wanted} 句、${ways} 种` : "";
    return verdict(found.length >= wanted && kinds >= ways, far, { count: found.length, ways: kinds });
  },

  "amounts-compared": (goal, { tests }) => {
    const wanted = number(goal["count"], 2);
    const kinds = new Set(tests.map(({ amount }) => amount)).size;
    return verdict(kinds >= wanted, kinds ? `考过 ${kinds} 种多少，要 ${wanted} 种` : "", { kinds });
  },
};

/** One verdict per goal, in order; a goal this lab doesn't know never holds. */
export function check(goals: Goal[], facts: Facts): Verdict[] {
  return goals.map((goal) => CHECKS[goal.goal]?.(goal, facts) ?? verdict(false));
}

export const GOAL_TYPES = Object.keys(CHECKS);
