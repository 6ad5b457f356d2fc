FLAT = [[5] * 3] * 3
UPRIGHT = [[9, 9, 1]] * 3
LEVEL = [[9, 9, 9], [9, 9, 9], [1, 1, 1]]
COUNT = [[1, 2, 3], [4, 5, 6], [7, 8, 9]]


def check_window(p):
    one = [[0, 0, 0], [0, 0, 2], [0, 0, 0]]
    got = p.call("window", COUNT, one, 0, 0)
    assert got != 0, "核里有一格是2，算出来却是0。①里图和核的那两格都用上了吗？"
    assert got != 16, "行和列换了位置。图里这一格是先行后列：从第 r 行再往下 i 格，是第几行？"
    assert got == 12, "拿1到9的小图试：核里只有中间一行右边那格是2，它该乘图里的哪一格？"
    big = [[c + 10 * r for c in range(5)] for r in range(5)]
    assert p.call("window", big, one, 2, 1) == 66, "窗口移到别处就不对了。图里的行号、列号加上 r 和 c 了吗？"


def check_kernel(p):
    k = p.need("KERNEL")
    up, level, flat = (p.call("window", g, k, 0, 0) for g in (UPRIGHT, LEVEL, FLAT))
    assert flat == 0, "在一片平的地上，窗口也给出了数。九个数加起来该是多少，平的地方才会互相抵消？"
    assert up != 0, "左白右黑的竖边，它没有反应。竖边是左边和右边不一样，核的左右两列该怎样写？"
    assert level == 0, "横着的边它也有反应。只想要竖边，同一列里的三个数该一样还是不一样？"


def check_pool(p):
    grid = [[1, 2, 0, 0], [3, 9, 0, 4], [5, 5, 7, 1], [5, 6, 1, 1]]
    small = p.call("pool", grid)
    assert small != [[1, 0], [5, 7]], "现在留的都是左上角那个。要留的是四个里的哪一个？"
    assert small == [[9, 4], [6, 7]], "四格一组，每组留下最大的。拿纸写一个4×4的小格子验一验。"
