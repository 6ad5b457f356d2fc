// The goals of this lab, checked against how the last run ended. Pure.
import type { Verdict } from "../goals";
import type { Goal } from "../host";
import type { LabState } from "./state";

type Facts = Pick<LabState, "last" | "tried" | "erred" | "mended">;
type Check = (goal: Goal, facts: Facts) => Verdict;

const number = (value: unknown, otherwise: number): number => (typeof value === "number" ? value : otherwise);
const missing = (far = ""): Verdict => ({ done: false, far, detail: {} });

const CHECKS: Record<string, Check> = {
  runs: (goal, { last }) => {
    if (last?.ending !== "clean") return missing();
    if (goal["changed"] === true && !last.changed) return missing("程序还和开头一样");
    return { done: true, far: "", detail: { ms: Math.round(last.ms) } };
  },

  check: (goal, { last }) => {
    if (!last) return missing();
    if (last.ending !== "clean") return missing("先让程序跑到尾");
    const found = last.checks[String(goal["check"])];
    return found?.ok ? { done: true, far: "", detail: { check: goal["check"] } } : missing(found?.hint ?? "");
  },

  drew: (goal, { last }) => {
    if (last?.ending !== "clean") return missing();
    const kind = goal["kind"] ?? "any";
    const drawn = last.drawings.filter((drawing) => kind === "any" || drawing.kind === kind).length;
    const wanted = number(goal["count"], 1);
    if (drawn >= wanted) return { done: true, far: "", detail: { drawn } };
    return missing(drawn ? `画了 ${drawn} 张，要 ${wanted} 张` : "");
  },

  tried: (goal, { tried }) => {
    const wanted = number(goal["count"], 2);
    const done = tried.length >= wanted;
    return {
      done,
      far: tried.length ? `试过 ${tried.length} 种，要 ${wanted} 种` : "",
      detail: { tried: tried.length },
    };
  },

  mended: (_, { erred, mended }) => ({
    done: mended,
    far: erred ? "遇到过报错了，改好再运行" : "",
    detail: {},
  }),
};

/** One verdict per goal, in order; a goal this lab doesn't know never holds. */
export function check(goals: Goal[], facts: Facts): Verdict[] {
  return goals.map((goal) => CHECKS[goal.goal]?.(goal, facts) ?? missing());
}

export const GOAL_TYPES = Object.keys(CHECKS);
