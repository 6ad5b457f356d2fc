// What the lab says.
import type { Way } from "./checks";
import type { Pieces } from "./model";

export const PIECES_TEXT: Record<Pieces, string> = { words: "一个一个的词", pairs: "相邻的两个字" };
export const WAY_TEXT: Record<Way, string> = {
  none: "平常的一句话",
  not: "加一个“不”",
  irony: "说反话",
  new: "用它没学过的词",
  plain: "只用每类都有的词",
};
export const WAY_SAYS: Record<Way, string> = {
  none: "",
  not: "它数词，不看“不”挨着谁：“好听”还是算表扬。",
  irony: "反话里的词都是好词，它听不出语气。",
  new: "没学过的词它跳过去；一个认识的都没有，就只好按学过的多少来猜。",
  plain: "每类都有的词，分不出是哪一类。",
};
