// Searching a maze: breadth first, depth first, greedy and A*, each step kept so that it can be shown. Pure.

export type Ground = "floor" | "wall" | "mud";
export const METHODS = ["bfs", "dfs", "greedy", "astar"] as const;
export type Method = (typeof METHODS)[number];

/** Cells are numbered row by row from the upper left corner. */
export interface Maze {
  columns: number;
  rows: number;
  cells: Ground[];
  start: number;
  goal: number;
}

/** What happened when one cell was opened. */
export interface Step {
  cell: number;
  /** Cost of the way from the start to here. */
  cost: number;
  /** Estimate of what is left: cells across plus cells down, times the factor. */
  left: number;
  /** Cells that came into the waiting line. */
  added: number[];
}

export interface Found {
  steps: Step[];
  /** From start to goal, both included; null when there is no way. */
  path: number[] | null;
  /** Cost of that path: 1 for a floor, `mud` for a mud cell, nothing for the start. */
  cost: number | null;
}

export const MOST_COLUMNS = 12;
export const MOST_ROWS = 10;
const SIGNS: Record<string, Ground> = { ".": "floor", "#": "wall", "~": "mud", S: "floor", G: "floor" };

/** Reads a map of `.` floor, `#` wall, `~` mud, one `S` and one `G`; null when it is none. */
export function readMaze(text: string): Maze | null {
  const lines = text.trim().split(/\s+/);
  const columns = lines[0]?.length ?? 0;
  const signs = lines.join("");
  if (columns < 2 || columns > MOST_COLUMNS || lines.length < 2 || lines.length > MOST_ROWS) return null;
  if (lines.some((line) => line.length !== columns) || [...signs].some((sign) => !SIGNS[sign])) return null;
  if (signs.split("S").length !== 2 || signs.split("G").length !== 2) return null;
  return {
    columns,
    rows: lines.length,
    cells: [...signs].map((sign) => SIGNS[sign] ?? "floor"),
    start: signs.indexOf("S"),
    goal: signs.indexOf("G"),
  };
}

export function writeMaze(maze: Maze): string {
  const sign = { floor: ".", wall: "#", mud: "~" };
  const signs = maze.cells.map((ground, cell) =>
    cell === maze.start ? "S" : cell === maze.goal ? "G" : sign[ground],
  );
  const lines = Array.from({ length: maze.rows }, (_, row) =>
    signs.slice(row * maze.columns, (row + 1) * maze.columns).join(""),
  );
  return lines.join("\n");
}

/** Open neighbours in the order every method looks at them: up, right, down, left. */
export function neighbours(maze: Maze, cell: number): number[] {
  const column = cell % maze.columns;
  const around = [
    cell - maze.columns,
    column + 1 < maze.columns ? cell + 1 : -1,
    cell + maze.columns,
    column > 0 ? cell - 1 : -1,
  ];
  return around.filter((one) => one >= 0 && one < maze.cells.length && maze.cells[one] !== "wall");
}

export function distance(maze: Maze, cell: number): number {
  const { columns, goal } = maze;
  return (
    Math.abs((cell % columns) - (goal % columns)) +
    Math.abs(Math.floor(cell / columns) - Math.floor(goal / columns))
  );
}

interface Waiting {
  cell: number;
  from: number;
  cost: number;
  left: number;
  order: number;
}

/** What stands first in the waiting line is opened next. */
function first(waiting: Waiting[], method: Method): number {
  if (method === "bfs") return 0;
  if (method === "dfs") return waiting.length - 1;
  const rank = (one: Waiting) => (method === "greedy" ? one.left : one.cost + one.left);
  let best = 0;
  waiting.forEach((one, at) => {
    const other = waiting[best] as Waiting;
    const ahead = rank(one) - rank(other) || one.left - other.left || one.order - other.order;
    if (ahead < 0) best = at;
  });
  return best;
}

/**
 * Opens cells until the goal is opened or none waits. `factor` weighs the estimate of A*: 0 ignores it, up to 1 the
 * path is a cheapest one, above 1 it may cost more. An opened cell is never opened again.
 */
export function search(maze: Maze, method: Method, factor = 1, mud = 5): Found {
  const weight = method === "astar" ? factor : 1;
  const steps: Step[] = [];
  const from = new Map<number, number>();
  let order = 0;
  const wait = (cell: number, parent: number, cost: number): Waiting => ({
    cell,
    from: parent,
    cost,
    left: distance(maze, cell) * weight,
    order: order++,
  });
  const waiting = [wait(maze.start, -1, 0)];
  const seen = new Map([[maze.start, 0]]);
  while (waiting.length) {
    const [next] = waiting.splice(first(waiting, method), 1) as [Waiting];
    if (from.has(next.cell)) continue;
    from.set(next.cell, next.from);
    const step: Step = { cell: next.cell, cost: next.cost, left: next.left, added: [] };
    steps.push(step);
    if (next.cell === maze.goal) return { steps, path: pathTo(from, maze.goal), cost: next.cost };
    const around = neighbours(maze, next.cell).filter((cell) => !from.has(cell));
    // the last one put on a pile is taken first: turned round, so that depth first too begins with up
    for (const cell of method === "dfs" ? around.reverse() : around) {
      const cost = next.cost + (maze.cells[cell] === "mud" ? mud : 1);
      const before = seen.get(cell);
      if (before === undefined) step.added.push(cell);
      else if (method === "bfs" || method === "greedy" || (method === "astar" && cost >= before)) continue;
      seen.set(cell, cost);
      waiting.push(wait(cell, next.cell, cost));
    }
  }
  return { steps, path: null, cost: null };
}

function pathTo(from: Map<number, number>, goal: number): number[] {
  const path = [];
  for (let cell = goal; cell >= 0; cell = from.get(cell) ?? -1) path.unshift(cell);
  return path;
}

/** Cells waiting after so many steps. */
export function frontier(maze: Maze, found: Found, steps: number): Set<number> {
  const waiting = new Set([maze.start]);
  for (const step of found.steps.slice(0, steps)) for (const cell of step.added) waiting.add(cell);
  for (const step of found.steps.slice(0, steps)) waiting.delete(step.cell);
  return waiting;
}
