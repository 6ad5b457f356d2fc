// Things said near the lamp, to be labelled: is it being called? Written by us. For each, what each rule makes of it.
export const RULES = ["name", "want", "both"] as const;
export type Rule = (typeof RULES)[number];

export interface Note extends Record<Rule, boolean> {
  text: string;
}

const note = (text: string, name: boolean, want: boolean, both: boolean): Note => ({
  text,
  name,
  want,
  both,
});

export const NOTES: readonly Note[] = [
  note("开灯！", true, true, true),
  note("这里好暗啊。", false, true, false),
  note("昨天的灯坏了。", true, false, false),
  note("把灯弄亮一点。", true, true, true),
  note("今天食堂有面条。", false, false, false),
  note("我看不清黑板。", false, true, false),
  note("这盏灯像个月亮。", true, false, false),
  note("关灯，我们走吧。", true, true, true),
  note("亮一点。", false, true, false),
  note("你会画灯笼吗？", true, false, false),
  note("太晃眼了。", false, true, false),
  note("灯，变成黄色。", true, true, true),
];

export const RULE_TEXT: Record<Rule, string> = {
  name: "只要说到“灯”，就算在叫灯",
  want: "只要想让灯变一变，就算，不管说没说“灯”",
  both: "说了“灯”，也说了要它做什么，才算",
};

/** Classmates who are made up. Without a rule each goes by an idea of their own; with one each slips once. */
export const MATES = [
  { name: "小禾", own: "name", slips: 9 },
  { name: "小川", own: "want", slips: 5 },
] as const;

export function mateLabels(mate: (typeof MATES)[number], rule: Rule | null, count: number): boolean[] {
  return NOTES.slice(0, count).map((one, i) =>
    rule === null ? one[mate.own] : i === mate.slips ? !one[rule] : one[rule],
  );
}
