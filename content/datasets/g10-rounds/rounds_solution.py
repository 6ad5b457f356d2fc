import random

import qm

rows = qm.read_csv("photos.csv")  # 120张：6台相机，每台连拍5次，每次4张


def nearest(train, one):
    """在学过的里找最像的一张，跟它说一样的"""

    def gap(r):
        return (r["light"] - one["light"]) ** 2 + (r["busy"] - one["busy"]) ** 2

    return min(train, key=gap)["answer"]


def score(train, test):
    """对了几成"""
    return sum(nearest(train, one) == one["answer"] for one in test) / len(test)


def shuffled(k):
    """打乱，像发牌一样分成 k 份"""
    mixed = rows[:]
    random.Random(7).shuffle(mixed)
    return [mixed[i::k] for i in range(k)]


def by_camera():
    """分成6份，一台相机一份：甲乙丙丁戊己"""
    return [[row for row in rows if row["camera"] == name] for name in "甲乙丙丁戊己"]


def cross(folds):
    """轮流：每一份当一次考题，给出每轮的成绩"""
    scores = []
    for i in range(len(folds)):
        train = []
        for j in range(len(folds)):
            if j != i:
                train += folds[j]
        scores.append(score(train, folds[i]))
    return scores


def baseline(train, test):
    """什么都不看：学的那份里哪个答案多，就一直说它，能对几成"""
    answers = [one["answer"] for one in train]
    most = max(set(answers), key=answers.count)
    return sum(one["answer"] == most for one in test) / len(test)


def report(name, scores):
    print(name, "平均", round(sum(scores) / len(scores), 3), "最低", min(scores), "最高", max(scores))


report("打乱分：", cross(shuffled(6)))
report("按相机分：", cross(by_camera()))
print("一直说多的那个：", baseline(rows, rows))
qm.bars(list(zip("甲乙丙丁戊己", cross(by_camera()))), title="哪一台当考题")
