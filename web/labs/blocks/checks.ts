// The goals of this lab, checked against the runs the pupil has made. Pure.
import type { Verdict } from "../goals";
import type { Goal } from "../host";
import { isUsual, type Run } from "./state";
import { REACHES } from "./world";

export interface Facts {
  runs: Run[];
}

type Check = (goal: Goal, runs: Run[]) => Verdict;

const waiting: Verdict = { done: false, far: "", detail: {} };
const number = (value: unknown, otherwise: number): number => (typeof value === "number" ? value : otherwise);
const of = (runs: Run[], scene: unknown): Run[] =>
  runs.filter((run) => scene === undefined || run.scene === scene);
const tried = (run: Run): string => `${run.shape} ${run.place}`;

const CHECKS: Record<string, Check> = {
  arrives: (goal, runs) => {
    const here = of(runs, "robot").filter(
      ({ place }) => goal["floor"] === undefined || place === goal["floor"],
    );
    const there = here.find(({ ok }) => ok);
    return {
      done: there !== undefined,
      far: here.length && !there ? "还没有走到终点" : "",
      detail: { runs: here.length },
    };
  },

  "arrives-everywhere": (goal, runs) => {
    const wanted = number(goal["floors"], 3);
    const floors = new Map<string, Set<string>>();
    for (const run of of(runs, "robot").filter(({ ok }) => ok))
      floors.set(run.shape, (floors.get(run.shape) ?? new Set()).add(run.place));
    const most = Math.max(0, ...[...floors.values()].map(({ size }) => size));
    return {
      done: most >= wanted,
      far: most ? `同一个程序走通了 ${most} 种，要 ${wanted} 种` : "",
      detail: { most },
    };
  },

  reacts: (goal, runs) => {
    const sensor = String(goal["sensor"] ?? "light");
    const stage = of(runs, "stage");
    const done = stage.some(({ reacts }) => reacts.includes(sensor));
    const name = REACHES[sensor as keyof typeof REACHES]?.text ?? sensor;
    return { done, far: stage.length && !done ? `${name}变了，它还是一个样` : "", detail: { sensor } };
  },

  sorts: (goal, runs) => {
    const [share, count] = [number(goal["share"], 0.8), number(goal["count"], 6)];
    const belt = of(runs, "belt").filter(({ own }) => goal["own"] !== true || own);
    const best = belt.reduce<Run | null>((a, b) => (a === null || b.right > a.right ? b : a), null);
    const done = belt.some(({ right, all }) => all >= count && right >= share * all);
    const own = goal["own"] === true && !best ? "要用自己留下的模型" : "";
    return { done, far: best && !done ? `放了 ${best.all} 个，对 ${best.right} 个` : own, detail: { best } };
  },

  guessed: (goal, runs) => {
    const made = runs.filter(({ guess, came }) => guess !== "" && came !== "");
    const right = made.filter(({ guess, came }) => guess === came).length;
    const have = goal["right"] === true ? right : made.length;
    const far = made.length ? `猜过 ${made.length} 次，对 ${right} 次` : "先猜，再跑";
    return { done: have >= number(goal["count"], 1), far, detail: { made: made.length, right } };
  },

  broken: (goal, runs) => {
    const here = of(runs, goal["scene"]).filter(({ scene }) => scene !== "stage");
    const worked = new Set(here.filter(({ ok, around }) => ok && isUsual(around)).map(tried));
    const failed = here.find((run) => !run.ok && !isUsual(run.around) && worked.has(tried(run)));
    const far = worked.size ? "换了光线或干扰，它还是做成了" : "先在平常的样子里做成一次";
    return {
      done: failed !== undefined,
      far,
      detail: failed ? { around: failed.around, place: failed.place } : {},
    };
  },

  mended: (goal, runs) => {
    const here = of(runs, goal["scene"]).filter(({ scene }) => scene !== "stage");
    const surroundings = (run: Run) => `${run.scene} ${run.place} ${JSON.stringify(run.around)}`;
    const failed = new Set(here.filter(({ ok, around }) => !ok && !isUsual(around)).map(surroundings));
    const usual = new Set(here.filter(({ ok, around }) => ok && isUsual(around)).map(tried));
    const mended = here.find((run) => run.ok && failed.has(surroundings(run)) && usual.has(tried(run)));
    const far = failed.size ? "同一个程序，平常和出过错的样子里都要做成" : "先找到它做不成的样子";
    return { done: mended !== undefined, far, detail: mended ? { around: mended.around } : {} };
  },
};

/** One verdict per goal, in order; a goal this lab doesn't know never holds. */
export function check(goals: Goal[], { runs }: Facts): Verdict[] {
  return goals.map((goal) => CHECKS[goal.goal]?.(goal, runs) ?? waiting);
}

export const GOAL_TYPES = Object.keys(CHECKS);
