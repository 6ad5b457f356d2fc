// The goals of this lab, checked against what the pupil's trees do. Pure.
import type { Verdict } from "../goals";
import type { Goal } from "../host";
import type { Count } from "./model";

export interface TreeFacts {
  questions: number;
  depth: number;
  train: Count;
  /** null until this very tree was tested. */
  test: Count | null;
}

export interface Facts {
  hand: TreeFacts;
  algorithm: TreeFacts;
  /** Different rows the pupil led down to a pile. */
  traced: number;
  measure: string;
}

type Check = (goal: Goal, facts: Facts) => Verdict;

const number = (value: unknown, otherwise: number): number => (typeof value === "number" ? value : otherwise);
const atLeast = (count: Count, value: number): boolean =>
  count.all > 0 && count.right >= value * count.all - 1e-9;
const needed = (count: Count, value: number): number => Math.ceil(value * count.all - 1e-9);
const waiting: Verdict = { done: false, far: "", detail: {} };

/** The trees a goal may be reached with, those with a question in them only. */
function trees(goal: Goal, facts: Facts): { name: string; tree: TreeFacts }[] {
  const all = [
    { name: "hand", tree: facts.hand },
    { name: "algorithm", tree: facts.algorithm },
  ];
  const wanted = all.filter(
    ({ name }) => goal["tree"] === undefined || goal["tree"] === "either" || goal["tree"] === name,
  );
  return wanted.filter(({ tree }) => tree.questions > 0);
}

function holds(
  goal: Goal,
  facts: Facts,
  test: (tree: TreeFacts) => boolean,
  far: (tree: TreeFacts) => string,
): Verdict {
  const able = trees(goal, facts);
  const found = able.find(({ tree }) => test(tree));
  if (found) return { done: true, far: "", detail: { by: found.name, ...found.tree } };
  return { done: false, far: able.map(({ tree }) => far(tree)).filter(Boolean)[0] ?? "", detail: {} };
}

const CHECKS: Record<string, Check> = {
  "train-accuracy-at-least": (goal, facts) => {
    const value = number(goal["value"], 1);
    const far = ({ train }: TreeFacts) =>
      `分对 ${train.right} ${facts.measure}，要 ${needed(train, value)} ${facts.measure}`;
    return holds(goal, facts, ({ train }) => atLeast(train, value), far);
  },

  "test-accuracy-at-least": (goal, facts) => {
    const value = number(goal["value"], 1);
    const far = ({ test }: TreeFacts) =>
      test
        ? `分对 ${test.right} ${facts.measure}，要 ${needed(test, value)} ${facts.measure}`
        : "种好了就考一考";
    return holds(goal, facts, ({ test }) => test !== null && atLeast(test, value), far);
  },

  "questions-at-most": (goal, facts) => {
    const most = number(goal["value"], 1);
    const value = number(goal["with_train_at_least"], 0);
    const far = ({ questions, train }: TreeFacts) =>
      `问了 ${questions} 个，分对 ${train.right} ${facts.measure}，要 ${needed(train, value)} ${facts.measure}`;
    return holds(goal, facts, ({ questions, train }) => questions <= most && atLeast(train, value), far);
  },

  "depth-at-most": (goal, facts) => {
    const most = number(goal["value"], 1);
    const value = number(goal["with_test_at_least"], 0);
    const fits = ({ depth, test }: TreeFacts) =>
      depth <= most && (value <= 0 || (test !== null && atLeast(test, value)));
    const far = ({ depth, test }: TreeFacts) => {
      if (depth > most) return `现在 ${depth} 层`;
      return test
        ? `分对 ${test.right} ${facts.measure}，要 ${needed(test, value)} ${facts.measure}`
        : "种好了就考一考";
    };
    return holds(goal, facts, fits, far);
  },

  "trace-row": (goal, { traced, measure }) => {
    const wanted = number(goal["count"], 1);
    return { done: traced >= wanted, far: traced ? `走过 ${traced} ${measure}` : "", detail: { traced } };
  },

  "overfit-shown": (goal, facts) => {
    const high = number(goal["train_at_least"], 1);
    const low = number(goal["test_at_most"], 0);
    const fits = ({ train, test }: TreeFacts) =>
      atLeast(train, high) && test !== null && test.all > 0 && test.right <= low * test.all + 1e-9;
    const far = ({ train, test }: TreeFacts) =>
      test ? `练习分对 ${train.right}，考题分对 ${test.right}（共 ${test.all}）` : "种好了就考一考";
    return holds(goal, facts, fits, far);
  },

  "beat-hand-tree": (goal, { hand, algorithm }) => {
    if (hand.questions < number(goal["min_questions"], 1) || !hand.test || !algorithm.test) return waiting;
    const [mine, its] = [hand.test.right, algorithm.test.right];
    const done = its > mine || (its === mine && algorithm.questions < hand.questions);
    return { done, far: `自己的树分对 ${mine}，算法的树分对 ${its}`, detail: { hand, algorithm } };
  },
};

/** One verdict per goal, in order; a goal this lab doesn't know never holds. */
export function check(goals: Goal[], facts: Facts): Verdict[] {
  return goals.map((goal) => CHECKS[goal.goal]?.(goal, facts) ?? waiting);
}

export const GOAL_TYPES = Object.keys(CHECKS);
