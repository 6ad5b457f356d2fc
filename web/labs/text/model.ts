// Naive Bayes over the words of a sentence (multinomial, one added to every count), and what each word adds. Pure.
import type { Sentence } from "../datasets";
import { softmax } from "../models";

/** How a sentence falls into pieces: known words, longest first, or every two neighbouring characters. */
export type Pieces = "words" | "pairs";

export interface Bayes {
  pieces: Pieces;
  labels: string[];
  /** What it has learnt; `places` finds a piece in it. */
  words: string[];
  places: Map<string, number>;
  longest: number;
  /** How often each piece stood in sentences of each label: [label][word]. */
  counts: number[][];
  priors: number[];
  likelihoods: number[][];
}

export interface Cut {
  text: string;
  /** Place in the words it knows; -1 for what it never learnt. */
  at: number;
}

const SKIPPED = /[\s，。！？、；：,.!?;:…“”"'（）()《》—~-]/;

export const plain = (said: string): string =>
  Array.from(said)
    .filter((one) => !SKIPPED.test(one))
    .join("");

export function pairs(said: string): string[] {
  const all = Array.from(plain(said));
  return all.slice(1).map((one, i) => `${all[i]}${one}`);
}

export function learn(sentences: readonly Sentence[], labels: string[], pieces: Pieces): Bayes {
  const piecesOf = (one: Sentence) => (pieces === "words" ? one.words : pairs(one.text));
  const words = [...new Set(sentences.flatMap(piecesOf))];
  const places = new Map(words.map((word, at) => [word, at]));
  const counts = labels.map(() => words.map(() => 0));
  for (const one of sentences) {
    const row = counts[labels.indexOf(one.label)];
    for (const piece of piecesOf(one)) {
      const at = places.get(piece);
      if (row && at !== undefined) row[at] = (row[at] as number) + 1;
    }
  }
  const likelihoods = counts.map((row) => {
    const all = row.reduce((a, b) => a + b, 0) + words.length;
    return row.map((n) => Math.log((n + 1) / all));
  });
  const priors = labels.map((label) =>
    Math.log(sentences.filter((one) => one.label === label).length / (sentences.length || 1)),
  );
  const longest = Math.max(1, ...words.map((word) => word.length));
  return { pieces, labels, words, places, longest, counts, priors, likelihoods };
}

/** A sentence in pieces, known and unknown; unknown characters that stand together are one piece. */
export function cut(machine: Bayes, said: string): Cut[] {
  const whole = plain(said);
  if (machine.pieces === "pairs")
    return pairs(whole).map((text) => ({ text, at: machine.places.get(text) ?? -1 }));
  const found: Cut[] = [];
  for (let i = 0; i < whole.length; ) {
    let piece: Cut | null = null;
    for (let size = Math.min(machine.longest, whole.length - i); size > 0 && !piece; size -= 1) {
      const at = machine.places.get(whole.slice(i, i + size));
      if (at !== undefined) piece = { text: whole.slice(i, i + size), at };
    }
    const last = found[found.length - 1];
    if (piece) found.push(piece);
    else if (last && last.at < 0) last.text += whole[i];
    else found.push({ text: whole[i] as string, at: -1 });
    i += piece ? piece.text.length : 1;
  }
  return found;
}

export interface Told {
  /** Place in the labels. */
  said: number;
  second: number;
  shares: number[];
  cuts: Cut[];
  /** How much more each known piece speaks for the answer than for the second: differences of logarithms. */
  parts: { text: string; push: number; times: number }[];
}

export function tell(machine: Bayes, text: string): Told {
  const cuts = cut(machine, text);
  const scores = machine.priors.map((prior, label) =>
    cuts.reduce((sum, { at }) => (at < 0 ? sum : sum + (machine.likelihoods[label]?.[at] ?? 0)), prior),
  );
  const order = scores
    .map((_, i) => i)
    .sort((a, b) => (scores[b] as number) - (scores[a] as number) || a - b);
  const [said = 0, second = 0] = order;
  const times = new Map<number, number>();
  for (const { at } of cuts) if (at >= 0) times.set(at, (times.get(at) ?? 0) + 1);
  const parts = [...times].map(([at, n]) => ({
    text: machine.words[at] ?? "",
    times: n,
    push: n * ((machine.likelihoods[said]?.[at] as number) - (machine.likelihoods[second]?.[at] as number)),
  }));
  return { said, second, shares: softmax(scores), cuts, parts };
}

/** The pieces that push most, either way; more than one when they are level. */
export function strongest(told: Told): string[] {
  const most = Math.max(0, ...told.parts.map(({ push }) => push));
  return told.parts.filter(({ push }) => push > 0 && push > most - 1e-9).map(({ text }) => text);
}

/** The pieces that speak most for a label against the rest, among those seen twice or more. */
export function typical(machine: Bayes, label: number, most: number): { text: string; push: number }[] {
  const row = machine.likelihoods[label] ?? [];
  return machine.words
    .map((text, at) => {
      const others = machine.likelihoods.filter((_, i) => i !== label).map((one) => one[at] as number);
      return { text, push: (row[at] as number) - Math.max(...others), n: machine.counts[label]?.[at] ?? 0 };
    })
    .filter(({ n, push }) => n >= 2 && push > 0)
    .sort((a, b) => b.push - a.push)
    .slice(0, most);
}

export interface Answer {
  id: string;
  truth: string;
  said: string;
}

export function examine(machine: Bayes, sentences: readonly Sentence[]): Answer[] {
  return sentences.map(({ text, label }) => ({
    id: text,
    truth: label,
    said: machine.labels[tell(machine, text).said] ?? "",
  }));
}
