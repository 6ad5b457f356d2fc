// The very same rules on the very same cases as a Python program that runs as it stands.
import { python, pythonRows } from "../code";
import type { Bench } from "./bench";

const ORDER = {
  first: "lambda rule: 0",
  specific: "lambda rule: -len(rule[0])",
  priority: "lambda rule: -rule[2]",
};

export function rulesCode(bench: Bench): string {
  const { state, settings } = bench;
  const named = (keys: readonly string[]) => keys.map((key) => bench.name(key));
  const rules = state.rules.map((rule) => [named(rule.if), bench.name(rule.so), rule.priority]);
  const cases = bench.cases.map((one) => [one.title, named(one.facts), bench.name(one.label)]);
  return `# 规则：（条件，结论，优先级）
rules = [
${pythonRows(rules)}
]
answers = ${python(settings.labels.map(({ text }) => text))}   # 最后结论
# 例子：（名字，事实，正确答案）
cases = [
${pythonRows(cases)}
]
order = ${ORDER[state.strategy]}   # 几条规则都能用时，排在前面的赢

def ready(known, last):
    return [rule for rule in rules
            if (rule[1] in answers) == last and set(rule[0]) <= known and (last or rule[1] not in known)]

def think(facts):
    known, steps = set(facts), []
    while ready(known, False):            # 先推中间结论
        rule = sorted(ready(known, False), key=order)[0]
        known.add(rule[1])
        steps.append(rule)
    able = sorted(ready(known, True), key=order)   # 再下最后结论，只有一个
    return (able[0][1] if able else "没有结论"), steps + able[:1], len({rule[1] for rule in able}) > 1

right = 0
for name, facts, label in cases:
    answer, steps, disputed = think(facts)
    right += answer == label
    print(name, "→", answer, "对" if answer == label else f"不对，应该是{label}", "（规则矛盾）" if disputed else "")
    for conditions, conclusion, _ in steps:
        print("    因为", "、".join(conditions), "，所以", conclusion, sep="")
print(f"{len(cases)} 个里对 {right} 个")
`;
}
