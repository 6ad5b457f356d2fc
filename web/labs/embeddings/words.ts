// What the lab says.
import type { Side } from "./model";
import type { Tab } from "./state";

export const TAB_TEXT: Record<Tab, string> = { map: "词语地图", analogy: "类比", bias: "偏不偏" };

export const sideText = (side: Side, poles: readonly { text: string }[]): string =>
  side === "level" ? "差不多" : `偏${(side === "first" ? poles[0] : poles[1])?.text ?? ""}`;

/** Why the words lean; the first is right. */
export const REASONS = [
  {
    key: "sentences",
    text: "句子里，这些职业总和“他”或者“她”写在一起",
    right: true,
    reply: "对。它只看见句子：句子写偏了，词就偏了；换成一半一半的句子，偏就没有了。",
  },
  {
    key: "fit",
    text: "有的职业本来就只适合男的或者女的",
    right: false,
    reply: "句子是故意写偏的，不说明谁适合做什么。换成一半一半的句子再看一次。",
  },
  {
    key: "think",
    text: "机器自己不喜欢男的或者女的",
    right: false,
    reply: "机器没有喜欢不喜欢，它只数词和词一起出现几次。看看每个词后面的次数。",
  },
] as const;
