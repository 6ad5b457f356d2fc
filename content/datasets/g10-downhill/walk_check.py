from qm_check import close


def check_slope(p):
    loss = p.need("loss")
    here = p.call("gradient", 0.5)
    assert here != 0, "在 w = 0.5 处坡度还是 0。看看①那一行：每条记录加进去的是什么？"
    true = (loss(0.5001) - loss(0.4999)) / 0.0002
    assert here * true > 0, (
        "在 w = 0.5 处，往右走误差会变小，坡度该是正的还是负的？看看“估的”和“真的”谁减谁。"
    )
    assert close(here, true, 0.01 * abs(true)), (
        "方向对了，大小不对。一条记录的坡度是三个数相乘，数一数你乘了几个。"
    )
    assert close(p.call("gradient", 1.2), (loss(1.2001) - loss(1.1999)) / 0.0002, 0.5), (
        "换到 w = 1.2 就不对了。①那一行里有没有写死的数？"
    )


def check_walked(p):
    gradient, step, w = p.need("gradient"), p.need("STEP"), 0
    assert p.need("w") != 0, "走完30步，w 还是 0。②那一行有没有让 w 动起来？改了还是 0，就先把①改对。"
    for _ in range(30):
        w = w - step * gradient(w)
    assert close(p.need("w"), w, 1e-6 + abs(w) * 1e-6), (
        "w 动了，但不是“旧的 w 减去 步子乘坡度”。站在坡度为负的地方代一遍，w 该变大还是变小？"
    )


def check_bottom(p):
    loss, w = p.need("loss"), p.need("w")
    assert loss(w) <= loss(0), "误差比出发时还大，是跳过头了，还是朝上坡走了？先看图，再改一处。"
    assert loss(w) < 0.26, f"30步走完，误差还有 {loss(w):.2f}。看图：是还在往下走，还是已经走平了？再改步子。"
