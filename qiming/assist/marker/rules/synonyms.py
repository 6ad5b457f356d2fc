"""Words that a pupil's short answer may use for one another. Ours, from the vocabulary of the courses; a teacher adds
what a class says as ways of an idea."""

# The first of each line stands for all of it.
GROUPS: tuple[tuple[str, ...], ...] = (
    ("没见过", "没看过", "没有见过", "没有看过", "没学过", "没有学过", "从未见过", "未见过", "陌生"),
    ("学过", "训练过", "见过", "看过", "练过"),
    ("图片", "照片", "图像", "图"),
    ("不够", "不足", "太少", "很少", "过少", "少了"),
    ("很多", "大量", "更多", "许多", "足够多"),
    ("分开", "分别", "各自", "单独"),
    ("错误", "出错", "认错", "弄错", "搞错", "判错"),
    ("正确", "认对", "判对", "做对", "答对"),
    ("机器", "电脑", "计算机", "程序", "模型", "人工智能", "ai"),
    ("记住", "背下来", "背下", "死记", "记下来", "记下"),
    ("数据", "样本", "例子", "样例"),
    ("因为", "由于"),
    ("检查", "核对", "核实", "查证", "验证"),
    ("不公平", "不公正", "偏心", "有偏见", "偏见"),
    ("隐私", "个人信息"),
    ("测试", "考试", "考一次", "考一考", "检验"),
)
HEAD: dict[str, str] = {word: group[0] for group in GROUPS for word in group}
LONGEST = max(len(word) for word in HEAD)
