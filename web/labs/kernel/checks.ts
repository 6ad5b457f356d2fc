// The goals of this lab, checked against the kernels the pupil has sent over a whole picture. Pure.
import type { Verdict } from "../goals";
import type { Goal } from "../host";
import type { Answers, Padding, Pool } from "./model";

/** One layer that went over a whole picture, and what is to be said of it. */
export interface Run {
  picture: string;
  noise: number;
  /** Layers before this one. */
  depth: number;
  weights: number[];
  divisor: number;
  padding: Padding;
  stride: number;
  pool: Pool;
  /** No weights that came along with the lab. */
  own: boolean;
  answers: Answers;
  /** Largest less smallest value, of what went in and what came out. */
  spreadIn: number;
  spreadOut: number;
  /** Mean size of what came out, whichever its sign, and the largest. */
  strength: number;
  most: number;
  /** Width of the picture and of what came out, pooled. */
  from: number;
  to: number;
  /** Difference to the picture at the very beginning, as a share of what it was before this layer. */
  closer: number | null;
}

export interface Facts {
  runs: Run[];
  /** How far off guesses were. */
  guesses: number[];
}

type Check = (goal: Goal, facts: Facts) => Verdict;

const number = (value: unknown, otherwise: number): number => (typeof value === "number" ? value : otherwise);
const verdict = (done: boolean, far = "", detail: Record<string, unknown> = {}): Verdict => ({
  done,
  far,
  detail,
});
const EMPTY = "先让核走完整张图";

/** What a kernel answers to an edge beside what it answers to the other and to a plain wall. */
function picky({ answers }: Run, edges: "upright" | "level", times: number): boolean {
  const other = answers[edges === "upright" ? "level" : "upright"];
  return answers[edges] >= 100 && answers[edges] >= times * other && answers.flat < 1;
}

const CHECKS: Record<string, Check> = {
  foretold: (goal, { guesses }) => {
    const [wanted, within] = [number(goal["count"], 1), number(goal["within"], 10)];
    const right = guesses.filter((off) => off <= within).length;
    const far = guesses.length ? `猜对 ${right} 次，要 ${wanted} 次` : "";
    return verdict(right >= wanted, far, { right, guesses: guesses.length });
  },

  finds: (goal, { runs }) => {
    const edges = goal["edges"] === "level" ? "level" : "upright";
    const mine = runs.filter(({ own }) => goal["own"] !== true || own);
    const found = mine.find((run) => picky(run, edges, number(goal["times"], 4)));
    const far = runs.length ? (mine.length ? "还不够挑剔" : "核里的数要自己写") : EMPTY;
    return verdict(found !== undefined, far, { ...found });
  },

  unblurred: (goal, { runs }) => {
    const wanted = number(goal["closer"], 0.8);
    const after = runs.filter(({ depth, closer }) => depth > 0 && closer !== null);
    const found = after.find(({ closer }) => (closer as number) <= wanted);
    const least = Math.min(...after.map(({ closer }) => closer as number));
    const percent = (share: number) => `${Math.round(share * 100)}%`;
    const far = after.length
      ? `和原图的差是模糊时的 ${percent(least)}，要 ${percent(wanted)} 以下`
      : "先模糊，再拿结果卷一次；两次都要补边，大小才一样";
    return verdict(found !== undefined, far, { ...found });
  },

  shrunk: (goal, { runs }) => {
    const [share, still] = [number(goal["to"], 0.5), number(goal["still"], 200)];
    const small = runs.filter(({ from, to }) => to <= share * from);
    const found = small.find(({ most, answers }) => most >= still && answers.flat < 1);
    return verdict(
      found !== undefined,
      small.length ? "小了，边没有留下" : runs.length ? "还不够小" : EMPTY,
      {
        ...found,
      },
    );
  },

  "finds-nothing": (goal, { runs }) => {
    const most = number(goal["spread_at_most"], 5);
    const found = runs.find(
      ({ weights, spreadIn, spreadOut }) =>
        spreadIn >= 50 && spreadOut <= most && weights.some((weight) => Math.abs(weight) >= 1),
    );
    const least = Math.min(...runs.map(({ spreadOut }) => spreadOut));
    return verdict(found !== undefined, runs.length ? `结果最少还差 ${Math.round(least)}` : EMPTY, {
      ...found,
    });
  },

  "noise-fools": (goal, { runs }) => {
    const more = number(goal["more"], 40);
    const alike = (one: Run, other: Run) =>
      one.picture === other.picture &&
      one.depth === other.depth &&
      JSON.stringify(one.weights) === JSON.stringify(other.weights);
    const found = runs.find(
      (run) =>
        run.noise > 0 &&
        run.answers.flat < 1 &&
        runs.some((other) => !other.noise && alike(run, other) && run.strength >= other.strength + more),
    );
    return verdict(found !== undefined, runs.length ? "同一个找边的核，干净的和有噪声的各走完一次" : EMPTY, {
      ...found,
    });
  },
};

/** One verdict per goal, in order; a goal this lab doesn't know never holds. */
export function check(goals: Goal[], facts: Facts): Verdict[] {
  return goals.map((goal) => CHECKS[goal.goal]?.(goal, facts) ?? verdict(false));
}

export const GOAL_TYPES = Object.keys(CHECKS);
