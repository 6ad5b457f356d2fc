import math

import qm

messages = qm.read_csv("messages.csv")
train = [m for m in messages if m["part"] == "train"]
bags = {
    label: [w for m in train if m["label"] == label for w in m["words"].split()] for label in ("scam", "ham")
}
vocabulary = set(bags["scam"] + bags["ham"])


def tilt(word):
    """这个词把天平推向哪边：大于0推向骗人，小于0推向正常"""
    scam = (bags["scam"].count(word) + 1) / (len(bags["scam"]) + len(vocabulary))
    ham = (bags["ham"].count(word) + 1) / (len(bags["ham"]) + len(vocabulary))
    return math.log(scam / ham)


def balance(words):
    """一开始按两类各占几成，再一个词一个词地推"""
    result = math.log(16 / 20)
    for word in words:
        result += tilt(word)
    return result


def once(words):
    """同一个词只留一个"""
    return words  # ② 改这里：说了几遍也只算一遍


times = [1]  # ① 改这里：“缴费”说1遍、3遍、5遍、8遍，都试试
rows = []
for n in times:
    words = ["校服", "费", "名单", "在", "教室"] + ["缴费"] * n
    rows.append([n, round(balance(words), 2), round(balance(once(words)), 2)])
qm.table(rows, head=["缴费说几遍", "天平（大于0判骗人）", "只算一遍的天平"])
