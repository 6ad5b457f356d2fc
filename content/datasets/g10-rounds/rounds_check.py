from qm_check import close


def photo(light, answer, camera="甲"):
    return {"photo": "x", "camera": camera, "shot": 1, "light": light, "busy": 0, "answer": answer}


HARD = [[photo(0, "有鸟"), photo(9, "没鸟")], [photo(1, "没鸟"), photo(8, "有鸟")]]


def check_cross(p):
    scores = p.call("cross", HARD)
    assert len(scores) == 2, "有几份就考几轮，每轮记一个成绩。"
    assert scores != [1, 1], "考题自己也在学的里面，当然全对。第 i 份在不在 train 里？"
    assert scores == [0, 0], "拿两份小的试：考第一份时，学的该只有第二份；考第二份时，学的该只有第一份。"


def check_groups(p):
    folds, rows = p.call("by_camera"), p.need("rows")
    assert len(folds) == 6, "要分成6份，一台相机一份。"
    assert sum(len(fold) for fold in folds) == len(rows), "一张也不能少，一张也不能重。六份加起来是多少张？"
    mixed = any(len({row["camera"] for row in fold}) > 1 for fold in folds)
    assert not mixed, "有一份里混着几台相机。一份里每一行的 camera 该一样。"


def check_baseline(p):
    train = [photo(0, "没鸟"), photo(0, "没鸟"), photo(0, "有鸟")]
    test = [photo(0, "有鸟"), photo(0, "有鸟"), photo(0, "有鸟"), photo(0, "没鸟")]
    got = p.call("baseline", train, test)
    assert got != 0, "先在 train 里数一数，哪个答案多；再看它在 test 里对几个。"
    assert not close(got, 0.75), "多的那个要在 train 里数，不能偷看 test。"
    assert close(got, 0.25), "拿小的试：学的里没鸟多，考题4张，一直说没鸟能对几成？"
    assert close(p.call("baseline", test, train), 1 / 3), "换一换，学的里有鸟多，也要对。"
