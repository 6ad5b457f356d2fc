from qm_check import close


def check_mean(p):
    given = p.call("mean", [2, 4, 9])
    assert close(given, 5), "拿 2、4、9 三个数在纸上算一遍：先加起来，再想要除以什么。"
    assert p.numbers, "把平均数印出来。"


def check_drawn(p):
    assert p.drew("bars"), "用 qm.bars 把一周的步数画出来。"
