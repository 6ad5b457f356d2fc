import qm

notes = qm.read_csv(
    "notes.csv"
)  # 20条留言；anran1、muye1 是第一轮，anran2、muye2 是改了规程以后（急1，不急0）


def agreement(a, b):
    """两列标注，一样的占几成"""
    same = 0
    for x, y in zip(a, b):
        same += x == y
    return same / len(a)


def luck(a, b):
    """各按自己的习惯随手标，碰巧也会一样的占几成"""
    urgent_a = sum(a) / len(a)  # 安然说“急”的占几成
    urgent_b = sum(b) / len(b)
    return urgent_a * urgent_b + (1 - urgent_a) * (1 - urgent_b)


def kappa(a, b):
    """扣掉碰巧以后的一致程度"""
    real, chance = agreement(a, b), luck(a, b)
    return (real - chance) / (1 - chance)


rows = []
for name, x, y in (("第一轮", "anran1", "muye1"), ("第二轮", "anran2", "muye2")):
    a, b = [n[x] for n in notes], [n[y] for n in notes]
    rows.append([name, round(agreement(a, b), 2), round(luck(a, b), 2), round(kappa(a, b), 2)])
    print(name, "标得不一样的：", [n["no"] for n in notes if n[x] != n[y]])
qm.table(rows, head=["", "一样的", "碰巧一样的", "kappa"])
