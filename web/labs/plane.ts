// A square sheet with two axes on which things lie at 0 to 100, moved by pointer and arrow keys. Shared by labs that draw points.
import { type Child, redraw, s } from "./dom";

export interface Spot {
  x: number;
  y: number;
}

/** What an axis says at its two ends; the sheet itself always runs from 0 to 100. */
export interface Axis {
  text: string;
  unit: string;
  low: number;
  high: number;
}

export interface Acts {
  /** A finger came down; `reach` is how far it may be off, in units of the sheet. */
  down(spot: Spot, reach: number): void;
  drag(spot: Spot): void;
  up(): void;
  /** An arrow key, in units of the sheet. */
  nudge(dx: number, dy: number): void;
  remove?(): void;
}

const W = 400;
const LEFT = 40;
const TOP = 10;
const SIDE = 350;
const H = TOP + SIDE + 34;
const FINGER_PX = 22;
const STEP = 2;
const FINE_STEP = 0.5;

export const px = (x: number): number => LEFT + (x / 100) * SIDE;
export const py = (y: number): number => TOP + (1 - y / 100) * SIDE;
export const span = (units: number): number => (units / 100) * SIDE;
export const inside = (value: number): number => Math.min(100, Math.max(0, Math.round(value * 100) / 100));
export const tidy = (value: number): string => String(Math.round(value * 100) / 100);

const SHAPES = ["circle", "square", "triangle", "diamond"] as const;
export const SHAPE_SIGNS = ["●", "■", "▲", "◆"];

/** A mark whose shape says the same as its hue. */
export function mark(
  shape: number,
  at: Spot,
  r: number,
  props: Record<string, string | number> = {},
): SVGElement {
  const [x, y] = [px(at.x), py(at.y)];
  const name = SHAPES[shape];
  const all = { ...props, class: `hue-${shape + 1} ${props["class"] ?? ""}` };
  if (name === "square")
    return s("rect", { ...all, x: x - r * 0.9, y: y - r * 0.9, width: r * 1.8, height: r * 1.8 });
  if (name === "triangle")
    return s("path", { ...all, d: `M${x} ${y - r * 1.2}L${x + r * 1.1} ${y + r * 0.8}H${x - r * 1.1}Z` });
  if (name === "diamond")
    return s("path", {
      ...all,
      d: `M${x} ${y - r * 1.25}L${x + r * 1.1} ${y}L${x} ${y + r * 1.25}L${x - r * 1.1} ${y}Z`,
    });
  return s("circle", { ...all, cx: x, cy: y, r });
}

const KEYS: Record<string, [number, number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
};

export class Plane {
  readonly svg: SVGSVGElement;
  private readonly layers = new Map<string, SVGGElement>();
  private held = false;

  constructor(
    label: string,
    axes: [Axis, Axis],
    layers: string[],
    private readonly acts: Acts,
  ) {
    for (const name of layers) this.layers.set(name, s("g", { class: `on-${name}` }));
    this.svg = s(
      "svg",
      { class: "plane", viewBox: `0 0 ${W} ${H}`, tabindex: 0, role: "application", "aria-label": label },
      s("rect", { class: "sheet", x: LEFT, y: TOP, width: SIDE, height: SIDE }),
      ...this.layers.values(),
      ...axisWords(axes),
    );
    this.listen();
  }

  paint(layer: string, ...children: Child[]): void {
    const group = this.layers.get(layer);
    if (group) redraw(group, ...children);
  }

  private listen(): void {
    const { svg, acts } = this;
    svg.addEventListener("pointerdown", (event) => {
      if (event.button) return;
      event.preventDefault();
      svg.focus({ preventScroll: true });
      svg.setPointerCapture?.(event.pointerId);
      this.held = true;
      const width = svg.getBoundingClientRect().width || W;
      acts.down(this.spot(event), ((FINGER_PX / width) * W * 100) / SIDE);
    });
    svg.addEventListener("pointermove", (event) => {
      if (this.held) acts.drag(this.spot(event));
    });
    const end = () => {
      if (this.held) acts.up();
      this.held = false;
    };
    svg.addEventListener("pointerup", end);
    svg.addEventListener("pointercancel", end);
    svg.addEventListener("keydown", (event) => this.key(event));
  }

  private key(event: KeyboardEvent): void {
    const way = KEYS[event.key];
    const remove = this.acts.remove && (event.key === "Delete" || event.key === "Backspace");
    if (!way && !remove) return;
    event.preventDefault();
    const step = event.shiftKey ? FINE_STEP : STEP;
    if (way) this.acts.nudge(way[0] * step, way[1] * step);
    else this.acts.remove?.();
  }

  private spot(event: PointerEvent): Spot {
    const box = this.svg.getBoundingClientRect();
    const scale = W / (box.width || W);
    const x = ((event.clientX - box.left) * scale - LEFT) / SIDE;
    const y = 1 - ((event.clientY - box.top) * scale - TOP) / SIDE;
    return { x: inside(x * 100), y: inside(y * 100) };
  }
}

function axisWords([across, up]: [Axis, Axis]): Child[] {
  const bottom = TOP + SIDE;
  const name = ({ text, unit }: Axis) => (unit ? `${text}（${unit}）` : text);
  return [
    s("text", { x: LEFT, y: bottom + 20 }, tidy(across.low)),
    s("text", { x: LEFT + SIDE / 2, y: bottom + 22, class: "mid" }, `${name(across)} →`),
    s("text", { x: LEFT + SIDE, y: bottom + 20, class: "end" }, tidy(across.high)),
    s("text", { x: LEFT - 5, y: bottom, class: "end" }, tidy(up.low)),
    s("text", { x: LEFT - 5, y: TOP + 14, class: "end" }, tidy(up.high)),
    s(
      "text",
      { x: 0, y: 0, class: "mid", transform: `translate(${LEFT - 10} ${TOP + SIDE / 2}) rotate(-90)` },
      `${name(up)} →`,
    ),
  ];
}
