// The very same experiment as a Python program that runs as it stands.
import { python, pythonRows } from "../code";
import type { Bench } from "./bench";
import { NOISE } from "./ear";
import { K, ROUNDS, SCALE } from "./model";
import { PLACE_TEXT } from "./words";

/** 96 digits: each number in hundredths. */
const digits = (features: Float32Array): string =>
  Array.from(features, (value) => String(Math.round(value * 100)).padStart(2, "0")).join("");

const NEAREST = `
def distance(a, b):
    return sum((p - q) ** 2 for p, q in zip(a, b)) ** 0.5

def predict(row):
    near = sorted(lessons, key=lambda one: distance(row, one[1]))[:${K}]
    names = [label for label, _ in near]
    return max(names, key=names.count)      # 票数一样，听最近的那个
`;

const HEAD = `
import math

labels = LABELS
size = len(lessons[0][1])
middle = [sum(row[i] for _, row in lessons) / len(lessons) for i in range(size)]
weights = [[0.0] * size for _ in labels]
bias = [0.0] * len(labels)

def centred(row):
    return [(row[i] - middle[i]) * ${SCALE} * 5 for i in range(size)]

def shares(row):                            # softmax：分数变成份额，加起来是 1
    scores = [b + sum(w * x for w, x in zip(ws, row)) for ws, b in zip(weights, bias)]
    powers = [math.exp(score - max(scores)) for score in scores]
    return [power / sum(powers) for power in powers]

rows = [(label, centred(row)) for label, row in lessons]
for step in range(${ROUNDS}):
    slopes = [[0.0] * size for _ in labels]
    lifts = [0.0] * len(labels)
    for label, row in rows:
        for c, share in enumerate(shares(row)):
            off = (share - (labels[c] == label)) / len(rows)
            lifts[c] += off
            slopes[c] = [s + off * x for s, x in zip(slopes[c], row)]
    for c in range(len(labels)):
        weights[c] = [w - (s + 0.001 * w) for w, s in zip(weights[c], slopes[c])]
        bias[c] -= lifts[c]

def predict(row):
    found = shares(centred(row))
    return labels[found.index(max(found))]
`;

export function soundCode(bench: Bench): string {
  const { state, settings, ear } = bench;
  const { place } = state;
  const rows = (all: { key: string; label: string }[], where: typeof place, copy: boolean) =>
    all.map(({ key, label }) => [bench.labelText(label), digits(ear.features(key, where, copy))]);
  const places = state.noisy ? (["quiet", "light", "street"] as const) : (["quiet"] as const);
  const lessons = places.flatMap((where) => rows(settings.train, where, true));
  const heard =
    NOISE[place] === undefined ? PLACE_TEXT[place] : `${PLACE_TEXT[place]}，信噪比 ${NOISE[place]} 分贝`;
  const way =
    state.method === "nearest"
      ? NEAREST
      : HEAD.replace("LABELS", python(settings.labels.map((one) => one.text)));
  return `# 每个声音是 48 个数：24 个音高各自平均多响，再是各自变化多大；两位数字是百分之几
def read(digits):
    return [int(digits[i:i + 2]) / 100 for i in range(0, len(digits), 2)]

lessons = [   # 学过的
${pythonRows(lessons)}
]
exam = [   # 没听过的（${heard}）
${pythonRows(rows(settings.test, place, false))}
]
lessons = [(label, read(row)) for label, row in lessons]
exam = [(label, read(row)) for label, row in exam]
${way}
right = sum(predict(row) == label for label, row in exam)
print(len(exam), "个，认对", right, "个")
`;
}
