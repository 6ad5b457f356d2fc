// What the studio says.
import type { Room } from "./state";
import type { Look, Maker } from "./writer";

export const ROOM_TEXT: Record<Room, string> = { made: "谁做的", cases: "该怎么办", fool: "骗过它" };
export const MAKER_TEXT: Record<Maker, string> = { human: "人做的", machine: "机器做的" };
export const REASONS = [
  "前后接不上",
  "太整齐、太顺了",
  "有点歪、有小毛病",
  "说的事很具体",
  "看到过一样的",
  "只是感觉",
] as const;
export const LOOK_TEXT: Record<Look, string> = {
  0: "不看前面",
  1: "看前面 1 个字",
  2: "看前面 2 个字",
  3: "看前面 3 个字",
};
