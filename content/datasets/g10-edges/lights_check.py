def check_brighter(p):
    image, brighter = p.need("image"), p.need("brighter")
    assert brighter != image, "加亮以后和原来一样。①那一行让每一格都变了吗？"
    assert brighter == [[v + 3 for v in row] for row in image], (
        "每一行的每一格都要加，而且加一样多。看看两层循环少了哪层。"
    )
    same = p.call("strongest", brighter, p.need("UPRIGHT")) == p.call("strongest", image, p.need("UPRIGHT"))
    assert same, "加得一样多时，找竖边的数该不变。核被改过吗？"


def check_doubled(p):
    image, doubled = p.need("image"), p.need("doubled")
    assert doubled != image, "乘2以后和原来一样。②那一行改了吗？"
    assert doubled == [[v * 2 for v in row] for row in image], "每一行的每一格都要乘。和①的写法像不像？"
