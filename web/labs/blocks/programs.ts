// Programs written short, for tests: `steps(["until", "goal", ["ifelse", "wall", ["right"], ["forward"]]])`.
import { pieceOf } from "./pieces";
import { freshNode, type Node, slotsOf } from "./program";

export type Short = string | number | readonly (Short | readonly Short[])[];

export const steps = (...all: Short[]): Node[] => all.map(node);

/** A word is a piece without slots, a number and a quoted word are themselves; a list is a piece with its slots in order. */
function node(short: Short): Node {
  if (typeof short === "number") return { ...freshNode("num"), fields: { N: short } };
  if (typeof short === "string") {
    if (short.startsWith('"')) return { ...freshNode("text"), fields: { TEXT: short.slice(1, -1) } };
    return freshNode(short);
  }
  const [type, ...rest] = short;
  const made = freshNode(String(type));
  const piece = pieceOf(String(type));
  for (const [at, slot] of (piece ? slotsOf(piece) : []).entries()) {
    const given = rest[at] as Short | undefined;
    if (given === undefined) continue;
    if ("body" in slot) made.bodies[slot.body] = (given as readonly Short[]).map(node);
    else if ("value" in slot) made.values[slot.value] = node(given);
    else
      made.fields["field" in slot ? slot.field : "number" in slot ? slot.number : slot.words] =
        given as string;
  }
  return made;
}
