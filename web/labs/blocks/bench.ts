// The program, the world it runs in, and what a pupil may do with both. Draws nothing.
import type { LabHost, LabSpec } from "../host";
import { predict, type TrainedModel } from "../models";
import { Speaker } from "../sound/device";
import { Carrier } from "./carrier";
import type { Facts } from "./checks";
import { blocksCode } from "./code";
import { floorOf } from "./floors";
import type { Scene } from "./pieces";
import { type Node, shapeText } from "./program";
import { type Ending, run, runAll, type Tick } from "./run";
import { STARTER } from "./starter";
import {
  addRun,
  fingerprint,
  isUsual,
  type LabState,
  type Run,
  readSettings,
  resume,
  type Settings,
} from "./state";
import type { Supply } from "./supply";
import { type Around, Belt, REACHES, Robot, Stage, USUAL, type World } from "./world";

export const SPEED_MS = [900, 320, 60] as const;
const HEADLESS_STEPS = 300;

export const GUESSES: Record<Scene, readonly string[]> = {
  robot: ["到终点", "撞墙", "停在半路"],
  stage: ["样子会变", "样子不变"],
  belt: ["多半放对", "多半放错"],
};

export class Bench {
  readonly settings: Settings;
  readonly state: LabState;
  readonly carrier: Carrier;
  world: World;
  /** The step about to happen, and how the last run ended. */
  now = "";
  ending: Ending | { how: "stopped"; why: string } | null = null;
  guess = "";
  /** What came of the last guess, in words. */
  reply = "";
  private readonly speaker = new Speaker();
  private going: Generator<Tick, Ending> | null = null;
  private timer = 0;
  private closed = false;

  constructor(
    supply: Supply,
    readonly spec: LabSpec,
    readonly host: LabHost,
    private readonly drawn: () => void,
    private readonly moved: () => void,
  ) {
    this.settings = readSettings(spec.settings);
    this.state = resume(host.state(), this.settings);
    this.carrier = new Carrier(supply, this.settings.things, host);
    this.world = this.fresh(this.state.around);
    void this.fetchModels();
  }

  get labels(): string[] {
    return this.carrier.labels(this.state.model);
  }

  close(): void {
    this.closed = true;
    window.clearTimeout(this.timer);
    this.carrier.close();
    this.speaker.close();
  }

  changed(): void {
    if (this.closed) return;
    this.host.save(structuredClone(this.state));
    this.drawn();
  }

  get program(): Node[] {
    return this.state.programs[this.state.scene];
  }

  get running(): boolean {
    return this.timer !== 0;
  }

  get shape(): string {
    return fingerprint(shapeText(this.program));
  }

  /** What the program runs on: a floor, or a model. */
  get place(): string {
    const { scene, floor, model } = this.state;
    return scene === "robot" ? floor : scene === "belt" ? model || STARTER : "stage";
  }

  facts(): Facts {
    return { runs: this.state.runs };
  }

  // --- models

  private async fetchModels(): Promise<void> {
    await this.carrier.fetchModels();
    if (this.state.scene === "belt") await this.lay();
    if (!this.closed) this.drawn();
  }

  get model(): TrainedModel | null {
    return this.carrier.model(this.state.model);
  }

  async pickModel(id: string): Promise<void> {
    this.halt();
    this.state.model = id;
    this.changed();
    await this.lay();
  }

  /** The things as the model needs them; the belt begins anew when they have come. */
  private async lay(): Promise<void> {
    const { carrier, state, host } = this;
    if (this.closed || !(await carrier.lay(state.model, { ...state.around }, () => this.drawn()))) return;
    if (carrier.trouble) host.say(carrier.trouble);
    this.reset();
  }

  // --- what surrounds the program

  private fresh(around: Around): World {
    const { scene, floor } = this.state;
    if (scene === "robot") return new Robot(floorOf(floor), around);
    return scene === "stage" ? new Stage(around) : new Belt(this.carrier.laid, this.model);
  }

  show(scene: Scene): void {
    this.halt();
    this.state.scene = scene;
    this.reset();
    if (scene === "belt") void this.lay();
  }

  setFloor(key: string): void {
    this.halt();
    this.state.floor = key;
    this.reset();
  }

  /** While a stage runs its sensors follow the sliders; elsewhere a change begins anew. */
  setAround(key: keyof Around, value: number): void {
    this.state.around[key] = value;
    if (this.state.scene === "stage" && this.running) {
      this.changed();
      return;
    }
    this.halt();
    this.reset();
    if (this.state.scene === "belt") void this.lay();
  }

  usual(): void {
    this.halt();
    Object.assign(this.state.around, USUAL);
    this.reset();
    if (this.state.scene === "belt") void this.lay();
  }

  // --- the program

  /** The editor changed it. */
  setProgram(steps: Node[], loose: unknown[] | null = null): void {
    const before = this.shape;
    this.state.programs[this.state.scene] = steps;
    if (loose) this.state.loose[this.state.scene] = loose;
    if (before !== this.shape) {
      this.halt();
      this.world = this.fresh(this.state.around);
      this.ending = null;
      this.reply = "";
    }
    this.changed();
  }

  reset(): void {
    this.halt();
    this.world = this.fresh(this.state.around);
    this.ending = null;
    this.reply = "";
    this.changed();
  }

  private halt(): void {
    window.clearTimeout(this.timer);
    this.timer = 0;
    this.going = null;
    this.now = "";
  }

  // --- running

  play(sound: Float32Array): void {
    void this.speaker.play(sound).then((heard) => {
      if (!heard) this.host.say("这台设备放不出声音，看声谱图也行。");
    });
  }

  /** Whether the same program has run here before: then there is nothing to guess. */
  get known(): boolean {
    const { scene, around } = this.state;
    const same = JSON.stringify(around);
    return this.state.runs.some(
      (one) =>
        one.scene === scene &&
        one.shape === this.shape &&
        one.place === this.place &&
        JSON.stringify(one.around) === same,
    );
  }

  /** The pupil says what will come of it, and it begins. */
  guessAndRun(guess: string): void {
    this.guess = guess;
    this.host.did("predicted", { about: this.state.scene, guess });
    this.start();
  }

  start(): void {
    if (this.carrier.busy || this.running) return;
    this.begin();
    this.later();
    this.changed();
  }

  private begin(): void {
    this.world = this.fresh(this.state.around);
    this.ending = null;
    this.reply = "";
    this.going = run(this.program, this.world);
  }

  private later(beats = 1): void {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.beat(), (SPEED_MS[this.state.speed] ?? 320) * beats);
  }

  private beat(): void {
    const beats = this.forward();
    if (beats === null) {
      this.drawn();
      return;
    }
    this.later(beats);
    this.moved();
  }

  /** One step; answers for how many beats to wait, or null at the end. */
  private forward(): number | null {
    const next = this.going?.next();
    if (!next || next.done) {
      this.timer = 0;
      this.now = "";
      this.going = null;
      if (next?.done) this.ended(next.value);
      return null;
    }
    this.now = next.value.id;
    return next.value.beats;
  }

  step(): void {
    if (this.carrier.busy) return;
    window.clearTimeout(this.timer);
    this.timer = 0;
    if (!this.going) this.begin();
    this.forward();
    this.changed();
  }

  stop(): void {
    if (!this.going) return;
    this.halt();
    this.ended({ how: "stopped", why: "" });
    this.changed();
  }

  setSpeed(speed: number): void {
    this.state.speed = speed;
    this.changed();
  }

  private ended(ending: Ending | { how: "stopped"; why: string }): void {
    this.ending = ending;
    const result = this.result(ending.how);
    const guess = this.guess;
    this.guess = "";
    addRun(this.state, { ...result, guess });
    const { scene, around, place, ok, right, all, came, own } = result;
    if (guess) {
      const fits = guess === came;
      this.reply = fits ? `和你猜的一样：${guess}。` : `你猜${guess}，来的是：${came}。`;
      this.host.did("saw-prediction", { about: scene, guess, came, right: fits });
    }
    const scores = scene === "belt" ? { right, all } : { ok };
    this.host.did("tested", { settings: { scene, place, around, own }, scores });
    if (!ok && !isUsual(around) && this.workedBefore(result))
      this.host.did("broke", { how: `光线 ${around.light}，干扰 ${around.noise}` });
    this.host.say(`${this.endText()}${this.reply}`);
    this.host.save(structuredClone(this.state));
  }

  private workedBefore({ scene, shape, place }: Run): boolean {
    return this.state.runs.some(
      (one) =>
        one.ok && isUsual(one.around) && one.scene === scene && one.shape === shape && one.place === place,
    );
  }

  private result(how: Run["how"]): Run {
    const { scene, around } = this.state;
    const { world } = this;
    const own = this.place !== STARTER && scene === "belt";
    const run: Run = {
      scene,
      how,
      own,
      place: this.place,
      shape: this.shape,
      around: { ...around },
      ok: false,
      right: 0,
      all: 0,
      reacts: [],
      guess: "",
      came: "",
    };
    if (world instanceof Robot) {
      run.ok = how === "over";
      run.came = run.ok ? "到终点" : world.bumped ? "撞墙" : "停在半路";
    } else if (world instanceof Belt) {
      run.right = world.right;
      run.all = world.sorted.length;
      run.ok = run.all >= Math.ceil(world.things.length / 2) && run.right > 0.7 * run.all;
      run.came = run.right > run.all / 2 ? "多半放对" : "多半放错";
    } else if (world instanceof Stage) {
      run.reacts = this.reacts();
      run.ok = run.reacts.length > 0;
      run.came = world.costume === "平常" && world.x === -60 ? "样子不变" : "样子会变";
    }
    return run;
  }

  /** Sensors that decide how the figure ends: the same program with the slider at either end. */
  private reacts(): string[] {
    const keys = Object.keys(USUAL) as (keyof Around)[];
    return keys.filter((key) => {
      const ends = [REACHES[key].least, REACHES[key].most].map((value) => {
        const stage = new Stage({ ...USUAL, [key]: value });
        runAll(this.program, stage, HEADLESS_STEPS);
        return stage.end;
      });
      return ends[0] !== ends[1];
    });
  }

  endText(): string {
    const { ending, world } = this;
    if (!ending) return "";
    const how = {
      done: "跑完了。",
      over: "到终点了！",
      halted: `${ending.why}，停在这里。`,
      endless: `${ending.why}，替你停下了。看看循环什么时候该停。`,
      stopped: "停下了。",
    }[ending.how];
    const belt = world instanceof Belt ? `放了 ${world.sorted.length} 个，对 ${world.right} 个。` : "";
    return `${how}${belt}`;
  }

  code(): string {
    const model = this.model;
    const things = this.carrier.laid.map(({ title, truth, asked }) => {
      const said = model ? predict(model, asked) : null;
      return {
        title,
        truth,
        answer: said?.text ?? "",
        sure: Math.round(Math.max(0, ...(said?.shares ?? [])) * 100),
      };
    });
    const { scene, around, floor } = this.state;
    return blocksCode(scene, this.program, { around, floor: floorOf(floor), things });
  }
}
