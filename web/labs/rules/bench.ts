// Rules, cases and what may be done with them. Draws nothing.
import type { Case, Drawn } from "../datasets";
import type { LabHost, LabSpec } from "../host";
import { check, type Facts, type Trial } from "./checks";
import {
  type Course,
  chain,
  depthOf,
  type Reason,
  type Rule,
  reasonOf,
  restsOn,
  type Strategy,
  sameRule,
} from "./model";
import {
  keep,
  keepTrial,
  type LabState,
  MOST_PRIORITY,
  MOST_RULES,
  OWN,
  resume,
  type Settings,
} from "./state";

export const STRATEGY_TEXT: Record<Strategy, string> = {
  first: "写在前面的赢",
  specific: "条件多的赢",
  priority: "优先级高的赢",
};

export class Bench {
  readonly state: LabState;
  readonly last: ReadonlySet<string>;
  reply = "";
  private broken = false;

  constructor(
    readonly settings: Settings,
    readonly spec: LabSpec,
    readonly host: LabHost,
    private readonly drawn: () => void,
  ) {
    this.last = new Set(settings.labels.map(({ key }) => key));
    this.state = resume(host.state(), settings);
  }

  changed(): void {
    this.host.save(structuredClone(this.state));
    this.drawn();
  }

  facts(): Facts {
    const { trials, foretold, explained, fresh } = this.state;
    return {
      trials,
      foretold,
      explained,
      fresh,
      given: this.settings.cases.filter((one) => !one.fresh).length,
    };
  }

  // --- names

  thing(key: string): Drawn {
    const { facts, middles, labels } = this.settings;
    return [...facts, ...middles, ...labels].find((one) => one.key === key) ?? { key, text: key, draw: "" };
  }

  name(key: string | null): string {
    return key === null || key === "none" ? "没有结论" : this.thing(key).text;
  }

  ruleText(rule: { if: string[]; so: string }): string {
    return `如果${rule.if.map((key) => this.name(key)).join("，并且")}，那么${this.name(rule.so)}`;
  }

  rule(id: number): Rule | undefined {
    return this.state.rules.find((one) => one.id === id);
  }

  /** Where a rule stands, counted from 1. */
  place(id: number): number {
    return this.state.rules.findIndex((one) => one.id === id) + 1;
  }

  // --- cases

  /** Cases there now: the given ones and the new ones that have come. */
  get cases(): Case[] {
    return this.settings.cases.filter(({ fresh, key }) => !fresh || this.state.come.includes(key));
  }

  /** The case looked at; null for one's own. */
  get case(): Case | null {
    return this.cases.find(({ key }) => key === this.state.at) ?? null;
  }

  get caseFacts(): string[] {
    return this.case?.facts ?? this.state.own;
  }

  get waiting(): number {
    return this.settings.cases.filter(({ fresh, key }) => fresh && !this.state.come.includes(key)).length;
  }

  get course(): Course {
    return this.courseOf(this.caseFacts);
  }

  private courseOf(facts: readonly string[]): Course {
    return chain(this.state.rules, facts, this.last, this.state.strategy);
  }

  get running(): boolean {
    return this.state.shown >= 0;
  }

  get over(): boolean {
    return this.state.shown >= this.course.firings.length;
  }

  private rewind(): void {
    Object.assign(this.state, { guess: "", shown: -1, because: [], told: false });
    this.reply = "";
  }

  look(key: string): void {
    this.state.at = key;
    this.rewind();
    this.host.say(key === OWN ? "自己出一个" : (this.case?.title ?? ""));
    this.changed();
  }

  next(): void {
    const all = this.cases;
    const at = all.findIndex(({ key }) => key === this.state.at);
    const to = all[(at + 1) % all.length];
    if (to) this.look(to.key);
  }

  /** A case nobody wrote rules for. */
  comes(): void {
    const to = this.settings.cases.find(({ fresh, key }) => fresh && !this.state.come.includes(key));
    if (!to) return;
    this.state.come.push(to.key);
    this.state.current = false;
    this.look(to.key);
  }

  toggleOwn(key: string): void {
    const { own } = this.state;
    this.state.own = own.includes(key) ? own.filter((one) => one !== key) : [...own, key];
    this.rewind();
    this.changed();
  }

  // --- predict, run, explain

  guess(value: string): void {
    if (this.running || !this.caseFacts.length) return;
    this.state.guess = value;
    this.host.did("predicted", { about: this.about, guess: this.name(value) });
    this.state.shown = 0;
    if (this.over) this.ended();
    this.host.say(this.standing());
    this.changed();
  }

  private get about(): string {
    const { case: one } = this;
    return one ? `规则说“${one.title}”是什么` : "规则说我出的例子是什么";
  }

  step(): void {
    if (!this.running || this.over) return;
    this.state.shown += 1;
    if (this.over) this.ended();
    this.host.say(this.standing());
    this.changed();
  }

  finish(): void {
    if (!this.running || this.over) return;
    this.state.shown = this.course.firings.length;
    this.ended();
    this.host.say(this.standing());
    this.changed();
  }

  private ended(): void {
    const { state, course } = this;
    const came = course.answer ?? "none";
    const right = came === state.guess;
    state.foretold = keep(state.foretold, { right });
    const about = this.about;
    this.host.did("saw-prediction", { about, guess: this.name(state.guess), came: this.name(came), right });
    this.reply = right ? "和你猜的一样。" : `你猜的是${this.name(state.guess)}。`;
    this.noteFresh(course);
  }

  private noteFresh({ answer }: Course): void {
    const one = this.case;
    if (one && !one.fresh) return;
    const key = one?.key ?? OWN;
    if (one && this.state.fresh.some((other) => other.key === key)) return;
    const became = answer === null ? "uncovered" : !one || answer === one.label ? "right" : "wrong";
    this.state.fresh = keep(this.state.fresh, { key, own: !one, became });
    this.breaks();
  }

  private breaks(): void {
    const [stumped] = check([{ goal: "stumped", text: "" }], this.facts());
    if (this.broken || !stumped?.done) return;
    this.broken = true;
    this.host.did("broke", { how: "一个新例子难倒了规则" });
  }

  get reason(): Reason | null {
    const { answer, firings } = this.course;
    return answer === null ? null : reasonOf(answer, firings, this.state.rules);
  }

  toggleBecause(key: string): void {
    const { because, told } = this.state;
    if (told) return;
    this.state.because = because.includes(key) ? because.filter((one) => one !== key) : [...because, key];
    this.changed();
  }

  explain(): void {
    const { reason, state } = this;
    if (!reason || !this.over || state.told) return;
    if (!state.because.length) {
      this.host.say("先选它靠的事实。");
      return;
    }
    const base = restsOn(reason);
    const right = base.length === state.because.length && base.every((key) => state.because.includes(key));
    state.told = true;
    state.explained = keep(state.explained, { right, steps: depthOf(reason) });
    const words = state.because.map((key) => this.name(key)).join("、");
    this.host.did("explained", { about: `为什么是${this.name(reason.key)}`, words });
    this.host.say(right ? "说对了，就靠这些事实。" : "不全对，看看它是怎样一步步推出来的。");
    this.changed();
  }

  // --- rules

  toggleIf(key: string): void {
    const { draft } = this.state;
    draft.if = draft.if.includes(key) ? draft.if.filter((one) => one !== key) : [...draft.if, key];
    this.changed();
  }

  setThen(key: string): void {
    this.state.draft.so = this.state.draft.so === key ? "" : key;
    this.changed();
  }

  /** Why the rule put together can't be added yet; empty when it can. */
  get lacking(): string {
    const { draft, rules } = this.state;
    if (!draft.if.length) return "选至少一个“如果”。";
    if (!draft.so) return "再选一个“那么”。";
    if (draft.if.includes(draft.so)) return "结论不能又是条件。";
    if (rules.some((one) => sameRule(one, draft))) return "这条规则已经有了。";
    return rules.length >= MOST_RULES ? `最多 ${MOST_RULES} 条规则，先去掉一条。` : "";
  }

  add(): void {
    const { lacking, state } = this;
    if (lacking) {
      this.host.say(lacking);
      return;
    }
    const id = Math.max(0, ...state.rules.map((one) => one.id)) + 1;
    const rule = { id, if: [...state.draft.if], so: state.draft.so, priority: 1 };
    state.rules.push(rule);
    state.draft = { if: [], so: "" };
    this.host.say(`加上了：${this.ruleText(rule)}。`);
    this.altered();
  }

  drop(id: number): void {
    this.state.rules = this.state.rules.filter((one) => one.id !== id);
    this.host.say("去掉了一条规则。");
    this.altered();
  }

  move(id: number, by: -1 | 1): void {
    const { rules } = this.state;
    const at = rules.findIndex((one) => one.id === id);
    const [one, other] = [rules[at], rules[at + by]];
    if (!one || !other) return;
    rules[at] = other;
    rules[at + by] = one;
    this.host.say(`现在是第 ${at + by + 1} 条。`);
    this.altered();
  }

  rank(id: number, by: -1 | 1): void {
    const rule = this.rule(id);
    if (!rule) return;
    rule.priority = Math.min(MOST_PRIORITY, Math.max(1, rule.priority + by));
    this.host.say(`优先级 ${rule.priority}。`);
    this.altered();
  }

  setStrategy(strategy: Strategy): void {
    this.state.strategy = strategy;
    this.altered();
  }

  private altered(): void {
    this.state.current = false;
    this.rewind();
    this.changed();
  }

  // --- all cases

  /** Every case there with what the rules as they are make of it. */
  outcomes(): { case: Case; course: Course; right: boolean }[] {
    return this.cases.map((one) => {
      const course = this.courseOf(one.facts);
      return { case: one, course, right: course.answer === one.label };
    });
  }

  tryAll(): void {
    const all = this.outcomes();
    const keys = (some: typeof all) => some.map((one) => one.case.key);
    const trial: Trial = {
      rules: this.state.rules.length,
      right: keys(all.filter(({ right }) => right)),
      wrong: keys(all.filter(({ right, course }) => !right && course.answer !== null)),
      uncovered: keys(all.filter(({ course }) => course.answer === null)),
      disputed: keys(all.filter(({ course }) => course.argued.length > 1)),
    };
    keepTrial(this.state, trial);
    this.state.current = true;
    this.host.did("tested", {
      settings: { data: this.spec.dataset, rules: trial.rules, strategy: this.state.strategy },
      scores: { right: trial.right.length, all: all.length },
    });
    this.host.say(this.tally());
    this.breaks();
    this.changed();
  }

  // --- in words

  tally(): string {
    const trial = this.state.trials.at(-1);
    if (!trial) return "";
    const all = trial.right.length + trial.wrong.length + trial.uncovered.length;
    const parts = [`${all} 个里对 ${trial.right.length} 个，错 ${trial.wrong.length} 个`];
    if (trial.uncovered.length) parts.push(`${trial.uncovered.length} 个没有规则管`);
    if (trial.disputed.length) parts.push(`${trial.disputed.length} 个规则互相矛盾`);
    return `${parts.join("，")}。`;
  }

  standing(): string {
    if (!this.caseFacts.length) return "先给它选几个事实。";
    if (!this.running) return "先猜，再让规则跑。";
    const { course, state } = this;
    if (!this.over) {
      const todo = course.firings.length - state.shown;
      return state.shown ? `用了 ${state.shown} 条规则，还能再推。` : `事实齐了，有 ${todo} 步可以推。`;
    }
    if (course.answer === null) return `${this.reply}推到底了，没有一条规则给出结论。`;
    const one = this.case;
    const verdict = !one
      ? ""
      : course.answer === one.label
        ? "，对"
        : `，不对，应该是${this.name(one.label)}`;
    return `${this.reply}规则的结论：${this.name(course.answer)}${verdict}。`;
  }
}
