import heapq

import qm

rows = qm.read_text("campus.txt").split()  # S 出发，G 到达，# 走不了，. 能走
places = {rows[r][c]: (r, c) for r in range(14) for c in range(14) if rows[r][c] in "SG"}
start, goal = places["S"], places["G"]


def nothing(cell):
    return 0  # 什么也不估：一圈一圈往外找，就是广度优先


def estimate(cell):
    """从这一格到终点，估一估还要走几格"""
    return abs(cell[0] - goal[0]) + abs(cell[1] - goal[1])


def neighbours(cell):
    r, c = cell
    near = [(r - 1, c), (r + 1, c), (r, c - 1), (r, c + 1)]
    return [(i, j) for i, j in near if 0 <= i < 14 and 0 <= j < 14 and rows[i][j] != "#"]


def search(guess):
    """回答：最少走几步，看过哪些格子"""
    steps = {start: 0}
    waiting = [(guess(start), start)]  # 等着看的格子，分数小的先看
    seen = []
    while waiting:
        _, cell = heapq.heappop(waiting)
        if cell in seen:
            continue
        seen.append(cell)
        if cell == goal:
            return steps[cell], seen
        for near in neighbours(cell):
            walked = steps[cell] + 1
            if near not in steps or walked < steps[near]:
                steps[near] = walked
                score = walked + guess(near)
                heapq.heappush(waiting, (score, near))
    return None, seen


for name, guess in (("不估", nothing), ("边走边估", estimate)):
    length, seen = search(guess)
    print(name, "：走", length, "步，看过", len(seen), "格")
    shade = [[9 if ch == "#" else 0 for ch in row] for row in rows]
    for r, c in seen:
        shade[r][c] = 4
    qm.grid(shade, title=f"{name}：看过的格子")
