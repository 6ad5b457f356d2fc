// The maze as a grid of cells one can draw on with a finger, a mouse or the arrow keys. Its cells stay; what changes
// is their look and their name.
import { h, refresh } from "../dom";
import type { Bench } from "./bench";
import { frontier, type Maze } from "./model";
import { GROUND_TEXT, placeText } from "./words";

const STATES: Record<string, [sign: string, text: string]> = {
  path: ["●", "在路上"],
  opened: ["·", "打开过"],
  waiting: ["○", "在排队"],
};
const ARROWS: Record<string, [down: number, right: number]> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

export class GridView {
  readonly element = h("div", { class: "maze-grid", role: "grid", "aria-label": "迷宫" });
  private cells: HTMLElement[] = [];
  private size = "";
  private at = 0;
  private stroke: Set<number> | null = null;

  constructor(private readonly bench: Bench) {
    this.element.addEventListener("pointerdown", (event) => this.down(event));
    this.element.addEventListener("pointermove", (event) => this.move(event));
    this.element.addEventListener("pointerup", () => this.up());
    this.element.addEventListener("pointercancel", () => this.up());
    this.element.addEventListener("keydown", (event) => this.key(event));
  }

  draw(): void {
    const { maze } = this.bench;
    if (this.size !== `${maze.columns} ${maze.rows}`) this.build(maze);
    const looks = this.looks(maze);
    const newest = this.newest();
    this.cells.forEach((cell, index) => {
      const ground = maze.cells[index] ?? "floor";
      const look = looks[index] ?? "";
      const now = look === "opened" && index === newest ? " now" : "";
      const end = index === maze.start ? "起" : index === maze.goal ? "终" : "";
      const names = [placeText(maze, index), end ? `${end}点` : GROUND_TEXT[ground], STATES[look]?.[1]];
      refresh(cell, {
        class: `cell ${ground} ${look}${now}`,
        "aria-label": names.filter(Boolean).join("，"),
        tabindex: index === this.at ? "0" : "-1",
      });
      const sign = end || STATES[look]?.[0] || "";
      if (cell.textContent !== sign) cell.textContent = sign;
    });
  }

  private newest(): number {
    const { shown } = this.bench.state;
    return shown ? (this.bench.search()?.steps[shown.steps - 1]?.cell ?? -1) : -1;
  }

  private looks(maze: Maze): Record<number, string> {
    const looks: Record<number, string> = {};
    const found = this.bench.search();
    const { shown } = this.bench.state;
    if (!found || !shown) return looks;
    for (const step of found.steps.slice(0, shown.steps)) looks[step.cell] = "opened";
    for (const cell of frontier(maze, found, shown.steps)) looks[cell] = "waiting";
    if (this.bench.atEnd()) for (const cell of found.path ?? []) looks[cell] = "path";
    return looks;
  }

  private build(maze: Maze): void {
    this.size = `${maze.columns} ${maze.rows}`;
    this.at = Math.min(this.at, maze.cells.length - 1);
    this.element.style.setProperty("--columns", String(maze.columns));
    this.cells = maze.cells.map((_, index) => h("div", { role: "gridcell", "data-cell": index }));
    const rows = Array.from({ length: maze.rows }, (_, row) =>
      h("div", { role: "row" }, ...this.cells.slice(row * maze.columns, (row + 1) * maze.columns)),
    );
    this.element.replaceChildren(...rows);
  }

  private cellAt(event: PointerEvent): number {
    const target = document.elementFromPoint(event.clientX, event.clientY);
    const cell = target?.closest<HTMLElement>("[data-cell]");
    return cell && this.element.contains(cell) ? Number(cell.dataset["cell"]) : -1;
  }

  private down(event: PointerEvent): void {
    const cell = this.cellAt(event);
    if (cell < 0 || event.button > 0 || !this.bench.settings.edit) return;
    event.preventDefault();
    this.element.setPointerCapture?.(event.pointerId);
    this.focus(cell);
    this.stroke = new Set([cell]);
    this.cells[cell]?.classList.add("drawing");
  }

  private move(event: PointerEvent): void {
    const { tool } = this.bench.state;
    if (!this.stroke || tool === "start" || tool === "goal") return;
    const cell = this.cellAt(event);
    if (cell < 0) return;
    this.stroke.add(cell);
    this.cells[cell]?.classList.add("drawing");
  }

  /** One stroke is one change, and one step of undo. A tap on what is there already takes it away. */
  private up(): void {
    const cells = [...(this.stroke ?? [])];
    this.stroke = null;
    this.put(cells);
    this.draw();
  }

  private put(cells: number[]): void {
    const { tool } = this.bench.state;
    const [only] = cells;
    const again = cells.length === 1 && only !== undefined && this.bench.maze.cells[only] === tool;
    this.bench.paint(cells, again ? "floor" : tool);
  }

  private key(event: KeyboardEvent): void {
    const { maze, settings } = this.bench;
    if ((event.key === " " || event.key === "Enter") && settings.edit) {
      this.put([this.at]);
      this.bench.host.say(this.cells[this.at]?.getAttribute("aria-label") ?? "");
    } else if (ARROWS[event.key]) {
      const [down, right] = ARROWS[event.key] ?? [0, 0];
      const column = (this.at % maze.columns) + right;
      const next = this.at + down * maze.columns + right;
      if (column >= 0 && column < maze.columns && next >= 0 && next < maze.cells.length) this.focus(next);
    } else return;
    event.preventDefault();
  }

  private focus(cell: number): void {
    this.at = cell;
    this.cells.forEach((one, index) => {
      one.tabIndex = index === cell ? 0 : -1;
    });
    this.cells[cell]?.focus({ preventScroll: true });
  }
}
