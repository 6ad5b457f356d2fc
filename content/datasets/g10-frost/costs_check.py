from qm_check import close


def check_cost(p):
    missed, wasted = p.call("count", 0.5)
    wanted = missed * p.need("MISS_COST") + wasted * p.need("WASTE_COST")
    assert not close(p.call("cost", 0.5), missed + wasted), (
        "漏掉一晚和白盖一晚还算得一样重。上面写的两个损失用上了吗？"
    )
    assert close(p.call("cost", 0.5), wanted), (
        "几晚漏掉，每晚几份；几晚白盖，每晚几份。拿门槛0.5自己算一遍，和表里比。"
    )


def check_best(p):
    costs = [p.call("cost", t) for t in p.need("choices")]
    assert close(p.call("cost", p.need("best")), min(costs)), (
        "表里还有损失更小的一行。找到它，再想怎样让程序自己挑。"
    )
    compares = p.calls("min") or p.calls("sorted") or ".sort(" in p.source or p.source.count("cost(") > 3
    assert compares, "换一种损失，它还会自动挑对吗？让程序自己比，不要写死。"
