// What stands in a room, what a robot does, in plain Chinese.
import type { Outcome } from "./checks";
import type { Rewards, Room } from "./model";
import type { Tool } from "./state";

export const SIGN_TEXT: Record<string, string> = {
  ".": "空地",
  "#": "墙",
  "~": "水坑",
  "*": "星星",
  S: "起点",
  G: "终点",
};

export const TOOL_TEXT: Record<Tool, string> = {
  look: "看一格",
  ".": "空地",
  "#": "墙",
  "~": "水坑",
  "*": "星星",
};

export const REWARD_TEXT: Record<keyof Rewards, string> = {
  goal: "到终点",
  star: "走进星星",
  water: "踩水坑",
  bump: "撞墙",
  step: "每走一步",
};

export const OUTCOME_TEXT: Record<Outcome, string> = {
  arrives: "走到终点",
  circles: "绕着星星转",
  lost: "到不了",
};

export const WAY_TEXT = ["上", "右", "下", "左"];

export const placeText = ({ columns }: Room, cell: number): string =>
  `第 ${Math.floor(cell / columns) + 1} 行第 ${(cell % columns) + 1} 列`;

export const short = (value: number): string => String(Math.round(value * 100) / 100 || 0);
