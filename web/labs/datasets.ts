// Datasets as the labs read them: dataset.yaml, and table.csv for tables.
import { load } from "js-yaml";
import type { LabHost } from "./host";
import { MAKES, type Recipe } from "./sound/synth";

export interface Named {
  key: string;
  text: string;
}

export interface Picture {
  file: string;
  label: string;
  part: "train" | "test";
  traits: string[];
  alt: string;
}

export interface ImageSet {
  key: string;
  title: string;
  origin: string;
  labels: Named[];
  traits: Named[];
  images: Picture[];
}

export interface Column {
  key: string;
  text: string;
  kind: "number" | "choice";
  unit: string;
  choices: string[];
  /** Numbers that make sense in this column; open where the data say nothing. */
  least: number;
  most: number;
}

export interface Row {
  /** Its number on the page, counted from 1 over the whole table. */
  no: number;
  part: "train" | "test";
  values: Record<string, number | string>;
  label: string;
}

export interface TableSet {
  key: string;
  title: string;
  origin: string;
  labels: Named[];
  columns: Column[];
  labelText: string;
  /** How one counts its rows: “片”, “个”. */
  measure: string;
  rows: Row[];
}

/** A sound as numbers to make it from (sound/synth.ts). */
export interface Sound extends Recipe {
  key: string;
  label: string;
  part: "train" | "test";
}

export interface SoundSet {
  key: string;
  title: string;
  origin: string;
  labels: Named[];
  sounds: Sound[];
}

export interface Sentence {
  text: string;
  words: string[];
  label: string;
  part: "train" | "test";
}

export interface TextSet {
  key: string;
  title: string;
  origin: string;
  labels: Named[];
  sentences: Sentence[];
}

export interface Analogy {
  a: string;
  b: string;
  c: string;
  d: string;
}

/** Words as vectors of length 1, from sentences as they were written and from evened ones; and those sentences. */
export interface WordSet {
  key: string;
  title: string;
  origin: string;
  groups: Named[];
  words: string[];
  group: string[];
  vectors: Float64Array[];
  even: Float64Array[];
  analogies: Analogy[];
  poles: { text: string; words: string[] }[];
  sentences: { part: string; times: number; words: string[] }[];
}

export interface MazeSet {
  title: string;
  origin: string;
  mazes: { key: string; title: string; map: string }[];
}

export interface GreySet {
  title: string;
  origin: string;
  /** Rows of sixteen greys, `0` black to `f` white. */
  pictures: { key: string; title: string; alt: string; rows: string[] }[];
}

/** Something with a drawing, the strokes of one SVG path on a sheet of 24 by 24; empty when it has none. */
export interface Drawn extends Named {
  draw: string;
}

/** What is known of one thing, and what is right for it; a new one comes only later. */
export interface Case {
  key: string;
  title: string;
  facts: string[];
  label: string;
  fresh: boolean;
  draw: string;
}

export interface RuleSet {
  key: string;
  title: string;
  origin: string;
  facts: Drawn[];
  /** Conclusions on the way to a last one. */
  middles: Drawn[];
  labels: Drawn[];
  cases: Case[];
  rules: { if: string[]; so: string }[];
}

export interface ProseSet {
  key: string;
  title: string;
  origin: string;
  prose: string;
  /** What it can be asked to go on from; `there` says whether the prose holds the answer. */
  asks: { start: string; there: boolean; truth: string }[];
}

type Raw = Record<string, unknown>;

const text = (value: unknown, otherwise = ""): string =>
  typeof value === "string" || typeof value === "number" ? String(value) : otherwise;
const list = (value: unknown): Raw[] => (Array.isArray(value) ? (value as Raw[]) : []);
const named = (value: unknown): Named[] =>
  list(value).map((one) => ({ key: text(one["key"]), text: text(one["text"], text(one["key"])) }));
const part = (value: unknown): "train" | "test" => (value === "test" ? "test" : "train");

export function parseImages(yaml: string): ImageSet {
  const raw = load(yaml) as Raw;
  if (raw["kind"] !== "images") throw new Error(`dataset ${text(raw["key"])} holds no pictures`);
  return {
    key: text(raw["key"]),
    title: text(raw["title"]),
    origin: text(raw["origin"]),
    labels: named(raw["labels"]),
    traits: named(raw["traits"]),
    images: list(raw["images"]).map((one) => ({
      file: text(one["file"]),
      label: text(one["label"]),
      part: part(one["part"]),
      traits: Array.isArray(one["traits"]) ? one["traits"].map((trait) => text(trait)) : [],
      alt: text(one["alt"]),
    })),
  };
}

/** The cells of a CSV text; quotes as usual. */
export function parseCsv(csv: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = "";
  let quoted = false;
  const endRow = () => {
    row.push(cell);
    if (row.length > 1 || cell !== "") rows.push(row);
    row = [];
    cell = "";
  };
  for (let i = 0; i < csv.length; i += 1) {
    const c = csv[i] as string;
    if (quoted) {
      if (c !== '"') cell += c;
      else if (csv[i + 1] === '"') {
        cell += '"';
        i += 1;
      } else quoted = false;
    } else if (c === '"') quoted = true;
    else if (c === ",") {
      row.push(cell);
      cell = "";
    } else if (c === "\n") endRow();
    else if (c !== "\r") cell += c;
  }
  if (cell !== "" || row.length) endRow();
  return rows;
}

export function parseTable(yaml: string, csv: string): TableSet {
  const raw = load(yaml) as Raw;
  if (raw["kind"] !== "table") throw new Error(`dataset ${text(raw["key"])} is no table`);
  const label = text(raw["label"]);
  const all: Column[] = list(raw["columns"]).map((one) => ({
    key: text(one["key"]),
    text: text(one["text"]),
    kind: one["kind"] === "choice" ? "choice" : "number",
    unit: text(one["unit"]),
    choices: Array.isArray(one["choices"]) ? one["choices"].map((choice) => text(choice)) : [],
    least: typeof one["least"] === "number" ? one["least"] : Number.NEGATIVE_INFINITY,
    most: typeof one["most"] === "number" ? one["most"] : Number.POSITIVE_INFINITY,
  }));
  const columns = all.filter((column) => column.key !== label);
  const [head = [], ...body] = parseCsv(csv.replace(/^\uFEFF/, ""));
  const partColumn = text(raw["part"], "part");
  const rows = body.map((cells, index): Row => {
    const cell = (name: string) => cells[head.indexOf(name)] ?? "";
    const values = columns.map((column) => [
      column.key,
      column.kind === "number" ? Number(cell(column.key)) : cell(column.key),
    ]);
    return {
      no: index + 1,
      part: part(cell(partColumn)),
      values: Object.fromEntries(values),
      label: cell(label),
    };
  });
  for (const column of columns) {
    if (column.kind === "choice" && !column.choices.length)
      column.choices = [...new Set(rows.map((row) => String(row.values[column.key])))];
  }
  return {
    key: text(raw["key"]),
    title: text(raw["title"]),
    origin: text(raw["origin"]),
    labels: named(raw["labels"]),
    columns,
    labelText: text(raw["label_text"], all.find((column) => column.key === label)?.text ?? "答案"),
    measure: text(raw["measure"], "行"),
    rows,
  };
}

export function parseSounds(yaml: string): SoundSet {
  const raw = load(yaml) as Raw;
  if (raw["kind"] !== "sounds") throw new Error(`dataset ${text(raw["key"])} holds no sounds`);
  const sounds = list(raw["sounds"]).map((one): Sound => {
    const make = MAKES.find((known) => known === one["make"]);
    if (!make) throw new Error(`no recipe ${text(one["make"])}`);
    const [pitch, long, start] = [Number(one["pitch"]), Number(one["long"]), Number(one["start"])];
    const key = text(one["key"]);
    return {
      key,
      label: text(one["label"]),
      part: part(one["part"]),
      make,
      pitch,
      long,
      start,
      seed: Number(one["seed"]),
    };
  });
  const { key, title, origin } = raw;
  return { key: text(key), title: text(title), origin: text(origin), labels: named(raw["labels"]), sounds };
}

export function parseTexts(yaml: string, csv: string): TextSet {
  const raw = load(yaml) as Raw;
  if (raw["kind"] !== "texts") throw new Error(`dataset ${text(raw["key"])} holds no sentences`);
  const [head = [], ...body] = parseCsv(csv.replace(/^\uFEFF/, ""));
  const sentences = body.map((cells): Sentence => {
    const cell = (name: string) => cells[head.indexOf(name)] ?? "";
    const words = cell("text").split(" ").filter(Boolean);
    return { text: words.join(""), words, label: cell("label"), part: part(cell("part")) };
  });
  const { key, title, origin } = raw;
  return {
    key: text(key),
    title: text(title),
    origin: text(origin),
    labels: named(raw["labels"]),
    sentences,
  };
}

function unitRow(cell: string): Float64Array {
  const row = Float64Array.from(cell.split(" "), Number);
  const length = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0)) || 1;
  return row.map((value) => value / length);
}

export function parseWords(yaml: string, csv: string, sentences: string): WordSet {
  const raw = load(yaml) as Raw;
  if (raw["kind"] !== "words") throw new Error(`dataset ${text(raw["key"])} holds no words`);
  const [head = [], ...body] = parseCsv(csv.replace(/^\uFEFF/, ""));
  const column = (name: string) => body.map((cells) => cells[head.indexOf(name)] ?? "");
  const even = head.includes("even") ? "even" : "vector";
  return {
    key: text(raw["key"]),
    title: text(raw["title"]),
    origin: text(raw["origin"]),
    groups: named(raw["labels"]),
    words: column("word"),
    group: column("group"),
    vectors: column("vector").map(unitRow),
    even: column(even).map(unitRow),
    analogies: list(raw["analogies"]).map(({ a, b, c, d }) => ({
      a: text(a),
      b: text(b),
      c: text(c),
      d: text(d),
    })),
    poles: list(raw["poles"]).map((one) => ({
      text: text(one["text"]),
      words: Array.isArray(one["words"]) ? one["words"].map((word) => text(word)) : [],
    })),
    sentences: sentences
      .split("\n")
      .filter(Boolean)
      .map((line) => {
        const [which = "", times = "1", ...words] = line.split(" ");
        return { part: which, times: Number(times), words };
      }),
  };
}

export function parseMazes(yaml: string): MazeSet {
  const raw = load(yaml) as Raw;
  if (raw["kind"] !== "maze") throw new Error(`dataset ${text(raw["key"])} holds no mazes`);
  const mazes = list(raw["mazes"]).map((one) => ({
    key: text(one["key"]),
    title: text(one["title"]),
    map: text(one["map"]).trim(),
  }));
  return { title: text(raw["title"]), origin: text(raw["origin"]), mazes };
}

export function parseGreys(yaml: string): GreySet {
  const raw = load(yaml) as Raw;
  if (raw["kind"] !== "grey") throw new Error(`dataset ${text(raw["key"])} holds no grey pictures`);
  const pictures = list(raw["pictures"]).map((one) => ({
    key: text(one["key"]),
    title: text(one["title"]),
    alt: text(one["alt"]),
    rows: text(one["rows"]).trim().split(/\s+/),
  }));
  return { title: text(raw["title"]), origin: text(raw["origin"]), pictures };
}

const drawn = (value: unknown): Drawn[] =>
  list(value).map((one) => ({ key: text(one["key"]), text: text(one["text"]), draw: text(one["draw"]) }));
const keys = (value: unknown): string[] => (Array.isArray(value) ? value.map((one) => text(one)) : []);

export function parseRules(yaml: string): RuleSet {
  const raw = load(yaml) as Raw;
  if (raw["kind"] !== "rules") throw new Error(`dataset ${text(raw["key"])} holds no cases for rules`);
  return {
    key: text(raw["key"]),
    title: text(raw["title"]),
    origin: text(raw["origin"]),
    facts: drawn(raw["facts"]),
    middles: drawn(raw["middles"]),
    labels: drawn(raw["labels"]),
    cases: list(raw["cases"]).map((one) => ({
      key: text(one["key"]),
      title: text(one["title"]),
      facts: keys(one["facts"]),
      label: text(one["label"]),
      fresh: one["new"] === true,
      draw: text(one["draw"]),
    })),
    rules: list(raw["rules"]).map((one) => ({ if: keys(one["if"]), so: text(one["then"]) })),
  };
}

export function parseProse(yaml: string, files: string[]): ProseSet {
  const raw = load(yaml) as Raw;
  if (raw["kind"] !== "prose") throw new Error(`dataset ${text(raw["key"])} holds no prose`);
  return {
    key: text(raw["key"]),
    title: text(raw["title"]),
    origin: text(raw["origin"]),
    prose: files
      .map((one) =>
        one
          .replace(/^\uFEFF/, "")
          .replaceAll("\r", "")
          .trim(),
      )
      .join("\n"),
    asks: list(raw["asks"]).map((one) => ({
      start: text(one["start"]),
      there: one["there"] === true,
      truth: text(one["truth"]),
    })),
  };
}

async function fetchText(url: string): Promise<string> {
  const answer = await fetch(url, { credentials: "same-origin" });
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  return answer.text();
}

export async function loadImages(host: LabHost, name: string): Promise<ImageSet> {
  return parseImages(await fetchText(host.datasetUrl(name, "dataset.yaml")));
}

export async function loadTable(host: LabHost, name: string): Promise<TableSet> {
  const yaml = await fetchText(host.datasetUrl(name, "dataset.yaml"));
  const file = text((load(yaml) as Raw)["file"], "table.csv");
  return parseTable(yaml, await fetchText(host.datasetUrl(name, file)));
}

export async function loadSounds(host: LabHost, name: string): Promise<SoundSet> {
  return parseSounds(await fetchText(host.datasetUrl(name, "dataset.yaml")));
}

export async function loadTexts(host: LabHost, name: string): Promise<TextSet> {
  const yaml = await fetchText(host.datasetUrl(name, "dataset.yaml"));
  const file = text((load(yaml) as Raw)["file"], "texts.csv");
  return parseTexts(yaml, await fetchText(host.datasetUrl(name, file)));
}

export async function loadWords(host: LabHost, name: string): Promise<WordSet> {
  const yaml = await fetchText(host.datasetUrl(name, "dataset.yaml"));
  const raw = load(yaml) as Raw;
  const files = Array.isArray(raw["files"]) ? raw["files"] : [];
  const [csv, sentences] = await Promise.all([
    fetchText(host.datasetUrl(name, text(raw["file"], "vectors.csv"))),
    fetchText(host.datasetUrl(name, text(files[0], "sentences.txt"))),
  ]);
  return parseWords(yaml, csv, sentences);
}

export async function loadMazes(host: LabHost, name: string): Promise<MazeSet> {
  return parseMazes(await fetchText(host.datasetUrl(name, "dataset.yaml")));
}

export async function loadGreys(host: LabHost, name: string): Promise<GreySet> {
  return parseGreys(await fetchText(host.datasetUrl(name, "dataset.yaml")));
}

export async function loadRules(host: LabHost, name: string): Promise<RuleSet> {
  return parseRules(await fetchText(host.datasetUrl(name, "dataset.yaml")));
}

export async function loadProse(host: LabHost, name: string): Promise<ProseSet> {
  const yaml = await fetchText(host.datasetUrl(name, "dataset.yaml"));
  const files = keys((load(yaml) as Raw)["files"]);
  return parseProse(yaml, await Promise.all(files.map((file) => fetchText(host.datasetUrl(name, file)))));
}
