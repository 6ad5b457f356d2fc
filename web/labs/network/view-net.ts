// The network drawn out: every unit a small picture of its own, every weight a line.
import { h, redraw, s } from "../dom";
import type { Bench, Look } from "./bench";
import { CELLS } from "./field";
import { FEATURES } from "./model";
import { FEATURE_TEXT } from "./words";

export interface Unit extends Look {
  canvas: HTMLCanvasElement;
}

/** Draws buttons with pictures and the lines between; `units` are to be painted. */
export class NetDrawing {
  readonly element = h("div", { class: "net-draw" });
  units: Unit[] = [];
  private lines: SVGPathElement[] = [];
  private of = "";

  constructor(private readonly bench: Bench) {}

  /** Anew only when the network is another; otherwise the lines follow the weights. */
  draw(): void {
    const { state, look } = this.bench;
    const { features, layers } = state.plan;
    const of = JSON.stringify([features, layers, look]);
    if (of !== this.of) this.build();
    this.of = of;
    this.follow();
  }

  private build(): void {
    const { plan } = this.bench.state;
    this.units = [];
    const columns = [plan.features.length, ...plan.layers, 1];
    const web = this.web(columns);
    redraw(this.element, web, ...columns.map((count, layer) => this.column(layer, count)));
  }

  private column(layer: number, count: number): HTMLElement {
    const units = Array.from({ length: count }, (_, unit) => this.unit(layer, unit));
    return h("div", { class: "net-col" }, ...units);
  }

  private unit(layer: number, unit: number): HTMLElement {
    const { bench } = this;
    const { features, layers } = bench.state.plan;
    const canvas = h("canvas", { width: CELLS, height: CELLS, "aria-hidden": "true" });
    const feature = features[unit];
    const last = layer === layers.length + 1;
    const name =
      layer === 0 && feature
        ? `输入 ${FEATURE_TEXT[feature]}`
        : last
          ? "输出"
          : `第 ${layer} 层第 ${unit + 1} 个神经元`;
    // pictures of inputs are of all there are, in their own order
    const place = layer === 0 && feature ? FEATURES.indexOf(feature) : unit;
    this.units.push({ layer, unit: place, canvas });
    const on = bench.look?.layer === layer && bench.look.unit === place;
    return h(
      "button",
      {
        type: "button",
        class: "net-unit",
        "data-key": `unit-${layer}-${unit}`,
        "aria-pressed": String(on || (last && !bench.look)),
        "aria-label": `放大看${name}`,
        title: name,
        click: () => bench.lookAt(last || on ? null : { layer, unit: place }),
      },
      canvas,
      layer === 0 && feature ? h("small", {}, FEATURE_TEXT[feature]) : null,
    );
  }

  private web(columns: number[]): SVGSVGElement {
    this.lines = [];
    for (let layer = 1; layer < columns.length; layer += 1) {
      const [ins, outs] = [columns[layer - 1] as number, columns[layer] as number];
      const x = (n: number) => ((n + 0.5) / columns.length) * 100;
      const y = (i: number, n: number) => ((i + 0.5) / n) * 100;
      for (let unit = 0; unit < outs; unit += 1)
        for (let i = 0; i < ins; i += 1)
          this.lines.push(s("path", { d: `M${x(layer - 1)} ${y(i, ins)}L${x(layer)} ${y(unit, outs)}` }));
    }
    return s(
      "svg",
      { class: "net-web", viewBox: "0 0 100 100", preserveAspectRatio: "none", "aria-hidden": "true" },
      ...this.lines,
    );
  }

  private follow(): void {
    let at = 0;
    for (const weights of this.bench.net.weights)
      for (const weight of weights) {
        const line = this.lines[at];
        at += 1;
        if (!line) continue;
        const wide = Math.min(6, 0.4 + Math.abs(weight) * 1.4);
        line.setAttribute("stroke-width", Number.isFinite(wide) ? wide.toFixed(1) : "6");
        line.setAttribute("class", weight < 0 ? "minus" : "plus");
      }
  }
}
