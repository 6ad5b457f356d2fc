// Sounds ready to be heard, seen and learnt from, each made once; recordings kept small. No page.
import type { Sound } from "../datasets";
import type { Place } from "./checks";
import { features, type Picture, picture } from "./mel";
import { inHall, LENGTH, synth, withNoise } from "./synth";

/** How far a sound lies above the noise, in decibels. */
export const NOISE: Partial<Record<Place, number>> = { light: 20, street: 10, loud: 0 };
/** Places from which noisy copies to learn from are made. */
export const COPIES: Place[] = ["light", "street"];
const PLACE_SEED: Record<Place, number> = { quiet: 0, light: 101, street: 211, loud: 307, hall: 401 };
const HEAD = "data:audio/x-qiming-pcm8;base64,";

/** Eight bits a sample, louder ones coarser (µ-law with µ = 255), as text. */
export function packed(sound: Float32Array): string {
  let text = "";
  for (const value of sound) {
    const loud = Math.log1p(255 * Math.min(1, Math.abs(value))) / Math.log(256);
    text += String.fromCharCode(128 + Math.round(127 * Math.sign(value) * loud));
  }
  return HEAD + btoa(text);
}

/** The sound again; null for what is none. */
export function unpacked(given: string): Float32Array | null {
  if (!given.startsWith(HEAD)) return null;
  try {
    const text = atob(given.slice(HEAD.length));
    const sound = new Float32Array(LENGTH);
    for (let i = 0; i < Math.min(LENGTH, text.length); i += 1) {
      const value = (text.charCodeAt(i) - 128) / 127;
      sound[i] = (Math.sign(value) * (256 ** Math.abs(value) - 1)) / 255;
    }
    return sound;
  } catch {
    return null;
  }
}

export class Ear {
  private readonly sounds = new Map<string, Float32Array>();
  private readonly pictures = new Map<string, Picture>();
  private readonly numbers = new Map<string, Float32Array>();

  constructor(
    private readonly all: ReadonlyMap<string, Sound>,
    private readonly recording: (id: string) => string | undefined,
  ) {}

  /** `copy` makes another noise of the same loudness, for learning. */
  sound(id: string, place: Place, copy = false): Float32Array {
    return kept(this.sounds, `${id} ${place} ${copy}`, () => {
      const recipe = this.all.get(id);
      const bare = this.bare(id);
      const seed = (recipe?.seed ?? id.length) + PLACE_SEED[place] + (copy ? 53 : 0);
      if (place === "quiet") return bare;
      const noise = NOISE[place];
      if (noise !== undefined) return withNoise(bare, noise, seed);
      return inHall(bare, seed);
    });
  }

  private bare(id: string): Float32Array {
    return kept(this.sounds, id, () => {
      const recipe = this.all.get(id);
      return recipe ? synth(recipe) : (unpacked(this.recording(id) ?? "") ?? new Float32Array(LENGTH));
    });
  }

  picture(id: string, place: Place, copy = false): Picture {
    return kept(this.pictures, `${id} ${place} ${copy}`, () => {
      const found = picture(this.sound(id, place, copy));
      // a second of sound is large, its picture small: only what may be heard soon is kept
      if (this.sounds.size > 130) this.sounds.delete(this.sounds.keys().next().value as string);
      return found;
    });
  }

  features(id: string, place: Place, copy = false): Float32Array {
    return kept(this.numbers, `${id} ${place} ${copy}`, () => features(this.picture(id, place, copy)));
  }

  forget(id: string): void {
    for (const map of [this.sounds, this.pictures, this.numbers])
      for (const key of [...map.keys()]) if (key === id || key.startsWith(`${id} `)) map.delete(key);
  }
}

function kept<T>(map: Map<string, T>, key: string, make: () => T): T {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
