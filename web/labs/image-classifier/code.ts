// The very same learning as a Python program that runs as it stands. Pictures stay here: the program has what both ways
// of learning ask of them, how alike each two are (the product of their features).
import { python } from "../code";
import type { Bench } from "./bench";
import { cosine, type Features, Head, NEIGHBOURS } from "./model";
import { lastRun } from "./state";

/** What the program was made from; another key, another program. */
export function codeKey({ state, eye }: Bench): string {
  const run = lastRun(state);
  return run
    ? `${eye.kind} ${run.no} ${run.answers?.length ?? "-"} ${state.classes.map(({ name }) => name)}`
    : "";
}

interface Shown {
  name: string;
  cls: number;
  features: Features;
}

/** Waits for features that are not known yet; rejects when a picture can't be opened. */
export async function imageCode(bench: Bench): Promise<string> {
  const run = lastRun(bench.state);
  if (!run) return "";
  const keys = bench.labels();
  const look = async (id: string, key: string): Promise<Shown> => ({
    name: bench.says(id),
    cls: keys.indexOf(key),
    features: await bench.eye.look(id, bench.url(id)),
  });
  const learnt = await Promise.all(Object.entries(run.placed).map(([id, key]) => look(id, key)));
  const asked = await Promise.all((run.answers ?? []).map(({ id, truth }) => look(id, truth)));
  return programOf(
    keys.map((key) => bench.className(key)),
    learnt,
    asked,
    run.method,
    bench.rounds,
  );
}

export function programOf(
  classes: string[],
  learnt: Shown[],
  asked: Shown[],
  method: "neighbours" | "head",
  rounds: number,
): string {
  const list = (some: Shown[]) => some.map(({ name, cls }) => `    (${python(name)}, ${cls}),`).join("\n");
  const alike = (some: Shown[]) =>
    some
      .map((one) => learnt.map((other) => Math.round(cosine(one.features, other.features) * 1e6) / 1e6))
      .map((row) => `    ${python(row)},`)
      .join("\n");
  return `from math import exp

classes = ${python(classes)}
learnt = [   # 学过的图片，和它是第几类（从 0 数）
${list(learnt)}
]
asked = [   # 没见过的图片${asked.length ? "" : "；考一考以后才写在这里"}
${list(asked)}
]
# 每张图片先变成 ${learnt[0]?.features.length ?? 0} 个数。两张图片的数一个个相乘再加起来，就是有多像：1 是一样。
# 一行是一张图片，一列是和一张学过的有多像。
learnt_alike = [
${alike(learnt)}
]
asked_alike = [
${alike(asked)}
]

${method === "neighbours" ? NEAR : head(rounds)}
for name, pictures, rows in [("学过的", learnt, learnt_alike), ("没见过的", asked, asked_alike)]:
    if not pictures:
        continue
    said = [says(alike) for alike in rows]
    right = sum(a == b for a, (_, b) in zip(said, pictures))
    print(f"{name} {len(said)} 张，" + ("全认对" if right == len(said) else f"认对 {right} 张"))
    for a, (picture, b) in zip(said, pictures):
        if a != b:
            print(f"  {picture}：它说是{classes[a]}")
`;
}

const NEAR = `def says(alike):                 # 最像的 ${NEIGHBOURS} 张，哪一类多就说哪一类
    nearest = sorted(range(len(learnt)), key=lambda i: -alike[i])[:${NEIGHBOURS}]
    votes = {}
    for i in nearest:
        number, total = votes.get(learnt[i][1], (0, 0))
        votes[learnt[i][1]] = (number + 1, total + alike[i])
    return max(votes, key=votes.get)   # 一样多，听更像的
`;

const head = (rounds: number): string => `n = len(learnt)
mean = [sum(row) / n for row in learnt_alike]
middle = sum(mean) / n

def centred(alike):              # 每张都先减去平均的图片，再放大 ${Head.SPREAD} 倍
    own = sum(alike) / n
    return [${Head.SPREAD ** 2} * (alike[i] - own - mean[i] + middle) for i in range(n)]

# 每一类的权重，都是学过的图片各乘一个倍数，加在一起；学的就是这些倍数
times = [[0.0] * n for _ in classes]
bias = [0.0] * len(classes)

def shares(x):
    scores = [bias[c] + sum(a * b for a, b in zip(times[c], x)) for c in range(len(classes))]
    powers = [exp(score - max(scores)) for score in scores]
    return [power / sum(powers) for power in powers]

inputs = [centred(row) for row in learnt_alike]
for _ in range(${rounds}):
    found = [shares(x) for x in inputs]
    for c in range(len(classes)):
        off = [found[i][c] - (learnt[i][1] == c) for i in range(n)]   # 说的和对的差多少
        times[c] = [t - ${Head.RATE} * (off[i] / n + ${Head.DECAY} * t) for i, t in enumerate(times[c])]
        bias[c] = bias[c] - ${Head.RATE} * sum(off) / n

def says(alike):
    found = shares(centred(alike))
    return found.index(max(found))
`;
