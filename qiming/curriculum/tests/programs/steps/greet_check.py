def check_greet(p):
    other = p.again(input=["小周", "15"])
    assert other.says("小周"), "换一个名字再运行，印出来的还是原来的名字吗？"
    assert 16 in other.numbers, "问一问几岁，再印出明年几岁。"
