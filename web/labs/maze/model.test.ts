import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { parseMazes } from "../datasets";
import { frontier, type Maze, METHODS, neighbours, readMaze, search, writeMaze } from "./model";

const { mazes } = parseMazes(
  readFileSync(resolve(import.meta.dirname, "../../../content/datasets/mazes/dataset.yaml"), "utf8"),
);
const maze = (text: string): Maze => readMaze(text) as Maze;
const known = (key: string): Maze => maze(mazes.find((one) => one.key === key)?.map ?? "");
const MUD = 5;

/** Costs of the cheapest ways by relaxing every cell until nothing changes (Bellman and Ford): another algorithm. */
function cheapest(given: Maze, mud: number): number | null {
  const costs = given.cells.map((_, cell) => (cell === given.start ? 0 : Number.POSITIVE_INFINITY));
  for (let round = 0; round < given.cells.length; round += 1)
    for (const cell of given.cells.keys()) {
      if (given.cells[cell] === "wall") continue;
      for (const next of neighbours(given, cell)) {
        const price = given.cells[next] === "mud" ? mud : 1;
        costs[next] = Math.min(costs[next] as number, (costs[cell] as number) + price);
      }
    }
  const cost = costs[given.goal] as number;
  return Number.isFinite(cost) ? cost : null;
}

/** Mazes drawn by a small generator of numbers, the same at every run. */
function drawn(seed: number): Maze {
  let state = seed * 2654435761;
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const columns = 2 + Math.floor(next() * 11);
  const rows = 2 + Math.floor(next() * 9);
  const cells = Array.from({ length: columns * rows }, () => {
    const at = next();
    return at < 0.25 ? "wall" : at < 0.45 ? "mud" : "floor";
  }) as Maze["cells"];
  const start = Math.floor(next() * cells.length);
  const goal = (start + 1 + Math.floor(next() * (cells.length - 1))) % cells.length;
  cells[start] = "floor";
  cells[goal] = "floor";
  return { columns, rows, cells, start, goal };
}

describe("a map", () => {
  it("is read and written again", () => {
    expect(mazes).toHaveLength(5);
    for (const { map } of mazes) expect(writeMaze(maze(map))).toBe(map);
  });

  it.each([
    "",
    "S",
    "SG",
    "S.\nG",
    "S.\n..",
    "SG\nG.",
    "SS\n.G",
    "Sx\n.G",
    `${"S............"}\n${".".repeat(12)}G`,
  ])("is refused: %j", (text) => {
    expect(readMaze(text)).toBeNull();
  });
});

describe("the order of opening, by hand on a small maze", () => {
  // S . .      numbers   0 1 2
  // . # .                3 4 5
  // . . G                6 7 8
  const small = maze("S..\n.#.\n..G");
  it.each([
    ["bfs", [0, 1, 3, 2, 6, 5, 7, 8], [0, 1, 2, 5, 8]],
    ["dfs", [0, 1, 2, 5, 8], [0, 1, 2, 5, 8]],
    ["greedy", [0, 1, 2, 5, 8], [0, 1, 2, 5, 8]],
    ["astar", [0, 1, 2, 5, 8], [0, 1, 2, 5, 8]],
  ] as const)("%s", (method, opened, path) => {
    const found = search(small, method);
    expect(found.steps.map(({ cell }) => cell)).toEqual(opened);
    expect(found).toMatchObject({ path, cost: 4 });
  });

  it("shows who waits after each step", () => {
    const found = search(small, "bfs");
    expect([0, 1, 2, 8].map((steps) => [...frontier(small, found, steps)].sort())).toEqual([
      [0],
      [1, 3],
      [2, 3],
      [],
    ]);
  });

  it("goes round mud when that is cheaper, and through it when not", () => {
    const muddy = maze("S~G\n...");
    expect(search(muddy, "bfs", 1, 5)).toMatchObject({ path: [0, 1, 2], cost: 6 });
    expect(search(muddy, "astar", 1, 5)).toMatchObject({ path: [0, 3, 4, 5, 2], cost: 4 });
    expect(search(muddy, "astar", 1, 2)).toMatchObject({ path: [0, 1, 2], cost: 3 });
  });
});

describe("the bundled mazes", () => {
  // opened / cost as in content/datasets/mazes/README.md: bfs, dfs, greedy, A* 0, A* 1, A* 2
  it.each([
    ["cup", "87/15 28/27 46/15 87/15 46/15 46/15"],
    ["yard", "104/15 22/21 16/15 104/15 16/15 16/15"],
    ["lanes", "50/27 46/45 34/27 50/27 41/27 34/27"],
    ["trap", "64/33 26/25 10/33 74/11 12/11 13/11"],
    ["puddle", "63/23 20/19 12/23 73/19 43/19 26/23"],
  ])("%s", (key, figures) => {
    const ways = [
      ["bfs", 1],
      ["dfs", 1],
      ["greedy", 1],
      ["astar", 0],
      ["astar", 1],
      ["astar", 2],
    ] as const;
    const seen = ways.map(([method, factor]) => {
      const { steps, cost } = search(known(key), method, factor, MUD);
      return `${steps.length}/${cost}`;
    });
    expect(seen.join(" ")).toBe(figures);
  });
});

describe("any maze", () => {
  const all = Array.from({ length: 300 }, (_, seed) => drawn(seed + 1));

  it("has a path that is whole, priced right, or none for every method alike", () => {
    for (const one of all) {
      const least = cheapest(one, MUD);
      for (const method of METHODS) {
        const { steps, path, cost } = search(one, method, 1, MUD);
        const opened = steps.map(({ cell }) => cell);
        expect(new Set(opened).size).toBe(opened.length);
        expect(path === null).toBe(least === null);
        if (!path) continue;
        const prices = path.slice(1).map((cell) => (one.cells[cell] === "mud" ? MUD : 1));
        expect(prices.reduce((a, b) => a + b, 0)).toBe(cost);
        expect([path[0], path.at(-1)]).toEqual([one.start, one.goal]);
        path.slice(1).forEach((cell, at) => {
          expect(neighbours(one, path[at] as number)).toContain(cell);
        });
      }
    }
  });

  it("is walked at least cost by A* up to factor 1, and above it at most factor times as dear", () => {
    for (const one of all) {
      const least = cheapest(one, MUD);
      for (const factor of [0, 0.5, 1]) expect(search(one, "astar", factor, MUD).cost).toBe(least);
      for (const factor of [1.25, 1.5, 2]) {
        const { cost } = search(one, "astar", factor, MUD);
        if (least !== null) expect(cost).toBeLessThanOrEqual(least * factor);
      }
    }
  });

  it("is walked in fewest steps by BFS", () => {
    for (const one of all) {
      const even = { ...one, cells: one.cells.map((ground) => (ground === "mud" ? "floor" : ground)) };
      const path = search(one, "bfs", 1, MUD).path;
      expect(path ? path.length - 1 : null).toBe(cheapest(even, 1));
    }
  });
});
