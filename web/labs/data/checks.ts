// The goals of this lab, checked against what the pupil has done. Pure.
import type { Verdict } from "../goals";
import type { Goal } from "../host";
import { errorShare, type GroupErrors, gap } from "./model";

/** One round of labelling: each pair's agreement, lowest first. */
export interface Round {
  rule: string | null;
  share: number;
  kappa: number | null;
  right: boolean;
}

export interface Tried {
  errors: GroupErrors[];
  /** Guessed before: the group with most errors, right or not. */
  right: boolean;
}

export interface Facts {
  rounds: Round[];
  faults: number;
  left: number;
  misses: number;
  collected: number;
  plots: string[];
  tried: Tried[];
  /** After the counts the pupil named the group and the kind of error, and it was so. */
  named: boolean;
  meanGuess: boolean | null;
}

const number = (value: unknown, otherwise: number): number => (typeof value === "number" ? value : otherwise);
const verdict = (done: boolean, far = "", detail: Record<string, unknown> = {}): Verdict => ({
  done,
  far,
  detail,
});
const points = (share: number): number => Math.round(share * 100);

const CHECKS: Record<string, (goal: Goal, facts: Facts) => Verdict> = {
  "agreement-at-least": (goal, { rounds }) => {
    const byKappa = goal["by"] !== "share";
    const value = number(goal["value"], 0.6);
    const of = (one: Round) => (byKappa ? (one.kappa ?? -1) : one.share);
    const best = Math.max(-1, ...rounds.map(of));
    const said = byKappa
      ? `最不一致的两个人 κ 是 ${best.toFixed(2)}`
      : `最不一致的两个人一样的有 ${points(best)}%`;
    return verdict(best >= value, best > -1 ? said : "", { best: Math.round(best * 100) / 100 });
  },
  "rule-helped": (_goal, { rounds }) => {
    const before = rounds.find(({ rule }) => rule === null);
    const after = rounds.filter(({ rule }) => rule !== null);
    const done = before !== undefined && after.some(({ share }) => share > before.share + 1e-9);
    return verdict(done, after.length && !done ? "改了规则，还没有更一致" : "");
  },
  "all-cleaned": (goal, { faults, left, misses }) => {
    const most = number(goal["wrong_at_most"], 1e6);
    const far = left < faults ? `找出 ${faults - left} 处，还有 ${left} 处` : "";
    const over = left === 0 && misses > most ? `认错了 ${misses} 处，最多 ${most} 处` : far;
    return verdict(faults > 0 && left === 0 && misses <= most, over, { faults, misses });
  },
  "rows-collected": (goal, { collected }) => {
    const wanted = number(goal["count"], 3);
    return verdict(collected >= wanted, collected ? `登记了 ${collected} 行，要 ${wanted} 行` : "", {
      collected,
    });
  },
  plotted: (goal, { plots }) => {
    const wanted = number(goal["kinds"], 3);
    return verdict(plots.length >= wanted, plots.length ? `画过 ${plots.length} 种图，要 ${wanted} 种` : "");
  },
  "failed-group-found": (_goal, { named }) => verdict(named),
  "forecast-right": (goal, { rounds, tried, meanGuess }) => {
    const wanted = number(goal["count"], 1);
    const right = [...rounds, ...tried].filter((one) => one.right).length + (meanGuess ? 1 : 0);
    return verdict(right >= wanted, right ? `猜中 ${right} 次，要 ${wanted} 次` : "", { right });
  },
  "gap-at-most": (goal, { tried }) => {
    const most = number(goal["value"], 0.15);
    const least = Math.min(2, ...tried.map(({ errors }) => gap(errors)));
    return verdict(least <= most, least < 2 ? `差得最少的一次差 ${points(least)} 个百分点` : "", {
      gap: least,
    });
  },
  "group-broken": (goal, { tried }) => {
    const wanted = number(goal["value"], 0.3);
    const most = Math.max(0, ...tried.map(({ errors }) => harm(errors, goal["group"])));
    return verdict(most >= wanted, most > 0 ? `差 ${points(most)} 个百分点，要 ${points(wanted)} 个` : "", {
      most,
    });
  },
};

/** By how much a group fares worse than the one that fares best. */
function harm(errors: GroupErrors[], group: unknown): number {
  const least = Math.min(1, ...errors.map(errorShare));
  const one = errors.filter((each) => typeof group !== "string" || each.group === group);
  return Math.max(0, ...one.map(errorShare)) - least;
}

/** One verdict per goal, in order; a goal this lab doesn't know never holds. */
export function check(goals: Goal[], facts: Facts): Verdict[] {
  return goals.map((goal) => CHECKS[goal.goal]?.(goal, facts) ?? verdict(false));
}

export const GOAL_TYPES = Object.keys(CHECKS);
