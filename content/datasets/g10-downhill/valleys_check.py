from qm_check import close


def check_both(p):
    ends = p.need("ends")
    assert len(ends) >= 3, "出发点还不够多。在 starts 里添几个，左边、中间、右边都要有。"
    assert any(e < 0 for e in ends), "每次都停在右边的谷。换一个更靠左的出发点试试。"
    assert any(e > 0 for e in ends), "每次都停在左边的谷。换一个靠右的出发点试试。"


def check_best(p):
    height, ends = p.need("height"), p.need("ends")
    assert len({round(e, 1) for e in ends}) > 1, "先让几次停在不同的谷里，再来挑。"
    lowest = min(height(e) for e in ends)
    assert close(height(p.need("best")), lowest, 1e-6), "留下的这个还不是最低的。比的该是 w，还是 height(w)？"
    compares = p.calls("min") or p.calls("sorted") or p.uses("if") or ".sort(" in p.source
    assert compares, "换一批出发点，它还会自动挑对吗？让程序自己去比。"
