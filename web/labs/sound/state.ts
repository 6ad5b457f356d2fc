// What is kept of a pupil's work in this lab, and how settings are read. Plain JSON, pure functions.
import type { Sound, SoundSet } from "../datasets";
import { finite, list, oneOf, raw, strings, whole } from "../given";
import { type Level, readLevel } from "../level";
import { BANDS_OF_SCORE, type Method, PLACES, type Place, type Test } from "./checks";
import type { Answer, Count } from "./model";

export const MOST_OWN = 24;
const MOST_TESTS = 12;
const METHODS = ["nearest", "head"] as const;
const FEW = 4;

export interface Settings {
  level: Level;
  labels: { key: string; text: string }[];
  train: Sound[];
  test: Sound[];
  places: Place[];
  method: Method | "choose";
  own: boolean;
}

/** A recording; its samples lie in `local.sounds` and never leave the device. */
export interface Own {
  id: string;
  label: string;
  use: "train" | "test";
  from: "microphone";
}

export interface Run {
  no: number;
  method: Method;
  noisy: boolean;
  /** Recordings it learnt from beside the sounds of the data set. */
  own: string[];
  train: Count;
}

export interface LabState {
  v: 1;
  /** The sound looked at. */
  shown: string;
  method: Method;
  /** Whether it is to learn from noisy copies too. */
  noisy: boolean;
  place: Place;
  quiz: { at: number; said: string | null; right: number; wrong: number };
  run: Run | null;
  runs: number;
  tests: Test[];
  why: string | null;
  own: Own[];
  nextOwn: number;
  reached: number[];
  hints: number;
  local: { sounds: Record<string, string> };
}

export function readSettings(given: Record<string, unknown>, set: SoundSet): Settings {
  const level = readLevel(given);
  const wanted = strings(given["labels"]);
  const chosen = set.labels.filter(({ key }) => wanted.includes(key));
  const all = level === "primary" ? set.labels.slice(0, FEW) : set.labels;
  const labels = chosen.length >= 2 ? chosen : all;
  const places = PLACES.filter((place) => strings(given["places"]).includes(place));
  const usual: Place[] = level === "primary" ? ["quiet", "street"] : [...PLACES];
  const of = (part: "train" | "test") =>
    set.sounds.filter((one) => one.part === part && labels.some(({ key }) => key === one.label));
  const method = given["method"];
  return {
    level,
    labels,
    train: of("train"),
    test: of("test"),
    places: places.includes("quiet") && places.length > 1 ? places : usual,
    method: method === "head" || method === "nearest" ? method : level === "primary" ? "nearest" : "choose",
    own: given["allow_own_sounds"] !== false,
  };
}

export function freshState(settings: Settings): LabState {
  return {
    v: 1,
    shown: settings.train[0]?.key ?? "",
    method: settings.method === "head" ? "head" : "nearest",
    noisy: false,
    place: "quiet",
    quiz: { at: 0, said: null, right: 0, wrong: 0 },
    run: null,
    runs: 0,
    tests: [],
    why: null,
    own: [],
    nextOwn: 1,
    reached: [],
    hints: 0,
    local: { sounds: {} },
  };
}

function readAnswer(value: unknown): Answer | null {
  const { id, truth, said } = raw(value);
  return typeof id === "string" && typeof truth === "string" && typeof said === "string"
    ? { id, truth, said }
    : null;
}

function readTest(value: unknown): Test | null {
  const given = raw(value);
  const answers = list(given["answers"]).map(readAnswer);
  if (!finite(given["run"]) || !answers.length || answers.some((one) => one === null)) return null;
  return {
    run: given["run"],
    method: oneOf(given["method"], METHODS, "nearest"),
    noisy: given["noisy"] === true,
    place: oneOf(given["place"], PLACES, "quiet"),
    answers: answers.filter((one) => one !== null),
    guess: oneOf(given["guess"], BANDS_OF_SCORE, "half"),
  };
}

function readRun(value: unknown): Run | null {
  const given = raw(value);
  const { right, all } = raw(given["train"]);
  if (!finite(given["no"]) || !finite(right) || !finite(all)) return null;
  return {
    no: given["no"],
    method: oneOf(given["method"], METHODS, "nearest"),
    noisy: given["noisy"] === true,
    own: strings(given["own"]),
    train: { right, all },
  };
}

function readOwn(value: unknown, sounds: Record<string, string>, settings: Settings): Own | null {
  const { id, label, use } = raw(value);
  if (typeof id !== "string" || !sounds[id]) return null; // recorded on another device
  if (!settings.labels.some(({ key }) => key === label)) return null;
  return { id, label: String(label), use: use === "test" ? "test" : "train", from: "microphone" };
}

/** Makes any saved state fit; what does not is as it was at the beginning. */
export function resume(saved: unknown, settings: Settings): LabState {
  const fresh = freshState(settings);
  const given = raw(saved);
  if (given["v"] !== 1) return fresh;
  const quiz = raw(given["quiz"]);
  const sounds = Object.fromEntries(
    Object.entries(raw(raw(given["local"])["sounds"])).filter(([, one]) => typeof one === "string"),
  ) as Record<string, string>;
  const own = list(given["own"])
    .map((one) => readOwn(one, sounds, settings))
    .filter((one) => one !== null)
    .slice(0, MOST_OWN);
  const known = [...settings.train, ...settings.test].some(({ key }) => key === given["shown"]);
  const labels = settings.labels.map(({ key }) => key);
  return {
    ...fresh,
    shown: known ? String(given["shown"]) : fresh.shown,
    method: settings.method === "choose" ? oneOf(given["method"], METHODS, fresh.method) : fresh.method,
    noisy: given["noisy"] === true,
    place: oneOf(given["place"], settings.places, "quiet"),
    quiz: {
      at: whole(quiz["at"], 0, 0, 1e5),
      said: labels.find((key) => key === quiz["said"]) ?? null,
      right: whole(quiz["right"], 0, 0, 1e5),
      wrong: whole(quiz["wrong"], 0, 0, 1e5),
    },
    run: readRun(given["run"]),
    runs: whole(given["runs"], 0, 0, 1e5),
    tests: list(given["tests"])
      .map(readTest)
      .filter((one) => one !== null)
      .slice(-MOST_TESTS),
    why: typeof given["why"] === "string" ? given["why"] : null,
    own,
    nextOwn: whole(given["nextOwn"], 1, 1, 1e5),
    reached: list(given["reached"]).filter((one): one is number => Number.isInteger(one)),
    hints: whole(given["hints"], 0, 0, 1e5),
    local: { sounds },
  };
}

export function keepTest(state: LabState, test: Test): void {
  const others = state.tests.filter((one) => one.run !== test.run || one.place !== test.place);
  state.tests = [...others, test].slice(-MOST_TESTS);
}

/** The test the table shows: the last one of the run that stands. */
export const lastTest = (state: LabState): Test | null =>
  [...state.tests].reverse().find((one) => one.run === state.run?.no) ?? null;

/** Whether what it would learn now is what it learnt last. */
export function isCurrent(state: LabState): boolean {
  const { run } = state;
  const own = state.own.filter((one) => one.use === "train").map((one) => one.id);
  return (
    run !== null && run.method === state.method && run.noisy === state.noisy && run.own.join() === own.join()
  );
}

export function addOwn(state: LabState, sound: string, label: string, use: "train" | "test"): Own | null {
  if (state.own.length >= MOST_OWN) return null;
  const own: Own = { id: `own-${state.nextOwn}`, label, use, from: "microphone" };
  state.nextOwn += 1;
  state.own.push(own);
  state.local.sounds[own.id] = sound;
  return own;
}

export function dropOwn(state: LabState, id: string): void {
  state.own = state.own.filter((one) => one.id !== id);
  delete state.local.sounds[id];
  // what learnt from it is no more
  if (state.run?.own.includes(id)) state.run = null;
}

/** Takes every recording away, because the microphone may not be used (any more); returns how many there were. */
export function dropRecordings(state: LabState): number {
  const gone = state.own.map((one) => one.id);
  for (const id of gone) dropOwn(state, id);
  state.local.sounds = {};
  return gone.length;
}
