// What a picture looks like without the network: the thing is cut out of its ground, then which way its edges run
// in 25 fields, and its colours. Used where the network cannot be loaded. Pure.
import { type Features, unit } from "./model";

export const SIDE = 224;
const CUT = 48; // the cut-out thing is brought to this many cells a side
const GRID = 5;
const DIRECTIONS = 8;
const HUES = 8;
const COLOUR_WEIGHT = 0.1;
const UNLIKE_GROUND = 40; // summed over three channels
const MARGIN = 6;
const LEAST_PIXELS = 50;

/** Red, green, blue, alpha bytes of a SIDE × SIDE picture to a feature vector of length 1. */
export function simpleFeatures(rgba: ArrayLike<number>): Features {
  const base = ground(rgba);
  const square = thing(rgba, base);
  const edges = unit(edgeField(cutOut(rgba, base, square)));
  const colours = unit(colourCounts(rgba, square ? base : null));
  const all = new Float32Array(edges.length + colours.length);
  all.set(edges);
  all.set(
    colours.map((value) => value * COLOUR_WEIGHT),
    edges.length,
  );
  return unit(all);
}

type Pixel = [number, number, number];

const pixel = (rgba: ArrayLike<number>, x: number, y: number): Pixel => {
  const at = (y * SIDE + x) * 4;
  return [rgba[at] as number, rgba[at + 1] as number, rgba[at + 2] as number];
};

const light = ([r, g, b]: Pixel): number => (0.3 * r + 0.59 * g + 0.11 * b) / 255;

/** The colour in the middle of those along the border, channel by channel. */
function ground(rgba: ArrayLike<number>): Pixel {
  const border: Pixel[] = [];
  for (let i = 0; i < SIDE; i += 1)
    border.push(pixel(rgba, i, 0), pixel(rgba, i, SIDE - 1), pixel(rgba, 0, i), pixel(rgba, SIDE - 1, i));
  const middle = (c: number) =>
    border.map((one) => one[c] as number).sort((a, b) => a - b)[border.length >> 1] ?? 0;
  return [middle(0), middle(1), middle(2)];
}

interface Square {
  x: number;
  y: number;
  side: number;
}

function unlike(one: Pixel, base: Pixel): boolean {
  return one.reduce((sum, value, c) => sum + Math.abs(value - (base[c] as number)), 0) > UNLIKE_GROUND;
}

/** The square around everything that is unlike the ground; null when nothing is. */
function thing(rgba: ArrayLike<number>, base: Pixel): Square | null {
  let [left, right, top, bottom, found] = [SIDE, 0, SIDE, 0, 0];
  for (let y = 0; y < SIDE; y += 1) {
    for (let x = 0; x < SIDE; x += 1) {
      if (!unlike(pixel(rgba, x, y), base)) continue;
      found += 1;
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = Math.max(bottom, y);
    }
  }
  if (found < LEAST_PIXELS) return null;
  const side = Math.max(right - left, bottom - top) + 2 * MARGIN;
  return { x: (left + right - side) / 2, y: (top + bottom - side) / 2, side };
}

/** Lightness of the thing in CUT × CUT cells, each the mean of four points. */
function cutOut(rgba: ArrayLike<number>, base: Pixel, square: Square | null): Float32Array {
  const { x, y, side } = square ?? { x: 0, y: 0, side: SIDE };
  const points = CUT * 2;
  const cells = new Float32Array(CUT * CUT);
  for (let j = 0; j < points; j += 1) {
    for (let i = 0; i < points; i += 1) {
      const px = Math.floor(x + ((i + 0.5) * side) / points);
      const py = Math.floor(y + ((j + 0.5) * side) / points);
      const inside = px >= 0 && py >= 0 && px < SIDE && py < SIDE;
      const cell = (j >> 1) * CUT + (i >> 1);
      cells[cell] = (cells[cell] as number) + light(inside ? pixel(rgba, px, py) : base) / 4;
    }
  }
  return cells;
}

function edgeField(cells: Float32Array): Float32Array {
  const field = new Float32Array(GRID * GRID * DIRECTIONS);
  const at = (row: number, column: number) => cells[row * CUT + column] as number;
  for (let y = 1; y < CUT - 1; y += 1) {
    for (let x = 1; x < CUT - 1; x += 1) {
      const dx = at(y, x + 1) - at(y, x - 1);
      const dy = at(y + 1, x) - at(y - 1, x);
      const strength = Math.hypot(dx, dy);
      if (strength === 0) continue;
      const turn = (Math.atan2(dy, dx) + Math.PI) / Math.PI; // 0 to 2; opposite edges count as one direction
      const direction = Math.floor((turn % 1) * DIRECTIONS) % DIRECTIONS;
      const cell = Math.floor((y * GRID) / CUT) * GRID + Math.floor((x * GRID) / CUT);
      const index = cell * DIRECTIONS + direction;
      field[index] = (field[index] as number) + strength;
    }
  }
  return field.map(Math.sqrt);
}

/** How often each hue and grey occurs in the thing, or in the whole picture when there is no ground to leave out. */
function colourCounts(rgba: ArrayLike<number>, base: Pixel | null): Float32Array {
  const counts = new Float32Array(HUES + 3); // hues of coloured pixels; dark, middle and light grey
  for (let y = 0; y < SIDE; y += 2) {
    for (let x = 0; x < SIDE; x += 2) {
      const one = pixel(rgba, x, y);
      if (base && !unlike(one, base)) continue;
      const bin = binOf(one);
      counts[bin] = (counts[bin] as number) + 1;
    }
  }
  return counts.map(Math.sqrt);
}

function binOf([r, g, b]: Pixel): number {
  const top = Math.max(r, g, b);
  const spread = top - Math.min(r, g, b);
  if (spread <= 40) return HUES + Math.min(2, Math.floor(top / 86));
  if (top === r) return hueBin(((g - b) / spread + 6) % 6);
  return hueBin(top === g ? (b - r) / spread + 2 : (r - g) / spread + 4);
}

const hueBin = (sixth: number): number => Math.floor((sixth / 6) * HUES) % HUES;
