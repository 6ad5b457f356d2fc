// Chance that comes out the same again: a generator with a seed, here and in the Python programs that labs show.
// The steps are those of mulberry32 (Tommy Ettinger, public domain), 32 bits of state.

/** Numbers from 0 up to, never reaching, 1; the same seed gives the same numbers. */
export function dice(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** Standard normal numbers out of even ones. */
export function normal(next: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
}

/** The numbers 0 to count − 1 in an order that the dice decide. */
export function shuffled(count: number, next: () => number): number[] {
  const order = Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i -= 1) {
    const other = Math.floor(next() * (i + 1));
    [order[i], order[other]] = [order[other] as number, order[i] as number];
  }
  return order;
}

/** The same generator for a program that a pupil runs. */
export const DICE_IN_PYTHON = `class Dice:                      # 一样的种子，掷出一样的数
    def __init__(self, seed):
        self.state = seed

    def roll(self):
        self.state = (self.state + 0x6D2B79F5) & 0xFFFFFFFF
        mixed = (self.state ^ (self.state >> 15)) * (self.state | 1) & 0xFFFFFFFF
        mixed ^= mixed + ((mixed ^ (mixed >> 7)) * (mixed | 61)) & 0xFFFFFFFF
        return ((mixed ^ (mixed >> 14)) & 0xFFFFFFFF) / 4294967296
`;
