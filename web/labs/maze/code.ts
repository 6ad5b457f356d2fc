// The very same search as a Python program that runs as it stands: same maze, same order of looking round.
import { python } from "../code";
import type { Bench } from "./bench";

export function mazeCode({ state, settings }: Bench): string {
  const { method, factor } = state.shown ?? state.way;
  return `maze = [
${state.maze
  .split(/\s+/)
  .map((row) => `    ${python(row)},`)
  .join("\n")}
]
method = ${python(method)}   # bfs 宽度优先，dfs 深度优先，greedy 贪心，astar A*
factor = ${method === "astar" ? factor : 1}   # A* 的估计乘几倍
mud = ${settings.mud}   # 走进一格泥地的代价

cells = [(row, column) for row in range(len(maze)) for column in range(len(maze[0]))]
start = next((r, c) for r, c in cells if maze[r][c] == "S")
goal = next((r, c) for r, c in cells if maze[r][c] == "G")

def estimate(cell):              # 估计还要走几步：横着加竖着
    return (abs(cell[0] - goal[0]) + abs(cell[1] - goal[1])) * factor

def around(cell):                # 上、右、下、左，墙不算
    for down, right in [(-1, 0), (0, 1), (1, 0), (0, -1)]:
        r, c = cell[0] + down, cell[1] + right
        if 0 <= r < len(maze) and 0 <= c < len(maze[0]) and maze[r][c] != "#":
            yield r, c

def first(waiting):              # 四种办法只有这里不同：先打开谁
    if method == "bfs":
        return 0                 # 最早来的
    if method == "dfs":
        return len(waiting) - 1  # 最后来的
    def rank(i):
        cell, _, cost = waiting[i]
        left = estimate(cell)
        return (left if method == "greedy" else cost + left), left, i
    return min(range(len(waiting)), key=rank)

waiting = [(start, None, 0)]     # 排队的：哪一格，从哪来，代价
came, seen, total = {}, {start: 0}, None
while waiting:
    cell, before, cost = waiting.pop(first(waiting))
    if cell in came:
        continue
    came[cell] = before          # 打开它
    if cell == goal:
        total = cost
        break
    doors = [one for one in around(cell) if one not in came]
    for one in reversed(doors) if method == "dfs" else doors:
        price = cost + (mud if maze[one[0]][one[1]] == "~" else 1)
        if one in seen and method in ("bfs", "greedy"):
            continue
        if one in seen and method == "astar" and price >= seen[one]:
            continue
        seen[one] = price
        waiting.append((one, cell, price))

if total is None:
    print(f"打开了 {len(came)} 格，能到的都到过了：没有路。")
else:
    path = [goal]
    while came[path[-1]] is not None:
        path.append(came[path[-1]])
    print(f"到了！打开 {len(came)} 格，路长 {len(path) - 1} 步，代价 {total}。")
    for r, row in enumerate(maze):
        print("".join("●" if (r, c) in path and sign not in "SG" else sign for c, sign in enumerate(row)))
`;
}
