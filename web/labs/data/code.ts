// The experiment as a Python program: how well the labels agree, what the machine learns, whom it fails.
import { python, pythonRows } from "../code";
import type { Row } from "../datasets";
import type { Bench } from "./bench";
import { RULES } from "./notes";

export function dataCode(bench: Bench): string {
  const { settings, state } = bench;
  const { group, feature, yes } = settings;
  const last = state.tried.at(-1);
  const amounts = last?.amounts ?? state.amounts;
  const round = state.rounds.at(-1);
  const own = round?.own ?? state.own.map((one) => one === true);
  const everyone = bench.everyone(own, RULES.find((one) => one === round?.rule) ?? null);
  const cells = (rows: Row[]) =>
    rows
      .filter(({ values }) => Number.isFinite(Number(values[feature.key])))
      .map(({ values, label }) => [values[group.key], Number(values[feature.key]), label === yes]);
  return `labels = {
${everyone.map(({ name, labels }) => `    ${python(name)}: ${python(labels)},`).join("\n")}
}

def kappa(a, b):                     # 扣掉碰巧，还有多一致
    same = sum(x == y for x, y in zip(a, b)) / len(a)
    p, q = sum(a) / len(a), sum(b) / len(b)
    chance = p * q + (1 - p) * (1 - q)
    return None if chance == 1 else (same - chance) / (1 - chance)

names = list(labels)
for i, one in enumerate(names):
    for other in names[i + 1:]:
        k = kappa(labels[one], labels[other])
        print(one, "和", other, "κ =", "算不出" if k is None else f"{k:.2f}")

train = [                            # 谁，${feature.text}（${feature.unit}），${bench.set.labelText}
${pythonRows(cells(bench.lessons(amounts)))}
]
test = [
${pythonRows(cells(settings.test))}
]
each = ${python(last?.each ?? state.each)}

def learn(rows):                     # 错得最少的门槛；一样少就取最低的
    values = sorted({x for _, x, _ in rows})
    places = [(a + b) / 2 for a, b in zip(values, values[1:])]
    return min(places, key=lambda at: sum((x > at) != y for _, x, y in rows), default=None)

for group in ${python(group.choices)}:
    own = [row for row in train if row[0] == group]
    at = (learn(own) if each else None) or learn(train)
    rows = [row for row in test if row[0] == group]
    missed = sum(y and not x > at for _, x, y in rows)
    wrongly = sum(x > at and not y for _, x, y in rows)
    print(group, "门槛", at, "漏了", missed, "误亮", wrongly, "共", len(rows))
`;
}
