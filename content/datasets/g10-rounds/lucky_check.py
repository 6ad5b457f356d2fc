from qm_check import close


def check_many(p):
    scores = p.need("scores")
    assert len(scores) == 20, "要考20次。种子从0到19，可以用 range。"
    assert len(set(scores)) > 1, "二十次都一样。每次的种子换了吗？"
    assert close(scores[3], p.call("one_exam", 3)), "第四次该用种子3。"


def check_mean(p):
    scores = p.need("scores")
    assert len(scores) == 20, "先把①做好。"
    assert close(p.need("mean"), sum(scores) / 20), "加起来，再除以考了几次。"


def check_gap(p):
    scores = p.need("scores")
    assert len(scores) == 20, "先把①做好。"
    assert close(p.need("gap"), max(scores) - min(scores)), "最高和最低差多少？max 和 min 都能用。"
