import qm


def height(w):
    """两个山谷的地形"""
    return w**4 / 4 - 2 * w**2 + w + 10


def slope(w):
    return w**3 - 4 * w + 1


def descend(w):
    """从 w 出发，朝下坡走200步，回答停在哪里"""
    for _ in range(200):
        w = w - 0.05 * slope(w)
    return w


starts = [3]  # ① 多写几个出发点，从 -3 到 3 之间挑
ends = []
for s in starts:
    end = descend(s)
    ends.append(end)
    print("从", s, "出发，停在", round(end, 2), "，高度", round(height(end), 2))

best = ends[0]  # ② 改这里：留下高度最小的那个停处
print("留下的是", round(best, 2))

curve = [(i / 20 - 3, height(i / 20 - 3)) for i in range(121)]
qm.plot([(e, height(e)) for e in ends], lines=[curve], title="停在哪里", x="w", y="高度")
