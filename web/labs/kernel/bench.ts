// The picture, the kernel over it and what may be done with them. Draws nothing.
import type { LabHost, LabSpec } from "../host";
import { check, type Facts, type Run } from "./checks";
import {
  answers,
  before,
  clipped,
  convolve,
  difference,
  type Grey,
  type Kernel,
  type Layer,
  noisy,
  pooled,
  SIDE,
  type Sum,
  spread,
  strength,
  sumAt,
  through,
} from "./model";
import { isOwn, presetOf } from "./presets";
import {
  keepGuess,
  keepRun,
  type LabState,
  MOST_LAYERS,
  type Picture,
  resume,
  type Settings,
  type Show,
  tidyDivisor,
  tidyWeight,
} from "./state";

/** A picture plays through in about this time. */
const PLAY_MS = 4000;
/** Smaller results go in no more: with any step something must be left. */
const LEAST_SIDE = 5;
/** A guess this near counts as right when nothing else is asked for. */
export const NEAR = 10;
/** The three answers for the youngest: dark below the first, bright from the second on. */
export const BANDS = [85, 170] as const;

export const bandOf = (value: number): number => (value < BANDS[0] ? 0 : value < BANDS[1] ? 1 : 2);
export const shownValue = (value: number): string => String(Math.round(value * 10) / 10);

export class Bench {
  readonly state: LabState;
  private kept: { of: string; base: Grey; input: Grey; result: Grey } | null = null;
  private done: boolean[] = [];
  reply = "";
  private timer = 0;
  private broken = false;

  constructor(
    readonly settings: Settings,
    readonly spec: LabSpec,
    readonly host: LabHost,
    private readonly drawn: () => void,
    private readonly moved: () => void,
  ) {
    this.state = resume(host.state(), settings);
    this.fit();
  }

  changed(): void {
    this.keep();
    this.drawn();
  }

  private keep(): void {
    this.state.filled = this.done.map((one) => (one ? "1" : "0")).join("");
    this.host.save(structuredClone(this.state));
  }

  close(): void {
    const walking = this.playing;
    this.pause();
    if (walking) this.keep();
  }

  facts(): Facts {
    return { runs: this.state.runs, guesses: this.state.guesses };
  }

  // --- pictures, worked out once

  get picture(): Picture {
    const { pictures } = this.settings;
    return pictures.find(({ key }) => key === this.state.picture) ?? (pictures[0] as Picture);
  }

  private get all(): { base: Grey; input: Grey; result: Grey } {
    const { picture, noise, chain, layer } = this.state;
    const of = JSON.stringify([picture, noise, chain, layer]);
    if (this.kept?.of !== of) {
      const base = noisy(this.picture.grey, noise);
      const input = chain.reduce((grey, one) => clipped(through(grey, one)), base);
      this.kept = { of, base, input, result: convolve(input, layer) };
    }
    return this.kept;
  }

  get input(): Grey {
    return this.all.input;
  }

  /** The whole result before pooling; shown only as far as it is filled. */
  get result(): Grey {
    return this.all.result;
  }

  get pooledResult(): Grey {
    return pooled(this.result, this.state.layer.pool);
  }

  get place(): number {
    return this.state.at.row * this.result.width + this.state.at.column;
  }

  isFilled(place: number): boolean {
    return this.done[place] ?? false;
  }

  get filledCount(): number {
    return this.done.reduce((sum, one) => sum + (one ? 1 : 0), 0);
  }

  get whole(): boolean {
    return this.done.length > 0 && this.done.every(Boolean);
  }

  get sum(): Sum {
    return sumAt(this.input, this.state.layer, this.state.at.column, this.state.at.row);
  }

  /** Left and top point of the window on what goes in; may lie outside by one. */
  get window(): { column: number; row: number } {
    const { stride, padding } = this.state.layer;
    const { column, row } = this.state.at;
    return { column: column * stride - before(padding), row: row * stride - before(padding) };
  }

  /** After a change or a resume: the marks have the size of the result, the window lies on it. */
  private fit(): void {
    const { width, height } = this.result;
    const { filled, at } = this.state;
    const fits = filled.length === width * height;
    this.done = Array.from({ length: width * height }, (_, i) => fits && filled[i] === "1");
    this.state.at = { column: Math.min(at.column, width - 1), row: Math.min(at.row, height - 1) };
  }

  private fresh(): void {
    this.pause();
    this.reply = "";
    this.state.filled = "";
    this.state.at = { column: 0, row: 0 };
    this.fit();
    this.changed();
  }

  // --- setting up

  setPicture(key: string): void {
    this.state.picture = key;
    this.state.chain = [];
    this.fresh();
  }

  setNoise(noise: number): void {
    this.state.noise = noise;
    this.fresh();
  }

  setKernel({ weights, divisor }: Kernel): void {
    this.state.layer.kernel = { weights: [...weights], divisor };
    this.fresh();
  }

  setWeight(at: number, value: number): void {
    const weights = [...this.state.layer.kernel.weights];
    weights[at] = tidyWeight(value);
    this.setKernel({ weights, divisor: this.state.layer.kernel.divisor });
  }

  setDivisor(value: number): void {
    this.setKernel({ ...this.state.layer.kernel, divisor: tidyDivisor(value) });
  }

  setLayer(change: Partial<Omit<Layer, "kernel">>): void {
    this.state.layer = { ...this.state.layer, ...change };
    this.fresh();
  }

  setShow(show: Show): void {
    this.state.show = show;
    this.changed();
  }

  /** What came out goes in again. */
  deeper(): void {
    if (!this.mayGoDeeper) return;
    this.state.chain.push(structuredClone(this.state.layer));
    this.host.say(`结果成了新的图，第 ${this.state.chain.length + 1} 层。`);
    this.fresh();
  }

  get mayGoDeeper(): boolean {
    const { width, height } = this.pooledResult;
    return this.whole && Math.min(width, height) >= LEAST_SIDE && this.state.chain.length < MOST_LAYERS - 1;
  }

  back(): void {
    const layer = this.state.chain.pop();
    if (!layer) return;
    this.state.layer = layer;
    this.fresh();
  }

  // --- the window

  /** The window goes to the place whose nine points are around this point of the picture. */
  moveToPoint(column: number, row: number): void {
    const { stride, padding } = this.state.layer;
    const to = (point: number) => Math.round((point - 1 + before(padding)) / stride);
    this.moveTo(to(column), to(row));
  }

  moveTo(column: number, row: number): void {
    this.pause();
    const { width, height } = this.result;
    const held = (value: number, most: number) => Math.min(most, Math.max(0, value));
    const at = { column: held(column, width - 1), row: held(row, height - 1) };
    if (at.column === this.state.at.column && at.row === this.state.at.row) return;
    this.state.at = at;
    this.reply = "";
    this.drawn();
  }

  nudge(dx: number, dy: number): void {
    this.moveTo(this.state.at.column + dx, this.state.at.row + dy);
    this.host.say(this.where());
  }

  where(): string {
    const { column, row } = this.state.at;
    const here = `结果的第 ${row + 1} 行第 ${column + 1} 个`;
    return this.isFilled(this.place) ? `${here}：${shownValue(this.sum.value)}` : `${here}，还没算`;
  }

  /** A number for those who reckon, a band (dark, middle, bright) for the youngest. */
  guess(value: number, band = false): void {
    if (this.isFilled(this.place) || !Number.isFinite(value)) return;
    const came = this.sum.value;
    const off = band ? (bandOf(came) === value ? 0 : 255) : Math.abs(value - came);
    keepGuess(this.state, off);
    const about = band ? "这一格会是暗、中间还是亮" : "这一格算出来是多少";
    const seen = band ? bandOf(came) : Math.round(came * 100) / 100;
    this.host.did("predicted", { about, guess: value });
    this.host.did("saw-prediction", { about, guess: value, came: seen, right: off <= NEAR });
    this.reply = off <= NEAR ? "猜对了。" : "和你猜的不一样。";
    this.fill(this.place);
    this.host.say(`${this.reply}${this.where()}`);
    this.changed();
  }

  reveal(): void {
    this.fill(this.place);
    this.host.say(this.where());
    this.changed();
  }

  /** To the next place that is not worked out yet. */
  next(): void {
    this.pause();
    const from = this.place;
    const places = this.done.length;
    for (let i = 1; i <= places; i += 1) {
      const place = (from + i) % places;
      if (this.isFilled(place)) continue;
      this.goTo(place);
      break;
    }
    this.reply = "";
    this.host.say(this.where());
    this.changed();
  }

  private goTo(place: number): void {
    const { width } = this.result;
    this.state.at = { column: place % width, row: Math.floor(place / width) };
  }

  finishRow(): void {
    this.pause();
    const { width } = this.result;
    const from = this.state.at.row * width;
    for (let place = from; place < from + width; place += 1) this.fill(place);
    this.goTo(from + width - 1);
    this.host.say(this.where());
    this.changed();
  }

  finish(): void {
    this.pause();
    for (let place = 0; place < this.done.length; place += 1) this.fill(place);
    this.changed();
  }

  get playing(): boolean {
    return this.timer !== 0;
  }

  play(): void {
    if (this.playing) {
      this.pause();
      this.changed();
      return;
    }
    if (this.whole) return;
    const started = performance.now();
    const todo = this.done.flatMap((one, place) => (one ? [] : [place]));
    let at = 0;
    const beat = () => {
      const until = Math.ceil(((performance.now() - started) / PLAY_MS) * todo.length);
      for (; at < Math.min(until, todo.length); at += 1) {
        const place = todo[at] as number;
        this.goTo(place);
        this.fill(place);
      }
      if (at < todo.length) {
        this.timer = requestAnimationFrame(beat);
        this.moved();
      } else {
        this.timer = 0;
        this.changed();
      }
    };
    this.reply = "";
    this.timer = requestAnimationFrame(beat);
    this.changed();
  }

  private pause(): void {
    cancelAnimationFrame(this.timer);
    this.timer = 0;
  }

  restart(): void {
    this.fresh();
  }

  private fill(place: number): void {
    if (this.isFilled(place)) return;
    this.done[place] = true;
    if (this.whole) this.ended();
  }

  private ended(): void {
    const { state, input, result } = this;
    const { kernel, padding, stride, pool } = state.layer;
    const out = this.pooledResult;
    const { base } = this.all;
    const was = difference(input, base);
    const is = difference(clipped(out), base);
    const run: Run = {
      picture: state.picture,
      noise: state.noise,
      depth: state.chain.length,
      ...structuredClone(kernel),
      padding,
      stride,
      pool,
      own: isOwn(kernel),
      answers: answers(kernel),
      spreadIn: spread(input),
      spreadOut: spread(result),
      strength: strength(result),
      most: Math.max(...out.values.map(Math.abs)),
      from: this.picture.grey.width,
      to: out.width,
      closer: was && is !== null ? is / was : null,
    };
    keepRun(state, run);
    const { answers: scores, strength: mean } = run;
    const { picture: data, noise, depth } = run;
    const settings = {
      data,
      noise,
      depth,
      weights: kernel.weights,
      divisor: kernel.divisor,
      padding,
      stride,
      pool,
    };
    this.host.did("tested", { settings, scores: { ...scores, strength: mean } });
    this.host.say(this.standing());
    this.breaks();
  }

  private breaks(): void {
    const facts = this.facts();
    const [nothing] = check([{ goal: "finds-nothing", text: "" }], facts);
    const [fooled] = check([{ goal: "noise-fools", text: "" }], facts);
    if (this.broken || !(nothing?.done || fooled?.done)) return;
    this.broken = true;
    this.host.did("broke", { how: nothing?.done ? "核什么也没找到" : "噪声骗过了找边的核" });
  }

  // --- in words

  kernelName(): string {
    return presetOf(this.state.layer.kernel)?.text ?? "自己的核";
  }

  standing(): string {
    const { result, whole } = this;
    if (!whole) return `算了 ${this.filledCount} 个，一共 ${result.width * result.height} 个。`;
    const { values } = result;
    const most = values.reduce((a, b) => Math.max(a, b));
    const least = values.reduce((a, b) => Math.min(a, b));
    const mean = values.reduce((a, b) => a + b, 0) / values.length;
    const size = `${result.width}×${result.height}`;
    return `走完了，结果 ${size}：最小 ${shownValue(least)}，最大 ${shownValue(most)}，平均 ${shownValue(mean)}。`;
  }

  /** The points around the window, with the nine in it marked: numbers to look at closely. */
  closeUp(): { value: number | null; inside: boolean }[][] {
    const { column, row } = this.window;
    const { width, height, values } = this.input;
    return Array.from({ length: SIDE + 2 }, (_, dy) =>
      Array.from({ length: SIDE + 2 }, (_, dx) => {
        const [x, y] = [column + dx - 1, row + dy - 1];
        const there = x >= 0 && y >= 0 && x < width && y < height;
        const inside = dx >= 1 && dx <= SIDE && dy >= 1 && dy <= SIDE;
        return { value: there ? (values[y * width + x] as number) : null, inside };
      }),
    );
  }
}
