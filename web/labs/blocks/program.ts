// A pupil's program as plain data, how it reads aloud, and changes to it by place. Pure.
import { fits, MOST_WORDS, type Piece, pieceOf, type Scene, type Slot, usual } from "./pieces";

export interface Node {
  id: string;
  type: string;
  fields: Record<string, string | number>;
  values: Record<string, Node | null>;
  bodies: Record<string, Node[]>;
}

export const MOST_NODES = 200;
const DEEPEST = 20;

type Raw = Record<string, unknown>;
const raw = (value: unknown): Raw =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Raw) : {};

export const slotsOf = (piece: Piece): Slot[] => piece.parts.filter((part) => typeof part !== "string");

let made = 0;
/** Names of nodes only tell them apart within one program. */
export function freshId(): string {
  made += 1;
  return `n${made}-${Math.random().toString(36).slice(2, 8)}`;
}

export function freshNode(type: string, labels: readonly string[] = []): Node {
  const piece = pieceOf(type);
  const node: Node = { id: freshId(), type, fields: {}, values: {}, bodies: {} };
  for (const slot of piece ? slotsOf(piece) : []) {
    if ("field" in slot)
      node.fields[slot.field] = slot.choices === "labels" ? (labels[0] ?? "") : (slot.choices[0]?.[0] ?? "");
    else if ("number" in slot) node.fields[slot.number] = 3;
    else if ("words" in slot) node.fields[slot.words] = "你好";
    else if ("body" in slot) node.bodies[slot.body] = [];
    else {
      const filled = usual(slot.takes);
      node.values[slot.value] = filled && { ...freshNode(filled.type), fields: { ...filled.fields } };
    }
  }
  return node;
}

/** A list of steps out of anything that was saved; what doesn't fit is left out. */
export function readSteps(value: unknown, scene: Scene, budget = { left: MOST_NODES }, depth = 0): Node[] {
  if (!Array.isArray(value)) return [];
  return value
    .map((one) => readNode(one, scene, budget, depth))
    .filter((node): node is Node => node !== null && pieceOf(node.type)?.shape === "step");
}

export function readNode(
  value: unknown,
  scene: Scene,
  budget = { left: MOST_NODES },
  depth = 0,
): Node | null {
  const given = raw(value);
  const piece = pieceOf(String(given["type"]));
  if (!piece?.scenes.includes(scene) || depth > DEEPEST || budget.left <= 0) return null;
  budget.left -= 1;
  const [fields, values, bodies] = [raw(given["fields"]), raw(given["values"]), raw(given["bodies"])];
  const node = freshNode(piece.type);
  if (typeof given["id"] === "string" && given["id"].length <= 40) node.id = given["id"];
  for (const slot of slotsOf(piece)) {
    if ("field" in slot) node.fields[slot.field] = readChoice(fields[slot.field], slot.choices);
    else if ("number" in slot) node.fields[slot.number] = readNumber(fields[slot.number], slot);
    else if ("words" in slot) node.fields[slot.words] = String(fields[slot.words] ?? "").slice(0, MOST_WORDS);
    else if ("body" in slot) node.bodies[slot.body] = readSteps(bodies[slot.body], scene, budget, depth + 1);
    else {
      const inside = readNode(values[slot.value], scene, budget, depth + 1);
      const fit = inside && fits(pieceOf(inside.type)?.shape ?? "step", slot.takes);
      const filled = usual(slot.takes);
      node.values[slot.value] = fit ? inside : filled && { ...freshNode(filled.type), fields: filled.fields };
    }
  }
  return node;
}

function readChoice(value: unknown, choices: readonly (readonly [string, string])[] | "labels"): string {
  const said = String(value ?? "").slice(0, MOST_WORDS);
  if (choices === "labels") return said;
  return choices.find(([key]) => key === said)?.[0] ?? choices[0]?.[0] ?? "";
}

function readNumber(value: unknown, { least, most }: { least: number; most: number }): number {
  const number = Number(value);
  return Number.isFinite(number) ? Math.min(most, Math.max(least, number)) : 0;
}

/** Every node of a program with what it lies in. */
export function* walk(steps: readonly Node[]): Generator<Node> {
  for (const node of steps) {
    yield node;
    yield* walk(Object.values(node.values).filter((one): one is Node => one !== null));
    for (const body of Object.values(node.bodies)) yield* walk(body);
  }
}

export const countNodes = (steps: readonly Node[]): number => [...walk(steps)].length;

/** The list a step stands in, and its place there. */
export function placeOf(steps: Node[], id: string): { list: Node[]; at: number } | null {
  const at = steps.findIndex((node) => node.id === id);
  if (at >= 0) return { list: steps, at };
  for (const node of steps)
    for (const body of Object.values(node.bodies)) {
      const found = placeOf(body, id);
      if (found) return found;
    }
  return null;
}

/** One step up or down: out of a body, into the neighbour's body, or past it. Answers whether it moved. */
export function shift(steps: Node[], id: string, by: -1 | 1): boolean {
  const place = placeOf(steps, id);
  const node = place?.list[place.at];
  if (!place || !node) return false;
  const next = place.list[place.at + by];
  const inner = next && Object.values(next.bodies);
  if (next && inner?.length) {
    place.list.splice(place.at, 1);
    if (by > 0) inner[0]?.unshift(node);
    else inner[inner.length - 1]?.push(node);
    return true;
  }
  if (next) {
    place.list.splice(place.at, 1);
    place.list.splice(place.at + by, 0, node);
    return true;
  }
  return leave(steps, place, node, by);
}

/** Past the end of a body: into the next body of the same step, or out beside it. */
function leave(steps: Node[], place: { list: Node[]; at: number }, node: Node, by: -1 | 1): boolean {
  const owner = [...walk(steps)].find((one) => Object.values(one.bodies).includes(place.list));
  const outer = owner && placeOf(steps, owner.id);
  if (!owner || !outer) return false;
  const bodies = Object.values(owner.bodies);
  const beside = bodies[bodies.indexOf(place.list) + by];
  place.list.splice(place.at, 1);
  if (beside) {
    if (by > 0) beside.unshift(node);
    else beside.push(node);
  } else outer.list.splice(outer.at + (by > 0 ? 1 : 0), 0, node);
  return true;
}

export function remove(steps: Node[], id: string): boolean {
  const place = placeOf(steps, id);
  place?.list.splice(place.at, 1);
  return place !== null;
}

/** A piece in words, its values within; bodies are left to the next lines. */
export function inWords(node: Node | null): string {
  if (!node) return "（还没放条件）";
  const piece = pieceOf(node.type);
  if (!piece) return "";
  return piece.parts
    .map((part) => {
      if (typeof part === "string") return part;
      if ("body" in part) return "";
      if ("value" in part) {
        const inside = node.values[part.value] ?? null;
        const nested = inside && ["compare", "both", "sum"].includes(inside.type);
        return nested ? `（${inWords(inside)}）` : inWords(inside);
      }
      const key = "field" in part ? part.field : "number" in part ? part.number : part.words;
      const said = String(node.fields[key] ?? "");
      const choices = "field" in part && part.choices !== "labels" ? part.choices : [];
      return choices.find(([value]) => value === said)?.[1] ?? said;
    })
    .filter((said) => said !== "")
    .join(" ")
    .replace(/“ (.*) ”/g, "“$1”");
}

export interface Line {
  id: string;
  depth: number;
  text: string;
}

/** The program as numbered lines for a screen reader and for print. */
export function lines(steps: readonly Node[], depth = 0): Line[] {
  return steps.flatMap((node): Line[] => {
    const bodies = Object.entries(node.bodies);
    const inner = bodies.flatMap(([name, body]): Line[] => [
      ...(name === "ELSE" ? [{ id: `${node.id}-else`, depth, text: "不然" }] : []),
      ...(body.length
        ? lines(body, depth + 1)
        : [{ id: `${node.id}-${name}`, depth: depth + 1, text: "（空的）" }]),
    ]);
    return [{ id: node.id, depth, text: inWords(node).replace(/ 不然$/, "") }, ...inner];
  });
}

/** The program without names of nodes: equal when two programs do the same in the same way. */
export function shapeText(steps: readonly Node[]): string {
  return JSON.stringify(steps, (key, value: unknown) => (key === "id" ? undefined : value));
}
