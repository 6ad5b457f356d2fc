// The pupil's points and what may be done with them. Draws nothing.
import type { LabHost, LabSpec } from "../host";
import { inside, SHAPE_SIGNS, type Spot } from "../plane";
import type { Facts } from "./checks";
import { assign, contested, moved, neighbours, regions, spread, squared, type Vote, vote } from "./model";
import {
  addDot,
  again,
  keepRun,
  type LabState,
  MOST_DOTS,
  moveDot,
  putBack,
  removeDot,
  resume,
  type Settings,
  type Tab,
  testNow,
} from "./state";

export const CELLS = 32;
/** A guess counts only where no guess was made before. */
const NEW_PLACE = 4;

/** What arrow keys move: the question mark, a point or a centre. */
export type Chosen = { what: "query" } | { what: "dot"; at: number } | { what: "centre"; at: number };

export class Bench {
  readonly state: LabState;
  chosen: Chosen = { what: "query" };
  /** What a finger does: null moves the question mark or a centre, a kind puts a point. */
  pen: number | "dots" | null = null;
  /** The pupil's guess at this place; forgotten as soon as the place or the points change. */
  guess: number | null = null;
  /** The point asked about before the next assignment, and what was guessed. */
  asked: { dot: number; guess: number | null; truth: number } | null = null;
  private held = true;
  private readonly guessed: Spot[] = [];
  /** Answers seen at this place, by k. */
  private seen = new Map<number, number>();
  private grid: { key: string; cells: Int8Array } | null = null;

  constructor(
    readonly settings: Settings,
    readonly spec: LabSpec,
    readonly host: LabHost,
    private readonly drawn: () => void,
  ) {
    this.state = resume(host.state(), settings);
    this.ask();
    this.notice();
  }

  changed(): void {
    this.notice();
    this.host.save(structuredClone(this.state));
    this.drawn();
  }

  kindText(kind: number): string {
    return `${SHAPE_SIGNS[kind]} ${this.settings.kinds[kind]?.text ?? ""}`;
  }

  facts(): Facts {
    const { state, settings } = this;
    const counts = settings.kinds.map((_, kind) => state.dots.filter((dot) => dot.kind === kind).length);
    const { guesses, flip, tests, added, taken, runs } = state;
    return { counts, guesses, flip, tests, added, taken, runs };
  }

  // --- nearest neighbours

  get shown(): boolean {
    return this.state.watch || this.state.regions || this.guess !== null;
  }

  vote(): Vote | null {
    return vote(this.state.dots, this.state.query, this.state.k, this.settings.kinds.length);
  }

  cells(): Int8Array {
    const { dots, k } = this.state;
    const key = JSON.stringify([k, dots]);
    if (this.grid?.key !== key)
      this.grid = { key, cells: regions(dots, k, this.settings.kinds.length, CELLS) };
    return this.grid.cells;
  }

  /** The pupil says which kind the question mark will be taken for, before seeing its neighbours. */
  guessKind(kind: number): void {
    const found = this.vote();
    if (!found || this.shown) return;
    const { state } = this;
    this.guess = kind;
    const right = kind === found.kind;
    const fresh = this.guessed.every((spot) => squared(spot, state.query) >= NEW_PLACE ** 2);
    const split = found.votes.filter((n) => n > 0).length > 1;
    this.guessed.push({ ...state.query });
    if (!right) state.guesses.wrong += 1;
    else if (fresh) {
      state.guesses.right += 1;
      if (split) state.guesses.contested += 1;
    }
    this.host.did("guessed-kind", { k: state.k, right, split, votes: found.votes });
    this.host.say(`${right ? "猜对了" : "和你猜的不一样"}。${this.voteText()}`);
    this.changed();
  }

  voteText(): string {
    const found = this.vote();
    if (!found) return "还没有点，没有谁可以问。";
    const parts = found.votes.flatMap((n, kind) => (n ? [`${this.kindText(kind)} ${n} 票`] : []));
    const most = Math.max(...found.votes);
    const tie = found.votes.filter((n) => n === most).length > 1 ? "票数一样，听最近的那个。" : "";
    return `最近的 ${found.nearest.length} 个：${parts.join("，")}。${tie}认成${this.kindText(found.kind)}。`;
  }

  setK(k: number): void {
    this.state.k = k;
    if (this.shown) this.host.say(`k 是 ${k}。${this.voteText()}`);
    this.changed();
  }

  toggle(what: "watch" | "regions"): void {
    this.state[what] = !this.state[what];
    this.changed();
  }

  test(): void {
    const { k, right, all } = testNow(this.state, this.settings);
    const { added, taken } = this.state;
    this.host.did("tested-points", { k, right, all, added, taken });
    this.host.say(`k 是 ${k}：没见过的 ${all} 个认对 ${right} 个。`);
    this.changed();
  }

  /** Remembers the answers seen at one place for different k. */
  private notice(): void {
    const found = this.state.tab === "near" && this.shown ? this.vote() : null;
    if (!found) return;
    this.seen.set(this.state.k, found.kind);
    for (const [k, kind] of this.seen)
      if (!this.state.flip && kind !== found.kind)
        this.state.flip = { few: Math.min(k, this.state.k), many: Math.max(k, this.state.k) };
  }

  private elsewhere(): void {
    this.guess = null;
    this.seen = new Map();
  }

  // --- the sheet

  show(tab: Tab): void {
    this.state.tab = tab;
    this.pen = null;
    this.chosen = tab === "near" ? { what: "query" } : { what: "centre", at: 0 };
    this.changed();
  }

  /** Where the chosen thing lies. */
  spot(): Spot {
    const { chosen, state } = this;
    const found =
      chosen.what === "dot"
        ? state.dots[chosen.at]
        : chosen.what === "centre"
          ? state.centres[chosen.at]
          : null;
    return found ?? state.query;
  }

  /** A finger came down: the pen writes, or what it moves is taken. */
  take(at: Spot, reach: number): void {
    const { state, pen } = this;
    const near = (spots: readonly Spot[]): number | null => {
      const [first] = neighbours(spots, at, 1);
      return first !== undefined && squared(spots[first] as Spot, at) <= reach ** 2 ? first : null;
    };
    if (typeof pen === "number") {
      this.add(at);
      return;
    }
    if (pen === null && state.tab === "near") {
      this.chosen = { what: "query" };
      this.held = true;
      this.moveTo(at);
      return;
    }
    const found = near(pen === "dots" ? state.dots : state.centres);
    this.held = found !== null;
    if (found !== null) this.chosen = { what: pen === "dots" ? "dot" : "centre", at: found };
  }

  drag(to: Spot): void {
    if (typeof this.pen !== "number" && this.held) this.moveTo(to);
  }

  moveTo(to: Spot): void {
    const { chosen, state } = this;
    const at = { x: inside(to.x), y: inside(to.y) };
    this.elsewhere();
    if (chosen.what === "query") state.query = at;
    else if (chosen.what === "dot") {
      this.chosen = { what: "dot", at: moveDot(state, chosen.at, at) };
      this.ask();
    } else {
      state.centres[chosen.at] = at;
      state.start = structuredClone(state.centres);
      again(state);
      this.ask();
    }
  }

  nudge(dx: number, dy: number): void {
    const { x, y } = this.spot();
    this.moveTo({ x: x + dx, y: y + dy });
    const here = this.spot();
    this.host.say(`${this.chosenText()}在 ${Math.round(here.x)}，${Math.round(here.y)}`);
    this.changed();
  }

  chosenText(): string {
    const { chosen } = this;
    if (chosen.what === "centre") return `中心 ${chosen.at + 1}`;
    if (chosen.what === "dot")
      return this.state.tab === "near"
        ? `点 ${this.kindText(this.state.dots[chosen.at]?.kind ?? 0)}`
        : `第 ${chosen.at + 1} 个点`;
    return "问号";
  }

  /** Chooses the next thing on the sheet, for those who can't point at it. */
  chooseNext(): void {
    const { state, chosen } = this;
    const all: Chosen[] =
      state.tab === "near" ? [{ what: "query" }] : state.centres.map((_, at) => ({ what: "centre", at }));
    // points in reading order: from left to right
    const order = state.dots
      .map((_, at) => at)
      .sort((a, b) => (state.dots[a]?.x ?? 0) - (state.dots[b]?.x ?? 0));
    for (const at of order) all.push({ what: "dot", at });
    const here = all.findIndex((one) => JSON.stringify(one) === JSON.stringify(chosen));
    this.chosen = all[(here + 1) % all.length] ?? { what: "query" };
    this.host.say(`选中了${this.chosenText()}`);
    this.drawn();
  }

  add(at: Spot = this.state.query): void {
    if (typeof this.pen !== "number") return;
    this.elsewhere();
    if (addDot(this.state, { ...at, kind: this.pen })) this.host.say(`放了一个${this.kindText(this.pen)}`);
    else this.host.say(`纸上最多 ${MOST_DOTS} 个点，先擦掉几个。`);
    this.chosen = { what: "dot", at: this.state.dots.length - 1 };
    this.ask();
    this.changed();
  }

  remove(): void {
    if (this.chosen.what !== "dot") return;
    removeDot(this.state, this.chosen.at);
    this.chosen = this.state.tab === "near" ? { what: "query" } : { what: "centre", at: 0 };
    this.elsewhere();
    this.ask();
    this.host.say("擦掉了一个点");
    this.changed();
  }

  putBack(): void {
    putBack(this.state, this.settings);
    this.chosen = { what: "query" };
    this.elsewhere();
    this.ask();
    this.host.say("原来的点都放回来了");
    this.changed();
  }

  // --- k-means

  /** Before points are given to centres: one that is not easy to tell. */
  private ask(): void {
    const { state } = this;
    const dot = state.next === "assign" ? contested(state.dots, state.centres) : null;
    const truth = dot === null ? 0 : (assign([state.dots[dot] as Spot], state.centres)[0] ?? 0);
    this.asked = dot === null ? null : { dot, guess: null, truth };
  }

  guessCentre(centre: number): void {
    const { asked, state } = this;
    if (!asked || asked.guess !== null) return;
    asked.guess = centre;
    const right = centre === asked.truth;
    if (right) state.guesses.centres += 1;
    this.host.did("guessed-centre", { right, centres: state.centres.length });
    this.step();
  }

  /** One half of a round: points to their nearest centre, or centres to the middle of their points. */
  step(): void {
    const { state } = this;
    if (!state.dots.length || state.next === "rest") return;
    if (state.next === "move") {
      state.centres = moved(state.dots, state.groups ?? [], state.centres);
      state.next = "assign";
      state.rounds += 1;
      this.host.say("每个中心移到了自己那些点的正中间");
      this.ask();
    } else this.assign();
    this.changed();
  }

  private assign(): void {
    const { state } = this;
    const groups = assign(state.dots, state.centres);
    const changes = groups.filter((group, i) => group !== state.groups?.[i]).length;
    const first = state.groups === null;
    state.groups = groups;
    state.next = changes ? "move" : "rest";
    const guess = this.asked?.guess ?? null;
    const reply =
      guess === null ? "" : guess === this.asked?.truth ? "猜对了。" : "和你猜的不一样，量一量距离。";
    if (state.next === "move")
      this.host.say(`${reply}${first ? "每个点归了最近的中心" : `${changes} 个点换了组`}`);
    else this.rest(reply);
  }

  private rest(reply: string): void {
    const { state } = this;
    const run = { groups: state.centres.length, rounds: state.rounds, spread: this.spread() };
    keepRun(state, run);
    this.host.did("groups-settled", { ...run });
    this.host.say(`${reply}没有点换组了，停在这里。散开的程度 ${Math.round(run.spread)}。`);
  }

  spread(): number {
    return spread(this.state.dots, this.state.groups ?? [], this.state.centres);
  }

  runOn(): void {
    const { state } = this;
    // every round lowers the spread, so it ends; the bound only guards against a mistake of ours
    for (let i = 0; i < 400 && state.next !== "rest" && state.dots.length; i += 1) {
      if (state.next === "move") {
        state.centres = moved(state.dots, state.groups ?? [], state.centres);
        state.next = "assign";
        state.rounds += 1;
      } else this.assign();
    }
    this.asked = null;
    this.changed();
  }

  restart(centres: Spot[]): void {
    const { state } = this;
    state.start = structuredClone(centres);
    state.centres = structuredClone(centres);
    again(state);
    this.chosen = { what: "centre", at: 0 };
    this.ask();
    this.host.say("中心放好了，可以拖到别处再开始");
    this.changed();
  }

  scatter(): void {
    this.restart(
      this.state.centres.map(() => ({
        x: inside(5 + Math.random() * 90),
        y: inside(5 + Math.random() * 90),
      })),
    );
  }

  setCentres(count: number): void {
    const spread = [
      { x: 20, y: 20 },
      { x: 80, y: 20 },
      { x: 50, y: 80 },
      { x: 50, y: 50 },
    ];
    this.restart(this.state.centres.concat(spread.slice(this.state.centres.length)).slice(0, count));
  }
}
