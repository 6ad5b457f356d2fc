// The things on the belt that nobody learnt from, as a model is asked with them, in the light and the noise there is.
import { Eye, pixels } from "../image-classifier/eye";
import { FEATURES } from "../image-classifier/keep";
import { unit } from "../image-classifier/model";
import { simpleFeatures } from "../image-classifier/simple-features";
import type { TrainedModel } from "../models";
import { features, picture } from "../sound/mel";
import { synth, withNoise } from "../sound/synth";
import { starterFor } from "./starter";
import { picked, type Supply, shared } from "./supply";
import { type Around, seeded, type Thing, USUAL } from "./world";

const LEAST_SHARE_OF_LIGHT = 0.02;

type Set_<Of extends Supply["of"]> = Extract<Supply, { of: Of }>["set"];
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
    const keys = shared(supply, model).map(({ key }) => key);
    const kept = <T extends { part: string; label: string }>(all: readonly T[]) =>
      picked(
        all.filter(({ label }) => keys.includes(label)),
        this.most,
      );
    switch (supply.of) {
      case "pictures":
        return this.pictures(kept(supply.set.images), model, around);
      case "sounds":
        return this.sounds(kept(supply.set.sounds), around);
      case "texts":
        return this.texts(kept(supply.set.sentences), around);
      case "rows":
        return this.rows(supply.set, kept(this.rowsOf(supply.set, model)), model, around);
    }
  }

  private text(label: string): string {
    return this.supply.set.labels.find(({ key }) => key === label)?.text ?? label;
  }

  private pictures(
    images: Set_<"pictures">["images"],
    model: TrainedModel | null,
    around: Around,
  ): Promise<Thing[]> {
    const way = model?.input.of === "picture" ? model.input.features : null;
    return Promise.all(
      images.map(async ({ file, label, alt }) => ({
        id: file,
        title: alt,
        truth: this.text(label),
        asked: way ? await this.looked(file, way, around) : [],
        shown: { of: "picture" as const, url: this.url(file) },
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

  /** The disturbance lies 30 decibels below the sound at first, and above it at the end of the slider. */
  private sounds(sounds: Set_<"sounds">["sounds"], { noise }: Around): Thing[] {
    return sounds.map((one, i) => {
      const bare = synth(one);
      const sound = noise ? withNoise(bare, 30 - noise * 0.4, one.seed) : bare;
      const seen = picture(sound);
      return {
        id: one.key,
        title: `第 ${i + 1} 个声音`,
        truth: this.text(one.label),
        asked: features(seen),
        shown: { of: "sound", sound, seen },
      };
    });
  }

  private texts(sentences: Set_<"texts">["sentences"], around: Around): Thing[] {
    return sentences.map((one, i) => {
      const said = worn(one.text, around.noise, i);
      return {
        id: String(i),
        title: `第 ${i + 1} 句`,
        truth: this.text(one.label),
        asked: said,
        shown: { of: "text", said },
      };
    });
  }

  /** Only those rows that a model learnt of, when it says so: one shape among four. */
  private rowsOf(set: Set_<"rows">, model: TrainedModel | null): Set_<"rows">["rows"] {
    const data = model?.made.data;
    if (data?.set !== set.key) return set.rows;
    const only = Object.entries(data.only);
    return set.rows.filter(({ values }) => only.every(([key, value]) => String(values[key]) === value));
  }

  private rows(
    set: Set_<"rows">,
    rows: Set_<"rows">["rows"],
    model: TrainedModel | null,
    { noise }: Around,
  ): Thing[] {
    const random = seeded(9);
    const spread = (key: string) => {
      const values = set.rows.map((row) => Number(row.values[key]));
      return Math.max(...values) - Math.min(...values);
    };
    const byText = model?.input.of === "numbers";
    return rows.map((row) => {
      const cells = set.columns.map((column) => {
        const value = row.values[column.key] ?? "";
        const shaken =
          column.kind === "number" && noise ? ((random() - 0.5) * noise * spread(column.key)) / 50 : 0;
        return { column, value: shaken ? Math.round((Number(value) + shaken) * 100) / 100 : value };
      });
      return {
        id: String(row.no),
        title: `第 ${row.no} ${set.measure}`,
        truth: this.text(row.label),
        asked: Object.fromEntries(
          cells.map(({ column, value }) => [byText ? column.text : column.key, value]),
        ),
        shown: {
          of: "row",
          cells: cells.map(({ column, value }) => [column.text, `${value} ${column.unit}`.trim()]),
        },
      };
    });
  }

  /** The small model that comes with the lab. */
  starter(): Promise<TrainedModel | null> {
    this.starting ??= starterFor(this.supply, (file) => this.looked(file, FEATURES.simple, USUAL)).catch(
      (error: unknown) => {
        console.error(error);
        this.starting = null;
        return null;
      },
    );
    return this.starting;
  }
}

/** A sentence as it comes through: the more disturbance, the more of its characters are lost; the same every time. */
export function worn(said: string, noise: number, seed: number): string {
  const random = seeded(seed * 7919 + 9);
  return Array.from(said, (one) => (random() * 125 < noise ? "…" : one)).join("");
}
