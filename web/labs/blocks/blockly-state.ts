// Between our programs and what Blockly saves and loads (its JSON). Pure; Blockly itself is not needed here.
import { pieceOf, type Scene, usual } from "./pieces";
import { freshNode, type Node, readSteps, slotsOf } from "./program";

type Raw = Record<string, unknown>;
const raw = (value: unknown): Raw =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Raw) : {};

export const START = "start";

/** A step with all that follow it. */
function chain(steps: readonly Node[]): Raw | null {
  let next: Raw | null = null;
  for (const node of [...steps].reverse())
    next = { ...block(node), ...(next ? { next: { block: next } } : {}) };
  return next;
}

function block(node: Node): Raw {
  const piece = pieceOf(node.type);
  const inputs: Raw = {};
  for (const slot of piece ? slotsOf(piece) : []) {
    if ("body" in slot) {
      const first = chain(node.bodies[slot.body] ?? []);
      if (first) inputs[slot.body] = { block: first };
    } else if ("value" in slot) {
      const filled = usual(slot.takes);
      const inside = node.values[slot.value] ?? null;
      // what a slot holds by itself is a shadow: it comes back when another block is taken out
      const shadow = filled ? { type: filled.type, fields: filled.fields } : null;
      if (inside && inside.type === filled?.type) inputs[slot.value] = { shadow: block(inside) };
      else if (inside) inputs[slot.value] = { ...(shadow ? { shadow } : {}), block: block(inside) };
      else if (shadow) inputs[slot.value] = { shadow };
    }
  }
  return { type: node.type, id: node.id, fields: { ...node.fields }, inputs };
}

/** A whole workspace: the program under its hat, and what lies beside it. */
export function toBlockly(steps: readonly Node[], loose: readonly unknown[]): Raw {
  const first = chain(steps);
  const hat = { type: START, id: START, x: 24, y: 24, deletable: false, movable: false };
  const program = first ? { ...hat, next: { block: first } } : hat;
  return { blocks: { languageVersion: 0, blocks: [program, ...loose] } };
}

/** One block as it stands in a toolbox, its slots filled. */
export function toToolbox(type: string, labels: readonly string[]): Raw {
  const { id: _, ...fresh } = block(freshNode(type, labels));
  return { kind: "block", ...(stripIds(fresh) as Raw) };
}

function stripIds(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(stripIds);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => key !== "id")
      .map(([key, one]) => [key, stripIds(one)]),
  );
}

function steps(first: unknown): Raw[] {
  const found: Raw[] = [];
  for (let at = raw(first); at["type"]; at = raw(raw(at["next"])["block"])) found.push(node(at));
  return found;
}

function node(given: Raw): Raw {
  const piece = pieceOf(String(given["type"]));
  const inputs = raw(given["inputs"]);
  const values: Raw = {};
  const bodies: Raw = {};
  for (const slot of piece ? slotsOf(piece) : []) {
    const held = "value" in slot ? raw(inputs[slot.value]) : "body" in slot ? raw(inputs[slot.body]) : {};
    const inside = held["block"] ?? held["shadow"];
    if ("body" in slot) bodies[slot.body] = steps(inside);
    else if ("value" in slot) values[slot.value] = inside ? node(raw(inside)) : null;
  }
  return { id: given["id"], type: given["type"], fields: given["fields"], values, bodies };
}

/** Program and the rest out of what Blockly saved. */
export function fromBlockly(saved: unknown, scene: Scene): { steps: Node[]; loose: unknown[] } {
  const all = raw(raw(saved)["blocks"])["blocks"];
  const top = (Array.isArray(all) ? all : []).map(raw);
  const hat = top.find((one) => one["type"] === START);
  return {
    steps: readSteps(steps(raw(hat?.["next"])["block"]), scene),
    loose: top.filter((one) => one["type"] !== START),
  };
}
