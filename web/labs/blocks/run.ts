// Runs a program step by step; the page decides when the next step comes. No text is ever made into code.
import { pieceOf } from "./pieces";
import type { Node } from "./program";
import { Halt, type Reading, type World } from "./world";

export const MOST_STEPS = 600;
const MOST_REPEATS = 1000;

/** `done`: to the last step; `over`: reached; `halted`: could not go on; `endless`: too many steps. */
export interface Ending {
  how: "done" | "over" | "halted" | "endless";
  why: string;
}

/** What is about to happen, and for how many beats nothing else will. */
export interface Tick {
  id: string;
  beats: number;
}

class Stopped extends Error {}

interface Going {
  world: World;
  memory: Map<string, Reading>;
  steps: number;
}

export function* run(program: readonly Node[], world: World): Generator<Tick, Ending> {
  const going: Going = { world, memory: new Map(), steps: 0 };
  try {
    yield* body(program, going);
    return { how: world.over ? "over" : "done", why: "" };
  } catch (error) {
    if (error instanceof Over) return { how: "over", why: "" };
    if (error instanceof Endless) return { how: "endless", why: `走了 ${MOST_STEPS} 步还没有停` };
    if (error instanceof Stopped) return { how: "done", why: "" };
    if (error instanceof Halt) return { how: "halted", why: error.message };
    throw error;
  }
}

class Over extends Error {}
class Endless extends Error {}

/** The same without waiting, for checks: at most so many steps. */
export function runAll(program: readonly Node[], world: World, most = MOST_STEPS): Ending {
  const going = run(program, world);
  for (let step = 0; step < most; step += 1) {
    const next = going.next();
    if (next.done) return next.value;
  }
  return { how: "endless", why: `走了 ${most} 步还没有停` };
}

function* body(steps: readonly Node[], going: Going): Generator<Tick> {
  for (const node of steps) {
    if (going.world.over) throw new Over();
    yield* tick(node, going);
    yield* step(node, going);
  }
  if (going.world.over) throw new Over();
}

function* tick(node: Node, going: Going, beats = 1): Generator<Tick> {
  going.steps += 1;
  if (going.steps > MOST_STEPS) throw new Endless();
  yield { id: node.id, beats };
}

function* step(node: Node, going: Going): Generator<Tick> {
  const inner = (name: string) => body(node.bodies[name] ?? [], going);
  switch (node.type) {
    case "repeat": {
      const times = Math.min(MOST_REPEATS, Math.floor(number(node, "N", going)));
      for (let i = 0; i < times; i += 1) {
        if (i) yield* tick(node, going);
        yield* inner("DO");
      }
      return;
    }
    case "until":
      for (let first = true; !truth(node, "IF", going); first = false) {
        if (!first) yield* tick(node, going);
        yield* inner("DO");
      }
      return;
    case "forever":
      for (;;) {
        yield* inner("DO");
        yield* tick(node, going);
      }
    case "if":
      if (truth(node, "IF", going)) yield* inner("DO");
      return;
    case "ifelse":
      yield* inner(truth(node, "IF", going) ? "DO" : "ELSE");
      return;
    case "wait":
      yield* tick(node, going, Math.min(20, Math.max(0, number(node, "N", going))));
      return;
    case "stop":
      throw new Stopped();
    case "set":
      going.memory.set(String(node.fields["NAME"]), value(node.values["WHAT"] ?? null, going));
      return;
    case "change": {
      const name = String(node.fields["NAME"]);
      going.memory.set(name, asNumber(going.memory.get(name) ?? 0) + number(node, "N", going));
      return;
    }
    default: {
      const slots = pieceOf(node.type)?.parts ?? [];
      const values = Object.fromEntries(
        slots.flatMap((slot): [string, Reading][] => {
          if (typeof slot === "string" || !("value" in slot)) return [];
          const found = value(node.values[slot.value] ?? null, going);
          return [[slot.value, slot.takes === "number" ? asNumber(found) : found]];
        }),
      );
      going.world.do(node.type, values, node.fields);
    }
  }
}

const truth = (node: Node, name: string, going: Going): boolean =>
  value(node.values[name] ?? null, going) === true;
const number = (node: Node, name: string, going: Going): number =>
  asNumber(value(node.values[name] ?? null, going));

function asNumber(reading: Reading): number {
  const found = Number(reading);
  if (reading === "" || !Number.isFinite(found)) throw new Halt(`“${reading}”不是数`);
  return found;
}

/** Equal as numbers where both are, else as they read. */
function same(a: Reading, b: Reading): boolean {
  const [x, y] = [Number(a), Number(b)];
  return a !== "" && b !== "" && Number.isFinite(x) && Number.isFinite(y) ? x === y : String(a) === String(b);
}

function value(node: Node | null, going: Going): Reading {
  if (!node) return false;
  const of = (name: string) => value(node.values[name] ?? null, going);
  const sign = node.fields["SIGN"];
  switch (node.type) {
    case "num":
      return Number(node.fields["N"]);
    case "text":
      return String(node.fields["TEXT"]);
    case "label":
      return String(node.fields["NAME"]);
    case "get":
      return going.memory.get(String(node.fields["NAME"])) ?? 0;
    case "not":
      return of("IF") !== true;
    case "both":
      return sign === "and" ? of("A") === true && of("B") === true : of("A") === true || of("B") === true;
    case "compare":
      if (sign === "eq") return same(of("A"), of("B"));
      return sign === "lt" ? asNumber(of("A")) < asNumber(of("B")) : asNumber(of("A")) > asNumber(of("B"));
    case "sum":
      return counted(String(sign), asNumber(of("A")), asNumber(of("B")));
    default:
      return going.world.sense(node.type);
  }
}

function counted(sign: string, a: number, b: number): number {
  if (sign === "/" && b === 0) throw new Halt("不能除以 0");
  return sign === "+" ? a + b : sign === "-" ? a - b : sign === "*" ? a * b : a / b;
}
