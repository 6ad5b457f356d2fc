// Whether a model's parts are whole: every row as long as it must be, every number a number. Pure.
import type { Activation, Input, InputColumn, Label, ModelKind, Parameters, Rows, TreeNode } from "../models";

type Raw = Record<string, unknown>;
const MOST_SIZE = 4096;
const MOST_DEPTH = 24;

const raw = (value: unknown): Raw | null =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Raw) : null;
const word = (value: unknown): value is string => typeof value === "string" && value.length <= 200;
const words = (value: unknown, most = 5000): string[] | null =>
  Array.isArray(value) && value.length <= most && value.every(word) ? value : null;
const finite = (value: unknown): value is number => typeof value === "number" && Number.isFinite(value);
const numbers = (value: unknown, size?: number): number[] | null =>
  Array.isArray(value) && value.every(finite) && (size === undefined || value.length === size) ? value : null;
const matrix = (value: unknown, rows: number | null, size: number): number[][] | null =>
  Array.isArray(value) &&
  value.length > 0 &&
  (rows === null || value.length === rows) &&
  value.every((row) => numbers(row, size) !== null)
    ? value
    : null;
const within = (value: unknown, most: number): value is number =>
  Number.isInteger(value) && (value as number) >= 0 && (value as number) < most;

export function readLabels(value: unknown): Label[] | null {
  if (!Array.isArray(value) || value.length > 20) return null;
  const labels = value.map(raw);
  if (!labels.every((one) => one !== null && word(one["key"]) && word(one["text"]))) return null;
  return labels.map((one) => ({ key: one?.["key"] as string, text: one?.["text"] as string }));
}

function readColumn(value: unknown): InputColumn | null {
  const given = raw(value);
  if (!given || !word(given["key"]) || !word(given["text"])) return null;
  const choices = words(given["choices"] ?? [], 100);
  if (!choices || (given["kind"] !== "number" && given["kind"] !== "choice")) return null;
  const unit = word(given["unit"]) ? given["unit"] : "";
  return { key: given["key"], text: given["text"], kind: given["kind"], unit, choices };
}

export function readInput(value: unknown): Input | null {
  const given = raw(value);
  switch (given?.["of"]) {
    case "table": {
      const columns = Array.isArray(given["columns"]) ? given["columns"].map(readColumn) : [];
      return columns.length && columns.length <= 100 && columns.every((one) => one !== null)
        ? { of: "table", columns }
        : null;
    }
    case "numbers": {
      const names = words(given["names"], MOST_SIZE);
      return names?.length ? { of: "numbers", names } : null;
    }
    case "picture":
    case "sound": {
      const { features, size } = given;
      return word(features) && within(size, MOST_SIZE + 1) ? { of: given["of"], features, size } : null;
    }
    case "text":
      return given["pieces"] === "longest-match" ? { of: "text", pieces: "longest-match" } : null;
    default:
      return null;
  }
}

export function sizeOf(input: Input): number {
  if (input.of === "table") return input.columns.length;
  if (input.of === "numbers") return input.names.length;
  return input.of === "text" ? 0 : input.size;
}

function readNode(value: unknown, labels: number, columns: string[], depth: number): TreeNode | null {
  const given = raw(value);
  if (!given || depth > MOST_DEPTH) return null;
  if (given["column"] === undefined) {
    const counts = numbers(given["counts"], labels);
    return counts && within(given["says"], labels) ? { says: given["says"], counts } : null;
  }
  const yes = readNode(given["yes"], labels, columns, depth + 1);
  const no = readNode(given["no"], labels, columns, depth + 1);
  const { column } = given;
  if (!yes || !no || !word(column) || !columns.includes(column)) return null;
  if (finite(given["at"])) return { column, at: given["at"], yes, no };
  return word(given["is"]) ? { column, is: given["is"], yes, no } : null;
}

function readRows(value: unknown, count: number | null, size: number): Rows | null {
  const given = raw(value);
  const rows = matrix(given?.["rows"], count, size);
  return rows && finite(given?.["scale"]) ? { scale: given["scale"], rows } : null;
}

const isMetric = (value: unknown): value is "cosine" | "euclidean" =>
  value === "cosine" || value === "euclidean";

/** One number per input, or none at all. */
const measure = (value: unknown, input: Input): number[] | null =>
  numbers(value ?? [], 0) ?? numbers(value, sizeOf(input));

const READERS: {
  [K in ModelKind]: (given: Raw, input: Input, labels: number) => Parameters[K] | null;
} = {
  tree(given, input, labels) {
    if (input.of !== "table") return null;
    const keys = input.columns.map(({ key }) => key);
    const root = readNode(given["root"], labels, keys, 0);
    return root && { root };
  },
  neighbours(given, input, labels) {
    const { k, metric, ties } = given;
    const vectors = readRows(given["vectors"], null, sizeOf(input));
    const answers = numbers(given["answers"], vectors?.rows.length);
    if (!vectors || !answers?.every((one) => within(one, labels)) || !isMetric(metric)) return null;
    if (!within(k, 100) || k < 1 || (ties !== "sum" && ties !== "nearest")) return null;
    const [shift, stretch] = [measure(given["shift"], input), measure(given["stretch"], input)];
    return shift && stretch && { k, metric, ties, shift, stretch, vectors, answers };
  },
  centroid(given, input, labels) {
    const centres = readRows(given["centres"], labels, sizeOf(input));
    return centres && isMetric(given["metric"]) ? { metric: given["metric"], centres } : null;
  },
  softmax(given, input, labels) {
    const weights = matrix(given["weights"], labels, sizeOf(input));
    const bias = numbers(given["bias"], labels);
    return weights && bias && { weights, bias };
  },
  "naive-bayes"(given, input, labels) {
    const known = input.of === "text" ? words(given["words"]) : null;
    const priors = numbers(given["priors"], labels);
    const likelihoods = matrix(given["likelihoods"], labels, known?.length ?? -1);
    return known && priors && likelihoods
      ? { words: known, priors, likelihoods, binary: given["binary"] === true }
      : null;
  },
  dense(given, input, labels) {
    let size = sizeOf(input);
    const shift = numbers(given["shift"], size);
    const scale = numbers(given["scale"], size);
    if (!shift || !scale || !Array.isArray(given["layers"]) || !given["layers"].length) return null;
    const layers: Parameters["dense"]["layers"] = [];
    for (const one of given["layers"].map(raw)) {
      const weights = matrix(one?.["weights"], null, size);
      const bias = numbers(one?.["bias"], weights?.length);
      const activation = one?.["activation"] as Activation;
      if (!weights || !bias || !["relu", "tanh", "sigmoid", "linear", "softmax"].includes(activation))
        return null;
      layers.push({ weights, bias, activation });
      size = weights.length;
    }
    const fits = size === labels || (size === 1 && labels === 2 && layers.at(-1)?.activation === "sigmoid");
    return fits ? { shift, scale, layers } : null;
  },
  line(given, input, labels) {
    const weights = numbers(given["weights"], sizeOf(input));
    if (labels || !weights?.length || !finite(given["bias"])) return null;
    return { weights, bias: given["bias"], unit: word(given["unit"]) ? given["unit"] : "" };
  },
};

export function readParameters(
  kind: unknown,
  value: unknown,
  input: Input,
  labels: number,
): Parameters[ModelKind] | null {
  const given = raw(value);
  const reader = Object.hasOwn(READERS, String(kind)) ? READERS[kind as ModelKind] : null;
  if (!given || !reader || (labels < 1 && kind !== "line")) return null;
  return reader(given, input, labels);
}
