import type { LabHost } from "../host";
import { MAKES, type Recipe } from "../sound/synth";
import { type About, about, fetchYaml, list, type Named, named, ofKind, part, text } from "./read";

/** A sound as numbers to make it from (sound/synth.ts). */
export interface Sound extends Recipe {
  key: string;
  label: string;
  part: "train" | "test";
}

export interface SoundSet extends About {
  labels: Named[];
  sounds: Sound[];
}

export function parseSounds(yaml: string): SoundSet {
  const raw = ofKind(yaml, "sounds");
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
  return { ...about(raw), labels: named(raw["labels"]), sounds };
}

export async function loadSounds(host: LabHost, name: string): Promise<SoundSet> {
  return parseSounds(await fetchYaml(host, name));
}
