// The very same experiment as a Python program that runs as it stands.
import { python, pythonRows } from "../code";
import type { Bench } from "./bench";
import { plain } from "./model";
import { lessons } from "./state";

const WORDS = `def pieces_of(text):                 # 从左到右，每次取认识的最长的词；不认识的跳过
    found, i = [], 0
    while i < len(text):
        for size in range(longest, 0, -1):
            if text[i:i + size] in known:
                found.append(text[i:i + size])
                i += size - 1
                break
        i += 1
    return found
`;
const PAIRS = `def pieces_of(text):                 # 相邻的两个字
    return [text[i:i + 2] for i in range(len(text) - 1)]
`;

export function textCode(bench: Bench): string {
  const { settings, state } = bench;
  const amount = state.run?.amount ?? state.amount;
  const pieces = state.run?.pieces ?? state.pieces;
  const rows = lessons(settings, amount).map(({ words, label }) => [words.join(" "), bench.labelText(label)]);
  const exam = settings.test.map(({ text, label }) => [text, bench.labelText(label)]);
  const cut =
    pieces === "words"
      ? "sentence.split()"
      : "[''.join(sentence.split())[i:i + 2] for i in range(len(''.join(sentence.split())) - 1)]";
  const own = state.draft ? plain(state.draft.text) : (settings.test[0]?.text ?? "");
  return `import math

letters = [   # 学过的：词和词之间空一格
${pythonRows(rows)}
]
exam = [   # 没见过的
${pythonRows(exam)}
]
labels = ${python(settings.labels.map(({ text }) => text))}
learnt = [(${cut}, label) for sentence, label in letters]
known = {piece for pieces, label in learnt for piece in pieces}
longest = max(len(piece) for piece in known)

${pieces === "words" ? WORDS : PAIRS}
counts = {label: {} for label in labels}
for pieces, label in learnt:
    for piece in pieces:
        counts[label][piece] = counts[label].get(piece, 0) + 1

def weight(piece, label):            # 每个数都加一，没出现过的也不是零
    return math.log((counts[label].get(piece, 0) + 1) / (sum(counts[label].values()) + len(known)))

def score(text, label):
    prior = math.log(sum(one == label for _, one in learnt) / len(learnt))
    return prior + sum(weight(piece, label) for piece in pieces_of(text) if piece in known)

def predict(text):
    return max(labels, key=lambda label: score(text, label))

right = sum(predict(text) == label for text, label in exam)
print(len(exam), "句，认对", right, "句")
own = ${python(own)}
print(own, "→", predict(own))
for piece in pieces_of(own):
    print(" ", piece, {label: round(weight(piece, label), 2) for label in labels} if piece in known else "没学过")
`;
}
