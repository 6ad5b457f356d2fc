// The table on the bench and what the pupil does with it. Draws nothing.
import type { Column, Row, TableSet } from "../datasets";
import type { LabHost, LabSpec } from "../host";
import type { Facts } from "./checks";
import {
  agreement,
  audit,
  type Fault,
  type FaultKind,
  faults,
  type GroupErrors,
  kappa,
  type MendKind,
  mean,
  mended,
  numbersOf,
  waysFor,
  worst,
} from "./model";
import { MATES, mateLabels, NOTES, RULE_TEXT, type Rule } from "./notes";
import {
  type Band,
  keepRound,
  keepTried,
  type LabState,
  MOST_OWN,
  type PlotKind,
  readOwn,
  readSettings,
  resume,
  type Settings,
  type Shift,
  type Stage,
} from "./state";
import { BAND_TEXT, ERROR_TEXT, FAULT_TEXT, SHIFT_TEXT } from "./words";

export interface PairOf {
  names: string;
  share: number;
  kappa: number | null;
}

export class Bench {
  readonly settings: Settings;
  readonly state: LabState;

  constructor(
    readonly set: TableSet,
    readonly spec: LabSpec,
    readonly host: LabHost,
    private readonly drawn: () => void,
  ) {
    this.settings = readSettings(spec.settings, set);
    this.state = resume(host.state(), this.settings, set);
  }

  changed(): void {
    this.host.save(structuredClone(this.state));
    this.drawn();
  }

  facts(): Facts {
    const { rounds, misses, rows, plots, tried, named } = this.state;
    const shift = this.shift();
    const worstOf = (errors: GroupErrors[]) => worst(errors)?.group ?? "";
    return {
      rounds,
      faults: this.found().length,
      left: this.left().length,
      misses,
      collected: rows.length,
      plots,
      tried: tried.map(({ errors, guess }) => ({ errors, right: guess === worstOf(errors) })),
      named,
      meanGuess: shift && this.state.shift ? shift === this.state.shift : null,
    };
  }

  go(stage: Stage): void {
    this.state.stage = stage;
    this.changed();
  }

  // --- labelling together

  label(at: number, yes: boolean): void {
    this.state.own[at] = yes;
    this.changed();
  }

  setRule(rule: Rule): void {
    this.state.rule = rule;
    this.host.did("explained", { about: "怎样才算在叫灯", words: RULE_TEXT[rule] });
    this.changed();
  }

  get labelled(): boolean {
    return this.state.own.every((one) => one !== null);
  }

  /** Everybody's labels of a round: the pupil's and those of the made-up classmates. */
  everyone(own: readonly boolean[], rule: Rule | null): { name: string; labels: boolean[] }[] {
    const mates = MATES.map((mate) => ({ name: mate.name, labels: mateLabels(mate, rule, own.length) }));
    return [{ name: "我", labels: [...own] }, ...mates];
  }

  pairs(own: readonly boolean[], rule: Rule | null): PairOf[] {
    const all = this.everyone(own, rule);
    return all.flatMap((a, i) =>
      all.slice(i + 1).map((b) => ({
        names: `${a.name}和${b.name}`,
        share: agreement(a.labels, b.labels),
        kappa: kappa(a.labels, b.labels),
      })),
    );
  }

  /** Notes that not everybody labelled alike. */
  disputed(own: readonly boolean[], rule: Rule | null): number[] {
    const all = this.everyone(own, rule);
    return own.flatMap((one, i) => (all.some(({ labels }) => labels[i] !== one) ? [i] : []));
  }

  /** The guess comes first, and shows how well they agree. */
  compare(guess: Band): void {
    const { state, host } = this;
    if (!this.labelled) return;
    const own = state.own as boolean[];
    const same = own.length - this.disputed(own, state.rule).length;
    const part = same / own.length;
    const came: Band = part >= 0.85 ? "most" : part >= 0.5 ? "half" : "few";
    const pairs = this.pairs(own, state.rule);
    const kappas = pairs.map((one) => one.kappa);
    const known = kappas.filter((one) => one !== null);
    const share = Math.min(...pairs.map((one) => one.share));
    const lowest = known.length === kappas.length ? Math.min(...known) : null;
    const { rule } = state;
    keepRound(state, { rule, share, kappa: lowest, right: came === guess, guess, own: [...own] });
    const about = `三个人标 ${own.length} 句，有多少完全一样`;
    host.did("predicted", { about, guess: BAND_TEXT[guess] });
    host.did("saw-prediction", {
      about,
      guess: BAND_TEXT[guess],
      came: BAND_TEXT[came],
      right: came === guess,
    });
    host.say(`${own.length} 句里，三个人都一样的有 ${same} 句。`);
    this.changed();
  }

  // --- collecting

  /** Adds a row of the pupil's own; says what is wrong with it, or nothing. */
  add(values: Record<string, string>, label: string): string {
    if (this.state.rows.length >= MOST_OWN) return `最多登记 ${MOST_OWN} 行。`;
    const typed: Record<string, number | string> = {};
    for (const column of this.set.columns) {
      const given = (values[column.key] ?? "").trim();
      const wrong = wrongCell(given, column);
      if (wrong) return wrong;
      typed[column.key] = column.kind === "number" ? Number(given) : given;
    }
    const row = readOwn({ values: typed, label }, this.set);
    if (!row) return `选一下${this.set.labelText}。`;
    if (this.state.rows.some((one) => JSON.stringify(one) === JSON.stringify(row)))
      return "这一行刚才登记过，一模一样。真的又发生了一次，就换个说法再记。";
    this.state.rows.push(row);
    this.host.say(`登记了第 ${this.state.rows.length} 行。`);
    this.changed();
    return "";
  }

  dropOwn(at: number): void {
    this.state.rows.splice(at, 1);
    this.changed();
  }

  private ownRows(): Row[] {
    const from = this.set.rows.length;
    return this.state.rows.map((one, i) => ({ no: from + i + 1, part: "train", ...one }));
  }

  // --- cleaning

  found(): Fault[] {
    return faults(this.settings.train, this.settings.columns);
  }

  /** The rows of the table as it came. */
  raw(): Row[] {
    return [...this.settings.train, ...this.ownRows()];
  }

  rows(): Row[] {
    return [...mended(this.settings.train, this.settings.columns, this.state.mends), ...this.ownRows()];
  }

  left(): Fault[] {
    const { train, columns } = this.settings;
    return faults(mended(train, columns, this.state.mends), columns);
  }

  sortBy(key: string): void {
    this.state.sort = key;
    this.changed();
  }

  look(no: number | null): void {
    this.state.at = no;
    this.changed();
  }

  /** Before the first mending the pupil says what will become of the mean. */
  guessShift(shift: Shift): void {
    this.state.shift = shift;
    this.host.did("predicted", { about: this.shiftAbout, guess: SHIFT_TEXT[shift] });
    this.changed();
  }

  get shiftAbout(): string {
    return `洗干净以后，“${this.settings.feature.text}”的平均数`;
  }

  means(): { before: number; after: number } {
    const { train, columns, feature } = this.settings;
    const after = mended(train, columns, this.state.mends);
    return { before: mean(numbersOf(train, feature.key)), after: mean(numbersOf(after, feature.key)) };
  }

  /** What became of the mean, once nothing is left to mend. */
  shift(): Shift | null {
    if (this.left().length) return null;
    const { before, after } = this.means();
    if (Math.abs(after - before) < Math.abs(before) * 0.01) return "same";
    return after < before ? "less" : "more";
  }

  /** What the pupil says of a cell ("" is the whole row): right or not, before it can be mended. */
  isFault(no: number, column: string, kind: FaultKind): boolean {
    const right = this.left().some((one) => one.no === no && one.column === column && one.kind === kind);
    if (!right) {
      this.state.misses += 1;
      this.host.say(`不是“${FAULT_TEXT[kind]}”。再看看。`);
      this.changed();
    }
    return right;
  }

  mend(fault: Fault, how: MendKind): void {
    const { no, column, kind } = fault;
    if (!waysFor(kind).includes(how)) return;
    if (!this.left().some((one) => one.no === no && one.column === column && one.kind === kind)) return;
    this.state.mends.push({ no, column, kind, how });
    const left = this.left().length;
    this.host.say(`第 ${no} 行处理了。${left ? `还有 ${left} 处。` : "洗干净了。"}`);
    this.tellShift();
    this.state.at = null;
    this.changed();
  }

  private tellShift(): void {
    const [came, guess] = [this.shift(), this.state.shift];
    if (!came || !guess) return;
    const right = came === guess;
    const said = { about: this.shiftAbout, guess: SHIFT_TEXT[guess], came: SHIFT_TEXT[came], right };
    this.host.did("saw-prediction", said);
  }

  undo(): void {
    this.state.mends.pop();
    this.changed();
  }

  // --- plotting

  setPlot(given: Partial<LabState["plot"]>): void {
    Object.assign(this.state.plot, given);
    this.changed();
  }

  plotted(kind: PlotKind): void {
    if (this.state.plots.includes(kind)) return;
    this.state.plots.push(kind);
    this.changed();
  }

  // --- the audit

  setAmount(group: number, amount: number): void {
    this.state.amounts[group] = amount;
    this.changed();
  }

  setEach(each: boolean): void {
    this.state.each = each;
    this.changed();
  }

  /** The rows it learns from: of each group the first so many. */
  lessons(amounts = this.state.amounts): Row[] {
    const { group } = this.settings;
    const seen = group.choices.map(() => 0);
    return this.rows().filter(({ values }) => {
      const at = group.choices.indexOf(String(values[group.key]));
      const most = amounts[at] ?? -1;
      seen[at] = (seen[at] ?? 0) + 1;
      return most < 0 || (seen[at] as number) <= most;
    });
  }

  /** Learns, after the pupil guessed the group that fares worst. */
  learn(guess: string): void {
    const { state, settings, host } = this;
    const { group, feature, yes } = settings;
    const errors = this.errors(this.lessons(), state.each);
    if (!errors) {
      host.say("这些行学不出门槛：多选几行。");
      return;
    }
    const came = worst(errors)?.group ?? "";
    const about = "哪一组错得最多";
    keepTried(state, { amounts: [...state.amounts], each: state.each, guess, errors });
    host.did("predicted", { about, guess: guess || "都一样" });
    host.did("saw-prediction", {
      about,
      guess: guess || "都一样",
      came: came || "都一样",
      right: came === guess,
    });
    const data = Object.fromEntries(group.choices.map((name, i) => [name, state.amounts[i] ?? -1]));
    const wrong = errors.reduce((sum, one) => sum + one.missed + one.wrongly, 0);
    const all = errors.reduce((sum, one) => sum + one.calls + one.others, 0);
    const method = state.each ? "每组一个门槛" : "一个门槛";
    const scores = { test: { right: all - wrong, all } };
    host.did("trained", { method, settings: { by: feature.text, data, yes }, scores });
    host.say(`考了 ${all} 次，错 ${wrong} 次。错得最多的：${came || "都一样"}。`);
    this.changed();
  }

  errors(train: Row[], each: boolean): GroupErrors[] | null {
    const { group, feature, yes, test } = this.settings;
    return audit({ train, test, group: group.key, groups: group.choices, feature: feature.key, yes, each });
  }

  /** After the counts: which group it fails, and how. */
  name(group: string, how: keyof typeof ERROR_TEXT): boolean {
    const last = this.state.tried.at(-1);
    const found = last ? worst(last.errors) : null;
    if (!found) return false;
    const right = found.group === group && found[how] > found[how === "missed" ? "wrongly" : "missed"];
    this.host.did("explained", { about: "它对哪一组不灵，怎么不灵", words: [group, ERROR_TEXT[how]] });
    if (right && !this.state.named) this.host.did("broke", { how: `${group}：${ERROR_TEXT[how]}` });
    this.state.named ||= right;
    this.host.say(right ? "找对了。" : "再看一看表里的数。");
    this.changed();
    return right;
  }

  notes(): readonly string[] {
    return NOTES.slice(0, this.settings.notes).map(({ text }) => text);
  }
}

/** What is wrong with a typed cell, in words; empty when nothing is. */
export function wrongCell(given: string, column: Column): string {
  if (!given) return `“${column.text}”还空着。`;
  if (column.kind === "choice")
    return column.choices.includes(given) ? "" : `“${column.text}”要从给的里面选。`;
  const n = Number(given);
  if (!Number.isFinite(n)) return `“${column.text}”要写数字，不写单位。`;
  const { least, most, unit } = column;
  if (n < least || n > most)
    return `“${column.text}”是 ${given} ${unit}？说得通的是 ${least} 到 ${most} ${unit}，看看单位。`;
  return "";
}
