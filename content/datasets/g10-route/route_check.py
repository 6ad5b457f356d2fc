def check_estimate(p):
    goal = p.need("goal")
    r, c = goal
    assert p.call("estimate", goal) == 0, "站在终点上，还要走几格？你的估价在终点不是0。"
    assert p.call("estimate", (r + 3, c - 4)) != 0, "离终点还差3行4列，估价却是0。①那一行写了吗？"
    assert p.call("estimate", (r + 3, c - 4)) != 12, "行差和列差是乘起来的吗？在方格纸上走一走，数一数。"
    assert p.call("estimate", (r + 3, c - 4)) == p.call("estimate", (r - 3, c + 4)), (
        "在终点这边和那边，差得一样多，估价却不一样。差出负数怎么办？"
    )
    assert p.call("estimate", (r + 3, c - 4)) == 7, (
        "差3行4列，只许上下左右走，没有墙时要走几格？拿它和你的估价比。"
    )


def check_shortest(p):
    assert p.call("estimate", p.need("start")) != 0, "先把①写好，再看路是不是最短。"
    length, _ = p.call("search", p.names["estimate"])
    plain, _ = p.call("search", p.names["nothing"])
    assert plain == 15, "不估的那一次该一圈一圈找，走15步。search 里别的地方是不是也改动了？"
    assert length is not None, "没找到路。等着看的格子是不是没有放进去？"
    assert length == plain, f"边走边估走了 {length} 步，比不估的多。分数里“已经走的”还在不在？"


def check_fewer(p):
    _, seen = p.call("search", p.names["estimate"])
    _, all_seen = p.call("search", p.names["nothing"])
    assert len(seen) < len(all_seen), "看过的格子没有变少。②的分数里，估价加上了吗？"
    assert len(seen) <= 40, f"还看了 {len(seen)} 格。估价是不是估得太小了？差几行、差几列，都算上了吗？"
