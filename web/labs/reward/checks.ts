// The goals of this lab, checked against how the pupil's robots learnt and walked. Pure.
import type { Verdict } from "../goals";
import type { Goal } from "../host";
import type { Rewards } from "./model";

/** What a robot does in the end: it arrives, it turns round and round for stars, or neither. */
export type Outcome = "arrives" | "circles" | "lost";

/** One robot that was taught and then asked to show its way. */
export interface Run {
  map: string;
  rewards: Rewards;
  discount: number;
  explore: number;
  rate: number;
  seed: number;
  episodes: number;
  outcome: Outcome;
  moves: number;
  total: number;
  stars: number;
  wet: number;
}

export interface Foretold {
  guess: Outcome;
  came: Outcome;
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
const SHOW = "先让它学，再看它怎么走";
/** Circling counts only after so many episodes: before that it is no more than being lost. */
const TAUGHT = 50;

export const hacks = (run: Run, stars: number): boolean =>
  run.outcome === "circles" && run.episodes >= TAUGHT && run.stars >= stars && run.rewards.goal > 0;

/** One way better than another: it arrives and the other does not, or it needs fewer moves. */
const better = (one: Run, other: Run): boolean =>
  one.outcome === "arrives" && (other.outcome !== "arrives" || one.moves < other.moves);

const alike = (one: Run, other: Run): boolean =>
  one.map === other.map && JSON.stringify(one.rewards) === JSON.stringify(other.rewards);

const CHECKS: Record<string, Check> = {
  arrives: (goal, { runs }) => {
    const [moves, episodes] = [number(goal["moves_at_most"], 100), number(goal["episodes_at_most"], 5000)];
    const there = runs.filter(({ outcome }) => outcome === "arrives");
    const dry = there.filter(({ wet }) => goal["dry"] !== true || wet === 0);
    const found = dry.find((run) => run.moves <= moves && run.episodes <= episodes);
    const least = Math.min(...dry.map((run) => run.moves));
    const far = dry.length
      ? least > moves
        ? `用了 ${least} 步，要 ${moves} 步以内`
        : `要在 ${episodes} 回以内学会`
      : there.length
        ? "到了，可是踩了水"
        : runs.length
          ? "还没走到终点"
          : SHOW;
    return verdict(found !== undefined, far, { ...found });
  },

  foretold: (goal, { foretold }) => {
    const wanted = number(goal["count"], 1);
    const mine = foretold.filter(({ guess, came }) => goal["right"] !== true || guess === came);
    const far = foretold.length ? `算数的 ${mine.length} 次，要 ${wanted} 次` : "";
    return verdict(mine.length >= wanted, far, { foretold });
  },

  "explore-compared": (goal, { runs }) => {
    const long = runs.filter(({ episodes }) => episodes >= TAUGHT);
    const none = long.filter(({ explore }) => explore === 0);
    const some = long.filter(({ explore }) => explore > 0);
    const found = some.find((run) =>
      none.some((other) => alike(run, other) && (goal["better"] !== true || better(run, other))),
    );
    const far =
      none.length && some.length
        ? "房间和奖励要一样，试新路的那个要更好"
        : long.length
          ? `再用${none.length ? "试新路的" : "不试新路的"}学 ${TAUGHT} 回，看它怎么走`
          : `各学 ${TAUGHT} 回以上，再看它怎么走`;
    return verdict(found !== undefined, far, { ...found });
  },

  hacked: (goal, { runs }) => {
    const stars = number(goal["stars_at_least"], 5);
    const found = runs.find((run) => hacks(run, stars));
    const near = runs.some(({ outcome }) => outcome === "circles");
    return verdict(found !== undefined, near ? `转是转了，要学 ${TAUGHT} 回以上` : "", { ...found });
  },

  mended: (goal, { runs }) => {
    const stars = number(goal["stars_at_least"], 5);
    const bad = runs.filter((run) => hacks(run, stars));
    const found = runs.find(
      (run) => run.outcome === "arrives" && bad.some(({ map }) => map === run.map) && run.rewards.star > 0,
    );
    const far = bad.length ? "星星不许拿走，也要有分，只改奖励，让它去终点" : "先让它钻一次空子";
    return verdict(found !== undefined, far, { ...found });
  },
};

/** One verdict per goal, in order; a goal this lab doesn't know never holds. */
export function check(goals: Goal[], facts: Facts): Verdict[] {
  return goals.map((goal) => CHECKS[goal.goal]?.(goal, facts) ?? verdict(false));
}

export const GOAL_TYPES = Object.keys(CHECKS);
