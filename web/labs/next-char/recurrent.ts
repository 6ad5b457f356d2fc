// A small recurrent net (Elman): reads sign after sign, keeps 48 numbers of what came before, guesses the next. Pure.
import { bell, dice } from "../random";

export const UNITS = 48;
/** Signs that one step of learning looks back over. */
export const WINDOW = 20;
const RATE = 0.006;
const LIMIT = 1;

/** Matrices row by row. `into`: a row of `units` per sign; `self`: units × units; `out`: a row of `units` per sign. */
export interface Net {
  signs: string[];
  units: number;
  into: Float64Array;
  self: Float64Array;
  bias: Float64Array;
  out: Float64Array;
  last: Float64Array;
}

export const PARTS = ["into", "self", "bias", "out", "last"] as const;
export type Weights = Pick<Net, (typeof PARTS)[number]>;

export function blank(signs: string[], units: number): Net {
  const [many, size] = [signs.length, units];
  return {
    signs,
    units,
    into: new Float64Array(many * size),
    self: new Float64Array(size * size),
    bias: new Float64Array(size),
    out: new Float64Array(many * size),
    last: new Float64Array(many),
  };
}

export function fresh(signs: string[], units: number, seed: number): Net {
  const net = blank(signs, units);
  const next = bell(dice(seed));
  for (const part of ["into", "self", "out"] as const)
    for (let i = 0; i < net[part].length; i += 1) net[part][i] = (next() * 0.6) / Math.sqrt(units);
  return net;
}

/** h' = tanh(into[sign] + self · h + bias). */
export function remember(net: Net, memory: Float64Array, sign: number): Float64Array {
  const { units, into, self, bias } = net;
  const found = new Float64Array(units);
  for (let i = 0; i < units; i += 1) {
    let sum = (into[sign * units + i] as number) + (bias[i] as number);
    const row = i * units;
    for (let j = 0; j < units; j += 1) sum += (self[row + j] as number) * (memory[j] as number);
    found[i] = Math.tanh(sum);
  }
  return found;
}

/** softmax(out · h + last). */
export function guess(net: Net, memory: Float64Array): Float64Array {
  const { units, out, last } = net;
  const found = new Float64Array(last.length);
  let most = -Infinity;
  for (let k = 0; k < found.length; k += 1) {
    let sum = last[k] as number;
    const row = k * units;
    for (let j = 0; j < units; j += 1) sum += (out[row + j] as number) * (memory[j] as number);
    found[k] = sum;
    most = Math.max(most, sum);
  }
  let total = 0;
  for (let k = 0; k < found.length; k += 1) {
    found[k] = Math.exp((found[k] as number) - most);
    total += found[k] as number;
  }
  for (let k = 0; k < found.length; k += 1) found[k] = (found[k] as number) / total;
  return found;
}

export interface Slopes {
  /** Mean of −ln(chance given to the sign that came). */
  loss: number;
  by: Weights;
  memory: Float64Array;
}

/**
 * One window: `signs[t]` is read, `signs[t + 1]` is to be guessed. Slopes of the mean loss, back through time.
 * `by` is written over: a learner lends the same again and again.
 */
export function slopes(
  net: Net,
  start: Float64Array,
  signs: readonly number[],
  by: Weights = blank(net.signs, net.units),
): Slopes {
  const { units } = net;
  const steps = signs.length - 1;
  for (const part of PARTS) by[part].fill(0);
  const memories = [start];
  const errors: Float64Array[] = [];
  let loss = 0;
  for (let t = 0; t < steps; t += 1) {
    const memory = remember(net, memories[t] as Float64Array, signs[t] as number);
    const error = guess(net, memory);
    const came = signs[t + 1] as number;
    loss -= Math.log(Math.max(1e-12, error[came] as number)) / steps;
    error[came] = (error[came] as number) - 1;
    memories.push(memory);
    errors.push(error);
  }
  let later = new Float64Array(units);
  for (let t = steps - 1; t >= 0; t -= 1) {
    const memory = memories[t + 1] as Float64Array;
    const before = memories[t] as Float64Array;
    const down = later;
    outward(net, by, errors[t] as Float64Array, memory, down, steps);
    later = new Float64Array(units);
    const sign = (signs[t] as number) * units;
    for (let i = 0; i < units; i += 1) {
      const slope = (down[i] as number) * (1 - (memory[i] as number) ** 2);
      by.bias[i] = (by.bias[i] as number) + slope;
      by.into[sign + i] = (by.into[sign + i] as number) + slope;
      const row = i * units;
      for (let j = 0; j < units; j += 1) {
        by.self[row + j] = (by.self[row + j] as number) + slope * (before[j] as number);
        later[j] = (later[j] as number) + slope * (net.self[row + j] as number);
      }
    }
  }
  return { loss, by, memory: memories[steps] as Float64Array };
}

/** Slopes of the guess at one step; what the memory is to blame for is added to `down`. */
function outward(
  net: Net,
  by: Weights,
  error: Float64Array,
  memory: Float64Array,
  down: Float64Array,
  steps: number,
): void {
  const { units, out } = net;
  for (let k = 0; k < error.length; k += 1) {
    const slope = (error[k] as number) / steps;
    by.last[k] = (by.last[k] as number) + slope;
    const row = k * units;
    for (let j = 0; j < units; j += 1) {
      by.out[row + j] = (by.out[row + j] as number) + slope * (memory[j] as number);
      down[j] = (down[j] as number) + slope * (out[row + j] as number);
    }
  }
}

/** Learns a text over and over, one window at a time; the same seed gives the same net on every device. */
export class Learner {
  readonly net: Net;
  /** Times through the text, and the mean loss of each. */
  readonly losses: number[] = [];
  private readonly text: number[];
  private readonly mean: Net;
  private readonly square: Net;
  private readonly by: Net;
  private memory: Float64Array;
  private at = 0;
  private steps = 0;
  private sum = 0;

  constructor(text: string, seed: number, units = UNITS) {
    const signs = [...new Set(text)].sort();
    this.text = [...text].map((sign) => signs.indexOf(sign));
    this.net = fresh(signs, units, seed);
    this.mean = blank(signs, units);
    this.square = blank(signs, units);
    this.by = blank(signs, units);
    this.memory = new Float64Array(units);
  }

  /** One window (Adam, slopes held within ±1). */
  step(): void {
    const window = this.text.slice(this.at, this.at + WINDOW + 1);
    const { loss, by, memory } = slopes(this.net, this.memory, window, this.by);
    this.steps += 1;
    const [fade1, fade2] = [1 - 0.9 ** this.steps, 1 - 0.999 ** this.steps];
    for (const part of PARTS) {
      const [weights, mean, square, slope] = [this.net[part], this.mean[part], this.square[part], by[part]];
      for (let i = 0; i < weights.length; i += 1) {
        const held = Math.min(LIMIT, Math.max(-LIMIT, slope[i] as number));
        const m = 0.9 * (mean[i] as number) + 0.1 * held;
        const v = 0.999 * (square[i] as number) + 0.001 * held * held;
        mean[i] = m;
        square[i] = v;
        weights[i] = (weights[i] as number) - (RATE * (m / fade1)) / (Math.sqrt(v / fade2) + 1e-8);
      }
    }
    this.memory = memory;
    this.sum += loss * (window.length - 1);
    this.at += WINDOW;
    if (this.at + 1 < this.text.length) return;
    this.losses.push(this.sum / (this.text.length - 1));
    this.at = 0;
    this.sum = 0;
    this.memory = new Float64Array(this.net.units);
  }
}

/** Chances of every sign of the net after a text; signs it never learnt are passed over. */
export function recall(net: Net, text: string): number[] {
  let memory: Float64Array = new Float64Array(net.units);
  for (const sign of text) {
    const at = net.signs.indexOf(sign);
    if (at >= 0) memory = remember(net, memory, at);
  }
  return [...guess(net, memory)];
}
