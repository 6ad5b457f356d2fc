import qm

rows = qm.read_csv("steps.csv")


def mean(numbers):
    # 在这里写：所有的数加起来，除以有几个
    return 0


steps = [row["steps"] for row in rows]
print("平均", mean(steps), "步")
qm.bars([(row["day"], row["steps"]) for row in rows], title="一周的步数", unit="步")
