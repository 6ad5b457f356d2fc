import qm

careful = [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0]  # 认真看的人：20条里2条急


def agreement(a, b):
    return sum(x == y for x, y in zip(a, b)) / len(a)


def kappa(a, b):
    one, two = sum(a) / len(a), sum(b) / len(b)
    chance = one * two + (1 - one) * (1 - two)
    return (agreement(a, b) - chance) / (1 - chance)


lazy = [0] * 20
mistaken = [1] + [0] * 19

rows = []
for name, other in (("一个字不看", lazy), ("认真看的", mistaken)):
    if len(other) == len(careful):
        rows.append([name, round(agreement(careful, other), 2), round(kappa(careful, other), 2)])
    else:
        print(name, "：要标满20条，现在有", len(other), "条")
qm.table(rows, head=["和他一起标的人", "一样的", "kappa"])
