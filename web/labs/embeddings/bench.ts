// The words and what may be asked of them. Draws nothing.
import type { WordSet } from "../datasets";
import type { LabHost, LabSpec } from "../host";
import { dice } from "../random";
import type { AnalogyGuess, Facts, LeanGuess, NearGuess } from "./checks";
import { analogy, lean, nearest, type Side, sideOf, together } from "./model";
import { keptLast, type LabState, MOST_GROUPS, readSettings, resume, type Settings, type Tab } from "./state";
import { REASONS, sideText, TAB_TEXT } from "./words";

const SHOWN = 8;

/** A place among the words, from the words themselves: the same question always offers the same choice. */
function seedOf(...words: string[]): number {
  let seed = 7;
  for (const letter of words.join("/")) seed = (Math.imul(seed, 31) + (letter.codePointAt(0) ?? 0)) >>> 0;
  return seed;
}

function shuffled<T>(all: readonly T[], seed: number): T[] {
  const next = dice(seed);
  return all
    .map((one) => ({ one, at: next() }))
    .sort((x, y) => x.at - y.at)
    .map(({ one }) => one);
}

export class Bench {
  readonly settings: Settings;
  readonly state: LabState;
  /** The word whose lean is asked about. */
  probed: string;
  private readonly places: Map<string, number>;

  constructor(
    readonly set: WordSet,
    readonly spec: LabSpec,
    readonly host: LabHost,
    private readonly drawn: () => void,
  ) {
    this.settings = readSettings(spec.settings, set);
    this.state = resume(host.state(), this.settings, set);
    this.places = new Map(set.words.map((word, at) => [word, at]));
    this.probed = this.unprobed()[0] ?? this.probe()[0] ?? "";
  }

  changed(): void {
    this.host.save(structuredClone(this.state));
    this.drawn();
  }

  facts(): Facts {
    const { near, analogies, leans, why } = this.state;
    return { near, analogies, leans, why: REASONS.some(({ key, right }) => right && key === why) };
  }

  at(word: string): number {
    return this.places.get(word) ?? 0;
  }

  word(at: number): string {
    return this.set.words[at] ?? "";
  }

  groupText(key: string): string {
    return this.set.groups.find((one) => one.key === key)?.text ?? "";
  }

  groupOf(word: string): string {
    return this.set.group[this.at(word)] ?? "";
  }

  wordsOf(group: string): string[] {
    return this.set.words.filter((_, at) => this.set.group[at] === group);
  }

  show(tab: Tab): void {
    this.state.tab = tab;
    this.host.say(TAB_TEXT[tab]);
    this.changed();
  }

  // --- the map

  toggleGroup(key: string): void {
    const { groups } = this.state;
    if (groups.includes(key)) this.state.groups = groups.filter((one) => one !== key);
    else this.state.groups = [...groups, key].slice(-MOST_GROUPS);
    if (!this.state.groups.length) this.state.groups = [key];
    this.changed();
  }

  look(word: string): void {
    this.state.word = word;
    this.host.say(`看的是“${word}”`);
    this.changed();
  }

  neighbours(word = this.state.word): { word: string; like: number }[] {
    const at = this.at(word);
    const { vectors } = this.set;
    return nearest(vectors, vectors[at] ?? [], SHOWN, [at]).map((one) => ({
      word: this.word(one.at),
      like: one.like,
    }));
  }

  /** The nearest word and three that are further and further away, in an order that tells nothing. */
  nearChoice(): string[] {
    const at = this.at(this.state.word);
    const { vectors } = this.set;
    const all = nearest(vectors, vectors[at] ?? [], vectors.length, [at]).map((one) => this.word(one.at));
    const far = [18, 70, 160].map((rank) => all[Math.min(rank, all.length - 1)] ?? "");
    return shuffled([...new Set([all[0] ?? "", ...far])], seedOf(this.state.word));
  }

  nearGuess(): NearGuess | null {
    return this.state.near.find(({ word }) => word === this.state.word) ?? null;
  }

  guessNear(guess: string): void {
    const { word } = this.state;
    const came = this.neighbours()[0]?.word ?? "";
    if (this.nearGuess() || !came) return;
    this.state.near = keptLast(this.state.near, { word, guess, came }, (one) => one.word === word);
    this.host.did("saw-prediction", { about: `离“${word}”最近的词`, guess, came, right: guess === came });
    this.host.say(`${guess === came ? "猜对了" : "不是"}，离“${word}”最近的是“${came}”。`);
    this.changed();
  }

  // --- analogies

  setAnalogy(part: "a" | "b" | "c", word: string): void {
    this.state[part] = word;
    this.changed();
  }

  takeAnalogy(a: string, b: string, c: string): void {
    Object.assign(this.state, { a, b, c });
    this.changed();
  }

  analogyAnswers(): { word: string; like: number }[] {
    const { a, b, c } = this.state;
    return analogy(this.set.vectors, this.at(a), this.at(b), this.at(c), 5).map(({ at, like }) => ({
      word: this.word(at),
      like,
    }));
  }

  /** Its own first answers, and words of b's kind: what one may expect. */
  analogyChoice(): string[] {
    const { a, b, c } = this.state;
    const answers = this.analogyAnswers().map(({ word }) => word);
    const known = this.set.analogies.find((one) => one.a === a && one.b === b && one.c === c);
    const alike = shuffled(this.wordsOf(this.groupOf(b)), seedOf(a, b, c)).filter(
      (word) => ![a, b, c].includes(word),
    );
    const offered = [answers[0] ?? "", ...(known ? [known.d] : []), ...answers.slice(1, 4), ...alike];
    return shuffled([...new Set(offered)].filter(Boolean).slice(0, 6), seedOf(c, b, a));
  }

  analogyGuess(): AnalogyGuess | null {
    const { a, b, c, analogies } = this.state;
    return analogies.find((one) => one.a === a && one.b === b && one.c === c) ?? null;
  }

  guessAnalogy(guess: string): void {
    const { a, b, c } = this.state;
    const came = this.analogyAnswers()[0]?.word ?? "";
    if (this.analogyGuess() || !came) return;
    this.state.analogies = keptLast(this.state.analogies, { a, b, c, guess, came }, () => false);
    const about = `${a} 对 ${b}，就像 ${c} 对什么`;
    this.host.did("saw-prediction", { about, guess, came, right: guess === came });
    if (guess !== came) this.host.did("broke", { how: `${about}：该是${guess}，它说${came}` });
    this.host.say(`它说：${came}。${guess === came ? "和你想的一样。" : `你想的是${guess}。`}`);
    this.changed();
  }

  // --- leaning

  probe(): string[] {
    return this.wordsOf(this.settings.probe);
  }

  private unprobed(): string[] {
    return this.probe().filter((word) => !this.leanOf(word));
  }

  leanOf(word: string): LeanGuess | null {
    return this.state.leans.find((one) => one.word === word) ?? null;
  }

  private value(word: string, even: boolean): number {
    const poles = this.set.poles.map((pole) => pole.words.map((one) => this.at(one)));
    return lean(even ? this.set.even : this.set.vectors, this.at(word), poles);
  }

  ask(word: string): void {
    this.probed = word;
    this.drawn();
  }

  guessLean(guess: Side): void {
    const word = this.probed;
    if (this.leanOf(word)) return;
    const value = this.value(word, false);
    const even = this.state.even ? this.value(word, true) : null;
    this.state.leans = keptLast(this.state.leans, { word, guess, value, even }, (one) => one.word === word);
    const { poles } = this.set;
    const [came, guessed] = [sideText(sideOf(value), poles), sideText(guess, poles)];
    this.host.did("saw-prediction", {
      about: `“${word}”在句子里偏不偏`,
      guess: guessed,
      came,
      right: came === guessed,
    });
    this.host.say(`${came === guessed ? "猜对了" : "不是"}，“${word}”${came}。`);
    this.probed = this.unprobed()[0] ?? word;
    this.changed();
  }

  setEven(even: boolean): void {
    this.state.even = even;
    if (even)
      this.state.leans = this.state.leans.map((one) => ({ ...one, even: this.value(one.word, true) }));
    this.host.say(even ? "换成一半一半的句子算的" : "写偏的句子算的");
    this.changed();
  }

  /** How often a word stands with the words of each pole, in the sentences now shown. */
  counts(word: string): number[] {
    const part = this.state.even ? "even" : "skewed";
    return this.set.poles.map((pole) => together(this.set.sentences, part, word, pole.words));
  }

  sayWhy(key: string): void {
    const reason = REASONS.find((one) => one.key === key);
    if (!reason) return;
    this.state.why = key;
    this.host.did("explained", { about: "这些词为什么偏", words: reason.text });
    this.host.say(reason.reply);
    this.changed();
  }

  /** A few sentences a word stands in. */
  examples(word: string): string[] {
    const part = this.state.even ? "even" : "skewed";
    return this.set.sentences
      .filter((one) => (one.part === "all" || one.part === part) && one.words.includes(word))
      .sort((x, y) => y.times - x.times)
      .slice(0, 4)
      .map(({ words }) => words.join(" "));
  }
}
