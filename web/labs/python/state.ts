// What is kept of a pupil's work in this lab. Plain JSON, pure functions.
import type { Drawing } from "./drawing";
import { readDrawings } from "./drawing";

export const MOST_CODE = 20_000;
export const MOST_ANSWERS = 2_000;
const MOST_TRIED = 40;
const MOST_OUTPUT = 4_000;
const MOST_DRAWN = 20_000;
const MOST_PARTS = 30;

export type Ending = "clean" | "error" | "timeout" | "stopped" | "crashed";

/** What a cell that ran earlier had to show. */
export interface Part {
  cell: number;
  output: string;
  drawings: Drawing[];
}

export interface ErrorShown {
  kind: string;
  line: number | null;
  says: string;
  python: string;
}

/** The last run, as far as it is kept: a teacher who opens the work sees it without running anything. */
export interface Last {
  ending: Ending;
  /** Whether the program was another than the starter. */
  changed: boolean;
  error: ErrorShown | null;
  asked: string | null;
  output: string;
  drawings: Drawing[];
  checks: Record<string, { ok: boolean; hint: string }>;
  ms: number;
  /** The cell that ran; 0 for the whole program. */
  cell: number;
  before: Part[];
  /** What the school's server said to it; empty when it ran on this device. */
  server: string;
}

export const NOTHING: Last = {
  ending: "clean",
  changed: false,
  error: null,
  asked: null,
  output: "",
  drawings: [],
  checks: {},
  ms: 0,
  cell: 0,
  before: [],
  server: "",
};

export const partOf = ({ cell, output, drawings }: Last): Part => ({ cell, output, drawings });

export interface LabState {
  v: 1;
  code: string;
  answers: string;
  /** The pupil's program before it was put back to the starter. */
  before: string | null;
  /** Fingerprints of the different programs that ran to their end. */
  tried: string[];
  erred: boolean;
  mended: boolean;
  last: Last | null;
  /** A run on the school's server that is not finished yet. */
  run: string | null;
  reached: number[];
  hints: number;
}

export interface Settings {
  task: string;
  seconds: number;
}

type Raw = Record<string, unknown>;
const raw = (value: unknown): Raw =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Raw) : {};
const text = (value: unknown, most: number, otherwise = ""): string =>
  typeof value === "string" ? value.slice(0, most) : otherwise;
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const whole = (value: unknown): value is number => Number.isInteger(value);

export function readSettings(given: Raw): Settings {
  const seconds = given["seconds"];
  return {
    task: text(given["task"], 40),
    seconds: whole(seconds) ? Math.min(60, Math.max(1, seconds)) : 10,
  };
}

/** Makes any saved state fit; what does not is as it was at the beginning. */
export function resume(saved: unknown, starter: string, answers: string): LabState {
  const given = raw(saved);
  return {
    v: 1,
    code: text(given["code"], MOST_CODE, starter),
    answers: text(given["answers"], MOST_ANSWERS, answers),
    before: typeof given["before"] === "string" ? given["before"].slice(0, MOST_CODE) : null,
    tried: list(given["tried"])
      .filter((one) => typeof one === "string")
      .slice(-MOST_TRIED) as string[],
    erred: given["erred"] === true,
    mended: given["mended"] === true,
    last: readLast(given["last"]),
    run: typeof given["run"] === "string" ? given["run"].slice(0, 36) : null,
    reached: list(given["reached"]).filter(whole) as number[],
    hints: whole(given["hints"]) && given["hints"] >= 0 ? given["hints"] : 0,
  };
}

const ENDINGS: Ending[] = ["clean", "error", "timeout", "stopped", "crashed"];

function readLast(value: unknown): Last | null {
  const given = raw(value);
  const ending = ENDINGS.find((one) => one === given["ending"]);
  if (!ending) return null;
  const checks = Object.entries(raw(given["checks"])).map(([key, one]) => [
    key,
    { ok: raw(one)["ok"] === true, hint: text(raw(one)["hint"], 400) },
  ]);
  return {
    ending,
    changed: given["changed"] === true,
    error: given["error"] ? readError(given["error"]) : null,
    asked: typeof given["asked"] === "string" ? given["asked"].slice(0, 200) : null,
    output: text(given["output"], MOST_OUTPUT),
    drawings: readDrawings(given["drawings"]),
    checks: Object.fromEntries(checks) as Last["checks"],
    ms: typeof given["ms"] === "number" ? given["ms"] : 0,
    cell: whole(given["cell"]) ? (given["cell"] as number) : 0,
    before: list(given["before"]).slice(0, MOST_PARTS).map(readPart),
    server: text(given["server"], 600),
  };
}

function readPart(value: unknown): Part {
  const given = raw(value);
  return {
    cell: whole(given["cell"]) ? (given["cell"] as number) : 0,
    output: text(given["output"], MOST_OUTPUT),
    drawings: readDrawings(given["drawings"]),
  };
}

export function readError(value: unknown): ErrorShown {
  const given = raw(value);
  return {
    kind: text(given["kind"], 60),
    line: whole(given["line"]) ? (given["line"] as number) : null,
    says: text(given["says"], 600),
    python: text(given["python"], 400),
  };
}

/** Takes in how a run of `code` ended; the pupil may have typed on meanwhile. */
export function note(state: LabState, last: Last, code: string, answers: string): void {
  state.last = kept(last);
  if (last.ending === "error") state.erred = true;
  // goals look at whole programs on this device: the checks run there
  if (last.ending !== "clean" || last.cell || last.server) return;
  if (state.erred) state.mended = true;
  const print = fingerprint(code, answers);
  if (!state.tried.includes(print)) state.tried = [...state.tried, print].slice(-MOST_TRIED);
}

/** Large drawings and long output are shown, but not carried along in the saved work. */
function kept(last: Last): Last {
  const fits = JSON.stringify(last.drawings).length <= MOST_DRAWN;
  const parts = last.before.map((part) => ({ ...part, output: part.output.slice(0, 1000) }));
  const small = JSON.stringify(parts).length <= MOST_DRAWN;
  return {
    ...last,
    output: last.output.slice(0, MOST_OUTPUT),
    drawings: fits ? last.drawings : [],
    before: (small ? parts : parts.map((part) => ({ ...part, drawings: [] }))).slice(-MOST_PARTS),
  };
}

export const asksInput = (code: string): boolean => /\binput\s*\(/.test(code);

/** The same for programs that differ in spaces and comments only; the answers count when the program asks for some. */
export function fingerprint(code: string, answers: string): string {
  const bare = code.replace(/#[^\n]*/g, "").replace(/\s+/g, "");
  let hash = 0x811c9dc5;
  for (const letter of asksInput(code) ? `${bare}\n${answers.trim()}` : bare)
    hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 0x01000193);
  return `${bare.length.toString(36)}-${(hash >>> 0).toString(36)}`;
}

export function answerLines(answers: string): string[] {
  const lines = answers.replace(/\r\n?/g, "\n").split("\n");
  while (lines.length && lines[lines.length - 1] === "") lines.pop();
  return lines;
}

export function reset(state: LabState, starter: string): void {
  if (state.code !== starter) state.before = state.code;
  state.code = starter;
}

export function takeBack(state: LabState): void {
  if (state.before !== null) state.code = state.before;
  state.before = null;
}
