import qm

text = qm.read_text("floor.txt")  # 10行10列，每格一个数：0最黑，9最白
image = [[int(d) for d in line] for line in text.split()]

KERNEL = [  # ② 改这里：让它只找竖着的边
    [0, 0, 0],
    [0, 1, 0],
    [0, 0, 0],
]


def window(picture, kernel, r, c):
    """窗口左上角在第 r 行第 c 列时，九格各乘各的再加起来"""
    total = 0
    for i in range(3):
        for j in range(3):
            total += 0  # ① 改这里：图里这一格 × 核里这一格
    return total


def slide(picture, kernel):
    """窗口从左到右、从上到下滑一遍"""
    size = len(picture) - 2
    return [[window(picture, kernel, r, c) for c in range(size)] for r in range(size)]


def pool(grid):
    """每2×2格只留一个"""
    small = []
    for r in range(0, len(grid), 2):
        row = []
        for c in range(0, len(grid), 2):
            four = [grid[r][c], grid[r][c + 1], grid[r + 1][c], grid[r + 1][c + 1]]
            row.append(four[0])  # ③ 改这里：留四个里最大的
        small.append(row)
    return small


edges = [[abs(v) for v in row] for row in slide(image, KERNEL)]
qm.grid(image, title="小车看到的")
qm.grid(edges, title="边有多强")
qm.grid(pool(edges), title="2×2里留一个")
