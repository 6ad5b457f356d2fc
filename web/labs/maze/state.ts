// What is kept of a pupil's work in this lab, and how settings are read. Plain JSON, pure functions.

import { type Level, readLevel } from "../level";
import type { Facts, Run } from "./checks";
import { type Maze, METHODS, type Method, readMaze, search, writeMaze } from "./model";

const MAX_UNDO = 30;
const MOST_RUNS = 16;

export const TOOLS = ["wall", "mud", "floor", "start", "goal"] as const;
export type Tool = (typeof TOOLS)[number];
const FIRST_TOOLS: readonly Tool[] = ["wall", "floor"];
const FIRST_METHODS: readonly Method[] = ["bfs", "dfs", "astar"];

/** What may be drawn: the youngest put walls and take them away. */
export const toolsOf = ({ level }: Settings): readonly Tool[] => (level === "primary" ? FIRST_TOOLS : TOOLS);

export interface Settings {
  level: Level;
  map: string;
  methods: Method[];
  mud: number;
  edit: boolean;
  factor: boolean;
}

/** A way of searching; only A* reads the factor. */
export interface Way {
  method: Method;
  factor: number;
}

export interface LabState {
  v: 1;
  maze: string;
  undo: string[];
  tool: Tool;
  way: Way;
  /** What is drawn in the maze: a search and how many of its steps; null is the bare maze. */
  shown: (Way & { steps: number }) | null;
  /** Searches run to the end on this maze; what came out is always worked out anew. */
  runs: Way[];
  /** Which method the pupil says opens fewest cells; asked before the first search on a maze. */
  guess: Method | null;
  settled: number;
  right: number;
  reached: number[];
  hints: number;
}

const whole = (value: unknown, otherwise: number, least: number, most: number): number =>
  typeof value === "number" && Number.isFinite(value)
    ? Math.min(most, Math.max(least, Math.round(value)))
    : otherwise;
const isMethod = (value: unknown): value is Method => METHODS.includes(value as Method);
const quarter = (value: unknown): number => whole(typeof value === "number" ? value * 4 : null, 4, 0, 8) / 4;

export function readSettings(raw: Record<string, unknown>, mazes: { key: string; map: string }[]): Settings {
  const level = readLevel(raw);
  const chosen = mazes.find(({ key }) => key === raw["maze"]) ?? mazes[0];
  const named = Array.isArray(raw["methods"]) ? raw["methods"] : [];
  const methods = METHODS.filter((one) => named.includes(one));
  return {
    level,
    map: chosen?.map ?? "",
    methods: methods.length > 1 ? methods : [...(level === "primary" ? FIRST_METHODS : METHODS)],
    mud: whole(raw["mud"], 5, 2, 9),
    edit: raw["edit"] !== false,
    factor: level === "primary" ? raw["factor"] === true : raw["factor"] !== false,
  };
}

export function freshState(settings: Settings): LabState {
  return {
    v: 1,
    maze: settings.map,
    undo: [],
    tool: "wall",
    way: { method: settings.methods[0] ?? "bfs", factor: 1 },
    shown: null,
    runs: [],
    guess: null,
    settled: 0,
    right: 0,
    reached: [],
    hints: 0,
  };
}

function readWay(raw: unknown, settings: Settings): Way | null {
  const { method, factor } = (raw ?? {}) as Partial<Way>;
  if (!isMethod(method) || !settings.methods.includes(method)) return null;
  return { method, factor: method === "astar" && settings.factor ? quarter(factor) : 1 };
}

/** Makes any saved state fit: a maze of another size or a method no longer offered is left behind. */
export function resume(saved: unknown, settings: Settings): LabState {
  const fresh = freshState(settings);
  if (typeof saved !== "object" || saved === null || (saved as { v?: unknown }).v !== 1) return fresh;
  const old = saved as Partial<LabState>;
  const numbers = Array.isArray(old.reached) ? old.reached.filter(Number.isInteger) : [];
  const kept = { reached: numbers, hints: whole(old.hints, 0, 0, 99) };
  const counts = { settled: whole(old.settled, 0, 0, 999), right: whole(old.right, 0, 0, 999) };
  const maze = String(old.maze ?? "");
  if (!readMaze(maze) || (!settings.edit && maze !== settings.map)) return { ...fresh, ...kept, ...counts };
  const shown = readWay(old.shown, settings);
  const ways = (Array.isArray(old.runs) ? old.runs : []).map((one) => readWay(one, settings));
  return {
    ...fresh,
    ...kept,
    ...counts,
    maze,
    undo: (Array.isArray(old.undo) ? old.undo : []).map(String).filter(readMaze).slice(-MAX_UNDO),
    tool: toolsOf(settings).includes(old.tool as Tool) ? (old.tool as Tool) : "wall",
    way: readWay(old.way, settings) ?? fresh.way,
    shown: shown ? { ...shown, steps: whole(old.shown?.steps, 0, 0, 999) } : null,
    runs: ways.filter((one) => one !== null).slice(-MOST_RUNS),
    guess: isMethod(old.guess) && settings.methods.includes(old.guess) ? old.guess : null,
  };
}

export function mazeOf(state: LabState): Maze {
  return readMaze(state.maze) as Maze;
}

/** Puts a tool to a cell; false when nothing changes. Start and goal move, and never onto each other. */
export function put(maze: Maze, tool: Tool, cell: number): boolean {
  if (cell < 0 || cell >= maze.cells.length) return false;
  if (cell === maze.start || cell === maze.goal) return false;
  if (tool === "start" || tool === "goal") {
    maze[tool] = cell;
    maze.cells[cell] = "floor";
    return true;
  }
  if (maze.cells[cell] === tool) return false;
  maze.cells[cell] = tool;
  return true;
}

/** Another maze: what was found in the old one no longer holds, nor does the guess. */
export function changeMaze(state: LabState, map: string, remember = true): void {
  if (map === state.maze) return;
  if (remember) state.undo = [...state.undo, state.maze].slice(-MAX_UNDO);
  Object.assign(state, { maze: map, runs: [], shown: null, guess: null });
}

export function edit(state: LabState, cells: number[], tool: Tool): boolean {
  const maze = mazeOf(state);
  const changed = cells.filter((cell) => put(maze, tool, cell));
  if (changed.length) changeMaze(state, writeMaze(maze));
  return changed.length > 0;
}

export function undo(state: LabState): boolean {
  const before = state.undo.pop();
  if (before === undefined) return false;
  changeMaze(state, before, false);
  return true;
}

const same = (a: Way, b: Way): boolean => a.method === b.method && a.factor === b.factor;

/** Remembers a search run to its end. True when it settled the guess: every method has now been looked at. */
export function ended(state: LabState, settings: Settings, way: Way): boolean {
  const tried = () => settings.methods.every((one) => state.runs.some(({ method }) => method === one));
  const before = tried();
  state.runs = [...state.runs.filter((one) => !same(one, way)), { ...way }].slice(-MOST_RUNS);
  if (before || !tried() || !state.guess) return false;
  state.settled += 1;
  if (fewest(runsOf(state, settings)).includes(state.guess)) state.right += 1;
  return true;
}

export function runsOf(state: LabState, settings: Settings): Run[] {
  const maze = mazeOf(state);
  return state.runs.map((way) => {
    const { steps, path, cost } = search(maze, way.method, way.factor, settings.mud);
    return { ...way, opened: steps.length, length: path ? path.length - 1 : null, cost };
  });
}

/** The methods that opened fewest cells; A* counts with whatever factor was tried. */
export function fewest(runs: Run[]): Method[] {
  const least = Math.min(...runs.map(({ opened }) => opened));
  return [...new Set(runs.filter(({ opened }) => opened === least).map(({ method }) => method))];
}

export function factsOf(state: LabState, settings: Settings): Facts {
  return { runs: runsOf(state, settings), settled: state.settled, right: state.right };
}
