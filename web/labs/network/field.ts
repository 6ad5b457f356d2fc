// What the network says all over the sheet, as pictures: one pass over a coarse grid paints the answer and every unit.
import { type Activation, FEATURES, type Feature, forward, inputOf, type Net } from "./model";

/** Cells a side; the browser smooths them. */
export const CELLS = 40;
/** Cells of the pictures in words. */
const WORD_CELLS = 5;

type Rgb = [number, number, number];
export interface Inks {
  first: Rgb;
  second: Rgb;
  paper: Rgb;
  line: Rgb;
}

/** The colours of the page, read again when it turns dark. */
export function readInks(element: Element): Inks {
  const style = getComputedStyle(element);
  const read = (name: string): Rgb => {
    const hex = style.getPropertyValue(name).trim().replace("#", "");
    const at = (i: number) => Number.parseInt(hex.slice(i, i + 2), 16) || 0;
    return [at(0), at(2), at(4)];
  };
  return { first: read("--d1"), second: read("--d4"), paper: read("--sheet"), line: read("--ink") };
}

/** −1 is the first kind's colour, 1 the second's, 0 paper. */
function tint(into: Uint8ClampedArray, cell: number, value: number, inks: Inks): void {
  const to = value < 0 ? inks.first : inks.second;
  const share = Math.min(1, Math.abs(value)) * 0.75;
  for (let c = 0; c < 3; c += 1)
    into[cell * 4 + c] = (inks.paper[c] as number) * (1 - share) + (to[c] as number) * share;
  into[cell * 4 + 3] = 255;
}

/** What a unit puts out, brought to −1 … 1. */
function level(how: Activation | "in" | "chance", out: number): number {
  if (how === "chance" || how === "sigmoid") return 2 * out - 1;
  if (how === "relu") return out / 2;
  if (how === "in") return out / 2;
  return out;
}

/** One layer's outs over the whole grid, unit after unit; layer 0 holds every feature there is, used or not. */
export interface Grid {
  layers: Float32Array[][];
}

const places = Array.from({ length: CELLS }, (_, i) => ((i + 0.5) * 100) / CELLS);

/** A pass over some rows of the grid; called row by row so that a slow machine can stop in between. */
export function fill(net: Net, features: readonly Feature[], grid: Grid, row: number): void {
  const outs: number[][] = [];
  const y = places[CELLS - 1 - row] as number;
  for (let column = 0; column < CELLS; column += 1) {
    const all = inputOf(FEATURES, places[column] as number, y);
    const used = features.map((one) => all[FEATURES.indexOf(one)] as number);
    forward(net, used, outs);
    const cell = row * CELLS + column;
    for (const [unit, value] of all.entries()) (grid.layers[0]?.[unit] as Float32Array)[cell] = value;
    for (let layer = 1; layer < outs.length; layer += 1)
      for (const [unit, value] of (outs[layer] as number[]).entries())
        (grid.layers[layer]?.[unit] as Float32Array)[cell] = value;
  }
}

export function freshGrid(net: Net): Grid {
  const sizes = [FEATURES.length, ...net.sizes.slice(1)];
  return {
    layers: sizes.map((n) => Array.from({ length: n }, () => new Float32Array(CELLS * CELLS))),
  };
}

/** Paints one unit of a filled grid. */
export function paint(
  canvas: HTMLCanvasElement,
  values: Float32Array,
  how: Activation | "in" | "chance",
  inks: Inks,
): void {
  const context = canvas.getContext("2d");
  if (!context) return;
  const image = context.createImageData(CELLS, CELLS);
  for (let cell = 0; cell < values.length; cell += 1)
    tint(image.data, cell, level(how, values[cell] as number), inks);
  if (how === "chance") border(image.data, values, inks);
  context.putImageData(image, 0, 0);
}

/** Where the answer changes stands a dark line: the hue alone never says it. */
function border(into: Uint8ClampedArray, values: Float32Array, inks: Inks): void {
  const side = (cell: number) => (values[cell] as number) > 0.5;
  for (let row = 0; row < CELLS - 1; row += 1)
    for (let column = 0; column < CELLS - 1; column += 1) {
      const cell = row * CELLS + column;
      if (side(cell) === side(cell + 1) && side(cell) === side(cell + CELLS)) continue;
      for (let c = 0; c < 3; c += 1) into[cell * 4 + c] = inks.line[c] as number;
    }
}

/** The answer as rows of signs, top row first. */
export function inSigns(net: Net, features: readonly Feature[]): string[] {
  const at = (i: number) => ((i + 0.5) * 100) / WORD_CELLS;
  return Array.from({ length: WORD_CELLS }, (_, row) =>
    Array.from({ length: WORD_CELLS }, (_, column) => {
      const outs = forward(net, inputOf(features, at(column), at(WORD_CELLS - 1 - row)));
      return (outs[net.weights.length]?.[0] ?? 0) > 0.5 ? "■" : "●";
    }).join(" "),
  );
}
