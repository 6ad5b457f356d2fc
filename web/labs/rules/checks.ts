// The goals of this lab, checked against what the pupil's rules made of the cases. Pure.
import type { Verdict } from "../goals";
import type { Goal } from "../host";

/** All rules tried on all cases known so far. Keys of cases. */
export interface Trial {
  rules: number;
  right: string[];
  /** The right answer of some other case was drawn, or a wrong one. */
  wrong: string[];
  /** No rule led to an answer. */
  uncovered: string[];
  /** Rules argued for more than one answer. */
  disputed: string[];
}

export interface Facts {
  trials: Trial[];
  foretold: { right: boolean }[];
  /** Facts chosen that an answer rests on; `steps` rules lie between. */
  explained: { right: boolean; steps: number }[];
  /** New cases and own ones when they were first tried: what became of them. */
  fresh: { key: string; own: boolean; became: "right" | "wrong" | "uncovered" }[];
  /** Of the cases there from the start, how many. */
  given: number;
}

type Check = (goal: Goal, facts: Facts) => Verdict;

const number = (value: unknown, otherwise: number): number => (typeof value === "number" ? value : otherwise);
const verdict = (done: boolean, far = "", detail: Record<string, unknown> = {}): Verdict => ({
  done,
  far,
  detail,
});
const EMPTY = "先全部试一遍";

const CHECKS: Record<string, Check> = {
  solves: (goal, { trials }) => {
    const [wanted, most] = [number(goal["right"], 1), number(goal["rules_at_most"], 99)];
    const found = trials.find(({ right, rules }) => right.length >= wanted && rules <= most);
    const best = Math.max(0, ...trials.map(({ right }) => right.length));
    const far = best >= wanted ? `对得够多了，规则要 ${most} 条以下` : `最多对过 ${best} 个，要 ${wanted} 个`;
    return verdict(found !== undefined, trials.length ? far : EMPTY, {
      right: found?.right.length ?? best,
      rules: found?.rules ?? 0,
    });
  },

  mended: (_goal, { trials }) => {
    const found = trials.findIndex((later, at) =>
      trials
        .slice(0, at)
        .some(
          (earlier) =>
            earlier.disputed.some((key) => earlier.wrong.includes(key) && later.right.includes(key)) &&
            later.right.length > earlier.right.length,
        ),
    );
    const seen = trials.some(({ disputed, wrong }) => disputed.some((key) => wrong.includes(key)));
    const far = seen ? "有冲突的那个还没答对" : trials.length ? "还没有因为冲突答错的" : EMPTY;
    return verdict(found >= 0, far, { trials: trials.length });
  },

  explained: (goal, { explained }) => {
    const [wanted, steps] = [number(goal["count"], 1), number(goal["steps"], 1)];
    const right = explained.filter((one) => one.right && one.steps >= steps).length;
    const far = explained.some((one) => one.right && one.steps < steps)
      ? `要解释一个经过 ${steps} 条规则的结论`
      : explained.length
        ? `说对 ${right} 次，要 ${wanted} 次`
        : "让规则跑出一个结论，再选它靠的是哪些事实";
    return verdict(right >= wanted, far, { right, tries: explained.length });
  },

  foretold: (goal, { foretold }) => {
    const wanted = number(goal["count"], 1);
    const right = foretold.filter((one) => one.right).length;
    const far = foretold.length ? `猜对 ${right} 次，要 ${wanted} 次` : "";
    return verdict(right >= wanted, far, { right, guesses: foretold.length });
  },

  stumped: (goal, facts) => {
    const enough = facts.trials.some(({ right }) => right.length >= number(goal["after"], 3));
    const found = facts.fresh.find(({ became }) => became !== "right");
    const far = facts.fresh.length ? "这个新例子没有难倒它" : "来一个新的，或自己出一个";
    return verdict(
      enough && found !== undefined,
      enough ? far : `先让规则对 ${number(goal["after"], 3)} 个`,
      {
        ...found,
      },
    );
  },

  exception: (goal, { fresh, trials }) => {
    const named = fresh.filter(({ own, became }) => !own && became !== "right");
    const keep = number(goal["keep"], 3);
    const found = named.find(({ key }) =>
      trials.some(({ right }) => right.includes(key) && right.length > keep),
    );
    const far = named.length
      ? "加一条规则，让新的也对，原来对的还对，再全部试一遍"
      : "先找到一个难倒规则的新例子";
    return verdict(found !== undefined, far, { ...found });
  },
};

/** One verdict per goal, in order; a goal this lab doesn't know never holds. */
export function check(goals: Goal[], facts: Facts): Verdict[] {
  return goals.map((goal) => CHECKS[goal.goal]?.(goal, facts) ?? verdict(false));
}

export const GOAL_TYPES = Object.keys(CHECKS);
