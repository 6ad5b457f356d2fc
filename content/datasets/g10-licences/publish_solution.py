import qm

items = qm.read_csv("ingredients.csv")  # 作品里用到的九样东西
TERMS = {row["licence"]: row for row in qm.read_csv("licences.csv")}
OURS = "MIT"  # 我们打算给自己的程序用的许可证


def inside(item):
    """只看过思路、自己重写的，不算放进作品"""
    return item["how"] != "只看思路"


def may_share(item):
    """这一样能不能跟着作品一起公开"""
    if not inside(item):
        return True
    return TERMS[item["licence"]]["share"] == 1


def clashes(item, ours):
    """它要求整个程序都跟它用一样的许可证，而我们选的不是"""
    same = TERMS[item["licence"]]["same"]
    return inside(item) and same == "整个程序" and item["licence"] != ours


def credit(item):
    """NOTICE 里的一行；不用署名的给空文字"""
    if not inside(item) or TERMS[item["licence"]]["sign"] == 0:
        return ""
    line = item["name"] + "，" + item["author"] + "，" + item["licence"]
    if item["how"] == "改过":
        line += "，有改动"
    return line


blocked = [item["name"] for item in items if not may_share(item)]
clashing = [item["name"] for item in items if clashes(item, OURS)]
print("不能公开的：", blocked)
print("和我们的许可证合不来的：", clashing)
print("能不能公开：", "能" if not blocked and not clashing else "还不能")
print("NOTICE")
for item in items:
    if credit(item):
        print(" ", credit(item))
