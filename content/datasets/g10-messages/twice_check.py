from qm_check import close


def check_flipped(p):
    times = p.need("times")
    assert len(times) >= 3, "多试几个遍数，看天平从哪一边翻到了哪一边。"
    base = ["校服", "费", "名单", "在", "教室"]
    signs = {p.call("balance", base + ["缴费"] * n) > 0 for n in times}
    assert len(signs) == 2, "这几个遍数，判出来都一样。再多说几遍，看天平会不会翻过来。"


def check_once(p):
    words = ["缴费", "教室", "缴费", "缴费"]
    kept = list(p.call("once", words))
    assert kept != words, "四个词还是四个词。②怎样让一样的只留一个？想想集合 set。"
    assert sorted(kept) == sorted(set(words)), "留下的不对：不一样的词一个也不能少，一样的只留一个。"
    again = p.call("balance", p.call("once", ["教室"] + ["缴费"] * 8))
    assert close(again, p.call("balance", ["教室", "缴费"]), 1e-9), "说8遍和说1遍，天平还不一样。"
