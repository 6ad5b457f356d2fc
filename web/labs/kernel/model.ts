// A kernel of nine numbers on a grey picture: one place, the whole picture, pooling, noise. Pure.
// Nothing is turned round first: what networks call convolution, SciPy calls correlate.
import { dice, normal } from "../dice";

export const PADDINGS = ["none", "zero", "edge"] as const;
export type Padding = (typeof PADDINGS)[number];
export const POOLS = ["none", "max", "mean"] as const;
export type Pool = (typeof POOLS)[number];
export const SIDE = 3;

/** Values row by row; 0 is black, 255 white, results may lie beyond. */
export interface Grey {
  width: number;
  height: number;
  values: number[];
}

export interface Kernel {
  /** Nine numbers, row by row. */
  weights: number[];
  /** The sum is divided by this; 0 stands for the sum of the weights (or 1, if that is 0). */
  divisor: number;
}

/** One layer: a kernel, how it goes over the picture, and what is pooled after it. */
export interface Layer {
  kernel: Kernel;
  padding: Padding;
  stride: number;
  pool: Pool;
}

/** One place of the result: nine points, what each gives, their sum and what comes of it. */
export interface Sum {
  points: number[];
  products: number[];
  total: number;
  value: number;
}

export function readGrey(rows: readonly string[]): Grey | null {
  const [width, height] = [rows[0]?.length ?? 0, rows.length];
  const values = rows.flatMap((row) => [...row].map((sign) => Number.parseInt(sign, 16) * 17));
  const even = rows.every((row) => row.length === width);
  return even && width >= SIDE && height >= SIDE && values.every(Number.isFinite)
    ? { width, height, values }
    : null;
}

export function divisorOf({ weights, divisor }: Kernel): number {
  return divisor || weights.reduce((sum, weight) => sum + weight, 0) || 1;
}

/** The point there; outside the picture black, or the nearest one, as the padding says. */
function point(grey: Grey, column: number, row: number, padding: Padding): number {
  const outside = column < 0 || row < 0 || column >= grey.width || row >= grey.height;
  if (outside && padding !== "edge") return 0;
  const x = Math.min(grey.width - 1, Math.max(0, column));
  const y = Math.min(grey.height - 1, Math.max(0, row));
  return grey.values[y * grey.width + x] as number;
}

export const before = (padding: Padding): number => (padding === "none" ? 0 : 1);

export function sizeOf({ width, height }: Pick<Grey, "width" | "height">, layer: Layer): [number, number] {
  const count = (side: number) =>
    Math.max(0, Math.floor((side + 2 * before(layer.padding) - SIDE) / layer.stride) + 1);
  return [count(width), count(height)];
}

/** The sums at one place of the result. */
export function sumAt(grey: Grey, layer: Layer, column: number, row: number): Sum {
  const { kernel, padding, stride } = layer;
  const [left, top] = [column * stride - before(padding), row * stride - before(padding)];
  const points: number[] = [];
  for (let y = 0; y < SIDE; y += 1)
    for (let x = 0; x < SIDE; x += 1) points.push(point(grey, left + x, top + y, padding));
  const products = points.map((value, i) => value * (kernel.weights[i] as number));
  const total = products.reduce((sum, value) => sum + value, 0);
  return { points, products, total, value: total / divisorOf(kernel) };
}

export function convolve(grey: Grey, layer: Layer): Grey {
  const [width, height] = sizeOf(grey, layer);
  const values: number[] = [];
  for (let row = 0; row < height; row += 1)
    for (let column = 0; column < width; column += 1) values.push(sumAt(grey, layer, column, row).value);
  return { width, height, values };
}

/** The largest or the mean of every two by two; a last odd row or column is left out. */
export function pooled(grey: Grey, how: Pool): Grey {
  if (how === "none") return grey;
  const [width, height] = [Math.floor(grey.width / 2), Math.floor(grey.height / 2)];
  const values: number[] = [];
  for (let row = 0; row < height; row += 1)
    for (let column = 0; column < width; column += 1) {
      const at = row * 2 * grey.width + column * 2;
      const four = [at, at + 1, at + grey.width, at + grey.width + 1].map((i) => grey.values[i] as number);
      values.push(how === "max" ? Math.max(...four) : four.reduce((sum, value) => sum + value, 0) / 4);
    }
  return { width, height, values };
}

/** A whole layer; a further layer starts from values within 0 and 255, as a picture does. */
export const through = (grey: Grey, layer: Layer): Grey => pooled(convolve(grey, layer), layer.pool);
export const clipped = (grey: Grey): Grey => ({
  ...grey,
  values: grey.values.map((value) => Math.min(255, Math.max(0, value))),
});

/** Whole values, moved at random by so many greys (a standard deviation); the same each time. */
export function noisy(grey: Grey, by: number): Grey {
  if (!by) return grey;
  const next = dice(11);
  const values = grey.values.map((value) =>
    Math.min(255, Math.max(0, Math.round(value + normal(next) * by))),
  );
  return { ...grey, values };
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / (values.length || 1);

/** Mean size of the values, whichever their sign. */
export const strength = ({ values }: Grey): number => mean(values.map(Math.abs));

export const spread = ({ values }: Grey): number =>
  values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY) -
  values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);

/** Mean difference of two pictures of one size; null when they aren't. */
export function difference(one: Grey, other: Grey): number | null {
  if (one.width !== other.width || one.height !== other.height) return null;
  return mean(one.values.map((value, i) => Math.abs(value - (other.values[i] as number))));
}

const probe = (value: (x: number, y: number) => number): Grey => ({
  width: 6,
  height: 6,
  values: Array.from({ length: 36 }, (_, i) => value(i % 6, Math.floor(i / 6))),
});
const PROBES = {
  upright: probe((x) => (x < 3 ? 0 : 255)),
  level: probe((_x, y) => (y < 3 ? 0 : 255)),
  flat: probe(() => 128),
};

export type Answers = Record<keyof typeof PROBES, number>;

/** What a kernel answers, at its strongest, to an upright edge, a level one, and a plain wall. */
export function answers(kernel: Kernel): Answers {
  const layer: Layer = { kernel, padding: "none", stride: 1, pool: "none" };
  const most = (grey: Grey) => Math.max(...convolve(grey, layer).values.map(Math.abs));
  return { upright: most(PROBES.upright), level: most(PROBES.level), flat: most(PROBES.flat) };
}
