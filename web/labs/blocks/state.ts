// What is kept of a pupil's work in this lab, and how settings are read. Plain JSON, pure functions.
import { type Level, readLevel } from "../level";
import { FLOORS } from "./floors";
import { SCENES, type Scene } from "./pieces";
import { freshNode, type Node, readSteps } from "./program";
import { type Around, REACHES, USUAL } from "./world";

const MOST_RUNS = 40;
const MOST_LOOSE = 20_000;

export interface Settings {
  scenes: Scene[];
  level: Level;
  floor: string;
  /** Things on the belt at most. */
  things: number;
}

/** One run to its end. `shape` tells programs apart, `place` what it ran on. */
export interface Run {
  scene: Scene;
  place: string;
  shape: string;
  around: Around;
  how: "done" | "over" | "halted" | "endless" | "stopped";
  ok: boolean;
  right: number;
  all: number;
  /** The model was trained by the pupil. */
  own: boolean;
  /** Sensors that change what the figure does in the end. */
  reacts: string[];
  guess: string;
  came: string;
}

export interface LabState {
  v: 1;
  scene: Scene;
  programs: Record<Scene, Node[]>;
  /** Blocks that lie beside the program, as Blockly saved them. */
  loose: Record<Scene, unknown[]>;
  editor: "blocks" | "list";
  floor: string;
  around: Around;
  /** Id of the kept model in use; "" is the one that comes with the lab. */
  model: string;
  /** 0 slow, 1 usual, 2 fast. */
  speed: number;
  runs: Run[];
  reached: number[];
  hints: number;
}

type Raw = Record<string, unknown>;
const raw = (value: unknown): Raw =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Raw) : {};
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const text = (value: unknown, most = 60): string => (typeof value === "string" ? value.slice(0, most) : "");
const whole = (value: unknown, most: number): number =>
  typeof value === "number" && Number.isFinite(value) ? Math.min(most, Math.max(0, Math.round(value))) : 0;

export function readSettings(given: Raw): Settings {
  const level = readLevel(given);
  const scenes = SCENES.filter((scene) => list(given["scenes"]).includes(scene));
  const all = level === "primary" ? SCENES.filter((scene) => scene !== "belt") : [...SCENES];
  return {
    scenes: scenes.length ? scenes : all,
    level,
    floor: FLOORS.find(({ key }) => key === given["floor"])?.key ?? "straight",
    things: whole(given["things"], 20) || 8,
  };
}

/** What stands there at first: something that runs, and isn't enough. */
function starter(scene: Scene): Node[] {
  if (scene === "robot") {
    const repeat = freshNode("repeat");
    repeat.bodies["DO"] = [freshNode("forward")];
    return [repeat];
  }
  return scene === "stage" ? [freshNode("say")] : [freshNode("take")];
}

export function freshState(settings: Settings): LabState {
  return {
    v: 1,
    scene: settings.scenes[0] ?? "robot",
    programs: { robot: starter("robot"), stage: starter("stage"), belt: starter("belt") },
    loose: { robot: [], stage: [], belt: [] },
    editor: "blocks",
    floor: settings.floor,
    around: { ...USUAL },
    model: "",
    speed: 1,
    runs: [],
    reached: [],
    hints: 0,
  };
}

export function readAround(value: unknown): Around {
  const given = raw(value);
  const around = { ...USUAL };
  for (const key of Object.keys(USUAL) as (keyof Around)[]) {
    const number = given[key];
    const { least, most } = REACHES[key];
    if (typeof number === "number" && Number.isFinite(number))
      around[key] = Math.min(most, Math.max(least, number));
  }
  return around;
}

const HOWS = ["done", "over", "halted", "endless", "stopped"] as const;

function readRun(value: unknown): Run | null {
  const given = raw(value);
  const scene = SCENES.find((one) => one === given["scene"]);
  const how = HOWS.find((one) => one === given["how"]);
  if (!scene || !how) return null;
  return {
    scene,
    how,
    place: text(given["place"]),
    shape: text(given["shape"]),
    around: readAround(given["around"]),
    ok: given["ok"] === true,
    right: whole(given["right"], 100),
    all: whole(given["all"], 100),
    own: given["own"] === true,
    reacts: list(given["reacts"]).map((one) => text(one)),
    guess: text(given["guess"]),
    came: text(given["came"]),
  };
}

function readLoose(value: unknown): unknown[] {
  const given = list(value).slice(0, 30);
  return JSON.stringify(given).length <= MOST_LOOSE ? structuredClone(given) : [];
}

/** Makes any saved state fit; what does not is as it was at the beginning. */
export function resume(saved: unknown, settings: Settings): LabState {
  const fresh = freshState(settings);
  const given = raw(saved);
  if (given["v"] !== 1) return fresh;
  const programs = raw(given["programs"]);
  const loose = raw(given["loose"]);
  for (const scene of SCENES) {
    if (Array.isArray(programs[scene])) fresh.programs[scene] = readSteps(programs[scene], scene);
    fresh.loose[scene] = readLoose(loose[scene]);
  }
  return {
    ...fresh,
    scene: settings.scenes.find((scene) => scene === given["scene"]) ?? fresh.scene,
    editor: given["editor"] === "list" ? "list" : "blocks",
    floor: FLOORS.find(({ key }) => key === given["floor"])?.key ?? fresh.floor,
    around: readAround(given["around"]),
    model: text(given["model"]),
    speed: typeof given["speed"] === "number" ? whole(given["speed"], 2) : 1,
    runs: list(given["runs"])
      .map(readRun)
      .filter((one) => one !== null)
      .slice(-MOST_RUNS),
    reached: list(given["reached"]).filter((one): one is number => Number.isInteger(one)),
    hints: whole(given["hints"], 1000),
  };
}

export function addRun(state: LabState, run: Run): void {
  state.runs = [...state.runs, run].slice(-MOST_RUNS);
}

export const isUsual = (around: Around): boolean =>
  (Object.keys(USUAL) as (keyof Around)[]).every((key) => around[key] === USUAL[key]);

/** A short name for a program, the same for the same program. */
export function fingerprint(shape: string): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < shape.length; i += 1) hash = Math.imul(hash ^ shape.charCodeAt(i), 0x01000193) >>> 0;
  return `${hash.toString(36)}-${shape.length}`;
}
