import math
import qm

nights = qm.read_csv("nights.csv")  # 晚8点的气温 temp、云量 cloud（0到8），后来有没有结霜 frost（1有0没有）
train = [n for n in nights if n["part"] == "train"]  # 36晚，用来学
tune = [n for n in nights if n["part"] == "tune"]  # 24晚，用来挑门槛


def sigmoid(z):
    """把任何一个数变成0到1之间的把握"""
    return 1 / (1 + math.exp(-z))


def chance(n):
    return sigmoid(b + w_temp * n["temp"] + w_cloud * n["cloud"])


b = w_temp = w_cloud = 0
STEP = 0.05
for i in range(3000):
    gb = gt = gc = 0
    for n in train:
        miss = chance(n) - n["frost"]
        gb += miss
        gt += miss * n["temp"]
        gc += miss * n["cloud"]
    b -= STEP * gb / len(train)
    w_temp -= STEP * gt / len(train)
    w_cloud -= STEP * gc / len(train)
print("b =", round(b, 2), " 气温的权重", round(w_temp, 2), " 云量的权重", round(w_cloud, 2))

THRESHOLD = 0.3
missed = wasted = 0
for n in tune:
    cover = chance(n) >= THRESHOLD
    if n["frost"] == 1 and not cover:
        missed += 1  # 结了霜，没盖
    if n["frost"] == 0 and cover:
        wasted += 1  # 没结霜，白盖
print("门槛", THRESHOLD, "：漏掉", missed, "晚，白盖", wasted, "晚")
dots = [(n["temp"], chance(n), "结霜" if n["frost"] else "没结霜") for n in tune]
qm.plot(dots, title="24个晚上的把握", x="气温", y="把握")
