// A trained model that leaves its lab: plain JSON (format `qiming-model/1`), what it is made of, and what it answers.
// Pure. models/schema.json describes the same for others, models/read_model.py reads it in plain Python.
import { readInput, readLabels, readParameters } from "./models/read";

export const FORMAT = "qiming-model/1";
export const MOST_BYTES = 500_000;
export const MOST_MODELS = 12;

export interface Label {
  key: string;
  text: string;
}

export interface InputColumn {
  key: string;
  text: string;
  kind: "number" | "choice";
  unit: string;
  choices: string[];
}

/** What a model is asked with. `features` names how a picture or a sound became numbers: only the same way fits. */
export type Input =
  | { of: "table"; columns: InputColumn[] }
  | { of: "numbers"; names: string[] }
  | { of: "picture"; features: string; size: number }
  | { of: "sound"; features: string; size: number }
  | { of: "text"; pieces: "longest-match" };

export type TreeNode =
  | { says: number; counts: number[] }
  | { column: string; at: number; yes: TreeNode; no: TreeNode }
  | { column: string; is: string; yes: TreeNode; no: TreeNode };

export type Activation = "relu" | "tanh" | "sigmoid" | "linear" | "softmax";

export interface Layer {
  /** A row per output. */
  weights: number[][];
  bias: number[];
  activation: Activation;
}

export type Metric = "cosine" | "euclidean";

/** Rows of numbers; each is multiplied by `scale`, so that many of them can be kept as small whole numbers. */
export interface Rows {
  scale: number;
  rows: number[][];
}

export interface Parameters {
  tree: { root: TreeNode };
  /** What is asked is first measured as the vectors are: (x − shift) · stretch, where these are not empty. Ties: the
   * label with the larger sum of likeness, or the label of the nearest. */
  neighbours: {
    k: number;
    metric: Metric;
    ties: "sum" | "nearest";
    shift: number[];
    stretch: number[];
    vectors: Rows;
    answers: number[];
  };
  /** One centre per label, in the labels' order. */
  centroid: { metric: Metric; centres: Rows };
  /** Scores are weights·x + bias, a row per label; shares are their softmax. */
  softmax: { weights: number[][]; bias: number[] };
  "naive-bayes": { words: string[]; priors: number[]; likelihoods: number[][]; binary: boolean };
  dense: { shift: number[]; scale: number[]; layers: Layer[] };
  /** The answer is a number: weights·x + bias. */
  line: { weights: number[]; bias: number; unit: string };
}

export type ModelKind = keyof Parameters;

export interface Score {
  right: number;
  all: number;
}

/** The model card: what the pupil says of the model. */
export interface Card {
  what_for: string;
  data: string;
  missing: string;
  how_well: string;
  not_for: string;
  made_by: string;
}

export interface LearntFrom {
  set: string;
  only: Record<string, string>;
}

interface Head {
  format: typeof FORMAT;
  id: string;
  name: string;
  /** `camera`: pictures of the camera were among what it learnt from. `data`: the data set it learnt from, where it was
   * one, and those of its rows: the ones with these values. */
  made: { lab: string; at: string; camera: boolean; data?: LearntFrom };
  input: Input;
  labels: Label[];
  scores: { train: Score | null; test: Score | null };
  card: Card;
}

export type ModelOf<K extends ModelKind> = Head & { kind: K; parameters: Parameters[K] };
export type TrainedModel = { [K in ModelKind]: ModelOf<K> }[ModelKind];

/** A row of a table by column, numbers in the input's order, or a text. */
export type Asked = Readonly<Record<string, number | string>> | ArrayLike<number> | string;

export interface Said {
  /** Place in the labels; -1 when the answer is a number. */
  index: number;
  text: string;
  /** One share per label, adding up to 1; empty when the answer is a number. */
  shares: number[];
  value: number | null;
}

export const CARD_FIELDS: { key: keyof Card; text: string; ask: string }[] = [
  { key: "what_for", text: "用来做什么", ask: "它看什么，回答什么？谁会用它？" },
  { key: "data", text: "用什么数据学的", ask: "有多少？从哪里来？" },
  { key: "missing", text: "数据里缺什么", ask: "哪些样子它一次也没见过？" },
  { key: "how_well", text: "认得怎么样", ask: "学过的和没见过的，各对多少？什么时候会错？" },
  { key: "not_for", text: "不能用在哪里", ask: "错了会伤到谁？哪些事不该让它决定？" },
  { key: "made_by", text: "谁做的", ask: "写昵称，不写真名、学校和班级。" },
];

export function emptyCard(): Card {
  return { what_for: "", data: "", missing: "", how_well: "", not_for: "", made_by: "" };
}

const text = (value: unknown, most: number): string =>
  typeof value === "string" ? value.slice(0, most) : "";
const raw = (value: unknown): Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};

function readScore(value: unknown): Score | null {
  const { right, all } = raw(value);
  return Number.isInteger(right) && Number.isInteger(all) && (right as number) >= 0
    ? { right: Math.min(right as number, all as number), all: all as number }
    : null;
}

function readData(value: unknown): { data?: LearntFrom } {
  const given = raw(value);
  const set = text(given["set"], 60);
  if (!/^[a-z0-9][a-z0-9-]*$/.test(set)) return {};
  const only = Object.entries(raw(given["only"])).slice(0, 10);
  return {
    data: { set, only: Object.fromEntries(only.map(([key, one]) => [key.slice(0, 60), text(one, 60)])) },
  };
}

export function readCard(value: unknown): Card {
  const given = raw(value);
  const card = emptyCard();
  for (const { key } of CARD_FIELDS) card[key] = text(given[key], 400);
  return card;
}

/** A model out of anything that was stored or sent; null when it isn't whole, so that `predict` never stumbles. */
export function readModel(value: unknown): TrainedModel | null {
  const given = raw(value);
  const id = text(given["id"], 40);
  const labels = readLabels(given["labels"]);
  const input = readInput(given["input"]);
  if (given["format"] !== FORMAT || !id || !labels || !input) return null;
  const parameters = readParameters(given["kind"], given["parameters"], input, labels.length);
  if (!parameters) return null;
  const made = raw(given["made"]);
  const scores = raw(given["scores"]);
  return {
    format: FORMAT,
    id,
    name: text(given["name"], 40) || "没有名字的模型",
    made: {
      lab: text(made["lab"], 40),
      at: text(made["at"], 40),
      camera: made["camera"] === true,
      ...readData(made["data"]),
    },
    kind: given["kind"],
    input,
    labels,
    parameters,
    scores: { train: readScore(scores["train"]), test: readScore(scores["test"]) },
    card: readCard(given["card"]),
  } as TrainedModel;
}

export function weightBytes(model: TrainedModel): number {
  return new TextEncoder().encode(JSON.stringify(model)).length;
}

/** Numbers as they are kept: seven digits are more than any lab shows. */
export const short = (value: number): number => Number(value.toPrecision(7));

/** Rows of small numbers as whole numbers from -127 to 127 and one scale. */
export function packed(rows: readonly ArrayLike<number>[]): Rows {
  let most = 0;
  for (const row of rows) for (const value of Array.from(row)) most = Math.max(most, Math.abs(value));
  const scale = most > 0 ? most / 127 : 1;
  return {
    scale: short(scale),
    rows: rows.map((row) => Array.from(row, (value) => Math.round(value / scale))),
  };
}

// --- what a model answers

export function predict(model: TrainedModel, asked: Asked): Said {
  switch (model.kind) {
    case "tree":
      return told(model, treeShares(model.parameters.root, asked as Record<string, number | string>));
    case "neighbours":
      return nearestSaid(model, numbersOf(model.input, asked));
    case "centroid":
      return told(model, centroidShares(model.parameters, numbersOf(model.input, asked)));
    case "softmax": {
      const { weights, bias } = model.parameters;
      return told(model, softmax(affine(weights, bias, numbersOf(model.input, asked))));
    }
    case "naive-bayes":
      return told(model, bayesShares(model.parameters, String(asked)));
    case "dense":
      return told(model, denseShares(model.parameters, numbersOf(model.input, asked)));
    case "line": {
      const { weights, bias } = model.parameters;
      const [value = 0] = affine([weights], [bias], numbersOf(model.input, asked));
      return { index: -1, text: String(Math.round(value * 100) / 100), shares: [], value };
    }
  }
}

/** The first of the largest, as every lab counts. */
function told(model: TrainedModel, shares: number[], index = shares.indexOf(Math.max(...shares))): Said {
  return { index, text: model.labels[index]?.text ?? "", shares, value: null };
}

/** Numbers in the input's order; what is missing counts as 0. */
export function numbersOf(input: Input, asked: Asked): number[] {
  if (typeof asked === "string") return [];
  if (!isRow(asked)) return Array.from(asked);
  const names =
    input.of === "table" ? input.columns.map(({ key }) => key) : "names" in input ? input.names : [];
  return names.map((name) => Number(asked[name]) || 0);
}

const isRow = (asked: object): asked is Record<string, number | string> => !("length" in asked);

function treeShares(root: TreeNode, row: Record<string, number | string>): number[] {
  let node = root;
  while ("column" in node) {
    const value = row[node.column];
    const yes = "at" in node ? Number(value) <= node.at : value === node.is;
    node = yes ? node.yes : node.no;
  }
  const { counts, says } = node;
  const all = counts.reduce((a, b) => a + b, 0);
  // an empty pile, or one that is level, says what the lab said there
  const shares = counts.map((n, i) => (all ? n / all : i === says ? 1 : 0));
  return shares.indexOf(Math.max(...shares)) === says ? shares : shares.map((_, i) => (i === says ? 1 : 0));
}

function likeness(metric: Metric, a: number[], b: number[], scale: number): number {
  let sum = 0;
  let own = 0;
  let other = 0;
  for (let i = 0; i < a.length; i += 1) {
    const [x, y] = [a[i] as number, (b[i] ?? 0) * scale];
    if (metric === "euclidean") sum -= (x - y) ** 2;
    else {
      sum += x * y;
      own += x * x;
      other += y * y;
    }
  }
  return metric === "euclidean" ? sum : sum / (Math.sqrt(own * other) || 1);
}

function nearestSaid(model: ModelOf<"neighbours">, asked: number[]): Said {
  const { k, metric, ties, shift, stretch, vectors, answers } = model.parameters;
  const measured = asked.map((value, i) => (value - (shift[i] ?? 0)) * (stretch[i] ?? 1));
  const near = vectors.rows
    .map((row, at) => ({ like: likeness(metric, measured, row, vectors.scale), label: answers[at] ?? 0 }))
    .sort((a, b) => b.like - a.like)
    .slice(0, k);
  const votes = model.labels.map(() => 0);
  const sums = model.labels.map(() => 0);
  for (const { like, label } of near) {
    votes[label] = (votes[label] ?? 0) + 1;
    sums[label] = (sums[label] ?? 0) + like;
  }
  const most = Math.max(...votes);
  const level = votes.flatMap((n, label) => (n === most ? [label] : []));
  const first =
    ties === "nearest"
      ? near.find(({ label }) => level.includes(label))?.label
      : level.reduce((a, b) => ((sums[b] as number) > (sums[a] as number) ? b : a));
  return told(
    model,
    votes.map((n) => n / (near.length || 1)),
    first ?? 0,
  );
}

function centroidShares({ metric, centres }: Parameters["centroid"], asked: number[]): number[] {
  const likes = centres.rows.map((row) => likeness(metric, asked, row, centres.scale));
  const best = likes.indexOf(Math.max(...likes));
  return likes.map((_, i) => (i === best ? 1 : 0));
}

function affine(weights: number[][], bias: number[], x: number[]): number[] {
  return weights.map((row, i) => row.reduce((sum, w, at) => sum + w * (x[at] ?? 0), bias[i] ?? 0));
}

export function softmax(scores: readonly number[]): number[] {
  const top = Math.max(...scores);
  const powers = scores.map((score) => Math.exp(score - top));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / sum);
}

/** The words of a vocabulary found from the left, the longest first; what is no word is passed over. */
export function wordsIn(said: string, words: readonly string[]): number[] {
  const counts = words.map(() => 0);
  const places = new Map(words.map((word, at) => [word, at]));
  const longest = Math.max(1, ...words.map((word) => word.length));
  for (let i = 0; i < said.length; ) {
    let step = 1;
    for (let size = Math.min(longest, said.length - i); size > 0; size -= 1) {
      const place = places.get(said.slice(i, i + size));
      if (place === undefined) continue;
      counts[place] = (counts[place] ?? 0) + 1;
      step = size;
      break;
    }
    i += step;
  }
  return counts;
}

function bayesShares(parameters: Parameters["naive-bayes"], said: string): number[] {
  const counts = wordsIn(said, parameters.words);
  const times = (n: number) => (parameters.binary ? Math.min(n, 1) : n);
  return softmax(
    parameters.priors.map((prior, label) =>
      counts.reduce((sum, n, word) => sum + times(n) * (parameters.likelihoods[label]?.[word] ?? 0), prior),
    ),
  );
}

const ACTIVATIONS: Record<Exclude<Activation, "softmax">, (x: number) => number> = {
  relu: (x) => Math.max(0, x),
  tanh: Math.tanh,
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  linear: (x) => x,
};

/** One sigmoid output stands for the second of two labels. */
function denseShares({ shift, scale, layers }: Parameters["dense"], asked: number[]): number[] {
  let x = asked.map((value, i) => (value - (shift[i] ?? 0)) * (scale[i] ?? 1));
  for (const { weights, bias, activation } of layers) {
    const scores = affine(weights, bias, x);
    x = activation === "softmax" ? softmax(scores) : scores.map(ACTIVATIONS[activation]);
  }
  return x.length === 1 ? [1 - (x[0] as number), x[0] as number] : x;
}
