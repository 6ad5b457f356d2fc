// The blocks there are: what they say, what fits where, on which scene. Blockly's blocks, the list editor, the Python text
// and what a screen reader hears are all made from this one table.
import type { Level } from "../level";

export type Scene = "robot" | "stage" | "belt";
export const SCENES: readonly Scene[] = ["robot", "stage", "belt"];

/** `step` does something; the others are put into a step. `any` is a number or a word. */
export type Shape = "step" | "number" | "truth" | "any";

export type Slot =
  | { field: string; choices: readonly (readonly [string, string])[] | "labels" }
  | { number: string; least: number; most: number }
  | { words: string }
  | { value: string; takes: Exclude<Shape, "step"> }
  | { body: string };

export interface Piece {
  type: string;
  shape: Shape;
  group: "motion" | "looks" | "control" | "sense" | "logic" | "model";
  /** Words and slots in reading order. */
  parts: readonly (string | Slot)[];
  scenes: readonly Scene[];
  /** Also there for the youngest, with this sign before its words. */
  sign?: string;
}

export const COSTUMES = ["平常", "开心", "睡觉", "害怕"] as const;
export const VARIABLES = ["次数", "结果"] as const;
export const MOST_WORDS = 30;

const same = (names: readonly string[]): [string, string][] => names.map((name) => [name, name]);
const ALL = SCENES;

export const PIECES: readonly Piece[] = [
  { type: "forward", shape: "step", group: "motion", parts: ["向前走一格"], scenes: ["robot"], sign: "↑" },
  { type: "left", shape: "step", group: "motion", parts: ["向左转"], scenes: ["robot"], sign: "↰" },
  { type: "right", shape: "step", group: "motion", parts: ["向右转"], scenes: ["robot"], sign: "↱" },
  {
    type: "move",
    shape: "step",
    group: "motion",
    parts: ["往右移", { value: "N", takes: "number" }, "步"],
    scenes: ["stage"],
    sign: "→",
  },
  {
    type: "say",
    shape: "step",
    group: "looks",
    parts: ["说", { value: "WHAT", takes: "any" }],
    scenes: ALL,
    sign: "❝",
  },
  {
    type: "costume",
    shape: "step",
    group: "looks",
    parts: ["换成", { field: "NAME", choices: same(COSTUMES) }, "的样子"],
    scenes: ["stage"],
    sign: "☺",
  },
  {
    type: "repeat",
    shape: "step",
    group: "control",
    parts: ["重复", { value: "N", takes: "number" }, "次", { body: "DO" }],
    scenes: ALL,
    sign: "↻",
  },
  {
    type: "until",
    shape: "step",
    group: "control",
    parts: ["重复，直到", { value: "IF", takes: "truth" }, { body: "DO" }],
    scenes: ALL,
    sign: "↻",
  },
  {
    type: "forever",
    shape: "step",
    group: "control",
    parts: ["一直重复", { body: "DO" }],
    scenes: ["stage"],
  },
  {
    type: "if",
    shape: "step",
    group: "control",
    parts: ["如果", { value: "IF", takes: "truth" }, "就", { body: "DO" }],
    scenes: ALL,
    sign: "?",
  },
  {
    type: "ifelse",
    shape: "step",
    group: "control",
    parts: ["如果", { value: "IF", takes: "truth" }, "就", { body: "DO" }, "不然", { body: "ELSE" }],
    scenes: ALL,
    sign: "?",
  },
  {
    type: "wait",
    shape: "step",
    group: "control",
    parts: ["等", { value: "N", takes: "number" }, "拍"],
    scenes: ["stage"],
  },
  { type: "stop", shape: "step", group: "control", parts: ["停下"], scenes: ALL },

  { type: "wall", shape: "truth", group: "sense", parts: ["前面是墙"], scenes: ["robot"], sign: "▦" },
  { type: "goal", shape: "truth", group: "sense", parts: ["到了终点"], scenes: ["robot"], sign: "⚑" },
  { type: "line", shape: "truth", group: "sense", parts: ["前面那格是黑线"], scenes: ["robot"] },
  { type: "distance", shape: "number", group: "sense", parts: ["到墙的距离"], scenes: ["robot"] },
  { type: "floor", shape: "number", group: "sense", parts: ["前面那格有多亮"], scenes: ["robot"] },
  { type: "dark", shape: "truth", group: "sense", parts: ["周围很暗"], scenes: ["stage"], sign: "☾" },
  { type: "light", shape: "number", group: "sense", parts: ["光线"], scenes: ["stage"] },
  { type: "noise", shape: "number", group: "sense", parts: ["声音大小"], scenes: ["stage"] },
  { type: "tilt", shape: "number", group: "sense", parts: ["倾斜"], scenes: ["stage"] },
  { type: "dial", shape: "number", group: "sense", parts: ["旋钮的数"], scenes: ["stage"] },

  { type: "take", shape: "step", group: "model", parts: ["拿下一个"], scenes: ["belt"] },
  {
    type: "put",
    shape: "step",
    group: "model",
    parts: ["放进", { value: "WHAT", takes: "any" }, "的箱子"],
    scenes: ["belt"],
  },
  { type: "more", shape: "truth", group: "model", parts: ["传送带上还有"], scenes: ["belt"] },
  { type: "answer", shape: "any", group: "model", parts: ["模型的答案"], scenes: ["belt"] },
  { type: "sure", shape: "number", group: "model", parts: ["模型有多少把握（0 到 100）"], scenes: ["belt"] },
  {
    type: "label",
    shape: "any",
    group: "model",
    parts: [{ field: "NAME", choices: "labels" }],
    scenes: ["belt"],
  },

  {
    type: "num",
    shape: "number",
    group: "logic",
    parts: [{ number: "N", least: -1000, most: 1000 }],
    scenes: ALL,
  },
  { type: "text", shape: "any", group: "logic", parts: ["“", { words: "TEXT" }, "”"], scenes: ALL },
  {
    type: "compare",
    shape: "truth",
    group: "logic",
    parts: [
      { value: "A", takes: "number" },
      {
        field: "SIGN",
        choices: [
          ["lt", "<"],
          ["gt", ">"],
          ["eq", "="],
        ],
      },
      { value: "B", takes: "number" },
    ],
    scenes: ALL,
  },
  {
    type: "both",
    shape: "truth",
    group: "logic",
    parts: [
      { value: "A", takes: "truth" },
      {
        field: "SIGN",
        choices: [
          ["and", "并且"],
          ["or", "或者"],
        ],
      },
      { value: "B", takes: "truth" },
    ],
    scenes: ALL,
  },
  {
    type: "not",
    shape: "truth",
    group: "logic",
    parts: ["不是", { value: "IF", takes: "truth" }],
    scenes: ALL,
  },
  {
    type: "sum",
    shape: "number",
    group: "logic",
    parts: [
      { value: "A", takes: "number" },
      {
        field: "SIGN",
        choices: [
          ["+", "+"],
          ["-", "−"],
          ["*", "×"],
          ["/", "÷"],
        ],
      },
      { value: "B", takes: "number" },
    ],
    scenes: ALL,
  },
  {
    type: "set",
    shape: "step",
    group: "logic",
    parts: ["把", { field: "NAME", choices: same(VARIABLES) }, "设成", { value: "WHAT", takes: "any" }],
    scenes: ALL,
  },
  {
    type: "change",
    shape: "step",
    group: "logic",
    parts: ["把", { field: "NAME", choices: same(VARIABLES) }, "加上", { value: "N", takes: "number" }],
    scenes: ALL,
  },
  {
    type: "get",
    shape: "any",
    group: "logic",
    parts: [{ field: "NAME", choices: same(VARIABLES) }],
    scenes: ALL,
  },
];

const BY_TYPE = new Map(PIECES.map((piece) => [piece.type, piece]));
export const pieceOf = (type: string): Piece | undefined => BY_TYPE.get(type);

export const GROUPS: readonly { key: Piece["group"]; text: string }[] = [
  { key: "motion", text: "动作" },
  { key: "looks", text: "说和看" },
  { key: "model", text: "模型" },
  { key: "sense", text: "传感器" },
  { key: "control", text: "控制" },
  { key: "logic", text: "数和比较" },
];

/** For the youngest: the signed ones, and a number to say how often. */
export function offered(scene: Scene, level: Level): Piece[] {
  const here = PIECES.filter((piece) => piece.scenes.includes(scene));
  if (level !== "primary") return here;
  return here.filter(({ sign, type }) => sign !== undefined || type === "num" || type === "text");
}

/** Whether a piece may stand in a slot. A variable or an answer may hold a number, so it fits where numbers do. */
export function fits(shape: Shape, takes: Exclude<Shape, "step">): boolean {
  if (takes === "truth") return shape === "truth";
  return shape === "number" || shape === "any";
}

/** What a slot holds when nothing was put in. A condition left out never holds. */
export function usual(
  takes: Exclude<Shape, "step">,
): { type: string; fields: Record<string, string | number> } | null {
  if (takes === "truth") return null;
  return takes === "number" ? { type: "num", fields: { N: 3 } } : { type: "text", fields: { TEXT: "你好" } };
}
