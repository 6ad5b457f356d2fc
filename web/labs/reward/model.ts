// A robot on a grid that learns by Q-learning: what a move brings, one update, one walk. Pure; chance comes from dice.
import { dice } from "../dice";

/** Up, right, down, left. */
export const WAYS = [
  [0, -1],
  [1, 0],
  [0, 1],
  [-1, 0],
] as const;
export const ARROWS = ["↑", "→", "↓", "←"];
export const SIGNS = ".#~*SG";
export const MOST_COLUMNS = 12;
export const MOST_ROWS = 10;
/** An episode that does not arrive ends after so many moves. */
export const MOST_MOVES = 100;

export interface Room {
  columns: number;
  rows: number;
  /** One sign a cell: . floor, # wall, ~ water, * star, S start, G goal. */
  cells: string;
  start: number;
  goal: number;
}

/** What things bring; every move brings `step`, and what is there comes on top. */
export interface Rewards {
  goal: number;
  star: number;
  water: number;
  bump: number;
  step: number;
}

export interface Learning {
  rewards: Rewards;
  /** How much a reward one move later still counts. */
  discount: number;
  /** How often a move is tried at random. */
  explore: number;
  /** How much of the news goes into a value. */
  rate: number;
  seed: number;
}

/** One move and the update that came of it. */
export interface Move {
  from: number;
  way: number;
  to: number;
  reward: number;
  /** The value before and after, and the best value where it came to. */
  before: number;
  after: number;
  ahead: number;
  random: boolean;
  arrived: boolean;
}

export function readRoom(map: string): Room | null {
  const rows = map.trim().split(/\s+/);
  const columns = rows[0]?.length ?? 0;
  const cells = rows.join("");
  const fits =
    rows.every((row) => row.length === columns) &&
    columns >= 2 &&
    columns <= MOST_COLUMNS &&
    rows.length >= 2 &&
    rows.length <= MOST_ROWS &&
    [...cells].every((sign) => SIGNS.includes(sign)) &&
    [...cells].filter((sign) => sign === "S").length === 1 &&
    [...cells].filter((sign) => sign === "G").length === 1;
  return fits
    ? { columns, rows: rows.length, cells, start: cells.indexOf("S"), goal: cells.indexOf("G") }
    : null;
}

export const mapOf = ({ cells, columns, rows }: Room): string =>
  Array.from({ length: rows }, (_, row) => cells.slice(row * columns, (row + 1) * columns)).join("\n");

/** Where a move leads; into a wall or outside the robot stays where it is. */
export function leads(room: Room, from: number, way: number): { to: number; bumped: boolean } {
  const [dx, dy] = WAYS[way] as (typeof WAYS)[number];
  const [column, row] = [(from % room.columns) + dx, Math.floor(from / room.columns) + dy];
  const outside = column < 0 || row < 0 || column >= room.columns || row >= room.rows;
  const to = row * room.columns + column;
  return outside || room.cells[to] === "#" ? { to: from, bumped: true } : { to, bumped: false };
}

export function brings(
  room: Room,
  rewards: Rewards,
  from: number,
  way: number,
): { to: number; reward: number } {
  const { to, bumped } = leads(room, from, way);
  if (bumped) return { to, reward: rewards.step + rewards.bump };
  const sign = room.cells[to];
  const there = sign === "G" ? rewards.goal : sign === "*" ? rewards.star : sign === "~" ? rewards.water : 0;
  return { to, reward: rewards.step + there };
}

/** Values of every move of every cell, 0 at first: `values[cell * 4 + way]`. */
export const freshValues = (room: Room): number[] => new Array<number>(room.cells.length * 4).fill(0);

export const bestOf = (values: readonly number[], cell: number): number =>
  Math.max(...values.slice(cell * 4, cell * 4 + 4));

/** The ways that are best there; more than one while nothing is known. */
export function bestWays(values: readonly number[], cell: number): number[] {
  const best = bestOf(values, cell);
  return [0, 1, 2, 3].filter((way) => values[cell * 4 + way] === best);
}

/** The dice of one move: the same room, seed, episode and move give the same throw, also after a pause. */
const diceOf = (seed: number, episode: number, move: number): (() => number) =>
  dice(seed * 1_000_003 + episode * 1009 + move);

/** One move from `from`, chosen and learnt from; changes `values`. */
export function learnMove(
  room: Room,
  values: number[],
  learning: Learning,
  from: number,
  episode: number,
  move: number,
): Move {
  const { rewards, discount, explore, rate, seed } = learning;
  const roll = diceOf(seed, episode, move);
  const random = roll() < explore;
  const ways = random ? [0, 1, 2, 3] : bestWays(values, from);
  const way = ways[Math.floor(roll() * ways.length)] as number;
  const { to, reward } = brings(room, rewards, from, way);
  const arrived = to === room.goal;
  const ahead = arrived ? 0 : bestOf(values, to);
  const before = values[from * 4 + way] as number;
  const after = before + rate * (reward + discount * ahead - before);
  values[from * 4 + way] = after;
  return { from, way, to, reward, before, after, ahead, random, arrived };
}

export interface Walk {
  cells: number[];
  arrived: boolean;
  total: number;
  stars: number;
  wet: number;
}

/** What the robot does now without trying anything: always the best way, the first of equals. */
export function walk(room: Room, values: readonly number[], rewards: Rewards): Walk {
  const found: Walk = { cells: [room.start], arrived: false, total: 0, stars: 0, wet: 0 };
  let cell = room.start;
  while (!found.arrived && found.cells.length <= MOST_MOVES) {
    const { to, reward } = brings(room, rewards, cell, bestWays(values, cell)[0] as number);
    found.total += reward;
    if (to !== cell && room.cells[to] === "*") found.stars += 1;
    if (to !== cell && room.cells[to] === "~") found.wet += 1;
    found.arrived = to === room.goal;
    found.cells.push(to);
    cell = to;
  }
  return found;
}
