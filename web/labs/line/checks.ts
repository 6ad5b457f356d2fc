// The goals of this lab, checked against what the pupil has done. Pure.
import type { Verdict } from "../goals";
import type { Goal } from "../host";

/** Steps downhill from one start with one rate. */
export interface Walk {
  rate: number;
  steps: number;
  first: number;
  last: number;
}

export interface Facts {
  /** Loss of the best line there is. */
  least: number;
  /** The best line drawn by hand before the best one was seen. */
  hand: number | null;
  closed: boolean;
  guessed: number;
  walks: Walk[];
}

type Check = (goal: Goal, facts: Facts) => Verdict;

const number = (value: unknown, otherwise: number): number => (typeof value === "number" ? value : otherwise);
const verdict = (done: boolean, far = "", detail: Record<string, unknown> = {}): Verdict => ({
  done,
  far,
  detail,
});
const times = (value: number): string => String(Math.round(value * 100) / 100);

const CHECKS: Record<string, Check> = {
  "hand-near-best": (goal, { hand, least }) => {
    const within = number(goal["within"], 1.2);
    if (hand === null) return verdict(false);
    return verdict(hand <= within * least, "还能再靠近一点", { hand, least });
  },

  "steps-guessed": (goal, { guessed }) => {
    const wanted = number(goal["count"], 1);
    return verdict(guessed >= wanted, guessed ? `猜对 ${guessed} 次，要 ${wanted} 次` : "", { guessed });
  },

  "descent-arrives": (goal, { walks, least }) => {
    const [within, most] = [number(goal["within"], 1.05), number(goal["steps_at_most"], 200)];
    const found = walks.find(({ steps, last }) => steps > 0 && steps <= most && last <= within * least);
    if (found) return verdict(true, "", { ...found });
    const there = walks.find(({ last }) => last <= within * least);
    return verdict(
      false,
      there ? `走了 ${there.steps} 步，要 ${most} 步以内` : walks.length ? "还没走到谷底" : "",
    );
  },

  "rate-too-small": (goal, { walks, least }) => {
    const [wanted, over] = [number(goal["steps"], 20), number(goal["still_over"], 2)];
    const found = walks.find(
      ({ steps, first, last }) => steps >= wanted && last < first && last >= over * least,
    );
    return verdict(found !== undefined, "", { ...found });
  },

  "closed-compared": (goal, { walks, least, closed }) => {
    const within = number(goal["within"], 1.05);
    const arrived = walks.some(({ steps, last }) => steps > 0 && last <= within * least);
    const far = closed ? "再走到谷底" : arrived ? "再直接算出来" : "";
    return verdict(closed && arrived, far);
  },

  "blown-up": (goal, { walks }) => {
    const grown = number(goal["times"], 10);
    const found = walks.find(({ first, last }) => first > 0 && last >= grown * first);
    const most = Math.max(0, ...walks.map(({ first, last }) => last / (first || 1)));
    return verdict(found !== undefined, most > 1 ? `损失是开始的 ${times(most)} 倍，要 ${grown} 倍` : "", {
      ...found,
    });
  },
};

/** One verdict per goal, in order; a goal this lab doesn't know never holds. */
export function check(goals: Goal[], facts: Facts): Verdict[] {
  return goals.map((goal) => CHECKS[goal.goal]?.(goal, facts) ?? verdict(false));
}

export const GOAL_TYPES = Object.keys(CHECKS);
