// Decision trees over a small table: questions, how mixed a pile is, the greedy learner, and what a tree says.
// Pure: no page, no clock, no randomness.
import type { Column, Row } from "../datasets";

export type Criterion = "gini" | "gain";

/** A question with two answers: is the number at most `at`, or is the choice `is`. */
export type Question =
  | { column: string; kind: "number"; at: number }
  | { column: string; kind: "choice"; is: string };

/** A tree without rows: what is kept and drawn. null is a pile that asks nothing. */
export type Shape = { q: Question; yes: Shape; no: Shape } | null;

/** A tree with the rows that fall into it. */
export interface Tree {
  rows: Row[];
  counts: number[];
  /** Index of the label most rows have; the first of them when level. */
  says: number;
  question: Question | null;
  yes: Tree | null;
  no: Tree | null;
  depth: number;
  /** Answers that lead here from the root: "yn…". */
  path: string;
}

export interface Candidate {
  question: Question;
  yes: number[];
  no: number[];
  /** How mixed both piles are together after the question; smaller is better. */
  after: number;
  /** How much less mixed than before. */
  drop: number;
}

export interface Growth {
  columns: Column[];
  labels: string[];
  criterion: Criterion;
  maxDepth: number;
  minLeaf: number;
}

const NOTHING = 1e-12;

export function answers(question: Question, row: Row): boolean {
  const value = row.values[question.column];
  return question.kind === "number" ? Number(value) <= question.at : value === question.is;
}

export function countLabels(rows: Row[], labels: string[]): number[] {
  const counts = labels.map(() => 0);
  for (const row of rows) {
    const index = labels.indexOf(row.label);
    counts[index] = (counts[index] ?? 0) + 1;
  }
  return counts;
}

const total = (counts: number[]): number => counts.reduce((a, b) => a + b, 0);

/** 0 when all rows have one label; largest when they are spread evenly. */
export function mixed(counts: number[], criterion: Criterion): number {
  const all = total(counts);
  if (all === 0) return 0;
  const shares = counts.map((n) => n / all);
  if (criterion === "gini") return 1 - shares.reduce((sum, p) => sum + p * p, 0);
  return shares.reduce((sum, p) => (p > 0 ? sum - p * Math.log2(p) : sum), 0);
}

/** Values to split a number column at: the middles between neighbouring values, smallest first. */
export function thresholds(rows: Row[], column: string): number[] {
  const values = [...new Set(rows.map((row) => Number(row.values[column])))].sort((a, b) => a - b);
  return values.slice(1).map((value, i) => Math.round((value + (values[i] as number)) * 5000) / 10000);
}

export function questionsOf(rows: Row[], column: Column): Question[] {
  if (column.kind === "number")
    return thresholds(rows, column.key).map((at) => ({ column: column.key, kind: "number", at }));
  const present = column.choices.filter((choice) => rows.some((row) => row.values[column.key] === choice));
  // with two choices left, asking for one or for the other is the same question
  const asked = present.length === 2 ? present.slice(0, 1) : present.length === 1 ? [] : present;
  return asked.map((is) => ({ column: column.key, kind: "choice", is }));
}

export function weigh(rows: Row[], question: Question, labels: string[], criterion: Criterion): Candidate {
  const yes = countLabels(
    rows.filter((row) => answers(question, row)),
    labels,
  );
  const before = countLabels(rows, labels);
  const no = before.map((n, i) => n - (yes[i] as number));
  const after = (total(yes) * mixed(yes, criterion) + total(no) * mixed(no, criterion)) / (rows.length || 1);
  return { question, yes, no, after, drop: mixed(before, criterion) - after };
}

/** The best question of each column, best first; columns that cannot split these rows are left out. */
export function candidates(rows: Row[], growth: Growth): Candidate[] {
  const best = growth.columns.flatMap((column): Candidate[] => {
    const fit = questionsOf(rows, column)
      .map((question) => weigh(rows, question, growth.labels, growth.criterion))
      .filter(({ yes, no }) => total(yes) >= growth.minLeaf && total(no) >= growth.minLeaf);
    const top = fit.reduce<Candidate | null>(
      (a, b) => (a === null || b.drop > a.drop + NOTHING ? b : a),
      null,
    );
    return top ? [top] : [];
  });
  // rounding noise must not decide between equal questions: the earlier column stays first
  return best.sort((a, b) => (Math.abs(a.drop - b.drop) <= NOTHING ? 0 : b.drop - a.drop));
}

function leaf(rows: Row[], labels: string[], depth: number, path: string): Tree {
  const counts = countLabels(rows, labels);
  const says = counts.indexOf(Math.max(...counts));
  return { rows, counts, says, question: null, yes: null, no: null, depth, path };
}

/** A tree of this shape with these rows in it. */
export function fill(shape: Shape, rows: Row[], labels: string[], depth = 0, path = ""): Tree {
  const tree = leaf(rows, labels, depth, path);
  if (!shape) return tree;
  const yes = rows.filter((row) => answers(shape.q, row));
  const no = rows.filter((row) => !answers(shape.q, row));
  tree.question = shape.q;
  tree.yes = fill(shape.yes, yes, labels, depth + 1, `${path}y`);
  tree.no = fill(shape.no, no, labels, depth + 1, `${path}n`);
  // a pile without rows says what the pile above it says
  for (const child of [tree.yes, tree.no]) if (!child.rows.length) child.says = tree.says;
  return tree;
}

export function shapeOf(tree: Tree): Shape {
  if (!tree.question || !tree.yes || !tree.no) return null;
  return { q: tree.question, yes: shapeOf(tree.yes), no: shapeOf(tree.no) };
}

export function nodes(tree: Tree): Tree[] {
  const found: Tree[] = [];
  const queue = [tree];
  for (let node = queue.shift(); node; node = queue.shift()) {
    found.push(node);
    if (node.yes && node.no) queue.push(node.yes, node.no);
  }
  return found;
}

export interface NextStep {
  node: Tree;
  ranked: Candidate[];
}

/** The first pile, level by level, that the learner would still split; null when it is done. */
export function nextStep(tree: Tree, growth: Growth): NextStep | null {
  for (const node of nodes(tree)) {
    if (node.question || node.depth >= growth.maxDepth) continue;
    if (mixed(node.counts, growth.criterion) === 0) continue;
    const ranked = candidates(node.rows, growth);
    if (ranked[0] && ranked[0].drop > NOTHING) return { node, ranked };
  }
  return null;
}

/** Greedy growth, level by level, at most `steps` questions. */
export function grow(rows: Row[], growth: Growth, steps = Number.POSITIVE_INFINITY): Tree {
  const root = leaf(rows, growth.labels, 0, "");
  const queue = [root];
  let left = steps;
  for (let node = queue.shift(); node && left > 0; node = queue.shift()) {
    if (node.depth >= growth.maxDepth || mixed(node.counts, growth.criterion) === 0) continue;
    const top = candidates(node.rows, growth)[0];
    if (!top || top.drop <= NOTHING) continue;
    const split = fill(
      { q: top.question, yes: null, no: null },
      node.rows,
      growth.labels,
      node.depth,
      node.path,
    );
    Object.assign(node, split);
    left -= 1;
    if (node.yes && node.no) queue.push(node.yes, node.no);
  }
  return root;
}

/** The pile a row ends in. */
export function follow(tree: Tree, row: Row): Tree {
  let node = tree;
  while (node.question && node.yes && node.no) node = answers(node.question, row) ? node.yes : node.no;
  return node;
}

export interface Count {
  right: number;
  all: number;
}

export function score(tree: Tree, rows: Row[], labels: string[]): Count {
  const right = rows.filter((row) => labels[follow(tree, row).says] === row.label).length;
  return { right, all: rows.length };
}

export function questionCount(tree: Tree): number {
  return nodes(tree).filter((node) => node.question).length;
}

export function depthOf(tree: Tree): number {
  return Math.max(...nodes(tree).map((node) => node.depth));
}

export function at(tree: Tree, path: string): Tree | null {
  let node: Tree | null = tree;
  for (const step of path) node = (step === "y" ? node?.yes : node?.no) ?? null;
  return node;
}

/** The shape with the pile at `path` replaced. */
export function graft(shape: Shape, path: string, put: Shape): Shape {
  if (path === "") return put;
  if (!shape) return shape;
  const rest = path.slice(1);
  return path[0] === "y"
    ? { ...shape, yes: graft(shape.yes, rest, put) }
    : { ...shape, no: graft(shape.no, rest, put) };
}
