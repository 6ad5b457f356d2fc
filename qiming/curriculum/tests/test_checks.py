"""Every way a folder can be wrong, one at a time, and that the message says where."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from qiming.curriculum.checks import check_library
from qiming.curriculum.checks.graph import find_cycle
from qiming.curriculum.layout import draw
from qiming.curriculum.reading import read_library
from qiming.curriculum.tests.conftest import COURSE, LESSON, ROOT
from qiming.curriculum.types import ConceptRef
from qiming.kernel.content import Problem

Bend = Callable[[str, str, str], None]
ON = date(2026, 11, 24)
ITEMS, YAML = f"{LESSON}/items.yaml", f"{LESSON}/lesson.yaml"


def problems(content: Path, labs: Path) -> list[Problem]:
    library = read_library(content, labs)
    check_library(library, ON)
    return list(library.all_problems())


def test_the_tiny_folder_is_right(tiny: Path, labs: Path) -> None:
    assert problems(tiny, labs) == []


WRONG = [
    # file, old, new, where it is said, what is said
    ("graph/concepts.yaml", "prerequisites: [], note", "prerequisites: [c052], note", "concepts[0]", "绕成了圈"),
    ("graph/concepts.yaml", "[c051]", "[c999]", "concepts[2].prerequisites[0]", "没有知识点“c999”"),
    ("graph/concepts.yaml", "prerequisites: [], note", "abilities: [a-none], prerequisites: [], note", "concepts[0].abilities[0]", "没有能力“a-none”"),
    ("graph/concepts.yaml", "{id: c052", "{id: c051", "concepts[1].id", "重复"),
    ("graph/concepts.yaml", "{text: 看见就是懂, why: 看得清楚。, remedy: 问一句为什么。}", "", "concepts[0].misconceptions", "至少"),
    ("graph/concepts.yaml", "why: 看得清楚。, ", "", "concepts[0].misconceptions[0]", "缺少“why”"),
    ("graph/concepts.yaml", ", misconceptions: [{text: 看见就是懂, why: 看得清楚。, remedy: 问一句为什么。}]", "", "concepts[0]", "还没有常见的误解"),
    ("courses/g7-tiny/misconceptions.yaml", "concept: c052, text: 两次成绩加在一起算", "concept: c051, text: 练得多就好", "concepts[1].misconceptions[0]", "写了两遍"),
    ("graph/concepts.yaml", "grade: 1,", "grade: 9,", "concepts[0].grade", "对不上"),
    ("syllabus/own.yaml", "theme: methods", "theme: other", "outcomes[0].theme", "没有主题“other”"),
    ("syllabus/own.yaml", "concepts: [c052]", "concepts: [c404]", "outcomes[0].concepts[0]", "c404"),
    ("rules/stage_rules.yaml", "value: 1,", "value: 八,", "rules[0].value", "类型不对"),
    ("rules/stage_rules.yaml", "from: 2025-05-12", "from: 2025-02-30", "rules[2].from", "没有这一天"),
    ("rules/stage_rules.yaml", "to: null, text: 八", "to: 2024-01-01, text: 八", "rules[0].to", "早于"),
    ("datasets/dots/dataset.yaml", "key: dots", "key: dot", "key", "文件夹名"),
    ("datasets/dots/dataset.yaml", "dot-1.svg", "dot-9.svg", "images[0].file", "没有文件“dot-9.svg”"),
    ("datasets/dots/dataset.yaml", "part: test, alt: 大点", "part: train, alt: 大点", "labels", "“big”没有 test"),
    ("datasets/dots/dot-1.svg", "<circle", "<script/><circle", "script", "不能用的“<script>”"),
    ("datasets/dots/dot-1.svg", "<svg", "<!DOCTYPE svg><svg", "", "DOCTYPE"),
    ("datasets/dots/dot-1.svg", "r=", "onclick='x()' r=", "circle@onclick", "onclick"),
    (f"{COURSE}/course.yaml", "key: g7-tiny", "key: other", "key", "文件夹名"),
    (f"{COURSE}/course.yaml", "- 01-first", "- 02-none", "", "没有这个文件夹"),
    (f"{COURSE}/misconceptions.yaml", "m-mixed", "m-train", "[0].id", "重复"),
    (f"{COURSE}/misconceptions.yaml", "concept: c052", "concept: c404", "[0].concept", "c404"),
    (YAML, "minutes: 20", "minutes: 19", "activities", "环节共44分钟，一课时是45分钟"),
    (YAML, "genai_use: none", "genai_use: open", "genai_use", "最多“教师指导下使用”"),
    (YAML, "ethics: 成绩要报得老实。\n", "", "", "缺少“ethics”"),
    (YAML, "modules:", "tasks:", "", "多了不认识的“tasks”"),
    (YAML, "ai4k12: [Learning]", "ai4k12: [Learn]", "frameworks.ai4k12[0]", "没有“Learn”"),
    (YAML, "ai4k12: [Learning]", "ai4k13: [Learning]", "frameworks.ai4k13[0]", "没有“Learning”"),
    (f"{COURSE}/course.yaml", "grades: [7]", "grades: [7]\nsubject: music", "subject", "没有学科“music”"),
    (YAML, "key: guess", "key: look", "activities[0].key", "重复"),
    (YAML, "id: image-classifier", "id: no-lab", "activities[2].lab.id", "没有实验“no-lab”"),
    (YAML, "dataset: dots", "dataset: none", "activities[2].lab.dataset", "没有数据“none”"),
    (YAML, "{start: empty}", "{start: half}", "activities[2].lab.settings.start", "可以写：empty、filled"),
    (YAML, "goal: examples-per-class", "goal: win", "activities[2].lab.goals[0].goal", "没有目标“win”"),
    (YAML, "{start: empty}", "{labels: [big, huge]}", "activities[2].lab.settings.labels", "“huge”"),
    (YAML, "min: 1,", "min: 0,", "activities[2].lab.goals[0].min", "小于"),
    (YAML, "[t7l1-q01, t7l1-q02]", "[t7l1-q01, t7l1-q99]", "activities[3].items[1]", "t7l1-q99"),
    (YAML, "[t7l1-q01, t7l1-q02]", "[t7l1-q01, t7l1-q03]", "activities[3].items[1]", "没有 class"),
    (YAML, "remedy_for: [m-train]", "remedy_for: [m-none]", "activities[4].remedy_for[0]", "m-none"),
    (YAML, "extra: true, ", "", "activities[4].remedy_for", "备用环节"),
    (YAML, "why: true}", "why: true, record: []}", "activities[1].record", "用不着"),
    (YAML, "![两堆图](media/split.svg)", "![](media/split.svg)", "activities[0].text", "没有文字说明"),
    (YAML, "media/split.svg", "media/none.svg", "activities[0].text", "没有图片"),
    (YAML, "看图：", "先**看图。**再想：", "activities[0].text", "加粗没有生效"),
    (f"{LESSON}/tasksheet.md", "姓名", "3x**－x**＝2x", "", "加粗没有生效"),
    (YAML, "看图：", "<b>看</b>", "activities[0].text", "不能直接写 HTML"),
    (ITEMS, "misconception: m-train, reply: 以后", "reply: 以后", "[0].options[0]", "缺少“misconception”"),
    (ITEMS, "correct: true, reply: 对。}\n  hints: [以后", "misconception: m-train, reply: 对。}\n  hints: [以后", "[0].options", "恰好一个"),
    (ITEMS, "哪一次用的是这种图？", "看没见过的那一次。", "[0].hints[1]", "提示里说出了答案"),
    (ITEMS, "以后遇到的会是学过的吗？", "应选没见过的那一次。", "[0].options[0].reply", "回应里说出了答案"),
    (ITEMS, "用对的张数除以考的张数。", "也就是75%。", "[5].hints[1]", "提示里说出了答案"),
    (ITEMS, "名字里有它的用场。", "叫测试集。", "[6].hints[1]", "提示里说出了答案"),
    (ITEMS, "哪一步最后？", "打乱、分成两份、训练、考试。", "[2].hints[1]", "提示里说出了答案"),
    (ITEMS, "\n  solution: 测试集。", "", "[6]", "缺少“solution”"),
    (ITEMS, "hints: [它拿来做什么？, 名字里有它的用场。]", "hints: [想想]", "[6].hints", "至少要2个"),
    (ITEMS, "before: [d, c]", "before: [c, d]", "[2].traps[0]", "碰不到"),
    (ITEMS, "before: [d, c]", "before: [x, c]", "[2].traps[0]", "键不存在"),
    (ITEMS, "pair: [l2, r1]", "pair: [l2, r2]", "[3].traps[0]", "碰不到"),
    (ITEMS, "{l1: r1, l2: r2}", "{l1: r1}", "[3].pairs", "没有给左边每一样"),
    (ITEMS, "entry: b, bin: train", "entry: b, bin: test", "[4].traps[0]", "碰不到"),
    (ITEMS, "bin: train}", "bin: nowhere}", "[4].entries", "没有的框"),
    (ITEMS, "value: 90", "value: 75", "[5].traps[0]", "碰不到"),
    (ITEMS, "t7l1-q12", "t7l1-q11", "[10].id", "重复"),
    (ITEMS, "id: t7l1-q12", "id: x7l1-q12", "[11].id", "开头"),
    (ITEMS, "concept: c052", "concept: c404", "[0].concept", "c404"),
    (ITEMS, "misconception: m-mixed", "misconception: m-none", "[5].traps[0].misconception", "m-none"),
    (ITEMS, "key: B, text: 没见过", "key: A, text: 没见过", "[0].options", "重复"),
    (ITEMS, "kind: single", "kind: essay", "[0].kind", "可以写：single"),
    (ITEMS, "stem: 排一排。", "stem: 排一排。\n  picture: media/none.svg", "[2]", "picture_alt"),
    (f"{LESSON}/guide.md", "## 伦理线", "## 别的", "", "缺：伦理线"),
    (f"{LESSON}/guide.md", "### 3 动手", "### 3 别的", "一步一步上", "没有环节“动手”"),
    (f"{LESSON}/slides.md", "\n---\n\n## 猜", "\n\n## 猜", "", "幻灯片少于"),
    (f"{LESSON}/tasksheet.md", "姓名", "![x](http://example.org/x.png)", "", "不在 media/ 里"),
    (f"{LESSON}/media/split.svg", "<rect", "<image href='http://example.org/x'/><rect", "image@href", "href"),
    (f"{LESSON}/media/split.svg", "viewBox", "view", "", "viewBox"),
]  # fmt: skip


MAZE = """key: lanes
title: 胡同
kind: maze
origin: 合成
licence: CC BY-SA 4.0
mazes:
  - key: one
    title: 一
    map: |
      %s
"""


GREY = """key: greys
title: 灰图
kind: grey
origin: 合成
licence: CC BY-SA 4.0
pictures:
  - key: one
    title: 一
    alt: 一张
    rows: |
      %s
"""


@pytest.mark.parametrize(
    ("rows", "right"),
    [
        (["S.#", "~.G"], True),
        (["S.#", "~.."], False),
        (["S.#", "~G"], False),
        (["SS#", "~.G"], False),
        (["S.x", "~.G"], False),
        (["S.G"], False),
        (["S" + "." * 12, "G" + "." * 12], False),
    ],
)
def test_a_map_of_a_maze_has_even_rows_known_signs_one_start_and_one_goal(
    tiny: Path, labs: Path, rows: list[str], right: bool
) -> None:
    (tiny / "datasets" / "lanes").mkdir()
    (tiny / "datasets" / "lanes" / "dataset.yaml").write_text(MAZE % "\n      ".join(rows), encoding="utf-8")
    found = [(p.where, p.words.zh) for p in problems(tiny, labs) if not p.warns]
    assert found == ([] if right else [("mazes[0].map", "这不是一个迷宫。")])


@pytest.mark.parametrize(
    ("rows", "right"),
    [
        (["01234567"] * 8, True),
        (["89abcdef" * 6] * 48, True),
        (["01234567"] * 7, False),
        (["01234567"] * 7 + ["0123456"], False),
        (["0123456g"] * 8, False),
        (["0" * 49] * 8, False),
    ],
)
def test_a_grey_picture_has_even_rows_of_sixteen_greys(
    tiny: Path, labs: Path, rows: list[str], right: bool
) -> None:
    (tiny / "datasets" / "greys").mkdir()
    text = GREY % "\n      ".join(rows)
    (tiny / "datasets" / "greys" / "dataset.yaml").write_text(text, encoding="utf-8")
    found = [(p.where, p.words.zh) for p in problems(tiny, labs) if not p.warns]
    assert found == ([] if right else [("pictures[0].rows", "这不是一张小灰图。")])


SOUNDS = """key: lanes
title: 声音
kind: sounds
origin: 合成
licence: CC BY-SA 4.0
labels: [{key: a, text: 甲}, {key: b, text: 乙}]
sounds:
%s
"""
TEXTS = """key: lanes
title: 句子
kind: texts
origin: 合成
licence: CC BY-SA 4.0
synthetic: true
labels: [{key: a, text: 甲}, {key: b, text: 乙}]
file: texts.csv
"""
WORDS = """key: lanes
title: 词
kind: words
origin: 合成
licence: CC BY-SA 4.0
synthetic: true
labels: [{key: a, text: 甲}, {key: b, text: 乙}]
file: vectors.csv
files: [sentences.txt]
analogies: [{a: 一, b: 二, c: 三, d: 四}]
poles: [{text: 少, words: [一]}, {text: 多, words: [%s]}]
"""
FOUR = ["a train x", "a test y", "b train z", "b test w"]


def laid(tiny: Path, yaml: str, **files: str) -> None:
    folder = tiny / "datasets" / "lanes"
    folder.mkdir()
    (folder / "dataset.yaml").write_text(yaml, encoding="utf-8")
    for name, text in files.items():
        (folder / name.replace("_", ".")).write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("rows", "where"),
    [
        (FOUR, []),
        (["c train x", *FOUR[1:]], ["sounds[0].label", "labels"]),
        (["a train y", *FOUR[1:]], ["sounds[1].key"]),
        ([*FOUR[:3], "b train v"], ["labels"]),
    ],
)
def test_sounds_have_known_labels_keys_of_their_own_and_both_parts(
    tiny: Path, labs: Path, rows: list[str], where: list[str]
) -> None:
    told = "  - {label: %s, part: %s, key: %s, make: drum, pitch: 90, long: 0.4, start: 0.1, seed: 3}"
    laid(tiny, SOUNDS % "\n".join(told % tuple(row.split()) for row in rows))
    found = [p.where for p in problems(tiny, labs) if not p.warns]
    assert sorted(found) == sorted(where)


@pytest.mark.parametrize(
    ("rows", "where"),
    [
        (["我 好,a,train", "你 好,a,test", "他 好,b,train", "她 好,b,test"], []),
        (["我 好,a,train", "我好,a,test", "他 好,b,train", "她 好,b,test"], ["text"]),
        ([" ,a,train", "你 好,a,test", "他 好,b,train", "她 好,b,test"], ["text"]),
        (["我 好,c,train", "你 好,a,test", "他 好,b,train", "她 好,b,test"], ["label", "labels"]),
        (["我 好,a,train", "你 好,a,exam", "他 好,b,train", "她 好,b,test"], ["part", "labels"]),
    ],
)
def test_sentences_have_words_apart_known_labels_and_both_parts(
    tiny: Path, labs: Path, rows: list[str], where: list[str]
) -> None:
    laid(tiny, TEXTS, texts_csv="text,label,part\n" + "\n".join(rows) + "\n")
    found = [p.where for p in problems(tiny, labs) if not p.warns]
    assert sorted(found) == sorted(where)


TEN = [f"{word},a,{at} -{at}" for at, word in enumerate("一二三四五六七八九十")]


@pytest.mark.parametrize(
    ("rows", "pole", "where"),
    [
        (TEN, "十", []),
        (TEN, "百", ["poles[1]"]),
        ([*TEN[:9], "十,a,1"], "十", ["vector"]),
        ([*TEN[:9], "十,a,1 x"], "十", ["vector"]),
        ([*TEN[:9], "十,c,1 2"], "十", ["group"]),
        ([*TEN, "一,a,1 2"], "十", ["word"]),
    ],
)
def test_words_have_vectors_of_one_size_and_are_those_asked_for(
    tiny: Path, labs: Path, rows: list[str], pole: str, where: list[str]
) -> None:
    table = "word,group,vector\n" + "\n".join(rows) + "\n"
    laid(tiny, WORDS % pole, vectors_csv=table, sentences_txt="一 二\n")
    found = [p.where for p in problems(tiny, labs) if not p.warns]
    assert sorted(found) == sorted(where)


def test_a_lesson_names_a_maze_that_is_there(tiny: Path, labs: Path, bend: Bend) -> None:
    (tiny / "datasets" / "lanes").mkdir()
    (tiny / "datasets" / "lanes" / "dataset.yaml").write_text(MAZE % "SG\n      ..", encoding="utf-8")
    bend(YAML, "id: image-classifier", "id: maze")
    bend(YAML, "dataset: dots", "dataset: lanes")
    bend(YAML, "{start: empty}", "{maze: two}")
    found = [p.where for p in problems(tiny, labs)]
    assert "activities[2].lab.settings.maze" in found and "activities[2].lab.dataset" not in found


@pytest.mark.parametrize(("file", "old", "new", "where", "says"), WRONG)
def test_a_mistake_is_found_and_said_where(
    tiny: Path, labs: Path, bend: Bend, file: str, old: str, new: str, where: str, says: str
) -> None:
    bend(file, old, new)
    found = problems(tiny, labs)
    said = [p for p in found if p.where.startswith(where) and says in str(p) and not p.warns]
    assert said, "\n".join(map(str, found)) or "nothing was found"
    assert said[0].words.en and said[0].words.remedy_zh and said[0].line >= 1


GRAPH_OF_MATHS = """\
key: math
subject: 数学
title: 小图谱
status: original proposal
source: 测试
concepts:
  - {id: m001, title: 方程, stage: junior, grade: 7, strand: 数与代数, prerequisites: [], note: 能认。,
     misconceptions: [{text: 有字母就是方程, why: 字母最显眼。, remedy: 再问有没有等号。}]}
"""


def of_maths(tiny: Path, bend: Bend) -> None:
    """The tiny course becomes one of mathematics, without what is asked of AI courses alone."""
    (tiny / "graph" / "math.yaml").write_text(GRAPH_OF_MATHS, encoding="utf-8")
    bend(f"{COURSE}/course.yaml", "grades: [7]", "grades: [7]\nsubject: math")
    bend(f"{LESSON}/guide.md", "## 伦理线\n\n略。\n\n", "")
    lesson = tiny / YAML
    kept = lesson.read_text(encoding="utf-8").splitlines(keepends=True)
    asked_of_ai = ("modules:", "frameworks:", "ethics:")
    lesson.write_text("".join(line for line in kept if not line.startswith(asked_of_ai)), encoding="utf-8")
    bend(YAML, "concepts: [c052]", "concepts: [m001]")
    bend(YAML, "revisits: [c051]", "revisits: [c051, c052]")


def test_a_course_of_another_subject_needs_no_words_on_ai(tiny: Path, labs: Path, bend: Bend) -> None:
    of_maths(tiny, bend)
    assert [p for p in problems(tiny, labs) if not p.warns] == []


@pytest.mark.parametrize("name", ["modules", "frameworks", "ethics"])
def test_a_lesson_on_ai_names_modules_frameworks_and_ethics(tiny: Path, labs: Path, name: str) -> None:
    lesson = tiny / YAML
    kept = lesson.read_text(encoding="utf-8").splitlines(keepends=True)
    lesson.write_text("".join(x for x in kept if not x.startswith(f"{name}:")), encoding="utf-8")
    assert [p.words.zh for p in problems(tiny, labs) if not p.warns] == [f"缺少“{name}”。"]


@pytest.mark.parametrize(
    ("file", "old", "new", "where", "says"),
    [
        (YAML, "literacy:", "modules: [人工智能实现方法]\nliteracy:", "modules", "人工智能课的"),
        (YAML, "concepts: [m001]", "concepts: [m001, c052]", "concepts[1]", "别的学科"),
        (f"{LESSON}/guide.md", "## 评价与作业", "## 伦理线\n\n略。\n\n## 评价与作业", "", "次序或数目"),
    ],
)
def test_a_course_of_another_subject_keeps_to_it(
    tiny: Path, labs: Path, bend: Bend, file: str, old: str, new: str, where: str, says: str
) -> None:
    of_maths(tiny, bend)
    bend(file, old, new)
    found = problems(tiny, labs)
    assert [p for p in found if p.where.startswith(where) and says in str(p)], "\n".join(map(str, found))


def test_the_message_names_file_line_place_and_remedy(tiny: Path, labs: Path, bend: Bend) -> None:
    bend(YAML, "genai_use: none", "genai_use: open")
    assert str(problems(tiny, labs)[0]) == (
        f"content/{YAML}:14: genai_use [genai-use] 这个学段最多“教师指导下使用”（guided）。请改 genai_use 和相应的环节。\n"
        "    At this stage 'guided' is the most allowed. Change genai_use and the activity."
    )


def test_a_lesson_with_eleven_items_is_refused(tiny: Path, labs: Path) -> None:
    path = tiny / ITEMS
    text = path.read_text(encoding="utf-8")
    path.write_text(text[: text.index("- id: t7l1-q12")], encoding="utf-8")
    assert [p.words.zh for p in problems(tiny, labs)] == ["只有11道题，至少要12道。"]


def test_an_unused_drawing_only_warns(tiny: Path, labs: Path) -> None:
    (tiny / LESSON / "media" / "spare.svg").write_bytes((tiny / LESSON / "media" / "split.svg").read_bytes())
    assert [(p.warns, p.words.zh) for p in problems(tiny, labs)] == [(True, "这张图没有用到。")]


@pytest.mark.parametrize("file", [YAML, ITEMS, f"{COURSE}/course.yaml", f"{LESSON}/guide.md"])
@pytest.mark.parametrize(
    "junk", [b"", b"\xff\xfe\x00x", b"a: [", b"- - -\n  ? x", b"\x00", "钟".encode("gb18030")]
)
def test_junk_is_refused_without_an_exception(tiny: Path, labs: Path, file: str, junk: bytes) -> None:
    (tiny / file).write_bytes(junk)
    assert any(not p.warns for p in problems(tiny, labs))


def test_cycles_of_any_length_are_found() -> None:
    chain = {str(n): [str(n + 1)] for n in range(5000)}
    assert find_cycle(chain) == []
    assert len(find_cycle(chain | {"5000": ["0"]})) == 5001
    assert find_cycle({"a": ["a"]}) == ["a"]


def test_everything_that_ships_is_right() -> None:
    wrong = [str(p) for p in problems(ROOT / "content", ROOT / "web" / "labs") if not p.warns]
    assert wrong == []


TEST = """- {id: g7%s-q01, kind: single, concept: %s, difficulty: 1, use: [homework], stem: 哪份图先收起来？,
   options: [{key: A, text: 测试集, correct: true, reply: 对。}, {key: B, text: 训练集, misconception: m-train, reply: 再想想。}],
   hints: [想想考试。, 练的和考的能一样吗？], solution: 先收起来的是考试用的。}
"""
PROJECT = """title: 校园里的一次分拣
question: 机器能帮值日生分拣吗？
brief: 教一个分拣程序，再说清它能不能用。
teacher: 第一课布置，最后展示。
steps: [{title: 收集, lesson: %s, text: 拍图}, {title: 考一考, lesson: %s, text: 用没见过的考}]
hand_in: [成绩单]
rubric:
  - {key: test, title: 考得老实, concepts: [%s], levels: [只报学过的, 报了没见过的, 分开报并说明]}
  - {key: why, title: 说得清楚, levels: [没有理由, 有理由, 有理由和例子]}
  - {key: fair, title: 想到别人, levels: [没想到, 想到了, 想到并改了]}
"""


def _courses_end(tiny: Path, **files: str) -> None:
    for name, text in files.items():
        (tiny / COURSE / f"{name}.yaml").write_text(text, encoding="utf-8")


def test_a_project_and_parallel_tests_are_right(tiny: Path, labs: Path) -> None:
    lesson, concept = "t7l1", "c052"
    _courses_end(
        tiny,
        pretest=TEST % ("pre", concept),
        posttest=TEST % ("post", concept),
        project=PROJECT % (lesson, lesson, concept),
    )
    assert problems(tiny, labs) == []


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"pretest": TEST % ("pre", "c052")}, "要成对"),
        ({"pretest": TEST % ("pre", "c052"), "posttest": TEST % ("post", "c051")}, "不平行"),
        ({"pretest": TEST % ("pre", "c052"), "posttest": TEST % ("pre", "c052")}, "重复"),
        ({"project": PROJECT % ("t7l1", "g9l9", "c052")}, "没有课“g9l9”"),
        ({"project": PROJECT % ("t7l1", "t7l1", "c404")}, "没有知识点“c404”"),
    ],
)
def test_a_course_that_does_not_end_well(tiny: Path, labs: Path, files: dict[str, str], said: str) -> None:
    _courses_end(tiny, **files)
    assert any(said in str(problem) for problem in problems(tiny, labs))


def test_the_tests_of_a_course_have_pictures_of_their_own(tiny: Path, labs: Path) -> None:
    tests = {"pretest": TEST % ("pre", "c052"), "posttest": TEST % ("post", "c052")}
    shown = {
        name: text.replace("text: 测试集", "text: '![一只苹果](media/apple.svg)'")
        for name, text in tests.items()
    }
    _courses_end(tiny, **shown)
    assert [p.words.zh for p in problems(tiny, labs)] == ["没有图片 media/apple.svg。"] * 2

    drawing = (tiny / LESSON / "media" / "split.svg").read_bytes()
    (tiny / COURSE / "media").mkdir()
    (tiny / COURSE / "media" / "apple.svg").write_bytes(drawing)
    assert problems(tiny, labs) == []

    (tiny / COURSE / "media" / "pear.svg").write_bytes(drawing.replace(b"<rect", b"<script/><rect"))
    said = [(p.warns, p.words.zh) for p in problems(tiny, labs)]
    assert said == [(False, "图里有不能用的“<script>”。"), (True, "这张图没有用到。")]


def test_one_grade_alone_is_drawn_step_by_step() -> None:
    chain = [
        ConceptRef(f"m00{n}", f"点{n}", "junior", 7, (f"m00{n - 1}",) if n > 1 else ()) for n in (1, 2, 3)
    ]
    drawing = draw(chain)
    assert [words for _, words in drawing.heads] == ["第1步", "第2步", "第3步"]
    assert len({box.x for box in drawing.boxes}) == 3
    assert len(drawing.arrows) == 2


def test_a_picture_may_stand_for_a_word(tiny: Path, labs: Path, bend: Bend) -> None:
    bend(ITEMS, "text: 学过的那一次", "text: '![没有](media/none.svg)'")
    assert any("没有图片 media/none.svg" in str(problem) for problem in problems(tiny, labs))
