from qm_check import close


def check_sigmoid(p):
    assert close(p.call("sigmoid", 0), 0.5), "z 是 0 的时候，e 的 0 次方是 1。在纸上代进去算一算，该是多少？"
    high, low = p.call("sigmoid", 2), p.call("sigmoid", -2)
    assert high != low, "z 是 2 和 －2，算出来一样。①那一行里用到 z 了吗？"
    assert high > low, "z 大的时候把握反而小了。看看 e 的右上角，z 前面是不是少了一个负号。"
    assert close(high, 0.880797, 1e-4), "z 是 2 时，任务单的表里写着 0.88。你算出来的不一样，看看括号和除号。"


def check_learned(p):
    assert p.need("w_temp") != 0, "学了3000轮，权重还是 0。②那一行，miss 是谁减谁？"
    assert p.need("w_temp") < 0, "气温越高，把握反而越大了，不合道理。②里“把握”和“真的”是不是减反了？"
    gap = sum(p.call("chance", n) - n["frost"] for n in p.need("train")) / len(p.need("train"))
    assert abs(gap) < 0.05, "36晚的把握，平均起来和真正结霜的比例差得多。miss 里有没有写死的数？"


def check_threshold(p):
    assert p.need("w_temp") < 0, "先把①②改对，再来挑门槛。"
    wasted = sum(p.call("chance", n) >= p.need("THRESHOLD") and n["frost"] == 0 for n in p.need("tune"))
    missed = sum(p.call("chance", n) < p.need("THRESHOLD") and n["frost"] == 1 for n in p.need("tune"))
    assert missed <= 1, f"漏掉了 {missed} 晚，苗要冻坏。想少漏，门槛该抬高还是放低？"
    assert wasted <= 6, f"一晚没多漏，可白盖了 {wasted} 晚。门槛还能往回抬一点吗？"
