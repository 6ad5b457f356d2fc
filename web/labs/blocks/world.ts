// What a program acts on: a robot on a floor, a figure on a stage, things on a belt. Pure; noise comes from a seed.
import { type Asked, predict, type TrainedModel } from "../models";

/** What surrounds the program; every number has a slider. */
export interface Around {
  light: number;
  noise: number;
  tilt: number;
  dial: number;
}

export const USUAL: Around = { light: 60, noise: 0, tilt: 0, dial: 5 };
export const REACHES: Record<keyof Around, { least: number; most: number; text: string }> = {
  light: { least: 0, most: 100, text: "光线" },
  noise: { least: 0, most: 100, text: "声音和干扰" },
  tilt: { least: -90, most: 90, text: "倾斜" },
  dial: { least: 0, most: 10, text: "旋钮" },
};

export type Reading = number | string | boolean;

/** The program can't go on: why, in words. */
export class Halt extends Error {}

export interface World {
  do(type: string, values: Record<string, Reading>, fields: Record<string, string | number>): void;
  sense(type: string): Reading;
  /** Reached what there is to reach: the program ends by itself. */
  readonly over: boolean;
}

/** Numbers from 0 to 1, the same in every run (and in qm_stage.py). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

// --- robot

export type Heading = 0 | 1 | 2 | 3; // east, south, west, north
const STEPS = [
  [1, 0],
  [0, 1],
  [-1, 0],
  [0, -1],
] as const;
const STARTS = ">v<^";
export const HEADINGS = ["东", "南", "西", "北"] as const;

export interface Floor {
  key: string;
  title: string;
  /** `#` wall, `.` floor, `o` black line, `G` goal, and the robot as `>`, `v`, `<` or `^`. */
  map: string;
}

/** How bright the floor is in usual light, in the sensor's numbers; below `DARK` counts as black. */
export const BRIGHT = 85;
export const BLACK = 15;
export const DARK = 50;

export class Robot implements World {
  readonly rows: string[];
  x = 0;
  y = 0;
  heading: Heading = 0;
  said = "";
  bumped = false;
  readonly path: [number, number][] = [];
  private readonly random: () => number;

  constructor(
    floor: Floor,
    private readonly around: Around,
  ) {
    this.rows = floor.map.trim().split("\n");
    for (const [y, row] of this.rows.entries())
      for (const [x, cell] of [...row].entries())
        if (STARTS.includes(cell)) {
          this.x = x;
          this.y = y;
          this.heading = STARTS.indexOf(cell) as Heading;
        }
    this.path.push([this.x, this.y]);
    this.random = seeded(1);
  }

  cell(x: number, y: number): string {
    return this.rows[y]?.[x] ?? "#";
  }

  get over(): boolean {
    return this.cell(this.x, this.y) === "G";
  }

  private ahead(): string {
    const [dx, dy] = STEPS[this.heading];
    return this.cell(this.x + dx, this.y + dy);
  }

  /** Disturbance: up to half of the slider either way. */
  private shaken(): number {
    return this.around.noise ? (this.random() - 0.5) * this.around.noise : 0;
  }

  do(type: string, values: Record<string, Reading>): void {
    if (type === "left") this.heading = ((this.heading + 3) % 4) as Heading;
    else if (type === "right") this.heading = ((this.heading + 1) % 4) as Heading;
    else if (type === "say") this.said = String(values["WHAT"]);
    else if (type === "forward") {
      if (this.ahead() === "#") {
        this.bumped = true;
        throw new Halt("撞墙了");
      }
      const [dx, dy] = STEPS[this.heading];
      this.x += dx;
      this.y += dy;
      this.path.push([this.x, this.y]);
    }
  }

  sense(type: string): Reading {
    if (type === "goal") return this.over;
    if (type === "floor" || type === "line") {
      const colour = "o>v<^G".includes(this.ahead()) ? BLACK : BRIGHT;
      const bright = Math.round(
        Math.min(100, Math.max(0, (colour * this.around.light) / USUAL.light + this.shaken())),
      );
      return type === "floor" ? bright : bright < DARK;
    }
    const [dx, dy] = STEPS[this.heading];
    let free = 0;
    while (this.cell(this.x + dx * (free + 1), this.y + dy * (free + 1)) !== "#") free += 1;
    const measured = Math.max(0, Math.round(free + this.shaken() / 20));
    return type === "wall" ? measured === 0 : measured;
  }
}

// --- stage

export class Stage implements World {
  x = -60;
  costume = "平常";
  said = "";
  /** What a watcher saw, one after the other. */
  readonly seen: string[] = [];
  readonly over = false;

  constructor(private readonly around: Around) {}

  do(type: string, values: Record<string, Reading>, fields: Record<string, string | number>): void {
    if (type === "say") this.said = String(values["WHAT"]);
    else if (type === "costume") this.costume = String(fields["NAME"]);
    else if (type === "move") this.x = Math.min(100, Math.max(-100, this.x + Number(values["N"])));
    else return;
    this.seen.push(`${this.costume}|${this.said}|${Math.round(this.x)}`);
  }

  sense(type: string): Reading {
    if (type === "dark") return this.around.light < 30;
    return this.around[type as keyof Around] ?? 0;
  }

  /** How it looks at the end. */
  get end(): string {
    return this.seen[this.seen.length - 1] ?? "";
  }
}

// --- belt

export interface Thing {
  /** For a picture its file, for a row its number. */
  id: string;
  title: string;
  truth: string;
  /** What a model is asked with: a row, features, or a text. */
  asked: Asked;
  shown: Shown;
}

/** How a thing is shown. */
export type Shown =
  | { of: "picture"; url: string }
  | { of: "row"; cells: [string, string][] }
  | { of: "sound"; sound: Float32Array; seen: Float32Array[] }
  | { of: "text"; said: string };

export interface Sorted {
  thing: Thing;
  box: string;
}

export class Belt implements World {
  at = -1;
  said = "";
  readonly sorted: Sorted[] = [];
  readonly over = false;
  private put = true;

  constructor(
    readonly things: readonly Thing[],
    private readonly model: TrainedModel | null,
  ) {}

  get thing(): Thing | null {
    return this.things[this.at] ?? null;
  }

  private asked() {
    if (!this.model) throw new Halt("还没有选模型");
    const { thing } = this;
    if (!thing) throw new Halt("手里还没有东西，先拿一个");
    return predict(this.model, thing.asked);
  }

  do(type: string, values: Record<string, Reading>): void {
    if (type === "say") this.said = String(values["WHAT"]);
    else if (type === "take") {
      if (this.at + 1 >= this.things.length) throw new Halt("传送带空了");
      this.at += 1;
      this.put = false;
    } else if (type === "put") {
      const { thing } = this;
      if (!thing || this.put) throw new Halt("手里没有东西可放，先拿一个");
      this.sorted.push({ thing, box: String(values["WHAT"]) });
      this.put = true;
    }
  }

  sense(type: string): Reading {
    if (type === "more") return this.at + 1 < this.things.length;
    const said = this.asked();
    return type === "sure" ? Math.round(Math.max(0, ...said.shares) * 100) : said.text;
  }

  get right(): number {
    return this.sorted.filter(({ thing, box }) => thing.truth === box).length;
  }
}
