import math

import qm

messages = qm.read_csv("messages.csv")  # part 学还是考，label 骗人 scam 还是正常 ham，words 分好的词
train = [m for m in messages if m["part"] == "train"]
test = [m for m in messages if m["part"] == "test"]

count = {"scam": {}, "ham": {}}  # 每一类里，每个词出现几次
total = {"scam": 0, "ham": 0}  # 每一类一共几个词
for m in train:
    for word in m["words"].split():
        count[m["label"]][word] = 1  # ① 改这里：原来有几次，就再加一次（没有过算0次）
        total[m["label"]] += 1
vocabulary = {word for m in train for word in m["words"].split()}


def chance(word, label):
    """在这一类里，碰到这个词的可能"""
    times = count[label].get(word, 0)
    return times / total[label]  # ② 改这里：每个词都多算一次，分母也要跟着多算


def score(words, label):
    """这一类的分数：先看这一类占几成，再把每个词的可能乘起来（用对数相加）"""
    share = sum(m["label"] == label for m in train) / len(train)
    result = math.log(share)
    for word in words:
        result += 0  # ③ 改这里：加上这个词的可能的对数 math.log
    return result


def guess(words):
    return "scam" if score(words, "scam") > score(words, "ham") else "ham"


right = 0
for m in test:
    answer = guess(m["words"].split())
    right += answer == m["label"]
    print("对" if answer == m["label"] else "错", answer, m["words"])
print("没见过的", len(test), "条，判对", right, "条")
