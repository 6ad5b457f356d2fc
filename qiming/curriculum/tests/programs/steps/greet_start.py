name = input("你叫什么？")
print("你好")
