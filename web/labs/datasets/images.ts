import type { LabHost } from "../host";
import { type About, about, fetchYaml, list, type Named, named, ofKind, part, text } from "./read";

export interface Picture {
  file: string;
  label: string;
  part: "train" | "test";
  traits: string[];
  alt: string;
}

export interface ImageSet extends About {
  labels: Named[];
  traits: Named[];
  images: Picture[];
}

export function parseImages(yaml: string): ImageSet {
  const raw = ofKind(yaml, "images");
  return {
    ...about(raw),
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

export async function loadImages(host: LabHost, name: string): Promise<ImageSet> {
  return parseImages(await fetchYaml(host, name));
}
