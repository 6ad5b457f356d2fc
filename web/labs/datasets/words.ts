import { load } from "js-yaml";
import type { LabHost } from "../host";
import { parseSheet } from "./csv";
import {
  type About,
  about,
  fetchText,
  fetchYaml,
  list,
  type Named,
  named,
  ofKind,
  type Raw,
  text,
} from "./read";

export interface Analogy {
  a: string;
  b: string;
  c: string;
  d: string;
}

/** Words as vectors of length 1, from sentences as they were written and from evened ones; and those sentences. */
export interface WordSet extends About {
  groups: Named[];
  words: string[];
  group: string[];
  vectors: Float64Array[];
  even: Float64Array[];
  analogies: Analogy[];
  poles: { text: string; words: string[] }[];
  sentences: { part: string; times: number; words: string[] }[];
}

function unitRow(cell: string): Float64Array {
  const row = Float64Array.from(cell.split(" "), Number);
  const length = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0)) || 1;
  return row.map((value) => value / length);
}

export function parseWords(yaml: string, csv: string, sentences: string): WordSet {
  const raw = ofKind(yaml, "words");
  const { head, rows } = parseSheet(csv);
  const column = (name: string) => rows.map((cell) => cell(name));
  const even = head.includes("even") ? "even" : "vector";
  return {
    ...about(raw),
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

export async function loadWords(host: LabHost, name: string): Promise<WordSet> {
  const yaml = await fetchYaml(host, name);
  const raw = load(yaml) as Raw;
  const files = Array.isArray(raw["files"]) ? raw["files"] : [];
  const [csv, sentences] = await Promise.all([
    fetchText(host.datasetUrl(name, text(raw["file"], "vectors.csv"))),
    fetchText(host.datasetUrl(name, text(files[0], "sentences.txt"))),
  ]);
  return parseWords(yaml, csv, sentences);
}
