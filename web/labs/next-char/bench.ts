// The prose, what was counted from it, the net that learns it, and what may be done with them. Draws nothing.
import type { LabHost, LabSpec } from "../host";
import { dice } from "../random";
import { check, type Facts } from "./checks";
import {
  type Candidate,
  type Counts,
  chances,
  count,
  drawn,
  known,
  likeliest,
  looked,
  reach,
  tempered,
} from "./model";
import { Learner, recall } from "./recurrent";
import {
  keep,
  type LabState,
  MOST_TEXT,
  NET_TEXT,
  NET_TIMES,
  resume,
  type Settings,
  tidyStart,
} from "./state";

/** Script of one piece of learning, in ms: no step is begun that would end later. The page is free in between; drawing follows. */
const PIECE_MS = 4;
const SEED = 11;
export const OFFERED = 4;

export class Bench {
  readonly state: LabState;
  readonly counts: Counts;
  private learner: Learner | null = null;
  private timer = 0;
  reply = "";
  private broken = false;

  constructor(
    readonly settings: Settings,
    readonly spec: LabSpec,
    readonly host: LabHost,
    private readonly drawn: () => void,
    private readonly moved: () => void,
  ) {
    this.counts = count(settings.prose);
    this.state = resume(host.state(), settings);
    // the net of a work taken up again is learnt again, the same by its seed
    if (this.state.losses.length) this.timer = window.setTimeout(this.piece, 0);
  }

  changed(): void {
    this.host.save(structuredClone(this.state));
    this.drawn();
  }

  close(): void {
    this.pause();
  }

  facts(): Facts {
    const { guesses, passages, judged, losses } = this.state;
    return { guesses, passages, judged, losses };
  }

  // --- the model chosen

  get modelName(): string {
    const { n } = this.state;
    return n === 0 ? "小网络" : n === 1 ? "不看前面" : `看前面 ${n - 1} 个字`;
  }

  get signs(): readonly string[] {
    return this.state.n === 0 && this.learner ? this.learner.net.signs : this.counts.signs;
  }

  private after(text: string): number[] {
    const { n, temperature } = this.state;
    const plain =
      n === 0 && this.learner ? recall(this.learner.net, text) : chances(this.counts, text, n || 2);
    return tempered(plain, temperature);
  }

  /** The next sign's likeliest candidates after what stands there. */
  candidates(most: number): Candidate[] {
    return likeliest(this.signs, this.after(this.state.text), most);
  }

  /** The four likeliest in the order of signs, so that their order tells nothing. */
  offered(): string[] {
    return this.candidates(OFFERED)
      .map(({ sign }) => sign)
      .sort();
  }

  get reached(): number {
    return reach(this.counts, this.state.text, this.state.n);
  }

  /** The net of a work taken up again is still being learnt. */
  get waiting(): boolean {
    return this.state.n === 0 && !this.netReady;
  }

  setN(n: number): void {
    if (n === 0 && !this.netReady) return;
    this.state.n = n;
    this.hide();
  }

  setTemperature(temperature: number): void {
    this.state.temperature = temperature;
    this.hide();
  }

  private hide(): void {
    this.state.seen = false;
    this.reply = "";
    this.changed();
  }

  // --- writing

  begin(start: string): void {
    const tidy = tidyStart(start);
    if (!tidy) {
      this.host.say("先写一两个字。");
      return;
    }
    this.state.text = tidy;
    this.state.from = [...tidy].length;
    this.hide();
  }

  guess(sign: string): void {
    const { state } = this;
    if (state.seen) return;
    const came = this.candidates(1)[0]?.sign ?? "";
    const right = sign === came;
    const about = `${this.modelName}，下一个最可能的字`;
    this.host.did("predicted", { about, guess: sign });
    this.host.did("saw-prediction", { about, guess: sign, came, right });
    state.guesses = keep(state.guesses, { right });
    state.seen = true;
    this.reply = right ? "猜对了。" : `你猜“${sign}”。`;
    this.host.say(`${this.reply}${this.chancesText()}`);
    this.changed();
  }

  again(): void {
    this.hide();
  }

  get full(): boolean {
    return [...this.state.text].length >= MOST_TEXT;
  }

  private throw(text: string): string {
    this.state.thrown += 1;
    const given = this.after(text);
    return this.signs[drawn(given, dice(this.state.thrown * 7919 + 17)())] as string;
  }

  /** One sign by its chances, or the one chosen. */
  one(sign?: string): void {
    if (this.full) return;
    const next = sign ?? this.throw(this.state.text);
    this.state.text += next;
    this.reply = "";
    this.state.seen = true;
    this.host.say(`接了“${next}”。`);
    this.changed();
  }

  passage(long = 40): void {
    const { state } = this;
    const start = [...state.text].slice(0, state.from).join("");
    state.text = start;
    for (let i = 0; i < long && !this.full; i += 1) state.text += this.throw(state.text);
    state.seen = true;
    this.reply = "";
    const { n, temperature } = state;
    const written = [...state.text].slice(state.from).join("");
    const scores = {
      copied: Math.round(known(written, this.learnt, 6) * 1000) / 1000,
      strange: Math.round((1 - known(written, this.learnt, 2)) * 1000) / 1000,
    };
    state.passages = keep(state.passages, { n, temperature, long: [...written].length, ...scores });
    this.host.did("tested", {
      settings: { data: this.spec.dataset, looks_back: n - 1, temperature },
      scores,
    });
    this.host.say(this.passageText());
    this.breaks();
    this.changed();
  }

  /** What the model chosen learnt from. */
  get learnt(): string {
    return this.state.n === 0 ? this.netText : this.settings.prose;
  }

  private breaks(): void {
    const [babbles] = check([{ goal: "babbles", text: "" }], this.facts());
    if (this.broken || !babbles?.done) return;
    this.broken = true;
    this.host.did("broke", { how: "温度太高，写出来的接法从没见过" });
  }

  // --- asking

  ask(given: string): void {
    const start = tidyStart(given);
    if (!start) {
      this.host.say("先写一个开头。");
      return;
    }
    let text = start;
    for (let i = 0; i < 40 && !/[。！？]$/.test(text.slice(start.length)); i += 1) text += this.throw(text);
    this.state.ask = { start, came: text, judged: false, looked: false };
    this.host.say(`它接着写：${text}`);
    this.changed();
  }

  look(): void {
    if (!this.state.ask) return;
    this.state.ask.looked = true;
    this.changed();
  }

  found(): string[] {
    return this.state.ask ? looked(this.settings.prose, this.state.ask.start) : [];
  }

  /** Whether the sentence written stands so in the prose. */
  get stands(): boolean {
    return this.state.ask !== null && this.settings.prose.includes(this.state.ask.came);
  }

  /** Of the pairs it wrote, the share that stands in the prose. */
  get fluent(): number {
    const { ask } = this.state;
    const written = ask ? [...ask.came].slice([...ask.start].length - 1).join("") : "";
    return known(written, this.settings.prose, 2);
  }

  judge(true_: boolean): void {
    const { ask } = this.state;
    if (!ask || ask.judged) return;
    const right = this.stands === true_;
    ask.judged = true;
    const own = !this.settings.asks.some(({ start }) => start === ask.start);
    const fluent = Math.round(this.fluent * 1000) / 1000;
    this.state.judged = keep(this.state.judged, { start: ask.start, own, true: this.stands, fluent, right });
    this.host.did("explained", { about: "这句话是故事里的吗", words: true_ ? "故事里有" : "它编的" });
    this.host.say(this.judgedText());
    this.changed();
  }

  // --- the small net

  /** The beginning of the prose, to the end of a sentence. */
  get netText(): string {
    const text = [...this.settings.prose].slice(0, NET_TEXT).join("");
    return text.slice(0, Math.max(text.lastIndexOf("。"), 0) + 1) || text;
  }

  get learning(): boolean {
    return this.timer !== 0;
  }

  /** Times the net here has gone through its text. */
  get times(): number {
    return this.learner?.losses.length ?? 0;
  }

  get netReady(): boolean {
    return this.times > 0 && this.times >= this.state.losses.length;
  }

  teach(): void {
    if (this.learning) {
      this.pause();
      this.told();
      return;
    }
    if (this.times >= NET_TIMES) return;
    this.timer = window.setTimeout(this.piece, 0);
    this.goal = NET_TIMES;
    this.changed();
  }

  /** Learns as far as this: all the way, or only where a work taken up again was. */
  private goal = 0;

  private readonly piece = (): void => {
    this.learner ??= new Learner(this.netText, SEED);
    const { learner, state } = this;
    const goal = Math.max(this.goal, state.losses.length);
    const before = learner.losses.length;
    this.learnUntil(learner, goal, performance.now() + PIECE_MS);
    if (learner.losses.length > state.losses.length) {
      state.losses = learner.losses.map((loss) => Math.round(loss * 1000) / 1000);
      this.host.save(structuredClone(state));
    }
    if (learner.losses.length >= goal) {
      this.timer = 0;
      if (this.goal) this.told();
      else this.drawn();
      return;
    }
    this.timer = window.setTimeout(this.piece, 0);
    if (learner.losses.length > before) this.moved();
  };

  /** One step at least; another while one as long as the last still fits. */
  private learnUntil(learner: Learner, goal: number, until: number): void {
    let [now, took] = [performance.now(), 0];
    do {
      if (learner.losses.length >= goal) return;
      learner.step();
      const then = performance.now();
      took = then - now;
      now = then;
    } while (now + took < until);
  }

  private told(): void {
    const loss = this.state.losses.at(-1);
    if (loss !== undefined)
      this.host.did("trained", {
        method: "elman",
        settings: { data: this.spec.dataset, times: this.times, signs: [...this.netText].length },
        scores: { loss },
      });
    this.host.say(this.netWords());
    this.changed();
  }

  private pause(): void {
    window.clearTimeout(this.timer);
    this.timer = 0;
  }

  // --- in words

  chancesText(): string {
    const named = this.candidates(3).map(({ sign, chance }) => `“${sign}”${Math.round(chance * 100)}%`);
    return `最可能是${named.join("，")}。`;
  }

  passageText(): string {
    const last = this.state.passages.at(-1);
    if (!last) return "";
    return `写了 ${last.long} 个字：照抄 ${Math.round(last.copied * 100)}%，没见过的接法 ${Math.round(last.strange * 100)}%。`;
  }

  judgedText(): string {
    const { ask } = this.state;
    if (!ask?.judged) return "";
    const right = this.state.judged.at(-1)?.right ? "说对了。" : "不是。";
    const fluent = `相邻的字 ${Math.round(this.fluent * 100)}% 在短文里见过，读起来${this.fluent >= 0.9 ? "通顺" : "也不太顺"}`;
    const truth = this.settings.asks.find(({ start }) => start === ask.start)?.truth ?? "";
    return this.stands
      ? `${right}这句话短文里原样有。${truth}`
      : `${right}这句话是它编的：${fluent}，可是短文里没有这句话。${truth}`;
  }

  netWords(): string {
    const loss = this.state.losses.at(-1);
    if (loss === undefined) return "还没有学。";
    return `学了 ${this.state.losses.length} 遍，损失从 ${this.state.losses[0]} 到 ${loss}。`;
  }
}
