// The very same network as a Python program that runs as it stands: same points, same weights to begin with, same order.
import { pythonRows } from "../code";
import { DICE_IN_PYTHON } from "../dice";
import type { Bench } from "./bench";
import type { Activation, Feature } from "./model";
import { sizesOf } from "./state";

const FEATURE: Record<Feature, string> = {
  x: "u",
  y: "v",
  xx: "u * u",
  yy: "v * v",
  xy: "u * v",
  sx: "math.sin(math.pi * u)",
  sy: "math.sin(math.pi * v)",
};
const ACTIVATE: Record<Activation, [string, string]> = {
  tanh: ["math.tanh(total)", "1 - out * out"],
  relu: ["max(0.0, total)", "1.0 if out > 0 else 0.0"],
  sigmoid: ["1 / (1 + math.exp(-total))", "out * (1 - out)"],
};

export function networkCode(bench: Bench): string {
  const { plan, epoch } = bench.state;
  const rows = (part: "train" | "test") =>
    pythonRows(bench.points.filter((one) => one.part === part).map(({ x, y, kind }) => [x, y, kind]));
  const [forth, back] = ACTIVATE[plan.activation];
  return `import math

train = [   # 横、竖（0 到 100）、哪一种
${rows("train")}
]
test = [
${rows("test")}
]
sizes = [${sizesOf(plan).join(", ")}]   # 每层几个
rate, batch, decay, seed = ${plan.rate}, ${plan.batch}, ${plan.decay}, ${plan.seed}

${DICE_IN_PYTHON}
def inputs(x, y):
    u, v = (x - 50) / 25, (y - 50) / 25
    return [${plan.features.map((one) => FEATURE[one]).join(", ")}]

def activate(total):
    return ${forth}

def slope(out):
    return ${back}

dice = Dice(seed)                # 开始的权重是随机的
weights, biases = [], []
for ins, outs in zip(sizes, sizes[1:]):
    most = math.sqrt(6 / (ins + outs))
    weights.append([[(2 * dice.roll() - 1) * most for _ in range(ins)] for _ in range(outs)])
    biases.append([0.0] * outs)

def forward(x, y):
    layers = [inputs(x, y)]
    for n, (rows, plus) in enumerate(zip(weights, biases)):
        totals = [b + sum(w * i for w, i in zip(row, layers[-1])) for row, b in zip(rows, plus)]
        if n == len(weights) - 1:
            layers.append([1 / (1 + math.exp(-total)) for total in totals])
        else:
            layers.append([activate(total) for total in totals])
    return layers

def learn(points):               # 一批：算出每个权重该往哪边改，改一小步
    down = [[[0.0] * len(row) for row in rows] for rows in weights]
    down_bias = [[0.0] * len(plus) for plus in biases]
    for x, y, kind in points:
        layers = forward(x, y)
        blame = [(layers[-1][0] - kind) / len(points)]
        for n in reversed(range(len(weights))):
            for unit, b in enumerate(blame):
                down_bias[n][unit] += b
                for i, value in enumerate(layers[n]):
                    down[n][unit][i] += b * value
            if n:
                blame = [
                    slope(out) * sum(b * row[i] for b, row in zip(blame, weights[n]))
                    for i, out in enumerate(layers[n])
                ]
    for n, rows in enumerate(weights):
        for unit, row in enumerate(rows):
            for i in range(len(row)):
                row[i] -= rate * (down[n][unit][i] + decay * row[i])
            biases[n][unit] -= rate * down_bias[n][unit]

def score(points):
    loss, right = 0.0, 0
    for x, y, kind in points:
        p = forward(x, y)[-1][0]
        loss -= math.log(max(1e-12, p if kind else 1 - p)) / len(points)
        right += (p > 0.5) == (kind == 1)
    return loss, right

for epoch in range(${epoch || 50}):
    dice = Dice(seed * 1000 + epoch)
    order = list(range(len(train)))
    for i in range(len(train) - 1, 0, -1):     # 每一轮换个先后
        j = int(dice.roll() * (i + 1))
        order[i], order[j] = order[j], order[i]
    for start in range(0, len(train), batch):
        learn([train[i] for i in order[start:start + batch]])

for name, points in (("训练", train), ("测试", test)):
    loss, right = score(points)
    print(f"{name}损失 {loss:.6f}，{len(points)} 个认对 {right} 个")
`;
}
