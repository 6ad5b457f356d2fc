// What is kept of a pupil's work in this lab, and the changes to it. Plain JSON, pure functions.
import type { ImageSet, Picture } from "../datasets";
import { type Level, readLevel } from "../level";
import { type Answer, type Count, count } from "./model";

export const MAX_OWN = 60;
export const MAX_CLASSES = 4;
const MAX_RUNS = 6;

export type Method = "neighbours" | "head";

export interface ClassDef {
  key: string;
  name: string;
  /** The dataset's label it stands for; null for a class the pupil made up. */
  from: string | null;
}

/** Where a picture came from: consent is asked for the camera. */
export type Source = "camera" | "file";

/** A picture the pupil brought; its pixels lie in `local.pictures`. One without a source counts as of the camera. */
export interface Own {
  id: string;
  cls: string;
  use: "train" | "test";
  from?: Source;
}

/** One time the machine learnt, and what it said in the exam after it. */
export interface Run {
  no: number;
  method: Method;
  placed: Record<string, string>;
  train: Count;
  answers: Answer[] | null;
}

export interface LabState {
  v: 1;
  classes: ClassDef[];
  /** Picture id to class key: what the machine is to learn from. */
  placed: Record<string, string>;
  own: Own[];
  nextOwn: number;
  method: Method;
  runs: Run[];
  /** Pictures it got wrong that the pupil has looked at. */
  seen: string[];
  /** Why the pupil thinks it got a picture wrong. */
  reasons: Record<string, string>;
  confusedSaid: string | null;
  reached: number[];
  hints: number;
  local: { pictures: Record<string, string> };
}

export interface Settings {
  level: Level;
  trainTraits: string[];
  labels: string[];
  method: Method | "choose";
  filled: boolean;
  ownPictures: boolean;
  matrix: boolean;
  groups: boolean;
}

const strings = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);

export function readSettings(raw: Record<string, unknown>): Settings {
  const method = raw["method"];
  const level = readLevel(raw);
  return {
    level,
    trainTraits: strings(raw["train_traits"]),
    labels: strings(raw["labels"]),
    method: method === "head" || method === "choose" ? method : "neighbours",
    filled: raw["start"] === "filled",
    ownPictures: raw["allow_own_pictures"] !== false,
    matrix: level === "primary" ? raw["show_matrix"] === true : raw["show_matrix"] !== false,
    groups: raw["show_groups"] === true,
  };
}

/** The dataset as this lesson uses it: chosen labels, allowed pictures to learn from, all pictures to test with. */
export interface Supply {
  train: Picture[];
  test: Picture[];
}

export function supply(set: ImageSet, settings: Settings): Supply {
  const wanted = (picture: Picture) => !settings.labels.length || settings.labels.includes(picture.label);
  const allowed = (picture: Picture) =>
    !settings.trainTraits.length || picture.traits.some((trait) => settings.trainTraits.includes(trait));
  return {
    train: set.images.filter((one) => one.part === "train" && wanted(one) && allowed(one)),
    test: set.images.filter((one) => one.part === "test" && wanted(one)),
  };
}

export function freshState(set: ImageSet, settings: Settings): LabState {
  const labels = set.labels.filter(({ key }) => !settings.labels.length || settings.labels.includes(key));
  const state: LabState = {
    v: 1,
    classes: labels.map(({ key, text }) => ({ key, name: text, from: key })),
    placed: {},
    own: [],
    nextOwn: 1,
    method: settings.method === "head" ? "head" : "neighbours",
    runs: [],
    seen: [],
    reasons: {},
    confusedSaid: null,
    reached: [],
    hints: 0,
    local: { pictures: {} },
  };
  if (settings.filled) for (const one of supply(set, settings).train) state.placed[one.file] = one.label;
  return state;
}

/** A saved state made fit for this dataset and these settings, or a fresh one when it cannot be read. */
export function resume(saved: unknown, set: ImageSet, settings: Settings): LabState {
  const fresh = freshState(set, settings);
  if (typeof saved !== "object" || saved === null || (saved as { v?: unknown }).v !== 1) return fresh;
  const state = { ...fresh, ...(saved as Partial<LabState>) };
  state.local = { pictures: { ...state.local?.pictures } };
  state.own = state.own.filter((own) => state.local.pictures[own.id]); // brought on another device
  const known = new Set([
    ...supply(set, settings).train.map((one) => one.file),
    ...state.own.map((own) => own.id),
  ]);
  const classes = new Set(state.classes.map((one) => one.key));
  state.placed = Object.fromEntries(
    Object.entries(state.placed).filter(([id, cls]) => known.has(id) && classes.has(cls)),
  );
  if (settings.method !== "choose") state.method = settings.method;
  return structuredClone(state);
}

export function inClass(state: LabState, cls: string): string[] {
  return Object.keys(state.placed).filter((id) => state.placed[id] === cls);
}

/** The class a bundled picture truly belongs to, if the pupil still has it. */
export function truthOf(state: LabState, picture: Picture): string | null {
  return state.classes.find((one) => one.from === picture.label)?.key ?? null;
}

export interface Exam {
  id: string;
  truth: string;
}

/** Everything the machine is tested with: bundled pictures of classes in use, then the pupil's own. */
export function examOf(state: LabState, test: Picture[]): Exam[] {
  const bundled = test.flatMap((one) => {
    const truth = truthOf(state, one);
    return truth ? [{ id: one.file, truth }] : [];
  });
  const own = state.own.filter((one) => one.use === "test").map((one) => ({ id: one.id, truth: one.cls }));
  return [...bundled, ...own];
}

export function lastRun(state: LabState): Run | null {
  return state.runs[state.runs.length - 1] ?? null;
}

/** Whether what is placed now is what the last run learnt from. */
export function isCurrent(state: LabState): boolean {
  const run = lastRun(state);
  if (!run || run.method !== state.method) return false;
  const now = Object.entries(state.placed);
  return now.length === Object.keys(run.placed).length && now.every(([id, cls]) => run.placed[id] === cls);
}

/** Whether learning would mean something: two classes or more hold a picture. */
export function canLearn(state: LabState): boolean {
  return new Set(Object.values(state.placed)).size >= 2;
}

export function addRun(state: LabState, train: Count): Run {
  const no = (lastRun(state)?.no ?? 0) + 1;
  const run: Run = { no, method: state.method, placed: { ...state.placed }, train, answers: null };
  state.runs = [...state.runs, run].slice(-MAX_RUNS);
  state.confusedSaid = null;
  return run;
}

export function testCount(run: Run): Count | null {
  return run.answers ? count(run.answers) : null;
}

export function addOwn(
  state: LabState,
  picture: string,
  cls: string,
  use: "train" | "test",
  from: Source,
): Own | null {
  if (state.own.length >= MAX_OWN) return null;
  const own: Own = { id: `own-${state.nextOwn}`, cls, use, from };
  state.nextOwn += 1;
  state.own.push(own);
  state.local.pictures[own.id] = picture;
  if (use === "train") state.placed[own.id] = cls;
  return own;
}

export function dropOwn(state: LabState, id: string): void {
  state.own = state.own.filter((own) => own.id !== id);
  delete state.local.pictures[id];
  delete state.placed[id];
}

/** Takes away what the camera took, because it may not be used (any more); returns how many pictures. */
export function dropCamera(state: LabState): number {
  const gone = state.own.filter((own) => own.from !== "file");
  for (const own of gone) dropOwn(state, own.id);
  return gone.length;
}

export function addClass(state: LabState): ClassDef | null {
  if (state.classes.length >= MAX_CLASSES) return null;
  const taken = new Set(state.classes.map((one) => one.key));
  const key = ["x1", "x2", "x3", "x4", "x5"].find((one) => !taken.has(one)) ?? "x0";
  const made: ClassDef = { key, name: `新的一类${state.classes.length + 1}`, from: null };
  state.classes.push(made);
  return made;
}

/** Takes a class away; its pictures go back, the pupil's own of that class are deleted with it. */
export function dropClass(state: LabState, key: string): void {
  if (state.classes.length <= 2) return;
  state.classes = state.classes.filter((one) => one.key !== key);
  for (const own of state.own.filter((one) => one.cls === key)) dropOwn(state, own.id);
  for (const id of inClass(state, key)) delete state.placed[id];
}
