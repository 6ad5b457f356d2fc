from qm_check import close

A = [1, 1, 1, 1, 1, 1, 0, 0, 0, 0]
B = [1, 1, 1, 1, 0, 0, 1, 0, 0, 0]


def check_agreement(p):
    assert not close(p.call("agreement", A, B), 1), "不管一样不一样，都加了1。①要先问什么，才加？"
    assert close(p.call("agreement", A, B), 0.7), "拿十条数一数：四条都说急，三条都说不急，一样的占几成？"
    assert close(p.call("agreement", [0, 1], [1, 0]), 0), "两条全不一样，该是多少？"


def check_luck(p):
    got = p.call("luck", A, B)
    assert not close(got, 0.3), "现在只算了碰巧都说“急”的。碰巧都说“不急”的，占几成？两样怎样合起来？"
    assert close(got, 0.5), "一个说急占六成，一个占五成。碰巧都急占几成，碰巧都不急占几成？"
    assert close(p.call("luck", [1, 1, 1, 0], [0, 0, 0, 0]), 0.25), (
        "换一组就不对了：三个急一个不急，另一个人全说不急。"
    )


def check_kappa(p):
    got = p.call("kappa", A, B)
    assert not close(got, 0.7), "碰巧的还没有扣掉。③的分子该是谁减谁？"
    assert not close(got, 0.2), "只减了，还没有除。最多能比碰巧高出多少？分母是它。"
    assert close(got, 0.4), "真的一样0.7，碰巧一样0.5，在纸上代进去算一遍。"
    assert close(p.call("kappa", [1, 0, 1, 0], [1, 0, 1, 0]), 1), "两个人完全一样，kappa 该是多少？"
