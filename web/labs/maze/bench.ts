// The maze, its searches and what may be done with them. Draws nothing.
import type { MazeSet } from "../datasets";
import type { LabHost, LabSpec } from "../host";
import { type Found, type Maze, type Method, search } from "./model";
import {
  changeMaze,
  edit,
  ended,
  type LabState,
  mazeOf,
  readSettings,
  resume,
  runsOf,
  type Settings,
  type Tool,
  undo,
  type Way,
} from "./state";
import { endText, methodName, runName, stepText } from "./words";

/** A whole search takes about this long when it plays by itself. */
const PLAY_MS = 6000;
const SLOWEST_MS = 220;

export class Bench {
  readonly settings: Settings;
  readonly state: LabState;
  private timer = 0;
  private found: { of: string; found: Found } | null = null;

  constructor(
    readonly set: MazeSet,
    readonly spec: LabSpec,
    readonly host: LabHost,
    private readonly drawn: () => void,
    private readonly moved: () => void,
  ) {
    this.settings = readSettings(spec.settings, set.mazes);
    this.state = resume(host.state(), this.settings);
  }

  changed(): void {
    this.host.save(structuredClone(this.state));
    this.drawn();
  }

  close(): void {
    this.pause();
  }

  get maze(): Maze {
    return mazeOf(this.state);
  }

  name(method: Method): string {
    return methodName(method, this.settings.level);
  }

  get playing(): boolean {
    return this.timer !== 0;
  }

  /** The search that is drawn, worked out once. */
  search(): Found | null {
    const { shown, maze } = this.state;
    if (!shown) return null;
    const of = `${shown.method} ${shown.factor} ${maze}`;
    if (this.found?.of !== of)
      this.found = { of, found: search(this.maze, shown.method, shown.factor, this.settings.mud) };
    return this.found.found;
  }

  atEnd(): boolean {
    return (this.state.shown?.steps ?? 0) >= (this.search()?.steps.length ?? Number.POSITIVE_INFINITY);
  }

  /** What is to be said of the step that is drawn. */
  words(): string {
    const found = this.search();
    const { shown } = this.state;
    if (!found || !shown) return "";
    const { level } = this.settings;
    if (this.atEnd() && level === "primary") return `${this.name(shown.method)}${endText(found, level)}`;
    if (this.atEnd()) return `${this.name(shown.method)} ${endText(found, level)}`;
    if (level === "primary") return `打开了 ${shown.steps} 格。`;
    const step = found.steps[shown.steps - 1];
    return step ? stepText(this.maze, shown.method, step, shown.steps) : "";
  }

  paint(cells: number[], tool: Tool = this.state.tool): void {
    this.pause();
    if (!this.settings.edit || !edit(this.state, cells, tool)) return;
    this.changed();
  }

  pick(tool: Tool): void {
    this.state.tool = tool;
    this.changed();
  }

  undo(): void {
    this.pause();
    if (!undo(this.state)) return;
    this.host.say("撤回了一步。");
    this.changed();
  }

  /** One of the mazes that came along; undo brings the old one back. */
  take(map: string): void {
    this.pause();
    changeMaze(this.state, map.trim());
    this.changed();
  }

  guess(method: Method): void {
    if (this.state.runs.length || this.state.shown) return;
    this.state.guess = method;
    this.host.did("predicted", { method, maze: this.state.maze });
    this.host.say(`你猜${this.name(method)}打开的格子最少。每种都走完，再看对不对。`);
    this.changed();
  }

  choose(way: Partial<Way>): void {
    this.pause();
    const next = { ...this.state.way, ...way };
    this.state.way = next.method === "astar" ? next : { ...next, factor: 1 };
    this.state.shown = null;
    this.changed();
  }

  step(): void {
    this.pause();
    this.forward(1);
    this.host.say(this.words());
    this.changed();
  }

  play(): void {
    if (this.playing) {
      this.pause();
      this.changed();
      return;
    }
    if (this.state.shown && this.atEnd()) this.state.shown = null;
    this.forward(1);
    const length = this.search()?.steps.length ?? 1;
    const beat = () => {
      this.forward(1);
      if (this.atEnd()) {
        this.pause();
        this.host.say(this.words());
        this.changed();
      } else this.moved();
    };
    if (!this.atEnd()) this.timer = window.setInterval(beat, Math.min(SLOWEST_MS, PLAY_MS / length));
    this.changed();
  }

  finish(): void {
    this.pause();
    this.forward(Number.POSITIVE_INFINITY);
    this.host.say(this.words());
    this.changed();
  }

  restart(): void {
    this.pause();
    this.state.shown = null;
    this.changed();
  }

  private pause(): void {
    window.clearInterval(this.timer);
    this.timer = 0;
  }

  private forward(steps: number): void {
    this.state.shown ??= { ...this.state.way, steps: 0 };
    const found = this.search();
    const { shown } = this.state;
    if (!found || shown.steps >= found.steps.length) return;
    shown.steps = Math.min(found.steps.length, shown.steps + steps);
    if (shown.steps === found.steps.length) this.ended(shown, found);
  }

  private ended({ method, factor }: Way, found: Found): void {
    const settled = ended(this.state, this.settings, { method, factor });
    const length = found.path ? found.path.length - 1 : null;
    this.host.did("searched", { method, factor, opened: found.steps.length, length, cost: found.cost });
    if (!settled) return;
    const runs = runsOf(this.state, this.settings);
    const seen = runs.map((run) => ({ way: runName(run.method, run.factor, "junior"), opened: run.opened }));
    const least = Math.min(...runs.map((run) => run.opened));
    const right = runs.some((run) => run.opened === least && run.method === this.state.guess);
    this.host.did("saw-prediction", { guess: this.state.guess, seen, right });
  }
}
