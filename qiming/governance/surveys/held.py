"""Facts that a room already holds: a survey may not ask for them, and says where they stand instead."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fact:
    """A held fact: what it is, where it stands, and groups of words of which each must occur in a question."""

    title: str
    where: str
    words: tuple[tuple[str, ...], ...]


FACTS: tuple[Fact, ...] = (
    Fact("班级人数", "名单里有，每天更新", (("班", "学校"), ("人数", "多少人", "几个人", "多少学生", "几名学生"))),
    Fact("上了多少节人工智能课", "课时台按授课记录算", (("课", "课时"), ("几节", "多少节", "多少课时", "几课时"))),
    Fact("姓名、班级、学校", "登录和名单里有；匿名调查不能问", (("你", "您", "孩子"), ("姓名", "名字", "哪个班", "几班", "哪所学校", "学号", "身份证"))),
    Fact("电话和地址", "与调查无关，匿名调查不能问", (("电话", "手机号", "微信号", "住址", "住在哪里", "家庭地址"),)),
    Fact("年级", "抽样时已经知道", (("你", "您", "孩子"), ("几年级", "哪个年级"))),
    Fact("老师人数", "名单里有", (("老师", "教师"), ("多少名", "几名", "人数", "多少人"))),
    Fact("作业做了几次", "作业记录里有", (("作业",), ("几次", "多少次", "交了几"))),
    Fact("用了哪些产品", "应用超市的接入记录里有", (("用了", "使用", "采购"), ("哪些产品", "哪些平台", "哪些软件"))),
    Fact("测验成绩", "学情里有", (("成绩", "分数", "得分"), ("多少", "几分", "是"))),
)  # fmt: skip


def held(title: str) -> Fact | None:
    """The held fact for which a question asks, when it does; recognised by its words alone."""
    plain = "".join(title.split())
    return next((fact for fact in FACTS if all(any(w in plain for w in group) for group in fact.words)), None)
