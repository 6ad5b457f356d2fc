// The studio: guesses, cases and the telling program. Draws nothing.
import type { TextSet } from "../datasets";
import type { ClassChoice, LabHost, LabSpec } from "../host";
import type { Case, Side } from "./cases";
import type { Decision, Facts } from "./checks";
import {
  keepTrial,
  type LabState,
  MOST_LETTERS,
  type Room,
  readSettings,
  resume,
  type Settings,
  type Thing,
} from "./state";
import { MAKER_TEXT, REASONS } from "./words";
import { type Counts, familiar, knownPairs, type Look, learn, type Maker, tells, write } from "./writer";

export class Bench {
  readonly settings: Settings;
  readonly state: LabState;
  readonly known: Set<string>;
  private readonly counts = new Map<Look, Counts>();
  /** How the class chose, by the case's title; null when there is no class to ask, undefined before asking. */
  classmates: Map<string, ClassChoice> | null | undefined;

  constructor(
    readonly set: TextSet,
    readonly spec: LabSpec,
    readonly host: LabHost,
    private readonly drawn: () => void,
  ) {
    this.settings = readSettings(spec.settings, set);
    this.state = resume(host.state(), this.settings);
    this.known = knownPairs(this.settings.train);
  }

  changed(): void {
    this.host.save(structuredClone(this.state));
    this.drawn();
  }

  facts(): Facts {
    const { guesses, decisions, trials } = this.state;
    return { guesses, decisions, trials };
  }

  go(room: Room): void {
    this.state.room = room;
    this.changed();
  }

  // --- who made it

  thing(): Thing | undefined {
    return this.settings.things[this.state.at];
  }

  guessOf(id: string) {
    return this.state.guesses.find((one) => one.id === id);
  }

  say(said: Maker): void {
    this.state.draft.said = said;
    this.changed();
  }

  because(reason: string): void {
    this.state.draft.reason = reason;
    this.changed();
  }

  /** Shows who made it, once the pupil said who and why. */
  reveal(): void {
    const thing = this.thing();
    const { said, reason } = this.state.draft;
    if (!thing || !said || !reason || this.guessOf(thing.id)) return;
    const right = said === thing.maker;
    this.state.guesses.push({ id: thing.id, said, reason, maker: thing.maker });
    this.state.draft = { said: null, reason: "" };
    const about = thing.picture ? "这张画是谁做的" : "这句话是谁写的";
    this.host.did("saw-prediction", {
      about,
      guess: MAKER_TEXT[said],
      came: MAKER_TEXT[thing.maker],
      right,
      reason,
    });
    this.host.say(`${right ? "猜中了" : "没猜中"}：${MAKER_TEXT[thing.maker]}。${thing.how}`);
    this.changed();
  }

  next(): void {
    const { things } = this.settings;
    const rest = things.findIndex(({ id }) => !this.guessOf(id));
    this.state.at = rest < 0 ? (this.state.at + 1) % things.length : rest;
    this.changed();
  }

  /** How often each reason was given, and how often it led right. */
  reasons(): { reason: string; n: number; right: number }[] {
    return REASONS.map((reason) => {
      const given = this.state.guesses.filter((one) => one.reason === reason);
      return { reason, n: given.length, right: given.filter(({ said, maker }) => said === maker).length };
    }).filter(({ n }) => n > 0);
  }

  // --- cases

  case(): Case | undefined {
    return this.settings.cases.find(({ key }) => key === this.state.open);
  }

  open(key: string): void {
    this.state.open = key;
    this.changed();
  }

  decision(key = this.state.open): Decision | undefined {
    return this.state.decisions.find((one) => one.case === key);
  }

  choose(side: Side): void {
    const one = this.case();
    const before = this.decision();
    if (!one || before?.reason) return;
    this.state.decisions = this.state.decisions.filter((each) => each !== before);
    this.state.decisions.push({
      case: one.key,
      kind: one.kind,
      first: side.key,
      reason: "",
      other: "",
      last: "",
    });
    this.changed();
  }

  reason(text: string): void {
    const [one, given] = [this.case(), this.decision()];
    if (!one || !given || given.reason) return;
    given.reason = text;
    this.host.did("predicted", {
      about: one.title,
      guess: one.sides.find(({ key }) => key === given.first)?.text,
    });
    this.changed();
  }

  /** The better reason of those for the other side, as the pupil sees it. */
  other(text: string): void {
    const [one, given] = [this.case(), this.decision()];
    if (!one || !given?.reason || given.other) return;
    given.other = text;
    this.host.did("explained", { about: `${one.title}：两边的理由`, words: [given.reason, text] });
    this.changed();
  }

  settle(side: Side): void {
    const [one, given] = [this.case(), this.decision()];
    if (!one || !given?.other || given.last) return;
    given.last = side.key;
    const kept = given.first === side.key;
    this.host.did("explained", {
      about: `${one.title}：想过以后`,
      words: [side.text, kept ? "没有改" : "改了"],
    });
    this.host.did("chose", { about: one.title, choice: side.text });
    this.host.say(kept ? "你听了另一边，没有改主意。" : "你听了另一边，改了主意。");
    this.classmates = undefined;
    this.changed();
  }

  /** Only numbers come, and only where five have chosen. */
  async askClass(): Promise<void> {
    const found = (await this.host.choices?.()) ?? null;
    this.classmates = found && new Map(found.map((one) => [one.about, one]));
    this.host.say(this.classSaid());
    this.drawn();
  }

  classSaid(): string {
    if (!this.classmates) return "这里看不到同学怎么选。和同桌说一说，听听他们的理由。";
    const counts = this.classmates.get(this.case()?.title ?? "");
    if (!counts) return "选过的同学还不到5个，过一会儿再看。";
    return `${counts.answered}个同学选过，没有标准答案。`;
  }

  again(): void {
    this.state.decisions = this.state.decisions.filter((one) => one.case !== this.state.open);
    this.changed();
  }

  // --- fooling the telling program

  countsOf(look: Look): Counts {
    const found = this.counts.get(look) ?? learn(this.settings.train, look);
    this.counts.set(look, found);
    return found;
  }

  setLook(look: Look): void {
    this.state.trial.look = look;
    this.changed();
  }

  another(): void {
    this.state.trial.seed += 1;
    this.changed();
  }

  anotherPerson(): void {
    this.state.trial.person = (this.state.trial.person + 1) % Math.max(1, this.settings.people.length);
    this.changed();
  }

  /** What the writer makes with the settings that stand; very short ones are passed over. */
  written(): string {
    const { look, seed } = this.state.trial;
    for (let n = 0; n < 20; n += 1) {
      const text = write(this.countsOf(look), look, seed * 100 + n);
      if (Array.from(text).length >= 4) return text;
    }
    return write(this.countsOf(look), look, seed * 100);
  }

  person(): string {
    const { person } = this.state.trial;
    return this.settings.people[person % Math.max(1, this.settings.people.length)] ?? "";
  }

  setOwn(text: string): void {
    const kept = Array.from(text.trim()).slice(0, MOST_LETTERS).join("");
    this.state.trial.own = kept;
    this.changed();
  }

  familiarity(text: string): number {
    return familiar(text, this.known);
  }

  /** Asks the telling program, after the pupil guessed what it will say. */
  ask(text: string, maker: Maker, guess: Maker): void {
    if (Array.from(text).length < 2) return;
    const came = tells(text, this.known);
    const look = maker === "machine" ? this.state.trial.look : -1;
    keepTrial(this.state, { text, maker, look, guess, came });
    const about =
      maker === "machine" ? `只看前面 ${look} 个字写的，辨别程序怎么说` : "人写的，辨别程序怎么说";
    const right = guess === came;
    this.host.did("predicted", { about, guess: MAKER_TEXT[guess] });
    this.host.did("saw-prediction", { about, guess: MAKER_TEXT[guess], came: MAKER_TEXT[came], right });
    if (came !== maker)
      this.host.did("broke", {
        how: maker === "machine" ? "机器写的，被当成人写的" : "人写的，被冤枉成机器写的",
      });
    this.host.say(`辨别程序说：${MAKER_TEXT[came]}。${came === maker ? "它说对了。" : "它说错了。"}`);
    this.changed();
  }
}
