// Sounds made from a few numbers: no recording is needed, the same numbers give the same sound. Pure.
import { bell, dice } from "../random";

export const RATE = 16000;
/** Every sound lasts one second. */
export const LENGTH = RATE;

export const MAKES = ["drum", "bell", "chirp", "whistle", "rain", "clap"] as const;
export type Make = (typeof MAKES)[number];

export interface Recipe {
  make: Make;
  seed: number;
  /** Main pitch in hertz; for rain and claps the middle of the noise. */
  pitch: number;
  /** How long it sounds, in seconds. */
  long: number;
  /** When it begins, in seconds. */
  start: number;
}

type Voice = (t: number, i: number) => number;
const TAU = 2 * Math.PI;

/** Noise around a pitch: a two-pole band filter over white noise. */
function bandNoise(noise: () => number, pitch: number, width: number): () => number {
  const r = Math.exp((-Math.PI * width) / RATE);
  const [a1, a2] = [2 * r * Math.cos((TAU * pitch) / RATE), -r * r];
  let [y1, y2] = [0, 0];
  return () => {
    const y = (1 - r) * noise() + a1 * y1 + a2 * y2;
    [y2, y1] = [y1, y];
    return y;
  };
}

function drum({ pitch, long }: Recipe, noise: () => number): Voice {
  let turn = 0;
  return (t) => {
    turn += (TAU * pitch * (1 + 0.8 * Math.exp(-t * 30))) / RATE;
    return Math.sin(turn) * Math.exp((-4 * t) / long) + 0.25 * noise() * Math.exp(-t * 60);
  };
}

/** Partials that are no whole multiples make it ring. */
function ringing({ pitch, long }: Recipe): Voice {
  const partials = [
    [0.5, 0.4, 1.2],
    [1, 1, 1],
    [1.19, 0.5, 0.8],
    [1.56, 0.35, 0.6],
    [2, 0.45, 0.5],
    [2.66, 0.25, 0.35],
  ] as const;
  // each fades by the same share every sample
  const fades = partials.map(([, , fade]) => Math.exp(-4 / (long * fade * RATE)));
  const now = partials.map(([, loud]) => loud as number);
  return (t) => {
    let sum = 0;
    for (const [i, [ratio]] of partials.entries()) {
      sum += (now[i] as number) * Math.sin(TAU * pitch * ratio * t);
      now[i] = (now[i] as number) * (fades[i] as number);
    }
    return sum;
  };
}

/** Short calls whose pitch falls, one after another. */
function chirp({ pitch, long }: Recipe, next: () => number): Voice {
  const calls = 2 + Math.floor(next() * 3);
  const each = long / calls;
  const fall = 0.25 + 0.3 * next();
  let turn = 0;
  return (t) => {
    const within = (t % each) / each;
    if (t >= long || within > 0.7) return 0;
    turn += (TAU * pitch * (1 + fall * (0.5 - within / 0.7))) / RATE;
    return Math.sin(turn) * Math.sin((Math.PI * within) / 0.7);
  };
}

function whistle({ pitch, long }: Recipe, next: () => number, noise: () => number): Voice {
  const [sway, speed, slide] = [0.01 + 0.02 * next(), 4 + 3 * next(), (next() - 0.5) * 0.3];
  let turn = 0;
  return (t) => {
    if (t >= long) return 0;
    turn += (TAU * pitch * (1 + sway * Math.sin(TAU * speed * t) + (slide * t) / long)) / RATE;
    return (Math.sin(turn) + 0.05 * noise()) * Math.min(1, t / 0.05, (long - t) / 0.05);
  };
}

function rain({ pitch }: Recipe, next: () => number, noise: () => number): Voice {
  const far = bandNoise(noise, pitch, 3500);
  const drop = bandNoise(noise, pitch * 1.3, 1500);
  let wet = 0;
  return () => {
    if (next() < 0.006) wet = 1 + next();
    wet *= 0.985;
    return far() + 1.6 * wet * drop();
  };
}

/** A clap is a few bursts within hundredths of a second, then the room. */
function clap({ pitch, long }: Recipe, next: () => number, noise: () => number): Voice {
  const body = bandNoise(noise, pitch, 1200);
  const bursts = [0, 0.008 + 0.006 * next(), 0.02 + 0.008 * next()];
  return (t) => {
    const sharp = bursts.reduce((sum, at) => sum + (t >= at ? Math.exp(-(t - at) * 160) : 0), 0);
    return body() * (sharp + 0.35 * Math.exp((-6 * t) / long));
  };
}

function voiceOf(recipe: Recipe, next: () => number): Voice {
  const noise = bell(next);
  switch (recipe.make) {
    case "drum":
      return drum(recipe, noise);
    case "bell":
      return ringing(recipe);
    case "chirp":
      return chirp(recipe, next);
    case "whistle":
      return whistle(recipe, next, noise);
    case "rain":
      return rain(recipe, next, noise);
    case "clap":
      return clap(recipe, next, noise);
  }
}

/** One second of sound, loudest at 0.9, with the hiss every recording has. */
export function synth(recipe: Recipe): Float32Array {
  const next = dice(recipe.seed);
  const voice = voiceOf(recipe, next);
  const sound = new Float32Array(LENGTH);
  const from = recipe.make === "rain" ? 0 : Math.floor(recipe.start * RATE);
  for (let i = from; i < LENGTH; i += 1) sound[i] = voice((i - from) / RATE, i - from);
  const hiss = bell(dice(recipe.seed + 7919));
  const scaled = loudestAt(sound, 0.9);
  for (let i = 0; i < LENGTH; i += 1) scaled[i] = (scaled[i] as number) + 0.0006 * hiss();
  return scaled;
}

export function loudestAt(sound: Float32Array, peak: number): Float32Array {
  let most = 0;
  for (const value of sound) most = Math.max(most, Math.abs(value));
  return most > 0 ? sound.map((value) => (value / most) * peak) : sound.slice();
}

function power(sound: Float32Array): number {
  let sum = 0;
  for (const value of sound) sum += value * value;
  return sum / (sound.length || 1);
}

/** Noise in the street: more of it low than high. `decibels` is how far the sound lies above it on average. */
export function withNoise(sound: Float32Array, decibels: number, seed: number): Float32Array {
  const next = bell(dice(seed));
  let low = 0;
  const noise = Float32Array.from(sound, () => {
    low = 0.9 * low + 0.1 * next();
    return low * 3 + 0.25 * next();
  });
  const scale = Math.sqrt(power(sound) / power(noise) / 10 ** (decibels / 10));
  return sound.map((value, i) => value + (noise[i] as number) * scale);
}

/** The same sound in a large bare room: sixty echoes that grow weaker over 0.6 seconds. */
export function inHall(sound: Float32Array, seed: number): Float32Array {
  const next = dice(seed);
  const echoes = Array.from({ length: 60 }, () => {
    const late = 0.02 + 0.58 * next();
    return { late: Math.floor(late * RATE), loud: (next() < 0.5 ? -1 : 1) * 0.5 * Math.exp(-4 * late) };
  });
  const heard = sound.slice();
  for (const { late, loud } of echoes)
    for (let i = late; i < heard.length; i += 1)
      heard[i] = (heard[i] as number) + loud * (sound[i - late] as number);
  return loudestAt(heard, 0.9);
}
