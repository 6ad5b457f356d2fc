def item(licence, how="原样用", name="a.py", author="甲"):
    return {"name": name, "kind": "代码", "author": author, "licence": licence, "how": how}


def check_share(p):
    assert p.call("may_share", item("MIT")) is True, "MIT 写明了可以分享，却被拦下了。share 等于几才算可以？"
    assert not p.call("may_share", item("没写")), (
        "什么许可都没写的代码，也放行了。到表里查一查它的 share 是几。"
    )
    assert p.call("may_share", item("没写", "只看思路")), (
        "只看过思路、没有放进作品的，不用拦。inside 那一行还在吗？"
    )


def check_clash(p):
    assert p.call("clashes", item("GPL-3.0"), "MIT"), "它要求整个程序都一样，我们却选了 MIT，这里该说合不来。"
    assert not p.call("clashes", item("GPL-3.0"), "GPL-3.0"), "我们要是也选和它一样的，还合不来吗？"
    for other in ("MIT", "MPL-2.0", "CC BY-SA 4.0", "Apache-2.0"):
        hint = f"{other} 没有要求整个程序都一样。看看表里 same 那一列写的是什么。"
        assert not p.call("clashes", item(other), "木兰宽松2.0"), hint
    assert not p.call("clashes", item("GPL-3.0", "只看思路"), "MIT"), (
        "只看过思路的，没有放进作品，管不到我们。"
    )


def check_credit(p):
    plain = str(p.call("credit", item("MIT", name="b.py", author="乙")))
    for part in ("b.py", "乙", "MIT"):
        assert part in plain, f"一行里要有名字、作者、许可证三样。{part} 还没有写进去。"
    assert "改动" not in plain, "原样用的，不用写“有改动”。先看 how 是什么。"
    assert "有改动" in str(p.call("credit", item("MIT", "改过"))), "改过的要让人看得出来：再加上“，有改动”。"
    assert plain.split("，") == ["b.py", "乙", "MIT"], (
        "三样的顺序是名字、作者、许可证，中间用中文逗号“，”连。"
    )
    assert p.call("credit", item("CC0")) == "", "CC0 不要求署名，这里给空文字就行（想写也可以写在别处）。"
