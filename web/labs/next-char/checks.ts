// The goals of this lab, checked against what the pupil's models wrote and what the pupil said of it. Pure.
import type { Verdict } from "../goals";
import type { Goal } from "../host";

/** One stretch written by a model, with how near to the prose it keeps. */
export interface Passage {
  /** Signs looked back on and one more; 0 is the small net. */
  n: number;
  temperature: number;
  /** Signs written. */
  long: number;
  /** Of all stretches of six signs, the share that stands in the prose; of all pairs, the share that does not. */
  copied: number;
  strange: number;
}

/** One sentence written to what was asked, and what the pupil held of it before being told. */
export interface Judged {
  start: string;
  own: boolean;
  /** Stands so in the prose. */
  true: boolean;
  /** Share of its pairs that stand in the prose. */
  fluent: number;
  right: boolean;
}

export interface Facts {
  guesses: { right: boolean }[];
  passages: Passage[];
  judged: Judged[];
  /** Mean loss of the net after each time through; empty before it learns. */
  losses: number[];
}

type Check = (goal: Goal, facts: Facts) => Verdict;

const number = (value: unknown, otherwise: number): number => (typeof value === "number" ? value : otherwise);
const verdict = (done: boolean, far = "", detail: Record<string, unknown> = {}): Verdict => ({
  done,
  far,
  detail,
});
const percent = (share: number): string => `${Math.round(share * 100)}%`;
const EMPTY = "先写一段";

/** Shorter ones say little. */
export const LEAST_LONG = 30;

const copies = ({ long, copied }: Passage, share: number) => long >= LEAST_LONG && copied >= share;
const breaks = ({ long, strange }: Passage, share: number) => long >= LEAST_LONG && strange >= share;

const CHECKS: Record<string, Check> = {
  foretold: (goal, { guesses }) => {
    const wanted = number(goal["count"], 1);
    const right = guesses.filter((one) => one.right).length;
    const far = guesses.length ? `猜对 ${right} 次，要 ${wanted} 次` : "";
    return verdict(right >= wanted, far, { right, guesses: guesses.length });
  },

  "both-ends": (goal, { passages }) => {
    const [copied, strange] = [number(goal["copied"], 0.8), number(goal["strange"], 0.3)];
    const found = passages.find(
      (one) =>
        copies(one, copied) &&
        passages.some(
          (other) => breaks(other, strange) && other.n === one.n && other.temperature > one.temperature,
        ),
    );
    const most = Math.max(0, ...passages.map((one) => one.copied));
    const worst = Math.max(0, ...passages.map((one) => one.strange));
    const far = `照抄最多 ${percent(most)}（要 ${percent(copied)}），没见过的接法最多 ${percent(worst)}（要 ${percent(strange)}），同样看几个字`;
    return verdict(found !== undefined, passages.length ? far : EMPTY, { n: found?.n ?? null, most, worst });
  },

  caught: (goal, { judged }) => {
    const wanted = number(goal["count"], 1);
    const found = judged.filter(
      (one) => one.right && !one.true && one.fluent >= number(goal["fluent"], 0.9),
    ).length;
    const far = judged.length ? `抓到 ${found} 句，要 ${wanted} 句` : "问它一个故事里没有的";
    return verdict(found >= wanted, far, { found, judged: judged.length });
  },

  "net-learnt": (goal, { losses }) => {
    const wanted = number(goal["loss"], 1);
    const now = losses.at(-1);
    const far = now === undefined ? "先让小网络学" : `现在的损失 ${now.toFixed(2)}，要 ${wanted} 以下`;
    return verdict(now !== undefined && now <= wanted, far, { times: losses.length, loss: now ?? null });
  },

  babbles: (goal, { passages }) => {
    const [least, strange] = [number(goal["looks_back"], 1), number(goal["strange"], 0.5)];
    const far = [...passages].filter(({ n }) => n === 0 || n > least);
    const found = far.find((one) => breaks(one, strange));
    const worst = Math.max(0, ...far.map((one) => one.strange));
    return verdict(
      found !== undefined,
      far.length ? `没见过的接法最多 ${percent(worst)}，要 ${percent(strange)}` : EMPTY,
      { ...found },
    );
  },
};

/** One verdict per goal, in order; a goal this lab doesn't know never holds. */
export function check(goals: Goal[], facts: Facts): Verdict[] {
  return goals.map((goal) => CHECKS[goal.goal]?.(goal, facts) ?? verdict(false));
}

export const GOAL_TYPES = Object.keys(CHECKS);
