// Tap the right place on a picture. Each area is a button that lies on the picture, so Tab, Enter and a screen reader
// give the very answer a finger gives; the same areas stand below as a list of names. A tap on nothing chooses nothing.

import { h, made, plain, set } from "../dom";
import type { Answer, PublicItem } from "../types";
import { voice } from "../voice";
import { type Area, boxOf, corners, landed, room } from "./spots";
import type { Build, Changed, Widget } from "./widget";
import { strings } from "./widget";

const SVG = "http://www.w3.org/2000/svg";
type State = "" | "tried" | "right";

interface Place {
  name: string;
  spot: HTMLButtonElement;
  row: HTMLButtonElement;
  shape: SVGElement;
  tag: HTMLElement;
  state: State;
}

class Spots implements Widget {
  readonly el: HTMLElement;
  private readonly places = new Map<string, Place>();
  private readonly picked = new Set<string>();
  private readonly said = h("p", { class: "spots-say small", role: "status", "aria-live": "polite" });
  private readonly sheet: HTMLElement;
  private readonly size: [number, number];
  private readonly least: number;
  private readonly most: number;
  private locked = false;

  constructor(
    private readonly item: PublicItem,
    labelledBy: string,
    private readonly changed: Changed,
    private readonly aloud: boolean,
  ) {
    this.size = item.size ?? [1, 1];
    this.least = item.least ?? 1;
    this.most = item.most ?? this.areas.length;
    const lines = document.createElementNS(SVG, "svg");
    set(lines, "viewBox", `0 0 ${this.size[0]} ${this.size[1]}`);
    set(lines, "preserveAspectRatio", "none");
    set(lines, "aria-hidden", "true");
    lines.setAttribute("class", "spots-lines");
    const rows = h("div", { class: "spots-names" });
    this.sheet = h("div", {
      class: "spots-on",
      role: "group",
      "aria-label": "图上的地方",
      onclick: (event: MouseEvent) => this.tapped(event),
    });
    this.sheet.append(
      h("img", {
        class: "spots-pic",
        src: item.picture ?? "",
        alt: item.picture_alt ?? "",
        draggable: "false",
      }),
      lines,
    );
    const buttons = h("div", { class: "spots-over" });
    for (const option of this.areas) {
      const place = this.place(option.key, plain(option.html), option.area);
      lines.append(place.shape);
      buttons.append(place.spot);
      this.sheet.append(place.tag);
      place.row.append(h("span", { class: "k" }, option.key), made("span", "t", option.html));
      rows.append(place.row);
      this.places.set(option.key, place);
    }
    this.sheet.append(buttons);
    const names = h("details", { class: "more plain spots-list" }, h("summary", {}, "看名字点"), rows);
    this.el = h(
      "div",
      { class: "spots", role: "group", "aria-labelledby": labelledBy },
      // for those who hardly read, the question says enough where one place is asked for
      aloud && this.most === 1
        ? null
        : h("p", { class: "small soft" }, `${this.asked}。点错了再点一次就去掉。`),
      this.sheet,
      this.said,
      names,
    );
    this.paint();
  }

  private get areas() {
    return (this.item.options ?? []).flatMap((option) =>
      option.area ? [{ ...option, area: option.area }] : [],
    );
  }

  private get asked(): string {
    if (this.least === this.most) return `在图上点${this.most}处`;
    return this.most < this.areas.length ? `在图上点${this.least}到${this.most}处` : "在图上点，可以点几处";
  }

  private place(key: string, name: string, drawn: Area): Place {
    const { left, top, width, height } = boxOf(drawn);
    const [wide, high] = this.size;
    const pick = (event: Event) => {
      event.stopPropagation();
      this.toggle(key);
    };
    const spot = h("button", { class: `spot-b ${drawn.shape}`, type: "button", "aria-pressed": "false" });
    spot.addEventListener("click", pick);
    const at = (part: number, of: number) => `${((100 * part) / of).toFixed(3)}%`;
    Object.assign(spot.style, {
      left: at(left, wide),
      top: at(top, high),
      width: at(width, wide),
      height: at(height, high),
      zIndex: String(1 + this.areas.filter((one) => room(one.area) > room(drawn)).length),
    });
    if (drawn.shape === "polygon") {
      const path = corners(drawn).map(([x, y]) => `${at(x - left, width)} ${at(y - top, height)}`);
      spot.style.clipPath = `polygon(${path.join(", ")})`;
    }
    const shape = outline(drawn);
    spot.addEventListener("focus", () => shape.classList.toggle("at", spot.matches(":focus-visible")));
    spot.addEventListener("blur", () => shape.classList.remove("at"));
    const tag = h("span", { class: "spot-tag", "aria-hidden": "true" }, key);
    const [x, y] = drawn.shape === "polygon" ? (corners(drawn)[0] ?? [left, top]) : [left, top];
    Object.assign(tag.style, { left: at(x, wide), top: at(y, high) });
    const row = h("button", { class: "spot-row", type: "button", "aria-pressed": "false", onclick: pick });
    return { name, spot, row, shape, tag, state: "" };
  }

  /** A finger beside the areas: the nearest small one, or nothing. */
  private tapped(event: MouseEvent): void {
    if (this.locked) return;
    const { left, top, width, height } = this.sheet.getBoundingClientRect();
    const unit = width / this.size[0] || 1;
    const x = (event.clientX - left) / unit;
    const y = ((event.clientY - top) / (height || 1)) * this.size[1];
    const key = landed(this.areas, x, y, unit);
    if (key) this.toggle(key);
    else this.tell("这里没有可以点的地方，点画了虚线的地方");
  }

  private toggle(key: string): void {
    if (this.locked) return;
    const name = this.places.get(key)?.name ?? "";
    if (this.picked.delete(key)) this.tell(`去掉了${key}`, name);
    else if (this.most > 1 && this.picked.size >= this.most) {
      this.tell(`最多点${this.most}处，先去掉一处`);
      return;
    } else {
      if (this.most === 1) this.picked.clear();
      this.picked.add(key);
      this.tell(`点了${key}`, name);
    }
    this.paint();
    this.changed();
  }

  /** The last tap in words; for children who hardly read, with a button that reads it. */
  private tell(words: string, name = ""): void {
    const text = name ? `${words}：${name}` : words;
    this.said.replaceChildren(text);
    if (this.aloud && name) this.said.prepend(voice(name, "读这一处"));
  }

  private paint(): void {
    for (const [key, place] of this.places) {
      const on = this.picked.has(key);
      const came = { "": "", tried: "试过", right: "对了" }[place.state];
      const mark = came || (on ? "点了" : "");
      for (const one of [place.spot, place.row]) {
        set(one, "aria-pressed", String(on));
        set(one, "aria-disabled", this.locked ? "true" : false);
      }
      set(place.spot, "aria-label", [`${key} ${place.name}`, came].filter(Boolean).join("，"));
      place.row.className = ["spot-row", place.state].filter(Boolean).join(" ");
      place.shape.setAttribute("class", ["spot", place.state, on ? "on" : ""].filter(Boolean).join(" "));
      place.tag.className = ["spot-tag", place.state, on ? "on" : ""].filter(Boolean).join(" ");
      place.tag.textContent = mark ? `${key} ${mark}` : key;
    }
  }

  answer(): Answer | null {
    const choices = this.areas.map((one) => one.key).filter((key) => this.picked.has(key));
    return choices.length >= this.least && choices.length <= this.most ? { choices } : null;
  }
  missing(): string {
    return this.least > 1 ? `要点${this.least}处，再交` : "先在图上点一处，再交";
  }
  chosen(): string {
    const { choices } = this.answer() ?? {};
    return choices ? `点${strings(choices).join("、")}` : "";
  }
  show(answer: Answer): void {
    this.picked.clear();
    for (const key of strings(answer["choices"])) if (this.places.has(key)) this.picked.add(key);
    this.paint();
    this.changed();
  }
  /** One place alone was wrong by itself; of several it is not said which. */
  tried(answer: Answer): HTMLElement | null {
    const keys = strings(answer["choices"]);
    const place = keys.length === 1 && this.most === 1 ? this.places.get(keys[0] ?? "") : undefined;
    if (place) place.state = "tried";
    this.paint();
    return null;
  }
  right(answer: Answer): void {
    this.show(answer);
    this.locked = true;
    for (const key of this.picked) {
      const place = this.places.get(key);
      if (place) place.state = "right";
    }
    this.said.replaceChildren();
    this.paint();
  }
}

function outline(area: Area): SVGElement {
  const { left, top, width, height } = boxOf(area);
  const tag = { rect: "rect", circle: "ellipse", polygon: "polygon" }[area.shape];
  const shape = document.createElementNS(SVG, tag);
  const given: Record<string, string> =
    area.shape === "rect"
      ? { x: `${left}`, y: `${top}`, width: `${width}`, height: `${height}`, rx: "4" }
      : area.shape === "circle"
        ? { cx: `${left + width / 2}`, cy: `${top + height / 2}`, rx: `${width / 2}`, ry: `${height / 2}` }
        : { points: area.at.join(" ") };
  for (const [name, value] of Object.entries(given)) set(shape, name, value);
  return shape;
}

export const hotspot: Build = (item, labelledBy, changed, aloud) =>
  new Spots(item, labelledBy, changed, aloud ?? false);
