// A small program that writes sentences, one character after another, from counts; and one that claims to tell. Pure.
import { dice } from "../dice";

/** How many characters it looks back: 0 draws by how common each is, 3 nearly copies. */
export const LOOKS = [0, 1, 2, 3] as const;
export type Look = (typeof LOOKS)[number];
const [START, END] = ["^", "$"];
const LONGEST = 24;

/** What followed each stretch of characters, and how often, in the order it was first seen. */
export type Counts = Map<string, Map<string, number>>;

export function learn(sentences: readonly string[], look: Look): Counts {
  const counts: Counts = new Map();
  for (const sentence of sentences) {
    const all = [...START.repeat(look), ...Array.from(sentence), END];
    for (let i = look; i < all.length; i += 1) {
      const before = all.slice(i - look, i).join("");
      const next = counts.get(before) ?? new Map<string, number>();
      next.set(all[i] as string, (next.get(all[i] as string) ?? 0) + 1);
      counts.set(before, next);
    }
  }
  return counts;
}

/** One sentence; the same seed writes the same. */
export function write(counts: Counts, look: Look, seed: number): string {
  const roll = dice(seed);
  const all = Array.from(START.repeat(look));
  while (all.length < LONGEST + look) {
    const next = counts.get(look ? all.slice(-look).join("") : "") ?? new Map([[END, 1]]);
    let left = roll() * [...next.values()].reduce((a, b) => a + b, 0);
    let drawn: string = END;
    for (const [one, n] of next) {
      left -= n;
      if (left < 0) {
        drawn = one;
        break;
      }
    }
    if (drawn === END) break;
    all.push(drawn);
  }
  return all.slice(look).join("");
}

export function pairsOf(text: string): string[] {
  const all = Array.from(text);
  return all.slice(1).map((one, i) => `${all[i]}${one}`);
}

export const knownPairs = (sentences: readonly string[]): Set<string> => new Set(sentences.flatMap(pairsOf));

/** Share of neighbouring characters that stand so in the sentences it knows. */
export function familiar(text: string, known: ReadonlySet<string>): number {
  const all = pairsOf(text);
  return all.length ? all.filter((one) => known.has(one)).length / all.length : 0;
}

/** The telling program: whatever runs too smoothly was written by a machine. It is wrong both ways, and that is shown. */
export const SMOOTH = 0.7;
export const tells = (text: string, known: ReadonlySet<string>): Maker =>
  familiar(text, known) >= SMOOTH ? "machine" : "human";

export type Maker = "human" | "machine";
