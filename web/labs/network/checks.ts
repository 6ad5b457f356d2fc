// The goals of this lab, checked against the networks the pupil has trained. Pure.
import type { Verdict } from "../goals";
import type { Goal } from "../host";
import type { Activation, Feature } from "./model";

/** One network as it was set up, and how far it was trained. */
export interface Run {
  shape: string;
  features: Feature[];
  layers: number[];
  activation: Activation;
  rate: number;
  batch: number;
  noise: number;
  share: number;
  decay: number;
  seed: number;
  epochs: number;
  /** Losses now, and the smallest the test loss has been. */
  train: number;
  test: number;
  least: number;
  /** Share of the points told right, 0 to 1. */
  trainRight: number;
  testRight: number;
}

/** A guess made before training, and what came of it. */
export interface Foretold {
  shape: string;
  learns: boolean;
  came: boolean;
}

export interface Facts {
  runs: Run[];
  foretold: Foretold[];
}

type Check = (goal: Goal, facts: Facts) => Verdict;

const number = (value: unknown, otherwise: number): number => (typeof value === "number" ? value : otherwise);
const verdict = (done: boolean, far = "", detail: Record<string, unknown> = {}): Verdict => ({
  done,
  far,
  detail,
});
const percent = (value: number): string => `${Math.round(value * 100)}%`;
const fits = (goal: Goal, shape: string): boolean =>
  goal["shape"] === undefined || goal["shape"] === "" || goal["shape"] === shape;
export const neurons = ({ layers }: Pick<Run, "layers">): number => layers.reduce((sum, n) => sum + n, 0);
const plain = ({ features }: Run): boolean => features.every((one) => one === "x" || one === "y");

/** Training goes on getting better while the test gets worse. */
export const overfits = (run: Run, ratio: number): boolean =>
  run.epochs >= 30 && run.test >= ratio * run.least && run.test >= ratio * run.train;

const like = (one: Run, other: Run): boolean =>
  one.shape === other.shape && one.noise === other.noise && one.share === other.share;

const CHECKS: Record<string, Check> = {
  separates: (goal, { runs }) => {
    const [wanted, most] = [number(goal["test_at_least"], 0.9), number(goal["neurons_at_most"], 24)];
    const mine = runs.filter((run) => fits(goal, run.shape) && (goal["plain"] !== true || plain(run)));
    const small = mine.filter((run) => neurons(run) <= most);
    const found = small.find((run) => run.testRight >= wanted);
    if (found) return verdict(true, "", { ...found });
    if (mine.length && !small.length) return verdict(false, `神经元不超过 ${most} 个`);
    const best = Math.max(0, ...small.map(({ testRight }) => testRight));
    return verdict(false, small.length ? `没见过的认对 ${percent(best)}，要 ${percent(wanted)}` : "");
  },

  foretold: (goal, { foretold }) => {
    const wanted = number(goal["count"], 1);
    const mine = foretold.filter(
      ({ shape, learns, came }) =>
        fits(goal, shape) &&
        (goal["right"] !== true || learns === came) &&
        (goal["cannot"] !== true || (!learns && !came)),
    );
    const far = foretold.length ? `算数的 ${mine.length} 次，要 ${wanted} 次` : "";
    return verdict(mine.length >= wanted, far, { foretold });
  },

  "overfit-seen": (goal, { runs }) => {
    const found = runs.find((run) => overfits(run, number(goal["ratio"], 1.3)));
    return verdict(found !== undefined, "", { ...found });
  },

  "overfit-stopped": (goal, { runs }) => {
    const [ratio, better] = [number(goal["ratio"], 1.3), number(goal["better"], 1.2)];
    const bad = runs.filter((run) => overfits(run, ratio));
    const found = runs.find(
      (run) =>
        run.epochs >= 5 &&
        run.test <= 1.1 * run.least &&
        bad.some((other) => like(run, other) && run.test * better <= other.test),
    );
    const far = bad.length ? "同样的数据，再训练一个测试损失小的" : "先看到一次过拟合";
    return verdict(found !== undefined, far, { ...found });
  },

  compared: (goal, { runs }) => {
    const of = goal["of"] as keyof Run;
    const wanted = number(goal["count"], 2);
    const long = runs.filter(({ epochs }) => epochs >= 50);
    const most = Math.max(
      0,
      ...long.map(
        ({ shape }) =>
          new Set(long.filter((run) => run.shape === shape).map((run) => JSON.stringify(run[of]))).size,
      ),
    );
    return verdict(most >= wanted, most ? `比过 ${most} 种，要 ${wanted} 种，每种 50 轮以上` : "");
  },

  spoilt: (goal, { runs }) => {
    const [good, bad] = [number(goal["good"], 0.9), number(goal["bad"], 0.7)];
    const same = (one: Run, other: Run): boolean =>
      one.shape === other.shape && JSON.stringify(one.layers) === JSON.stringify(other.layers);
    const found = runs.find(
      (run) =>
        run.epochs >= 50 &&
        run.testRight <= bad &&
        runs.some((other) => same(run, other) && other.testRight >= good),
    );
    const far = runs.some(({ testRight }) => testRight >= good)
      ? "层和神经元不变，让它学不会"
      : "先让一个网络学会";
    return verdict(found !== undefined, far, { ...found });
  },
};

/** One verdict per goal, in order; a goal this lab doesn't know never holds. */
export function check(goals: Goal[], facts: Facts): Verdict[] {
  return goals.map((goal) => CHECKS[goal.goal]?.(goal, facts) ?? verdict(false));
}

export const GOAL_TYPES = Object.keys(CHECKS);
