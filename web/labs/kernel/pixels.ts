// A small grey picture on the page: every point a square, with frames over it; moved over by finger and arrow keys.
import { h, s } from "../dom";
import type { Grey } from "./model";
import type { Show } from "./state";

export interface Frame {
  column: number;
  row: number;
  side: number;
}

const KEYS: Record<string, [number, number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** A value as a grey from 0 to 255. */
export function greyOf(value: number, show: Show): number {
  const grey = show === "size" ? Math.abs(value) : show === "middle" ? 128 + value / 2 : value;
  return Math.min(255, Math.max(0, Math.round(grey)));
}

export class Pixels {
  readonly canvas = h("canvas", { "aria-hidden": "true" });
  readonly over = s("svg", { "aria-hidden": "true" });
  readonly element: HTMLElement;
  private held = false;
  private size: [number, number] = [1, 1];

  constructor(
    label: string,
    private readonly move: (column: number, row: number) => void,
    private readonly nudge: (dx: number, dy: number) => void,
  ) {
    this.element = h(
      "div",
      { class: "pixels", role: "application", tabindex: 0, "aria-label": label },
      this.canvas,
      this.over,
    );
    this.listen();
  }

  /** Draws the points that are there; the others stay hatched. */
  draw({ width, height, values }: Grey, show: Show, there: (place: number) => boolean): void {
    this.size = [width, height];
    if (this.canvas.width !== width) this.canvas.width = width;
    if (this.canvas.height !== height) this.canvas.height = height;
    this.element.style.setProperty("aspect-ratio", `${width} / ${height}`);
    const context = this.canvas.getContext("2d");
    if (!context) return;
    const image = context.createImageData(width, height);
    for (let place = 0; place < values.length; place += 1) {
      if (!there(place)) continue;
      const grey = greyOf(values[place] as number, show);
      image.data.fill(grey, place * 4, place * 4 + 3);
      image.data[place * 4 + 3] = 255;
    }
    context.putImageData(image, 0, 0);
  }

  frame({ column, row, side }: Frame): void {
    const [width, height] = this.size;
    this.over.setAttribute("viewBox", `0 0 ${width} ${height}`);
    const box = { x: column, y: row, width: side, height: side };
    this.over.replaceChildren(s("rect", { ...box, class: "under" }), s("rect", { ...box, class: "upper" }));
  }

  private at(event: PointerEvent): [number, number] {
    const box = this.element.getBoundingClientRect();
    const [width, height] = this.size;
    return [
      Math.floor(((event.clientX - box.left) / (box.width || 1)) * width),
      Math.floor(((event.clientY - box.top) / (box.height || 1)) * height),
    ];
  }

  private listen(): void {
    const { element } = this;
    element.addEventListener("pointerdown", (event) => {
      if (event.button) return;
      event.preventDefault();
      element.focus({ preventScroll: true });
      element.setPointerCapture?.(event.pointerId);
      this.held = true;
      this.move(...this.at(event));
    });
    element.addEventListener("pointermove", (event) => {
      if (this.held) this.move(...this.at(event));
    });
    for (const name of ["pointerup", "pointercancel"])
      element.addEventListener(name, () => {
        this.held = false;
      });
    element.addEventListener("keydown", (event) => {
      const way = KEYS[event.key];
      if (!way) return;
      event.preventDefault();
      this.nudge(...way);
    });
  }
}
