// The writing program and the telling program in Python, with the same dice.
import { python } from "../code";
import { DICE_IN_PYTHON } from "../dice";
import type { Bench } from "./bench";
import { SMOOTH } from "./writer";

export function ethicsCode(bench: Bench): string {
  const { look, seed } = bench.state.trial;
  return `sentences = [
${bench.settings.train.map((one) => `    ${python(one)},`).join("\n")}
]
look, seed = ${look}, ${seed}

${DICE_IN_PYTHON}
counts = {}                          # 前面几个字后面，接过哪些字、几次
for sentence in sentences:
    chars = ["^"] * look + list(sentence) + ["$"]
    for i in range(look, len(chars)):
        before = "".join(chars[i - look:i])
        following = counts.setdefault(before, {})
        following[chars[i]] = following.get(chars[i], 0) + 1

def write(seed):
    dice, chars = Dice(seed), ["^"] * look
    while len(chars) < 24 + look:
        following = counts["".join(chars[len(chars) - look:])]
        left, drawn = dice.roll() * sum(following.values()), "$"
        for char, n in following.items():
            left -= n
            if left < 0:
                drawn = char
                break
        if drawn == "$":
            break
        chars.append(drawn)
    return "".join(chars[look:])

known = {s[i:i + 2] for s in sentences for i in range(len(s) - 1)}

def familiar(text):                  # 相邻的两个字，有多少是见过的
    pairs = [text[i:i + 2] for i in range(len(text) - 1)]
    return sum(pair in known for pair in pairs) / len(pairs)

text = next((t for t in (write(seed * 100 + n) for n in range(20)) if len(t) >= 4), write(seed * 100))
print("写的：", text)
print("见过的：", round(familiar(text) * 100), "%", "→", "机器做的" if familiar(text) >= ${SMOOTH} else "人做的")
`;
}
