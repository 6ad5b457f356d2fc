// The very same counts as a Python program that runs as it stands: same prose, same chances for the next sign.
import { python } from "../code";
import type { Bench } from "./bench";

export function nextCode({ state, settings }: Bench): string {
  return `from collections import Counter, defaultdict

prose = ${python(settings.prose)}
text = ${python(state.text)}
n, temperature = ${state.n || 2}, ${state.temperature}   # 看前面 n - 1 个字

after = defaultdict(Counter)   # 前面是这些字时，后面各字出现几次
for at, sign in enumerate(prose):
    for back in range(min(n, at + 1)):
        after[prose[at - back:at]][sign] += 1
signs = sorted(set(prose))

def chances(text):
    found = {sign: 1 / len(signs) for sign in signs}
    for back in range(min(n, len(text) + 1)):   # 从不看前面，到看 n - 1 个字
        row = after.get(text[len(text) - back:])
        if row is None:                          # 没见过：就用短一点的
            break
        times, kinds = sum(row.values()), len(row)
        found = {sign: (row[sign] + kinds * found[sign]) / (times + kinds) for sign in signs}
    raised = {sign: chance ** (1 / temperature) for sign, chance in found.items()}
    return {sign: one / sum(raised.values()) for sign, one in raised.items()}

found = chances(text)
for sign in sorted(signs, key=lambda sign: (-found[sign], sign))[:8]:
    print(f"{sign} {found[sign]:.6f}")
`;
}
