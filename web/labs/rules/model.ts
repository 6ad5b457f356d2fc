// Forward chaining over if–then rules: what follows from the facts of one case, which rule fires when, and why. Pure.

export interface Rule {
  id: number;
  /** Facts and middle conclusions that must all be known. */
  if: string[];
  /** A middle conclusion or a last one. */
  so: string;
  priority: number;
}

export const STRATEGIES = ["first", "specific", "priority"] as const;
/** Which of several last conclusions is drawn: the rule written first, the one asking most, the one ranked highest. */
export type Strategy = (typeof STRATEGIES)[number];

/** One rule fired. `ready`: all that could have, in their order; `chosen` is one of them. */
export interface Firing {
  ready: number[];
  chosen: number;
  adds: string;
}

export interface Course {
  firings: Firing[];
  /** The last conclusion; null when no rule leads to one. */
  answer: string | null;
  /** Last conclusions that rules argue for; more than one is a contradiction. */
  argued: string[];
}

function before(a: Rule, b: Rule, strategy: Strategy, rules: readonly Rule[]): number {
  const order = rules.indexOf(a) - rules.indexOf(b);
  if (strategy === "specific") return b.if.length - a.if.length || order;
  if (strategy === "priority") return b.priority - a.priority || order;
  return order;
}

/**
 * Middle conclusions are drawn first, one firing at a time, until none is new; then one last conclusion. A rule is
 * ready when all it asks for is known and what it concludes is not. At most one firing per middle conclusion and one more.
 */
export function chain(
  rules: readonly Rule[],
  facts: readonly string[],
  last: ReadonlySet<string>,
  strategy: Strategy,
): Course {
  const known = new Set(facts);
  const firings: Firing[] = [];
  const holds = (rule: Rule) => rule.if.every((key) => known.has(key));
  const sorted = (some: Rule[]) => [...some].sort((a, b) => before(a, b, strategy, rules));
  const fire = (ready: Rule[]): Rule => {
    const chosen = sorted(ready)[0] as Rule;
    firings.push({ ready: ready.map(({ id }) => id), chosen: chosen.id, adds: chosen.so });
    known.add(chosen.so);
    return chosen;
  };
  for (;;) {
    const ready = rules.filter((rule) => !last.has(rule.so) && !known.has(rule.so) && holds(rule));
    if (!ready.length) break;
    fire(ready);
  }
  const ready = rules.filter((rule) => last.has(rule.so) && holds(rule));
  const argued = [...new Set(ready.map(({ so }) => so))];
  return { firings, answer: ready.length ? fire(ready).so : null, argued };
}

/** A conclusion with the rule it came by and what that rule rests on; a fact has no rule. */
export interface Reason {
  key: string;
  rule: number | null;
  from: Reason[];
}

/** Why: the chain from a conclusion down to facts. */
export function reasonOf(key: string, firings: readonly Firing[], rules: readonly Rule[]): Reason {
  const firing = firings.find(({ adds }) => adds === key);
  const rule = firing && rules.find(({ id }) => id === firing.chosen);
  if (!rule) return { key, rule: null, from: [] };
  const earlier = firings.slice(0, firings.indexOf(firing as Firing));
  return { key, rule: rule.id, from: rule.if.map((one) => reasonOf(one, earlier, rules)) };
}

/** The facts a conclusion rests on, each once. */
export function restsOn(reason: Reason): string[] {
  if (reason.rule === null) return [reason.key];
  return [...new Set(reason.from.flatMap(restsOn))];
}

/** How many rules lie one after the other between the facts and the conclusion. */
export const depthOf = (reason: Reason): number =>
  reason.rule === null ? 0 : 1 + Math.max(0, ...reason.from.map(depthOf));

export const sameRule = (a: { if: string[]; so: string }, b: { if: string[]; so: string }): boolean =>
  a.so === b.so && a.if.length === b.if.length && a.if.every((key) => b.if.includes(key));
