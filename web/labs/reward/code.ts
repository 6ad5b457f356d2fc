// The very same learning as a Python program that runs as it stands: same room, same dice, same updates.
import { python } from "../code";
import { DICE_IN_PYTHON } from "../dice";
import type { Bench } from "./bench";
import { MOST_MOVES } from "./model";

export function rewardCode({ state }: Bench): string {
  const { learning, map, episode } = state;
  const { rewards, discount, explore, rate, seed } = learning;
  return `room = [
${map
  .split("\n")
  .map((row) => `    ${python(row)},`)
  .join("\n")}
]
rewards = ${python({ G: rewards.goal, "*": rewards.star, "~": rewards.water })}   # 终点、星星、水坑
bump, step = ${rewards.bump}, ${rewards.step}             # 撞墙、每走一步
discount, explore, rate, seed = ${discount}, ${explore}, ${rate}, ${seed}

${DICE_IN_PYTHON}
ways = [(0, -1), (1, 0), (0, 1), (-1, 0)]
arrows = "↑→↓←"
cells = [(x, y) for y in range(len(room)) for x in range(len(room[0]))]
start = next((x, y) for x, y in cells if room[y][x] == "S")
Q = {(cell, way): 0.0 for cell in cells for way in range(4)}   # 每一格每个方向的分

def go(cell, way):
    x, y = cell[0] + ways[way][0], cell[1] + ways[way][1]
    if not (0 <= y < len(room) and 0 <= x < len(room[0])) or room[y][x] == "#":
        return cell, step + bump
    return (x, y), step + rewards.get(room[y][x], 0)

def best(cell):
    return max(Q[cell, way] for way in range(4))

def best_ways(cell):
    return [way for way in range(4) if Q[cell, way] == best(cell)]

for episode in range(${episode || 100}):
    cell = start
    for move in range(${MOST_MOVES}):
        dice = Dice(seed * 1000003 + episode * 1009 + move)
        choices = [0, 1, 2, 3] if dice.roll() < explore else best_ways(cell)
        way = choices[int(dice.roll() * len(choices))]
        there, reward = go(cell, way)
        arrived = room[there[1]][there[0]] == "G"
        ahead = 0 if arrived else best(there)
        Q[cell, way] = Q[cell, way] + rate * (reward + discount * ahead - Q[cell, way])
        cell = there
        if arrived:
            break

for y, row in enumerate(room):
    print("".join(sign if sign in "#G" else arrows[best_ways((x, y))[0]] for x, sign in enumerate(row)))
print(f"起点的最高分 {best(start):.6f}")
`;
}
