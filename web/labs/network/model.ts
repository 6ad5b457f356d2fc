// A small fully connected network for two kinds: forward, backward, one batch, one look at its losses. Pure.
import { dice } from "../dice";

export const ACTIVATIONS = ["tanh", "relu", "sigmoid"] as const;
export type Activation = (typeof ACTIVATIONS)[number];
export const FEATURES = ["x", "y", "xx", "yy", "xy", "sx", "sy"] as const;
export type Feature = (typeof FEATURES)[number];

/** `weights[layer][unit * inputs + input]`, `biases[layer][unit]`; the last layer is one unit, squeezed to a chance. */
export interface Net {
  sizes: number[];
  activation: Activation;
  weights: number[][];
  biases: number[][];
}

/** A point as the network sees it: what goes in, and 1 for the second kind. */
export interface Example {
  input: number[];
  target: 0 | 1;
}

export interface Slopes {
  weights: number[][];
  biases: number[][];
}

export interface Score {
  /** Mean logarithmic loss. */
  loss: number;
  right: number;
  all: number;
}

const FORMS: Record<Feature, (u: number, v: number) => number> = {
  x: (u) => u,
  y: (_u, v) => v,
  xx: (u) => u * u,
  yy: (_u, v) => v * v,
  xy: (u, v) => u * v,
  sx: (u) => Math.sin(Math.PI * u),
  sy: (_u, v) => Math.sin(Math.PI * v),
};

/** What goes in for a place on the sheet (0 to 100): its coordinates run from −2 to 2. */
export function inputOf(features: readonly Feature[], x: number, y: number): number[] {
  const [u, v] = [(x - 50) / 25, (y - 50) / 25];
  return features.map((feature) => FORMS[feature](u, v));
}

export function activate(how: Activation, sum: number): number {
  if (how === "relu") return sum > 0 ? sum : 0;
  if (how === "tanh") return Math.tanh(sum);
  return 1 / (1 + Math.exp(-sum));
}

/** The slope of an activation, from what came out of it. */
function slopeAt(how: Activation, out: number): number {
  if (how === "relu") return out > 0 ? 1 : 0;
  if (how === "tanh") return 1 - out * out;
  return out * (1 - out);
}

/** Weights even between ±√(6 / (in + out)), after Glorot; the same seed gives the same network. */
export function freshNet(sizes: number[], activation: Activation, seed: number): Net {
  const next = dice(seed);
  const weights: number[][] = [];
  const biases: number[][] = [];
  for (let layer = 1; layer < sizes.length; layer += 1) {
    const [ins, outs] = [sizes[layer - 1] as number, sizes[layer] as number];
    const most = Math.sqrt(6 / (ins + outs));
    weights.push(Array.from({ length: ins * outs }, () => (2 * next() - 1) * most));
    biases.push(new Array<number>(outs).fill(0));
  }
  return { sizes, activation, weights, biases };
}

/** What every unit puts out; `outs[0]` is the input, the last holds the chance of the second kind. */
export function forward(net: Net, input: readonly number[], outs: number[][] = []): number[][] {
  outs[0] = input as number[];
  const last = net.weights.length;
  for (let layer = 1; layer <= last; layer += 1) {
    const below = outs[layer - 1] as number[];
    const weights = net.weights[layer - 1] as number[];
    const biases = net.biases[layer - 1] as number[];
    outs[layer] ??= new Array<number>(biases.length).fill(0);
    const here = outs[layer] as number[];
    for (let unit = 0; unit < biases.length; unit += 1) {
      let sum = biases[unit] as number;
      const row = unit * below.length;
      for (let i = 0; i < below.length; i += 1) sum += (weights[row + i] as number) * (below[i] as number);
      here[unit] = activate(layer === last ? "sigmoid" : net.activation, sum);
    }
  }
  return outs;
}

export const chance = (net: Net, input: readonly number[]): number =>
  forward(net, input)[net.weights.length]?.[0] ?? 0.5;

const LEAST = 1e-12;
const lossOf = (p: number, target: 0 | 1): number => -Math.log(Math.max(LEAST, target ? p : 1 - p));

const zeros = (like: number[][]): number[][] => like.map((row) => new Array<number>(row.length).fill(0));

/** How the mean loss over these examples changes with every weight and bias. */
export function slopes(net: Net, examples: readonly Example[]): Slopes {
  const found: Slopes = { weights: zeros(net.weights), biases: zeros(net.biases) };
  const outs: number[][] = [];
  const blame = zeros(net.biases);
  const last = net.weights.length;
  for (const { input, target } of examples) {
    forward(net, input, outs);
    // the squeeze and the logarithm together leave the plain difference
    (blame[last - 1] as number[])[0] = ((outs[last]?.[0] as number) - target) / examples.length;
    for (let layer = last; layer >= 1; layer -= 1) spread(net, outs, blame, layer, found);
  }
  return found;
}

/** One layer of the way back: slopes of its weights, and the blame of the layer below. */
function spread(net: Net, outs: number[][], blame: number[][], layer: number, found: Slopes): void {
  const below = outs[layer - 1] as number[];
  const here = blame[layer - 1] as number[];
  const weights = net.weights[layer - 1] as number[];
  const steep = found.weights[layer - 1] as number[];
  const steepBias = found.biases[layer - 1] as number[];
  const lower = blame[layer - 2];
  lower?.fill(0);
  for (let unit = 0; unit < here.length; unit += 1) {
    const b = here[unit] as number;
    steepBias[unit] = (steepBias[unit] as number) + b;
    const row = unit * below.length;
    for (let i = 0; i < below.length; i += 1) {
      steep[row + i] = (steep[row + i] as number) + b * (below[i] as number);
      if (lower) lower[i] = (lower[i] as number) + b * (weights[row + i] as number);
    }
  }
  if (lower)
    for (let i = 0; i < lower.length; i += 1)
      lower[i] = (lower[i] as number) * slopeAt(net.activation, below[i] as number);
}

/** One step downhill on a batch; `decay` draws every weight a little towards 0. */
export function learn(net: Net, batch: readonly Example[], rate: number, decay: number): void {
  const down = slopes(net, batch);
  for (const [layer, weights] of net.weights.entries()) {
    const steep = down.weights[layer] as number[];
    for (let i = 0; i < weights.length; i += 1) {
      const weight = weights[i] as number;
      weights[i] = weight - rate * ((steep[i] as number) + decay * weight);
    }
    const biases = net.biases[layer] as number[];
    const steepBias = down.biases[layer] as number[];
    for (let i = 0; i < biases.length; i += 1)
      biases[i] = (biases[i] as number) - rate * (steepBias[i] as number);
  }
}

export function score(net: Net, examples: readonly Example[]): Score {
  const outs: number[][] = [];
  let [loss, right] = [0, 0];
  for (const { input, target } of examples) {
    const p = forward(net, input, outs)[net.weights.length]?.[0] as number;
    loss += lossOf(p, target);
    if (p > 0.5 === (target === 1)) right += 1;
  }
  return { loss: loss / (examples.length || 1), right, all: examples.length };
}

/** Weights that grew beyond all numbers: nothing more can be learnt. */
export const lost = (net: Net): boolean =>
  net.weights.some((row) => row.some((w) => !Number.isFinite(w) || Math.abs(w) > 1e6));
