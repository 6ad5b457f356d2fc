// The network, its training and what may be done with them. Draws nothing.
import type { LabHost, LabSpec } from "../host";
import { short } from "../models";
import type { Draft } from "../models/view";
import { check, type Facts, type Run } from "./checks";
import { type Example, type Feature, freshNet, learn, lost, type Net, score } from "./model";
import {
  examplesOf,
  keepForetold,
  type LabState,
  MOST_EPOCHS,
  MOST_LAYERS,
  MOST_NEURONS,
  noteLosses,
  noteRun,
  orderOf,
  type Plan,
  pointsOf,
  resume,
  type Settings,
  type Spotted,
  sizesOf,
} from "./state";

/** A guess is settled when the test says 90 %, or when this many epochs have gone by. */
export const GUESS_EPOCHS = 200;
export const GUESS_RIGHT = 0.9;
/** Training takes at most this much of a frame, and at most this many epochs, so that one sees it learn. */
const FRAME_MS = 3;
const FRAME_EPOCHS = 3;
const SAVE_MS = 2000;

/** What the big picture shows: the answer, or what one unit puts out. */
export interface Look {
  layer: number;
  unit: number;
}

export class Bench {
  readonly state: LabState;
  net: Net;
  points: Spotted[] = [];
  train: Example[] = [];
  test: Example[] = [];
  /** The run on the page; null before the first epoch. */
  run: Run | null = null;
  look: Look | null = null;
  reply = "";
  private frame = 0;
  private frames = 0;
  private saved = 0;
  private spoilt = false;
  private ordered: { of: string; order: number[] } = { of: "", order: [] };

  constructor(
    readonly settings: Settings,
    readonly spec: LabSpec,
    readonly host: LabHost,
    private readonly drawn: () => void,
    private readonly moved: () => void,
  ) {
    this.state = resume(host.state(), settings);
    const { weights, biases, plan } = this.state;
    this.net = freshNet(sizesOf(plan), plan.activation, plan.seed);
    if (weights && biases) Object.assign(this.net, structuredClone({ weights, biases }));
    this.readData();
    if (this.state.epoch) this.run = this.state.runs.at(-1) ?? null;
  }

  changed(): void {
    this.keep();
    this.drawn();
  }

  close(): void {
    const learning = this.playing;
    this.pause();
    if (learning) this.keep();
  }

  facts(): Facts {
    return { runs: this.state.runs, foretold: this.state.foretold };
  }

  get playing(): boolean {
    return this.frame !== 0;
  }

  /** No further: enough epochs, or weights beyond all numbers. */
  get over(): boolean {
    return this.state.epoch >= MOST_EPOCHS || lost(this.net);
  }

  get untouched(): boolean {
    return this.state.epoch === 0 && this.state.at === 0;
  }

  private keep(): void {
    this.state.weights = this.net.weights;
    this.state.biases = this.net.biases;
    this.saved = performance.now();
    this.host.save(structuredClone(this.state));
  }

  private readData(): void {
    const { plan } = this.state;
    this.points = pointsOf(this.settings, plan);
    this.train = examplesOf(this.points, plan, "train");
    this.test = examplesOf(this.points, plan, "test");
  }

  // --- setting up

  /** Another plan is another network: it starts afresh, the old run stays in the table. */
  set(change: Partial<Plan>): void {
    this.pause();
    const { state } = this;
    Object.assign(state.plan, change);
    state.epoch = 0;
    state.at = 0;
    state.curve = [];
    state.guess = null;
    this.run = null;
    this.look = null;
    this.reply = "";
    this.net = freshNet(sizesOf(state.plan), state.plan.activation, state.plan.seed);
    this.readData();
    this.changed();
  }

  toggleFeature(feature: Feature): void {
    const { features } = this.state.plan;
    const next = features.includes(feature)
      ? features.filter((one) => one !== feature)
      : [...features, feature];
    if (next.length) this.set({ features: next });
    else this.host.say("至少要有一个输入。");
  }

  addLayer(): void {
    const { layers } = this.state.plan;
    if (layers.length < MOST_LAYERS) this.set({ layers: [...layers, layers.at(-1) ?? 4] });
  }

  dropLayer(): void {
    this.set({ layers: this.state.plan.layers.slice(0, -1) });
  }

  grow(layer: number, by: number): void {
    const layers = [...this.state.plan.layers];
    layers[layer] = Math.min(MOST_NEURONS, Math.max(1, (layers[layer] ?? 1) + by));
    this.set({ layers });
  }

  again(): void {
    this.set({});
  }

  reseed(): void {
    this.set({ seed: this.state.plan.seed + 1 });
  }

  lookAt(look: Look | null): void {
    this.look = look;
    this.drawn();
  }

  toggleTest(): void {
    this.state.showTest = !this.state.showTest;
    this.changed();
  }

  // --- learning

  guess(learns: boolean): void {
    if (!this.untouched) return;
    this.state.guess = learns;
    const about = `${GUESS_EPOCHS} 轮以内学得会吗`;
    this.host.did("predicted", { about, guess: learns, settings: { ...this.state.plan } });
    this.host.say(`你猜${learns ? "学得会" : "学不会"}。开始学，看结果。`);
    this.changed();
  }

  /** One batch: the smallest step there is. */
  step(): void {
    this.pause();
    if (this.over) return;
    this.batch();
    this.host.say(this.standing());
    this.changed();
  }

  epochs(count: number): void {
    this.pause();
    const from = performance.now();
    for (let i = 0; i < count && !this.over && performance.now() - from < 500; i += 1) this.epoch();
    this.told();
    this.host.say(this.standing());
    this.changed();
  }

  play(): void {
    if (this.playing) {
      this.pause();
      this.host.say(this.standing());
      this.changed();
      return;
    }
    if (this.over) return;
    this.frame = requestAnimationFrame(this.beat);
    this.changed();
  }

  /** Learning and drawing take turns, so that neither holds a frame for long. */
  private readonly beat = (): void => {
    this.frame = requestAnimationFrame(this.beat);
    this.frames += 1;
    if (this.frames % 2) {
      this.moved();
      return;
    }
    const from = performance.now();
    for (let i = 0; i < FRAME_EPOCHS && !this.over; i += 1) {
      this.epoch();
      if (performance.now() - from > FRAME_MS) break;
    }
    if (this.over) this.play();
    else if (from - this.saved > SAVE_MS) this.keep();
  };

  private pause(): void {
    if (this.playing) this.told();
    cancelAnimationFrame(this.frame);
    this.frame = 0;
  }

  private told(): void {
    if (!this.run) return;
    const { epochs, train, test, trainRight, testRight } = this.run;
    const scores = { epochs, train, test, trainRight, testRight };
    const { shape: data, ...settings } = structuredClone(this.state.plan);
    this.host.did("trained", { method: "network", settings: { data, ...settings }, scores });
    const [spoilt] = check([{ goal: "spoilt", text: "" }], this.facts());
    if (!spoilt?.done || this.spoilt) return;
    this.spoilt = true;
    const { features, rate, noise, share, decay, activation } = this.run;
    const how = `${features.join("、")}，${activation}，学习率 ${rate}，噪声 ${noise}%，学 ${share}%，衰减 ${decay}`;
    this.host.did("broke", { how });
  }

  private batch(): void {
    const { state } = this;
    const { plan } = state;
    const order = this.order();
    const size = Math.min(plan.batch, this.train.length);
    const mine = order.slice(state.at * size, (state.at + 1) * size);
    learn(
      this.net,
      mine.map((i) => this.train[i] as Example),
      plan.rate,
      plan.decay,
    );
    state.at += 1;
    if (state.at * size >= this.train.length) this.ended();
  }

  /** The order of this epoch, worked out once. */
  private order(): number[] {
    const { plan, epoch } = this.state;
    const of = `${plan.seed} ${epoch} ${this.train.length}`;
    if (this.ordered.of !== of) this.ordered = { of, order: orderOf(plan, epoch, this.train.length) };
    return this.ordered.order;
  }

  private epoch(): void {
    const { epoch } = this.state;
    while (this.state.epoch === epoch) this.batch();
  }

  private ended(): void {
    const { state, net } = this;
    state.epoch += 1;
    state.at = 0;
    const [train, test] = [score(net, this.train), score(net, this.test)];
    noteLosses(state, train.loss, test.loss);
    const isNew = this.run === null;
    this.run = {
      ...structuredClone(state.plan),
      epochs: state.epoch,
      train: train.loss,
      test: test.loss,
      least: Math.min(this.run?.least ?? test.loss, test.loss),
      trainRight: train.right / (train.all || 1),
      testRight: test.right / (test.all || 1),
    };
    noteRun(state, this.run, isNew);
    this.settle(this.run);
  }

  private settle(run: Run): void {
    const { state } = this;
    const came = run.testRight >= GUESS_RIGHT;
    if (state.guess === null || !(came || run.epochs >= GUESS_EPOCHS || this.over)) return;
    const right = came === state.guess;
    keepForetold(state, { shape: run.shape, learns: state.guess, came });
    this.host.did("saw-prediction", { about: "学得会吗", guess: state.guess, came, right });
    this.reply = `${right ? "猜对了" : "和你猜的不一样"}：${came ? `${run.epochs} 轮就学会了` : `${run.epochs} 轮还没学会`}。`;
    this.host.say(this.reply);
    state.guess = null;
  }

  /** The network as other labs use it; only when what goes in are columns of the table as they are. */
  draft(): Draft | null {
    const { run, settings, net } = this;
    const { features, shape } = this.state.plan;
    if (!run || lost(net) || features.some((one) => one !== "x" && one !== "y")) return null;
    const used = features.map((one) => (one === "x" ? 0 : 1));
    const axes = used.map((at) => settings.axes[at] as Settings["axes"][0]);
    const last = net.weights.length - 1;
    const counted = (share: number, all: number) => ({ right: Math.round(share * all), all });
    return {
      kind: "dense",
      name: `分${shape}的神经网络`,
      input: { of: "table", columns: used.map((at) => settings.columns[at] as Settings["columns"][0]) },
      labels: settings.labels,
      // the sheet runs over an axis from −2 to 2
      parameters: {
        shift: axes.map(({ low, high }) => short((low + high) / 2)),
        scale: axes.map(({ low, high }) => short(4 / (high - low))),
        layers: net.weights.map((row, layer) => {
          const bias = (net.biases[layer] as number[]).map(short);
          const width = row.length / bias.length;
          const weights = bias.map((_, unit) => row.slice(unit * width, (unit + 1) * width).map(short));
          return { weights, bias, activation: layer === last ? "sigmoid" : net.activation };
        }),
      },
      scores: {
        train: counted(run.trainRight, this.train.length),
        test: counted(run.testRight, this.test.length),
      },
      only: settings.sort ? { [settings.sort]: shape } : {},
      card: { data: `合成的点，${shape}，学了 ${this.train.length} 个，噪声 ${run.noise}%。` },
    };
  }

  // --- in words

  standing(): string {
    const { state, run } = this;
    if (lost(this.net)) return `第 ${state.epoch} 轮：权重大得算不下去了。步子太大，从头再来。`;
    if (!run) return this.untouched ? "还没有开始学。" : `第 1 轮，学了 ${state.at} 批。`;
    const percent = (value: number) => `${Math.round(value * 100)}%`;
    const batches = state.at ? `，又学了 ${state.at} 批` : "";
    return `第 ${state.epoch} 轮${batches}：学过的认对 ${percent(run.trainRight)}，没见过的认对 ${percent(run.testRight)}。`;
  }
}
