// The very same experiment as a Python program that runs as it stands.
import type { Spot } from "../plane";
import type { LabState, Settings } from "./state";

const pair = ({ x, y }: Spot): string => `(${x}, ${y})`;

export function nearCode(state: LabState, { kinds }: Settings): string {
  const rows = state.dots.map((dot) => `    (${dot.x}, ${dot.y}, "${kinds[dot.kind]?.text ?? ""}"),`);
  return `points = [   # 横、竖、种类
${rows.join("\n")}
]
query = ${pair(state.query)}
k = ${state.k}

def distance(point):
    return ((point[0] - query[0]) ** 2 + (point[1] - query[1]) ** 2) ** 0.5

nearest = sorted(points, key=distance)[:k]
votes = {}
for point in nearest:
    votes[point[2]] = votes.get(point[2], 0) + 1
print(votes)
print("认成", max(votes, key=votes.get))   # 票数一样，听最近的那个
`;
}

export function groupsCode(state: LabState): string {
  return `points = [
${state.dots.map((dot) => `    ${pair(dot)},`).join("\n")}
]
centres = [${state.start.map(pair).join(", ")}]

def squared(a, b):
    return (a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2

groups = None
while True:
    before = groups
    groups = []                      # 归组：每个点找最近的中心
    for point in points:
        far = [squared(point, centre) for centre in centres]
        groups.append(far.index(min(far)))
    if groups == before:
        break                        # 没有点换组，停下
    for g in range(len(centres)):    # 移动：中心到自己那些点的正中间
        own = [points[i] for i in range(len(points)) if groups[i] == g]
        if own:
            centres[g] = (sum(p[0] for p in own) / len(own), sum(p[1] for p in own) / len(own))

print(centres)
print("散开的程度", sum(squared(points[i], centres[groups[i]]) for i in range(len(points))))
`;
}
