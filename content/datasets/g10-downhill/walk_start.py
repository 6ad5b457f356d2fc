import qm

rows = qm.read_csv("walk.csv")  # 12次记录：minutes 走了几分钟，hundreds 走了几百米


def loss(w):
    """系数取 w 时，平均差多少（差的平方）"""
    total = 0
    for r in rows:
        total += (w * r["minutes"] - r["hundreds"]) ** 2
    return total / len(rows)


def gradient(w):
    """系数取 w 时，误差碗有多陡、朝哪边"""
    total = 0
    for r in rows:
        total += 0  # ① 改这里：2 ×（估的 － 真的）× 分钟数
    return total / len(rows)


STEP = 0.0001  # ③ 最后改这里：换几个步子，看图怎样变

w = 0
path = []
for i in range(30):
    path.append((i, loss(w)))
    w = w  # ② 改这里：朝下坡走一步

print("w =", round(w, 4), " 误差 =", round(loss(w), 4))
qm.plot(path, title=f"步子 {STEP}：误差怎样变", x="走了几步", y="误差")
