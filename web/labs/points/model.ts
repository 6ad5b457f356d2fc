// Nearest neighbours and k-means on a sheet of 100 by 100. Pure: no page, no clock, no randomness.
import type { Spot } from "../plane";

export interface Dot extends Spot {
  kind: number;
}

export interface Vote {
  kind: number;
  /** How many neighbours each kind has. */
  votes: number[];
  /** Places of the neighbours in the list, nearest first. */
  nearest: number[];
}

export const squared = (a: Spot, b: Spot): number => (a.x - b.x) ** 2 + (a.y - b.y) ** 2;

/** The k nearest, nearest first; of two as near the earlier one. One pass, no sorting of everything. */
export function neighbours(dots: readonly Spot[], at: Spot, k: number): number[] {
  const found: number[] = [];
  const far: number[] = [];
  for (let i = 0; i < dots.length; i += 1) {
    const d = squared(dots[i] as Spot, at);
    if (found.length === k && d >= (far[k - 1] as number)) continue;
    let place = found.length;
    while (place > 0 && (far[place - 1] as number) > d) place -= 1;
    found.splice(place, 0, i);
    far.splice(place, 0, d);
    if (found.length > k) {
      found.pop();
      far.pop();
    }
  }
  return found;
}

/** The kind most neighbours have; of kinds with as many the one whose member is nearest. */
export function vote(dots: readonly Dot[], at: Spot, k: number, kinds: number): Vote | null {
  const nearest = neighbours(dots, at, k);
  if (!nearest.length) return null;
  const votes = new Array<number>(kinds).fill(0);
  for (const i of nearest) {
    const { kind } = dots[i] as Dot;
    votes[kind] = (votes[kind] ?? 0) + 1;
  }
  const most = Math.max(...votes);
  const first = nearest.find((i) => votes[(dots[i] as Dot).kind] === most) ?? 0;
  return { kind: (dots[first] as Dot).kind, votes, nearest };
}

/** The answer in the middle of each cell of a grid, row by row from below; -1 where there is nothing to ask. */
export function regions(dots: readonly Dot[], k: number, kinds: number, cells: number): Int8Array {
  const grid = new Int8Array(cells * cells).fill(-1);
  const size = 100 / cells;
  for (let row = 0; row < cells; row += 1)
    for (let column = 0; column < cells; column += 1) {
      const at = { x: (column + 0.5) * size, y: (row + 0.5) * size };
      grid[row * cells + column] = vote(dots, at, k, kinds)?.kind ?? -1;
    }
  return grid;
}

export interface Count {
  right: number;
  all: number;
}

export function score(learnt: readonly Dot[], unseen: readonly Dot[], k: number, kinds: number): Count {
  const right = unseen.filter((dot) => vote(learnt, dot, k, kinds)?.kind === dot.kind).length;
  return { right, all: unseen.length };
}

/** The nearest centre of each point; of two as near the first. */
export function assign(dots: readonly Spot[], centres: readonly Spot[]): number[] {
  return dots.map((dot) => neighbours(centres, dot, 1)[0] ?? 0);
}

/** Each centre to the mean of its points; one without points stays. */
export function moved(dots: readonly Spot[], groups: readonly number[], centres: readonly Spot[]): Spot[] {
  return centres.map((centre, group) => {
    const own = dots.filter((_, i) => groups[i] === group);
    if (!own.length) return { ...centre };
    const sum = own.reduce((a, b) => ({ x: a.x + b.x, y: a.y + b.y }), { x: 0, y: 0 });
    return { x: sum.x / own.length, y: sum.y / own.length };
  });
}

/** How far the points are from their centres: the sum of squared distances. */
export function spread(dots: readonly Spot[], groups: readonly number[], centres: readonly Spot[]): number {
  return dots.reduce((sum, dot, i) => sum + squared(dot, centres[groups[i] ?? 0] ?? dot), 0);
}

/** The point hardest to give to a centre: its nearest two are most alike in distance. */
export function contested(dots: readonly Spot[], centres: readonly Spot[]): number | null {
  if (centres.length < 2 || !dots.length) return null;
  let best: number | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (const [i, dot] of dots.entries()) {
    const [first = 0, second = 0] = neighbours(centres, dot, 2);
    const gap =
      Math.sqrt(squared(dot, centres[second] as Spot)) - Math.sqrt(squared(dot, centres[first] as Spot));
    // so close that an eye can't tell is no fair question
    if (gap >= 3 && gap < least) [best, least] = [i, gap];
  }
  return best;
}
