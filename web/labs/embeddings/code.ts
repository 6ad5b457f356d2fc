// The very same experiment as a Python program that runs as it stands.
import { python } from "../code";
import type { Bench } from "./bench";

/** Hundredths say enough to find the same words nearly always, and keep the program short; thousandths always do. */
const PLACES = 1000;

export function wordsCode(bench: Bench): string {
  const { set, state } = bench;
  const rows = set.words.map((word, at) => {
    const vector = Array.from(set.vectors[at] ?? [], (value) => Math.round(value * PLACES));
    return `    ${python(word)}: "${vector.join(" ")}",`;
  });
  const poles = set.poles.map(({ words }) => words);
  return `words = {   # 每个词 ${set.vectors[0]?.length ?? 0} 个数，写成千分之几
${rows.join("\n")}
}
vectors = {word: [int(n) / ${PLACES} for n in row.split()] for word, row in words.items()}

def cosine(a, b):
    size = lambda v: sum(x * x for x in v) ** 0.5
    return sum(x * y for x, y in zip(a, b)) / (size(a) * size(b))

def nearest(to, without, many=5):
    others = [word for word in vectors if word not in without]
    return sorted(others, key=lambda word: -cosine(vectors[word], to))[:many]

word = ${python(state.word)}
print(word, "附近：", *nearest(vectors[word], [word]))

a, b, c = ${python(state.a)}, ${python(state.b)}, ${python(state.c)}
to = [y - x + z for x, y, z in zip(vectors[a], vectors[b], vectors[c])]
print(a, "对", b, "，就像", c, "对：", *nearest(to, [a, b, c]))

poles = ${python(poles)}

def lean(word):                       # 大于 0 偏前一头，小于 0 偏后一头
    means = [sum(cosine(vectors[word], vectors[one]) for one in pole) / len(pole) for pole in poles]
    return means[0] - means[1]

for word in ${python(bench.probe())}:
    print(word, round(lean(word), 2))
`;
}
