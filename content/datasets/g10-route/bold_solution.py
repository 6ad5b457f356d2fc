import heapq

import qm


def run(name, times):
    """在一张图上找路，估价乘 times 倍；回答：走几步，看过几格"""
    rows = qm.read_text(name).split()
    spots = {rows[r][c]: (r, c) for r in range(14) for c in range(14) if rows[r][c] in "SG"}
    start, goal = spots["S"], spots["G"]

    def guess(cell):
        return times * (abs(cell[0] - goal[0]) + abs(cell[1] - goal[1]))

    steps, waiting, seen = {start: 0}, [(guess(start), start)], set()
    while waiting:
        _, (r, c) = heapq.heappop(waiting)
        if (r, c) in seen:
            continue
        seen.add((r, c))
        if (r, c) == goal:
            return steps[goal], len(seen)
        for i, j in ((r - 1, c), (r + 1, c), (r, c - 1), (r, c + 1)):
            if 0 <= i < 14 and 0 <= j < 14 and rows[i][j] != "#":
                walked = steps[r, c] + 1
                if walked < steps.get((i, j), 999):
                    steps[i, j] = walked
                    heapq.heappush(waiting, (walked + guess((i, j)), (i, j)))
    return None, len(seen)


tries = [0, 1, 2, 3, 5]
table = []
for t in tries:
    table.append([t, *run("campus.txt", t), *run("garden.txt", t)])
qm.table(table, head=["倍数", "校园：步数", "看过", "花园：步数", "看过"])

safe = []
for t in tries:
    if run("campus.txt", t)[0] == 15 and run("garden.txt", t)[0] == 15:
        safe.append(t)
print("两张图上都没绕远的倍数：", safe)
