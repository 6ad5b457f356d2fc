// From a sound to a picture of it: how loud each pitch is at each moment, on the scale the ear hears by. Pure.
import { RATE } from "./synth";

export const FRAME = 512;
export const HOP = 256;
export const BANDS = 24;
export const LOW = 80;
export const HIGH = 7600;
/** What lies further below the loudest place counts as silence. */
export const FLOOR = 60;

/** The mel scale as HTK and librosa (htk=True) have it. */
export const toMel = (hertz: number): number => 2595 * Math.log10(1 + hertz / 700);
export const fromMel = (mel: number): number => 700 * (10 ** (mel / 2595) - 1);

/** Cosines and sines of a whole turn in FRAME parts, looked up instead of reckoned each time. */
const COS = Float64Array.from({ length: FRAME }, (_, i) => Math.cos((2 * Math.PI * i) / FRAME));
const SIN = Float64Array.from({ length: FRAME }, (_, i) => Math.sin((2 * Math.PI * i) / FRAME));

/** Fourier transform in place, radix 2; both parts have the length of a power of two, at most FRAME. */
export function fft(re: Float64Array, im: Float64Array): void {
  const n = re.length;
  for (let i = 1, j = 0; i < n; i += 1) {
    let bit = n >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j |= bit;
    if (i < j) {
      [re[i], re[j]] = [re[j] as number, re[i] as number];
      [im[i], im[j]] = [im[j] as number, im[i] as number];
    }
  }
  for (let size = 2; size <= n; size <<= 1) {
    const half = size >> 1;
    const part = FRAME / size;
    for (let k = 0; k < half; k += 1) {
      const c = COS[k * part] as number;
      const s = -(SIN[k * part] as number);
      for (let a = k; a < n; a += size) {
        const b = a + half;
        const rb = re[b] as number;
        const ib = im[b] as number;
        const tr = rb * c - ib * s;
        const ti = rb * s + ib * c;
        re[b] = (re[a] as number) - tr;
        im[b] = (im[a] as number) - ti;
        re[a] = (re[a] as number) + tr;
        im[a] = (im[a] as number) + ti;
      }
    }
  }
}

/** The window numpy's `0.5 - 0.5 cos(2πn/N)` gives (periodic Hann). */
export const WINDOW = Float64Array.from(
  { length: FRAME },
  (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / FRAME),
);

/** Power of one windowed frame, from 0 to half the rate. */
export function powerOf(sound: ArrayLike<number>, from: number): Float64Array {
  const re = new Float64Array(FRAME);
  const im = new Float64Array(FRAME);
  for (let i = 0; i < FRAME; i += 1) re[i] = (sound[from + i] ?? 0) * (WINDOW[i] as number);
  fft(re, im);
  return Float64Array.from(
    { length: FRAME / 2 + 1 },
    (_, i) => (re[i] as number) ** 2 + (im[i] as number) ** 2,
  );
}

/** Edges and middles of the bands in hertz: band b rises from b, is highest at b + 1 and ends at b + 2. */
export const EDGES: readonly number[] = Array.from({ length: BANDS + 2 }, (_, i) =>
  fromMel(toMel(LOW) + ((toMel(HIGH) - toMel(LOW)) * i) / (BANDS + 1)),
);

/** Triangles over the frequencies, each as high as 1. */
export function filters(): Float64Array[] {
  return Array.from({ length: BANDS }, (_, band) => {
    const [from, top, to] = [EDGES[band] as number, EDGES[band + 1] as number, EDGES[band + 2] as number];
    return Float64Array.from({ length: FRAME / 2 + 1 }, (__, i) => {
      const hertz = (i * RATE) / FRAME;
      return Math.max(0, Math.min((hertz - from) / (top - from), (to - hertz) / (to - top)));
    });
  });
}

/** The same without the zeros: where each begins, and its numbers from there. */
const FILTERS = filters().map((filter) => {
  return { from: filter.findIndex((value) => value > 0), values: filter.filter((value) => value > 0) };
});

/** Frames after frames, each with BANDS numbers from 0 (silence) to 1 (as loud as the loudest place). */
export type Picture = Float32Array[];

/** The log-mel spectrogram in decibels, before it is scaled. */
export function decibels(sound: ArrayLike<number>): Float64Array[] {
  const frames = Math.max(0, Math.floor((sound.length - FRAME) / HOP) + 1);
  return Array.from({ length: frames }, (_, frame) => {
    const power = powerOf(sound, frame * HOP);
    return Float64Array.from(FILTERS, ({ from, values }) => {
      let sum = 0;
      for (let i = 0; i < values.length; i += 1) sum += (values[i] as number) * (power[from + i] as number);
      return 10 * Math.log10(Math.max(sum, 1e-10));
    });
  });
}

export function picture(sound: ArrayLike<number>): Picture {
  const all = decibels(sound);
  // real silence has no loudest place to reckon from
  const top = Math.max(-40, ...all.map((frame) => Math.max(...frame)));
  return all.map((frame) => Float32Array.from(frame, (db) => Math.max(0, (db - top + FLOOR) / FLOOR)));
}

/**
 * What the machine learns from: for each band how loud it is on average, then how much that changes (standard
 * deviation); whole hundredths, so that the program shown reckons with the very same numbers.
 */
export function features(shown: Picture): Float32Array {
  const found = new Float32Array(2 * BANDS);
  const frames = shown.length || 1;
  for (let band = 0; band < BANDS; band += 1) {
    const column = shown.map((frame) => frame[band] as number);
    const mean = column.reduce((sum, value) => sum + value, 0) / frames;
    const spread = Math.sqrt(column.reduce((sum, value) => sum + (value - mean) ** 2, 0) / frames);
    found[band] = hundredth(mean);
    found[BANDS + band] = hundredth(spread);
  }
  return found;
}

const hundredth = (value: number): number => Math.min(99, Math.round(value * 100)) / 100;

/** What the picture shows, in words: when it begins, where it is loudest, whether it lasts. */
export function inWords(shown: Picture): string {
  const loud = shown.map((frame) => Math.max(...frame));
  const first = loud.findIndex((value) => value > 0.5);
  if (first < 0) return "几乎没有声音。";
  const sum = Array.from({ length: BANDS }, (_, band) =>
    shown.reduce((total, frame) => total + (frame[band] as number) ** 2, 0),
  );
  const band = sum.indexOf(Math.max(...sum));
  const hertz = Math.round((EDGES[band + 1] as number) / 10) * 10;
  const lasts = loud.filter((value) => value > 0.5).length * (HOP / RATE);
  const wide = sum.filter((value) => value > 0.35 * Math.max(...sum)).length;
  const where = wide > BANDS / 3 ? "高高低低都有" : `集中在 ${hertz} 赫兹上下`;
  const high = hertz < 400 ? "低音" : hertz < 2000 ? "中音" : "高音";
  return `${(first * (HOP / RATE)).toFixed(1)} 秒开始，响 ${lasts.toFixed(1)} 秒，最强的是${high}，${where}。`;
}
