// What is kept of a pupil's work in this lab, and how settings are read. Plain JSON, pure functions.
import type { Column, Row, TableSet } from "../datasets";
import { type Level, readLevel } from "../level";
import type { TreeFacts } from "./checks";
import {
  at,
  type Criterion,
  depthOf,
  fill,
  type Growth,
  graft,
  grow,
  nextStep,
  type Question,
  questionCount,
  type Shape,
  score,
  shapeOf,
  type Tree,
} from "./model";

const MAX_UNDO = 30;

export type Which = "hand" | "algorithm";

export interface Settings {
  level: Level;
  mode: Which | "both";
  columns: Column[];
  maxDepth: number;
  criterion: Criterion;
  minLeaf: number;
  train: Row[];
  test: Row[];
}

/** One tested tree of the learner, for the plot of results by depth. */
export interface Point {
  depth: number;
  train: { right: number; all: number };
  test: { right: number; all: number };
}

export interface LabState {
  v: 1;
  which: Which;
  hand: Shape;
  undo: Shape[];
  /** `shown` is how many questions of the learner are drawn; null is all. */
  learner: { depth: number; shown: number | null };
  /** The trees that were tested, as JSON of their shapes: a changed tree is untested again. */
  tested: { hand: string | null; algorithm: string | null };
  points: Point[];
  /** Numbers of the rows led down a tree. */
  traced: number[];
  reached: number[];
  hints: number;
}

const whole = (value: unknown, otherwise: number, least: number, most: number): number =>
  typeof value === "number" && Number.isFinite(value)
    ? Math.min(most, Math.max(least, Math.round(value)))
    : otherwise;

export function readSettings(raw: Record<string, unknown>, table: TableSet): Settings {
  const names = Array.isArray(raw["columns"]) ? raw["columns"].map(String) : [];
  const columns = table.columns.filter(({ key }) => !names.length || names.includes(key));
  const level = readLevel(raw);
  const mode = raw["mode"] ?? (level === "primary" ? "hand" : "both");
  const train = table.rows.filter((row) => row.part === "train");
  return {
    level,
    mode: mode === "hand" || mode === "algorithm" ? mode : "both",
    columns: columns.length ? columns : table.columns,
    maxDepth: whole(raw["max_depth"], level === "primary" ? 3 : 8, 1, 10),
    criterion: raw["criterion"] === "gain" ? "gain" : "gini",
    minLeaf: whole(raw["min_leaf"], 1, 1, 20),
    train: train.slice(0, whole(raw["rows"], train.length, 6, 500)),
    test: table.rows.filter((row) => row.part === "test"),
  };
}

export function freshState(settings: Settings): LabState {
  return {
    v: 1,
    which: settings.mode === "algorithm" ? "algorithm" : "hand",
    hand: null,
    undo: [],
    learner: { depth: Math.min(3, settings.maxDepth), shown: 0 },
    tested: { hand: null, algorithm: null },
    points: [],
    traced: [],
    reached: [],
    hints: 0,
  };
}

/** Drops questions that these settings no longer allow. */
export function pruned(shape: Shape, columns: Column[], depth: number): Shape {
  if (!shape || depth <= 0 || !columns.some(({ key }) => key === shape.q?.column)) return null;
  return { q: shape.q, yes: pruned(shape.yes, columns, depth - 1), no: pruned(shape.no, columns, depth - 1) };
}

export function resume(saved: unknown, settings: Settings): LabState {
  const fresh = freshState(settings);
  if (typeof saved !== "object" || saved === null || (saved as { v?: unknown }).v !== 1) return fresh;
  const state = structuredClone({ ...fresh, ...(saved as Partial<LabState>) });
  state.hand = pruned(state.hand, settings.columns, settings.maxDepth);
  state.undo = state.undo.map((shape) => pruned(shape, settings.columns, settings.maxDepth));
  state.learner.depth = whole(state.learner.depth, fresh.learner.depth, 1, settings.maxDepth);
  if (settings.mode !== "both") state.which = settings.mode;
  return state;
}

export function growthOf(state: LabState, settings: Settings, labels: string[]): Growth {
  const { columns, criterion, minLeaf } = settings;
  return { columns, labels, criterion, minLeaf, maxDepth: state.learner.depth };
}

export function handTree(state: LabState, settings: Settings, labels: string[]): Tree {
  return fill(state.hand, settings.train, labels);
}

export function learnerTree(state: LabState, settings: Settings, labels: string[]): Tree {
  const growth = growthOf(state, settings, labels);
  return grow(settings.train, growth, state.learner.shown ?? undefined);
}

export function isGrown(state: LabState, settings: Settings, labels: string[]): boolean {
  return nextStep(learnerTree(state, settings, labels), growthOf(state, settings, labels)) === null;
}

const nameOf = (tree: Tree): string => JSON.stringify(shapeOf(tree));

/** Puts a question at a pile of the hand tree; false when it would leave one side empty or go too deep. */
export function ask(
  state: LabState,
  settings: Settings,
  labels: string[],
  path: string,
  question: Question,
): boolean {
  const node = at(handTree(state, settings, labels), path);
  if (!node || path.length >= settings.maxDepth) return false;
  const split = fill({ q: question, yes: null, no: null }, node.rows, labels);
  if (!split.yes?.rows.length || !split.no?.rows.length) return false;
  change(state, graft(state.hand, path, { q: question, yes: null, no: null }));
  return true;
}

export function takeAway(state: LabState, path: string): void {
  change(state, graft(state.hand, path, null));
}

function change(state: LabState, shape: Shape): void {
  state.undo = [...state.undo, state.hand].slice(-MAX_UNDO);
  state.hand = shape;
}

export function undo(state: LabState): boolean {
  if (!state.undo.length) return false;
  state.hand = state.undo[state.undo.length - 1] ?? null;
  state.undo = state.undo.slice(0, -1);
  return true;
}

export function factsOf(
  tree: Tree,
  testedShape: string | null,
  settings: Settings,
  labels: string[],
): TreeFacts {
  const tested = testedShape !== null && testedShape === nameOf(tree);
  return {
    questions: questionCount(tree),
    depth: depthOf(tree),
    train: score(tree, settings.train, labels),
    test: tested ? score(tree, settings.test, labels) : null,
  };
}

/** Remembers that this tree was tested; a fully grown one of the learner becomes a point of the plot. */
export function markTested(
  state: LabState,
  which: Which,
  tree: Tree,
  settings: Settings,
  labels: string[],
): TreeFacts {
  state.tested[which] = nameOf(tree);
  const facts = factsOf(tree, state.tested[which], settings, labels);
  if (which === "algorithm" && facts.test && isGrown(state, settings, labels)) {
    const point = { depth: state.learner.depth, train: facts.train, test: facts.test };
    state.points = [...state.points.filter((one) => one.depth !== point.depth), point].sort(
      (a, b) => a.depth - b.depth,
    );
  }
  return facts;
}
