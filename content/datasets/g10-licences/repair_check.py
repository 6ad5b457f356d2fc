def items_of(p):
    shelf = p.need("shelf")
    smooth, path = p.need("SMOOTH"), p.need("PATH")
    assert smooth in shelf and path in shelf, "名字要和货架上的一样，一个字也不能差。看看注释里的六个名字。"
    assert shelf[smooth]["does"] == "抹平", "SMOOTH 要挑一件会“抹平”的。"
    assert shelf[path]["does"] == "找路", "PATH 要挑一件会“找路”的。"
    return shelf[smooth], shelf[path]


def check_clear(p):
    ours = p.need("OURS")
    assert ours in ("MIT", "木兰宽松2.0", "Apache-2.0", "GPL-3.0"), "许可证的名字写全，从注释里的四个里挑。"
    smooth, path = items_of(p)
    assert smooth["licence"] != "没写", "抹平的那一件没有写许可。换一件，或自己重写。"
    clash = path["licence"] == "GPL-3.0" and ours != "GPL-3.0"
    assert not clash, "找路的那一件要整个程序都跟它一样。两条路：换一件，或改我们的许可证。"


def check_reason(p):
    items_of(p)
    reason = str(p.need("REASON"))
    assert len(reason.strip()) >= 10, "写一句理由：为什么这样挑，多花了什么，或者放弃了什么。"
