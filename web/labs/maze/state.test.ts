import { describe, expect, it } from "vitest";
import manifest from "./manifest.json";
import { METHODS } from "./model";
import {
  changeMaze,
  edit,
  ended,
  factsOf,
  fewest,
  freshState,
  mazeOf,
  readSettings,
  resume,
  runsOf,
  toolsOf,
  undo,
} from "./state";

const MAP = "S..\n.#.\n..G";
const mazes = [
  { key: "a", map: MAP },
  { key: "b", map: "S~\n.G" },
];
const settings = readSettings({}, mazes);

describe("settings", () => {
  it("read every setting of the manifest and stay within bounds", () => {
    expect(Object.keys(manifest.settings.properties).sort()).toEqual([
      "edit",
      "factor",
      "level",
      "maze",
      "methods",
      "mud",
    ]);
    expect(settings).toEqual({
      level: "junior",
      map: MAP,
      methods: [...METHODS],
      mud: 5,
      edit: true,
      factor: true,
    });
    expect(readSettings({ maze: "b", methods: ["astar", "bfs"], mud: 99, edit: false }, mazes)).toMatchObject(
      {
        map: "S~\n.G",
        methods: ["bfs", "astar"],
        mud: 9,
        edit: false,
      },
    );
    expect(readSettings({ maze: "x", methods: ["bfs"], mud: "much" }, mazes)).toEqual(settings);
  });
});

describe("the level", () => {
  it("gives the youngest fewer ways and tools, unless the lesson names them", () => {
    const young = readSettings({ level: "primary" }, mazes);
    expect(young).toMatchObject({ methods: ["bfs", "dfs", "astar"], factor: false, edit: true });
    expect(toolsOf(young)).toEqual(["wall", "floor"]);
    expect(resume({ ...freshState(settings), tool: "mud" }, young).tool).toBe("wall");
    expect(readSettings({ level: "primary", methods: ["dfs", "greedy"] }, mazes).methods).toEqual([
      "dfs",
      "greedy",
    ]);
    expect(toolsOf(readSettings({ level: "senior" }, mazes))).toHaveLength(5);
  });
});

describe("drawing", () => {
  it("puts ground, moves start and goal, never one onto the other, and is undone a stroke at a time", () => {
    const state = freshState(settings);
    expect(edit(state, [1, 2, 0, 8], "wall")).toBe(true);
    expect(state.maze).toBe("S##\n.#.\n..G");
    expect(edit(state, [8], "start")).toBe(false);
    expect(edit(state, [4], "goal")).toBe(true);
    expect(mazeOf(state)).toMatchObject({ start: 0, goal: 4 });
    expect(edit(state, [99, -1], "mud")).toBe(false);
    undo(state);
    undo(state);
    expect(state.maze).toBe(MAP);
    expect(undo(state)).toBe(false);
  });

  it("begins anew with searches and guess on a changed maze", () => {
    const state = freshState(settings);
    state.guess = "bfs";
    ended(state, settings, { method: "bfs", factor: 1 });
    changeMaze(state, MAP);
    expect(state.runs).toHaveLength(1);
    changeMaze(state, "S~\n.G");
    expect(state).toMatchObject({ runs: [], guess: null, shown: null, undo: [MAP] });
  });
});

describe("a guess", () => {
  it("is settled once, when every method was looked at", () => {
    const state = freshState(settings);
    state.guess = "bfs";
    const settled = [...METHODS, "bfs" as const].map((method) =>
      ended(state, settings, { method, factor: 1 }),
    );
    expect(settled).toEqual([false, false, false, true, false]);
    expect(factsOf(state, settings)).toMatchObject({ settled: 1, right: 0 });
    expect(fewest(runsOf(state, settings))).toEqual(["dfs", "greedy", "astar"]);
    expect(state.runs).toHaveLength(4);
  });

  it("made by nobody settles nothing", () => {
    const state = freshState(settings);
    for (const method of METHODS) expect(ended(state, settings, { method, factor: 1 })).toBe(false);
    expect(state.settled).toBe(0);
  });
});

describe("resuming", () => {
  it("gives back what was saved", () => {
    const state = freshState(settings);
    edit(state, [2], "mud");
    state.guess = "astar";
    state.way = { method: "astar", factor: 1.5 };
    state.shown = { method: "astar", factor: 1.5, steps: 3 };
    ended(state, settings, { method: "astar", factor: 1.5 });
    state.reached = [0];
    expect(resume(JSON.parse(JSON.stringify(state)), settings)).toEqual(state);
  });

  it.each([null, 3, "x", [], { v: 2 }, { v: 1 }, { v: 1, maze: "SSS" }])("starts afresh from %j", (saved) => {
    expect(resume(saved, settings)).toEqual(freshState(settings));
  });

  it("keeps what was reached when the maze is no longer allowed, and drops what makes no sense", () => {
    const fixed = readSettings({ edit: false, methods: ["bfs", "dfs"] }, mazes);
    expect(resume({ v: 1, maze: "S~\n.G", reached: [1], hints: 2, settled: 1 }, fixed)).toEqual({
      ...freshState(fixed),
      reached: [1],
      hints: 2,
      settled: 1,
    });
    const odd = {
      v: 1,
      maze: MAP,
      runs: [{ method: "astar" }, 7, { method: "bfs", factor: 9 }],
      tool: "bomb",
    };
    expect(resume(odd, fixed)).toMatchObject({ runs: [{ method: "bfs", factor: 1 }], tool: "wall" });
  });
});
