// The goals of this lab, checked against the searches the pupil ran on one maze. Pure.
import type { Verdict } from "../goals";
import type { Goal } from "../host";
import type { Method } from "./model";
import { METHOD_SHORT } from "./words";

export interface Run {
  method: Method;
  factor: number;
  opened: number;
  /** Steps of the path and what it costs; null when there is no way. */
  length: number | null;
  cost: number | null;
}

export interface Facts {
  /** Searches run to the end on the maze as it is now. */
  runs: Run[];
  /** Mazes for which a guess was made first and then looked at with every method, and how many guesses were right. */
  settled: number;
  right: number;
}

type Check = (goal: Goal, facts: Facts) => Verdict;

const waiting: Verdict = { done: false, far: "", detail: {} };
const number = (value: unknown, otherwise: number): number => (typeof value === "number" ? value : otherwise);
const text = (value: unknown): string => METHOD_SHORT[value as Method] ?? "";
const by = (runs: Run[], method: unknown): Run[] => runs.filter((run) => run.method === method);

/** A cheapest path the pupil has found: by A* with an estimate that is never too high. */
function cheapest(runs: Run[]): number | null {
  return by(runs, "astar").find(({ factor }) => factor <= 1)?.cost ?? null;
}

const CHECKS: Record<string, Check> = {
  "compare-methods": (goal, { runs }) => {
    const names = [...new Set(runs.filter(({ cost }) => cost !== null).map(({ method }) => method))];
    const wanted = number(goal["count"], 2);
    const far = names.length ? `试过 ${names.length} 种，要 ${wanted} 种` : "";
    return { done: names.length >= wanted, far, detail: { runs } };
  },

  predict: (goal, { settled, right }) => {
    const have = goal["right"] === true ? right : settled;
    const wanted = number(goal["count"], 1);
    const far = settled ? `看过结果 ${settled} 次，猜对 ${right} 次` : "先猜，再每种办法都走完";
    return { done: have >= wanted, far, detail: { settled, right } };
  },

  "fewer-opened": (goal, { runs }) => {
    const [mine] = by(runs, goal["method"]).sort((a, b) => a.opened - b.opened);
    const [other] = by(runs, goal["than"]);
    if (!mine || !other)
      return { ...waiting, far: `${text(goal["method"])} 和 ${text(goal["than"])} 都要走完` };
    if (mine.cost === null || other.cost === null) return { ...waiting, far: "现在没有路" };
    const fits = by(runs, goal["method"]).some(
      (run) => run.opened * number(goal["times"], 2) <= other.opened && (run.cost ?? 0) <= (other.cost ?? 0),
    );
    const dear = mine.cost > other.cost ? "，但路更贵" : "";
    return {
      done: fits,
      far: `打开 ${mine.opened} 格，另一种 ${other.opened} 格${dear}`,
      detail: { mine, other },
    };
  },

  "worse-path": (goal, { runs }) => {
    const least = cheapest(runs);
    const mine = by(runs, goal["method"])
      .filter(({ cost }) => cost !== null)
      .sort((a, b) => (b.cost ?? 0) - (a.cost ?? 0))[0];
    if (!mine) return { ...waiting, far: `用 ${text(goal["method"])} 走完一次` };
    if (least === null) return { ...waiting, far: "再用 A*（倍数不超过 1）找一条最省的来比" };
    const more = (mine.cost ?? 0) - least;
    const wanted = number(goal["more_by"], 1);
    return { done: more >= wanted, far: `多花 ${more}，要多花 ${wanted}`, detail: { mine, least } };
  },

  "no-way": (_goal, { runs }) => {
    const lost = runs.find(({ cost }) => cost === null);
    return { done: lost !== undefined, far: "", detail: lost ? { ...lost } : {} };
  },
};

/** One verdict per goal, in order; a goal this lab doesn't know never holds. */
export function check(goals: Goal[], facts: Facts): Verdict[] {
  return goals.map((goal) => CHECKS[goal.goal]?.(goal, facts) ?? waiting);
}

export const GOAL_TYPES = Object.keys(CHECKS);
