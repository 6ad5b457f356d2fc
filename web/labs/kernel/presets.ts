// Kernels that have a name.
import type { Kernel } from "./model";

export interface Preset extends Kernel {
  key: string;
  text: string;
  /** For the youngest: what it does, not what it is called. */
  plain: string;
}

export const PRESETS: Preset[] = [
  { key: "same", text: "不变", plain: "不变", weights: [0, 0, 0, 0, 1, 0, 0, 0, 0], divisor: 1 },
  { key: "blur", text: "模糊", plain: "变模糊", weights: [1, 1, 1, 1, 1, 1, 1, 1, 1], divisor: 9 },
  { key: "soft", text: "高斯模糊", plain: "", weights: [1, 2, 1, 2, 4, 2, 1, 2, 1], divisor: 16 },
  { key: "sharp", text: "锐化", plain: "变清楚", weights: [0, -1, 0, -1, 5, -1, 0, -1, 0], divisor: 1 },
  { key: "upright", text: "竖边", plain: "找竖边", weights: [-1, 0, 1, -2, 0, 2, -1, 0, 1], divisor: 1 },
  { key: "level", text: "横边", plain: "找横边", weights: [-1, -2, -1, 0, 0, 0, 1, 2, 1], divisor: 1 },
  { key: "edges", text: "所有边", plain: "找边", weights: [-1, -1, -1, -1, 8, -1, -1, -1, -1], divisor: 1 },
  { key: "emboss", text: "浮雕", plain: "像刻出来", weights: [-2, -1, 0, -1, 1, 1, 0, 1, 2], divisor: 1 },
];

const alike = (one: readonly number[], other: readonly number[]): boolean =>
  one.every((weight, i) => weight === other[i]);

export const presetOf = (kernel: Kernel): Preset | null =>
  PRESETS.find(({ weights, divisor }) => divisor === kernel.divisor && alike(weights, kernel.weights)) ??
  null;

/** Made by the pupil: no weights that came along. */
export const isOwn = (kernel: Kernel): boolean =>
  PRESETS.every(({ weights }) => !alike(weights, kernel.weights));
