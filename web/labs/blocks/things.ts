// The things on the belt: pictures or rows nobody learnt from, as a model is asked with them, in the light there is.
import type { ImageSet, TableSet } from "../datasets";
import { type Growth, grow, type Tree } from "../decision-tree/model";
import { Eye, pixels } from "../image-classifier/eye";
import { FEATURES } from "../image-classifier/keep";
import { unit } from "../image-classifier/model";
import { simpleFeatures } from "../image-classifier/simple-features";
import { FORMAT, packed, readModel, type TrainedModel, type TreeNode } from "../models";
import { begunCard } from "../models/card";
import { type Around, seeded, type Thing, USUAL } from "./world";

export type Supply = { of: "pictures"; set: ImageSet } | { of: "rows"; set: TableSet };

export const STARTER = "starter";
const LEAST_SHARE_OF_LIGHT = 0.02;

export const labelsOf = ({ set }: Supply): string[] => set.labels.map(({ text }) => text);

/** Models the belt's things can be put to. */
export function fitting(models: readonly TrainedModel[], supply: Supply): TrainedModel[] {
  return models.filter(({ input, labels }) => {
    if (!labels.length) return false;
    if (supply.of === "pictures") return input.of === "picture";
    const { columns } = supply.set;
    if (input.of === "table") return input.columns.every(({ key }) => columns.some((one) => one.key === key));
    return input.of === "numbers" && input.names.every((name) => columns.some(({ text }) => text === name));
  });
}

/** Every so many of the ones nobody learnt from, so that all kinds come by in turn. */
function picked<T extends { part: string; label: string }>(all: T[], most: number): T[] {
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

type Url = (file: string) => string;

/** Looks at pictures in one of the two ways, in the light there is. Closes what it opened. */
class Looker {
  private eye: Eye | null = null;

  close(): void {
    this.eye?.close();
    this.eye = null;
  }

  async features(url: string, way: string, around: Around): Promise<Float32Array> {
    const seen = shaded(await pixels(url), around);
    if (way === FEATURES.simple) return unit(simpleFeatures(seen));
    this.eye ??= opened();
    const address = await asPicture(seen);
    try {
      const features = await this.eye.look(address, address);
      if (this.eye.kind !== "network") throw new Error("the network that this model needs does not run here");
      return features;
    } finally {
      URL.revokeObjectURL(address);
    }
  }
}

function opened(): Eye {
  const eye = new Eye(() => undefined);
  eye.open();
  return eye;
}

/** Less light makes pixels darker, disturbance shakes each of them; both the same every time. */
export function shaded(rgba: Uint8ClampedArray, { light, noise }: Around): Uint8ClampedArray {
  if (light === USUAL.light && !noise) return rgba;
  const share = Math.max(LEAST_SHARE_OF_LIGHT, light / USUAL.light);
  const random = seeded(9);
  return rgba.map((value, i) =>
    i % 4 === 3 ? value : value * share + (noise ? (random() - 0.5) * noise * 3 : 0),
  );
}

async function asPicture(rgba: Uint8ClampedArray): Promise<string> {
  const side = Math.sqrt(rgba.length / 4);
  const canvas = document.createElement("canvas");
  canvas.width = side;
  canvas.height = side;
  const data = new ImageData(side, side);
  data.data.set(rgba);
  canvas.getContext("2d")?.putImageData(data, 0, 0);
  const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done));
  if (!blob) throw new Error("no picture");
  return URL.createObjectURL(blob);
}

export class Things {
  private readonly looker = new Looker();
  private readonly known = new Map<string, Promise<Float32Array>>();
  private starting: Promise<TrainedModel | null> | null = null;

  constructor(
    readonly supply: Supply,
    private readonly most: number,
    private readonly url: Url,
  ) {}

  close(): void {
    this.looker.close();
  }

  /** The things as this model is asked with them. */
  async for(model: TrainedModel | null, around: Around): Promise<Thing[]> {
    const { supply } = this;
    if (supply.of === "rows") return this.rows(supply.set, model, around);
    const text = (key: string) => supply.set.labels.find((one) => one.key === key)?.text ?? key;
    const way = model?.input.of === "picture" ? model.input.features : null;
    return Promise.all(
      picked(supply.set.images, this.most).map(async ({ file, label, alt }) => ({
        id: file,
        title: alt,
        truth: text(label),
        asked: way ? await this.looked(file, way, around) : [],
      })),
    );
  }

  private looked(file: string, way: string, around: Around): Promise<Float32Array> {
    const key = [file, way, around.light, around.noise].join(" ");
    const known = this.known.get(key) ?? this.looker.features(this.url(file), way, around);
    this.known.set(key, known);
    known.catch(() => this.known.delete(key));
    return known;
  }

  private rows(set: TableSet, model: TrainedModel | null, { noise }: Around): Thing[] {
    const random = seeded(9);
    const spread = (key: string) => {
      const values = set.rows.map((row) => Number(row.values[key]));
      return Math.max(...values) - Math.min(...values);
    };
    const byText = model?.input.of === "numbers";
    return picked(set.rows, this.most).map((row) => {
      const asked = set.columns.map((column): [string, number | string] => {
        const value = row.values[column.key] ?? "";
        const shaken =
          column.kind === "number" && noise ? ((random() - 0.5) * noise * spread(column.key)) / 50 : 0;
        const key = byText ? column.text : column.key;
        return [key, typeof value === "number" ? Math.round((value + shaken) * 100) / 100 : value];
      });
      return {
        id: String(row.no),
        title: `第 ${row.no} ${set.measure}`,
        truth: set.labels.find(({ key }) => key === row.label)?.text ?? row.label,
        asked: Object.fromEntries(asked),
      };
    });
  }

  /** A small model that comes with the lab: it asks one question, or compares colours and outlines. */
  starter(): Promise<TrainedModel | null> {
    this.starting ??= this.trained().catch((error: unknown) => {
      console.error(error);
      this.starting = null;
      return null;
    });
    return this.starting;
  }

  private async trained(): Promise<TrainedModel | null> {
    const { supply } = this;
    const shared = {
      format: FORMAT,
      id: STARTER,
      name: "现成的小模型",
      made: { lab: "blocks", at: "", camera: false },
      labels: supply.set.labels,
      scores: { train: null, test: null },
      card: begunCard({}, { train: null, test: null }),
    };
    if (supply.of === "rows") {
      const growth: Growth = {
        columns: supply.set.columns,
        labels: supply.set.labels.map(({ key }) => key),
        criterion: "gini",
        maxDepth: 1,
        minLeaf: 1,
      };
      const tree = grow(
        supply.set.rows.filter(({ part }) => part === "train"),
        growth,
      );
      const input = { of: "table", columns: supply.set.columns };
      return readModel({ ...shared, kind: "tree", input, parameters: { root: nodeOf(tree) } });
    }
    return readModel({ ...shared, kind: "centroid", ...(await this.centres(supply.set)) });
  }

  private async centres(set: ImageSet) {
    const rows = await Promise.all(
      set.labels.map(async ({ key }) => {
        const learnt = set.images.filter(({ part, label }) => part === "train" && label === key).slice(0, 5);
        const all = await Promise.all(learnt.map(({ file }) => this.looked(file, FEATURES.simple, USUAL)));
        const size = all[0]?.length ?? 0;
        return Array.from(
          { length: size },
          (_, i) => all.reduce((sum, one) => sum + (one[i] ?? 0), 0) / all.length,
        );
      }),
    );
    const input = { of: "picture", features: FEATURES.simple, size: rows[0]?.length ?? 0 };
    return { input, parameters: { metric: "cosine", centres: packed(rows) } };
  }
}

function nodeOf({ question, yes, no, says, counts }: Tree): TreeNode {
  if (!question || !yes || !no) return { says, counts };
  const branches = { yes: nodeOf(yes), no: nodeOf(no) };
  return question.kind === "number"
    ? { column: question.column, at: question.at, ...branches }
    : { column: question.column, is: question.is, ...branches };
}
