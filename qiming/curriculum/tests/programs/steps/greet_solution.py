name = input("你叫什么？")
age = int(input("你几岁？"))
print("你好，" + name + "，明年你", age + 1, "岁")
