// Agreement between labellers, faults of a table and their mending, a one-threshold machine and its errors by group. Pure.
import type { Column, Row } from "../datasets";

/** Share of equal labels. */
export const agreement = (a: readonly boolean[], b: readonly boolean[]): number =>
  a.length ? a.filter((one, i) => one === b[i]).length / a.length : 0;

/** Cohen's kappa: agreement beyond what would come by chance; null where chance alone would already agree. */
export function kappa(a: readonly boolean[], b: readonly boolean[]): number | null {
  if (!a.length) return null;
  const yes = (of: readonly boolean[]) => of.filter(Boolean).length / of.length;
  const chance = yes(a) * yes(b) + (1 - yes(a)) * (1 - yes(b));
  return chance > 1 - 1e-12 ? null : (agreement(a, b) - chance) / (1 - chance);
}

export const FAULTS = ["missing", "impossible", "unit", "twice"] as const;
export type FaultKind = (typeof FAULTS)[number];
export const MENDS = ["drop", "middle", "convert"] as const;
export type MendKind = (typeof MENDS)[number];

export interface Fault {
  no: number;
  /** Empty for a row written twice. */
  column: string;
  kind: FaultKind;
}

export interface Mend extends Fault {
  how: MendKind;
}

/** Smaller units in which a value is written by mistake: how many make one. */
export const SMALLER: Record<string, { name: string; of: number }> = {
  米: { name: "厘米", of: 100 },
  千米: { name: "米", of: 1000 },
  秒: { name: "毫秒", of: 1000 },
  千克: { name: "克", of: 1000 },
};

const fits = (value: number, { least, most }: Column): boolean => value >= least && value <= most;

export function faultOf(value: number | string | undefined, column: Column): FaultKind | null {
  if (column.kind !== "number") return null;
  const n = Number(value);
  if (Number.isNaN(n)) return "missing";
  if (fits(n, column)) return null;
  const smaller = SMALLER[column.unit];
  return smaller && n > column.most && fits(n / smaller.of, column) ? "unit" : "impossible";
}

/** Every fault of a table, row by row; of rows that are the same, the later ones are written twice. */
export function faults(rows: readonly Row[], columns: readonly Column[]): Fault[] {
  const seen = new Set<string>();
  const found: Fault[] = [];
  for (const row of rows) {
    for (const column of columns) {
      const kind = faultOf(row.values[column.key], column);
      if (kind) found.push({ no: row.no, column: column.key, kind });
    }
    const same = JSON.stringify([columns.map(({ key }) => String(row.values[key])), row.label]);
    if (seen.has(same)) found.push({ no: row.no, column: "", kind: "twice" });
    seen.add(same);
  }
  return found;
}

export function middle(values: readonly number[]): number {
  const sorted = values.filter(Number.isFinite).sort((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  if (!sorted.length) return Number.NaN;
  return sorted.length % 2
    ? (sorted[half] as number)
    : ((sorted[half - 1] as number) + (sorted[half] as number)) / 2;
}

export const mean = (values: readonly number[]): number => {
  const known = values.filter(Number.isFinite);
  return known.length ? known.reduce((a, b) => a + b, 0) / known.length : Number.NaN;
};

export const numbersOf = (rows: readonly Row[], key: string): number[] =>
  rows.map(({ values }) => Number(values[key]));

/** How a fault may be mended: a unit is known only where units were mixed, a row twice can only go. */
export const waysFor = (kind: FaultKind): MendKind[] =>
  kind === "twice" ? ["drop"] : kind === "unit" ? ["convert", "drop"] : ["drop", "middle"];

/** The table after mending; the middle is taken of values that make sense. */
export function mended(rows: readonly Row[], columns: readonly Column[], mends: readonly Mend[]): Row[] {
  const gone = new Set(mends.filter(({ how }) => how === "drop").map(({ no }) => no));
  return rows
    .filter(({ no }) => !gone.has(no))
    .map((row) => {
      const values = { ...row.values };
      for (const one of mends.filter(({ no, how }) => no === row.no && how !== "drop")) {
        const column = columns.find(({ key }) => key === one.column);
        if (!column) continue;
        const good = numbersOf(rows, column.key).filter((n) => faultOf(n, column) === null);
        values[column.key] =
          one.how === "middle"
            ? middle(good)
            : Number(row.values[column.key]) / (SMALLER[column.unit]?.of ?? 1);
      }
      return { ...row, values };
    });
}

/** Yes above the threshold. Of thresholds halfway between values, the lowest with the fewest mistakes; null when there is none. */
export function threshold(rows: readonly Row[], feature: string, yes: string): number | null {
  const known = rows
    .map(({ values, label }) => ({ x: Number(values[feature]), y: label === yes }))
    .filter(({ x }) => Number.isFinite(x));
  const places = [...new Set(known.map(({ x }) => x))].sort((a, b) => a - b);
  let best: { at: number; wrong: number } | null = null;
  for (let i = 1; i < places.length; i += 1) {
    const at = ((places[i - 1] as number) + (places[i] as number)) / 2;
    const wrong = known.filter(({ x, y }) => x > at !== y).length;
    if (!best || wrong < best.wrong) best = { at, wrong };
  }
  return best?.at ?? null;
}

/** Errors of one group: calls it missed, and talk it took for a call. */
export interface GroupErrors {
  group: string;
  at: number;
  missed: number;
  calls: number;
  wrongly: number;
  others: number;
}

export interface Audit {
  train: readonly Row[];
  test: readonly Row[];
  group: string;
  groups: readonly string[];
  feature: string;
  yes: string;
  /** A threshold for each group instead of one for all. */
  each: boolean;
}

export function audit(given: Audit): GroupErrors[] | null {
  const { train, test, group, feature, yes } = given;
  const all = threshold(train, feature, yes);
  const found: GroupErrors[] = [];
  for (const name of given.groups) {
    const of = (rows: readonly Row[]) => rows.filter(({ values }) => values[group] === name);
    const at = given.each ? (threshold(of(train), feature, yes) ?? all) : all;
    if (at === null) return null;
    const calls = of(test).filter(({ label }) => label === yes);
    const others = of(test).filter(({ label }) => label !== yes);
    const lit = (row: Row) => Number(row.values[feature]) > at;
    found.push({
      group: name,
      at,
      missed: calls.filter((row) => !lit(row)).length,
      calls: calls.length,
      wrongly: others.filter(lit).length,
      others: others.length,
    });
  }
  return found;
}

export const errorShare = ({ missed, wrongly, calls, others }: GroupErrors): number =>
  calls + others ? (missed + wrongly) / (calls + others) : 0;

/** The group with most errors; null when two are level. */
export function worst(errors: readonly GroupErrors[]): GroupErrors | null {
  const sorted = [...errors].sort((a, b) => errorShare(b) - errorShare(a));
  const [first, second] = sorted;
  return first && (!second || errorShare(first) > errorShare(second) + 1e-12) ? first : null;
}

export const gap = (errors: readonly GroupErrors[]): number => {
  const shares = errors.map(errorShare);
  return shares.length ? Math.max(...shares) - Math.min(...shares) : 0;
};

/** Counts of equal steps between the smallest and the largest value. */
export function steps(values: readonly number[], count: number): { from: number; to: number; n: number }[] {
  const known = values.filter(Number.isFinite);
  if (!known.length) return [];
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const wide = (high - low || 1) / count;
  const bins = Array.from({ length: count }, (_, i) => ({
    from: low + i * wide,
    to: low + (i + 1) * wide,
    n: 0,
  }));
  for (const one of known) {
    const bin = bins[Math.min(count - 1, Math.floor((one - low) / wide))];
    if (bin) bin.n += 1;
  }
  return bins;
}
