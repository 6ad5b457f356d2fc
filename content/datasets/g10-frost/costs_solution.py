import qm

# 学好的模型给24个晚上算出的把握，和后来有没有结霜（1有，0没有）
chances = [
    0.581, 0.222, 0.063, 0.469, 0.914, 0.822, 0.894, 0.004,
    0.038, 0.98, 0.469, 0.006, 0.103, 0.431, 0.651, 0.209,
    0.342, 0.144, 0.395, 0.11, 0.412, 0.901, 0.488, 0.073,
]
frost = [
    0, 0, 0, 0, 1, 1, 1, 0,
    0, 1, 0, 0, 0, 1, 0, 0,
    0, 0, 1, 0, 0, 1, 1, 0,
]

MISS_COST = 10                     # 漏掉一晚，苗冻坏，算10份损失
WASTE_COST = 1                     # 白盖一晚，多忙20分钟，算1份损失


def count(threshold):
    """用这个门槛，漏掉几晚、白盖几晚"""
    missed = wasted = 0
    for c, f in zip(chances, frost):
        if f == 1 and c < threshold:
            missed += 1
        if f == 0 and c >= threshold:
            wasted += 1
    return missed, wasted


def cost(threshold):
    missed, wasted = count(threshold)
    return missed * MISS_COST + wasted * WASTE_COST


choices = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1]
qm.table([[t, *count(t), cost(t)] for t in choices], head=["门槛", "漏掉", "白盖", "损失"])

best = min(choices, key=cost)
print("挑出的门槛：", best, " 损失：", cost(best))
