import qm

rows = qm.read_csv("steps.csv")


def mean(numbers):
    return sum(numbers) / len(numbers)


steps = [row["steps"] for row in rows]
print("平均", mean(steps), "步")
qm.bars([(row["day"], row["steps"]) for row in rows], title="一周的步数", unit="步")
