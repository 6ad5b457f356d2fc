from qm_check import close


def check_lazy(p):
    lazy = p.need("lazy")
    assert len(lazy) == 20, f"要标满20条，现在有 {len(lazy)} 条。一个列表乘20，会怎样？"
    assert set(lazy) == {0}, "一个字不看的人，每条都写一样的。他写的是急还是不急？"
    assert close(p.call("kappa", p.need("careful"), lazy), 0), "careful 那一行不要动。"


def check_mistaken(p):
    careful, other = p.need("careful"), p.need("mistaken")
    assert len(other) == 20, "也要标满20条。"
    different = sum(x != y for x, y in zip(careful, other, strict=True))
    assert different > 0, "现在两个人完全一样。改动其中一条。"
    assert different == 1, f"有 {different} 条不一样，只要一条。"
