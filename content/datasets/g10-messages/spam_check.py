import math

from qm_check import close


def check_counted(p):
    count = p.need("count")
    links = sum(m["words"].split().count("链接") for m in p.need("train") if m["label"] == "scam")
    assert count["scam"].get("链接", 0) != 1, (
        "“链接”在骗人短信里不止出现一次，你数出来却是1。①有没有在原来的次数上再加？"
    )
    assert count["scam"].get("链接", 0) == links, (
        "拿“链接”数一数：训练的骗人短信里出现几次？和你数出来的不一样。"
    )
    assert count["ham"].get("请", 0) == 10, "再拿“请”数一数：训练的正常短信里出现几次？"


def check_smoothed(p):
    total, size = p.need("total"), len(p.need("vocabulary"))
    never = p.call("chance", "从没见过的词", "ham")
    assert never > 0, "一个没见过的词，可能是0，一乘就全没了。②怎样让每个词至少算一次？"
    words = list(p.need("vocabulary"))
    whole = sum(p.call("chance", word, "ham") for word in words)
    assert close(whole, 1, 1e-6), "一类里所有的词，可能加起来该是1。分子每个词多算一次，分母一共要多算几次？"
    assert close(never, 1 / (total["ham"] + size), 1e-9), "没见过的词，分子是几，分母是几？写在纸上和程序比。"


def check_scored(p):
    short, long = p.call("score", ["链接"], "scam"), p.call("score", ["链接", "教室"], "scam")
    assert long != short, "多一个词，分数没有变。③那一行把这个词算进去了吗？"
    assert close(short - long, -math.log(p.call("chance", "教室", "scam")), 1e-6), (
        "多一个词，分数该加上它的可能的对数。看看③用的是哪个函数，括号里是什么。"
    )
    assert p.call("guess", ["点击", "链接"]) == "scam", "“点击 链接”该判成哪一类？你的程序判反了。"


def check_tested(p):
    right = sum(p.call("guess", m["words"].split()) == m["label"] for m in p.need("test"))
    assert right >= 10, f"没见过的12条，只判对 {right} 条。先把前面几个目标做到。"
