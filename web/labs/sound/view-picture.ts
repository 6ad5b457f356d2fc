// Draws a sound: time runs to the right, pitch upwards, darker is quieter. Its twin says the same in words.
import "./picture.css";
import { h } from "../dom";
import { BANDS, EDGES, inWords, type Picture } from "./mel";

/** From silence to loud, each step lighter than the one before: readable in grey and to colour-blind eyes. */
const STOPS = [
  [16, 24, 48],
  [34, 70, 127],
  [98, 163, 201],
  [247, 235, 203],
] as const;

export function colour(value: number): [number, number, number] {
  const at = Math.min(0.9999, Math.max(0, value)) * (STOPS.length - 1);
  const [low, high] = [STOPS[Math.floor(at)] ?? STOPS[0], STOPS[Math.floor(at) + 1] ?? STOPS[0]];
  const part = at % 1;
  const mix = (i: 0 | 1 | 2) => Math.round(low[i] + (high[i] - low[i]) * part);
  return [mix(0), mix(1), mix(2)];
}

function paint(canvas: HTMLCanvasElement, shown: Picture): void {
  canvas.width = shown.length;
  canvas.height = BANDS;
  const pen = canvas.getContext("2d");
  if (!pen || !shown.length) return;
  const image = pen.createImageData(shown.length, BANDS);
  for (const [x, frame] of shown.entries())
    for (let band = 0; band < BANDS; band += 1) {
      const at = ((BANDS - 1 - band) * shown.length + x) * 4;
      image.data.set([...colour(frame[band] as number), 255], at);
    }
  pen.putImageData(image, 0, 0);
}

const MARKED = [200, 1000, 2500, 5000];

/** The picture with its two axes; `name` says whose it is, null while that is the question. */
export function spectrogram(shown: Picture, name: string | null): HTMLElement {
  const words = inWords(shown);
  const canvas = h("canvas", { role: "img", "aria-label": `${name ?? "一个声音"}的声谱图。${words}` });
  paint(canvas, shown);
  const pitches = MARKED.map((hertz) => {
    const band = EDGES.findIndex((edge) => edge >= hertz);
    const mark = h("span", {}, hertz >= 1000 ? `${hertz / 1000}千` : String(hertz));
    mark.style.setProperty("--at", `${((band - 0.5) / BANDS) * 100}%`);
    return mark;
  });
  return h(
    "figure",
    { class: "spectrogram" },
    h("div", { class: "pitches", "aria-hidden": "true" }, ...pitches),
    canvas,
    h(
      "div",
      { class: "times", "aria-hidden": "true" },
      h("span", {}, "0 秒"),
      h("span", {}, "越亮越响"),
      h("span", {}, "1 秒"),
    ),
    h("figcaption", {}, h("span", { class: "soft" }, "竖着是音高（赫兹），横着是时间。"), words),
  );
}
