// The goals of this lab: each looks at what the pupil has done and says whether it holds. Pure.
import type { Verdict } from "../goals";
import type { Goal } from "../host";
import { type Answer, type Count, count } from "./model";

/** What the checks may know. */
export interface Facts {
  perClass: { name: string; pictures: number }[];
  /** The last run, or null before the first. */
  run: { train: Count; answers: Answer[] | null } | null;
  /** Different pictures it got wrong that the pupil has opened. */
  errorsSeen: number;
  /** Whether the pair the pupil named is one confused most often; null when none was named. */
  confusedRight: boolean | null;
  /** Answers of the exam for pictures with a trait. */
  withTrait: (trait: string) => Answer[];
}

type Check = (goal: Goal, facts: Facts) => Verdict;

const number = (value: unknown, otherwise: number): number => (typeof value === "number" ? value : otherwise);
const reachedShare = (counted: Count, value: number): boolean =>
  counted.all > 0 && counted.right >= value * counted.all - 1e-9;
const needed = (all: number, value: number): number => Math.ceil(value * all - 1e-9);
const waiting: Verdict = { done: false, far: "", detail: {} };

const CHECKS: Record<string, Check> = {
  "examples-per-class": (goal, { perClass }) => {
    const min = number(goal["min"], 1);
    const least = perClass.reduce(
      (a, b) => (b.pictures < a.pictures ? b : a),
      perClass[0] ?? { name: "", pictures: 0 },
    );
    const done = perClass.length > 0 && least.pictures >= min;
    const far = done ? "" : `${least.name}有 ${least.pictures} 张，还差 ${min - least.pictures} 张`;
    return { done, far, detail: { min, least: least.pictures } };
  },

  "test-accuracy-at-least": (goal, { run }) => examReaches(run, number(goal["value"], 1)),

  "test-accuracy-below": (goal, { run }) => {
    if (!run?.answers) return waiting;
    const value = number(goal["value"], 1);
    const train = run.train;
    const test = count(run.answers);
    const learnt = reachedShare(train, number(goal["with_train_at_least"], 1));
    const done = learnt && test.all > 0 && test.right < value * test.all - 1e-9;
    const far = `学过的 ${train.all} 张认对 ${train.right} 张，没见过的 ${test.all} 张认对 ${test.right} 张`;
    return { done, far, detail: { train, test } };
  },

  "find-errors": (goal, { errorsSeen }) => {
    const wanted = number(goal["count"], 1);
    return {
      done: errorsSeen >= wanted,
      far: errorsSeen ? `看过 ${errorsSeen} 张` : "",
      detail: { errorsSeen },
    };
  },

  "name-most-confused": (_goal, { confusedRight }) => ({
    done: confusedRight === true,
    far: confusedRight === false ? "再看一眼表" : "",
    detail: {},
  }),

  "group-accuracy-at-least": (goal, { run, withTrait }) => {
    if (!run?.answers) return waiting;
    const answers = withTrait(String(goal["trait"]));
    return examReaches({ answers }, number(goal["value"], 1));
  },
};

function examReaches(run: { answers: Answer[] | null } | null, value: number): Verdict {
  if (!run?.answers) return waiting;
  const test = count(run.answers);
  const far = `认对 ${test.right} 张，要 ${needed(test.all, value)} 张`;
  return { done: reachedShare(test, value), far, detail: { right: test.right, all: test.all } };
}

/** One verdict per goal, in order; a goal this lab doesn't know never holds. */
export function check(goals: Goal[], facts: Facts): Verdict[] {
  return goals.map((goal) => CHECKS[goal.goal]?.(goal, facts) ?? waiting);
}

export const GOAL_TYPES = Object.keys(CHECKS);
