// The room, the robot and its learning, and what may be done with them. Draws nothing.
import type { LabHost, LabSpec } from "../host";
import { check, type Facts, type Outcome, type Run } from "./checks";
import {
  type Learning,
  learnMove,
  MOST_MOVES,
  type Move,
  type Rewards,
  type Room,
  type Walk,
  walk,
} from "./model";
import {
  keepForetold,
  keepRun,
  type LabState,
  MOST_EPISODES,
  noteReturn,
  put,
  resume,
  roomOf,
  type Settings,
  type Tool,
  tidyReward,
  untaught,
} from "./state";
import { OUTCOME_TEXT, placeText, short, WAY_TEXT } from "./words";

/** Learning takes at most this much of a frame. */
const FRAME_MS = 3;
/** A guess is settled by a walk after so many episodes. */
export const TAUGHT = 20;
/** So many stars in one walk that does not arrive: it is after the stars. */
const CIRCLES = 3;

export class Bench {
  readonly state: LabState;
  /** The last move, to be looked at closely. */
  last: Move | null = null;
  /** The way it showed last; gone as soon as it learns on. */
  shown: Walk | null = null;
  /** The cell looked at. */
  cell: number;
  reply = "";
  /** Episodes still to do of a hundred that are going on. */
  todo = 0;
  private asked = 0;
  private frame = 0;
  private broken = false;
  private kept: { of: string; room: Room } | null = null;

  constructor(
    readonly settings: Settings,
    readonly spec: LabSpec,
    readonly host: LabHost,
    private readonly drawn: () => void,
    private readonly moved: () => void,
  ) {
    this.state = resume(host.state(), settings);
    this.cell = this.room.start;
  }

  changed(): void {
    this.host.save(structuredClone(this.state));
    this.drawn();
  }

  close(): void {
    const learning = this.playing;
    this.pause();
    if (learning) this.host.save(structuredClone(this.state));
  }

  facts(): Facts {
    return { runs: this.state.runs, foretold: this.state.foretold };
  }

  get room(): Room {
    const { map } = this.state;
    if (this.kept?.of !== map) this.kept = { of: map, room: roomOf(map) };
    return this.kept.room;
  }

  get playing(): boolean {
    return this.frame !== 0;
  }

  get untouched(): boolean {
    return this.state.episode === 0 && this.state.moves === 0;
  }

  get over(): boolean {
    return this.state.episode >= MOST_EPISODES;
  }

  /** How much of a hundred is done, 0 to 1. */
  get done(): number {
    return this.asked ? 1 - this.todo / this.asked : 0;
  }

  // --- setting up

  private fresh(): void {
    this.pause();
    Object.assign(this.state, untaught(this.room));
    this.last = null;
    this.shown = null;
    this.reply = "";
    this.state.guess = null;
    this.changed();
  }

  again(): void {
    this.fresh();
  }

  takeRoom(map: string): void {
    this.state.map = map;
    this.cell = this.room.start;
    this.fresh();
  }

  reward(key: keyof Rewards, by: number): void {
    const { rewards } = this.state.learning;
    rewards[key] = tidyReward(rewards[key] + by);
    this.fresh();
  }

  learning(change: Partial<Omit<Learning, "rewards">>): void {
    Object.assign(this.state.learning, change);
    this.fresh();
  }

  reseed(): void {
    this.learning({ seed: (this.state.learning.seed % 4000) + 1 });
  }

  pick(tool: Tool): void {
    this.state.tool = tool;
    this.changed();
  }

  /** A finger or key on a cell: looked at, or changed by the tool. */
  touch(cell: number): void {
    this.cell = cell;
    const { tool } = this.state;
    if (tool !== "look" && this.settings.edit && put(this.state, cell, tool)) this.fresh();
    else this.drawn();
  }

  /** The arrow keys go from cell to cell and change nothing. */
  look(cell: number): void {
    this.cell = cell;
    this.drawn();
  }

  // --- learning

  guess(outcome: Outcome): void {
    if (!this.untouched) return;
    this.state.guess = outcome;
    this.host.did("predicted", { about: "学会以后它会怎么走", guess: outcome });
    this.host.say(`你猜它会${OUTCOME_TEXT[outcome]}。让它学，再看它怎么走。`);
    this.changed();
  }

  private move(): void {
    const { state, room } = this;
    this.shown = null;
    const move = learnMove(room, state.values, state.learning, state.robot, state.episode, state.moves);
    this.last = move;
    state.robot = move.to;
    state.moves += 1;
    state.gathered += move.reward;
    if (!move.arrived && state.moves < MOST_MOVES) return;
    state.episode += 1;
    noteReturn(state);
    state.moves = 0;
    state.gathered = 0;
    state.robot = room.start;
  }

  step(): void {
    this.pause();
    if (this.over) return;
    this.move();
    this.host.say(this.moveText());
    this.changed();
  }

  /** To the end of the episode that is going on. */
  finish(): void {
    this.pause();
    const { episode } = this.state;
    while (!this.over && this.state.episode === episode) this.move();
    this.host.say(this.standing());
    this.changed();
  }

  teach(episodes: number): void {
    if (this.playing || this.over) {
      this.stop();
      return;
    }
    this.asked = Math.min(episodes, MOST_EPISODES - this.state.episode);
    this.todo = this.asked;
    this.frame = requestAnimationFrame(this.beat);
    this.changed();
  }

  stop(): void {
    if (!this.playing) return;
    this.pause();
    this.told();
    this.host.say(this.standing());
    this.changed();
  }

  private readonly beat = (): void => {
    // all is drawn anew at the end: that has a frame of its own
    if (this.todo === 0) {
      this.stop();
      return;
    }
    const from = performance.now();
    while (this.todo > 0 && performance.now() - from < FRAME_MS) {
      const { episode } = this.state;
      while (this.state.episode === episode) this.move();
      this.todo -= 1;
    }
    this.frame = requestAnimationFrame(this.beat);
    this.moved();
  };

  private pause(): void {
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    this.todo = 0;
    this.asked = 0;
  }

  private get described(): Record<string, unknown> {
    const { learning, map } = this.state;
    const { rewards, ...others } = learning;
    const known = this.settings.rooms.find((room) => room.map === map);
    return { data: known?.key ?? "own", ...others, ...rewards };
  }

  private told(): void {
    const { returns, episode } = this.state;
    const last = returns.slice(-20);
    const mean = last.reduce((sum, one) => sum + one, 0) / (last.length || 1);
    const scores = { episodes: episode, return: Math.round(mean * 100) / 100 };
    this.host.did("trained", { method: "q-learning", settings: this.described, scores });
  }

  /** The robot shows what it would do now, without trying anything. */
  test(): void {
    this.pause();
    const { state, room } = this;
    const found = walk(room, state.values, state.learning.rewards);
    this.shown = found;
    const moves = found.cells.length - 1;
    const outcome: Outcome = found.arrived ? "arrives" : found.stars >= CIRCLES ? "circles" : "lost";
    const { total, stars, wet } = found;
    const run: Run = {
      ...structuredClone(state.learning),
      map: state.map,
      episodes: state.episode,
      outcome,
      moves,
      total,
      stars,
      wet,
    };
    keepRun(state, run);
    const scores = { arrived: found.arrived ? 1 : 0, moves, total, stars, episodes: state.episode };
    this.host.did("tested", { settings: this.described, scores });
    this.settle(outcome);
    this.breaks(run);
    this.host.say(`${this.reply}${this.walkText()}`);
    this.changed();
  }

  private settle(came: Outcome): void {
    const { state } = this;
    this.reply = "";
    if (state.guess === null || state.episode < TAUGHT) return;
    const right = state.guess === came;
    keepForetold(state, { guess: state.guess, came });
    this.host.did("saw-prediction", { about: "学会以后它会怎么走", guess: state.guess, came, right });
    this.reply = right ? "猜对了。" : `和你猜的不一样，你猜的是${OUTCOME_TEXT[state.guess]}。`;
    state.guess = null;
  }

  private breaks(run: Run): void {
    const [hacked] = check([{ goal: "hacked", text: "" }], { ...this.facts(), runs: [run] });
    if (this.broken || !hacked?.done) return;
    this.broken = true;
    const { star, goal, step } = run.rewards;
    this.host.did("broke", { how: `奖励有空子：星星 ${star}，终点 ${goal}，每步 ${step}，它绕着星星转` });
  }

  // --- in words

  standing(): string {
    const { episode, moves, gathered } = this.state;
    if (this.untouched) return "还没有开始学，每一格每个方向都是 0 分。";
    const now = moves ? `这一回走了 ${moves} 步，得 ${short(gathered)}。` : "";
    return `学了 ${episode} 回。${now}`;
  }

  moveText(): string {
    const move = this.last;
    if (!move) return "";
    const way = WAY_TEXT[move.way] ?? "";
    const why = move.random ? "试新路" : "挑分最高的";
    const what = move.from === move.to ? "撞了墙，没有动" : `走到${placeText(this.room, move.to)}`;
    return `${why}，往${way}：${what}，得 ${short(move.reward)}。`;
  }

  /** The update with its numbers. */
  formula(): string {
    const move = this.last;
    if (!move) return "";
    const { rate, discount } = this.state.learning;
    const { before, after, reward, ahead } = move;
    return `新分 = ${short(before)} + ${rate} ×（${short(reward)} + ${discount} × ${short(ahead)} − ${short(before)}）= ${short(after)}`;
  }

  walkText(): string {
    const { shown } = this;
    if (!shown) return "";
    const moves = shown.cells.length - 1;
    const wet = shown.wet ? `，踩了 ${shown.wet} 次水` : "";
    const stars = shown.stars ? `，进了 ${shown.stars} 次星星` : "";
    if (shown.arrived) return `走到了：${moves} 步，一共得 ${short(shown.total)}${wet}${stars}。`;
    return `走了 ${moves} 步还没到，一共得 ${short(shown.total)}${wet}${stars}。`;
  }
}
