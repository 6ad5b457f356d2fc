// The work bench: holds the pupil's state and the machine, offers what a pupil may do. Draws nothing.
import type { ImageSet, Picture } from "../datasets";
import type { LabHost, LabSpec } from "../host";
import type { Facts } from "./checks";
import { Eye } from "./eye";
import {
  type Answer,
  type Classifier,
  count,
  type Example,
  examine,
  Head,
  mostConfused,
  neighbours,
  type Prediction,
} from "./model";
import {
  addRun,
  canLearn,
  dropCamera,
  type Exam,
  examOf,
  inClass,
  isCurrent,
  type LabState,
  lastRun,
  type Method,
  readSettings,
  resume,
  type Settings,
  type Supply,
  supply,
} from "./state";

const ROUNDS = 150;
const ROUNDS_A_FRAME = 5;

export interface Progress {
  what: string;
  share: number;
}

/** A picture under the lens: from the exam, or one the pupil just brought. */
export interface Trial {
  id: string;
  url: string;
  /** Class key; null while the pupil has not said what it is. */
  truth: string | null;
  prediction: Prediction;
  fresh: boolean;
}

export class Bench {
  readonly settings: Settings;
  readonly state: LabState;
  readonly supply: Supply;
  readonly eye: Eye;
  /** How many pictures of the camera were taken away because it may not be used. */
  readonly dropped: number;
  readonly rounds = ROUNDS;
  progress: Progress | null = null;
  trial: Trial | null = null;
  private classifier: { run: number; epochKind: string; machine: Classifier } | null = null;
  /** Number of the work going on; work whose number is no longer this one gives up quietly. */
  private job = 0;
  private closed = false;

  constructor(
    readonly set: ImageSet,
    readonly spec: LabSpec,
    readonly host: LabHost,
    private readonly drawn: () => void,
  ) {
    // a goal that asks which two are confused needs the table, whatever the level
    const asks = spec.goals.some(({ goal }) => goal === "name-most-confused");
    this.settings = readSettings({ ...(asks ? { show_matrix: true } : {}), ...spec.settings });
    this.supply = supply(set, this.settings);
    this.state = resume(host.state(), set, this.settings);
    this.dropped = host.camera() === "refused" ? dropCamera(this.state) : 0;
    if (this.dropped) host.save(structuredClone(this.state));
    this.eye = new Eye(() => this.eyeChanged());
    for (const one of [...this.supply.train, ...this.supply.test])
      this.eye.look(one.file, this.url(one.file), false).catch(() => {});
    this.eye.open();
  }

  close(): void {
    this.closed = true;
    this.job += 1;
    this.eye.close();
  }

  /** Keeps the state and shows it; every change ends here. */
  changed(): void {
    if (this.closed) return;
    this.host.save(structuredClone(this.state));
    this.drawn();
  }

  private eyeChanged(): void {
    if (this.eye.kind === "simple") {
      this.classifier = null;
      this.trial = null;
      this.host.did("fell-back-to-simple-features", {});
    }
    if (!this.closed) this.drawn();
  }

  picture(id: string): Picture | null {
    return this.set.images.find((one) => one.file === id) ?? null;
  }

  url(id: string): string {
    return this.state.local.pictures[id] ?? this.host.datasetUrl(this.set.key, id);
  }

  className(key: string): string {
    return this.state.classes.find((one) => one.key === key)?.name ?? "";
  }

  /** How a picture is called to those who don't see it. */
  says(id: string): string {
    return this.picture(id)?.alt ?? `自己的图片 ${id.replace("own-", "")}`;
  }

  traitText(key: string): string {
    return this.set.traits.find((one) => one.key === key)?.text ?? key;
  }

  labels(): string[] {
    return this.state.classes.map((one) => one.key);
  }

  exam(): Exam[] {
    return examOf(this.state, this.supply.test);
  }

  place(ids: string[], cls: string): void {
    for (const id of ids) {
      this.state.placed[id] = cls;
      const own = this.state.own.find((one) => one.id === id);
      if (own) own.cls = cls;
    }
    this.changed();
  }

  takeBack(ids: string[]): void {
    for (const id of ids) delete this.state.placed[id];
    this.changed();
  }

  stop(): void {
    this.end();
    this.host.say("停下了。放好的都还在。");
  }

  private begin(what: string): number {
    this.job += 1;
    this.show(this.job, what, 0);
    return this.job;
  }

  private end(): void {
    this.job += 1;
    this.progress = null;
    this.changed();
  }

  private show(job: number, what: string, share: number): void {
    if (job !== this.job) return;
    this.progress = { what, share };
    this.drawn();
  }

  /** Looks at every placed picture, learns from them and counts how many of them it gets right. */
  async learn(): Promise<void> {
    if (this.progress || !canLearn(this.state)) return;
    const job = this.begin("正在看图片");
    this.trial = null;
    try {
      const machine = await this.train(this.state.placed, this.state.method, job);
      if (machine && job === this.job) this.learnt(machine.classifier, machine.examples);
    } catch (error) {
      console.error(error);
      this.host.say("有一张图片打不开，这次没有学成。你放好的都还在，再点一次“让它学”。");
    }
    if (job === this.job) this.end();
  }

  private learnt(machine: Classifier, examples: Example[]): void {
    const train = count(examine(machine, examples));
    const run = addRun(this.state, train);
    this.classifier = { run: run.no, epochKind: this.eye.kind, machine };
    this.host.did("trained", {
      run: run.no,
      method: run.method,
      features: this.eye.kind,
      pictures: Object.fromEntries(
        this.state.classes.map((one) => [one.name, inClass(this.state, one.key).length]),
      ),
      traits: this.placedTraits(),
      train,
    });
    this.host.say(`学完了。学过的 ${train.all} 张，认对 ${train.right} 张。再拿没见过的考一考。`);
  }

  private placedTraits(): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const id of Object.keys(this.state.placed))
      for (const trait of this.picture(id)?.traits ?? []) counts[trait] = (counts[trait] ?? 0) + 1;
    return counts;
  }

  private async features(pictures: Exam[], what: string, job: number): Promise<Example[]> {
    const wanted = pictures.map(({ id }) => ({ id, url: this.url(id) }));
    const all = await this.eye.lookAll(wanted, (done) =>
      this.show(job, `${what}：${done} 张，共 ${wanted.length} 张`, done / wanted.length),
    );
    return pictures.map(({ id, truth }, index) => ({
      id,
      label: truth,
      features: all[index] as Float32Array,
    }));
  }

  private async train(
    placed: Record<string, string>,
    method: Method,
    job: number,
  ): Promise<{ classifier: Classifier; examples: Example[] } | null> {
    const pictures = Object.entries(placed).map(([id, truth]) => ({ id, truth }));
    const examples = await this.features(pictures, "正在看图片", job);
    if (job !== this.job) return null;
    if (method === "neighbours") return { classifier: neighbours(examples, this.labels()), examples };
    const head = new Head(examples, this.labels());
    while (head.round < ROUNDS) {
      for (let i = 0; i < ROUNDS_A_FRAME; i += 1) head.step();
      const { right } = count(examine(head, examples));
      this.show(
        job,
        `第 ${head.round} 轮：学过的 ${examples.length} 张，认对 ${right} 张`,
        head.round / ROUNDS,
      );
      await frame();
      if (job !== this.job) return null;
    }
    return { classifier: head, examples };
  }

  /** The machine of the last run; after a resume it learns again from the same pictures, with the same end. */
  private async machine(job: number): Promise<Classifier | null> {
    const run = lastRun(this.state);
    if (!run) return null;
    const known = this.classifier;
    if (known && known.run === run.no && known.epochKind === this.eye.kind) return known.machine;
    const made = await this.train(run.placed, run.method, job);
    if (made) this.classifier = { run: run.no, epochKind: this.eye.kind, machine: made.classifier };
    return made?.classifier ?? null;
  }

  /** What the last run learnt from, as features, and its head where it trained one; null when something else began. */
  async learntNow(): Promise<{ examples: Example[]; head: Head | null } | null> {
    const run = lastRun(this.state);
    if (this.progress || !run) return null;
    const job = this.begin("正在整理模型");
    try {
      const machine = await this.machine(job);
      const learnt = Object.entries(run.placed).map(([id, truth]) => ({ id, truth }));
      const examples = await this.features(learnt, "正在整理模型", job);
      if (job !== this.job || !machine) return null;
      return { examples, head: machine instanceof Head ? machine : null };
    } finally {
      if (job === this.job) this.end();
    }
  }

  /** Asks the machine about every picture it has not learnt from. */
  async examineIt(): Promise<void> {
    const run = lastRun(this.state);
    if (this.progress || !run) return;
    const job = this.begin("正在考");
    try {
      const machine = await this.machine(job);
      const pictures = machine ? await this.features(this.exam(), "正在考", job) : [];
      if (machine && job === this.job) {
        run.answers = examine(machine, pictures);
        const test = count(run.answers);
        const { no, method, train, answers } = run;
        this.host.did("tested", { run: no, method, train, test, answers });
        this.host.say(`考完了。没见过的 ${test.all} 张，认对 ${test.right} 张。`);
      }
    } catch (error) {
      console.error(error);
      this.host.say("有一张图片打不开，这次没有考成。再点一次“考一考”。");
    }
    if (job === this.job) this.end();
  }

  /** Puts a picture under the lens. One it got wrong counts as an error looked at. */
  async open(id: string, truth: string | null, url = this.url(id), fresh = false): Promise<void> {
    if (this.progress) return;
    const job = this.begin("正在看这一张");
    try {
      const machine = await this.machine(job);
      const features = machine ? await this.eye.look(id, url) : null;
      if (machine && features && job === this.job) {
        this.trial = { id, url, truth, prediction: machine.predict(features), fresh };
        const really = truth ? `真的是${this.className(truth)}。` : "";
        this.host.say(`它说：${this.className(this.trial.prediction.said)}。${really}`);
        this.noteError();
      }
    } catch {
      this.host.say("这张图片打不开，换一张试试。");
    }
    if (job === this.job) this.end();
  }

  /** The pupil says what a picture under the lens really is. */
  sayTruth(truth: string): void {
    if (!this.trial) return;
    this.trial.truth = truth;
    this.noteError();
    this.changed();
  }

  private noteError(): void {
    const { trial } = this;
    if (!trial?.truth || trial.truth === trial.prediction.said) return;
    if (this.state.seen.includes(trial.id)) return;
    this.state.seen.push(trial.id);
    this.host.did("looked-at-error", {
      picture: this.picture(trial.id)?.file ?? "own",
      truth: this.className(trial.truth),
      said: this.className(trial.prediction.said),
      traits: this.picture(trial.id)?.traits ?? [],
    });
  }

  sayReason(reason: string): void {
    if (!this.trial) return;
    this.state.reasons[this.trial.id] = reason;
    this.host.did("explained-error", { picture: this.picture(this.trial.id)?.file ?? "own", reason });
    this.changed();
  }

  sayConfused(pair: string): void {
    this.state.confusedSaid = pair;
    const right = this.confusedRight() === true;
    this.host.did("named-most-confused", { pair: pair.split("|").map((key) => this.className(key)), right });
    this.host.say(
      right ? "对，这两类最容易弄混。" : "还差一点。沿“真的是”那一行走，找认错的格子里最大的数。",
    );
    this.changed();
  }

  answers(): Answer[] | null {
    return lastRun(this.state)?.answers ?? null;
  }

  confusedRight(): boolean | null {
    const said = this.state.confusedSaid;
    const answers = this.answers();
    if (!said || !answers) return null;
    return mostConfused(answers, this.labels()).some(({ a, b }) => `${a}|${b}` === said);
  }

  facts(): Facts {
    const run = lastRun(this.state);
    return {
      perClass: this.state.classes.map((one) => ({
        name: one.name,
        pictures: inClass(this.state, one.key).length,
      })),
      run: run ? { train: run.train, answers: run.answers } : null,
      errorsSeen: this.state.seen.length,
      confusedRight: this.confusedRight(),
      withTrait: (trait) => this.withTrait(trait),
    };
  }

  withTrait(trait: string): Answer[] {
    return (this.answers() ?? []).filter((one) => this.picture(one.id)?.traits.includes(trait));
  }

  /** What to do next, which decides the one leading button. */
  next(): "place" | "learn" | "exam" | "look" {
    if (!canLearn(this.state)) return "place";
    if (!isCurrent(this.state)) return "learn";
    return this.answers() ? "look" : "exam";
  }
}

function frame(): Promise<void> {
  return new Promise((done) => {
    requestAnimationFrame(() => done());
  });
}
