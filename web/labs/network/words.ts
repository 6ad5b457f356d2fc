// What can be set, in plain Chinese.
import type { Activation, Feature } from "./model";

export const FEATURE_TEXT: Record<Feature, string> = {
  x: "横",
  y: "竖",
  xx: "横²",
  yy: "竖²",
  xy: "横×竖",
  sx: "sin 横",
  sy: "sin 竖",
};

export const ACTIVATION_TEXT: Record<Activation, string> = {
  tanh: "tanh",
  relu: "ReLU",
  sigmoid: "sigmoid",
};

export const layersText = (layers: readonly number[]): string =>
  layers.length ? layers.join("–") : "没有隐藏层";

export const lossText = (loss: number): string => (loss < 1000 ? loss.toFixed(3) : "非常大");
export const percent = (value: number): string => `${Math.round(value * 100)}%`;
