// How likely each sign is to come next, counted from prose: n-grams with Witten–Bell back-off, temperature. Pure.

export const MOST_N = 4;

/** Counts of what follows: for each stretch of 0 to 3 signs, how often each sign came after it. */
export interface Counts {
  signs: string[];
  after: Map<string, Map<string, number>>;
}

export function count(prose: string): Counts {
  const all = [...prose];
  const after = new Map<string, Map<string, number>>();
  for (const [at, sign] of all.entries()) {
    for (let back = 0; back < MOST_N && back <= at; back += 1) {
      const before = all.slice(at - back, at).join("");
      const row = after.get(before) ?? new Map<string, number>();
      row.set(sign, (row.get(sign) ?? 0) + 1);
      after.set(before, row);
    }
  }
  return { signs: [...new Set(all)].sort(), after };
}

const total = (row: ReadonlyMap<string, number>): number => [...row.values()].reduce((a, b) => a + b, 0);

/**
 * Chances of every sign after `text`, in the order of `signs`; they add up to 1. Witten–Bell: with K kinds of sign seen
 * N times after a stretch, its counts weigh N / (N + K), the stretch one sign shorter K / (N + K); at last all signs alike.
 */
export function chances({ signs, after }: Counts, text: string, n: number): number[] {
  const all = [...text];
  let found = signs.map(() => 1 / signs.length);
  for (let back = 0; back < n && back <= all.length; back += 1) {
    const row = after.get(all.slice(all.length - back).join(""));
    if (!row) break; // nothing longer was seen either
    const [times, kinds] = [total(row), row.size];
    found = found.map((chance, i) => ((row.get(signs[i] as string) ?? 0) + kinds * chance) / (times + kinds));
  }
  return found;
}

/** How many signs back the counts really reach after `text`. */
export function reach({ after }: Counts, text: string, n: number): number {
  const all = [...text];
  let most = 0;
  for (let back = 1; back < n && back <= all.length; back += 1) {
    if (!after.has(all.slice(all.length - back).join(""))) break;
    most = back;
  }
  return most;
}

/** Chances to the power 1 / temperature, brought to 1 again: below 1 the likely gain, above 1 the unlikely. */
export function tempered(given: readonly number[], temperature: number): number[] {
  const most = Math.max(...given);
  const raised = given.map((chance) => (chance / most) ** (1 / temperature));
  const sum = raised.reduce((a, b) => a + b, 0);
  return raised.map((one) => one / sum);
}

/** The place a throw from 0 up to 1 falls on. */
export function drawn(given: readonly number[], thrown: number): number {
  let left = thrown;
  for (const [at, chance] of given.entries()) {
    left -= chance;
    if (left < 0) return at;
  }
  return given.length - 1;
}

export interface Candidate {
  sign: string;
  chance: number;
}

/** The likeliest first; equal ones in the order of signs. */
export function likeliest(signs: readonly string[], given: readonly number[], most: number): Candidate[] {
  return signs
    .map((sign, i) => ({ sign, chance: given[i] as number }))
    .sort((a, b) => b.chance - a.chance || (a.sign < b.sign ? -1 : 1))
    .slice(0, most);
}

/** Of the stretches of `long` signs in a text, the share that stands in the prose. */
export function known(text: string, prose: string, long: number): number {
  const all = [...text];
  const stretches = all.slice(long - 1).map((_, at) => all.slice(at, at + long).join(""));
  if (!stretches.length) return 0;
  return stretches.filter((one) => prose.includes(one)).length / stretches.length;
}

/** Sentences of the prose that hold any of the given words. */
export function looked(prose: string, words: string): string[] {
  return (prose.match(/[^。！？]+[。！？]”?/g) ?? []).filter((sentence) => sentence.includes(words));
}
