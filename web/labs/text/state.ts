// What is kept of a pupil's work in this lab, and how settings are read. Plain JSON, pure functions.
import type { Named, Sentence, TextSet } from "../datasets";
import { finite, list, oneOf, raw, strings, whole } from "../given";
import type { Count } from "../image-classifier/model";
import { type Level, readLevel } from "../level";
import { BANDS_OF_SCORE } from "../sound/checks";
import { type Asked, type Test, WAYS, type Way } from "./checks";
import { type Answer, type Pieces, plain } from "./model";

export const MOST_LETTERS = 60;
const MOST_ASKED = 30;
const MOST_TESTS = 9;
const PIECES = ["words", "pairs"] as const;
const ALL_WAYS = ["none", ...WAYS] as const;

export interface Settings {
  level: Level;
  labels: Named[];
  train: Sentence[];
  test: Sentence[];
  amounts: number[];
  pieces: Pieces | "choose";
}

export interface Run {
  no: number;
  amount: number;
  pieces: Pieces;
  train: Count;
}

/** The sentence on the table: typed, what the pupil says of it, and whether the answer is shown. */
export interface Draft {
  text: string;
  truth: string | null;
  word: string | null;
  way: Way;
  shown: boolean;
}

export interface LabState {
  v: 1;
  amount: number;
  pieces: Pieces;
  run: Run | null;
  runs: number;
  tests: Test[];
  draft: Draft | null;
  asked: Asked[];
  reached: number[];
  hints: number;
}

export function readSettings(given: Record<string, unknown>, set: TextSet): Settings {
  const level = readLevel(given);
  const wanted = strings(given["labels"]);
  const chosen = set.labels.filter(({ key }) => wanted.includes(key));
  const labels = chosen.length >= 2 ? chosen : set.labels;
  const of = (part: "train" | "test") =>
    set.sentences.filter((one) => one.part === part && labels.some(({ key }) => key === one.label));
  const train = of("train");
  const most = Math.max(1, ...labels.map(({ key }) => train.filter(({ label }) => label === key).length));
  const asked = list(given["amounts"])
    .filter(finite)
    .map((n) => whole(n, most, 1, most));
  const usual = level === "primary" ? [3, most] : [3, 10, most];
  const pieces = given["pieces"];
  return {
    level,
    labels,
    train,
    test: of("test"),
    amounts: [...new Set(asked.length ? asked : usual)].sort((a, b) => a - b),
    pieces: pieces === "words" || pieces === "pairs" ? pieces : level === "primary" ? "words" : "choose",
  };
}

export function freshState(settings: Settings): LabState {
  return {
    v: 1,
    amount: settings.amounts[settings.amounts.length - 1] ?? 1,
    pieces: settings.pieces === "pairs" ? "pairs" : "words",
    run: null,
    runs: 0,
    tests: [],
    draft: null,
    asked: [],
    reached: [],
    hints: 0,
  };
}

/** The first so many sentences of each label. */
export function lessons(settings: Settings, amount: number): Sentence[] {
  const seen = new Map<string, number>();
  return settings.train.filter(({ label }) => {
    const n = (seen.get(label) ?? 0) + 1;
    seen.set(label, n);
    return n <= amount;
  });
}

function readAnswer(value: unknown): Answer | null {
  const { id, truth, said } = raw(value);
  return typeof id === "string" && typeof truth === "string" && typeof said === "string"
    ? { id, truth, said }
    : null;
}

function readTest(value: unknown): Test | null {
  const given = raw(value);
  const answers = list(given["answers"]).map(readAnswer);
  const { run, amount } = given;
  if (!finite(run) || !finite(amount) || !answers.length) return null;
  return {
    run,
    amount,
    pieces: oneOf(given["pieces"], PIECES, "words"),
    answers: answers.filter((one) => one !== null),
    guess: oneOf(given["guess"], BANDS_OF_SCORE, "half"),
  };
}

function readRun(value: unknown): Run | null {
  const { no, amount, pieces, train } = raw(value);
  const { right, all } = raw(train);
  return finite(no) && finite(amount) && finite(right) && finite(all)
    ? { no, amount, pieces: oneOf(pieces, PIECES, "words"), train: { right, all } }
    : null;
}

const cutText = (value: unknown): string =>
  typeof value === "string" ? Array.from(value).slice(0, MOST_LETTERS).join("") : "";

function readAsked(value: unknown): Asked | null {
  const { text, truth, said, way, word } = raw(value);
  if (typeof truth !== "string" || typeof said !== "string" || !plain(cutText(text))) return null;
  return {
    text: cutText(text),
    truth,
    said,
    way: oneOf(way, ALL_WAYS, "none"),
    word: typeof word === "boolean" ? word : null,
  };
}

function readDraft(value: unknown, settings: Settings): Draft | null {
  const given = raw(value);
  const text = cutText(given["text"]);
  if (!plain(text)) return null;
  return {
    text,
    truth: settings.labels.find(({ key }) => key === given["truth"])?.key ?? null,
    word: typeof given["word"] === "string" ? given["word"] : null,
    way: oneOf(given["way"], ALL_WAYS, "none"),
    shown: given["shown"] === true,
  };
}

/** Makes any saved state fit; what does not is as it was at the beginning. */
export function resume(saved: unknown, settings: Settings): LabState {
  const fresh = freshState(settings);
  const given = raw(saved);
  if (given["v"] !== 1) return fresh;
  const run = readRun(given["run"]);
  return {
    ...fresh,
    amount: settings.amounts.find((one) => one === given["amount"]) ?? fresh.amount,
    pieces: settings.pieces === "choose" ? oneOf(given["pieces"], PIECES, fresh.pieces) : fresh.pieces,
    run,
    runs: whole(given["runs"], 0, 0, 1e5),
    tests: list(given["tests"])
      .map(readTest)
      .filter((one) => one !== null)
      .slice(-MOST_TESTS),
    draft: run ? readDraft(given["draft"], settings) : null,
    asked: list(given["asked"])
      .map(readAsked)
      .filter((one) => one !== null)
      .slice(-MOST_ASKED),
    reached: list(given["reached"]).filter((one): one is number => Number.isInteger(one)),
    hints: whole(given["hints"], 0, 0, 1e5),
  };
}

export const isCurrent = ({ run, amount, pieces }: LabState): boolean =>
  run !== null && run.amount === amount && run.pieces === pieces;

export function keepTest(state: LabState, test: Test): void {
  const others = state.tests.filter((one) => one.amount !== test.amount || one.pieces !== test.pieces);
  state.tests = [...others, test].slice(-MOST_TESTS);
}

/** A sentence asked again counts as it came last. */
export function keepAsked(state: LabState, asked: Asked): void {
  const others = state.asked.filter(({ text }) => plain(text) !== plain(asked.text));
  state.asked = [...others, asked].slice(-MOST_ASKED);
}
