import type { LabHost } from "../host";
import { type About, about, fetchYaml, list, ofKind, text } from "./read";

export interface MazeSet extends About {
  mazes: { key: string; title: string; map: string }[];
}

export interface GreySet extends About {
  /** Rows of sixteen greys, `0` black to `f` white. */
  pictures: { key: string; title: string; alt: string; rows: string[] }[];
}

export function parseMazes(yaml: string): MazeSet {
  const raw = ofKind(yaml, "maze");
  const mazes = list(raw["mazes"]).map((one) => ({
    key: text(one["key"]),
    title: text(one["title"]),
    map: text(one["map"]).trim(),
  }));
  return { ...about(raw), mazes };
}

export function parseGreys(yaml: string): GreySet {
  const raw = ofKind(yaml, "grey");
  const pictures = list(raw["pictures"]).map((one) => ({
    key: text(one["key"]),
    title: text(one["title"]),
    alt: text(one["alt"]),
    rows: text(one["rows"]).trim().split(/\s+/),
  }));
  return { ...about(raw), pictures };
}

export async function loadMazes(host: LabHost, name: string): Promise<MazeSet> {
  return parseMazes(await fetchYaml(host, name));
}

export async function loadGreys(host: LabHost, name: string): Promise<GreySet> {
  return parseGreys(await fetchYaml(host, name));
}
