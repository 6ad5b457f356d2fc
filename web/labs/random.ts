// Chance that comes out the same each time: numbers from a seed.

/** Numbers from 0 up to 1 (mulberry32); the same seed gives the same row on every device. */
export function dice(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Numbers around 0 with spread 1 (Box–Muller), from numbers of `dice`. */
export function bell(next: () => number): () => number {
  let other: number | null = null; // they come in pairs
  return () => {
    if (other !== null) {
      const kept = other;
      other = null;
      return kept;
    }
    const far = Math.sqrt(-2 * Math.log(1 - next()));
    const turn = 2 * Math.PI * next();
    other = far * Math.sin(turn);
    return far * Math.cos(turn);
  };
}
