// The mailbox: what it learnt, what the pupil asks it. Draws nothing.
import type { TextSet } from "../datasets";
import type { LabHost, LabSpec } from "../host";
import { type Count, count } from "../image-classifier/model";
import { short } from "../models";
import type { Draft as ModelDraft } from "../models/view";
import { bandOf, type ScoreBand } from "../sound/checks";
import { BAND_TEXT } from "../sound/words";
import type { Facts, Way } from "./checks";
import { type Answer, type Bayes, examine, learn, plain, strongest, type Told, tell } from "./model";
import {
  isCurrent,
  keepAsked,
  keepTest,
  type LabState,
  lessons,
  MOST_LETTERS,
  readSettings,
  resume,
  type Settings,
} from "./state";
import { PIECES_TEXT, WAY_TEXT } from "./words";

export class Bench {
  readonly settings: Settings;
  readonly state: LabState;
  private made: { key: string; machine: Bayes } | null = null;

  constructor(
    readonly set: TextSet,
    readonly spec: LabSpec,
    readonly host: LabHost,
    private readonly drawn: () => void,
  ) {
    this.settings = readSettings(spec.settings, set);
    this.state = resume(host.state(), this.settings);
  }

  changed(): void {
    this.host.save(structuredClone(this.state));
    this.drawn();
  }

  facts(): Facts {
    return { tests: this.state.tests, asked: this.state.asked };
  }

  labels(): string[] {
    return this.settings.labels.map(({ key }) => key);
  }

  labelText(key: string): string {
    return this.settings.labels.find((one) => one.key === key)?.text ?? "";
  }

  /** What the run that stands has learnt; made again from the same sentences after a resume. */
  machine(): Bayes | null {
    const { run } = this.state;
    if (!run) return null;
    const key = `${run.amount} ${run.pieces}`;
    if (this.made?.key !== key)
      this.made = {
        key,
        machine: learn(lessons(this.settings, run.amount), this.labels(), run.pieces),
      };
    return this.made.machine;
  }

  setAmount(amount: number): void {
    this.state.amount = amount;
    this.changed();
  }

  setPieces(pieces: "words" | "pairs"): void {
    this.state.pieces = pieces;
    this.changed();
  }

  learn(): void {
    const { state, settings } = this;
    const { amount, pieces } = state;
    state.runs += 1;
    state.run = { no: state.runs, amount, pieces, train: { right: 0, all: 0 } };
    const sentences = lessons(settings, amount);
    const machine = this.machine();
    if (!machine) return;
    state.run.train = count(examine(machine, sentences));
    if (state.draft) state.draft = { ...state.draft, word: null, shown: false };
    this.host.did("trained", {
      method: "朴素贝叶斯",
      settings: { pieces: PIECES_TEXT[pieces], data: { each: amount, all: sentences.length } },
      scores: { train: state.run.train },
    });
    this.host.say(`学完了：${sentences.length} 句话，认识 ${machine.words.length} 个${this.unit()}。`);
    this.changed();
  }

  unit(): string {
    return (this.state.run?.pieces ?? this.state.pieces) === "words" ? "词" : "两字组合";
  }

  /** The guess comes first, and begins the exam. */
  exam(guess: ScoreBand): void {
    const { state, settings } = this;
    const machine = this.machine();
    const { run } = state;
    if (!machine || !run || !isCurrent(state)) return;
    const about = `每类学 ${run.amount} 句，没见过的能认对多少`;
    const answers = examine(machine, settings.test);
    const test = count(answers);
    const came = bandOf(test.right, test.all);
    keepTest(state, { run: run.no, amount: run.amount, pieces: run.pieces, answers, guess });
    this.host.did("predicted", { about, guess: BAND_TEXT[guess] });
    this.host.did("saw-prediction", {
      about,
      guess: BAND_TEXT[guess],
      came: BAND_TEXT[came],
      right: came === guess,
    });
    this.host.did("tested", {
      settings: { pieces: PIECES_TEXT[run.pieces], each: run.amount },
      scores: { train: run.train, test },
    });
    const met = came === guess ? "和你猜的一样" : "和你猜的不一样";
    this.host.say(`考完了：没见过的 ${test.all} 句，认对 ${test.right} 句，${met}。`);
    this.changed();
  }

  lastTest(): { answers: Answer[]; score: Count } | null {
    const { run, tests } = this.state;
    const found = tests.find((one) => one.amount === run?.amount && one.pieces === run.pieces);
    return found ? { answers: found.answers, score: count(found.answers) } : null;
  }

  // --- the pupil's own sentences

  /** Puts a sentence on the table; false when there is nothing in it. */
  put(text: string, truth: string | null = null): boolean {
    const given = Array.from(text).slice(0, MOST_LETTERS).join("");
    if (!plain(given) || !this.state.run) {
      this.host.say("先写一句话。");
      return false;
    }
    const way = this.state.draft?.way ?? "none";
    this.state.draft = { text: given, truth, word: null, way: truth ? "none" : way, shown: false };
    this.changed();
    return true;
  }

  told(): Told | null {
    const machine = this.machine();
    return machine && this.state.draft ? tell(machine, this.state.draft.text) : null;
  }

  setWay(way: Way): void {
    if (this.state.draft && !this.state.draft.shown) this.state.draft.way = way;
    this.changed();
  }

  setTruth(truth: string): void {
    if (this.state.draft && !this.state.draft.shown) this.state.draft.truth = truth;
    this.changed();
  }

  setWord(word: string): void {
    if (this.state.draft && !this.state.draft.shown) this.state.draft.word = word;
    this.changed();
  }

  /** Whether everything was said that is said before the answer. */
  get ready(): boolean {
    const { draft } = this.state;
    const told = this.told();
    return Boolean(draft?.truth && told && (draft.word !== null || !strongest(told).length));
  }

  reveal(): void {
    const { draft } = this.state;
    const told = this.told();
    if (!draft?.truth || !told || draft.shown || !this.ready) return;
    draft.shown = true;
    const said = this.labels()[told.said] ?? "";
    const deciding = strongest(told);
    const word = draft.word === null || !deciding.length ? null : deciding.includes(draft.word);
    keepAsked(this.state, { text: draft.text, truth: draft.truth, said, way: draft.way, word });
    if (word !== null)
      this.host.did("saw-prediction", {
        about: "哪个词最起作用",
        guess: draft.word,
        came: deciding.join("、"),
        right: word,
      });
    this.host.did("tested", {
      settings: { own: true, way: WAY_TEXT[draft.way] },
      scores: { test: { right: said === draft.truth ? 1 : 0, all: 1 } },
    });
    if (said !== draft.truth && draft.way !== "none") this.host.did("broke", { how: WAY_TEXT[draft.way] });
    const met = said === draft.truth ? "认对了" : "认错了";
    this.host.say(`它说：${this.labelText(said)}，${met}。`);
    this.changed();
  }

  /** The model for other labs: only words in it, cut by the longest match; pairs overlap and can't be cut so. */
  draft(): ModelDraft | null {
    const machine = this.machine();
    const { run } = this.state;
    if (!machine || !run || run.pieces !== "words") return null;
    const names = this.settings.labels.map(({ text }) => text).join("、");
    return {
      kind: "naive-bayes",
      name: "分来信的模型",
      input: { of: "text", pieces: "longest-match" },
      labels: this.settings.labels.map(({ key, text }) => ({ key, text })),
      parameters: {
        words: machine.words,
        priors: machine.priors.map(short),
        likelihoods: machine.likelihoods.map((row) => row.map(short)),
        binary: false,
      },
      scores: { train: run.train, test: this.lastTest()?.score ?? null },
      card: {
        what_for: `读一句话，分成${names}。`,
        data: `${this.set.title}（${this.set.origin}），每类 ${run.amount} 句。`,
        missing: "没学过的词它跳过去；“不”和反话它不懂。",
        not_for: "不能替人决定要不要理一封求助的信。",
      },
    };
  }
}
