// Words as vectors: which are near, what an analogy gives, how far a word leans, and a map of them. Pure.

export type Vector = ArrayLike<number>;

export function dot(a: Vector, b: Vector): number {
  let sum = 0;
  for (let i = 0; i < a.length; i += 1) sum += (a[i] as number) * (b[i] as number);
  return sum;
}

export const cosine = (a: Vector, b: Vector): number => dot(a, b) / (Math.sqrt(dot(a, a) * dot(b, b)) || 1);

export interface Near {
  at: number;
  like: number;
}

/** The words nearest to a vector, nearest first; of two as near the earlier one. */
export function nearest(
  vectors: readonly Vector[],
  to: Vector,
  many: number,
  without: readonly number[],
): Near[] {
  return vectors
    .map((vector, at) => ({ at, like: cosine(vector, to) }))
    .filter(({ at }) => !without.includes(at))
    .sort((a, b) => b.like - a.like || a.at - b.at)
    .slice(0, many);
}

/** a is to b as c is to …: b − a + c. */
export function analogy(vectors: readonly Vector[], a: number, b: number, c: number, many: number): Near[] {
  const [va, vb, vc] = [vectors[a], vectors[b], vectors[c]] as [Vector, Vector, Vector];
  const to = Float64Array.from(va, (value, i) => (vb[i] as number) - value + (vc[i] as number));
  return nearest(vectors, to, many, [a, b, c]);
}

/** How much nearer a word lies to the first pole's words than to the second's: difference of mean cosines. */
export function lean(
  vectors: readonly Vector[],
  word: number,
  poles: readonly (readonly number[])[],
): number {
  const mean = (pole: readonly number[]) =>
    pole.reduce((sum, at) => sum + cosine(vectors[word] as Vector, vectors[at] as Vector), 0) /
    (pole.length || 1);
  return mean(poles[0] ?? []) - mean(poles[1] ?? []);
}

/** Leans less than this are none to speak of. */
export const LEVEL = 0.06;
export type Side = "first" | "second" | "level";
export const sideOf = (value: number): Side =>
  value > LEVEL ? "first" : value < -LEVEL ? "second" : "level";

/**
 * The two directions along which the points differ most (principal components), by power iteration from a fixed start;
 * each direction's largest part is positive. Gives each point's place along the two, and how much of all difference they show.
 */
export function pca(points: readonly Vector[]): { places: [number, number][]; shown: number } {
  const size = points[0]?.length ?? 0;
  const mean = Array.from({ length: size }, (_, i) =>
    points.reduce((sum, point) => sum + (point[i] as number) / points.length, 0),
  );
  let rest = points.map((point) => Float64Array.from(point, (value, i) => value - (mean[i] as number)));
  const all = rest.reduce((sum, point) => sum + dot(point, point), 0);
  const along: number[][] = [];
  for (let axis = 0; axis < 2; axis += 1) {
    const direction = strongestDirection(rest, size);
    const places = rest.map((point) => dot(point, direction));
    along.push(places);
    rest = rest.map((point, at) =>
      point.map((value, i) => value - (places[at] as number) * (direction[i] as number)),
    );
  }
  const left = rest.reduce((sum, point) => sum + dot(point, point), 0);
  return {
    places: points.map((_, at) => [along[0]?.[at] ?? 0, along[1]?.[at] ?? 0]),
    shown: all > 0 ? 1 - left / all : 0,
  };
}

function strongestDirection(points: readonly Float64Array[], size: number): Float64Array {
  let direction = Float64Array.from({ length: size }, (_, i) => 1 / (1 + i));
  for (let round = 0; round < 300; round += 1) {
    const next = new Float64Array(size);
    for (const point of points) {
      const part = dot(point, direction);
      for (let i = 0; i < size; i += 1) next[i] = (next[i] as number) + part * (point[i] as number);
    }
    const length = Math.sqrt(dot(next, next));
    if (length < 1e-12) break;
    const unit = next.map((value) => value / length);
    const moved = 1 - Math.abs(dot(unit, direction)) / Math.sqrt(dot(direction, direction));
    direction = unit;
    if (moved < 1e-14) break;
  }
  const largest = direction.reduce((top, value) => (Math.abs(value) > Math.abs(top) ? value : top), 0);
  return largest < 0 ? direction.map((value) => -value) : direction;
}

/** In how many sentences two words stand together. */
export function together(
  sentences: readonly { part: string; times: number; words: string[] }[],
  part: string,
  word: string,
  others: readonly string[],
): number {
  return sentences
    .filter((one) => (one.part === "all" || one.part === part) && one.words.includes(word))
    .filter((one) => one.words.some((other) => others.includes(other)))
    .reduce((sum, { times }) => sum + times, 0);
}
