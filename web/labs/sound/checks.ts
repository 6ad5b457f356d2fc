// The goals of this lab, checked against what the pupil has done. Pure.
import type { Verdict } from "../goals";
import type { Goal } from "../host";
import { type Answer, count } from "./model";

/** Where the sounds of an exam are heard; each is made from the same sounds. */
export const PLACES = ["quiet", "light", "street", "loud", "hall"] as const;
export type Place = (typeof PLACES)[number];
export type Method = "nearest" | "head";

export const BANDS_OF_SCORE = ["most", "half", "few"] as const;
export type ScoreBand = (typeof BANDS_OF_SCORE)[number];

/** Nearly all from 85 %, more than half from 50 %. */
export function bandOf(right: number, all: number): ScoreBand {
  const share = all ? right / all : 0;
  return share >= 0.85 ? "most" : share >= 0.5 ? "half" : "few";
}

/** One exam: which run of learning was asked, where, what it answered and what was guessed before. */
export interface Test {
  run: number;
  method: Method;
  noisy: boolean;
  place: Place;
  answers: Answer[];
  guess: ScoreBand;
}

export interface Facts {
  spotted: number;
  tests: Test[];
  why: boolean;
}

type Check = (goal: Goal, facts: Facts) => Verdict;

const number = (value: unknown, otherwise: number): number => (typeof value === "number" ? value : otherwise);
const verdict = (done: boolean, far = "", detail: Record<string, unknown> = {}): Verdict => ({
  done,
  far,
  detail,
});
const share = (test: Test): number => {
  const { right, all } = count(test.answers);
  return all ? right / all : 0;
};
const inCounts = (test: Test | undefined): string => {
  if (!test) return "";
  const { right, all } = count(test.answers);
  return `${all} 个认对 ${right} 个`;
};
const best = (tests: Test[]): Test | undefined => [...tests].sort((a, b) => share(b) - share(a))[0];

const CHECKS: Record<string, Check> = {
  "pictures-guessed": (goal, { spotted }) => {
    const wanted = number(goal["count"], 3);
    return verdict(spotted >= wanted, spotted ? `猜对 ${spotted} 个，要 ${wanted} 个` : "", { spotted });
  },

  "test-accuracy-at-least": (goal, { tests }) => {
    const value = number(goal["value"], 0.9);
    const found = best(tests.filter(({ place }) => place === "quiet"));
    return verdict(found !== undefined && share(found) >= value, inCounts(found), {
      method: found?.method,
      score: inCounts(found),
    });
  },

  "forecast-right": (goal, { tests }) => {
    const wanted = number(goal["count"], 2);
    const right = tests.filter(
      ({ guess, answers }) => guess === bandOf(count(answers).right, answers.length),
    ).length;
    return verdict(right >= wanted, tests.length ? `猜中 ${right} 次，要 ${wanted} 次` : "", { right });
  },

  "broken-by-noise": (goal, { tests }) => {
    const [high, low] = [number(goal["quiet_at_least"], 0.9), number(goal["noisy_below"], 0.5)];
    const good = tests.filter((one) => one.place === "quiet" && share(one) >= high);
    const found = tests.find(
      (one) => one.place !== "quiet" && share(one) < low && good.some(({ run }) => run === one.run),
    );
    const far = good.length ? "安静时行，再换个地方考" : tests.length ? "先在安静的地方考好" : "";
    return verdict(found !== undefined, far, { place: found?.place, score: inCounts(found) });
  },

  mended: (goal, { tests }) => {
    const value = number(goal["value"], 0.8);
    const place = PLACES.find((one) => one === goal["place"]) ?? "street";
    const found = best(tests.filter((one) => one.place === place && one.noisy));
    return verdict(found !== undefined && share(found) >= value, inCounts(found), {
      place,
      method: found?.method,
      score: inCounts(found),
    });
  },

  "why-noise": (_goal, { why }) => verdict(why),

  "both-methods": (_goal, { tests }) => {
    const found = PLACES.find((place) =>
      (["nearest", "head"] as const).every((method) =>
        tests.some((one) => one.place === place && one.method === method),
      ),
    );
    return verdict(found !== undefined, tests.length ? "两种学法在同一个地方都考一次" : "", { place: found });
  },
};

/** One verdict per goal, in order; a goal this lab doesn't know never holds. */
export function check(goals: Goal[], facts: Facts): Verdict[] {
  return goals.map((goal) => CHECKS[goal.goal]?.(goal, facts) ?? verdict(false));
}

export const GOAL_TYPES = Object.keys(CHECKS);
