def check_tried(p):
    tries = p.need("tries")
    assert len(tries) >= 4, "试的倍数还不够。0倍是不估，2倍、3倍呢？"
    assert 0 in tries, "也试试0倍：什么都不估，看过的格子会有多少？"
    assert any(t >= 2 for t in tries), "试一个大一点的倍数，看步数变不变。"


def check_safe(p):
    tries, safe = p.need("tries"), p.need("safe")
    assert any(t >= 2 for t in tries), "先把①试全，再来挑。"
    least = [p.call("run", name, 0)[0] for name in ("campus.txt", "garden.txt")]
    right = [
        t for t in tries if [p.call("run", name, t)[0] for name in ("campus.txt", "garden.txt")] == least
    ]
    assert sorted(safe) != sorted(tries) or sorted(safe) == sorted(right), (
        "有的倍数让小车绕了远。看表里哪几行的步数变多了？"
    )
    assert sorted(safe) == sorted(right), "再对一遍表：两张图都要是最少步数，才能留下。"
    assert p.uses("if"), "换一批倍数，它还会自己挑对吗？让程序自己比。"
