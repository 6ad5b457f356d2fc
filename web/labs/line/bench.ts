// The line drawn by hand, the walk downhill, and what may be done with them. Draws nothing.
import type { LabHost, LabSpec } from "../host";
import { inside, type Spot } from "../plane";
import type { Facts } from "./checks";
import { at, best, type Line, loss, step } from "./model";
import {
  flownOff,
  type LabState,
  MOST_STEPS,
  noteWalk,
  RATES,
  resume,
  type Settings,
  type Tab,
} from "./state";

export const ENDS = [5, 95] as const;
const shown = (value: number): string => (value < 1e6 ? String(Math.round(value * 10) / 10) : "非常大");

/** Where a line lies on the landscape: rise −100 to 100 across, height −50 to 150 up. */
export const toLand = ({ rise, height }: Line): Spot => ({ x: (rise + 100) / 2, y: (height + 50) / 2 });
export const fromLand = ({ x, y }: Spot): Line => ({ rise: x * 2 - 100, height: y * 2 - 50 });

export class Bench {
  readonly state: LabState;
  readonly best: Line;
  readonly least: number;
  /** Which end of the hand's line the arrow keys move: left or right. */
  end = 1;
  /** What came of the last guess, in words. */
  reply = "";

  constructor(
    readonly settings: Settings,
    readonly spec: LabSpec,
    readonly host: LabHost,
    private readonly drawn: () => void,
  ) {
    this.state = resume(host.state(), settings);
    this.best = best(settings.dots);
    this.least = loss(settings.dots, this.best);
  }

  changed(): void {
    this.host.save(structuredClone(this.state));
    this.drawn();
  }

  facts(): Facts {
    const { handBest, closed, guesses, walks } = this.state;
    return { least: this.least, hand: handBest, closed, guessed: guesses.right, walks };
  }

  loss(line: Line = this.line): number {
    return loss(this.settings.dots, line);
  }

  lossText(line: Line = this.line): string {
    return shown(this.loss(line));
  }

  /** The line on the sheet now. */
  get line(): Line {
    const { tab, hand, path, start } = this.state;
    return tab === "hand" ? hand : (path[path.length - 1] ?? start);
  }

  get rate(): number {
    return RATES[this.state.rate] ?? 0.1;
  }

  show(tab: Tab): void {
    this.state.tab = tab;
    this.reply = "";
    this.changed();
  }

  // --- by hand

  /** Takes the end a finger is nearer to. */
  take(spot: Spot): void {
    this.end = spot.x < 50 ? 0 : 1;
    this.drag(spot.y);
  }

  drag(height: number): void {
    const { state } = this;
    if (state.tab !== "hand") return;
    const ends = ENDS.map((x) => at(state.hand, x));
    ends[this.end] = inside(height);
    const [left = 0, right = 0] = ends;
    const middle = (left + right) / 2;
    state.hand = { rise: (right - left) / 2 / 0.9, height: middle };
  }

  /** The finger is off: this line counts. */
  drawnByHand(): void {
    const { state } = this;
    if (!state.closed)
      state.handBest = Math.min(state.handBest ?? Number.POSITIVE_INFINITY, this.loss(state.hand));
    this.host.say(`损失 ${this.lossText()}`);
    this.changed();
  }

  nudge(dx: number, dy: number): void {
    if (this.state.tab !== "hand") return;
    if (dx) {
      this.end = dx < 0 ? 0 : 1;
      this.host.say(this.end ? "选中右边的把手" : "选中左边的把手");
      this.drawn();
      return;
    }
    this.drag(at(this.state.hand, ENDS[this.end] ?? 5) + dy);
    this.drawnByHand();
  }

  showBest(): void {
    this.state.closed = !this.state.closed;
    if (this.state.closed) {
      this.host.did("saw-best-line", { hand: this.state.handBest, least: this.least });
      this.host.say(`最好的直线，损失 ${shown(this.least)}`);
    }
    this.changed();
  }

  // --- downhill

  setRate(index: number): void {
    this.state.rate = index;
    this.again();
  }

  setStart(spot: Spot): void {
    this.state.start = fromLand({ x: inside(spot.x), y: inside(spot.y) });
    this.state.path = [];
    this.reply = "";
  }

  again(): void {
    this.state.path = [];
    this.reply = "";
    this.changed();
  }

  /** No further: the bottom is reached, the line flew off, or enough steps are kept. */
  get over(): boolean {
    return this.state.path.length >= MOST_STEPS || flownOff(this.line);
  }

  private stepOnce(): void {
    const { state, settings } = this;
    state.path.push(step(settings.dots, this.line, this.rate));
    noteWalk(state, {
      rate: this.rate,
      steps: state.path.length,
      first: this.loss(state.start),
      last: this.loss(),
    });
  }

  walk(steps: number): void {
    if (this.over || this.state.tab !== "descent") return;
    for (let i = 0; i < steps && !this.over; i += 1) this.stepOnce();
    this.reply = "";
    const { length } = this.state.path;
    this.host.did("walked-downhill", { rate: this.rate, steps: length, loss: this.loss() });
    this.host.say(`走了 ${length} 步，损失 ${this.lossText()}`);
    this.changed();
  }

  /** The pupil says first whether one step makes the loss smaller. */
  guess(smaller: boolean): void {
    if (this.over) return;
    const before = this.loss();
    this.stepOnce();
    const after = this.loss();
    const right = smaller === after < before;
    if (right) this.state.guesses.right += 1;
    else this.state.guesses.wrong += 1;
    this.reply = `${right ? "猜对了" : "和你猜的不一样"}：损失从 ${shown(before)} 变成 ${shown(after)}。`;
    this.host.did("guessed-step", { rate: this.rate, right, before, after });
    this.host.say(this.reply);
    this.changed();
  }

  standing(): string {
    const { path } = this.state;
    if (!path.length) return `站在起点，损失 ${this.lossText()}。`;
    if (flownOff(this.line)) return `走了 ${path.length} 步，飞走了：损失 ${this.lossText()}。步子太大。`;
    const near = this.loss() <= 1.01 * this.least ? "到谷底了。" : "";
    return `走了 ${path.length} 步，损失 ${this.lossText()}。${near}`;
  }
}
