// The goals of this lab, checked against what the pupil has done. Pure.
import type { Verdict } from "../goals";
import type { Goal } from "../host";
import type { Count } from "./model";

export interface Test extends Count {
  k: number;
}

export interface Run {
  groups: number;
  rounds: number;
  spread: number;
}

export interface Facts {
  /** Points of each kind on the sheet now. */
  counts: number[];
  guesses: { right: number; contested: number; centres: number };
  /** Two values of k that gave different answers at one place. */
  flip: { few: number; many: number } | null;
  /** Tests of the points as they are now, one for each k. */
  tests: Test[];
  /** How the points differ from those of the data set. */
  added: number;
  taken: number;
  /** Runs of k-means that came to rest with the points as they are now. */
  runs: Run[];
}

type Check = (goal: Goal, facts: Facts) => Verdict;

const number = (value: unknown, otherwise: number): number => (typeof value === "number" ? value : otherwise);
const verdict = (done: boolean, far = "", detail: Record<string, unknown> = {}): Verdict => ({
  done,
  far,
  detail,
});
const counted = (have: number, wanted: number, unit: string): Verdict =>
  verdict(have >= wanted, have ? `已经 ${have} ${unit}，要 ${wanted} ${unit}` : "", { count: have });

const CHECKS: Record<string, Check> = {
  placed: (goal, { counts }) => {
    const wanted = number(goal["per_kind"], 1);
    const least = Math.min(...counts);
    return verdict(least >= wanted, `最少的一种有 ${least} 个，要 ${wanted} 个`, { counts });
  },

  "guess-right": (goal, { guesses }) =>
    counted(goal["contested"] === true ? guesses.contested : guesses.right, number(goal["count"], 1), "次"),

  "k-flips": (_, { flip }) => verdict(flip !== null, "", { ...flip }),

  "k-compared": (goal, { tests }) => counted(tests.length, number(goal["count"], 2), "种 k"),

  "test-accuracy-at-least": (goal, { tests }) => {
    const value = number(goal["value"], 1);
    const best = tests.reduce<Test | null>((a, b) => (a && a.right >= b.right ? a : b), null);
    if (!best) return verdict(false, "放好了就考一考");
    const needed = Math.ceil(value * best.all - 1e-9);
    return verdict(best.all > 0 && best.right >= needed, `认对 ${best.right} 个，要 ${needed} 个`, {
      ...best,
    });
  },

  "broken-by-few": (goal, { tests, added, taken }) => {
    const [most, low] = [number(goal["added_at_most"], 1), number(goal["test_at_most"], 0)];
    if (!added) return verdict(false);
    if (taken) return verdict(false, "原来的点要都在");
    if (added > most) return verdict(false, `加了 ${added} 个，只能加 ${most} 个`);
    const worst = tests.reduce<Test | null>((a, b) => (a && a.right <= b.right ? a : b), null);
    if (!worst) return verdict(false, "加好了就考一考");
    const allowed = Math.floor(low * worst.all + 1e-9);
    return verdict(worst.right <= allowed, `还认对 ${worst.right} 个，要降到 ${allowed} 个`, {
      ...worst,
      added,
    });
  },

  "centres-guessed": (goal, { guesses }) => counted(guesses.centres, number(goal["count"], 1), "次"),

  settled: (goal, { runs }) => {
    const wanted = number(goal["groups"], 0);
    const found = runs.find(({ groups }) => !wanted || groups === wanted);
    return verdict(found !== undefined, runs.length ? `要 ${wanted} 个中心` : "", { ...found });
  },

  "starts-matter": (goal, { runs }) => {
    const ratio = number(goal["ratio"], 1.2);
    for (const worse of runs)
      for (const better of runs)
        if (worse.groups === better.groups && worse.spread >= ratio * better.spread && worse.spread > 0)
          return verdict(true, "", { groups: worse.groups, better: better.spread, worse: worse.spread });
    return verdict(false, runs.length ? `走到底 ${runs.length} 次，结果还差不多` : "");
  },
};

/** One verdict per goal, in order; a goal this lab doesn't know never holds. */
export function check(goals: Goal[], facts: Facts): Verdict[] {
  return goals.map((goal) => CHECKS[goal.goal]?.(goal, facts) ?? verdict(false));
}

export const GOAL_TYPES = Object.keys(CHECKS);
