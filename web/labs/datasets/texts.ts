import { load } from "js-yaml";
import type { LabHost } from "../host";
import { parseSheet } from "./csv";
import {
  type About,
  about,
  fetchText,
  fetchWithFile,
  fetchYaml,
  keys,
  list,
  type Named,
  named,
  ofKind,
  part,
  type Raw,
  text,
} from "./read";

export interface Sentence {
  text: string;
  words: string[];
  label: string;
  part: "train" | "test";
}

export interface TextSet extends About {
  labels: Named[];
  sentences: Sentence[];
}

export interface ProseSet extends About {
  prose: string;
  /** What it can be asked to go on from; `there` says whether the prose holds the answer. */
  asks: { start: string; there: boolean; truth: string }[];
}

export function parseTexts(yaml: string, csv: string): TextSet {
  const raw = ofKind(yaml, "texts");
  const sentences = parseSheet(csv).rows.map((cell): Sentence => {
    const words = cell("text").split(" ").filter(Boolean);
    return { text: words.join(""), words, label: cell("label"), part: part(cell("part")) };
  });
  return {
    ...about(raw),
    labels: named(raw["labels"]),
    sentences,
  };
}

export function parseProse(yaml: string, files: string[]): ProseSet {
  const raw = ofKind(yaml, "prose");
  return {
    ...about(raw),
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

export async function loadTexts(host: LabHost, name: string): Promise<TextSet> {
  return parseTexts(...(await fetchWithFile(host, name, "texts.csv")));
}

export async function loadProse(host: LabHost, name: string): Promise<ProseSet> {
  const yaml = await fetchYaml(host, name);
  const files = keys((load(yaml) as Raw)["files"]);
  return parseProse(yaml, await Promise.all(files.map((file) => fetchText(host.datasetUrl(name, file)))));
}
