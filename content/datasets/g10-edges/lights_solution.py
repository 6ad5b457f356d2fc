import qm

text = qm.read_text("floor.txt")
image = [[int(d) for d in line] for line in text.split()]
UPRIGHT = [[-1, 0, 1], [-1, 0, 1], [-1, 0, 1]]  # 找竖边：九个数加起来是0
AVERAGE = [[1, 1, 1], [1, 1, 1], [1, 1, 1]]  # 九格加起来：越亮越大


def slide(picture, kernel):
    size = len(picture) - 2
    return [
        [sum(picture[r + i][c + j] * kernel[i][j] for i in range(3) for j in range(3)) for c in range(size)]
        for r in range(size)
    ]


def strongest(picture, kernel):
    return max(abs(v) for row in slide(picture, kernel) for v in row)


brighter = [[v + 3 for v in row] for row in image]
doubled = [[v * 2 for v in row] for row in image]

rows = []
for name, picture in (("原来", image), ("加亮3", brighter), ("乘2", doubled)):
    rows.append([name, strongest(picture, UPRIGHT), strongest(picture, AVERAGE)])
qm.table(rows, head=["图", "找竖边的核，最强", "加起来的核，最强"])
