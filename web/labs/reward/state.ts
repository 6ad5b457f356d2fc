// What is kept of a pupil's work in this lab, and how settings are read. Plain JSON, pure functions.
import type { MazeSet } from "../datasets";
import { type Level, readLevel } from "../level";
import type { Foretold, Outcome, Run } from "./checks";
import { freshValues, type Learning, MOST_MOVES, mapOf, type Rewards, type Room, readRoom } from "./model";

export const DISCOUNTS = [0, 0.5, 0.8, 0.9, 0.95, 0.99];
export const EXPLORES = [0, 0.1, 0.2, 0.5, 1];
export const RATES = [0.1, 0.3, 0.5, 0.8, 1];
export const MOST_REWARD = 50;
export const MOST_EPISODES = 5000;
const MOST_RUNS = 16;
const MOST_FORETOLD = 30;
const MOST_RETURNS = 400;
const USUAL: Rewards = { goal: 10, star: 3, water: -5, bump: -1, step: -1 };
export const REWARDS = Object.keys(USUAL) as (keyof Rewards)[];

/** What a finger does on the grid: look at a cell, or put something there. */
export const TOOLS = ["look", ".", "#", "~", "*"] as const;
export type Tool = (typeof TOOLS)[number];

export interface Settings {
  level: Level;
  rooms: { key: string; title: string; map: string }[];
  map: string;
  learning: Learning;
  edit: boolean;
}

export interface LabState {
  v: 1;
  map: string;
  learning: Learning;
  values: number[];
  /** Episodes done, moves of the one going on, where the robot is, and what it has gathered in it. */
  episode: number;
  moves: number;
  robot: number;
  gathered: number;
  /** What every `stride`-th episode brought in all. */
  returns: number[];
  stride: number;
  guess: Outcome | null;
  foretold: Foretold[];
  runs: Run[];
  tool: Tool;
  reached: number[];
  hints: number;
}

type Raw = Record<string, unknown>;
const raw = (value: unknown): Raw =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Raw) : {};
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const finite = (value: unknown): value is number => typeof value === "number" && Number.isFinite(value);
const oneOf = <T>(value: unknown, of: readonly T[], otherwise: T): T =>
  of.includes(value as T) ? (value as T) : otherwise;
const count = (value: unknown, most = 100_000): number =>
  finite(value) ? Math.min(most, Math.max(0, Math.round(value))) : 0;
const OUTCOMES: Outcome[] = ["arrives", "circles", "lost"];
const outcome = (value: unknown): Outcome | null => OUTCOMES.find((one) => one === value) ?? null;

export const tidyReward = (value: number): number =>
  Math.min(MOST_REWARD, Math.max(-MOST_REWARD, Math.round(value * 10) / 10));

function readRewards(value: unknown, otherwise: Rewards): Rewards {
  const given = raw(value);
  const found = REWARDS.map((key) => {
    const one = given[key];
    return [key, finite(one) ? tidyReward(one) : otherwise[key]];
  });
  return Object.fromEntries(found) as Rewards;
}

function readLearning(value: unknown, otherwise: Learning): Learning {
  const given = raw(value);
  return {
    rewards: readRewards(given["rewards"], otherwise.rewards),
    discount: oneOf(given["discount"], DISCOUNTS, otherwise.discount),
    explore: oneOf(given["explore"], EXPLORES, otherwise.explore),
    rate: oneOf(given["rate"], RATES, otherwise.rate),
    seed: count(given["seed"], 4000) || otherwise.seed,
  };
}

/** Stars as a lesson gives them: [row, column], counted from 1; only on plain floor. */
function withStars(room: Room, stars: unknown): string {
  const cells = [...room.cells];
  for (const one of list(stars)) {
    const [row, column] = list(one);
    const cell = (count(row) - 1) * room.columns + count(column) - 1;
    if (count(column) >= 1 && count(column) <= room.columns && cells[cell] === ".") cells[cell] = "*";
  }
  return mapOf({ ...room, cells: cells.join("") });
}

export function readSettings(given: Raw, set: MazeSet): Settings {
  const rooms = set.mazes.filter(({ map }) => readRoom(map));
  const first = rooms.find(({ key }) => key === given["maze"]) ?? rooms[0];
  if (!first) throw new Error("no room");
  const usual: Learning = { rewards: USUAL, discount: 0.9, explore: 0.2, rate: 0.5, seed: 1 };
  return {
    level: readLevel(given),
    rooms,
    map: withStars(readRoom(first.map) as Room, given["stars"]),
    learning: readLearning(given, usual),
    edit: given["edit"] !== false,
  };
}

export const roomOf = (map: string): Room => readRoom(map) as Room;

export function freshState(settings: Settings): LabState {
  return {
    v: 1,
    map: settings.map,
    learning: structuredClone(settings.learning),
    ...untaught(roomOf(settings.map)),
    guess: null,
    foretold: [],
    runs: [],
    tool: "look",
    reached: [],
    hints: 0,
  };
}

type Taught = Pick<LabState, "values" | "episode" | "moves" | "robot" | "gathered" | "returns" | "stride">;

/** A robot that knows nothing, at the start. */
export const untaught = (room: Room): Taught => ({
  values: freshValues(room),
  episode: 0,
  moves: 0,
  robot: room.start,
  gathered: 0,
  returns: [],
  stride: 1,
});

function readRun(value: unknown, fresh: Learning): Run | null {
  const given = raw(value);
  const came = outcome(given["outcome"]);
  const { map, episodes, moves, total, stars, wet } = given;
  if (!came || typeof map !== "string" || ![episodes, moves, total, stars, wet].every(finite)) return null;
  return {
    ...readLearning(given, fresh),
    map,
    outcome: came,
    episodes: episodes as number,
    moves: moves as number,
    total: total as number,
    stars: stars as number,
    wet: wet as number,
  };
}

function readTaught(given: Raw, room: Room): Taught {
  const values = list(given["values"]).filter(finite);
  const robot = given["robot"];
  const fits =
    values.length === room.cells.length * 4 &&
    Number.isInteger(robot) &&
    (room.cells[robot as number] ?? "#") !== "#";
  if (!fits) return untaught(room);
  return {
    values,
    episode: count(given["episode"], MOST_EPISODES),
    moves: count(given["moves"], MOST_MOVES - 1),
    robot: robot as number,
    gathered: finite(given["gathered"]) ? given["gathered"] : 0,
    returns: list(given["returns"]).filter(finite).slice(0, MOST_RETURNS),
    stride: Math.max(1, count(given["stride"], 1024)),
  };
}

/** Makes any saved state fit; what does not is as it was at the beginning. */
export function resume(saved: unknown, settings: Settings): LabState {
  const fresh = freshState(settings);
  const given = raw(saved);
  if (given["v"] !== 1) return fresh;
  const map = typeof given["map"] === "string" && readRoom(given["map"]) ? given["map"].trim() : fresh.map;
  return {
    ...fresh,
    map,
    learning: readLearning(given["learning"], fresh.learning),
    ...readTaught(given, roomOf(map)),
    guess: outcome(given["guess"]),
    foretold: list(given["foretold"])
      .map(raw)
      .flatMap((one) => {
        const [guess, came] = [outcome(one["guess"]), outcome(one["came"])];
        return guess && came ? [{ guess, came }] : [];
      })
      .slice(-MOST_FORETOLD),
    runs: list(given["runs"])
      .map((one) => readRun(one, fresh.learning))
      .filter((one) => one !== null)
      .slice(-MOST_RUNS),
    tool: oneOf(given["tool"], TOOLS, fresh.tool),
    reached: list(given["reached"]).filter((one): one is number => Number.isInteger(one)),
    hints: count(given["hints"]),
  };
}

/** Start and goal stay where they are; says whether anything changed. */
export function put(state: LabState, cell: number, sign: Exclude<Tool, "look">): boolean {
  const room = roomOf(state.map);
  const now = room.cells[cell];
  if (now === undefined || now === "S" || now === "G" || now === sign) return false;
  const cells = room.cells.slice(0, cell) + sign + room.cells.slice(cell + 1);
  state.map = mapOf({ ...room, cells });
  return true;
}

/** Keeps the curve short: when it is full, only every second episode stays and counts from then on. */
export function noteReturn(state: LabState): void {
  if ((state.episode - 1) % state.stride === 0) state.returns.push(tidyReturn(state.gathered));
  if (state.returns.length <= MOST_RETURNS) return;
  state.returns = state.returns.filter((_, i) => i % 2 === 0);
  state.stride *= 2;
}

const tidyReturn = (value: number): number => Math.round(value * 100) / 100;

export function keepRun(state: LabState, run: Run): void {
  state.runs = [...state.runs, run].slice(-MOST_RUNS);
}

export function keepForetold(state: LabState, one: Foretold): void {
  state.foretold = [...state.foretold, one].slice(-MOST_FORETOLD);
}
