// What a picture looks like without the network: its colours, and which way its edges run in 16 fields.
// Used where the network cannot be loaded. Pure.
import { type Features, unit } from "./model";

export const SIDE = 224;
const GRID = 4;
const DIRECTIONS = 8;
const HUES = 8;
const CELL = 4; // pixels are averaged in blocks of this many before edges are taken

/** Red, green, blue, alpha bytes of a SIDE × SIDE picture to a feature vector of length 1. */
export function simpleFeatures(rgba: ArrayLike<number>): Features {
  const edges = unit(edgeField(shrunk(rgba)));
  const colours = unit(colourCounts(rgba));
  const all = new Float32Array(edges.length + colours.length);
  all.set(edges);
  all.set(
    colours.map((value) => value * 0.5),
    edges.length,
  );
  return unit(all);
}

function shrunk(rgba: ArrayLike<number>): Float32Array {
  const side = SIDE / CELL;
  const grey = new Float32Array(side * side);
  for (let y = 0; y < SIDE; y += 1) {
    for (let x = 0; x < SIDE; x += 1) {
      const at = (y * SIDE + x) * 4;
      const light =
        0.3 * (rgba[at] as number) + 0.59 * (rgba[at + 1] as number) + 0.11 * (rgba[at + 2] as number);
      const cell = Math.floor(y / CELL) * side + Math.floor(x / CELL);
      grey[cell] = (grey[cell] as number) + light / (CELL * CELL * 255);
    }
  }
  return grey;
}

function edgeField(grey: Float32Array): Float32Array {
  const side = Math.sqrt(grey.length);
  const field = new Float32Array(GRID * GRID * DIRECTIONS);
  for (let y = 1; y < side - 1; y += 1) {
    for (let x = 1; x < side - 1; x += 1) {
      const at = (row: number, column: number) => grey[row * side + column] as number;
      const dx = at(y, x + 1) - at(y, x - 1);
      const dy = at(y + 1, x) - at(y - 1, x);
      const strength = Math.hypot(dx, dy);
      if (strength === 0) continue;
      const turn = (Math.atan2(dy, dx) + Math.PI) / Math.PI; // 0 to 2; opposite edges count as one direction
      const direction = Math.floor((turn % 1) * DIRECTIONS) % DIRECTIONS;
      const cell = Math.floor((y * GRID) / side) * GRID + Math.floor((x * GRID) / side);
      const index = cell * DIRECTIONS + direction;
      field[index] = (field[index] as number) + strength;
    }
  }
  return field.map(Math.sqrt);
}

function colourCounts(rgba: ArrayLike<number>): Float32Array {
  const counts = new Float32Array(HUES + 3); // hues of coloured pixels; dark, middle and light grey
  for (let i = 0; i < SIDE * SIDE * 4; i += 16) {
    const [r, g, b] = [rgba[i] as number, rgba[i + 1] as number, rgba[i + 2] as number];
    const top = Math.max(r, g, b);
    const spread = top - Math.min(r, g, b);
    let bin = HUES + Math.min(2, Math.floor(top / 86));
    if (spread > 40) {
      const sixth =
        top === r ? ((g - b) / spread + 6) % 6 : top === g ? (b - r) / spread + 2 : (r - g) / spread + 4;
      bin = Math.floor((sixth / 6) * HUES) % HUES;
    }
    counts[bin] = (counts[bin] as number) + 1;
  }
  return counts.map(Math.sqrt);
}
