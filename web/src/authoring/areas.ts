import { Controller } from "@hotwired/stimulus";
import { set } from "../player/dom";
import type { Area } from "../player/widgets/spots";
import { boxOf, corners } from "../player/widgets/spots";

const SVG = "http://www.w3.org/2000/svg";
const LEAST = 4;
type Grip = { key: string; corner: number | null; from: [number, number]; area: Area };

/**
 * Areas of a picture question, drawn over the picture: dragged to move, their corners dragged to resize. The fields of
 * the form stay the truth: what is dragged is typed into them, what is typed is drawn. Without a pointer the fields do.
 */
export default class AreasController extends Controller<HTMLElement> {
  static override targets = ["lines"];
  static override values = { size: Array };
  declare readonly linesTarget: SVGSVGElement;
  declare readonly sizeValue: number[];
  private form: HTMLFormElement | null = null;
  private grip: Grip | null = null;

  override connect(): void {
    this.form = this.element.closest("form");
    const [wide = 1, high = 1] = this.sizeValue;
    set(this.linesTarget, "viewBox", `0 0 ${wide} ${high}`);
    set(this.linesTarget, "preserveAspectRatio", "none");
    this.form?.addEventListener("input", this.draw);
    this.linesTarget.addEventListener("pointerdown", this.take);
    this.linesTarget.addEventListener("pointermove", this.move);
    this.linesTarget.addEventListener("pointerup", this.leave);
    this.linesTarget.addEventListener("pointercancel", this.leave);
    this.draw();
  }

  override disconnect(): void {
    this.form?.removeEventListener("input", this.draw);
  }

  private field(name: string) {
    const field = this.form?.elements.namedItem(name);
    return field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement ? field : null;
  }

  private get keys(): string[] {
    const all = this.form?.querySelectorAll<HTMLSelectElement>('select[name$=".area.shape"]') ?? [];
    return [...all].map((one) => one.name.split(".")[1] ?? "");
  }

  /** An area as its fields say now; null while a figure is missing or a new shape has not been saved yet. */
  private read(key: string): Area | null {
    const at = `options.${key}.area.at`;
    const text = this.field(at)?.value;
    const typed =
      text === undefined ? ["0", "1", "2", "3"].map((n) => this.field(`${at}.${n}`)?.value) : null;
    const figures = (
      typed?.filter((one) => one !== undefined) ?? (text ?? "").split(/[,，、\s]+/).filter(Boolean)
    ).map((one) => Number(one === "" ? Number.NaN : one));
    if (!figures.length || figures.some((one) => !Number.isFinite(one))) return null;
    const shape = typed === null ? "polygon" : figures.length === 3 ? "circle" : "rect";
    return { shape, at: figures };
  }

  private write(key: string, area: Area): void {
    const at = `options.${key}.area.at`;
    const tidy = area.at.map((one) => Math.round(Math.max(one, 0) * 10) / 10);
    const whole = this.field(at);
    if (whole) {
      whole.value = corners({ shape: "polygon", at: tidy })
        .map(([x, y]) => `${x}，${y}`)
        .join("\n");
    } else {
      tidy.forEach((one, n) => {
        const field = this.field(`${at}.${n}`);
        if (field) field.value = String(one);
      });
    }
    // one event is enough: the form keeps all of its fields together
    (whole ?? this.field(`${at}.0`))?.dispatchEvent(new Event("input", { bubbles: true }));
  }

  private readonly draw = () => {
    this.linesTarget.replaceChildren();
    const unit = (this.sizeValue[0] ?? 1) / (this.linesTarget.clientWidth || 400);
    for (const key of this.keys) {
      const area = this.read(key);
      if (!area) continue;
      const { left, top, width, height } = boxOf(area);
      const shape =
        area.shape === "polygon"
          ? this.make("polygon", { points: area.at.join(" ") })
          : area.shape === "rect"
            ? this.make("rect", { x: left, y: top, width, height })
            : this.make("circle", { cx: left + width / 2, cy: top + height / 2, r: width / 2 });
      const right = this.field(`options.${key}.correct`);
      shape.setAttribute("class", right instanceof HTMLInputElement && right.checked ? "area yes" : "area");
      shape.dataset["key"] = key;
      const name = this.make("text", { x: left + 4 * unit, y: top + 18 * unit, "font-size": 16 * unit });
      name.textContent = key;
      this.linesTarget.append(shape, name);
      this.gripsOf(area).forEach(([x, y], n) => {
        const half = 7 * unit;
        const grip = this.make("rect", { x: x - half, y: y - half, width: 2 * half, height: 2 * half });
        grip.setAttribute("class", "grip-s");
        Object.assign(grip.dataset, { key, corner: String(n) });
        this.linesTarget.append(grip);
      });
    }
  };

  private gripsOf(area: Area): [number, number][] {
    const { left, top, width, height } = boxOf(area);
    if (area.shape === "polygon") return corners(area);
    if (area.shape === "circle") return [[left + width, top + height / 2]];
    return [[left + width, top + height]];
  }

  private make(tag: string, given: Record<string, string | number>): SVGElement {
    const made = document.createElementNS(SVG, tag) as SVGElement;
    for (const [name, value] of Object.entries(given)) set(made, name, String(value));
    return made;
  }

  private point(event: PointerEvent): [number, number] {
    const box = this.linesTarget.getBoundingClientRect();
    const [wide = 1, high = 1] = this.sizeValue;
    return [
      ((event.clientX - box.left) / (box.width || 1)) * wide,
      ((event.clientY - box.top) / (box.height || 1)) * high,
    ];
  }

  private readonly take = (event: PointerEvent) => {
    const on = event.target instanceof SVGElement ? event.target : null;
    const key = on?.dataset["key"];
    const area = key ? this.read(key) : null;
    if (!key || !area) return;
    event.preventDefault();
    const corner = on?.dataset["corner"];
    this.grip = { key, area, from: this.point(event), corner: corner === undefined ? null : Number(corner) };
    this.linesTarget.setPointerCapture?.(event.pointerId);
  };

  private readonly move = (event: PointerEvent) => {
    if (!this.grip) return;
    const { key, corner, from, area } = this.grip;
    const [x, y] = this.point(event);
    const [dx, dy] = [x - from[0], y - from[1]];
    this.write(key, corner === null ? this.moved(area, dx, dy) : this.pulled(area, corner, dx, dy));
  };

  private readonly leave = () => {
    this.grip = null;
  };

  /** The whole area moved, kept on the picture. */
  private moved(area: Area, dx: number, dy: number): Area {
    const { left, top, width, height } = boxOf(area);
    const [wide = 1, high = 1] = this.sizeValue;
    const x = Math.min(Math.max(dx, -left), wide - left - width);
    const y = Math.min(Math.max(dy, -top), high - top - height);
    const places = area.shape === "polygon" ? area.at.length : 2;
    const at = area.at.map((one, n) => (n < places ? one + (n % 2 ? y : x) : one));
    return { shape: area.shape, at };
  }

  /** One corner, or the edge of a circle, pulled. */
  private pulled(area: Area, corner: number, dx: number, dy: number): Area {
    const [wide = 1, high = 1] = this.sizeValue;
    const [a = 0, b = 0, c = 0, d = 0] = area.at;
    if (area.shape === "rect") {
      const width = Math.min(Math.max(c + dx, LEAST), wide - a);
      return { shape: "rect", at: [a, b, width, Math.min(Math.max(d + dy, LEAST), high - b)] };
    }
    if (area.shape === "circle") {
      const most = Math.min(a, b, wide - a, high - b);
      return { shape: "circle", at: [a, b, Math.min(Math.max(c + dx, LEAST), Math.max(most, LEAST))] };
    }
    const at = [...area.at];
    at[2 * corner] = Math.min(Math.max((at[2 * corner] ?? 0) + dx, 0), wide);
    at[2 * corner + 1] = Math.min(Math.max((at[2 * corner + 1] ?? 0) + dy, 0), high);
    return { shape: "polygon", at };
  }
}
