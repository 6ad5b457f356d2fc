// What the belt carries: a data set of pictures, rows, sounds or sentences, and which of them a model can be put to.
import {
  fetchKind,
  type ImageSet,
  loadImages,
  loadSounds,
  loadTable,
  loadTexts,
  type SoundSet,
  type TableSet,
  type TextSet,
} from "../datasets";
import type { LabHost } from "../host";
import type { TrainedModel } from "../models";
import { FEATURES as HEARD } from "../sound/draft";
import { seeded } from "./world";

export type Supply =
  | { of: "pictures"; set: ImageSet }
  | { of: "rows"; set: TableSet }
  | { of: "sounds"; set: SoundSet }
  | { of: "texts"; set: TextSet };

/** Where things come from for a model that does not say what it learnt from. */
const USUAL_SET: Partial<Record<TrainedModel["input"]["of"], string>> = {
  picture: "recyclables",
  sound: "six-sounds",
  text: "school-letters",
};

export async function loadSupply(host: LabHost, name: string): Promise<Supply> {
  switch (await fetchKind(host, name)) {
    case "images":
      return { of: "pictures", set: await loadImages(host, name) };
    case "sounds":
      return { of: "sounds", set: await loadSounds(host, name) };
    case "texts":
      return { of: "texts", set: await loadTexts(host, name) };
    default:
      return { of: "rows", set: await loadTable(host, name) };
  }
}

/** Whether these things can be put to the model. */
export function fits({ input, labels }: TrainedModel, supply: Supply): boolean {
  if (!labels.length) return false;
  if (supply.of === "pictures") return input.of === "picture";
  if (supply.of === "sounds") return input.of === "sound" && input.features === HEARD;
  if (supply.of === "texts") return input.of === "text";
  const { columns } = supply.set;
  if (input.of === "table") return input.columns.every(({ key }) => columns.some((one) => one.key === key));
  return input.of === "numbers" && input.names.every((name) => columns.some(({ text }) => text === name));
}

/** The data set whose things suit a model: the lesson's own where they fit, else what it learnt from; null: none is known. */
export function setFor(model: TrainedModel, own: Supply | null): string | null {
  if (!model.labels.length) return null;
  const { data } = model.made;
  // rows of the same columns may be about something else; pictures, sounds and sentences can always be tried
  if (own && fits(model, own) && (!data || own.of !== "rows" || data.set === own.set.key)) return own.set.key;
  return data?.set ?? USUAL_SET[model.input.of] ?? null;
}

interface Kept {
  part: string;
  label: string;
}

/** Every so many of the ones nobody learnt from, so that all kinds come by in turn. */
export function picked<T extends Kept>(all: readonly T[], most: number): T[] {
  const unseen = all.filter(({ part }) => part === "test");
  const kinds = [...new Set(unseen.map(({ label }) => label))];
  const rounds = kinds.map((kind) => unseen.filter(({ label }) => label === kind));
  const found: T[] = [];
  for (let i = 0; found.length < Math.min(most, unseen.length); i += 1)
    for (const one of rounds) {
      const next = one[i];
      if (next && found.length < most) found.push(next);
    }
  const random = seeded(5);
  return found
    .map((one) => ({ one, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ one }) => one);
}

/** The labels in play: those of the things that the model has too, or all when they have none in common. */
export function shared({ set }: Supply, model: TrainedModel | null): { key: string; text: string }[] {
  const both = set.labels.filter(({ key }) => model?.labels.some((one) => one.key === key));
  return both.length ? both : [...set.labels];
}
