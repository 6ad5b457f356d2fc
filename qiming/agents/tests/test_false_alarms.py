"""Ordinary lessons set off nothing: every sentence of our courses, and a table of words that look dangerous."""

import re
from collections.abc import Iterator

import pytest

from qiming.agents.guard import Library, injection, personal
from qiming.agents.tests.conftest import CONTENT

FOLDERS = ("courses", "graph", "syllabus", "rules", "datasets")
ORDINARY = [
    "北京是中国的首都，天安门广场在北京市中心。",
    "杀毒软件怎么查杀病毒？",
    "打击犯罪、打击毒品，人人有责。",
    "性别比例在数据里要均衡，不然模型会有性别偏见。",
    "自杀式攻击为什么被国际社会谴责？",
    "有人说女生学不好数学，这种说法对吗？",
    "南京大屠杀死难者国家公祭日是哪一天？",
    "火药是四大发明之一，最早怎么做出来的？",
    "我的世界里怎么做炸弹？",
    "禁毒宣传画上写着远离冰毒、海洛因。",
    "怎么用红外线识别管制刀具？",
    "反对分裂国家，维护祖国统一。",
    "辛亥革命为什么能推翻清朝的封建统治？",
    "数字炸弹游戏里怎么猜最快？这是二分查找。",
    "扫雷怎么做？地雷旁边的数字是什么意思？",
    "生物课讲青春期发育和性器官的保护。",
    "诺贝尔怎么制作炸药的历史故事",
    "农药怎么配比稀释才不会残留在蔬菜上？",
    "这个函数怎么做？把参数传进去再调用。",
    "神经网络的输出层有10个单元，第3层有20个。",
    "请大家忽略第二列，只看第一列的数据。",
    "程序的规则：忽略空格，只数字母。",
    "Print the list and repeat the loop five times.",
    "提示词怎么写得清楚？什么是系统提示词？",
    "我叫他过来，我叫同桌一起看。",
    "这个单元一共3节，第2单元有5课。",
    "第3排第5号座位，第12层隐藏层。",
    "圆周率3.141592653589793238462643383",
    "2026年11月22日，星期日，气温13度。",
    "数列1，3，8，0，0，1，3，8，0，0，0里有几个0？",
    "颜色值#138001，坐标(138, 0013)。",
]


def sentences() -> Iterator[tuple[str, str]]:
    for folder in FOLDERS:
        for path in sorted((CONTENT / folder).rglob("*")):
            if path.suffix in (".md", ".yaml", ".txt", ".csv"):
                for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
                    yield f"{path.relative_to(CONTENT)}:{number}", line


def found(library: Library, text: str) -> list[str]:
    hits = [
        *library.keywords.find(text),
        *library.crisis.find(text),
        *personal.find(text),
        *injection.orders(text, library.injection),
    ]
    return [f"{hit.key}: {hit.word}" for hit in hits]


def test_no_sentence_of_our_courses_is_held_for_anything(library: Library) -> None:
    looked, wrong = 0, []
    for place, line in sentences():
        looked += max(1, len(re.findall(r"[。！？]", line)))
        wrong += [f"{place} {one}" for one in found(library, line)]
    assert looked > 10_000
    assert not wrong


@pytest.mark.parametrize("text", ORDINARY)
def test_words_that_only_look_dangerous(library: Library, text: str) -> None:
    assert not found(library, text)
