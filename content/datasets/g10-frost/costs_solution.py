import qm

nights = qm.read_csv("chances.csv")  # 24个晚上：学好的模型算出的把握 chance，后来有没有结霜 frost

MISS_COST = 10  # 漏掉一晚，苗冻坏，算10份损失
WASTE_COST = 1  # 白盖一晚，多忙20分钟，算1份损失


def count(threshold):
    """用这个门槛，漏掉几晚、白盖几晚"""
    missed = wasted = 0
    for n in nights:
        if n["frost"] == 1 and n["chance"] < threshold:
            missed += 1
        if n["frost"] == 0 and n["chance"] >= threshold:
            wasted += 1
    return missed, wasted


def cost(threshold):
    missed, wasted = count(threshold)
    return missed * MISS_COST + wasted * WASTE_COST


choices = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1]
qm.table([[t, *count(t), cost(t)] for t in choices], head=["门槛", "漏掉", "白盖", "损失"])

best = min(choices, key=cost)
print("挑出的门槛：", best, " 损失：", cost(best))
