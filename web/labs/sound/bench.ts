// The work bench: holds the pupil's state, the sounds and the machine, offers what a pupil may do. Draws nothing.
import type { Sound, SoundSet } from "../datasets";
import type { LabHost, LabSpec, Microphone } from "../host";
import type { Draft } from "../models/view";
import { dice } from "../random";
import { bandOf, type Facts, type Method, type Place, type ScoreBand } from "./checks";
import { soundDraft } from "./draft";
import { COPIES, Ear, packed } from "./ear";
import { type Classifier, count, type Example, examine, nearestThree, ROUNDS, SoundHead } from "./model";
import {
  addOwn,
  dropOwn,
  dropRecordings,
  isCurrent,
  keepTest,
  type LabState,
  MOST_OWN,
  type Run,
  readSettings,
  resume,
  type Settings,
} from "./state";
import { BAND_TEXT, METHOD_TEXT, PLACE_TEXT, REASONS } from "./words";

const ROUNDS_A_FRAME = 12;
const BUDGET = 10;

export class Bench {
  readonly settings: Settings;
  readonly state: LabState;
  readonly ear: Ear;
  readonly microphone: Microphone;
  /** How many recordings were taken away because the microphone may not be used. */
  readonly dropped: number;
  progress: { what: string; share: number } | null = null;
  /** What it said of the sound shown, once asked; forgotten when another is shown. */
  asked: { id: string; place: Place; said: string; likeness: { label: string; share: number }[] } | null =
    null;
  private readonly quizOrder: Sound[];
  private machine: { no: number; classifier: Classifier; examples: Example[] } | null = null;
  private job = 0;
  private closed = false;

  constructor(
    readonly set: SoundSet,
    readonly spec: LabSpec,
    readonly host: LabHost,
    private readonly drawn: () => void,
  ) {
    this.settings = readSettings(spec.settings, set);
    this.state = resume(host.state(), this.settings);
    this.microphone = host.microphone?.() ?? "absent";
    this.dropped = this.microphone === "refused" ? dropRecordings(this.state) : 0;
    if (this.dropped) host.save(structuredClone(this.state));
    this.ear = new Ear(new Map(set.sounds.map((one) => [one.key, one])), (id) => this.state.local.sounds[id]);
    const next = dice(5);
    this.quizOrder = this.settings.test
      .map((sound) => ({ sound, at: next() }))
      .sort((a, b) => a.at - b.at)
      .map(({ sound }) => sound);
  }

  close(): void {
    this.closed = true;
    this.job += 1;
  }

  changed(): void {
    if (this.closed) return;
    this.host.save(structuredClone(this.state));
    this.drawn();
  }

  labels(): string[] {
    return this.settings.labels.map(({ key }) => key);
  }

  labelText(key: string): string {
    return this.settings.labels.find((one) => one.key === key)?.text ?? "";
  }

  /** A sound's own name: 鼓 3, or 录音 2. */
  nameOf(id: string): string {
    const found = this.set.sounds.find((one) => one.key === id);
    if (!found) return `录音 ${id.replace("own-", "")}`;
    const alike = this.set.sounds.filter((one) => one.label === found.label && one.part === found.part);
    const what = found.part === "test" ? "考题" : "";
    return `${what}${this.labelText(found.label)} ${alike.indexOf(found) + 1}`;
  }

  facts(): Facts {
    const { quiz, tests, why } = this.state;
    return { spotted: quiz.right, tests, why: REASONS.some(({ key, right }) => right && key === why) };
  }

  // --- seeing sounds

  show(id: string): void {
    this.state.shown = id;
    this.asked = null;
    this.changed();
  }

  setPlace(place: Place): void {
    this.state.place = place;
    this.asked = null;
    this.host.say(`现在听的是：${PLACE_TEXT[place]}`);
    this.changed();
  }

  // --- from the picture alone

  quizSound(): Sound | null {
    const { length } = this.quizOrder;
    return length ? (this.quizOrder[this.state.quiz.at % length] ?? null) : null;
  }

  guessSound(label: string): void {
    const sound = this.quizSound();
    const { quiz } = this.state;
    if (!sound || quiz.said) return;
    quiz.said = label;
    const right = label === sound.label;
    if (right) quiz.right += 1;
    else quiz.wrong += 1;
    this.host.did("saw-prediction", {
      about: "只看图，这是什么声音",
      guess: this.labelText(label),
      came: this.labelText(sound.label),
      right,
    });
    this.host.say(`${right ? "猜对了" : "不是"}，这是${this.labelText(sound.label)}。`);
    this.changed();
  }

  nextQuiz(): void {
    this.state.quiz.at += 1;
    this.state.quiz.said = null;
    this.changed();
  }

  // --- learning

  setMethod(method: Method): void {
    this.state.method = method;
    this.changed();
  }

  setNoisy(noisy: boolean): void {
    this.state.noisy = noisy;
    this.changed();
  }

  stop(): void {
    this.job += 1;
    this.progress = null;
    this.host.say("停下了。做过的都还在。");
    this.changed();
  }

  private begin(what: string): number {
    this.job += 1;
    this.progress = { what, share: 0 };
    this.drawn();
    return this.job;
  }

  /** Lets the page breathe; false when this work is no longer wanted. */
  private async rest(job: number, what: string, share: number): Promise<boolean> {
    if (job !== this.job) return false;
    this.progress = { what, share };
    this.drawn();
    await frame();
    return job === this.job;
  }

  private async hear(
    wanted: { id: string; label: string; place: Place; copy?: boolean }[],
    what: string,
    job: number,
  ): Promise<Example[] | null> {
    const found: Example[] = [];
    let since = performance.now();
    for (const { id, label, place, copy } of wanted) {
      found.push({ id, label, features: this.ear.features(id, place, copy) });
      if (performance.now() - since < BUDGET) continue;
      if (
        !(await this.rest(
          job,
          `${what}：${found.length} 个，共 ${wanted.length} 个`,
          found.length / wanted.length,
        ))
      )
        return null;
      since = performance.now();
    }
    return found;
  }

  /** What a run learns from: every sound to practise with, the pupil's own, and noisy copies where wanted. */
  private lessons({ noisy, own }: Pick<Run, "noisy" | "own">) {
    const bundled = this.settings.train.map(({ key, label }) => ({ id: key, label }));
    const mine = this.state.own.filter(({ id }) => own.includes(id)).map(({ id, label }) => ({ id, label }));
    const all = [...bundled, ...mine];
    const places: Place[] = noisy ? ["quiet", ...COPIES] : ["quiet"];
    return places.flatMap((place) => all.map((one) => ({ ...one, place, copy: true })));
  }

  private async taught(run: Omit<Run, "train">, job: number) {
    const examples = await this.hear(this.lessons(run), "正在听", job);
    if (!examples) return null;
    if (run.method === "nearest") return { classifier: nearestThree(examples, this.labels()), examples };
    const head = new SoundHead(examples, this.labels());
    while (head.round < ROUNDS) {
      let loss = 0;
      for (let i = 0; i < ROUNDS_A_FRAME; i += 1) loss = head.step();
      const words = `第 ${head.round} 轮，共 ${ROUNDS} 轮，错得有多厉害：${loss.toFixed(2)}`;
      if (!(await this.rest(job, words, head.round / ROUNDS))) return null;
    }
    return { classifier: head, examples };
  }

  async learn(): Promise<void> {
    if (this.progress) return;
    const { state } = this;
    const job = this.begin("正在听");
    const own = state.own.filter((one) => one.use === "train").map((one) => one.id);
    const run = { no: state.runs + 1, method: state.method, noisy: state.noisy, own };
    const made = await this.taught(run, job);
    if (!made || job !== this.job) return;
    const train = count(examine(made.classifier, made.examples));
    this.machine = { no: run.no, ...made };
    state.runs = run.no;
    state.run = { ...run, train };
    this.asked = null;
    this.host.did("trained", {
      method: METHOD_TEXT[run.method],
      settings: { noisy: run.noisy, data: { sounds: made.examples.length, own: own.length } },
      scores: { train },
    });
    this.progress = null;
    this.host.say(`学完了：听过 ${train.all} 个声音，认对 ${train.right} 个。先猜再考。`);
    this.changed();
  }

  /** The machine of the run that stands; after a resume it learns again, with the same end. */
  private async ready(job: number): Promise<Classifier | null> {
    const { run } = this.state;
    if (!run) return null;
    if (this.machine?.no === run.no) return this.machine.classifier;
    const made = await this.taught(run, job);
    if (made) this.machine = { no: run.no, ...made };
    return made?.classifier ?? null;
  }

  /** The model for other labs; learnt again where the page was opened anew. */
  async draft(): Promise<Draft | null> {
    if (this.progress || !this.state.run) return null;
    const job = this.begin("正在整理模型");
    const classifier = await this.ready(job);
    if (job !== this.job) return null;
    this.progress = null;
    this.drawn();
    return classifier && this.machine ? soundDraft(this, classifier, this.machine.examples) : null;
  }

  // --- testing

  examSize(): number {
    return this.settings.test.length + this.state.own.filter((one) => one.use === "test").length;
  }

  /** The guess comes first, and begins the exam. */
  async exam(guess: ScoreBand): Promise<void> {
    const { state } = this;
    const { run, place } = state;
    if (this.progress || !run || !isCurrent(state)) return;
    const job = this.begin("正在考");
    const about = `在${PLACE_TEXT[place]}能认对多少`;
    this.host.did("predicted", { about, guess: BAND_TEXT[guess] });
    const classifier = await this.ready(job);
    const wanted = [
      ...this.settings.test.map(({ key, label }) => ({ id: key, label, place })),
      ...state.own.filter((one) => one.use === "test").map(({ id, label }) => ({ id, label, place })),
    ];
    const examples = classifier ? await this.hear(wanted, "正在考", job) : null;
    if (!classifier || !examples || job !== this.job) return;
    const answers = examine(classifier, examples);
    const { right, all } = count(answers);
    const came = bandOf(right, all);
    keepTest(state, { run: run.no, method: run.method, noisy: run.noisy, place, answers, guess });
    this.noteTest(run, place, { right, all }, guess);
    this.progress = null;
    const met = came === guess ? "和你猜的一样" : "和你猜的不一样";
    this.host.say(`考完了：没听过的 ${all} 个，认对 ${right} 个，${met}。`);
    this.changed();
  }

  private noteTest(run: Run, place: Place, test: { right: number; all: number }, guess: ScoreBand): void {
    const came = bandOf(test.right, test.all);
    const about = `在${PLACE_TEXT[place]}能认对多少`;
    this.host.did("saw-prediction", {
      about,
      guess: BAND_TEXT[guess],
      came: BAND_TEXT[came],
      right: came === guess,
    });
    this.host.did("tested", {
      settings: { method: METHOD_TEXT[run.method], noisy: run.noisy, place: PLACE_TEXT[place] },
      scores: { train: run.train, test },
    });
    if (place !== "quiet" && came === "few") this.host.did("broke", { how: PLACE_TEXT[place] });
  }

  sayWhy(key: string): void {
    const reason = REASONS.find((one) => one.key === key);
    if (!reason) return;
    this.state.why = key;
    this.host.did("explained", { about: "为什么一吵就认错", words: reason.text });
    this.host.say(reason.reply);
    this.changed();
  }

  /** Asks the machine about the sound shown, as it is heard now. */
  async askShown(): Promise<void> {
    const { shown, place, run } = this.state;
    if (this.progress || !run) return;
    const job = this.begin("正在听这一个");
    const classifier = await this.ready(job);
    if (!classifier || job !== this.job) return;
    const { said, likeness } = classifier.predict(this.ear.features(shown, place));
    this.asked = { id: shown, place, said, likeness };
    this.progress = null;
    this.host.say(`它说：${this.labelText(said)}。`);
    this.changed();
  }

  // --- the pupil's own sounds

  get mayRecord(): boolean {
    return this.settings.own && this.microphone === "allowed" && Boolean(navigator.mediaDevices);
  }

  keepRecording(sound: Float32Array, label: string, use: "train" | "test"): void {
    const own = addOwn(this.state, packed(sound), label, use);
    if (!own) {
      this.host.say(`已经有 ${MOST_OWN} 个录音了，删掉几个再录。`);
      return;
    }
    this.host.say(`录好了，放进${this.labelText(label)}。`);
    this.show(own.id);
  }

  dropRecording(id: string): void {
    dropOwn(this.state, id);
    this.ear.forget(id);
    if (this.state.shown === id) this.state.shown = this.settings.train[0]?.key ?? "";
    this.host.say("删掉了。");
    this.changed();
  }
}

function frame(): Promise<void> {
  return new Promise((done) => {
    requestAnimationFrame(() => done());
  });
}
