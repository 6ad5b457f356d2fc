// What the lab says.
import type { Method, Place, ScoreBand } from "./checks";

export const PLACE_TEXT: Record<Place, string> = {
  quiet: "安静的教室",
  light: "有一点杂音",
  street: "马路边",
  loud: "很吵的地方",
  hall: "空荡荡的大厅",
};
export const METHOD_TEXT: Record<Method, string> = {
  nearest: "找最像的三个",
  head: "一轮一轮调分数",
};
export const BAND_TEXT: Record<ScoreBand, string> = {
  most: "几乎全认对",
  half: "认对一大半",
  few: "认对不到一半",
};
/** Why noise breaks it; the first is right. */
export const REASONS = [
  {
    key: "floor",
    text: "杂音把原来没声的地方都填满了，图变得和学过的不一样",
    right: true,
    reply: "对。它学过的图，空的地方是空的；杂音填满以后，每张图都更像从低到高都有声的那一类，比如雨声。",
  },
  {
    key: "tired",
    text: "考了太多次，机器累了",
    right: false,
    reply: "机器不会累：同样的声音再考一次，答案一模一样。对着图再想想。",
  },
  {
    key: "soft",
    text: "声音变小了，它听不见",
    right: false,
    reply: "画图之前都按最响的地方对齐，小声也一样看得见。比一比两张图里“空”的地方。",
  },
] as const;
