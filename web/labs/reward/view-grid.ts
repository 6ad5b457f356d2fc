// The room as a grid: what stands in a cell, the best way out of it, how good it is, the robot and the way it showed.
import { h, refresh, s } from "../dom";
import type { Bench } from "./bench";
import { ARROWS, bestOf, bestWays } from "./model";
import { placeText, SIGN_TEXT, short } from "./words";

const KIND: Record<string, string> = {
  ".": "floor",
  "#": "wall",
  "~": "water",
  "*": "star",
  S: "start",
  G: "goal",
};
const CORNER: Record<string, string> = { "~": "水", "*": "★", S: "起", G: "终" };
const KEYS: Record<string, [number, number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

interface Cell {
  element: HTMLElement;
  tone: HTMLElement;
  sign: HTMLElement;
  arrow: HTMLElement;
}

export class GridView {
  readonly element = h("div", { class: "room-grid", role: "grid", "aria-label": "房间" });
  private cells: Cell[] = [];
  private of = "";
  private pressed = false;
  private readonly robot = s(
    "svg",
    { class: "robot", viewBox: "0 0 24 24", "aria-hidden": "true" },
    s("path", { class: "body", d: "M5 8h14v11H5zM12 8V4M2.5 12v4M21.5 12v4" }),
    s("path", { class: "eyes", d: "M9 12.5v2M15 12.5v2" }),
  );

  constructor(private readonly bench: Bench) {
    this.listen();
  }

  private build(): void {
    const { room } = this.bench;
    this.element.style.setProperty("--columns", String(room.columns));
    this.cells = Array.from(room.cells, (_, at) => {
      const tone = h("i", { class: "tone", "aria-hidden": "true" });
      const sign = h("b", { "aria-hidden": "true" });
      const arrow = h("span", { "aria-hidden": "true" });
      const element = h("div", { role: "gridcell", tabindex: -1, "data-cell": at }, tone, sign, arrow);
      return { element, tone, sign, arrow };
    });
    const rows = Array.from({ length: room.rows }, (_, row) =>
      h(
        "div",
        { role: "row" },
        ...this.cells.slice(row * room.columns, (row + 1) * room.columns).map(({ element }) => element),
      ),
    );
    this.element.replaceChildren(...rows);
  }

  draw(): void {
    const { bench } = this;
    const { room, state, shown } = bench;
    const of = `${room.columns} ${room.rows}`;
    if (of !== this.of) this.build();
    this.of = of;
    const most = Math.max(1e-9, ...state.values.map(Math.abs));
    const path = new Set(shown?.cells);
    for (const [at, cell] of this.cells.entries()) {
      const sign = room.cells[at] as string;
      const value = bestOf(state.values, at);
      const ways = bestWays(state.values, at);
      const knows = sign !== "#" && sign !== "G" && (ways.length < 4 || value !== 0);
      const way = knows ? (ways[0] as number) : -1;
      const classes = ["cell", KIND[sign], path.has(at) ? "path" : "", bench.cell === at ? "chosen" : ""];
      const tabindex = bench.cell === at ? "0" : "-1";
      refresh(cell.element, { class: classes.filter(Boolean).join(" "), tabindex });
      refresh(cell.tone, { class: `tone ${value < 0 ? "minus" : "plus"}` });
      const opacity = knows ? String(Math.round((Math.abs(value) / most) * 90) / 100) : "0";
      if (cell.tone.style.opacity !== opacity) cell.tone.style.opacity = opacity;
      refresh(cell.sign, { "data-sign": CORNER[sign] ?? "" });
      refresh(cell.arrow, { "data-sign": ARROWS[way] ?? "" });
      if (bench.playing) continue; // the words come when it stops
      const said = [placeText(room, at), SIGN_TEXT[sign]];
      if (knows) said.push(`往${"上右下左"[way]}最好，${short(value)} 分`);
      if (state.robot === at) said.push("机器人在这里");
      refresh(cell.element, { "aria-label": said.join("，") });
    }
    const home = this.cells[state.robot]?.element;
    if (this.robot.parentNode !== home) home?.append(this.robot);
  }

  private listen(): void {
    const { element, bench } = this;
    const cellOf = (target: EventTarget | null) => {
      const found = target instanceof Element ? target.closest<HTMLElement>("[data-cell]") : null;
      return found ? Number(found.dataset["cell"]) : null;
    };
    const touch = (cell: number | null) => {
      if (cell !== null && cell !== bench.cell) bench.touch(cell);
    };
    element.addEventListener("pointerdown", (event) => {
      if (event.button) return;
      this.pressed = true;
      const cell = cellOf(event.target);
      if (cell !== null) bench.touch(cell);
    });
    element.addEventListener("pointermove", (event) => {
      if (this.pressed) touch(cellOf(document.elementFromPoint(event.clientX, event.clientY)));
    });
    for (const name of ["pointerup", "pointercancel", "pointerleave"])
      element.addEventListener(name, () => {
        this.pressed = false;
      });
    element.addEventListener("keydown", (event) => this.key(event));
  }

  private key(event: KeyboardEvent): void {
    const { bench } = this;
    const { columns, rows } = bench.room;
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      bench.touch(bench.cell);
      this.cells[bench.cell]?.element.focus({ preventScroll: true });
      return;
    }
    const way = KEYS[event.key];
    if (!way) return;
    event.preventDefault();
    const column = Math.min(columns - 1, Math.max(0, (bench.cell % columns) + way[0]));
    const row = Math.min(rows - 1, Math.max(0, Math.floor(bench.cell / columns) + way[1]));
    bench.look(row * columns + column);
    this.cells[bench.cell]?.element.focus({ preventScroll: true });
  }
}
