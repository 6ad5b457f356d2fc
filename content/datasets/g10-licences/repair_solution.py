import qm

shelf = {row["name"]: row for row in qm.read_csv("alternatives.csv")}
TERMS = {row["licence"]: row for row in qm.read_csv("licences.csv")}

# 改这三行：每样活儿挑一件，再定我们的许可证
SMOOTH = "smooth_own.py"  # 抹平：smooth.py、smooth_lite.py、smooth_own.py
PATH = "fast_path.py"  # 找路：fast_path.py、plain_path.py、path_own.py
OURS = "GPL-3.0"  # 可以是 MIT、木兰宽松2.0、Apache-2.0、GPL-3.0

REASON = "抹平自己重写要半天；找路的想留着，整个程序就跟着它公开源码"  # 写一句：为什么这样挑，代价是什么


def problem(item, ours):
    terms = TERMS[item["licence"]]
    if terms["share"] == 0:
        return "没有写可以分享"
    if terms["same"] == "整个程序" and item["licence"] != ours:
        return "要求整个程序都用 " + item["licence"]
    return ""


for name in (SMOOTH, PATH):
    item = shelf[name]
    print(name, item["licence"], problem(item, OURS) or "可以")
print("我们的程序：", OURS)
print("理由：", REASON)
